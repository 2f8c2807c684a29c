package store_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tagline/store"
	"tagline/store/text"
)

// conversation is that of the desk as anna sees it.
func (d *desk) conversation() store.Conversation {
	d.t.Helper()
	c, err := d.Conversation(d.t.Context(), store.Everything, d.anna.ID, d.thread)
	d.check(err)
	return c
}

// hears takes in a message of the customer at a time of its own.
func (d *desk) hears(text string, at int64) {
	d.t.Helper()
	tell(d.t, d.Store, d.clock, fact{kind: store.KindReceived, number: customer, text: text, timestamp: at})
}

// audited are the conversations that the audit log names for an action, newest first.
func (d *desk) audited(action store.Action) []string {
	d.t.Helper()
	all, _, err := d.AuditLog(d.t.Context(), store.AuditFilter{Action: action}, 0, 99)
	d.check(err)
	var subjects []string
	for _, e := range all {
		subjects = append(subjects, e.Subject)
	}
	return subjects
}

// A clock that is a little ahead of ours lets nothing win over what arrives later.
func TestAStopCountsAfterAStartThatIsDatedAhead(t *testing.T) {
	d := newDesk(t)
	d.hears("START", d.clock.ms.Load()+100_000)
	d.clock.advance(time.Second)
	d.hears("STOP", d.clock.ms.Load())
	if !d.conversation().Contact.OptedOut {
		t.Error("the contact did not opt out")
	}
	messages, err := d.MessagesFrom(t.Context(), store.Everything, d.thread, store.Position{})
	d.check(err)
	if got := messages[len(messages)-1].Text; got != "STOP" {
		t.Errorf("the newest message is %q, want that which arrived last", got)
	}
}

func TestWordsOptOutWhateverStandsAroundThem(t *testing.T) {
	d := newDesk(t)
	d.check(d.SetOptWords(t.Context(), store.OptWords{
		Out: []string{"Abmelden", "no more", "стоп", "停止", "बंद करें", "İptal", "τέλος", "تَوَقَّف", "42", "إلغاء", "수신거부", "退订", "ne plus écrire", "straße"}, In: []string{"Wieder da"},
	}))
	is, out, in := []string{}, []string{}, []string{}
	for _, word := range append(slices.Clone(text.OutWords), "Abmelden", "no more", "СТОП", "停止", "बंद करें", "iptal", "ΤΈΛΟΣ", "تَوَقَّف", "42") {
		out = append(out, word, strings.ToLower(word), " "+word+"!\n", "«"+word+"»", `"`+word+`."`, word+" 🙏", word+"\ufe0f", "\u200f"+word+"\u200e", "❤️ "+word+" ❤️")
	}
	out = append(out, "REVOKE", "Revoke.", "OPTOUT", "Opt-out.", "opt out", "OPT\u2011OUT", "Opt—Out!", "STOPALL", "STOP ALL", "“Stop-all”", "stop_all", "Un-subscribe", "UNSUBSCRİBE", "QUİT", "S.T.O.P.", "s t o p", "S-T-O-P",
		"STOP STOP STOP", "Stop! Stop!", "stop\n", "🛑 STOP 🛑", "STOP 🛑 ALL", "\u202aSTOP\u202c", "ST\u200cOP", "\u00a0Ｏｐｔ－ｏｕｔ．", "𝗦𝗧𝗢𝗣", "ⓈⓉⓄⓅ", "no-more", "No. More.")
	out = append(out, "ＳＴＯＰ", "no   more", "te\u0301los"[:0]+"τε\u0301λος", "STO\u200bP")
	out = append(out, strings.Repeat(" ", 500)+"STOP", "STOP"+strings.Repeat(" ", 500), "STOP"+strings.Repeat("!", 500), "STOP "+strings.Repeat("🛑", 120), "OPT OUT OPT OUT", "stop-all, stop-all!", "🆂🆃🅾🅿", "🅢🅣🅞🅟", "🆂🆃🅾\ufe0f🅿\ufe0f")
	out = append(out, "الغاء", "إِلغاء", "إلـغاء", "수신 거부", "退 订", "ab-melden", "A B M E L D E N", "ne plus ecrire", "NE-PLUS-ÉCRIRE", "strasse", "STRASSE!", "Abmelden abmelden", "no more, no more!", "nomore", "توقف")
	in = append(in, "START", "start.", "UnStop", "wieder da!")
	is = append(is, "please stop", "stop it", "STOP 12345", "please stop by at 5", "the end", "stop end", "opt in", "opt out of what?", "all stop", "stop all of it", "no m ore", "optin", "can cel", "1 STOP", "STOP START", "STOP2", "STOPP", "st op", "unsubscribed", "4 2", "बंद कर", "", "!!!", "stop\u0301", "стоп это", "stop "+strings.Repeat("very ", 90)+"stop", "ne plus", "ne p lus écrire", "4-2", "退", "🅿️")
	want := map[string]bool{customer: false} // by number
	said := map[string]string{}
	for i, text := range slices.Concat(out, in, is) {
		number := fmt.Sprintf("+1555%07d", i)
		want[number], said[number] = i < len(out) || i >= len(out)+len(in), text
		if i >= len(out) { // whoever is in can only opt out, and the other way round
			tell(t, d.Store, d.clock, fact{kind: store.KindReceived, number: number, text: "STOP", timestamp: 1})
		}
		tell(t, d.Store, d.clock, fact{kind: store.KindReceived, number: number, text: text, timestamp: 2})
	}
	for _, text := range is { // nor do they opt out
		number := "+1666" + fmt.Sprintf("%x", sha256.Sum256([]byte(text)))[:7]
		want[number], said[number] = false, text
		tell(t, d.Store, d.clock, fact{kind: store.KindReceived, number: number, text: text, timestamp: 2})
	}
	asked := 0
	for _, o := range export(t, d.Store, "contact") { // once: there are hundreds
		number := o["phone_number"].(string)
		ends, is := want[number]
		if !is {
			continue // the desk's own
		}
		if asked++; o["opted_out"] != ends {
			t.Errorf("after %q opted_out is %v, want %v", said[number], o["opted_out"], ends)
		}
	}
	if asked != len(want) {
		t.Errorf("%d contacts, want %d", asked, len(want))
	}
}

