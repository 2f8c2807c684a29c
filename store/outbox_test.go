package store_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"tagline/store"
)

// desk is a store with somebody who writes, and a conversation.
type desk struct {
	*store.Store
	t      *testing.T
	clock  *clock
	anna   store.User
	thread int64
	ids    int
}

const customer = "+15550100"

func newDesk(t *testing.T) *desk {
	t.Helper()
	c := newClock()
	s := open(t, c, nil)
	anna, err := s.CreateUser(t.Context(), store.User{Name: "anna", Role: store.Admin}, "")
	if err != nil {
		t.Fatal(err)
	}
	tell(t, s, c, fact{kind: store.KindReceived, number: customer, text: "Hello?", sim: 5})
	d := &desk{Store: s, t: t, clock: c, anna: anna}
	list, _, err := s.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewInbox}, store.Position{}, 1)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	d.thread = list[0].ID
	return d
}

func (d *desk) customID() string {
	d.ids++
	return fmt.Sprint("own-", d.ids)
}

// write adds a reply whose custom_id is own-1, own-2 and so on.
func (d *desk) write(text string, sim int64) int64 {
	d.t.Helper()
	key := sha256.Sum256([]byte(text))
	n := store.NewReply{User: d.anna.ID, Conversation: d.thread, Text: text, TextKey: key[:16], CustomID: d.customID()}
	if sim != 0 {
		n.SIMCardID = &sim
	}
	id, err := d.AddReply(d.t.Context(), store.Everything, n)
	d.check(err)
	return id
}

func (d *desk) check(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) start(id int64) { d.t.Helper(); d.check(d.StartSend(d.t.Context(), id)) }

// sent lets a reply go out and TextLink accept it.
func (d *desk) accepted(id int64) {
	d.t.Helper()
	d.start(id)
	d.check(d.EndSend(d.t.Context(), id, false))
}

// says are the outbound messages, ascending: "text state".
func (d *desk) says() []string {
	d.t.Helper()
	messages, err := d.MessagesFrom(d.t.Context(), store.Everything, d.thread, store.Position{})
	d.check(err)
	var all []string
	for _, m := range messages {
		if m.Direction == store.Out {
			all = append(all, m.Text+" "+string(m.State))
		}
	}
	return all
}

func (d *desk) saysJust(want ...string) {
	d.t.Helper()
	if got := d.says(); !slices.Equal(got, want) {
		d.t.Errorf("the thread says %q, want %q", got, want)
	}
}

func (d *desk) openFailures(want int) {
	d.t.Helper()
	c, err := d.Conversation(d.t.Context(), store.Everything, 0, d.thread)
	d.check(err)
	failures, err := d.OpenFailures(d.t.Context(), store.Everything, d.thread)
	d.check(err)
	if c.OpenFailures != want || len(failures[d.thread]) != want {
		d.t.Errorf("%d failures are open by the summary and %d by the list, want %d", c.OpenFailures, len(failures[d.thread]), want)
	}
}

// The webhooks about a reply join it in any order, before and after the answer, and however often they come.
func TestAReplyIsTheSameInWhateverOrderItsWebhooksCome(t *testing.T) {
	for _, bare := range []bool{false, true} {
		for _, order := range permutations([]string{"answer", "sent", "failed", "sent"}) {
			d := newDesk(t)
			id := d.write("Yes", 5)
			d.start(id)
			at := d.clock.ms.Load() + 1000
			d.clock.ms.Add(2000)
			sent := fact{kind: store.KindSent, number: customer, text: "Yes", timestamp: at, sim: 5}
			failed := fact{kind: store.KindFailed, number: customer, text: "Yes", timestamp: at, sim: 5, customID: "own-1", textlink: 7}
			if !bare {
				sent.customID = "own-1"
			}
			for _, what := range order {
				switch what {
				case "answer":
					d.check(d.EndSend(t.Context(), id, true))
				case "sent":
					tell(t, d.Store, d.clock, sent)
				case "failed":
					tell(t, d.Store, d.clock, failed)
				}
			}
			if got := d.says(); !slices.Equal(got, []string{"Yes failed"}) {
				t.Errorf("bare %v, %s: the thread says %q", bare, strings.Join(order, ", "), got)
			}
			d.openFailures(1)
		}
	}
}

