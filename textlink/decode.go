package textlink

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
)

var (
	// ErrNotJSON is returned for a body that is not a JSON object, or breaks off inside one.
	ErrNotJSON = errors.New("not a JSON object")

	// ErrIncomplete is returned for a JSON object without what its kind can't do without.
	ErrIncomplete = errors.New("incomplete")

	// ErrUnreadable is returned for an object with a subuser_id that is there and names nobody. Whose it is stays open:
	// taken for the main account's it would be shown to people who may not see it.
	ErrUnreadable = errors.New("unreadable")

	// ErrTooLong is returned for an object with a number, name, tag or id far longer than any that is one.
	ErrTooLong = errors.New("too long")
)

// Decode reads a webhook body as leniently as it can without guessing: numbers may be strings and strings numbers, null
// is the same as absent, letter case of keys is ignored where the lower-case key is not there, a byte order mark before
// and anything after the object are ignored. Of several equal keys the last counts.
//
// The error is ErrNotJSON, ErrTooLong, ErrIncomplete or ErrUnreadable, wrapped in words for the delivery log (never
// with content of the body). In each case the event holds what could be read, because the credentials must be checked
// and the log shows number and subuser.
func Decode(kind Kind, body []byte) (Event, error) {
	found, err := readFields(body)
	e := Event{
		Kind:        kind,
		Secret:      found.secret(),
		PhoneNumber: found.phoneNumber(),
		SIMCardID:   found.integer("sim_card_id"),
		Portal:      found.boolean("portal"),
		CustomID:    found.customID(),
		Outbound:    found.outbound(),
	}
	if id := found.integer("textlink_id"); id != nil {
		e.TextlinkID = *id
	}
	e.Text, e.TextKey = found.message()
	e.Timestamp, e.Doubtful = found.timestamp()
	e.Name, _ = found.label("name")
	e.Tag, e.HasTag = found.label("tag")
	e.HasText = found.hasText(e)
	var unreadable error
	e.Subuser, unreadable = found.subuser()
	if long := e.cutLong(kind); err == nil && long != nil {
		err = long
	}
	if err == nil {
		err = found.missing(e)
	}
	if err == nil {
		err = unreadable
	}
	return e, err
}

// subuser reads whole numbers that are not negative. Absent, null and the empty string name the main account, -1 is
// nobody.
func (f fields) subuser() (int64, error) {
	v := f.value("subuser_id")
	if s, _ := v.text(); strings.TrimSpace(s) == "" {
		return 0, nil
	}
	if id, whole := v.whole(); whole && id >= 0 {
		return id, nil
	}
	return -1, fmt.Errorf("%w: subuser_id is not a whole number", ErrUnreadable)
}

// missing names what the event's kind needs and doesn't have. A text may be empty or null, but a message without the
// key is no message.
func (f fields) missing(e Event) error {
	if e.PhoneNumber == "" {
		return fmt.Errorf("%w: no phone_number", ErrIncomplete)
	}
	if e.Kind == Tag {
		if !e.HasTag {
			return fmt.Errorf("%w: no tag", ErrIncomplete)
		}
		return nil
	}
	if !e.HasText {
		return fmt.Errorf("%w: no text", ErrIncomplete)
	}
	return nil
}

func (f fields) secret() *string {
	v := f.value("secret")
	if v == nil {
		return nil
	}
	s, _ := v.text()
	return &s
}

// phoneNumber reads strings and positive whole numbers. Anything else names nobody, and must not become a contact that
// the messages of different people share.
func (f fields) phoneNumber() string {
	v := f.value("phone_number")
	if v.isNumber() {
		return phoneNumberFromDigits(v)
	}
	if !v.isString() {
		return ""
	}
	s, _ := v.text()
	return normalisePhoneNumber(s)
}

func (f fields) message() (text string, key []byte) {
	v := f.value("text")
	text, exact := v.text()
	identity := []byte(text)
	if !exact {
		identity = v
	}
	sum := sha256.Sum256(identity)
	return text, sum[:16]
}

// hasText tells whether the event has a text. A null is none where nothing but a tag comes with it: that is a tag
// change, and no empty message. One that comes with what only messages have is that of a message without words, like a
// picture.
func (f fields) hasText(e Event) bool {
	_, there := f["text"]
	onlyTag := e.HasTag && e.Timestamp == nil && e.SIMCardID == nil && !e.Outbound
	return there && (f.value("text") != nil || !onlyTag)
}

func (f fields) timestamp() (ms *int64, doubtful bool) {
	if f.value("timestamp") == nil {
		return nil, false
	}
	ms = f.integer("timestamp")
	if ms == nil || *ms <= 0 {
		return nil, true
	}
	return ms, *ms < earliest || *ms >= latest
}

// outbound tells whether the event has what only sends and failures have, readable or not.
func (f fields) outbound() bool {
	id := f.value("textlink_id")
	n, number := id.integer()
	hasID := !id.isEmpty() && string(id) != "false" && !(number && n == 0)
	return hasID || !f.value("portal").isEmpty() || strings.TrimSpace(f.customID()) != ""
}

// customID is decimal text where the id came as a number: 1234, 1234.0 and "1234" are one id. false, [] and {} are
// none: messages that had that in common would be taken for one.
func (f fields) customID() string {
	v := f.value("custom_id")
	if !v.isString() && (v.isEmpty() || string(v) == "false") {
		return ""
	}
	if v.isNumber() {
		return v.decimal()
	}
	s, _ := v.text()
	return s
}

// label reads what people call a contact, as name or tag. Only strings and numbers are usable: false, [] or {} is how
// some programs write "none", and must not overwrite what we know.
func (f fields) label(key string) (s string, usable bool) {
	v := f.value(key)
	if !v.isString() && !v.isNumber() {
		return "", false
	}
	s, _ = v.text()
	return s, true
}

func (f fields) integer(key string) *int64 {
	if n, ok := f.value(key).integer(); ok {
		return &n
	}
	return nil
}

func (f fields) boolean(key string) *bool {
	if b, ok := f.value(key).boolean(); ok {
		return &b
	}
	return nil
}

// TextKey identifies a text as Event.TextKey does.
func TextKey(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:16]
}
