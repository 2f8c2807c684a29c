package store_test

import (
	"fmt"
	"reflect"
	"strings"

	"tagline/store"
)

// deed is what an operation does.
type deed string

const (
	telling   deed = "telling"   // a webhook arrives
	joining   deed = "joining"   // a person is added
	reading   deed = "reading"   // a person marks a thread as read
	unreading deed = "unreading" // or as unread
	assigning deed = "assigning" // a thread is given to somebody
	closing   deed = "closing"   // a thread is done
	reopening deed = "reopening" // it is not
	snoozing  deed = "snoozing"  // it is out of the way for a while
	waking    deed = "waking"    // the alarm looks at the clock
	paging    deed = "paging"    // a thread is read page by page from its end
	listing   deed = "listing"   // the inbox is read page by page
	counting  deed = "counting"  // the numbers beside the inbox are read
	profiling deed = "profiling" // a contact's conversations and tag changes are read
	resuming  deed = "resuming"  // a page asks what changed since it was rendered
	exporting deed = "exporting"
)

// op is an operation. It names things by what people call them, not by ids, and carries its own time, so that it means
// the same whichever operations before it are left out.
type op struct {
	do       deed
	ms       int64 // after the beginning
	thread   thread
	fact     fact // without subuser and number: the thread's
	person   string
	filter   store.Filter
	assignee string // "" for nobody
	until    int64  // of what is snoozed, after the beginning
	limit    int    // of a page, or how many changes are asked for
}

// people are those who can join, with what they see.
var people = map[string]store.User{
	"anna": {Name: "anna", Role: store.Admin},
	"piet": {Name: "piet", Role: store.Agent, Subusers: []store.SubuserID{6}},
	"ida":  {Name: "ida", Role: store.Agent, Subusers: []store.SubuserID{store.Main, 7}},
	"olga": {Name: "olga", Role: store.Agent},
	"tim":  {Name: "tim", Role: store.Agent, Subusers: []store.SubuserID{6, 7}},
}

// String is the operation as it would be written in a test.
func (o op) String() string {
	return "{" + strings.Join(settings(reflect.ValueOf(o)), ", ") + "}"
}

// settings lists the fields that are set.
func settings(v reflect.Value) []string {
	var list []string
	for i := range v.NumField() {
		field, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case field.IsZero():
		case field.Kind() == reflect.Struct:
			list = append(list, fmt.Sprintf("%s: %s{%s}", name, strings.TrimPrefix(field.Type().String(), "store_test."), strings.Join(settings(field), ", ")))
		case field.Kind() == reflect.String:
			list = append(list, fmt.Sprintf("%s: %q", name, field.String()))
		default:
			list = append(list, fmt.Sprintf("%s: %#v", name, field))
		}
	}
	return list
}
