package store

// Contact is a phone number with its name and current tag. Contacts belong to the whole account, whichever subuser
// the news came through (TextLink docs, subusers).
type Contact struct {
	ID          int64
	PhoneNumber string // E.164 where TextLink sent one, else as it came (short codes, alphanumeric senders)
	Name        string // "" when unknown
	Tag         string // "" when none
	OptedOut    bool   // wants no more messages
	AskedTag    string // that somebody here asked TextLink for, and that is open or was refused; "" if there is none
	AskedReason string // why it was refused, "" while that is open
}