func TestStatesOfAReplyFollowItsCall(t *testing.T) {
	d := newDesk(t)
	id := d.write("Yes", 0)
	d.saysJust("Yes queued")
	d.start(id)
	d.saysJust("Yes sending")
	if err := d.StartSend(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it goes out twice: %v", err)
	}
	d.check(d.EndSend(t.Context(), id, true))
	d.saysJust("Yes accepted")
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "Yes"})
	d.saysJust("Yes sent")

	refused := d.write("No", 0)
	d.start(refused)
	d.check(d.RefuseSend(t.Context(), refused, "No credit"))
	d.saysJust("Yes sent", "No failed")
	d.openFailures(1)
	messages, err := d.MessagesFrom(t.Context(), store.Everything, d.thread, store.Position{})
	d.check(err)
	if m := messages[2]; m.ID != refused || m.Reply == nil || m.Reply.Reason != "No credit" || m.Reply.Author != "anna" {
		t.Errorf("the refused one is %+v, %+v", m, m.Reply)
	}
}

func TestWhatWasOutWhenTheProcessEndedIsUnknownAndNeverDueAgain(t *testing.T) {
	d := newDesk(t)
	first, second := d.write("One", 5), d.write("Two", 5)
	d.start(first)
	n, err := d.LoseSends(t.Context(), "died")
	if err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	d.saysJust("One unknown", "Two queued")
	due, err := d.DueSends(t.Context())
	if err != nil || len(due) != 1 || due[0].ID != second {
		t.Errorf("due are %+v, %v", due, err)
	}
	// The webhook tells how it ended after all.
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "One", customID: "own-1"})
	d.saysJust("One sent", "Two queued")
}

func TestWhatOthersSendIsNotTakenForAReply(t *testing.T) {
	d := newDesk(t)
	d.write("ok", 5)
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "ok", timestamp: d.clock.ms.Load()})
	d.saysJust("ok queued", "ok sent") // it had not been tried
	id := d.write("yes", 5)
	d.accepted(id)
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "yes", timestamp: d.clock.ms.Load(), sim: 6})
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "yes", timestamp: d.clock.ms.Load() + 1, sim: 5, customID: "else's"})
	d.clock.ms.Add(11 * 60_000) // long before our call, and not reported soon after it
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "yes", timestamp: d.clock.ms.Load() - hour, sim: 5})
	if got := d.says(); !slices.Contains(got, "yes accepted") || len(got) != 6 {
		t.Errorf("the thread says %q", got)
	}
}

// An id tells whose a report is whatever TextLink's clock says. Without one the date decides; where that is no help,
// the arrival.
func TestAReplyIsOneWhateverTextLinksClockSays(t *testing.T) {
	for _, behind := range []int64{9 * 60_000, 11 * 60_000, hour, 25 * hour, 400 * 24 * hour, -hour, -100 * hour} {
		for _, ids := range []string{"sent", "failed", ""} {
			for _, order := range permutations([]string{"answer", "sent", "failed"}) {
				d := newDesk(t)
				id := d.write("yes", 5)
				d.start(id)
				d.clock.ms.Add(5000)
				at := d.clock.ms.Load() - behind
				for _, what := range order {
					f := fact{number: customer, text: "yes", timestamp: at, doubtful: behind < 0, sim: 5}
					if what == ids {
						f.customID = "own-1"
					}
					switch what {
					case "answer":
						d.check(d.EndSend(t.Context(), id, true))
						continue
					case "sent":
						f.kind = store.KindSent
					case "failed":
						f.kind = store.KindFailed
					}
					tell(t, d.Store, d.clock, f)
				}
				if got := d.says(); !slices.Equal(got, []string{"yes failed"}) {
					t.Errorf("%d ms behind, id in %q, %q: the thread says %q", behind, ids, order, got)
				}
			}
		}
	}
}

// A send of others that is dated before our call and told just after it gives way to ours, whichever comes first.
func TestTheNearerDateSaysWhichSendIsTheReply(t *testing.T) {
	for _, order := range [][]int64{{-hour, 1000}, {1000, -hour}} {
		d := newDesk(t)
		d.accepted(d.write("yes", 5))
		at := d.clock.ms.Load()
		for _, after := range order {
			d.clock.ms.Add(3000)
			tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "yes", timestamp: at + after, sim: 5})
		}
		if got := d.says(); !slices.Equal(got, []string{"yes sent", "yes sent"}) {
			t.Errorf("%v: the thread says %q", order, got)
		}
	}
}

