package text

import (
	"iter"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tagline/textutil"
)

// The words that opt out and in again without anybody having said so; networks know the same, and the rules of the
// United States name them.
var (
	OutWords = []string{"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"}
	InWords  = []string{"START", "UNSTOP"}
)

// The same words as people write them in two parts.
var (
	partedOutWords = []string{"stop all", "un subscribe", "opt out"}
	partedInWords  = []string{"un stop"}
)

// LongestOptWord is how many characters a word has at most, spaces included.
const LongestOptWord = 40

// longestOptText is how many bytes may stand between the first and the last letter of such a word.
const longestOptText = 400

// OptWord is what remains of a text for comparing it with the words: neither case nor what stands around it counts, nor
// how wide or in how many parts its letters are written. It is "" if nothing remains.
func OptWord(text string) string {
	text = between(text, func(r rune) bool { return writes(plainLetter(r)) || composed(r) })
	if len(text) > longestOptText {
		return ""
	}
	text = between(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Variation_Selector, r) || drawnAround(r) ||
			unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Join_Control, r) {
			return -1
		}
		return plainLetter(r)
	}, norm.NFKC.String(text)), writes)
	return strings.Join(strings.Fields(strings.ToLower(strings.ToUpper(text))), " ")
}

// between returns the part of a text from the first to the last character that counts, with the marks of the last.
func between(text string, counts func(rune) bool) string {
	begin, end := strings.IndexFunc(text, counts), strings.LastIndexFunc(text, counts)
	if begin < 0 {
		return ""
	}
	for i, r := range text[end:] { // marks belong to the letter before them
		if i > 0 && !unicode.Is(unicode.M, r) {
			return text[begin : end+i]
		}
	}
	return text[begin:]
}

// smallCapitals are those that NFKC keeps, and what is written with them. There is none of X.
var smallCapitals = map[rune]rune{
	'ᴀ': 'A', 'ʙ': 'B', 'ᴄ': 'C', 'ᴅ': 'D', 'ᴇ': 'E', 'ꜰ': 'F', 'ɢ': 'G', 'ʜ': 'H', 'ɪ': 'I', 'ᴊ': 'J', 'ᴋ': 'K',
	'ʟ': 'L', 'ᴍ': 'M', 'ɴ': 'N',
	'ᴏ': 'O', 'ᴘ': 'P', 'ꞯ': 'Q', 'ǫ': 'Q', 'ʀ': 'R', 'ꜱ': 'S', 'ᴛ': 'T', 'ᴜ': 'U', 'ᴠ': 'V', 'ᴡ': 'W', 'ʏ': 'Y', 'ᴢ': 'Z',
}

// drawnAround tells whether r is a mark around or below a letter that makes no other letter of it: a circle, a key, an
// underline.
func drawnAround(r rune) bool { return unicode.Is(unicode.Me, r) || r == '\u0332' || r == '\u0333' }

// plainLetter returns the letter that a small capital is, or one that is white on a black circle or square: NFKC keeps
// them as they are.
func plainLetter(r rune) rune {
	if capital := smallCapitals[r]; capital != 0 {
		return capital
	}
	switch {
	case '🅐' <= r && r <= '🅩':
		return r - '🅐' + 'A'
	case '🅰' <= r && r <= '🆉':
		return r - '🅰' + 'A'
	}
	return r
}

// composed tells whether a symbol stands for other characters, as Ⓢ does.
func composed(r rune) bool {
	return unicode.Is(unicode.S, r) && norm.NFKD.PropertiesString(string(r)).Decomposition() != nil
}

// OptParts is what OptWord made of a text as its words alone: what stands between them does not count.
func OptParts(word string) string {
	return strings.Join(strings.FieldsFunc(textutil.WithoutIgnorable(word), func(r rune) bool {
		return !unicode.In(r, unicode.L, unicode.N, unicode.M)
	}), " ")
}

// CommonOptWord tells whether what OptWord made of a text is one of the words that count everywhere, and which way. It
// counts in two parts, spelled out, and repeated as well: OPT-OUT, S.T.O.P., stop stop, un-stop.
func CommonOptWord(word string) (is, out bool) {
	for parts := range repeated(strings.Split(OptParts(word), " ")) {
		for _, out := range []bool{true, false} {
			words, parted := OutWords, partedOutWords
			if !out {
				words, parted = InWords, partedInWords
			}
			if slices.Contains(parted, strings.Join(parts, " ")) ||
				slices.ContainsFunc(words, func(one string) bool { return spells(parts, one) }) {
				return true, out
			}
		}
	}
	return false, false
}

