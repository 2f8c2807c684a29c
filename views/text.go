package views

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tagline/textutil"
)

// legible is a text with its control characters as pictures: browsers draw nothing for them.
func legible(text string) string { return textutil.Legible(text) }

// blank tells whether there is nothing in a name that can be seen.
func blank(name string) bool { return textutil.Blank(name) }

// What is longer than this is folded to its beginning. The longest SMS, of 1,530 characters, is not.
const (
	wholeLength = 1600 // characters
	wholeLines  = 40
	foldLength  = 600
	foldLines   = 15
)

// fold returns the beginning of a text that is too long to be shown whole, and whether it is.
func fold(text string) (head string, folded bool) {
	if utf8.RuneCountInString(text) <= wholeLength && strings.Count(text, "\n") < wholeLines {
		return text, false
	}
	n, lines := 0, 0
	end := strings.IndexFunc(text, func(r rune) bool {
		if r == '\n' {
			lines++
		}
		n++
		return lines == foldLines || n > foldLength
	})
	return text[:whole(text, end)], true
}

// whole moves an end on to where no character is cut, within reason.
func whole(text string, end int) int {
	for range foldLength {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !joined(text[:end], r) {
			break
		}
		end += size
	}
	return end
}

// joined tells whether a character belongs to the one before it: a mark, or a part of an emoji.
func joined(before string, r rune) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	const joiner = '\u200d'
	return unicode.IsMark(r) || r == joiner || last == joiner || 0x1f3fb <= r && r <= 0x1f3ff
}