// The newest word decides by its own time, in whatever order they arrive and however often.
func TestTheNewestWordDecidesInWhateverOrderTheyCome(t *testing.T) {
	words := []fact{{text: "STOP", timestamp: sentAt}, {text: "START", timestamp: sentAt + 5000}, {text: "stop", timestamp: sentAt + 9000}, {text: "UNSTOP", timestamp: sentAt + 9000}}
	for last, want := range map[int]bool{1: true, 2: false, 3: true, 4: true} { // of two of the same moment it is that which opts out
		for _, order := range permutations(words[:last]) {
			d := newDesk(t)
			var came []string
			for _, f := range slices.Concat(order, order) {
				d.clock.ms.Add(1)
				d.hears(f.text, f.timestamp)
				came = append(came, f.text)
			}
			c := d.conversation()
			if c.Contact.OptedOut != want || want && c.OptedAt != slices.MaxFunc(words[:last], func(a, b fact) int { return int(a.timestamp - b.timestamp) }).timestamp {
				t.Errorf("after %s opted out is %v at %d, want %v", strings.Join(came, ", "), c.Contact.OptedOut, c.OptedAt, want)
			}
		}
	}
}

func TestSomebodyWhoOptedOutIsWrittenToOnlyWhereThatIsConfirmed(t *testing.T) {
	d := newDesk(t)
	failed := d.write("Hello", 0)
	d.start(failed)
	d.check(d.RefuseSend(t.Context(), failed, "no credit"))
	d.hears("STOP", d.clock.ms.Load())
	n := store.NewReply{User: d.anna.ID, Conversation: d.thread, Text: "But", TextKey: []byte("but"), CustomID: "but"}
	begun := store.Start{NewReply: n, PhoneNumber: customer, Subuser: 7} // through another subuser too
	for what, ask := range map[string]func() error{
		"a reply":            func() error { _, err := d.AddReply(t.Context(), store.Everything, n); return err },
		"a new conversation": func() error { _, err := d.StartConversation(t.Context(), store.Everything, begun); return err },
		"another attempt":    func() error { _, err := d.retry(failed); return err },
	} {
		if err := ask(); !errors.Is(err, store.ErrOptedOut) {
			t.Errorf("%s was answered %v", what, err)
		}
	}
	d.saysJust("Hello failed")
	if all := d.audited(store.SentDespiteOptOut); len(all) != 0 {
		t.Errorf("the audit log says %q before anything was confirmed", all)
	}
	n.DespiteOptOut, begun.DespiteOptOut, begun.CustomID = true, true, "begun"
	_, err := d.AddReply(t.Context(), store.Everything, n)
	d.check(err)
	elsewhere, err := d.StartConversation(t.Context(), store.Everything, begun)
	d.check(err)
	d.check(d.RetryDespiteOptOut(t.Context(), store.Everything, d.anna.ID, nil, d.customID, failed))
	d.saysJust("Hello failed", "But queued", "Hello queued")
	want := []string{fmt.Sprint("conversation ", d.thread), fmt.Sprint("conversation ", elsewhere), fmt.Sprint("conversation ", d.thread)}
	if all := d.audited(store.SentDespiteOptOut); !slices.Equal(all, want) {
		t.Errorf("the audit log says %q, want %q", all, want)
	}
	d.clock.ms.Add(1)
	d.hears("START", d.clock.ms.Load())
	n.DespiteOptOut, n.CustomID = false, "again"
	_, err = d.AddReply(t.Context(), store.Everything, n)
	d.check(err)
	if all := d.audited(store.SentDespiteOptOut); len(all) != 3 {
		t.Errorf("the audit log says %q after they opted in again", all)
	}
}

