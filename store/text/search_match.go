package text

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tagline/textutil"
)

// This file writes questions to the index (SQLite's FTS5). Words consist of letters and digits, so quoting them is all
// it takes.

const (
	// prefixIndexed is how long the beginnings of words are that the index of messages finds without putting their
	// words together: 2 to 3 characters.
	prefixIndexed  = 3
	shortestPrefix = 2
)

// MessageMatch asks for messages that may hold all terms; nil scopes ask in all. An unfinished end of one letter is
// left out.
func (t Terms) MessageMatch(scopes []string) string {
	var parts []string
	for _, term := range t.terms {
		if term = term.indexed(); len(term.words) > 0 {
			parts = append(parts, "text : "+term.phrase())
		}
	}
	return strings.Join(append(parts, scopeMatch(scopes)...), " AND ")
}

// indexed is the term without an unfinished end of one letter: the index has no list of the messages that it begins a
// word of, and would put one together from all those words.
func (t term) indexed() term {
	last := len(t.words) - 1
	if t.unfinished && utf8.RuneCountInString(t.words[last].text) < shortestPrefix {
		t.words, t.unfinished = t.words[:last], false
	}
	return t
}

// NearMatch asks for messages that may hold all terms, with the end of a long unfinished word left out. Where many
// messages do hold them it is much faster than MessageMatch, for which all of them are put together first. ok is false
// where there is nothing to leave out.
func (t Terms) NearMatch(scopes []string) (match string, ok bool) {
	var near Terms
	for _, term := range t.terms {
		last := len(term.words) - 1
		if end := term.words[last].text; term.unfinished && utf8.RuneCountInString(end) > prefixIndexed {
			ok = true
			term.words = slices.Clone(term.words)
			term.words[last].text = firstRunes(end, prefixIndexed)
		}
		near.terms = append(near.terms, term)
	}
	return near.MessageMatch(scopes), ok
}

// ContactMatch asks for contacts whose name has words that begin with each term, or whose number has the digits.
func (t Terms) ContactMatch(scopes []string) string {
	var parts []string
	if t.number != "" {
		parts = append(parts, "("+numberMatch(t.number)+")")
	} else {
		for _, term := range t.terms {
			begun := term
			begun.unfinished = true
			part := "name : " + begun.phrase()
			if term.digits != "" {
				part += " OR " + numberMatch(term.digits)
			}
			parts = append(parts, "("+part+")")
		}
	}
	return strings.Join(append(parts, scopeMatch(scopes)...), " AND ")
}

// countryCodes are how many digits a country code has at most.
const countryCodes = 3

// numberMatch finds the digits anywhere in a number, and a number without a country code also by one with it.
func numberMatch(digits string) string {
	match := `digits : "` + digits + `" *`
	for n := 1; n <= countryCodes && len(digits)-n > shortestNumber; n++ {
		match += ` OR digits : "` + wholeNumber + withoutTrunk(digits[n:]) + `"`
	}
	return match
}

// phrase is the term's words side by side.
func (t term) phrase() string {
	words := make([]string, len(t.words))
	for i, w := range t.words {
		words[i] = w.text
	}
	phrase := `"` + strings.Join(words, " ") + `"`
	if t.unfinished {
		phrase += " *"
	}
	return phrase
}

// scopeMatch narrows a question to one of the scopes; nil narrows nothing.
func scopeMatch(scopes []string) []string {
	if scopes == nil {
		return nil
	}
	words := make([]string, len(scopes))
	for i, scope := range scopes {
		words[i] = `"` + scope + `"`
	}
	return []string{"scope : (" + strings.Join(words, " OR ") + ")"}
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// wholeNumber stands before a number without a country code, so that one with it finds it.
const wholeNumber = "w"

// NumberEntry is what the index knows of a phone number: its digits from each place on, so that what begins there is
// found wherever it stands.
func NumberEntry(number string) string {
	var digits []byte
	for _, r := range number {
		if digit, ok := textutil.Digit(r); ok {
			digits = append(digits, digit)
		}
	}
	var words []string
	for i := range min(len(digits), longestWord) {
		words = append(words, string(digits[i:min(len(digits), longestWord)]))
	}
	if !strings.HasPrefix(number, "+") && len(digits) > 0 {
		words = append(words, wholeNumber+withoutTrunk(string(digits)))
	}
	return strings.Join(words, " ")
}
