package views

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// piece is a run of a body: characters as they are, or one that could not be seen or would change how others look.
type piece struct {
	Text string
	Mark bool
}

// visible shows a body exactly: what a reader could not see, or could be deceived by, is written out. White space that
// lays out a text is left alone.
func visible(body []byte) []piece {
	var pieces []piece
	start := 0
	for i := 0; i < len(body); {
		r, size := utf8.DecodeRune(body[i:])
		mark := markOf(r, size, body[i])
		if mark != "" {
			if start < i {
				pieces = append(pieces, piece{Text: string(body[start:i])})
			}
			pieces = append(pieces, piece{Text: mark, Mark: true})
			start = i + size
		}
		i += size
	}
	if start < len(body) {
		pieces = append(pieces, piece{Text: string(body[start:])})
	}
	return pieces
}

func markOf(r rune, size int, first byte) string {
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf(`\x%02x`, first)
	case r == '\n' || r == '\t' || r == ' ':
		return ""
	case r < 0x80 && unicode.IsControl(r):
		return fmt.Sprintf(`\x%02x`, r)
	case r > 0xffff && !unicode.IsGraphic(r):
		return fmt.Sprintf(`\U%08x`, r)
	case !unicode.IsGraphic(r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
		return fmt.Sprintf(`\u%04x`, r)
	}
	return ""
}

// bodyPartWeight is about how many bytes of a page a part of a body takes.
const bodyPartWeight = 64 << 10

// markRoom is about how many bytes a mark takes besides its text.
const markRoom = 24

// bodyWeight is about how many bytes a body takes in a page.
func bodyWeight(body []byte) int {
	_, sum := weighBody(body, len(body)*(markRoom+10))
	return sum
}

// weighBody is how much of a body, from its beginning on, weighs at most so much.
func weighBody(body []byte, most int) (end, sum int) {
	for end < len(body) {
		r, size := utf8.DecodeRune(body[end:])
		room := runeWeight(r)
		if mark := markOf(r, size, body[end]); mark != "" {
			room = len(mark) + markRoom
		}
		if sum+room > most {
			break
		}
		end, sum = end+size, sum+room
	}
	return end, sum
}

// bodyPart is a part of a body from a byte on; next is where the rest begins, 0 where nothing is left.
func bodyPart(body []byte, from int) (part []byte, next int) {
	rest := body[min(from, len(body)):]
	end, _ := weighBody(rest, bodyPartWeight)
	if end == len(rest) {
		return rest, 0
	}
	return rest[:end], min(from, len(body)) + end
}

// deepest is how many levels of a body are indented: each costs as much as all above it together.
const deepest = 16

// indented lays a JSON body out for reading; ok is false for what is no JSON, or too deep.
func indented(body []byte) (laidOut []byte, ok bool) {
	depth, most := 0, 0
	for _, b := range body {
		switch b { // brackets in strings count too: that only makes it more careful
		case '{', '[':
			depth++
			most = max(most, depth)
		case '}', ']':
			depth--
		}
	}
	var out bytes.Buffer
	if most > deepest || json.Indent(&out, body, "", "  ") != nil {
		return nil, false
	}
	return out.Bytes(), true
}

// sizeWords writes a number of bytes.
func sizeWords(n int64) string {
	switch {
	case n < 0:
		return "size not said"
	case n < 1024:
		return plural(int(n), "byte", "bytes")
	}
	return strconv.FormatFloat(float64(n)/1024, 'f', 1, 64) + " KiB"
}
