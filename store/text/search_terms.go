package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tagline/textutil"
)

const (
	// searchLength is how many characters of what somebody searches for count.
	searchLength = 200
	// searchWords is how many words of it count.
	searchWords = 24
)

// Terms is what somebody searches for; all of them must be found. What stands in quotes is a phrase, and the last term
// that does not may be unfinished, unless it is one letter and all there is: that begins too much. Nothing in it means
// anything but itself.
type Terms struct {
	terms  []term
	number string // digits, where all of it can be one phone number
}

// term is words that must stand side by side.
type term struct {
	words      []word
	unfinished bool   // the last word may go on
	digits     string // where it can be a part of a phone number
}

// SearchText is what counts of what somebody typed, as it stands in addresses.
func SearchText(typed string) string {
	typed = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(typed, " ")))
	return textutil.Trim(firstRunes(typed, searchLength))
}

// ParseTerms reads what somebody typed.
func ParseTerms(typed string) Terms {
	typed = SearchText(typed)
	t := Terms{number: numberDigits(typed)}
	last := -1
	parts := strings.Split(quotes.Replace(typed), `"`)
	for i, part := range parts {
		if i%2 == 1 {
			if t.add(part) && i == len(parts)-1 {
				last = len(t.terms) - 1 // the quote is still open
			}
			continue
		}
		for _, plain := range strings.Fields(part) {
			if t.add(plain) {
				last = len(t.terms) - 1
			}
		}
	}
	if len(t.terms) == 0 {
		t.addSymbols(symbols(cutWords(typed)))
		return t
	}
	if last >= 0 {
		words := t.terms[last].words
		t.terms[last].unfinished = !words[len(words)-1].single && !t.OneLetter()
	}
	return t
}

var quotes = strings.NewReplacer("“", `"`, "”", `"`, "„", `"`, "«", `"`, "»", `"`)

// add adds terms for the words of a text and for the pictures in it, if there are not too many already, and last that
// which the text ends with. It tells whether it did. Other symbols are for who searches for nothing else.
func (t *Terms) add(text string) bool {
	all := cutWords(text)
	words, pictures := withoutSymbols(all), slices.DeleteFunc(symbols(all), func(w word) bool { return !w.isPicture() })
	before := len(t.terms)
	endsInPicture := len(all) > 0 && all[len(all)-1].isPicture()
	if !endsInPicture {
		t.addSymbols(pictures)
	}
	if len(words) > 0 && t.size()+len(words) <= searchWords {
		t.terms = append(t.terms, term{words: words, digits: numberDigits(text)})
	}
	if endsInPicture {
		t.addSymbols(pictures)
	}
	return len(t.terms) > before
}

// addSymbols adds a term for each symbol.
func (t *Terms) addSymbols(all []word) {
	for _, w := range all[:min(len(all), max(0, searchWords-t.size()))] {
		t.terms = append(t.terms, term{words: []word{w}})
	}
}

func (t Terms) size() int {
	n := 0
	for _, term := range t.terms {
		n += len(term.words)
	}
	return n
}

// OneLetter reports whether one letter or digit is all that is searched for. It finds the names and numbers that it
// begins, and texts in which it is a word. One character of a script without spaces is a word like any other.
func (t Terms) OneLetter() bool {
	return t.size() == 1 && !t.terms[0].words[0].single &&
		utf8.RuneCountInString(t.terms[0].words[0].text) < shortestPrefix
}

// Empty tells whether there is nothing to search for: no letter, digit or symbol.
func (t Terms) Empty() bool { return len(t.terms) == 0 }

// numberDigits returns the digits of what can be a phone number or a part of one, without what stands before the
// number within a country; "" for anything else.
func numberDigits(text string) string {
	number, _ := textutil.Number(text)
	return withoutTrunk(strings.TrimPrefix(number, "+"))
}

// shortestNumber is how many digits have to be left for zeros before them to be taken for a prefix.
const shortestNumber = 5

