package views

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/a-h/templ"

	"tagline/store"
)

func (c canned) threadHall() hall {
	v, f, t, bare := c.Viewer, store.Filter{}, c.thread(), c.bare()
	notes := c.notes()
	mine, done := t, t
	mine.Conversation.Assignee, mine.Conversation.AssigneeName = 1, "Anna Weber"
	mine.Conversation.OpenFailures, mine.Conversation.Contact.Name = 0, longName
	done.Conversation.Done, done.Conversation.Assignee, done.Conversation.Contact.Name = true, 0, arabicName
	draft := NoteDraft{ConversationID: 5}
	refused := NoteDraft{ConversationID: 5, Text: "Too much", Error: "A note has at most 4,000 characters. This one has 4,210."}
	return hall{"Thread", []exhibit{
		{"ThreadPane", "pane", []state{{"everything", ThreadPane(v, f, t)}, {"one message", ThreadPane(v, f, bare)}}},
		{"ThreadHeader", "thread", []state{
			{"failures", threadHeader(v, f, t)}, {"mine, long name", threadHeader(v, f, mine)}, {"done, Arabic", threadHeader(v, f, done)}, {"number only", threadHeader(v, f, bare)},
			{"tag asked for", threadHeader(v, f, Thread{Conversation: c.changed(9, func(o *store.Conversation) { o.Contact.AskedTag = "Customer" })})},
			{"tag refused", threadHeader(v, f, Thread{Conversation: c.changed(9, func(o *store.Conversation) {
				o.Contact.AskedTag, o.Contact.AskedReason = longName, "The contact is not known to this account."
			})})},
		}},
		{"SnoozeMenu", "tools", []state{{"open", unfolded(SnoozeMenu(store.Filter{}, c.maria()))}, {"snoozed", unfolded(SnoozeMenu(store.Filter{}, c.changed(9, func(o *store.Conversation) { o.SnoozedUntil = c.ago(-20 * time.Hour) })))}}},
		{"TagMenu", "tools", []state{
			{"open", unfolded(TagMenu(Thread{Conversation: c.maria(), Tags: []string{"Cold", "Warm", longName}}))},
			{"turned off", unfolded(TagMenu(Thread{TagsOff: "To change tags from here, start Tagline with TextLink's API key: --api-key-file FILE or TAGLINE_API_KEY."}))},
		}},
		{"AssigneeMenu", "tools", []state{
			{"nobody's", AssigneeMenu(v, bare)}, {"a colleague's", AssigneeMenu(v, t)}, {"mine", AssigneeMenu(v, mine)}, {"unfolded", unfolded(AssigneeMenu(v, t))},
		}},
		{"ThreadContent", "messages", []state{{"with earlier ones", ThreadContent(v, t)}}},
		{"ThreadLine", "messages", []state{{"a message", ThreadLine(v, ThreadItems(v, t)[1])}}},
		{"SameLine", "messages", []state{{"nothing to see", SameLine(ThreadItems(v, t)[1])}}},
		{"ThreadLines", "messages", []state{{"joined", ThreadLines(v, ThreadItems(v, Thread{Messages: c.messages()[2:4]}))}}},
		{"Bubble", "messages", c.bubbleStates()},
		{"TextPart", "messages", []state{{"first", TextPart(c.longText(0))}, {"last", TextPart(c.longText(59_000))}}},
		{"TextPage", "wide", []state{{"first", TextPage(c.longText(0))}}},
		{"TimelinePart", "contact", []state{{"last", TimelinePart(v, t)}}},
		{"TimelinePage", "wide", []state{{"last", TimelinePage(v, 0, t)}}},
		{"NoteLine", "messages", []state{
			{"own", NoteLine(v, notes[0], false)}, {"of somebody who left", NoteLine(v, notes[1], false)}, {"linked", NoteLine(v, notes[0], true)},
		}},
		{"NoteForm", "thread", []state{{"empty", NoteForm(draft)}, {"refused", NoteForm(refused)}}},
		{"CannedChoices", "thread", []state{{"some", CannedChoices(c.Viewer, c.maria(), c.cannedReplies(), false)}, {"none", CannedChoices(c.Viewer, c.maria(), nil, false)}}},
		{"ComposerPane", "thread", []state{{"open", ComposerPane(v, c.composer(), nil)}, {"somebody else here", ComposerPane(v, c.composer(), []Present{{Name: "Noor"}})}, {"some write", ComposerPane(v, c.composer(), []Present{{Name: "Noor", Writing: true}, {Name: longName, Writing: true}, {Name: "Sam", Writing: true}})}, {"turned off", ComposerPane(v, Composer{Conversation: c.maria(), Off: "To answer from here, start Tagline with TextLink's API key: --api-key-file FILE or TAGLINE_API_KEY."}, nil)}}},
		{"Presence", "thread", []state{
			{"nobody", Presence(nil)}, {"two", Presence([]Present{{Name: "Noor"}, {Name: "Sam"}})}, {"one of them writes", Presence([]Present{{Name: "Noor"}, {Name: "Sam", Writing: true}})},
		}},
		{"ReplyForm", "thread", c.replyStates()},
		{"OtherDrafts", "thread", []state{{"two", OtherDrafts([]store.Draft{{Text: "I could come by at nine.", Version: 7}, {Text: longName + "\n\n" + longName, Version: 9}})}}},
		{"TagLine", "messages", []state{
			{"tagged", TagLine(v, store.TagChange{ID: 1, To: "Cold", At: c.ago(time.Hour)})},
			{"changed", TagLine(v, store.TagChange{ID: 1, From: "Cold", To: "Warm", At: c.ago(time.Hour)})},
			{"removed", TagLine(v, store.TagChange{ID: 1, From: "Hot", At: c.ago(time.Hour)})},
			{"by somebody", TagLine(v, store.TagChange{ID: 1, From: "Cold", To: "Warm", At: c.ago(time.Hour), UserID: 1, Author: "Anna Weber"})},
			{"long", TagLine(v, store.TagChange{ID: 1, From: longName, To: "مهتم", At: c.ago(time.Hour)})},
		}},
		{"DaySeparator", "messages", []state{
			{"today", DaySeparator(v, c.ago(0))}, {"yesterday", DaySeparator(v, c.ago(24*time.Hour))}, {"last year", DaySeparator(v, c.ago(400*24*time.Hour))},
		}},
		{"NewDivider", "messages", []state{{"", NewDivider()}}},
	}}
}

