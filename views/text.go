package views

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// legible is a text with its control characters as pictures: browsers draw nothing for them. Line breaks and tabs stay what they are.
func legible(text string) string {
	if strings.IndexFunc(text, unseen) < 0 {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case !unseen(r):
			return r
		case r < ' ':
			return '\u2400' + r // their pictures have the same order
		case r == '\u007f':
			return '\u2421'
		}
		return utf8.RuneError
	}, text)
}

func unseen(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }

// blank tells whether there is nothing in a name that can be seen.
func blank(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) && !unicode.Is(invisibleLetters, r)
	})
}

// invisibleLetters count as letters or symbols and are drawn as nothing.
var invisibleLetters = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x115f, Hi: 0x1160, Stride: 1}, {Lo: 0x2800, Hi: 0x2800, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
}}

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
