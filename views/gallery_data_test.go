package views

import (
	"strings"
	"time"

	"tagline/store"
	"tagline/store/text"
)

// canned is the data of the gallery, with times counted from Viewer.Now: two galleries differ only where components do.
type canned struct{ Viewer Viewer }

func newCanned() canned {
	return canned{Viewer{
		User: store.User{ID: 1, Name: "Anna Weber", Role: store.Admin, Preferences: store.Preferences{
			Theme: store.AutoTheme, TimeFormat: store.AutoTime, Density: store.Comfortable, Shortcuts: true}},
		Zone: time.UTC, Now: time.Date(2026, 11, 24, 16, 30, 0, 0, time.UTC),
		Names: store.Names{
			Subusers: map[store.SubuserID]string{6: "North team"},
			SIMCards: map[int64]string{123: "Spare phone"},
		},
	}}
}

func (c canned) agent() Viewer {
	v := c.Viewer
	v.User.Role = store.Agent
	return v
}

func (c canned) ago(d time.Duration) int64 { return c.Viewer.Now.Add(-d).UnixMilli() }

var colleagues = []store.User{{ID: 1, Name: "Anna Weber"}, {ID: 2, Name: "Ben Okafor"}}

// galleryText is longer than a bubble shows at once.
var galleryText = strings.Repeat("Dear customer, please read our terms: https://example.com/terms. ", 60)

const (
	longName   = "Maximiliane-Alexandra von Hohenstein-Waldburg zu Wolfegg und Waldsee"
	arabicName = "ليلى الحداد"
	arabicText = "مرحبا، هل الموعد غدا الساعة 10؟"
)

// maria is an ordinary conversation; others are made from it.
func (c canned) maria() store.Conversation {
	return store.Conversation{
		ID: 5, Subuser: 6, Contact: store.Contact{ID: 5, PhoneNumber: "+14155550134", Name: "Maria Ochoa", Tag: "Hot"},
		LastText: "Thanks! Can I come by tomorrow at ten?", LastDirection: store.In, LastState: store.Received,
		LastAt: c.ago(4 * time.Minute), FirstAt: c.ago(40 * 24 * time.Hour), Inbound: 18, Outbound: 21,
	}
}

// changed is Maria's conversation with an id of its own and what differs.
func (c canned) changed(id int64, change func(*store.Conversation)) store.Conversation {
	one := c.maria()
	one.ID = id
	one.LastAt -= id * time.Hour.Milliseconds()
	change(&one)
	return one
}

// conversations are one of each sort, with the words for it.
func (c canned) conversations() (all []store.Conversation, words []string) {
	add := func(name string, change func(*store.Conversation)) {
		all, words = append(all, c.changed(int64(10+len(all)), change)), append(words, name)
	}
	add("read", func(*store.Conversation) {})
	add("unread", func(o *store.Conversation) { o.Unread, o.Contact.Name, o.Contact.Tag = 2, "Tom Reed", "Warm" })
	add("many unread", func(o *store.Conversation) { o.Unread, o.Contact.Name, o.Subuser = 12, "Iris Lang", store.Main })
	add("opted out", func(o *store.Conversation) { o.Contact.OptedOut, o.LastText = true, "STOP" })
	add("failed", func(o *store.Conversation) {
		o.OpenFailures, o.Failed, o.Contact.Name, o.LastDirection, o.LastState = 3, 5, "Paul Novak", store.Out, store.Failed
	})
	add("assigned", func(o *store.Conversation) { o.Assignee, o.AssigneeName, o.Contact.Tag = 2, "Ben Okafor", "Cold" })
	add("assigned, failed and unread", func(o *store.Conversation) {
		o.Assignee, o.AssigneeName, o.OpenFailures, o.Unread = 1, "Anna Weber", 1, 3
	})
	add("Arabic", func(o *store.Conversation) {
		o.Contact.Name, o.LastText, o.Contact.Tag = arabicName, arabicText, "مهتم"
	})
	add("long", func(o *store.Conversation) {
		o.Contact.Name, o.Contact.Tag, o.LastText, o.Unread = longName, "Asked for a second offer before the end of the year", galleryText[:300], 1
	})
	add("number only", func(o *store.Conversation) {
		o.Contact.Name, o.Contact.Tag, o.Contact.PhoneNumber = "", "", "+381641234567"
	})
	add("sender with a name", func(o *store.Conversation) { o.Contact = store.Contact{ID: 9, PhoneNumber: "PARCELBOX"} })
	add("done", func(o *store.Conversation) {
		o.Done, o.LastDirection, o.LastText = true, store.Out, "You are welcome. See you!"
	})
	return all, words
}