// threadHeader is a thread's head with the menu in it, as the page shows it.
func threadHeader(v Viewer, f store.Filter, t Thread) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return ThreadHeader(v, f, t).Render(templ.WithChildren(ctx, AssigneeMenu(v, t)), w)
	})
}

func (c canned) composer() Composer {
	return Composer{Conversation: c.maria(), SIMCards: []int64{9, 123}, SIMCardID: 123, Seen: 108}
}

func (c canned) replyStates() []state {
	refused, asked, optedOut := c.composer(), c.composer(), c.composer()
	optedOut.Text, optedOut.Ask, optedOut.OptedOut = "We have moved.", OptedOutQuestion, true
	refused.Text, refused.Error = "Too much", "A reply takes at most 10 SMS: 1,530 letters, or 670 where some need Unicode. Shorten it, or make it two."
	asked.Text, asked.Ask = "Yes, ten is fine.", "Somebody has answered since you began to write. Read that, then send yours if it is still right."
	return []state{{"empty", ReplyForm(c.Viewer, c.composer())}, {"refused", ReplyForm(c.Viewer, refused)}, {"asks", ReplyForm(c.Viewer, asked)}, {"opted out", ReplyForm(c.Viewer, optedOut)}}
}

// reply is a message that was written here, in a state.
func (c canned) reply(state store.State, change func(*store.Message)) store.Message {
	m := c.messages()[6]
	m.ID, m.State, m.Portal, m.Reply = 120, state, nil, &store.Reply{UserID: 1, Author: "Anna Weber", Attempt: 1, Answered: c.ago(time.Hour)}
	change(&m)
	return m
}