// spells tells whether the parts are a word, in one part or letter by letter.
func spells(parts []string, word string) bool {
	return (len(parts) == 1 || len(parts) == len(word)) && strings.EqualFold(word, strings.Join(parts, ""))
}

// repeated yields parts, and then those that they repeat, if they do.
func repeated(parts []string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for n := len(parts); n > 0; n-- {
			if len(parts)%n == 0 && slices.Equal(parts[n:], parts[:len(parts)-n]) && !yield(parts[:n]) {
				return
			}
		}
	}
}

// OptKey is what OptWord made of a text in the spelling that search compares, without what stands between its parts.
// Words with one key are one word, but for digits, whose parts count: 4 2 is not 42.
func OptKey(word string) string {
	parts := foldedParts(word)
	joined := strings.Join(parts, "")
	if !strings.ContainsFunc(joined, unicode.IsLetter) {
		return strings.Join(parts, " ")
	}
	return joined
}

// thaiTyped are spellings that look like another one, and what they are typed for: two sara e for sara ae, and
// nikhahit, of which NFKC makes sara am begin, that was typed before the tone. Lao has the same.
var thaiTyped = strings.NewReplacer("เเ", "แ", "\u0e4d\u0e48", "\u0e48\u0e4d", "\u0e4d\u0e49", "\u0e49\u0e4d",
	"\u0e4d\u0e4a", "\u0e4a\u0e4d", "\u0e4d\u0e4b", "\u0e4b\u0e4d",
	"ເເ", "ແ", "\u0ecd\u0ec8", "\u0ec8\u0ecd", "\u0ecd\u0ec9", "\u0ec9\u0ecd", "\u0ecd\u0eca", "\u0eca\u0ecd",
	"\u0ecd\u0ecb", "\u0ecb\u0ecd")

// nasal are a nasal letter before another consonant, or chandrabindu, that Indian scripts write as anusvara as well.
var nasal = regexp.MustCompile(`[ङञणनम]्([क-ह])|[ঙঞণনম]্([ক-হ])|[ਙਞਣਨਮ]੍([ਕ-ਹ])|[ઙઞણનમ]્([ક-હ])`)

// oneSpelling returns a word in one of the spellings that people take for the same.
func oneSpelling(word string) string {
	word = thaiTyped.Replace(word)
	word = nasal.ReplaceAllStringFunc(word, func(s string) string {
		first, _ := utf8.DecodeRuneInString(s)
		last, _ := utf8.DecodeLastRuneInString(s)
		return string([]rune{first&^0x7f + 2, last}) // anusvara has the third place of each of these scripts
	})
	return strings.NewReplacer("ँ", "ं", "ঁ", "ং", "ઁ", "ં", "ਁ", "ਂ", "ੰ", "ਂ").Replace(word)
}

// foldedParts are the parts of a word in the spelling that search compares.
func foldedParts(word string) (parts []string) {
	for part := range strings.SplitSeq(OptParts(oneSpelling(word)), " ") {
		var b strings.Builder
		for _, w := range cutWords(part) {
			b.WriteString(w.text)
		}
		parts = append(parts, b.String())
	}
	return parts
}

// sameOptWord tells whether the parts of a text are those of an account's own word: the same, or the same letters where
// one of both is written in one part, or the text letter by letter.
func sameOptWord(text, own []string) bool {
	if slices.Equal(text, own) {
		return true
	}
	joined := strings.Join(text, "")
	return strings.ContainsFunc(joined, unicode.IsLetter) && joined == strings.Join(own, "") &&
		(len(text) == 1 || len(own) == 1 || len(text) == utf8.RuneCountInString(joined))
}

func writes(r rune) bool { return unicode.In(r, unicode.L, unicode.N) }

// OwnOptWord returns which of an account's own words, as OptWord made them, is what OptWord made of a text, or -1.
func OwnOptWord(word string, own []string) int {
	i := slices.Index(own, word)
	for parts := range repeated(foldedParts(word)) {
		if i < 0 {
			i = slices.IndexFunc(own, func(one string) bool { return sameOptWord(parts, foldedParts(one)) })
		}
	}
	return i
}
