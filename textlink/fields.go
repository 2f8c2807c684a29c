package textlink

import (
	"fmt"
	"strings"
)

// field is what a body says under one of the keys we know.
type field struct {
	value value
	exact bool // the key was spelled exactly so, in lower case
}

// fields are the known fields of a body's top level. A key that is there with the value null has an entry with a nil
// value.
type fields map[string]field

// knownKeys are the webhook fields of the TextLink docs. Any other is kept in the delivery log only.
var knownKeys = [...]string{
	"secret", "phone_number", "text", "timestamp", "portal", "sim_card_id", "textlink_id", "custom_id",
	"name", "tag", "subuser_id",
}

// value returns nil for what is absent or null.
func (f fields) value(key string) value { return f[key].value }

// readFields reads the first object in the body. Where that breaks, it returns what came before together with
// ErrNotJSON. encoding/json is no help here: it folds the case of keys, and gives up a body as a whole.
func readFields(body []byte) (fields, error) {
	found := fields{}
	s := scanner{body: body}
	s.skipByteOrderMark()
	if !s.skip('{') {
		return found, fmt.Errorf("%w: no object at its start", ErrNotJSON)
	}
	for !s.skip('}') {
		key, val, ok := s.member()
		if ok {
			found.put(key, val)
			ok = s.skip(',') || s.peek() == '}'
		}
		if !ok {
			return found, fmt.Errorf("%w: it breaks at byte %d of %d", ErrNotJSON, s.pos, len(body))
		}
	}
	return found, nil
}

func (f fields) put(key string, v value) {
	for _, known := range knownKeys {
		if strings.EqualFold(key, known) {
			f.putKnown(known, v, key == known)
			return
		}
	}
}

// putKnown lets the exact key win over other spellings and later ones over earlier. A null never replaces a value: it
// says nothing.
func (f fields) putKnown(key string, v value, exact bool) {
	old, seen := f[key]
	switch {
	case v.isNull():
		if !seen {
			f[key] = field{}
		}
	case old.value != nil && old.exact && !exact:
	default:
		f[key] = field{value: v, exact: exact}
	}
}
