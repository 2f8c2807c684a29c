package live

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
)

// Rows and bubbles are rendered once for all whose look is the same. A preference that changes how they look must be
// part of the look.
func TestPreferencesDoNotLeakIntoSharedFragments(t *testing.T) {
	server := &Server{Deps: Deps{Pages: nameless{}}}
	socket := func(preferences store.Preferences) *pageView {
		l := &pageView{server: server}
		l.viewer = views.Viewer{User: store.User{Name: "anna", Role: store.Admin, Preferences: preferences}, Zone: time.UTC, Now: time.Unix(1_790_000_000, 0)}
		return l
	}
	usual := socket(store.Preferences{})
	fields := reflect.TypeFor[store.Preferences]()
	for i := range fields.NumField() {
		var changed store.Preferences
		switch field := reflect.ValueOf(&changed).Elem().Field(i); field.Kind() {
		case reflect.Bool:
			field.SetBool(true)
		case reflect.String:
			// a choice of the only one that may be part of the look, none of the others
			field.SetString(string(store.Hours12))
		default:
			t.Fatalf("set %s in this test", fields.Field(i).Name)
		}
		other := socket(changed)
		if other.renderContext() == usual.renderContext() && sharedFragments(t, other) != sharedFragments(t, usual) {
			t.Errorf("%s changes what is rendered once for all", fields.Field(i).Name)
		}
	}
	hours := socket(store.Preferences{TimeFormat: store.Hours12})
	if sharedFragments(t, hours) == sharedFragments(t, usual) {
		t.Error("the time format changes nothing: the test shows too little")
	}
}

// nameless are pages on which nothing has a name.
type nameless struct{ Pages }

var noNames store.Names

func (nameless) Names() *store.Names { return &noNames }

// sharedFragments is everything that sockets share, as one of them renders it.
func sharedFragments(t *testing.T, l *pageView) string {
	t.Helper()
	at := l.viewer.Now.Add(-26 * time.Hour).UnixMilli()
	c := store.Conversation{ID: 1, Subuser: 6, LastText: "Hello", LastAt: at, LastDirection: store.In, Contact: store.Contact{ID: 1, PhoneNumber: "+15550100", Tag: "Warm"}}
	thread := views.Thread{
		Conversation: c,
		Messages:     []store.Message{{ID: 2, Direction: store.In, State: store.Received, Text: "Hello", At: at}, {ID: 3, Direction: store.Out, State: store.Failed, Text: "Hi", At: at}},
		Changes:      []store.TagChange{{ID: 4, From: "Cold", To: "Warm", At: at}},
		Notes:        []store.Note{{ID: 1, Text: "A note", At: at}},
	}
	parts := []templ.Component{
		views.ConversationChanged(l.viewer, l.page.Filter, c, 0), views.FailureGroupChanged(l.viewer, l.page.Filter, c, thread.Messages[1:], 0),
		views.ThreadHeaderChanged(l.viewer, l.page.Filter, thread), views.ContactChanged(l.viewer, thread),
	}
	for _, item := range views.ThreadItems(l.viewer, thread) {
		parts = append(parts, views.ThreadLine(l.viewer, item))
	}
	var html bytes.Buffer
	if err := writeParts(t.Context(), &html, parts...); err != nil {
		t.Fatal(err)
	}
	return html.String()
}
