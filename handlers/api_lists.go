package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tagline/store"
	"tagline/textutil"
)

// listing is what lists are asked for.
type listing struct {
	filter store.Filter
	after  int64
	limit  int
	state  string // of messages
	number string // of contacts
}

// apiPage is rows and where the next ones begin.
type apiPage struct {
	Data []fields `json:"data"`
	Next *string  `json:"next"` // to be sent as after; null at the end
}

// listOf answers with rows of a download.
func (a *apiHandlers) listOf(what string, parameters ...string) apiCall {
	return func(w http.ResponseWriter, r *http.Request, user store.User) error {
		asked, err := readListing(r.URL.RawQuery, parameters...)
		if err != nil {
			return err
		}
		kind := what
		if asked.state == "failed" {
			kind = "failures"
		}
		for { // as many rows as have room
			rows, last, err := a.downloads.files(asked.limit)[kind](r.Context(), user, asked.filter, asked.after)
			if err != nil {
				return err
			}
			if asked.limit == 1 || sizeOf(rows) <= apiBytes {
				return answerList(w, rows, last, asked.limit)
			}
			asked.limit /= 2
		}
	}
}

// sizeOf is how many bytes the texts of rows have.
func sizeOf(rows []fields) (size int) {
	for _, row := range rows {
		for _, f := range row {
			if text, ok := f.value.(string); ok {
				size += len(text)
			}
		}
	}
	return size
}

func answerList(w http.ResponseWriter, rows []fields, last int64, limit int) error {
	answer := apiPage{Data: rows}
	if len(rows) == limit {
		next := strconv.FormatInt(last, 10)
		answer.Next = &next
	}
	if rows == nil {
		answer.Data = []fields{}
	}
	writeJSON(w, http.StatusOK, "application/json", answer)
	return nil
}

func (a *apiHandlers) listContacts(w http.ResponseWriter, r *http.Request, user store.User) error {
	asked, err := readListing(r.URL.RawQuery, "tag", "phone_number")
	if err != nil {
		return err
	}
	if asked.number, err = a.askedNumber(r, user); err != nil {
		return err
	}
	contacts, err := a.store.Contacts(r.Context(), user.Scope(), asked.number, asked.filter.Tags, asked.after, asked.limit)
	if err != nil {
		return err
	}
	last := int64(0)
	rows := make([]fields, len(contacts))
	for i, c := range contacts {
		rows[i] = fields{{"contact_id", c.ID}, {"phone_number", c.PhoneNumber}, {"name", c.Name}, {"tag", c.Tag},
			{"opted_out", c.OptedOut}}
		last = c.ID
	}
	return answerList(w, rows, last, asked.limit)
}

// askedNumber is the number that a list of contacts is asked for, as it is stored where the person may see the contact;
// "" for all.
func (a *apiHandlers) askedNumber(r *http.Request, user store.User) (string, error) {
	if !r.URL.Query().Has("phone_number") {
		return "", nil
	}
	typed := r.URL.Query().Get("phone_number")
	c, err := a.contact(r.Context(), user.Scope(), typed)
	if !errors.Is(err, store.ErrNotFound) {
		return c.PhoneNumber, err
	}
	number, why := parseNumber(withPlus(typed))
	if why != "" {
		return "", wrong(http.StatusBadRequest, "phone_number", why)
	}
	return number, nil
}

var apiViews = []store.View{store.ViewAll, store.ViewInbox, store.ViewUnread, store.ViewUnanswered, store.ViewFailed,
	store.ViewDone, store.ViewMine, store.ViewSnoozed}

// apiRepeated are the parameters of a list that may come several times, and mean any of the values then.
var apiRepeated = []string{"tag", "subuser", "sim"}

// readListing reads the parameters of a list. Unlike a page it refuses what it does not understand: a program that asks
// for one tag must not get everything because of a slip.
func readListing(query string, parameters ...string) (asked listing, err error) {
	asked = listing{limit: apiUsual, filter: store.Filter{View: store.ViewAll, Sort: store.SortNewest, Zone: time.UTC}}
	q, err := url.ParseQuery(query) // Query() would drop what it cannot read, and the filter with it
	if err != nil {
		return asked, refused(http.StatusBadRequest, "The query string cannot be read. Escape ; as %3B and % as %25.")
	}
	for name, values := range q {
		if name != "after" && name != "limit" && !slices.Contains(parameters, name) {
			return asked, wrong(http.StatusBadRequest, name, "There is no such parameter here.")
		}
		if len(values) > 1 && !slices.Contains(apiRepeated, name) {
			return asked, wrong(http.StatusBadRequest, name, "Send this once.")
		}
		for _, value := range values {
			if textutil.Blank(value) {
				return asked, wrong(http.StatusBadRequest, name, "This is empty. Leave it out to get everything.")
			}
			if err := asked.read(name, value); err != nil {
				return asked, err
			}
		}
		if len(values) > mostOfAKind {
			return asked, wrong(http.StatusBadRequest, name, "These are too many at once.")
		}
	}
	return asked, nil
}

func (asked *listing) read(name, value string) error {
	var err error
	f := &asked.filter
	switch name {
	case "after":
		if asked.after, err = strconv.ParseInt(value, 10, 64); err != nil || asked.after < 0 {
			return wrong(http.StatusBadRequest, name, "Send what the answer before gave as next.")
		}
	case "limit":
		if asked.limit, err = strconv.Atoi(value); err != nil || asked.limit < 1 || asked.limit > apiPart {
			return wrong(http.StatusBadRequest, name, "Ask for 1 to 200 at once.")
		}
	case "view":
		if f.View = store.View(value); !slices.Contains(apiViews, f.View) {
			return wrong(http.StatusBadRequest, name, "There is no such view.")
		}
	case "state":
		if asked.state = value; value != "failed" {
			return wrong(http.StatusBadRequest, name, "The only state to ask for is failed.")
		}
	case "tag":
		// as it stands first: older versions kept tags as they came
		f.Tags = distinct(append(f.Tags, value, textutil.Label(value))...)
	case "subuser":
		id, err := store.ParseSubuserID(value)
		if err != nil {
			return wrong(http.StatusBadRequest, name, "A subuser is a number, or main.")
		}
		f.Subusers = append(f.Subusers, id)
	case "sim":
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return wrong(http.StatusBadRequest, name, "A SIM card is a number.")
		}
		f.SIMCards = append(f.SIMCards, id)
	case "phone_number":
		asked.number = value
	case "from", "until":
		if _, err := store.ParseDay(value); err != nil {
			return wrong(http.StatusBadRequest, name, "Write a day like 2026-11-27.")
		}
		if name == "from" {
			f.From = value
		} else {
			f.Until = value
		}
	}
	return nil
}
