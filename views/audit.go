package views

import (
	"net/url"
	"strconv"

	"tagline/store"
)

// Audit is the page of who did what.
type Audit struct {
	Viewer  Viewer
	Change  int64
	Entries []store.Entry
	Chosen  AuditChoice
	People  []store.User
	Next    string // address of the page before, "" at the beginning of the log
}

// AuditChoice is what the log is narrowed to, as it stands in the address.
type AuditChoice struct {
	Person, Action string
	From, Until    string // days, both included
}

// AuditURL is the log narrowed to what was chosen, before an entry (0 is the end).
func AuditURL(c AuditChoice, before int64) string {
	q := url.Values{}
	for name, value := range map[string]string{"person": c.Person, "action": c.Action, "from": c.From, "until": c.Until} {
		if value != "" {
			q.Set(name, value)
		}
	}
	if before != 0 {
		q.Set("before", strconv.FormatInt(before, 10))
	}
	if len(q) == 0 {
		return "/settings/audit"
	}
	return "/settings/audit?" + q.Encode()
}

// fewPeople are the people that the log can be narrowed to, the first of many and whom it is narrowed to.
func (a Audit) fewPeople() ([]store.User, int) {
	return mostUsed(mostChoices, a.People, func(u store.User) bool { return number(u.ID) == a.Chosen.Person },
		func(store.User) int { return 0 }, func(store.User) int { return 0 })
}

// actorWords is who did something.
func actorWords(e store.Entry) string {
	if e.Name == "" {
		return "Somebody"
	}
	return e.Name
}
