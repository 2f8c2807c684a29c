package textlink

import (
	"errors"
	"strings"
	"testing"
)

func TestWhatIsTooLongToBeItIsNotTaken(t *testing.T) {
	for _, c := range []struct {
		kind       Kind
		key, value string
		fits       bool
	}{
		{Received, "phone_number", "+" + strings.Repeat("1", 60_000), false},
		{Received, "phone_number", "+" + strings.Repeat("1", 64), false},
		{Received, "phone_number", strings.Repeat("é", 64), true},
		{Tag, "phone_number", strings.Repeat("SENDER", 100), false},
		{Failed, "phone_number", strings.Repeat("٣", 65), false},
		{Received, "name", strings.Repeat("名", 256), true},
		{Received, "name", strings.Repeat("名", 257), true}, // no news, and the message counts
		{Tag, "tag", strings.Repeat("x", 59_000), false},
		{Received, "tag", strings.Repeat("x", 257), true},
		{Failed, "custom_id", strings.Repeat("7", 257), true},
		{Failed, "custom_id", strings.Repeat("7", 256), true},
		{Received, "text", strings.Repeat("long ", 12_000), true},
	} {
		members := map[string]string{"phone_number": "+14155550134", "text": "hi", "tag": "Warm", c.key: c.value}
		if c.kind == Tag {
			delete(members, "text")
		}
		var body strings.Builder
		for key, value := range members {
			body.WriteString(`,"` + key + `":"` + value + `"`)
		}
		e, err := Decode(c.kind, []byte("{"+body.String()[1:]+"}"))
		if errors.Is(err, ErrTooLong) == c.fits || (err == nil) != c.fits {
			t.Errorf("%s, %s of %d bytes: %v", c.kind, c.key, len(c.value), err)
		}
		if err != nil && (!strings.Contains(err.Error(), c.key) || len(e.PhoneNumber) > 4*longestNumber ||
			len(e.Name)+len(e.Tag)+len(e.CustomID) > 4*longestLabel) {
			t.Errorf("%s, %s of %d bytes: said %v and left %d bytes in it", c.kind, c.key, len(c.value),
				err, len(e.PhoneNumber+e.Name+e.Tag+e.CustomID))
		}
	}
}
