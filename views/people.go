package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tagline/store"
)

// People is the page on which admins see everybody and invite somebody.
type People struct {
	Viewer Viewer
	Change int64
	People []store.Person
	Invite AccessForm
	Made   MadeLink
	Find   string // what was looked for
	Next   string // the name after which the others follow, "" at the end
}

// MadeLink is a one-time link that was made just now; it is shown this once.
type MadeLink struct {
	Name    string // of whom it is for
	Address string // "" where none was made
}

// AccessForm is what an admin decides about a person, as it is or as it was typed when the form comes back.
type AccessForm struct {
	store.User
	More    string            // subusers by number, beside those that are ticked
	Choices []store.SubuserID // those that can be ticked
	Error   string            // why it came back
}

// PersonForm is the page of one person, for admins.
type PersonForm struct {
	Viewer Viewer
	Change int64
	Person store.Person
	Access *AccessForm
	Made   string // a one-time link that was made just now
	Saved  bool
	Error  string
}

// Link is the form with which a person chooses a password.
type Link struct {
	Action string // the one-time address it posts to
	Name   string
	Error  string
	Place  Place
}

// mayChange tells whether the viewer may change what others see.
func (v Viewer) mayChange() bool { return !v.User.ReadOnly }

// PersonURL is the page of a person, for admins.
func PersonURL(id int64) string { return "/settings/people/" + strconv.FormatInt(id, 10) }

// sees says what a person may see and do.
func (v Viewer) sees(u store.User) string {
	if u.Role == store.Admin {
		return "Admin: sees and sets everything"
	}
	words := "Sees all subusers"
	if !u.All {
		var names []string
		some, left := few(u.Subusers)
		for _, id := range some {
			names = append(names, v.subuserName(id))
		}
		if left > 0 {
			names = append(names, others(left))
		}
		words = "Sees " + strings.Join(names, ", ")
	}
	if u.ReadOnly {
		words += ", may only read"
	}
	return words
}

// pickable are the subusers that can be ticked, as many as a menu shows; rest are those of the others that are chosen:
// their numbers stand in the field beside them, so that saving the form keeps them.
func pickable(choices, chosen []store.SubuserID) (shown, rest []store.SubuserID) {
	if len(choices) <= mostChoices {
		return choices, nil
	}
	isChosen := map[store.SubuserID]bool{}
	for _, id := range chosen {
		isChosen[id] = true
	}
	for _, wanted := range []bool{true, false} {
		for _, id := range choices {
			switch {
			case isChosen[id] != wanted:
			case len(shown) < mostChoices:
				shown = append(shown, id)
			case wanted:
				rest = append(rest, id)
			}
		}
	}
	slices.Sort(shown)
	return shown, rest
}

// joinSubusers adds the numbers of subusers to what was typed.
func joinSubusers(typed string, rest []store.SubuserID) string {
	words := strings.FieldsFunc(typed, func(r rune) bool { return r == ',' || r == ' ' })
	for _, id := range rest {
		if !slices.Contains(words, id.String()) {
			words = append(words, id.String())
		}
	}
	if len(rest) == 0 {
		return typed
	}
	return strings.Join(words, ", ")
}

// FactorURL is what an authenticator app reads a key from.
func FactorURL(name, secret string) string {
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/Tagline:" + name,
		RawQuery: url.Values{"secret": {secret}, "issuer": {"Tagline"}}.Encode()}
	return u.String()
}

var (
	roleOptions   = []option{{string(store.Agent), "Agent"}, {string(store.Admin), "Admin"}}
	seesOptions   = []option{{"some", "These"}, {"all", "All, also new ones"}}
	mayOptions    = []option{{"reply", "Read and change"}, {"read", "Only read"}}
	factorOptions = []option{{"own", "As they like"}, {"required", "Required"}}
)

func either(yes bool, one, other string) string {
	if yes {
		return one
	}
	return other
}
