// Package textutil holds pure functions on text as people type, copy and send it, in any script.
package textutil

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// invisible are letters, symbols and reserved code points that are drawn as nothing.
var invisible = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x034f, Hi: 0x034f, Stride: 1}, {Lo: 0x115f, Hi: 0x1160, Stride: 1}, {Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
	{Lo: 0x2065, Hi: 0x2065, Stride: 1},
	{Lo: 0x2800, Hi: 0x2800, Stride: 1}, {Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
	{Lo: 0xfff0, Hi: 0xfff8, Stride: 1}, {Lo: 0xfffc, Hi: 0xfffc, Stride: 1},
}, R32: []unicode.Range32{{Lo: 0x13441, Hi: 0x13442, Stride: 1}, {Lo: 0x1d159, Hi: 0x1d159, Stride: 1},
	{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}}}

// Ignorable reports whether r has no look and no meaning of its own: format characters, such as those for the direction
// of writing, variation selectors and fillers.
func Ignorable(r rune) bool {
	return r >= 0xad && unicode.In(r, unicode.Cf, unicode.Variation_Selector, invisible)
}

// Blank reports whether nothing in s can be seen. A mark without a letter cannot. What Unicode has not assigned yet
// can: it may be a new emoji.
func Blank(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !Ignorable(r) && !unicode.In(r, unicode.Z, unicode.Cc, unicode.Mn, unicode.Me)
	})
}

// Label returns the one form of a name or tag: NFC, one space between words, without what cannot be seen, and "" for
// what is blank. Joiners stay where they join or part letters or emoji.
func Label(s string) string {
	if Blank(s) {
		return ""
	}
	return norm.NFC.String(strings.Join(strings.FieldsFunc(seen(norm.NFC.String(s)), space), " "))
}

// space reports whether r is drawn as a gap.
func space(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Z, r) || strings.ContainsRune("\u2800\u3164\uffa0", r)
}

// Trim returns s without the white space and control characters around it, and "" for what is blank.
func Trim(s string) string {
	if Blank(s) {
		return ""
	}
	return strings.TrimSpace(s)
}

// WithoutIgnorable returns s without its ignorable characters.
func WithoutIgnorable(s string) string {
	if strings.IndexFunc(s, Ignorable) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if Ignorable(r) {
			return -1
		}
		return r
	}, s)
}

// Legible returns s with its control characters as pictures, since most programs draw nothing for them or end there.
// Line breaks and tabs stay.
func Legible(s string) string {
	if strings.IndexFunc(s, unseen) < 0 {
		return s
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
	}, s)
}

func unseen(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }
