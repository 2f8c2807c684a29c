package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"tagline/textutil"
)

// CleanName is a user name as it is kept: letters in one form (NFKC), one space between words, and nothing that cannot
// be seen. Phones put a space behind what they complete, and keyboards write the same letter in several ways.
func CleanName(typed string) string {
	typed = norm.NFKC.String(acute.Replace(strings.ToValidUTF8(typed, "\ufffd")))
	typed = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return -1
		}
		return r
	}, typed)
	// what was dropped may have kept a mark from its letter
	return norm.NFKC.String(strings.Join(strings.Fields(typed), " "))
}

// acute is typed for an apostrophe; NFKC would make an accent of it.
var acute = strings.NewReplacer("´", "'")

// NameKey is what names have in common that are one to people, in any script: letter case does not count, nor which of
// several apostrophes, dashes, digits or Arabic letters a keyboard gives. Phones write others than computers. Accents
// do count.
func NameKey(name string) string {
	key := dottedI.Replace(cases.Fold().String(strings.Map(onePunctuation, CleanName(name))))
	return CleanName(strings.Map(oneInUse, strings.Map(leastCase, key)))
}

// SameName returns what tells whether a name is the typed one to people.
func SameName(typed string) func(name string) bool {
	key := NameKey(typed)
	return func(name string) bool { return NameKey(name) == key }
}

// dottedI is what Fold makes of İ, which Turkish keyboards have beside i and ı.
var dottedI = strings.NewReplacer("i\u0307", "i", "ı", "i")

// leastCase is one letter for all that are the same but for their case. Fold, which knows letters that become two,
// leaves some of the others as they are.
func leastCase(r rune) rune {
	least := r
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		least = min(least, other)
	}
	return least
}

// onePunctuation is one sign for all apostrophes, and one for all dashes.
func onePunctuation(r rune) rune {
	switch {
	case strings.ContainsRune("’‘‛′‵`՚׳"+apostrophes, r):
		return '\''
	case unicode.Is(unicode.Pd, r) || r == '−' || r == '⁃':
		return '-'
	}
	return r
}

// oneInUse is one digit or Arabic letter for all that people take for it.
func oneInUse(r rune) rune {
	if digit, ok := textutil.Digit(r); ok {
		return rune(digit)
	}
	if r == tatweel {
		return -1
	}
	if plain := plainLetters[r]; plain != "" && unicode.Is(unicode.Arabic, r) {
		r, _ = utf8.DecodeRuneInString(plain)
	}
	return r
}

// NameFinder returns what tells whether somebody who types that means a name: where it stands in the name, whatever the
// letter case, accents, widths and punctuation of both are. begins says that the name begins with it.
func NameFinder(typed string) func(name string) (found, begins bool) {
	words := fold(typed)
	return func(name string) (found, begins bool) {
		in := fold(name)
		return strings.Contains(in, words), strings.HasPrefix(in, words)
	}
}

// fold returns a text as it is compared with what is typed to find it.
func fold(s string) string {
	var folded []byte
	for _, r := range CleanName(s) {
		switch {
		case accents(r), r == tatweel:
		case unicode.In(r, unicode.L, unicode.N):
			folded = appendFolded(folded, r)
		default:
			folded = utf8.AppendRune(folded, onePunctuation(r))
		}
	}
	return string(folded)
}
