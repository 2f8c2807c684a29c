package textlink

import (
	"fmt"
	"unicode/utf8"
)

// The most characters that these have. Whoever knows a webhook's secret could otherwise fill every list and index with a single value.
const (
	longestNumber = 64 // a phone number has 15 digits, and people write something between them
	longestLabel  = 256
	longestID     = 256
)

// cutLong takes out what is too long to be what its key says, and returns ErrTooLong for the first of it. The body is kept as it came.
func (e *Event) cutLong() (err error) {
	for _, f := range []struct {
		key   string
		value *string
		most  int
	}{
		{"phone_number", &e.PhoneNumber, longestNumber},
		{"name", &e.Name, longestLabel},
		{"tag", &e.Tag, longestLabel},
		{"custom_id", &e.CustomID, longestID},
	} {
		if len(*f.value) <= f.most { // bytes are never fewer than characters
			continue
		}
		if n := utf8.RuneCountInString(*f.value); n > f.most {
			if err == nil {
				err = fmt.Errorf("%w: %s has %d characters, at most %d are taken", ErrTooLong, f.key, n, f.most)
			}
			*f.value = ""
		}
	}
	return err
}