func TestRepliesOfTheSameWordsAreAsManyAsWereSent(t *testing.T) {
	d := newDesk(t)
	for range 3 {
		d.accepted(d.write("ok", 5))
		d.clock.ms.Add(20_000)
	}
	for i := range int64(3) {
		tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "ok", timestamp: d.clock.ms.Load() + i, sim: 5})
	}
	d.saysJust("ok sent", "ok sent", "ok sent")
}

func TestAWebhookThroughAnotherAccountJoinsByItsID(t *testing.T) {
	d := newDesk(t)
	d.accepted(d.write("Yes", 5))
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, subuser: 6, number: customer, text: "Yes", customID: "own-1"})
	d.saysJust("Yes sent")
	d.accepted(d.write("And without", 5))
	for range 2 {
		tell(t, d.Store, d.clock, fact{kind: store.KindSent, subuser: 6, number: customer, text: "And without", timestamp: d.clock.ms.Load()})
	}
	d.saysJust("Yes sent", "And without sent")
}

// retry tries messages again and returns how many it could.
func (d *desk) retry(messages ...int64) (int, error) {
	retried, _, err := d.Retry(d.t.Context(), store.Everything, d.anna.ID, nil, d.customID, messages...)
	return retried, err
}

func TestAFailureClosesWhenALaterAttemptIsDispatchedAndOpensWhenThatFails(t *testing.T) {
	d := newDesk(t)
	tell(t, d.Store, d.clock, fact{kind: store.KindFailed, number: customer, text: "Yes", timestamp: 1, sim: 5}) // from TextLink's console
	c, _ := d.Conversation(t.Context(), store.Everything, 0, d.thread)
	messages, _ := d.MessagesFrom(t.Context(), store.Everything, d.thread, store.Position{})
	first := messages[0].ID
	if n, err := d.retry(first); n != 1 || err != nil || c.OpenFailures != 1 {
		t.Fatalf("%d, %v, %d open", n, err, c.OpenFailures)
	}
	d.openFailures(1)
	due, err := d.DueSends(t.Context())
	if err != nil || len(due) != 1 || due[0].SIMCardID != 5 || due[0].Text != "Yes" {
		t.Fatalf("due are %+v, %v", due, err)
	}
	second := due[0].ID
	d.clock.ms.Add(1000)
	d.accepted(second)
	d.openFailures(1)
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "Yes", customID: due[0].CustomID})
	d.openFailures(0)
	if _, err := d.retry(first); !errors.Is(err, store.ErrUnderWay) {
		t.Errorf("what went out is tried again: %v", err)
	}
	tell(t, d.Store, d.clock, fact{kind: store.KindFailed, number: customer, text: "Yes", customID: due[0].CustomID})
	d.openFailures(1)
	if _, err := d.retry(first); !errors.Is(err, store.ErrUnderWay) {
		t.Errorf("the first is tried again beside the second: %v", err)
	}
	if n, err := d.retry(second); n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	due, _ = d.DueSends(t.Context())
	d.start(due[0].ID)
	d.check(d.RefuseSend(t.Context(), due[0].ID, "No credit"))
	d.openFailures(1)
	messages, _ = d.MessagesFrom(t.Context(), store.Everything, d.thread, store.Position{})
	if last := messages[len(messages)-1]; last.Reply.AttemptOf != first || last.Reply.Attempt != 3 {
		t.Errorf("the last attempt is %+v", last.Reply)
	}
	if n, err := d.Dismiss(t.Context(), store.Everything, true, due[0].ID); n != 1 || err != nil {
		t.Errorf("%d dismissed, %v", n, err)
	}
	d.openFailures(0)
}