func TestManyRetriesPassOverWhoOptedOut(t *testing.T) {
	d := newDesk(t)
	var failed []int64
	for i, number := range []string{"+15550101", "+15550102", "+15550103"} {
		tell(t, d.Store, d.clock, fact{kind: store.KindFailed, number: number, text: fmt.Sprint("Hello ", i), timestamp: sentAt, customID: number})
		tell(t, d.Store, d.clock, fact{kind: store.KindReceived, number: number, text: []string{"STOP", "ok", "END"}[i]})
	}
	for _, o := range export(t, d.Store, "message") {
		if o["state"] == "failed" {
			failed = append(failed, int64(o["id"].(float64)))
		}
	}
	retried, optedOut, err := d.Retry(t.Context(), store.Everything, d.anna.ID, nil, d.customID, failed...)
	if retried != 1 || optedOut != 2 || err != nil {
		t.Errorf("%d retried, %d opted out, %v", retried, optedOut, err)
	}
}

// What waits when somebody opts out does not go out by itself; what is out already cannot be kept back.
func TestRepliesThatWaitAreHeldWhenSomebodyOptsOut(t *testing.T) {
	for _, byHand := range []bool{false, true} {
		d := newDesk(t)
		out := d.write("First", 5)
		d.start(out)
		waits := d.write("Second", 5)
		if byHand {
			d.check(d.MarkOptedOut(t.Context(), store.Everything, true, d.thread))
		} else {
			d.hears("STOP", d.clock.ms.Load())
		}
		d.check(d.EndSend(t.Context(), out, false))
		if due, err := d.DueSends(t.Context()); err != nil || len(due) != 0 {
			t.Errorf("by hand %v: %+v are due, %v", byHand, due, err)
		}
		if err := d.StartSend(t.Context(), waits); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("by hand %v: it could be sent, %v", byHand, err)
		}
		d.saysJust("First accepted", "Second failed")
		d.openFailures(1)
		d.check(d.RetryDespiteOptOut(t.Context(), store.Everything, d.anna.ID, nil, d.customID, waits))
		if due, err := d.DueSends(t.Context()); err != nil || len(due) != 1 || due[0].Text != "Second" {
			t.Errorf("by hand %v: after it was confirmed %+v are due, %v", byHand, due, err)
		}
	}
}

