package textlink

import (
	"fmt"
	"strconv"
	"strings"
)

// Keys are the API keys: one for the account, and others for subusers that have keys of their own.
type Keys struct {
	account string
	own     map[int64]string
}

// ParseKeys reads keys between white space: KEY is the account's, which all use that have none of their own, and 6=KEY
// is that of subuser 6. The error does not repeat a key.
func ParseKeys(text string) (Keys, error) {
	keys := Keys{own: map[int64]string{}}
	for n, word := range strings.Fields(text) {
		id, key, own := strings.Cut(word, "=")
		subuser, err := strconv.ParseInt(id, 10, 64)
		switch {
		case own && err == nil && subuser > 0 && key != "":
			keys.own[subuser] = key
		case own && err == nil:
			return Keys{}, fmt.Errorf("word %d of the API keys names no subuser with its key; write it like 6=KEY", n+1)
		case keys.account != "":
			return Keys{}, fmt.Errorf("word %d of the API keys is a second key for the account; "+
				"write keys of subusers like 6=KEY", n+1)
		default:
			keys.account = word
		}
	}
	return keys, nil
}

// Empty tells whether there is no key at all.
func (k Keys) Empty() bool { return k.account == "" && len(k.own) == 0 }

// of is the key that calls for the subuser carry, "" if there is none.
func (k Keys) of(subuser int64) string {
	if key := k.own[subuser]; key != "" {
		return key
	}
	return k.account
}

// Has tells whether calls for the subuser can be made.
func (c *Client) Has(subuser int64) bool { return c.keys.of(subuser) != "" }
