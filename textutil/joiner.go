package textutil

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const (
	zeroWidthNonJoiner = '\u200c'
	zeroWidthJoiner    = '\u200d'
)

// seen returns s without the ignorable and control characters that change nothing of what is seen. Spaces stay.
func seen(s string) string {
	if !strings.ContainsFunc(s, unseenInLabel) {
		return s
	}
	runes := []rune(s)
	kept := make([]rune, 0, len(runes))
	for i, r := range runes {
		if !unseenInLabel(r) || space(r) || changesLook(kept, r, runes[i+1:]) {
			kept = append(kept, r)
		}
	}
	return string(kept)
}

func unseenInLabel(r rune) bool { return Ignorable(r) || unicode.IsControl(r) }

// changesLook tells whether an ignorable character after the kept ones and before the others is seen by what it does.
func changesLook(kept []rune, r rune, others []rune) bool {
	if len(kept) == 0 {
		return false
	}
	before, after := kept[len(kept)-1], firstSeen(others)
	switch {
	case unicode.Is(unicode.Prepended_Concatenation_Mark, r): // signs around Arabic numbers
		return true
	case emojiTag(r): // a flag such as that of Scotland
		return before == '🏴' || emojiTag(before)
	case 0xe0100 <= r && r <= 0xe01ef: // another form of a Chinese character, as in Japanese names
		return unicode.Is(unicode.Han, before)
	case unicode.Is(unicode.Variation_Selector, r):
		return unicode.Is(unicode.Mongolian, r) && unicode.Is(unicode.Mongolian, before)
	case r == zeroWidthJoiner && picture(before) && picture(after):
		return true
	case r == zeroWidthJoiner || r == zeroWidthNonJoiner:
		return virama(before) && unicode.IsLetter(after) || virama(after) && unicode.IsLetter(before) || cursive(kept, after)
	}
	return false
}

// emojiTag reports whether r is a letter of a flag's emoji, or its end.
func emojiTag(r rune) bool { return 0xe0020 <= r && r <= 0xe007f }

// firstSeen returns the first character that stays in any case, 0 for none.
func firstSeen(runes []rune) rune {
	for _, r := range runes {
		if !unseenInLabel(r) {
			return r
		}
	}
	return 0
}

// picture tells whether r can be a part of an emoji.
func picture(r rune) bool {
	return r >= 0x2190 && (unicode.In(r, unicode.So, unicode.Sk, unicode.Sm) || !unicode.IsGraphic(r))
}

// virama tells whether r ties letters of an Indian script together.
func virama(r rune) bool {
	const class = 9
	return r >= 0x94d && norm.NFC.PropertiesString(string(r)).CCC() == class
}

// joined are the scripts whose letters are written in one stroke.
var joined = []*unicode.RangeTable{unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Nko,
	unicode.Mandaic, unicode.Adlam}

// unjoined are Arabic letters that never join the letter after them.
const unjoined = "ءآأؤإاةدذرزوىٱٲٳٵٶٷڈډڊڋڌڍڎڏڐڑڒړڔڕږڗژڙۀۃۄۅۆۇۈۉۊۋۍۏےۓەۮۯ"

// cursive tells whether a joiner parts or ties two letters of a script written in one stroke.
func cursive(kept []rune, after rune) bool {
	i := len(kept) - 1
	for i > 0 && unicode.Is(unicode.Mn, kept[i]) {
		i--
	}
	before := kept[i]
	return unicode.In(before, joined...) && unicode.In(after, joined...) &&
		unicode.IsLetter(before) && unicode.IsLetter(after) &&
		!strings.ContainsRune(unjoined, before)
}
