package text

import (
	"regexp"
	"testing"
)

// oneLetterPrefix is a question for everything that one letter begins. Answering it takes seconds where there are a
// million messages: FTS5 puts the list together from all words, since the index has lists from two letters on only.
var oneLetterPrefix = regexp.MustCompile(`^(?s:.*[" ])?[^" ]" \*`)

func TestMessagesAreNotAskedForWhatOneLetterBegins(t *testing.T) {
	for typed, want := range map[string]string{
		"a": `text : "a"`, "5": `text : "5"`, "я": `text : "я"`, "好": `text : "好"`, "é": `text : "e"`, "a.": `text : "a"`,
		"ab": `text : "ab" *`, "see y": `text : "see"`, `"see y`: `text : "see"`, `"see y"`: `text : "see y"`,
		"y z": `text : "y"`, "5 a": `text : "5"`, "see yo": `text : "see" AND text : "yo" *`,
		"好 a": `text : "好"`, "👍 a": `text : "👍"`,
	} {
		terms := ParseTerms(typed)
		match := terms.MessageMatch(nil)
		if match != want {
			t.Errorf("%q asks for %s, want %s", typed, match, want)
		}
		near, _ := terms.NearMatch([]string{"s1"})
		for _, asked := range []string{match, near} {
			if oneLetterPrefix.MatchString(asked) {
				t.Errorf("%q asks for everything that a letter begins: %s", typed, asked)
			}
		}
	}
}