// messages are a conversation of two days with one of each sort in it.
func (c canned) messages() []store.Message {
	sim, portal, failedAt := int64(123), true, c.ago(20*time.Minute)
	var all []store.Message
	add := func(direction store.Direction, state store.State, text string, ago time.Duration) *store.Message {
		all = append(all, store.Message{ID: int64(100 + len(all)), ConversationID: 5, Direction: direction, State: state, Text: text, At: c.ago(ago)})
		return &all[len(all)-1]
	}
	add(store.In, store.Received, "Hi, is the flat still free?", 26*time.Hour)
	add(store.Out, store.Sent, "It is. Here it is with all pictures: https://example.com/flats/12", 25*time.Hour).SIMCardID = &sim
	add(store.In, store.Received, "Looks great 😊", 3*time.Hour)
	add(store.In, store.Received, "And the rent?", 3*time.Hour-20*time.Second)
	failed := add(store.Out, store.Failed, "1,200 a month, all included.", 2*time.Hour)
	failed.SIMCardID, failed.FailedAt = &sim, &failedAt
	failed = add(store.Out, store.Failed, "Did you get my last message?", time.Hour)
	failed.FailedAt, failed.Dismissed = &failedAt, true
	add(store.Out, store.Sent, "Rent is 1,200 a month, all included.", 20*time.Minute).Portal = &portal
	add(store.In, store.Received, "Fine.", 5*time.Minute).Doubtful = true
	add(store.In, store.Received, "Thanks! Can I come by tomorrow at ten?", 4*time.Minute)
	return all
}

func (c canned) notes() []store.Note {
	return []store.Note{
		{ID: 71, ConversationID: 5, UserID: 1, Author: "Anna Weber", Text: "Has a dog. The owner agrees, see https://example.com/mail/3", At: c.ago(2*time.Hour + time.Minute)},
		{ID: 72, ConversationID: 5, UserID: 3, Author: "", Text: "Called her: she wants to move in by March.", At: c.ago(10 * time.Minute)},
	}
}

// timeline has flaps, a tag that was learnt from a message, and two subusers.
func (c canned) timeline() []store.TagChange {
	all := history(c.Viewer.Now.Add(-30*24*time.Hour), "Cold", 6*24*time.Hour, "", 2*24*time.Hour, "Warm", 15*24*time.Hour,
		"Hot", time.Minute, "Warm", time.Hour, "Cold", time.Minute, "Warm", 24*time.Hour, "Hot", time.Hour)
	for i := range all {
		all[i].Subuser = 6
	}
	all[len(all)-1].Subuser, all[0].Source = store.Main, store.Observed
	return all
}

func (c canned) thread() Thread {
	t := Thread{
		Conversation: c.maria(), Messages: c.messages(), Notes: c.notes(), FirstUnread: 107, Target: 106, People: colleagues,
		Older: "/conversations/5?before=1", From: "1", NewestNotes: c.notes(), NoteCount: 4, Timeline: c.timeline(),
		Changes: []store.TagChange{{ID: 61, From: "Warm", To: "Hot", At: c.ago(90 * time.Minute)}},
		Others:  []store.Conversation{c.changed(51, func(o *store.Conversation) { o.Subuser, o.OpenFailures, o.Done = store.Main, 1, true })},
	}
	t.Conversation.Unread, t.Conversation.Failed, t.Conversation.OpenFailures = 2, 3, 1
	t.Conversation.Assignee, t.Conversation.AssigneeName = 2, "Ben Okafor"
	t.Narrow(c.Viewer, store.Filter{}, "")
	return t
}

