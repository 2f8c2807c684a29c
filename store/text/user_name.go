package text

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// CleanName is a user name as it is kept: letters in one form (NFKC), one space between words, and nothing that cannot be
// seen. Phones put a space behind what they complete, and keyboards write the same letter in several ways.
func CleanName(typed string) string {
	typed = norm.NFKC.String(strings.ToValidUTF8(typed, "\ufffd"))
	typed = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return -1
		}
		return r
	}, typed)
	return norm.NFKC.String(strings.Join(strings.Fields(typed), " ")) // what was dropped may have kept a mark from its letter
}

// NameKey is what names have in common that are one to people: letter case does not count, in any script.
func NameKey(name string) string {
	return CleanName(strings.Map(leastCase, cases.Fold().String(CleanName(name))))
}

// leastCase is one letter for all that are the same but for their case. Fold, which knows letters that become two, leaves some
// of the others as they are.
func leastCase(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}
