package store_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"tagline/store"
)

// compareThread compares a conversation's messages and its summary with the model's.
func (p *trial) compareThread(th thread) error {
	messages, err := p.store.MessagesFrom(p.ctx, store.Everything, p.threads[th], store.Position{})
	if err != nil {
		return err
	}
	if got, want := p.sayings(th, messages), p.past.sayings(th); !slices.Equal(got, want) {
		return differ(fmt.Sprint("messages of ", th), got, want)
	}
	return p.compareSummary(th, "")
}

// sayings are the store's messages in the model's words.
func (p *trial) sayings(th thread, messages []store.Message) []saying {
	var all []saying
	for _, m := range messages {
		all = append(all, saying{
			id: m.ID, direction: m.Direction, state: m.State, text: m.Text, timestamp: value(m.Timestamp), doubtful: m.Doubtful, arrived: m.ArrivedAt,
			at: m.At, sim: value(m.SIMCardID), customID: m.CustomID, textlink: m.TextlinkID, failedAt: value(m.FailedAt), openFailure: m.OpenFailure(),
			atHome: m.ConversationID == p.threads[th],
		})
	}
	return all
}

func value(p *int64) int64 {
	if p == nil {
		return 0
	}
	return *p
}

// compareSummary compares a conversation's summary as a person who sees it has it; nobody ("") has read nothing, but
// for nobody nothing is unread either.
func (p *trial) compareSummary(th thread, person string) error {
	got, err := p.store.Conversation(p.ctx, store.Everything, p.users[person], p.threads[th])
	if err != nil {
		return err
	}
	want := p.summary(th, person)
	if person == "" {
		got.Unread, want.Unread = 0, 0
	}
	if got.Contact.ID = 0; got != want {
		return differ(fmt.Sprintf("summary of %v for %q", th, person), got, want)
	}
	return nil
}

// summary is what the model says of a conversation. The contact's id is left out.
func (p *trial) summary(th thread, person string) store.Conversation {
	all, c := p.past.sayings(th), p.past.contact(th.number)
	first, last := all[0], all[len(all)-1]
	s := store.Conversation{
		ID: p.threads[th], Subuser: th.subuser, Contact: store.Contact{PhoneNumber: th.number, Name: c.name, Tag: c.tag},
		LastText: last.text, LastDirection: last.direction, LastState: last.state, LastAt: last.at, LastMessageID: last.id,
		Unread: p.past.unread(th, person), Done: p.past.stands(th) == standsDone, SnoozedUntil: max(p.past.stands(th), 0), FirstAt: first.at,
		Assignee: p.users[p.past.assignee(th)], AssigneeName: p.past.assignee(th),
	}
	for i, m := range all {
		if m.sim != 0 && i >= len(all)-10 {
			s.SIMCardID = m.sim
		}
		if m.direction == store.In {
			s.Inbound++
			if s.WaitingSince == 0 {
				s.WaitingSince = m.at
			}
			continue
		}
		s.WaitingSince = 0
		s.Outbound++
		if m.state == store.Failed {
			s.Failed++
		}
		if m.openFailure {
			s.OpenFailures++
		}
	}
	return s
}

// inbox is what the model lists for a person.
func (p *trial) inbox(person string, f store.Filter) []store.Conversation {
	var list []store.Conversation
	for _, th := range p.past.threads() {
		if !sees(person, th.subuser) {
			continue
		}
		if c := p.summary(th, person); fits(f, p.users[person], c) {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b store.Conversation) int {
		newest := -cmp.Or(cmp.Compare(a.LastAt, b.LastAt), cmp.Compare(a.ID, b.ID))
		switch f.Sort {
		case store.SortOldest:
			return -newest
		case store.SortWaiting:
			return cmp.Or(cmp.Compare(a.WaitingSince, b.WaitingSince), cmp.Compare(a.ID, b.ID))
		}
		return newest
	})
	return list
}

func fits(f store.Filter, user int64, c store.Conversation) bool {
	in := map[store.View]bool{
		store.ViewInbox:      c.Open(),
		store.ViewUnread:     c.Unread > 0,
		store.ViewUnanswered: c.Open() && c.LastDirection == store.In,
		store.ViewFailed:     c.OpenFailures > 0,
		store.ViewDone:       c.Done,
		store.ViewMine:       c.Open() && c.Assignee == user,
		store.ViewSnoozed:    c.SnoozedUntil != 0,
	}
	if f.Sort == store.SortWaiting && !in[store.ViewUnanswered] || f.From != "" && c.LastAt < day(f.From) || f.Until != "" && c.LastAt >= day(f.Until)+24*hour {
		return false
	}
	return in[f.View] && (len(f.SIMCards) == 0 || slices.Contains(f.SIMCards, c.SIMCardID)) && (len(f.Subusers) == 0 || slices.Contains(f.Subusers, c.Subuser)) && (len(f.Tags) == 0 || slices.Contains(f.Tags, c.Contact.Tag))
}

// day is when it begins in UTC, Unix ms.
func day(s string) int64 {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t.UnixMilli()
}

func differ(what string, got, want any) error {
	return fmt.Errorf("%s:\n got %s\nwant %s", what, lines(got), lines(want))
}

// lines shows each element of a slice on a line of its own.
func lines(v any) string {
	return strings.ReplaceAll(fmt.Sprintf("%+v", v), "} {", "}\n     {")
}
