package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

// tagDesk is a desk at which tags are asked for. Steps are words: "ask Warm" by anna, "out", "ok", "no", "hook Warm"
// and "says Warm" from TextLink, "restart", "wait" for longer than an answer's webhook takes.
type tagDesk struct {
	*desk
	out []int64 // requests whose call is under way
}

func (d *tagDesk) step(words string) {
	d.t.Helper()
	ctx := d.t.Context()
	do, tag, _ := strings.Cut(words, " ")
	switch do {
	case "ask":
		_, err := d.AskForTag(ctx, store.Everything, d.anna.ID, tag, anyWay, d.thread)
		d.check(err)
	case "out":
		due, err := d.DueTags(ctx, 10)
		d.check(err)
		if len(due) != 1 || due[0].PhoneNumber != customer {
			d.t.Fatalf("due are %v", due)
		}
		d.check(d.StartTag(ctx, due[0].ID))
		d.out = append(d.out, due[0].ID)
	case "none":
		if due, err := d.DueTags(ctx, 10); err != nil || len(due) > 0 {
			d.t.Fatalf("due are %v, %v", due, err)
		}
	case "ok":
		d.check(d.AcceptTag(ctx, d.out[0]))
		d.out = d.out[1:]
	case "no":
		d.check(d.RefuseTag(ctx, d.out[0], "Because."))
		d.out = d.out[1:]
	case "hook":
		tell(d.t, d.Store, d.clock, fact{kind: store.KindTag, subuser: 9, number: customer, tag: tag})
	case "says":
		tell(d.t, d.Store, d.clock, fact{kind: store.KindReceived, number: customer, tag: tag, text: fmt.Sprint("text ", d.clock.ms.Load())})
	case "restart":
		d.check(d.RepeatTags(ctx))
		d.out = nil
	case "dismiss":
		d.check(d.DismissTag(ctx, store.Everything, d.thread))
	case "wait":
		d.clock.ms.Add(11 * time.Minute.Milliseconds())
	default:
		d.t.Fatal(words)
	}
	d.clock.ms.Add(1000)
}