func (c canned) bubbleStates() []state {
	v, all := c.Viewer, c.messages()
	long, arabic := all[0], all[1]
	long.Text, arabic.Text = galleryText, arabicText
	v.Sends = true
	v = v.Through([]int64{9, 123})
	as := func(s store.State, change func(*store.Message)) state {
		return state{"reply, " + string(s), Bubble(v, c.reply(s, change), false, false, all[4])}
	}
	none := func(*store.Message) {}
	return []state{
		as(store.Queued, none), as(store.Sending, none),
		as(store.Accepted, func(m *store.Message) { m.Reply.Answered = c.ago(time.Minute) }),
		{"reply, overdue", Bubble(v, c.reply(store.Accepted, func(m *store.Message) { m.Reply.Waiting = true }), false, false)},
		as(store.Unknown, func(m *store.Message) { m.Reply.Reason = "TextLink answered 500 Internal Server Error" }),
		as(store.Failed, func(m *store.Message) { m.Reply.Reason, m.Reply.Attempt, m.Reply.AttemptOf = "No credit left", 2, 104 }),
		as(store.Sent, func(m *store.Message) { m.Reply.Attempt, m.Reply.AttemptOf = 3, 104 }),
		{"retried", Bubble(v, c.reply(store.Failed, func(m *store.Message) { m.Retry = store.Retried }), false, false)},
		{"in", Bubble(v, all[0], false, false)},
		{"out, a link", Bubble(v, all[1], false, false)},
		{"joined", Bubble(v, all[3], true, false)},
		{"failed", Bubble(v, all[4], false, false)},
		{"failed, dismissed", Bubble(v, all[5], false, false)},
		{"from TextLink's console", Bubble(v, all[6], false, false)},
		{"doubtful", Bubble(v, all[7], false, false)},
		{"linked", Bubble(v, all[8], false, true)},
		{"long, folded", Bubble(v, long, false, false)},
		{"Arabic", Bubble(v, arabic, false, false)},
		{"menu", unfolded(Bubble(v, all[4], false, false))},
	}
}

func (c canned) contactHall() hall {
	v, t, bare := c.Viewer, c.thread(), c.bare()
	narrow := t
	narrow.Narrow(v, store.Filter{}, "6")
	optedOut, byHand, elsewhere := bare, bare, bare
	elsewhere.Conversation.Contact.OptedOut = true
	optedOut.Conversation.Contact.OptedOut, optedOut.Conversation.OptedAt, optedOut.Conversation.OptedBy = true, c.ago(time.Hour), 101
	byHand.Conversation.Contact.OptedOut, byHand.Conversation.OptedAt = true, c.ago(time.Hour)
	return hall{"Contact", []exhibit{
		{"ContactPane", "pane", []state{{"everything", ContactPane(v, t)}, {"nothing known", ContactPane(v, bare)}, {"opted out", ContactPane(v, optedOut)}, {"by hand", ContactPane(v, byHand)}, {"where it is not to be seen when", ContactPane(v, elsewhere)}}},
		{"Timeline", "contact", []state{
			{"flaps unfolded", unfolded(Timeline(v, t))}, {"of one subuser", Timeline(v, narrow)}, {"no tag ever", Timeline(v, bare)},
		}},
	}}
}

// longText is a part of one that takes several.
func (c canned) longText(from int) LongText {
	t := MessageText(store.Message{ID: 107, ConversationID: 5, Text: strings.Repeat("Long ago & far away. ", 3000)}, from)
	t.Viewer = c.Viewer
	return t
}
