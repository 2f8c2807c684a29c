package handlers

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// unfilled finds what looks like a placeholder: a word in braces. Whoever typed one, or chose a canned reply with one that Tagline
// does not know, is asked before it goes out like that. Programs are not: they send what they mean.
var unfilled = regexp.MustCompile(`\{\s*\pL[\pL\pM\pN_ .-]{0,39}\}`)

// placeholdersIn are those that stand in a text, each once, as they stand there.
func placeholdersIn(text string) string {
	var all []string
	for _, one := range unfilled.FindAllString(text, -1) {
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return strings.Join(all, " ")
}

// askAboutPlaceholders says what to ask before the text is sent, or "". What was confirmed is which placeholders it has: with
// others the question comes again.
func askAboutPlaceholders(text string, form url.Values) (question, confirmed string) {
	confirmed = placeholdersIn(text)
	if confirmed == "" || written(form.Get("placeholders")) == confirmed {
		return "", confirmed
	}
	return "This will be sent exactly as written, with " + confirmed + " in it. Replace that, or send it anyway.", confirmed
}
