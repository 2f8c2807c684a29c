package textlink

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
)

// ErrTooLarge is returned for a body that is larger than allowed once it is unpacked.
var ErrTooLarge = errors.New("larger than allowed")

// Plain returns a body as UTF-8 of at most the given size: gzip is unpacked and UTF-16 rewritten, if the body is such,
// whatever its headers say. It returns any other body itself, also one that only begins like these.
func Plain(body []byte, most int) ([]byte, error) {
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		unpacked, err := unpack(body, most)
		if err != nil {
			return nil, err
		}
		body = unpacked
	}
	if text, ok := fromUTF16(body); ok {
		body = text
	}
	if len(body) > most {
		return nil, ErrTooLarge
	}
	return body, nil
}

func unpack(body []byte, most int) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return body, nil
	}
	unpacked, err := io.ReadAll(io.LimitReader(r, int64(most)+1))
	switch {
	case len(unpacked) > most:
		return nil, ErrTooLarge
	case err != nil:
		return body, nil // broken: kept as it came
	}
	return unpacked, nil
}

// fromUTF16 rewrites a body that is an object in UTF-16, with a byte order mark or without. A body of another encoding
// with a stray byte is none: not only its first character must be one of an object, but the second as well.
func fromUTF16(body []byte) ([]byte, bool) {
	if len(body) < 4 || len(body)%2 != 0 || bytes.IndexByte(body[:4], 0) < 0 {
		return nil, false
	}
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		units := make([]uint16, len(body)/2)
		for i := range units {
			units[i] = order.Uint16(body[2*i:])
		}
		if units[0] == 0xfeff {
			units = units[1:]
		}
		text := []byte(string(utf16.Decode(units)))
		s := scanner{body: text}
		if s.skip('{') && s.pos < len(text) && (isSpace(text[s.pos]) || text[s.pos] == '"' || text[s.pos] == '}') {
			return text, true
		}
	}
	return nil, false
}
