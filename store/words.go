package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestWord is how many bytes of a word count. Longer ones are not written by people.
const longestWord = 64

// word is a word of a text as the search index knows it.
type word struct {
	text       string // folded: without case and accents
	start, end int    // where it stands in the text
	single     bool   // one character of a script that puts no spaces between words
}

// cutWords cuts a text into words and folds them. What is indexed and what is searched for is cut by it alike, and
// so is what is highlighted. Words consist of letters and digits; scripts without spaces are cut into characters, so
// that a word within a sentence is found as a phrase, and so are emoji.
func cutWords(text string) []word {
	var all []word
	var fold []byte
	start := 0
	end := func(at int) {
		if len(fold) > 0 {
			all = append(all, word{text: string(fold), start: start, end: at})
			fold = fold[:0]
		}
	}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			switch {
			case 'A' <= c && c <= 'Z':
				c += 'a' - 'A'
				fallthrough
			case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
				if len(fold) == 0 {
					start = i
				}
				if len(fold) < longestWord {
					fold = append(fold, c)
				}
			default:
				end(i)
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case stands(r):
			end(i)
			all = append(all, word{text: text[i : i+size], start: i, end: i + size, single: true})
		case unicode.In(r, unicode.L, unicode.N):
			before := len(fold)
			if before < longestWord {
				fold = appendFolded(fold, r)
			}
			if before == 0 {
				start = i
			}
		case !unicode.Is(unicode.M, r):
			end(i)
		case len(fold) > 0 && len(fold) < longestWord && !accents(r):
			fold = utf8.AppendRune(fold, r)
		}
		i += size
	}
	end(len(text))
	return all
}

// unspaced are the scripts that put no spaces between words.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

// stands tells whether a character is a word by itself.
func stands(r rune) bool {
	if r < 0x0E00 {
		return false
	}
	if unicode.In(r, unspaced...) {
		return unicode.In(r, unicode.L, unicode.M, unicode.N)
	}
	return r >= 0x1F000 && unicode.Is(unicode.So, r)
}

// pointed are the marks that people leave out: accents, and the vowel points of Hebrew and Arabic. In other scripts
// marks are part of the word.
var pointed = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036f, Stride: 1}, {Lo: 0x0483, Hi: 0x0489, Stride: 1}, {Lo: 0x0591, Hi: 0x05c7, Stride: 1},
	{Lo: 0x0610, Hi: 0x061a, Stride: 1}, {Lo: 0x064b, Hi: 0x065f, Stride: 1}, {Lo: 0x0670, Hi: 0x0670, Stride: 1},
	{Lo: 0x06d6, Hi: 0x06ed, Stride: 1}, {Lo: 0x1ab0, Hi: 0x1aff, Stride: 1}, {Lo: 0x1dc0, Hi: 0x1dff, Stride: 1},
	{Lo: 0x20d0, Hi: 0x20ff, Stride: 1}, {Lo: 0x3099, Hi: 0x309a, Stride: 1}, {Lo: 0xfe00, Hi: 0xfe2f, Stride: 1},
}, R32: []unicode.Range32{{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}}}

func accents(mark rune) bool { return unicode.Is(pointed, mark) }

// plainLetters are letters that Unicode does not take for others with an accent, but people do.
var plainLetters = map[rune]string{'ß': "ss", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'æ': "ae", 'œ': "oe", 'þ': "th", 'ı': "i", 'ς': "σ", 'ħ': "h"}

// appendFolded adds a letter or digit without case, accents and compatibility forms. It adds something always, so that
// every word has a beginning.
func appendFolded(to []byte, r rune) []byte {
	before := len(to)
	var encoded [utf8.UTFMax]byte
	whole := encoded[:utf8.EncodeRune(encoded[:], r)]
	parts := norm.NFKD.Properties(whole).Decomposition()
	if parts == nil {
		parts = whole
	}
	for _, part := range string(parts) {
		if part = unicode.ToLower(part); !unicode.In(part, unicode.L, unicode.N) {
			continue
		}
		if plain := plainLetters[part]; plain != "" {
			to = append(to, plain...)
		} else {
			to = utf8.AppendRune(to, part)
		}
	}
	if len(to) == before {
		to = append(to, whole...)
	}
	return to
}

// indexed is a text as the index takes it in.
func indexed(text string) string {
	var b strings.Builder
	for _, w := range cutWords(text) {
		b.WriteString(w.text)
		b.WriteByte(' ')
	}
	return b.String()
}
