package views

import (
	"net/url"
	"reflect"
	"testing"

	"tagline/store"
)

func TestAddressesSpellFiltersInOneWay(t *testing.T) {
	tests := []struct {
		filter store.Filter
		want   string
	}{
		{store.Filter{}, "/inbox"},
		{store.Filter{View: store.ViewInbox}, "/inbox"},
		{store.Filter{View: store.ViewFailed}, "/inbox?view=failed"},
		{store.Filter{View: store.ViewFailed, Subusers: []store.SubuserID{6, store.Main, 6}, Tags: []string{"Warm", "Hot"}},
			"/inbox?view=failed&subuser=main&subuser=6&tag=Hot&tag=Warm"},
		{store.Filter{View: store.ViewMine, SIMCards: []int64{15, 2, 15}, From: "2026-11-01", Until: "2026-11-24", Sort: store.SortWaiting},
			"/inbox?view=mine&sim=2&sim=15&from=2026-11-01&until=2026-11-24&sort=waiting"},
		{store.Filter{Sort: store.SortNewest, Tags: []string{"a & b=c", "Ünïcode"}}, "/inbox?tag=a+%26+b%3Dc&tag=%C3%9Cn%C3%AFcode"},
	}
	for _, test := range tests {
		if got := InboxURL(test.filter); got != test.want {
			t.Errorf("InboxURL(%+v) = %q, want %q", test.filter, got, test.want)
		}
		if _, err := url.Parse(InboxURL(test.filter)); err != nil {
			t.Error(err)
		}
	}
	f := store.Filter{View: store.ViewUnread, Tags: []string{"VIP"}}
	if got, want := ConversationURL(5, f), "/conversations/5?view=unread&tag=VIP"; got != want {
		t.Errorf("ConversationURL = %q, want %q", got, want)
	}
}

func TestTogglingNeverChangesTheFilterItself(t *testing.T) {
	f := store.Filter{Subusers: []store.SubuserID{6, 2}, Tags: []string{"Hot", "Warm"}}
	if got := toggleTag(f, "Hot").Tags; !reflect.DeepEqual(got, []string{"Hot"}) {
		t.Errorf("toggling one of several tags: %v, want it alone", got)
	}
	if got := toggleTag(store.Filter{Tags: []string{"Hot"}}, "Hot").Tags; got != nil {
		t.Errorf("toggling the only tag: %v, want none", got)
	}
	if got := toggleSubuser(store.Filter{Subusers: []store.SubuserID{6}}, 6).Subusers; got != nil {
		t.Errorf("toggling the only subuser: %v, want none", got)
	}
	if got := combineTag(f, "Hot").Tags; !reflect.DeepEqual(got, []string{"Warm"}) {
		t.Errorf("without Hot: %v", got)
	}
	if got := combineSubuser(f, 9).Subusers; !reflect.DeepEqual(got, []store.SubuserID{6, 2, 9}) {
		t.Errorf("with 9: %v", got)
	}
	InboxURL(f)
	want := store.Filter{Subusers: []store.SubuserID{6, 2}, Tags: []string{"Hot", "Warm"}}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("the filter became %+v", f)
	}
}
