// Package text holds pure functions on words: how texts are cut and folded for search, what is searched for, which
// words opt out, and which user names are one.
package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tagline/textutil"
)

// longestWord is how many bytes of a word count. Longer ones are not written by people.
const longestWord = 64

// word is a word of a text as the search index knows it, or a symbol.
type word struct {
	text       string // folded: without case and accents
	start, end int    // where it stands in the text
	single     bool   // one character of a script that puts no spaces between words, or a symbol
	symbol     bool   // an emoji or another sign: it stands beside the words, not among them
}

// cutWords cuts a text into words and folds them. What is indexed and what is searched for is cut by it alike, and
// so is what is highlighted. Words consist of letters and digits; scripts without spaces are cut into characters, so
// that a word within a sentence is found as a phrase.
func cutWords(text string) []word {
	var c cutter
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			c.ascii(text[i], i, i+1)
			i++
			continue
		}
		size := norm.NFKC.NextBoundaryInString(text[i:], true)
		if size <= 0 {
			size = len(text) - i
		}
		c.characters(text[i:i+size], i, i+size)
		i += size
	}
	c.endWord()
	return c.words
}

// cutter is what has been cut off so far, and the word under way.
type cutter struct {
	words      []word
	fold       []byte
	start, end int
	flag       rune // the first of the two letters of a flag, if that is the last word
}

func (c *cutter) endWord() {
	if len(c.fold) > 0 {
		c.words = append(c.words, word{text: string(c.fold), start: c.start, end: c.end})
		c.fold = c.fold[:0]
	}
}

// single adds a word of one character.
func (c *cutter) single(r rune, start, end int) {
	c.endWord()
	if symbol := isSymbol(r); symbol && '!' <= r && r <= '~' {
		// the index takes ASCII symbols for spaces
		c.words = append(c.words, word{string(r + '！' - '!'), start, end, true, true})
	} else {
		c.words = append(c.words, word{string(r), start, end, true, symbol})
	}
}

func (c *cutter) ascii(b byte, start, end int) {
	c.flag = 0
	switch {
	case 'A' <= b && b <= 'Z':
		b += 'a' - 'A'
		fallthrough
	case 'a' <= b && b <= 'z', '0' <= b && b <= '9':
		c.letter(start, end)
		if len(c.fold) < longestWord {
			c.fold = append(c.fold, b)
		}
	case strings.IndexByte(asciiSymbols, b) >= 0:
		c.single(rune(b), start, end)
	default:
		c.endWord()
	}
}

// letter begins a word, or goes on with the one under way.
func (c *cutter) letter(start, end int) {
	if len(c.fold) == 0 {
		c.start = start
	}
	c.end = end
}

// characters takes in what is normalised together: one character, or several that are one when composed.
func (c *cutter) characters(text string, start, end int) {
	first, _ := utf8.DecodeRuneInString(text)
	if !strings.ContainsRune(whole, first) && !norm.NFKC.IsNormalString(text) {
		text = norm.NFKC.String(text)
	}
	for _, r := range text {
		c.character(r, start, end)
	}
}

// whole are symbols that are not taken apart: they would become letters of the word before them, or punctuation.
const whole = "™℠‼⁇⁈⁉"

func (c *cutter) character(r rune, start, end int) {
	flag := c.flag
	c.flag = 0
	switch {
	case r < utf8.RuneSelf:
		c.ascii(byte(r), start, end)
	case textutil.Ignorable(r), r == tatweel, skinTone(r):
		c.flag = flag
		c.extend(start, end)
	case regional(r) && flag != 0:
		last := &c.words[len(c.words)-1]
		last.text, last.end = last.text+string(r), end
	case stands(r), isSymbol(r):
		c.single(r, start, end)
		if regional(r) {
			c.flag = r
		}
	case strings.ContainsRune(apostrophes, r):
		c.endWord()
	case unicode.In(r, unicode.L, unicode.N):
		c.letter(start, end)
		if len(c.fold) < longestWord {
			c.fold = appendFolded(c.fold, r)
		}
	case unicode.Is(unicode.M, r):
		c.extend(start, end)
		if len(c.fold) > 0 && len(c.fold) < longestWord && !accents(r) {
			c.fold = utf8.AppendRune(c.fold, r)
		}
	default:
		c.endWord()
	}
}

// extend has a character belong to the word or symbol before it.
func (c *cutter) extend(start, end int) {
	if len(c.fold) > 0 {
		c.end = end
	} else if n := len(c.words); n > 0 && c.words[n-1].end == start {
		c.words[n-1].end = end
	}
}

// tatweel stretches Arabic words.
const tatweel = 'ـ'

// apostrophes are those that count as letters. The others are punctuation, which separates words as well.
const apostrophes = "ʼʻʽʹʾʿˈˊˋꞌꞋߴߵ"

// unspaced are the scripts that put no spaces between words.
var unspaced = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Bopomofo,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, kanaMarks}

// kanaMarks stand in Japanese words without belonging to one of its scripts.
var kanaMarks = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x3031, Hi: 0x3035, Stride: 1},
	{Lo: 0x30fc, Hi: 0x30fc, Stride: 1}}}

