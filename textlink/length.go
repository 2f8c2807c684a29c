package textlink

import (
	"fmt"
	"unicode/utf8"
)

// The most characters that these have. Whoever knows a webhook's secret could otherwise fill every list and index with
// a single value.
const (
	longestNumber = 64 // a phone number has 15 digits, and people write something between them
	longestLabel  = 256
	longestID     = 256
)

// cutLong takes out what is too long to be what its key says: it is no news then. It returns ErrTooLong where nothing
// is left to tell without it: for the number, and for the new tag of the tag webhook. The body is kept as it came.
func (e *Event) cutLong(kind Kind) error {
	if long := cut("phone_number", &e.PhoneNumber, longestNumber); long != nil {
		return long
	}
	cut("name", &e.Name, longestLabel)
	cut("custom_id", &e.CustomID, longestID)
	long := cut("tag", &e.Tag, longestLabel)
	if long != nil && kind != Tag {
		e.HasTag, long = false, nil
	}
	return long
}

// cut empties a value that has more characters than it may have.
func cut(key string, value *string, most int) error {
	n := utf8.RuneCountInString(*value)
	if n <= most {
		return nil
	}
	*value = ""
	return fmt.Errorf("%w: %s has %d characters, at most %d are taken", ErrTooLong, key, n, most)
}