// The report that a retry was sent belongs to the retry, although the failure before it says the same text at nearly
// the same time. The report of the first send may come at any time, or never.
func TestTheSentReportOfARetryJoinsTheRetry(t *testing.T) {
	for _, undated := range []bool{false, true} {
		for _, order := range [][]string{{"sent", "failed", "retry", "sent again"}, {"failed", "sent", "retry", "sent again"}, {"failed", "retry", "sent", "sent again"},
			{"failed", "retry", "sent again", "sent"}, {"failed", "retry", "sent again"}} {
			d := newDesk(t)
			first := d.clock.ms.Load()
			sent := fact{kind: store.KindSent, number: customer, text: "Yes", timestamp: first, sim: 5}
			again, failed := sent, sent
			again.timestamp = first + 2200
			failed.kind, failed.timestamp = store.KindFailed, first+900
			if undated {
				failed.timestamp, failed.textlink = 0, 7
			}
			for _, what := range order {
				switch what {
				case "sent":
					tell(t, d.Store, d.clock, sent)
				case "failed":
					d.clock.ms.Store(first + 900)
					tell(t, d.Store, d.clock, failed)
				case "retry":
					d.clock.ms.Store(first + 1500)
					failures, err := d.OpenFailures(t.Context(), store.Everything, d.thread)
					d.check(err)
					n, err := d.retry(failures[d.thread][0].ID)
					d.check(err)
					due, err := d.DueSends(t.Context())
					d.check(err)
					if n != 1 || len(due) != 1 {
						t.Fatalf("%d retried, due are %+v", n, due)
					}
					d.accepted(due[0].ID)
				case "sent again":
					d.clock.ms.Store(first + 2500)
					tell(t, d.Store, d.clock, again)
				}
			}
			if got := d.says(); !slices.Equal(got, []string{"Yes failed", "Yes sent"}) {
				t.Errorf("undated %v, %s: the thread says %q", undated, strings.Join(order, ", "), got)
			}
			d.openFailures(0)
		}
	}
}

func TestTwoPeopleNeverTryTheSameAtOnce(t *testing.T) {
	d := newDesk(t)
	id := d.write("Yes", 5)
	d.start(id)
	d.check(d.RefuseSend(t.Context(), id, "No credit"))
	var people sync.WaitGroup
	errs := make(chan error, 8)
	for i := range 8 {
		people.Go(func() {
			_, _, err := d.Retry(t.Context(), store.Everything, d.anna.ID, nil, func() string { return fmt.Sprint("one of ", i) }, id)
			errs <- err
		})
	}
	people.Wait()
	close(errs)
	done := 0
	for err := range errs {
		if err == nil {
			done++
		} else if !errors.Is(err, store.ErrUnderWay) {
			t.Error(err)
		}
	}
	if done != 1 {
		t.Errorf("%d attempts at once", done)
	}
	if _, _, err := d.Retry(t.Context(), store.Scope{Subusers: []store.SubuserID{6}}, d.anna.ID, nil, d.customID, id); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("outside the scope: %v", err)
	}
}

func TestOneSendIsDueForEachSIMAndConversationsKeepTheirOrder(t *testing.T) {
	d := newDesk(t)
	one, two, three := d.write("1", 5), d.write("2", 5), d.write("3", 6)
	dueJust := func(want ...int64) {
		t.Helper()
		due, err := d.DueSends(t.Context())
		d.check(err)
		var got []int64
		for _, s := range due {
			got = append(got, s.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("due are %v, want %v", got, want)
		}
	}
	dueJust(one) // three is on a free SIM, behind them in its conversation
	d.start(one)
	dueJust()
	d.check(d.EndSend(t.Context(), one, false))
	dueJust(two)
	d.accepted(two)
	dueJust(three)
}

func TestAReplyWrittenBeforeAColleaguesNewerAnswerWasSeenAsks(t *testing.T) {
	d := newDesk(t)
	piet, err := d.CreateUser(t.Context(), store.User{Name: "piet", Role: store.Admin}, "")
	d.check(err)
	seen := d.write("Mine", 0)
	n := store.NewReply{User: piet.ID, Conversation: d.thread, Text: "His", TextKey: []byte("key"), CustomID: "his", Seen: seen - 1}
	if _, err := d.AddReply(t.Context(), store.Everything, n); !errors.Is(err, store.ErrNewer) {
		t.Errorf("not asked: %v", err)
	}
	d.saysJust("Mine queued")
	n.User = d.anna.ID // one's own newer message is no surprise
	if _, err := d.AddReply(t.Context(), store.Everything, n); err != nil {
		t.Error(err)
	}
}