// stands tells whether a character is a word by itself. Digits make numbers in every script.
func stands(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unspaced...) && unicode.In(r, unicode.L, unicode.M, unicode.N) &&
		!unicode.Is(unicode.Nd, r)
}

// asciiSymbols are those of ASCII that are not only punctuation.
const asciiSymbols = "#$%&+<=>@|~"

// isSymbol tells whether a character is a symbol, or punctuation that is used like one.
func isSymbol(r rune) bool {
	return unicode.Is(unicode.S, r) && !strings.ContainsRune("`^´\ufffc\ufffd❛❜", r) ||
		strings.ContainsRune("#%&@§¶†‡•‰‱※〽〰‼⁇⁈⁉", r) || unicode.Is(unicode.Co, r) || newEmoji(r)
}

// pictures is where arrows, pictures and emoji begin. What comes before them, %, +, €, stands beside words as
// punctuation does.
const pictures = 0x2190

// isPicture tells whether a symbol is looked for beside words, too, and not only where there is nothing else to look
// for.
func (w word) isPicture() bool {
	r, _ := utf8.DecodeRuneInString(w.text)
	return w.symbol && r >= pictures && (r < '！' || r > '～')
}

// skinTone tells whether a character changes the emoji before it. All of an emoji's tones are one.
func skinTone(r rune) bool { return 0x1f3fb <= r && r <= 0x1f3ff }

// regional tells whether a character is one of the two of a flag.
func regional(r rune) bool { return 0x1f1e6 <= r && r <= 0x1f1ff }

// newEmoji tells whether a character stands where Unicode puts emoji: telephones know more of them than this program.
func newEmoji(r rune) bool { return 0x1f300 <= r && r <= 0x1faff && !unicode.IsGraphic(r) }

// pointed are the marks that people leave out: accents, and the vowel points of Hebrew and Arabic. In other scripts
// marks are part of the word.
var pointed = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036f, Stride: 1}, {Lo: 0x0483, Hi: 0x0489, Stride: 1}, {Lo: 0x0591, Hi: 0x05c7, Stride: 1},
	{Lo: 0x0610, Hi: 0x061a, Stride: 1}, {Lo: 0x064b, Hi: 0x065f, Stride: 1}, {Lo: 0x0670, Hi: 0x0670, Stride: 1},
	{Lo: 0x06d6, Hi: 0x06ed, Stride: 1}, {Lo: 0x08ca, Hi: 0x08ff, Stride: 1}, {Lo: 0x1ab0, Hi: 0x1aff, Stride: 1},
	{Lo: 0x1dc0, Hi: 0x1dff, Stride: 1},
	{Lo: 0x20d0, Hi: 0x20ff, Stride: 1}, {Lo: 0x3099, Hi: 0x309a, Stride: 1}, {Lo: 0xfe00, Hi: 0xfe2f, Stride: 1},
}, R32: []unicode.Range32{{Lo: 0xe0100, Hi: 0xe01ef, Stride: 1}}}

func accents(mark rune) bool { return unicode.Is(pointed, mark) }

// plainLetters are letters that Unicode does not take for others with an accent, but people do; and letters of Arabic,
// Persian, Urdu and Kurdish that keyboards give for each other.
var plainLetters = map[rune]string{'ß': "ss", 'ø': "o", 'đ': "d", 'ð': "d", 'ł': "l", 'æ': "ae", 'œ': "oe", 'þ': "th",
	'ı': "i", 'ς': "σ", 'ħ': "h",
	'ي': "ی", 'ى': "ی", 'ې': "ی", 'ے': "ی", 'ۍ': "ی", 'ێ': "ی", 'ؠ': "ی", 'ك': "ک", 'ڪ': "ک", 'ٱ': "ا", 'ة': "ه", 'ہ': "ه",
	'ھ': "ه", 'ە': "ه", 'ۀ': "ه", 'ۃ': "ه", 'ٲ': "ا", 'ٳ': "ا", 'ٵ': "ا", 'ۆ': "و"}

// appendFolded adds a letter or digit without case, accents and compatibility forms. It adds something always, so that
// every word has a beginning.
func appendFolded(to []byte, r rune) []byte {
	if digit, ok := textutil.Digit(r); ok {
		return append(to, digit)
	}
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

// Indexed is a text as the index takes it in. Symbols come last, each once: among the words they would keep those from
// standing side by side.
func Indexed(text string) string {
	var b strings.Builder
	words := cutWords(text)
	for _, w := range words {
		if !w.symbol {
			b.WriteString(w.text)
			b.WriteByte(' ')
		}
	}
	for _, w := range symbols(words) {
		b.WriteString(w.text)
		b.WriteByte(' ')
	}
	return b.String()
}

// symbols are the symbols among the words, each once.
func symbols(words []word) (all []word) {
	for _, w := range words {
		if w.symbol && !slices.ContainsFunc(all, func(one word) bool { return one.text == w.text }) {
			all = append(all, w)
		}
	}
	return all
}

// withoutSymbols are the words that are none.
func withoutSymbols(words []word) (rest []word) {
	for _, w := range words {
		if !w.symbol {
			rest = append(rest, w)
		}
	}
	return rest
}
