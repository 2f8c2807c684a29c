package store_test

import (
	"cmp"
	"slices"

	"tagline/store"
)

// The model: all that happened, kept in order, and plain answers computed from it anew whenever they are asked for. It
// follows the rules that TextLink's documentation leads to, not the store's way of applying them.

// thread is a conversation.
type thread struct {
	subuser store.SubuserID
	number  string
}

// event is an operation that changed something.
type event struct {
	op
	place   int   // among all events, from 1
	id      int64 // of the delivery; 0 for what people did
	arrived int64 // Unix ms
	repeat  bool  // what a webhook says again
}

// past is all events in their order.
type past []event

// saying is a message in the words of the model; 0 and "" are what is not known.
type saying struct {
	id                  int64
	direction           store.Direction
	state               store.State
	text                string
	timestamp           int64
	doubtful            bool
	arrived, at         int64
	sim                 int64
	customID            string
	textlink, failedAt  int64
	openFailure, atHome bool // atHome: it says that it belongs to the conversation it was asked of
}

// window is for how long a body without a timestamp counts as a repeat, in ms.
const window = 5000

// add puts an event at the end.
func (p *past) add(e event) {
	e.place = len(*p) + 1
	// Tag hooks carry nothing by which a repeat could be told.
	if e.do == telling && e.fact.kind != store.KindTag {
		for i := range *p {
			if before := &(*p)[i]; before.thread == e.thread && before.do == telling && !before.repeat && e.repeats(*before) {
				e.repeat = true
				before.learn(e.fact)
				break
			}
		}
	}
	*p = append(*p, e)
}

// learn takes from the repeat of a received message what the message lacks.
func (e *event) learn(f fact) {
	if f.kind == store.KindReceived {
		e.fact.customID, e.fact.textlink, e.fact.sim = cmp.Or(e.fact.customID, f.customID), cmp.Or(e.fact.textlink, f.textlink), cmp.Or(e.fact.sim, f.sim)
	}
}

// reports returns what webhooks said about a thread, without repeats.
func (p past) reports(th thread) []event {
	var kept []event
	for i := range p {
		if e := &p[i]; e.thread == th && e.do == telling && e.fact.kind != store.KindTag && !e.repeat {
			kept = append(kept, *e)
		}
	}
	return kept
}

// repeats tells whether the event's body is that of an earlier one again: the same words at the same time, and no field
// that both have says something else. Of what was sent only the very same is one; what says more or less is put
// together later.
func (e event) repeats(before event) bool {
	a, b := before.fact, e.fact
	same := a.kind == b.kind && a.text == b.text && a.timestamp == b.timestamp && !contradict(a, b)
	if a.kind != store.KindReceived {
		same = same && a.customID == b.customID && a.textlink == b.textlink && a.sim == b.sim
	}
	return same && (a.timestamp != 0 || e.arrived-before.arrived <= window)
}

// sayings returns a thread's messages, oldest first.
func (p past) sayings(th thread) []saying {
	var all []saying
	var outbound []event
	for _, e := range p.reports(th) {
		if e.fact.kind == store.KindReceived {
			all = append(all, said([]event{e}, nil, store.In))
		} else {
			outbound = append(outbound, e)
		}
	}
	all = append(all, sendings(outbound)...)
	slices.SortFunc(all, func(a, b saying) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.id, b.id)) })
	return all
}

// arrivals are the events that brought inbound messages.
func (p past) arrivals(th thread) []event {
	return slices.DeleteFunc(p.reports(th), func(e event) bool { return e.fact.kind != store.KindReceived })
}

// threads returns all threads, the first one to begin first.
func (p past) threads() []thread {
	var all []thread
	for i := range p {
		if e := &p[i]; e.do == telling && e.fact.kind != store.KindTag && !slices.Contains(all, e.thread) {
			all = append(all, e.thread)
		}
	}
	return all
}

// unread counts the inbound messages that came after the person had a look, or joined, and the one that they made
// unread again.
func (p past) unread(th thread, person string) int {
	seen, n := 0, 0
	for i := range p {
		switch e := &p[i]; {
		case e.person != person:
		case e.do == joining || e.do == reading && e.thread == th:
			seen, n = e.place, 0
		case e.do == unreading && e.thread == th && len(p[:i].arrivals(th)) > 0 && p[:i].unread(th, person) == 0:
			n = 1
		}
	}
	for _, e := range p.arrivals(th) {
		if e.place > seen {
			n++
		}
	}
	return n
}

// assignee is whose the thread is, "" for nobody's.
func (p past) assignee(th thread) string {
	name := ""
	for i := range p {
		if e := &p[i]; e.do == assigning && e.thread == th {
			name = e.assignee
		}
	}
	return name
}

// Where a thread stands: open, done, or until when it is snoozed, Unix ms.
const (
	standsOpen int64 = 0
	standsDone int64 = -1
)

// stands is where somebody put the thread last, unless a message opened it since.
func (p past) stands(th thread) int64 {
	at, stands := 0, standsOpen
	for i := range p {
		switch e := &p[i]; {
		case e.thread != th:
		case e.do == closing:
			at, stands = e.place, standsDone
		case e.do == reopening:
			at, stands = e.place, standsOpen
		case e.do == snoozing:
			at, stands = e.place, began+e.until
		}
	}
	for _, e := range p.arrivals(th) {
		if e.place > at {
			return standsOpen
		}
	}
	return stands
}

// snoozer is who snoozed the thread last.
func (p past) snoozer(th thread) (person string) {
	for i := range p {
		if e := &p[i]; e.do == snoozing && e.thread == th {
			person = e.person
		}
	}
	return person
}

// contact is a contact as the model knows it.
type contact struct {
	name, tag string
	changes   []store.TagChange // oldest first; ID is that of the delivery
}

// contact follows what was told of a number: a name is known until there is another, a tag hook always counts, and the
// tag on a message unless the message is older than the last change.
func (p past) contact(number string) contact {
	var c contact
	for i := range p {
		e := &p[i]
		if e.do != telling || e.thread.number != number || e.repeat {
			continue
		}
		f := e.fact
		to, at, source := f.tag, e.arrived, store.Webhook
		switch f.kind {
		case store.KindSent, store.KindFailed:
			continue
		case store.KindReceived:
			dated := f.timestamp != 0 && !f.doubtful
			if dated {
				at = min(f.timestamp, e.arrived)
			}
			if to == "" || dated && len(c.changes) > 0 && at < c.changes[len(c.changes)-1].At {
				to = c.tag
			}
			source = store.Observed
		}
		c.name = cmp.Or(f.name, c.name)
		if to != c.tag {
			c.changes = append(c.changes, store.TagChange{ID: e.id, Subuser: e.thread.subuser, From: c.tag, To: to, At: at, Source: source})
			c.tag = to
		}
	}
	return c
}
