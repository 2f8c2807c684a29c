-- Words are folded otherwise than before, so the index is built anew, in the background.
INSERT INTO message_search (message_search) VALUES ('delete-all');
INSERT INTO contact_search (contact_search) VALUES ('delete-all');
INSERT INTO note_search (note_search) VALUES ('delete-all');
UPDATE search_positions SET id = 0;

-- 00 before a number is +. Where there is a contact with + already, both stay, since their conversations cannot be told apart
-- afterwards, and both have opted out or not as the newest word of either says.
CREATE TEMP TABLE spelled AS
	SELECT id, '+' || substr(phone_number, 3) AS phone_number FROM contacts
	WHERE phone_number GLOB '00[1-9]*' AND phone_number NOT GLOB '*[^0-9]*' AND length(phone_number) BETWEEN 9 AND 17;

UPDATE contacts SET (opted_out, opt_at, opt_message, opt_conversation) = (n.opted_out, n.opt_at, n.opt_message, n.opt_conversation)
FROM spelled s JOIN contacts n ON n.id = s.id WHERE contacts.phone_number = s.phone_number AND n.opt_at > contacts.opt_at;

UPDATE contacts SET (opted_out, opt_at, opt_message, opt_conversation) = (n.opted_out, n.opt_at, n.opt_message, n.opt_conversation)
FROM spelled s JOIN contacts n ON n.phone_number = s.phone_number WHERE contacts.id = s.id AND n.opt_at > contacts.opt_at;

DELETE FROM spelled WHERE phone_number IN (SELECT phone_number FROM contacts);

UPDATE deliveries SET phone_number = '+' || substr(phone_number, 3)
WHERE (kind = 'tag' OR outcome <> 'stored') AND phone_number IN (SELECT '00' || substr(phone_number, 2) FROM spelled);

UPDATE contacts SET phone_number = s.phone_number FROM spelled s WHERE s.id = contacts.id;
DROP TABLE spelled;

DELETE FROM search_again;
INSERT INTO search_again (kind, id) SELECT DISTINCT 'contact', contact_id FROM conversations;
INSERT INTO search_again (kind, id) SELECT 'note', id FROM notes WHERE deleted_at IS NULL;
