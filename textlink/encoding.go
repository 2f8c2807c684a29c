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

// Plain returns a body as UTF-8 of at most the given size: gzip is unpacked and UTF-16 rewritten, if the body is such, whatever its headers
// say. It returns any other body itself, also one that only begins like these.
func Plain(body []byte, most int) ([]byte, error) {
	if bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		unpacked, err := unpack(body, most)
		if err != nil {
			return nil, err
		}
		body = unpacked
	}
	if order, start := byteOrder(body); order != nil {
		body = fromUTF16(body[start:], order)
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

// byteOrder recognises UTF-16 by its byte order mark, or by the zero beside the bracket that an object begins with; nil if it is none.
func byteOrder(body []byte) (order binary.ByteOrder, start int) {
	if len(body) < 2 || len(body)%2 != 0 {
		return nil, 0
	}
	switch [2]byte(body) {
	case [2]byte{0xff, 0xfe}:
		return binary.LittleEndian, 2
	case [2]byte{0xfe, 0xff}:
		return binary.BigEndian, 2
	case [2]byte{'{', 0}:
		return binary.LittleEndian, 0
	case [2]byte{0, '{'}:
		return binary.BigEndian, 0
	}
	return nil, 0
}

func fromUTF16(body []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(body)/2)
	for i := range units {
		units[i] = order.Uint16(body[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