// bare is a thread of somebody of whom nothing is known.
func (c canned) bare() Thread {
	one := c.changed(6, func(o *store.Conversation) {
		o.Contact, o.Subuser, o.Inbound, o.Outbound = store.Contact{PhoneNumber: "+381641234567"}, store.Main, 0, 1
	})
	return Thread{Conversation: one, Messages: c.messages()[1:2], People: colleagues}
}

// navigation has more subusers and tags than are shown at once.
func (c canned) navigation() Navigation {
	n := Navigation{Counts: store.Counts{
		Views: map[store.View]int{store.ViewInbox: 128, store.ViewUnread: 4, store.ViewUnanswered: 31, store.ViewFailed: 3, store.ViewMine: 7},
		Tags:  []store.TagCount{{Tag: "Cold", Count: 60}, {Tag: "Hot", Count: 9}, {Tag: "Warm", Count: 24}, {Tag: longName, Count: 1}},
	}}
	for id := range store.SubuserID(14) {
		n.Subusers = append(n.Subusers, store.SubuserCount{Subuser: id, Count: int(40 - 2*id), OpenFailures: int(id) / 5 % 2 * 3})
	}
	n.Saved = []SavedView{
		{ID: 1, Name: "Hot, north", Shared: true, Filter: c.narrow()},
		{ID: 2, Name: "Waiting longest", Filter: store.Filter{Sort: store.SortWaiting}},
		{ID: 3, Name: "Night shift", Author: "Ben Okafor", Shared: true, Filter: store.Filter{View: store.ViewUnread}},
	}
	return n
}

// narrow asks for one of everything.
func (c canned) narrow() store.Filter {
	return store.Filter{Subusers: []store.SubuserID{6, 8}, Tags: []string{"Hot"}, SIMCards: []int64{123}, From: "2026-11-01", Until: "2026-11-24", Sort: store.SortOldest}
}

func (c canned) inbox(f store.Filter) Inbox {
	all, _ := c.conversations()
	list := List{Conversations: all, Open: 11, Next: "/inbox?before=1"}
	if f.View == store.ViewFailed {
		list = List{Conversations: all[3:4], Failures: map[int64][]store.Message{all[3].ID: c.messages()[4:5]}}
	}
	return Inbox{Viewer: c.Viewer, Filter: f, Nav: c.navigation(), List: list, People: colleagues, SIMCards: []int64{9, 123}}
}

// found is what a search for "rent" finds.
func (c canned) found() Search {
	messages := c.messages()
	hits := []store.Message{messages[6], messages[3], messages[3], messages[6], messages[3]}
	hits[2].Text = "Until the end of the year everything is as we said on the telephone last week, and then the rent goes up a little. " + galleryText[:200]
	renter := c.changed(21, func(o *store.Conversation) { o.Contact.Name, o.Done = "Rent A Van", true })
	return Search{
		Terms: text.ParseTerms("rent"), Tags: []string{"Rented"}, Subusers: []store.SubuserID{6}, Older: "/search?q=rent&before=1",
		Found: store.Found{Contacts: []store.Conversation{renter}, MoreContacts: true,
			Threads: []store.FoundThread{{Conversation: c.maria(), Messages: hits}, {Conversation: renter, Messages: hits[:1]}}},
	}
}

func (c canned) searched(f store.Filter, s Search) Inbox {
	i := c.inbox(f)
	i.Search = &s
	return i
}

func galleryHalls() []hall {
	c := newCanned()
	return []hall{c.listHall(), c.searchHall(), c.navHall(), c.threadHall(), c.contactHall(), c.logHall(), c.tagsHall(), c.pagesHall()}
}
