package textlink

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
)

// blank stands in the delivery log where a secret was.
const blank = `"***"`

// BlankSecret returns the body byte for byte, except that the value of every key that Decode would take for "secret" is
// "***", at any depth. It returns body itself if there is none. The body may be broken, cut off or followed by
// anything: where the end of a value is in doubt too much is blanked rather than too little, up to the end of the body.
//
// A body that does not begin like an object may be a form or XML: the secret is looked for as these write it, too.
func BlankSecret(body []byte) []byte {
	blanked, _ := replaceSecret(body, blank)
	s := scanner{body: blanked}
	if s.skipByteOrderMark(); s.skip('{') || !unquotedSecret.Match(blanked) {
		return blanked
	}
	return unquotedSecret.ReplaceAll(blanked, []byte("${1}***"))
}

// unquotedSecret is the secret of a form ("secret=…&"), of a part of one (an empty line, the value, the end of the
// line), of XML ("<secret>…<") or of lines like headers.
var unquotedSecret = regexp.MustCompile(`(?i)(\bsecret\]?(?:=|>|:[ \t]*|"?\r?\n\r?\n))[^&<\r\n"*]+`)

// WithSecret returns a body whose secret was blanked with another one in its place, else as it is. A body that is an
// object without a secret gets it as its first field, unless it is "".
func WithSecret(body []byte, secret string) []byte {
	var value bytes.Buffer
	encoder := json.NewEncoder(&value)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(secret) != nil { // text always can be
		return body
	}
	quoted := strings.TrimSuffix(value.String(), "\n")
	replaced, had := replaceSecret(body, quoted)
	object := bytes.TrimLeft(body, " \n\r\t")
	if secret == "" || had || len(object) == 0 || object[0] != '{' || !json.Valid(body) {
		return replaced
	}
	first, rest := `{"secret":`+quoted, bytes.TrimLeft(object[1:], " \n\r\t")
	if rest[0] != '}' {
		first += ","
	}
	return append([]byte(first), object[1:]...)
}

// replaceSecret puts a JSON value in the place of every secret, and tells whether there was one.
func replaceSecret(body []byte, value string) (replaced []byte, had bool) {
	var out []byte
	done := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++ // an escaped quote begins no key
		case '"':
			start, end := secretValue(body, i)
			if start == end {
				continue
			}
			out = append(append(out, body[done:start]...), value...)
			done = end
			i = end - 1
		}
	}
	if done == 0 {
		return body, false
	}
	return append(out, body[done:]...), true
}

// secretValue looks for `"secret": value` at a quote and returns where the value is; start equals end if there is none.
//
// It is asked for every quote, not only for those that open a string, because a stray quote in a broken body would
// otherwise hide the key that follows. In valid JSON that finds nothing more: a quote inside a string is escaped, and
// after a closing one comes no letter.
func secretValue(body []byte, quote int) (start, end int) {
	s := scanner{body: body, pos: quote}
	if !s.secretKey() || !s.skip(':') {
		return 0, 0
	}
	s.skipSpace()
	start = s.pos
	return start, s.endOfSecret()
}

// secretKey moves over the key if it is "secret", in any letter case and with any escapes.
func (s *scanner) secretKey() bool {
	const longest = len(`"\u0073\u0065\u0063\u0072\u0065\u0074"`)
	window := scanner{body: s.body[s.pos:min(s.pos+longest, len(s.body))]}
	token, ok := window.quoted()
	if !ok {
		return false
	}
	s.pos += len(token)
	key, _ := unquote(token)
	return strings.EqualFold(key, "secret")
}

// endOfSecret returns where the value that begins here ends, the end of the body if that can't be told.
func (s *scanner) endOfSecret() int {
	switch s.peek() {
	case '"', '\'':
		return s.endOfQuoted(s.peek())
	case '{', '[':
		if _, ok := s.nested(); !ok || !s.mayEndAt(s.pos) {
			return len(s.body)
		}
		return s.pos
	default:
		return s.endOfBare()
	}
}

// endOfQuoted takes a quote for the closing one only if a value may end there; else it stands unescaped in the middle
// of the secret.
func (s *scanner) endOfQuoted(quote byte) int {
	for i := s.pos + 1; i < len(s.body); i++ {
		switch s.body[i] {
		case '\\':
			i++
		case quote:
			if s.mayEndAt(i + 1) {
				return i + 1
			}
		}
	}
	return len(s.body)
}

// endOfBare leaves the white space after a number or word alone, and takes several words as one value.
func (s *scanner) endOfBare() int {
	length := bytes.IndexAny(s.body[s.pos:], ",]}")
	if length < 0 {
		return len(s.body)
	}
	return s.pos + len(bytes.TrimRight(s.body[s.pos:s.pos+length], " \n\r\t"))
}

// mayEndAt reports whether what follows is what follows a value: the next member, a closing bracket or nothing.
func (s *scanner) mayEndAt(pos int) bool {
	after := scanner{body: s.body, pos: pos}
	after.skipSpace()
	return after.pos == len(s.body) || bytes.IndexByte([]byte(",]}"), after.peek()) >= 0
}
