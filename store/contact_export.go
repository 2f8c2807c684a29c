package store

// ContactExported is what the audit log says; it names the contact by its id alone.
const ContactExported Action = "contact exported"
