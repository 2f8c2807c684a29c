package views

import (
	"regexp"
	"strings"

	"golang.org/x/text/unicode/norm"

	"tagline/store"
	"tagline/textutil"
)

// CannedReplies is the page on which people keep replies that they write again and again.
type CannedReplies struct {
	Viewer Viewer
	Change int64
	All    []store.CannedReply // that the viewer can use, by name
	Find   string              // what they were narrowed by
	More   bool                // there are others
	Saved  bool                // a form has just been saved
	Typed  store.CannedReply   // what was typed, when a form comes back; ID tells which one, 0 is the new one
	Error  string              // why it came back
}

// shown is what the form of one has in it: what was typed if that came back.
func (c CannedReplies) shown(kept store.CannedReply) store.CannedReply {
	if c.Error == "" || c.Typed.ID != kept.ID {
		return kept
	}
	kept.Name, kept.Text, kept.Shared = c.Typed.Name, c.Typed.Text, c.Typed.Shared
	return kept
}

// refused tells whether the form of one came back.
func (c CannedReplies) refused(id int64) bool { return c.Error != "" && c.Typed.ID == id }

// cannedPath is the address of one's form; 0 is the new one's.
func cannedPath(id int64, action string) string {
	if id == 0 {
		return "/settings/replies"
	}
	return "/settings/replies/" + number(id) + action
}

// placeholder is one as people type it, in one pair of braces or two, with spaces, or on a keyboard with wide letters.
// It takes the space before it along, which would be left over where nothing is put in.
var placeholder = regexp.MustCompile(`( ?)(?:[{｛]\s*){1,2}([^{}｛｝]{1,60}?)(?:\s*[}｝]){1,2}`)

// filled is the text of a canned reply as it is sent to the contact. A placeholder for what is not known is left out,
// and what is put in is not looked at for placeholders again.
func filled(v Viewer, c store.Contact, text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		parts := placeholder.FindStringSubmatch(found)
		value := ""
		switch placeholderName(parts[2]) {
		case "name":
			value = legibleName(c.Name)
		case "number":
			value = formatNumber(c.PhoneNumber)
		case "agent":
			value = v.User.Name
		default:
			return found
		}
		if value == "" {
			return ""
		}
		return parts[1] + value
	})
}

// placeholderName is the word in the braces of a placeholder, whatever it was typed with.
func placeholderName(typed string) string {
	return strings.ToLower(textutil.Trim(textutil.WithoutIgnorable(norm.NFKC.String(typed))))
}

// legibleName is the name of a contact in one line, "" if nothing of it can be seen.
func legibleName(name string) string {
	if blank(name) {
		return ""
	}
	return clipText(strings.Join(strings.Fields(legible(name)), " "), longestName)
}