func withoutTrunk(digits string) string {
	rest := strings.TrimPrefix(digits, "00")
	if rest == digits {
		rest = strings.TrimPrefix(digits, "0")
	}
	if len(rest) < shortestNumber {
		return digits
	}
	return rest
}

// Mark is a part of a text, and whether it is what was searched for.
type Mark struct {
	Text string
	Hit  bool
}

// Marks divides a text into what was searched for and what was not.
func (t Terms) Marks(text string) []Mark {
	hits, _ := t.find(text)
	return divide(text, hits)
}

// In tells whether all terms are in the text.
func (t Terms) In(text string) bool {
	_, all := t.find(Head(text))
	if !all {
		_, all = t.find(text)
	}
	return all && !t.Empty()
}

// headLength is how many bytes of a text are searched before the rest: to cut a text of 60 KB into words takes 10 ms.
const headLength = 4096

// Head is the beginning of a long text, up to a space; the whole of a short one.
func Head(text string) string {
	if len(text) > headLength {
		if space := strings.LastIndexByte(text[:headLength], ' '); space > 0 {
			return text[:space]
		}
	}
	return text
}

// divide cuts the text into what is hit, byte for byte, and what is not.
func divide(text string, hits []bool) []Mark {
	var marks []Mark
	for start := 0; start < len(text); {
		end := start + 1
		for end < len(text) && (hits[end] == hits[start] || !utf8.RuneStart(text[end])) {
			end++
		}
		marks = append(marks, Mark{text[start:end], hits[start]})
		start = end
	}
	return marks
}

// find returns for each byte of the text whether it belongs to a hit, and whether every term has one.
func (t Terms) find(text string) (hits []bool, all bool) {
	hits, all = make([]bool, len(text)), true
	cut := cutWords(text)
	plain := withoutSymbols(cut)
	signs := slices.DeleteFunc(cut, func(w word) bool { return !w.symbol })
	for _, term := range t.terms {
		found, words := false, plain
		if term.words[0].symbol {
			words = signs
		}
		for i := range words {
			if !term.begins(words[i:]) {
				continue
			}
			found = true
			for at := words[i].start; at < words[i+len(term.words)-1].end; at++ {
				hits[at] = true
			}
		}
		all = all && found
	}
	return hits, all
}

// begins tells whether the words begin with the term's.
func (t term) begins(words []word) bool {
	if len(words) < len(t.words) {
		return false
	}
	for i, w := range t.words {
		last := i == len(t.words)-1
		if words[i].text != w.text && !(last && t.unfinished && strings.HasPrefix(words[i].text, w.text)) {
			return false
		}
	}
	return true
}

// Begun is the same with every term unfinished, as names are found.
func (t Terms) Begun() Terms {
	begun := Terms{number: t.number}
	for _, term := range t.terms {
		term.unfinished = true
		begun.terms = append(begun.terms, term)
	}
	return begun
}

// Names tells whether a name (of a tag, of a subuser) has a word that begins with each term.
func (t Terms) Names(name string) bool { return t.Begun().In(name) }

// MarksNumber is Marks for a phone number in any format: the digits are what counts.
func (t Terms) MarksNumber(number string) []Mark {
	var digits []byte
	var places []int
	for i := range len(number) {
		if c := number[i]; '0' <= c && c <= '9' {
			digits, places = append(digits, c), append(places, i)
		}
	}
	hits := make([]bool, len(number))
	for _, needle := range t.numbers() {
		at := strings.Index(string(digits), needle)
		if at < 0 {
			continue
		}
		for i := places[at]; i <= places[at+len(needle)-1]; i++ {
			hits[i] = true
		}
	}
	return divide(number, hits)
}

// numbers are the digits that can be a phone number or a part of one.
func (t Terms) numbers() []string {
	if t.number != "" {
		return []string{t.number}
	}
	var all []string
	for _, term := range t.terms {
		if term.digits != "" {
			all = append(all, term.digits)
		}
	}
	return all
}
