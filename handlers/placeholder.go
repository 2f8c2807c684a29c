package handlers

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tagline/textutil"
)

// unfilled finds what looks like a placeholder: a word in braces, perhaps with what stands for it where it is unknown,
// a small number, or whatever stands in two pairs of them, as other programs have it. Whoever typed one, or chose a
// canned reply with one that Tagline does not know, is asked before it goes out like that. Programs are not: they send
// what they mean.
var unfilled = regexp.MustCompile(
	`\{[\s_#]*\pL[\pL\pM\pN_ \t./'’-]{0,39}(?:\|[\pL\pM\pN_][\pL\pM\pN_ \t.,'-]{0,38})?[!?]?[ \t]*\}` +
		`|\{[ \t]*\pN{1,2}[ \t]*\}|\{[ \t]*\{[^{}\n]{0,100}[\pL\pN][^{}\n]{0,100}\}[ \t]*\}`)

// placeholdersIn are those that stand in a text, each once, as they look: without regard to width and to what shows
// nothing.
func placeholdersIn(text string) string {
	var all []string
	for _, one := range unfilled.FindAllString(textutil.WithoutIgnorable(norm.NFKC.String(text)), -1) {
		if one = strings.Join(strings.Fields(one), " "); !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return strings.Join(all, " ")
}

// askAboutPlaceholders says what to ask before the text is sent, or "". What was confirmed is which placeholders it
// has: with others the question comes again.
func askAboutPlaceholders(text string, form url.Values) (question, confirmed string) {
	confirmed = placeholdersIn(text)
	if confirmed == "" || written(form.Get("placeholders")) == confirmed {
		return "", confirmed
	}
	return "This will be sent exactly as written, with " + confirmed + " in it. Replace that, or send it anyway.",
		confirmed
}
