package handlers

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tagline/store"
	"tagline/store/text"
)

// numbered are the parameters of an address with the numbers of the subusers and SIM cards that somebody typed by name,
// and whether there was such a name.
func (a *site) numbered(r *http.Request, q url.Values) (numbered url.Values, named bool, err error) {
	numbered = url.Values{}
	for key, values := range q {
		for _, value := range values {
			id, found := "", false
			switch key {
			case "subuser":
				id, found = a.subuserNamed(person(r), value)
			case "sim":
				if id, found, err = a.simCardNamed(r, value); err != nil {
					return nil, false, err
				}
			}
			if found {
				value, named = id, true
			}
			numbered.Add(key, value)
		}
	}
	return numbered, named, nil
}

func (a *site) subuserNamed(user store.User, typed string) (string, bool) {
	if _, err := store.ParseSubuserID(typed); err == nil || strings.TrimSpace(typed) == "" {
		return "", false
	}
	same := text.SameName(typed)
	for id, name := range a.namesFor(user).Subusers {
		if same(name) {
			return id.String(), true
		}
	}
	return "", false
}

func (a *site) simCardNamed(r *http.Request, typed string) (string, bool, error) {
	if _, err := strconv.ParseInt(typed, 10, 64); err == nil || strings.TrimSpace(typed) == "" {
		return "", false, nil
	}
	cards, err := a.simCards(r.Context(), person(r).Scope())
	names, same := a.names.Load().SIMCards, text.SameName(typed)
	for _, id := range cards {
		if same(names[id]) {
			return strconv.FormatInt(id, 10), true, nil
		}
	}
	return "", false, err
}
