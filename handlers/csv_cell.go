package handlers

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tagline/textutil"
)

// Strangers write messages, and spreadsheets compute what begins like a formula. A cell begins where the text does, and
// in a spreadsheet that separates by something else than the file does at each line, semicolon and tab within it as
// well; quotes do not count there.

// csvText is a text as a cell holds it: with one kind of line end, legible controls and no formula in it.
func csvText(text string) string {
	text = textutil.Legible(oneLineEnd.Replace(text))
	if phoneNumber(text) {
		return text
	}
	var b strings.Builder
	for start := 0; start < len(text); {
		end := len(text)
		if i := strings.IndexAny(text[start:], "\n;\t,"); i >= 0 {
			end = start + i + 1
		}
		part := text[start:end]
		if start == 0 && (part[0] == '\t' || part[0] == '\n') ||
			startsFormula(part, start == 0 || text[start-1] != ',') && (start == 0 || !phoneLine(part)) {
			b.WriteByte('\'')
		}
		b.WriteString(part)
		start = end
	}
	return b.String()
}

// oneLineEnd makes every line end one: the writer of the file drops lone carriage returns.
var oneLineEnd = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// startsFormula tells whether a spreadsheet takes what begins so for a formula. White space, invisible characters and
// quotes before the sign do not keep it from that, where they are allowed.
func startsFormula(part string, spaced bool) bool {
	if spaced {
		part = strings.TrimLeftFunc(part, func(r rune) bool {
			return unicode.IsSpace(r) || unicode.In(r, unicode.Z, unicode.C) || r == '"' || textutil.Ignorable(r)
		})
	}
	return strings.IndexFunc(part, computes) == 0
}

// computes tells whether a formula begins with a character, in any width.
func computes(r rune) bool {
	if r >= 0x80 {
		wide := []rune(norm.NFKC.String(string(r)))
		return len(wide) == 1 && (wide[0] == '−' || wide[0] < 0x80 && computes(wide[0]))
	}
	return r == '=' || r == '+' || r == '-' || r == '@'
}

// phoneNumber tells whether a text is a telephone number: a plus and digits compute nothing, and other programs read
// it.
func phoneNumber(text string) bool {
	digits, plus := strings.CutPrefix(text, "+")
	return plus && digits != "" && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}

// phoneLine tells whether a part of a text is a telephone number up to the end of a line, where every cell ends.
func phoneLine(part string) bool { return phoneNumber(strings.TrimSuffix(part, "\n")) }
