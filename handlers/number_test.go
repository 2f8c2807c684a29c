package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

// heardFrom is a message from a number, through the main account, and the conversation it stands in.
func (o *outbox) heardFrom(number string) (conversation string) {
	o.t.Helper()
	o.post(o.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":"Hello from %s"}`, number, number))
	c, err := o.store.FindContact(o.t.Context(), store.Everything, number)
	if err != nil {
		o.t.Fatalf("%s: %v", number, err)
	}
	list, _, err := o.store.Conversations(o.t.Context(), store.Everything, 0, store.Filter{View: store.ViewAll}, store.Position{}, 100)
	for _, one := range list {
		if one.Contact.ID == c.ID {
			return fmt.Sprint("/conversations/", one.ID)
		}
	}
	o.t.Fatalf("%s has no conversation: %v", number, err)
	return ""
}

func TestAContactIsReachedByItsNumberAsItIsStored(t *testing.T) {
	o := newOutbox(t, nil)
	where := map[string]string{}
	for _, number := range []string{"+5215512345678", "+442079460958", "+4402079460958", "72645", "0690999888", "+14155550134", "PARCELBOX", "+1"} {
		where[number] = o.heardFrom(number)
	}
	for typed, number := range map[string]string{
		"+5215512345678": "+5215512345678", "+52 1 55 1234-5678": "+5215512345678", "tel:+5215512345678": "+5215512345678", "+4402079460958": "+4402079460958", "+440 2079 460958": "+4402079460958",
		"+44 (0)20 7946 0958": "+442079460958", "+442079460958": "+442079460958", "72645": "72645", " 726-45,": "72645", "069 099 9888": "0690999888", "PARCELBOX": "PARCELBOX", "ParcelBox": "PARCELBOX",
		"\u202a+1 (415) 555-0134\u202c": "+14155550134", "＋1 415 555 0134": "+14155550134", "+١٤١٥٥٥٥٠١٣٤": "+14155550134", "001 415 555 0134;": "+14155550134", "+1": "+1",
	} {
		status, to := o.begin(o.anna, url.Values{"number": {typed}, "subuser": {"main"}, "text": {"Hi"}})
		if status != http.StatusSeeOther || to != where[number] {
			t.Errorf("%q leads to %s (%d), want %s", typed, to, status, where[number])
		}
	}
	// Who may not see the contact is told what everybody is told of a number that nobody has.
	piet := o.person("piet", store.Agent, 6)
	for _, typed := range []string{"+5215512345678", "72645", "PARCELBOX", "72646", "+1"} {
		if status, to := o.begin(piet, url.Values{"number": {typed}, "subuser": {"6"}, "text": {"Hi"}}); status != http.StatusUnprocessableEntity {
			t.Errorf("%q is answered %d to somebody else, and leads to %s", typed, status, to)
		}
	}
	if _, page := o.fetch(o.anna, "GET", "/conversations/new?number=+14155550134"); !strings.Contains(page, `value="+14155550134"`) {
		t.Error("a + that was not escaped in the address is lost")
	}
}

// However TextLink writes the number of a contact, what they say counts for all of it.
func TestAStopCountsHoweverTheNumberIsWritten(t *testing.T) {
	for _, written := range [][]string{
		{"00381690009999", "+381690009999"},
		{"+381690009999", "00 381 (69) 000-9999"},
		{"0014155550134", "\u202a+1 415 555\u20110134\u202c"},
		{"+447700900123", "+٤٤٧٧٠٠٩٠٠١٢٣"},
	} {
		o := newOutbox(t, nil)
		for _, say := range []struct {
			number, text string
			out          bool
		}{
			{written[0], "Hello", false},
			{written[1], "Stop", true},
			{written[0], "Start", false},
			{written[1], "Hello", false},
			{written[0], "STOP ALL", true},
		} {
			nextMoment()
			o.post(o.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":%q}`, say.number, say.text))
			contacts, err := o.store.Contacts(t.Context(), store.Everything, "", nil, 0, 9)
			if err != nil || len(contacts) != 2 || contacts[1].OptedOut != say.out {
				t.Errorf("after %q of %q the contacts are %+v, %v", say.text, say.number, contacts, err)
			}
		}
	}
}

func TestTheLogAndPrivacyReadNumbersAlike(t *testing.T) {
	o := newOutbox(t, nil)
	for _, number := range []string{"72645", "+14155550134", "PARCELBOX"} {
		o.heardFrom(number)
	}
	for typed, number := range map[string]string{
		"72645": "72645", "\u200e72645\u2060": "72645", "tel:+14155550134": "+14155550134", "1 415 555 0134": "+14155550134", "+1·415·555·0134": "+14155550134", "PARCELBOX": "PARCELBOX", "Parcelbox": "PARCELBOX", "٧٢٦٤٥": "72645",
	} {
		if status, file := o.submit(o.anna, "/settings/privacy/export", url.Values{"number": {typed}}); status != http.StatusOK || !strings.Contains(file, "Hello from "+number) {
			t.Errorf("%q exports %d: %s", typed, status, file)
		}
	}
	for query, want := range map[string]string{"+14155550134": "+14155550134", "%2B1%E2%80%91415%E2%80%915550134": "+14155550134", "72645": "72645", "tel:%2B14155550134": "+14155550134", "PARCELBOX": "PARCELBOX",
		"parcelbox": "PARCELBOX"} {
		if got := strings.Join(rows(o.log(o.anna, "?number="+query)), " "); got != want {
			t.Errorf("?number=%s shows %q, want %q", query, got, want)
		}
	}
}

func TestAPIFindsEveryNumberThatItHandsOut(t *testing.T) {
	s := apiSite(t)
	admin, err := s.store.CreateUser(t.Context(), store.User{Name: "admin", Role: store.Admin}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	for _, number := range []string{"72645", "+5215512345678", "+4402079460958", "PARCELBOX", "069/099-9888", "DHL Express"} {
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":"Hi"}`, number))
	}
	p := s.program(rules(t), admin.ID, 0)
	all := p.call("GET", "/contacts?limit=200", "").Data
	for _, row := range all {
		number := row["phone_number"].(string)
		for _, query := range []string{url.QueryEscape(number), strings.ReplaceAll(number, " ", "+"), url.QueryEscape(strings.ToLower(number))} {
			if a := p.call("GET", "/contacts?phone_number="+query, ""); a.status != 200 || len(a.Data) != 1 || a.Data[0]["contact_id"] != row["contact_id"] {
				t.Errorf("%s as %s is answered %d, %v", number, query, a.status, a.Data)
			}
		}
	}
	if len(all) < 6 {
		t.Fatalf("there are %d contacts", len(all))
	}
	agent, err := s.store.CreateUser(t.Context(), store.User{Name: "piet", Role: store.Agent, Subusers: []store.SubuserID{6}}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	q := s.program(p.rules, agent.ID, 0)
	if hidden, none := q.call("GET", "/contacts?phone_number=72645", ""), q.call("GET", "/contacts?phone_number=72646", ""); hidden.status != none.status || hidden.Detail != none.Detail || len(hidden.Data) > 0 {
		t.Errorf("a hidden number is answered %d, one that nobody has %d", hidden.status, none.status)
	}
	if a := p.call("POST", "/messages", `{"phone_number":"72645","text":"Hi"}`); a.status != 202 {
		t.Errorf("a message to it is answered %d, %s", a.status, a.Detail)
	}
}