func TestATagThatWasAskedForEndsRightInWhateverOrderItIsAnswered(t *testing.T) {
	for _, c := range []struct {
		steps   string
		changes string // oldest first, with who asked
		asked   string // what is open, or was refused and why
	}{
		{"ask Warm", "", "Warm"},
		{"ask Warm, out", "", "Warm"},
		{"ask Warm, out, ok", "Warm anna", ""},
		{"ask Warm, out, ok, hook Warm, hook Warm", "Warm anna", ""},
		{"ask Warm, out, hook Warm, ok", "Warm anna", ""},
		{"ask Warm, out, says Warm, ok, hook Warm", "Warm anna", ""},
		{"ask Warm, out, no", "", "Warm: Because."},
		{"ask Warm, out, no, hook Warm", "Warm anna", ""}, // it had gone through after all
		{"ask Warm, out, no, dismiss", "", ""},
		{"ask Warm, out, no, ask Hot", "", "Hot"},
		{"ask Warm, out, no, hook Hot", "Hot ", "Warm: Because."},
		{"ask Warm, ask Hot, out, ok", "Hot anna", ""},                                                               // the first was not sent yet
		{"ask Warm, out, ask Hot, none, ok, out, ok, hook Warm, hook Hot", "Warm anna, Hot anna", ""},                // late webhooks turn nothing back
		{"ask Warm, out, ok, ask Hot, out, hook Warm, ok, hook Hot", "Warm anna, Hot anna", ""},                      //
		{"ask Warm, out, ok, ask Hot, out, ok, hook Hot, hook Warm", "Warm anna, Hot anna", ""},                      //
		{"ask Warm, out, ok, hook Warm, ask Hot, out, ok, hook Hot, hook Warm", "Warm anna, Hot anna, Warm ", ""},    // one more is news
		{"ask Warm, out, ok, ask Hot, out, ok, wait, hook Warm", "Warm anna, Hot anna, Warm ", ""},                   // so is a late one
		{"ask Warm, out, ok, hook Hot, hook Warm", "Warm anna, Hot , Warm ", ""},                                     // somebody else changed it, and back
		{"ask Warm, out, ask Hot, no, out, ok", "Hot anna", ""},                                                      // nobody needs to know of the first
		{"ask Warm, out, restart, out, ok, hook Warm", "Warm anna", ""},                                              //
		{"ask Warm, out, restart, hook Warm, none", "Warm ", ""},                                                     // another call is not needed
		{"hook Warm, ask Warm, none", "Warm ", ""},                                                                   //
		{"hook Cold, ask Warm, out, ask Cold, ok, out, ok, hook Warm, hook Cold", "Cold , Warm anna, Cold anna", ""}, //
		{"hook Cold, ask Warm, hook Hot, out, ok", "Cold , Hot , Warm anna", ""},                                     //
	} {
		t.Run(c.steps, func(t *testing.T) {
			d := &tagDesk{desk: newDesk(t)}
			for _, words := range strings.Split(c.steps, ", ") {
				d.step(words)
			}
			changes, _, err := d.TagChangesIn(t.Context(), store.Everything, d.conversation().Contact.ID, store.TagPart{Limit: 1 << 20})
			d.check(err)
			slices.Reverse(changes)
			var got []string
			from := ""
			for _, change := range changes {
				if change.From != from {
					t.Errorf("%s follows %q", change.From, from)
				}
				if change.Author != "" && change.Subuser != d.conversation().Subuser {
					t.Errorf("%s came through %v", change.To, change.Subuser)
				}
				from = change.To
				got = append(got, change.To+" "+change.Author)
			}
			if strings.Join(got, ", ") != c.changes {
				t.Errorf("the changes are %q, want %q", strings.Join(got, ", "), c.changes)
			}
			contact := d.conversation().Contact
			asked := contact.AskedTag
			if contact.AskedReason != "" {
				asked += ": " + contact.AskedReason
			}
			if asked != c.asked || contact.Tag != from {
				t.Errorf("it has %q and was asked for %q; want %q and %q", contact.Tag, asked, from, c.asked)
			}
			if found, err := store.Check(t.Context(), d.Path()); err != nil || len(found.Problems) > 0 {
				t.Errorf("the check finds %v, %v", found.Problems, err)
			}
		})
	}
}

func TestTagsAreAskedForWithinTheScope(t *testing.T) {
	d := newDesk(t)
	elsewhere := store.Scope{Subusers: []store.SubuserID{99}}
	if _, err := d.AskForTag(t.Context(), elsewhere, d.anna.ID, "Warm", anyWay, d.thread); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("asked for out of scope: %v", err)
	}
	if err := d.DismissTag(t.Context(), elsewhere, d.thread); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("dismissed out of scope: %v", err)
	}
	if n, err := d.AskForTag(t.Context(), store.Everything, d.anna.ID, "Warm", anyWay, d.thread, d.thread, 12345); err != nil || n != 1 {
		t.Errorf("%d were asked for, %v", n, err)
	}
	if log := d.audited(store.TagAsked); len(log) != 1 {
		t.Errorf("the audit log has %v", log)
	}
}

func anyWay(store.SubuserID) bool { return true }

func TestTagsAreAskedForWhereThereIsAWay(t *testing.T) {
	d := newDesk(t)
	tell(t, d.Store, d.clock, fact{kind: store.KindReceived, subuser: 9, number: "+15550101", text: "Hello"})
	other := d.thread + 1
	main := func(subuser store.SubuserID) bool { return subuser == store.Main }
	if n, err := d.AskForTag(t.Context(), store.Everything, d.anna.ID, "Warm", main, d.thread, other); err != nil || n != 1 {
		t.Errorf("%d were asked for, %v", n, err)
	}
	if due, err := d.DueTags(t.Context(), 9); err != nil || len(due) != 1 || due[0].PhoneNumber != customer {
		t.Errorf("due are %v, %v", due, err)
	}
	if _, err := d.AskForTag(t.Context(), store.Everything, d.anna.ID, "Warm", main, other); !errors.Is(err, store.ErrNoWay) {
		t.Errorf("asked where there is no way: %v", err)
	}
}