// A late word that is older than what decided keeps nothing back.
func TestAnOldWordHoldsNothing(t *testing.T) {
	d := newDesk(t)
	d.hears("START", d.clock.ms.Load())
	d.write("Welcome back", 5)
	d.hears("STOP", d.clock.ms.Load()-1000)
	if d.conversation().Contact.OptedOut {
		t.Error("an old word opted out")
	}
	d.saysJust("Welcome back queued")
}

func TestSomebodyIsMarkedByHandAndTheAuditLogSaysSo(t *testing.T) {
	d := newDesk(t)
	arrived := d.clock.ms.Load()
	d.hears("STOP", arrived+60_000) // a telephone whose clock is ahead: no message is newer than its arrival
	if c := d.conversation(); !c.Contact.OptedOut || c.OptedAt != arrived || c.OptedBy == 0 {
		t.Errorf("they opted out %v at %d by %d", c.Contact.OptedOut, c.OptedAt, c.OptedBy)
	}
	for range 2 {
		d.check(d.MarkOptedOut(t.Context(), store.Everything, false, d.thread))
	}
	d.hears("QUIT", arrived-1) // was on its way while it was cleared, and is older than what was
	if d.conversation().Contact.OptedOut {
		t.Error("it was not cleared")
	}
	d.clock.ms.Add(120_000)
	d.check(d.MarkOptedOut(t.Context(), store.Everything, true, d.thread))
	if c := d.conversation(); !c.Contact.OptedOut || c.OptedAt != d.clock.ms.Load() || c.OptedBy != 0 {
		t.Errorf("they opted out %v at %d by %d", c.Contact.OptedOut, c.OptedAt, c.OptedBy)
	}
	want := []string{fmt.Sprint("conversation ", d.thread)}
	if in, out := d.audited(store.OptedIn), d.audited(store.OptedOut); !slices.Equal(in, want) || !slices.Equal(out, want) {
		t.Errorf("the audit log says %q and %q", in, out)
	}
}

// It belongs to the number, and is seen wherever one has a conversation with it; when and by which words only where
// they are.
func TestWhoSeesAnotherConversationSeesThatTheyOptedOutAndNoMore(t *testing.T) {
	d := newDesk(t)
	tell(t, d.Store, d.clock, fact{kind: store.KindReceived, subuser: 6, number: customer, text: "Hello"})
	d.hears("STOP", d.clock.ms.Load())
	scope := store.Scope{Subusers: []store.SubuserID{6}}
	list, _, err := d.Conversations(t.Context(), scope, 0, store.Filter{}, store.Position{}, 9)
	if err != nil || len(list) != 1 || !list[0].Contact.OptedOut || list[0].OptedAt != 0 || list[0].OptedBy != 0 {
		t.Errorf("they see %+v, %v", list, err)
	}
}

func TestOwnWordsAreKeptAsTheyWereWrittenAndChangeNothingBefore(t *testing.T) {
	d := newDesk(t)
	d.hears("Abmelden", d.clock.ms.Load())
	words := store.OptWords{Out: []string{"Abmelden", "No More"}, In: []string{"Da"}}
	for range 2 {
		d.check(d.SetOptWords(t.Context(), words))
	}
	got, err := d.OptWords(t.Context())
	if err != nil || !slices.Equal(got.Out, words.Out) || !slices.Equal(got.In, words.In) {
		t.Errorf("they are %+v, %v", got, err)
	}
	if d.conversation().Contact.OptedOut {
		t.Error("an earlier message was read again")
	}
	if all := d.audited(store.OptWordsChanged); len(all) != 2 || all[0] != "Abmelden, No More, Da" {
		t.Errorf("the audit log says %q", all)
	}
	d.check(d.SetOptWords(t.Context(), store.OptWords{}))
	d.hears("Abmelden", d.clock.ms.Load()+1)
	if d.conversation().Contact.OptedOut {
		t.Error("a word that was taken away opted out")
	}
}
