package views

import (
	"slices"

	"tagline/store"
)

// TimelineLink leads to the contact's tag timeline narrowed to one subuser, or to all of it.
type TimelineLink struct {
	Name, Words string // short, and in full
	URL         string
	Current     bool
}

// Narrow narrows the timeline to the changes that came through one subuser ("main" or a number), if any did; f is the
// list beside the thread. The links to do so are there once the changes came through more than one.
func (t *Thread) Narrow(v Viewer, f store.Filter, only string) {
	var through []store.SubuserID
	for _, c := range t.Timeline {
		through = append(through, c.Subuser)
	}
	through = sortedUnique(through)
	if len(through) < 2 {
		return
	}
	if id, err := store.ParseSubuserID(only); err == nil && slices.Contains(through, id) {
		t.Only = id.String()
	}
	all := ConversationURL(t.Conversation.ID, f)
	t.Narrowing = []TimelineLink{{"All", "All subusers", all, t.Only == ""}}
	for _, id := range through[:min(len(through), mostNarrowing)] {
		name := v.Names.Subusers[id]
		switch {
		case name != "":
		case id == store.Main:
			name = "Main"
		default:
			name = id.String()
		}
		t.Narrowing = append(t.Narrowing, TimelineLink{name, v.subuserName(id), WithQuery(all, "timeline", id.String()),
			t.Only == id.String()})
	}
}

// earlierTagsURL leads to what the timeline has before what is shown.
func earlierTagsURL(t Thread) string {
	last := t.Timeline[len(t.Timeline)-1].Position()
	address := WithQuery(conversationPath(t.Conversation.ID, "/timeline", store.Filter{}), "before", last.String())
	if t.Only != "" {
		address = WithQuery(address, "timeline", t.Only)
	}
	return address
}

// mostNarrowing is how many subusers the timeline can be narrowed to.
const mostNarrowing = 12

// timelineStays are the stays of the thread's contact that the timeline shows.
func timelineStays(t Thread) []stay {
	some := slices.DeleteFunc(slices.Clone(t.Timeline), func(c store.TagChange) bool {
		return t.Only != "" && c.Subuser.String() != t.Only
	})
	return staysAmong(some, t.Timeline)
}

// lasts tells whether a stay has no end yet.
func lasts(s stay) bool { return s.Until == 0 && !s.Broken }
