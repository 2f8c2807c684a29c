package textlink

import "bytes"

// scanner finds where JSON values begin and end, without judging what is in them. On valid JSON it is exact; on other
// input it goes on as long as that makes sense. It counts brackets instead of recursing, so depth costs nothing.
type scanner struct {
	body []byte
	pos  int
}

// peek returns the byte at the position, 0 at the end.
func (s *scanner) peek() byte {
	if s.pos < len(s.body) {
		return s.body[s.pos]
	}
	return 0
}

func (s *scanner) skipByteOrderMark() {
	s.skipSpace()
	if bytes.HasPrefix(s.body[s.pos:], []byte("\uFEFF")) {
		s.pos += len("\uFEFF")
	}
}

func (s *scanner) skipSpace() {
	for s.pos < len(s.body) && isSpace(s.body[s.pos]) {
		s.pos++
	}
}

// skip moves over white space and then over b, if that comes next.
func (s *scanner) skip(b byte) bool {
	s.skipSpace()
	if s.pos < len(s.body) && s.body[s.pos] == b {
		s.pos++
		return true
	}
	return false
}

// member reads `"key": value`.
func (s *scanner) member() (key string, v value, ok bool) {
	s.skipSpace()
	token, ok := s.quoted()
	if !ok || !s.skip(':') {
		return "", nil, false
	}
	s.skipSpace()
	v, ok = s.value()
	key, _ = unquote(token)
	return key, v, ok
}

// value reads one whole value; not ok if it has no end.
func (s *scanner) value() (value, bool) {
	switch s.peek() {
	case '"':
		token, ok := s.quoted()
		return token, ok
	case '{', '[':
		token, ok := s.nested()
		return token, ok
	default:
		token, ok := s.bare()
		return token, ok
	}
}

// quoted reads a string with its quotes. Line breaks in it, which JSON forbids, are let pass.
func (s *scanner) quoted() ([]byte, bool) {
	if s.peek() != '"' {
		return nil, false
	}
	for i := s.pos + 1; i < len(s.body); i++ {
		switch s.body[i] {
		case '\\':
			i++
		case '"':
			token := s.body[s.pos : i+1]
			s.pos = i + 1
			return token, true
		}
	}
	return nil, false
}

// nested reads an array or object up to the bracket that closes it.
func (s *scanner) nested() ([]byte, bool) {
	inner := scanner{body: s.body, pos: s.pos}
	for depth := 0; inner.pos < len(s.body); {
		switch inner.peek() {
		case '"':
			if _, ok := inner.quoted(); !ok {
				return nil, false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		inner.pos++
		if depth == 0 {
			token := s.body[s.pos:inner.pos]
			s.pos = inner.pos
			return token, true
		}
	}
	return nil, false
}

// bare reads a number or a word. Not ok at the end of the body: it may have been cut off.
func (s *scanner) bare() ([]byte, bool) {
	for i := s.pos; i < len(s.body); i++ {
		if b := s.body[i]; isSpace(b) || b == ',' || b == '}' || b == ']' {
			token := s.body[s.pos:i]
			s.pos = i
			return token, len(token) > 0
		}
	}
	return nil, false
}

func isSpace(b byte) bool { return b == ' ' || b == '\n' || b == '\r' || b == '\t' }
