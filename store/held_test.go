package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"modernc.org/sqlite"

	"tagline/store"
)

// due are the texts that would be sent now.
func (d *desk) due() (texts []string) {
	d.t.Helper()
	_, err := d.HoldLate(d.t.Context())
	d.check(err)
	sends, err := d.DueSends(d.t.Context())
	d.check(err)
	for _, s := range sends {
		texts = append(texts, s.Text)
	}
	return texts
}

func TestWhatWaitedTooLongIsHeld(t *testing.T) {
	for _, row := range []struct {
		name  string
		waits time.Duration
		held  bool
	}{
		{"a moment", time.Second, false},
		{"almost four hours", store.HeldAfter, false},
		{"a little more", store.HeldAfter + time.Second, true},
		{"a night", 12 * time.Hour, true},
		{"thirty days", 30 * 24 * time.Hour, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := newDesk(t)
			d.accepted(d.write("before", 5))
			d.write("late", 5)
			d.clock.advance(row.waits)
			due := d.due()
			if row.held {
				if len(due) != 0 {
					t.Fatalf("%q would be sent", due)
				}
				d.saysJust("before accepted", "late failed")
				d.openFailures(1)
				messages, err := d.MessagesFrom(t.Context(), store.Everything, d.thread, store.Position{})
				d.check(err)
				if last := messages[len(messages)-1]; last.Reply == nil || !last.Reply.Held || last.Reply.Reason == "" {
					t.Errorf("it is not said to be held, and why: %+v", last.Reply)
				}
			} else if len(due) != 1 {
				t.Errorf("%q would be sent, want the one that waits", due)
			}
		})
	}
}

func TestALongQueueThatMovesIsNotLate(t *testing.T) {
	d := newDesk(t)
	var ids []int64
	for n := range 4 {
		ids = append(ids, d.write(fmt.Sprint("long queue ", n), 5))
	}
	for n, id := range ids[:3] {
		if due := d.due(); len(due) != 1 || due[0] != fmt.Sprint("long queue ", n) {
			t.Fatalf("%q would be sent, want the next of the queue", due)
		}
		d.accepted(id)
		d.clock.advance(store.HeldAfter / 2)
	}
	d.clock.advance(store.HeldAfter)
	if due := d.due(); len(due) != 0 {
		t.Errorf("%q would be sent although the queue stood still", due)
	}
}

func TestHeldRepliesAreSentWhenSomebodySaysSoAndNotToWhoOptedOut(t *testing.T) {
	d := newDesk(t)
	id := d.write("held", 5)
	d.clock.advance(2 * store.HeldAfter)
	d.due()
	d.check(d.MarkOptedOut(t.Context(), store.Everything, true, d.thread))
	if _, _, err := d.Retry(t.Context(), store.Everything, d.anna.ID, nil, d.customID, id); !errors.Is(err, store.ErrOptedOut) {
		t.Errorf("to who opted out it is %v", err)
	}
	d.check(d.MarkOptedOut(t.Context(), store.Everything, false, d.thread))
	if n, _, err := d.Retry(t.Context(), store.Everything, d.anna.ID, nil, d.customID, id); n != 1 || err != nil {
		t.Errorf("%d sent, %v", n, err)
	}
	if due := d.due(); len(due) != 1 {
		t.Errorf("%q would be sent, want it", due)
	}
	other := d.write("thrown away", 6)
	d.clock.advance(2 * store.HeldAfter)
	d.due()
	if n, err := d.Dismiss(t.Context(), store.Everything, true, other); n != 1 || err != nil {
		t.Errorf("%d dismissed, %v", n, err)
	}
}

// asked are the state and reason of what the contact's tag was asked to be.
func (d *desk) asked() (tag, reason string) {
	d.t.Helper()
	c, err := d.Conversation(d.t.Context(), store.Everything, 0, d.thread)
	d.check(err)
	return c.Contact.AskedTag, c.Contact.AskedReason
}

func (d *desk) askForTag(tag string) {
	d.t.Helper()
	_, err := d.AskForTag(d.t.Context(), store.Everything, d.anna.ID, tag, func(store.SubuserID) bool { return true }, d.thread)
	d.check(err)
}

func TestATagThatWaitedTooLongIsHeld(t *testing.T) {
	d := newDesk(t)
	d.askForTag("Hot")
	d.clock.advance(store.HeldAfter)
	if n, err := d.HoldLateTags(t.Context()); n != 0 || err != nil {
		t.Errorf("%d held in time, %v", n, err)
	}
	d.clock.advance(time.Second)
	if n, err := d.HoldLateTags(t.Context()); n != 1 || err != nil {
		t.Errorf("%d held, %v", n, err)
	}
	if due, err := d.DueTags(t.Context(), 9); len(due) != 0 || err != nil {
		t.Errorf("%v would be asked for, %v", due, err)
	}
	if tag, reason := d.asked(); tag != "Hot" || reason == "" {
		t.Errorf("%q is said to be held because of %q", tag, reason)
	}
}

// One that is asked for twice is asked for once, also while the call is out.
func TestATagAskedForTwiceIsAskedForOnce(t *testing.T) {
	d := newDesk(t)
	d.askForTag("Hot")
	d.askForTag("Hot")
	due, err := d.DueTags(t.Context(), 9)
	if len(due) != 1 || err != nil {
		t.Fatalf("%v, %v", due, err)
	}
	d.check(d.StartTag(t.Context(), due[0].ID))
	d.askForTag("Hot")
	d.check(d.AcceptTag(t.Context(), due[0].ID))
	if due, err := d.DueTags(t.Context(), 9); len(due) != 0 || err != nil {
		t.Errorf("it is asked for again: %v, %v", due, err)
	}
}

// busyDesk has of everything something that waits, and something that lets people in.
func busyDesk(t *testing.T) (d *desk, path string) {
	t.Helper()
	c := newClock()
	path = filepath.Join(t.TempDir(), "tagline.db")
	s := openAt(t, path, c, nil)
	anna, err := s.CreateUser(t.Context(), store.User{Name: "anna", Role: store.Admin}, "")
	d = &desk{Store: s, t: t, clock: c, anna: anna}
	d.check(err)
	_, err = s.AddTarget(t.Context(), store.Target{Name: "CRM", URL: "https://crm.example", Kinds: []store.Kind{store.KindReceived}})
	d.check(err)
	tell(t, s, c, fact{kind: store.KindReceived, number: customer, text: "Hello?", sim: 5})
	_, _, err = s.TakeForwards(t.Context())
	d.check(err)
	tell(t, s, c, fact{kind: store.KindReceived, number: customer, text: "Anybody?", sim: 5}) // the target was not offered it yet
	list, _, err := s.Conversations(t.Context(), store.Everything, 0, store.Filter{View: store.ViewInbox}, store.Position{}, 1)
	d.check(err)
	d.thread = list[0].ID
	d.start(d.write("out", 5))
	d.write("queued", 5)
	d.askForTag("Hot")
	hour := c.now().Add(time.Hour)
	d.check(s.CreateSession(t.Context(), []byte("session"), anna.ID, false, hour))
	d.check(s.Subscribe(t.Context(), []byte("session"), store.PushSubscription{Endpoint: "https://push.example/1"}))
	d.check(s.AddAPIToken(t.Context(), anna.ID, store.APIToken{Label: "program"}, []byte("token")))
	d.check(s.AddLink(t.Context(), anna.ID, []byte("link"), hour))
	return d, path
}

// sendsNothing opens a database and looks that nothing in it is sent by itself, and that nobody is let in.
func sendsNothing(t *testing.T, c *clock, path string) {
	t.Helper()
	s := openAt(t, path, c, nil)
	ctx := t.Context()
	if sends, err := s.DueSends(ctx); len(sends) != 0 || err != nil {
		t.Errorf("it would send %v, %v", sends, err)
	}
	if n, err := s.LoseSends(ctx, "Stopped."); n != 0 || err != nil {
		t.Errorf("%d are out, %v", n, err)
	}
	if err := s.RepeatTags(ctx); err != nil {
		t.Error(err)
	}
	if due, err := s.DueTags(ctx, 9); len(due) != 0 || err != nil {
		t.Errorf("it would ask for %v, %v", due, err)
	}
	targets, _, err := s.TakeForwards(ctx)
	if err != nil || len(targets) != 1 {
		t.Fatal(targets, err)
	}
	if due, err := s.DueForwards(ctx, targets[0].ID, 9); len(due) != 0 || err != nil {
		t.Errorf("it would forward %v, %v", due, err)
	}
	log, err := s.ForwardAttempts(ctx, targets[0].ID, 0, 0, 9)
	if err != nil || len(log) != 2 || !log[0].GaveUp || log[0].Error == "" {
		t.Errorf("the log of the target says %+v, %v", log, err)
	}
	for what, err := range map[string]error{
		"session": errOf(s.SessionUser(ctx, []byte("session"))),
		"token":   errOf(s.TokenUser(ctx, []byte("token"))),
		"link":    errOf(s.LinkUser(ctx, []byte("link"))),
		"browser": errOf(s.Subscriber(ctx, "https://push.example/1")),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a %s of before lets in: %v", what, err)
		}
	}
	d := &desk{Store: s, t: t, clock: c}
	list, _, err := s.Conversations(ctx, store.Everything, 0, store.Filter{View: store.ViewAll}, store.Position{}, 1)
	d.check(err)
	d.thread = list[0].ID
	d.saysJust("out failed", "queued failed")
	d.openFailures(2)
	if tag, reason := d.asked(); tag != "Hot" || reason == "" {
		t.Errorf("%q is said to be held because of %q", tag, reason)
	}
	if found, err := store.Check(ctx, path); err != nil || len(found.Problems) > 0 || !found.Compared {
		t.Errorf("%+v, %v", found, err)
	}
}

func errOf[T any](_ T, err error) error { return err }

func errOf2[T, U any](_ T, _ U, err error) error { return err }

func TestACopySendsNothingByItself(t *testing.T) {
	for _, row := range []struct {
		name  string
		place func(t *testing.T, c *clock, backup, path string) error
	}{
		{"restored", func(t *testing.T, c *clock, backup, path string) error {
			_, err := store.Restore(t.Context(), backup, path, c.now())
			return err
		}},
		{"copied over the database by hand", func(_ *testing.T, _ *clock, backup, path string) error {
			content, err := os.ReadFile(backup)
			return errors.Join(err, os.WriteFile(path, content, 0o600))
		}},
		{"moved", func(_ *testing.T, _ *clock, backup, path string) error { return os.Rename(backup, path) }},
		{"the one that was set aside", func(t *testing.T, c *clock, backup, path string) error {
			aside, err := store.Restore(t.Context(), backup, path, c.now())
			return errors.Join(err, os.Rename(aside, path))
		}},
		{"a copy of the copy", func(t *testing.T, _ *clock, backup, path string) error {
			second := filepath.Join(t.TempDir(), "second.db")
			return errors.Join(store.Backup(t.Context(), backup, second, false), os.Rename(second, path))
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, path := busyDesk(t)
			backup := filepath.Join(t.TempDir(), "backup.db")
			d.check(store.Backup(t.Context(), path, backup, false))
			d.check(d.Close())
			d.check(row.place(t, d.clock, backup, path))
			sendsNothing(t, d.clock, path)
		})
	}
}

// What a backup of before the mark, or a file copied by hand, holds is held by a restore as well.
func TestARestoreMarksWhatItRestores(t *testing.T) {
	d, path := busyDesk(t)
	d.check(d.Close())
	content, err := os.ReadFile(path)
	backup := filepath.Join(t.TempDir(), "by-hand.db")
	d.check(errors.Join(err, os.WriteFile(backup, content, 0o600)))
	_, err = store.Restore(t.Context(), backup, path, d.clock.now())
	d.check(err)
	sendsNothing(t, d.clock, path)
}

// A database that was only stopped goes on, and its copies don't change it.
func TestADatabaseThatIsNoCopyGoesOn(t *testing.T) {
	d, path := busyDesk(t)
	d.check(store.Backup(t.Context(), path, filepath.Join(t.TempDir(), "backup.db"), false))
	d.check(d.Close())
	d.Store = openAt(t, path, d.clock, nil)
	d.saysJust("out sending", "queued queued")
	if _, err := d.SessionUser(t.Context(), []byte("session")); err != nil {
		t.Errorf("the session ended: %v", err)
	}
	if due, err := d.DueTags(t.Context(), 9); len(due) != 1 || err != nil {
		t.Errorf("%v would be asked for, %v", due, err)
	}
}

// A held copy is held once: what somebody sends after that goes out after the next start, too.
func TestACopyIsHeldOnce(t *testing.T) {
	d, path := busyDesk(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	d.check(store.Backup(t.Context(), path, backup, false))
	d.check(d.Close())
	d.Store = openAt(t, backup, d.clock, nil)
	d.write("written after the restore", 5)
	d.check(d.Close())
	d.Store = openAt(t, backup, d.clock, nil)
	if due := d.due(); len(due) != 1 {
		t.Errorf("%q would be sent", due)
	}
}

// TextLink may still tell of what a copy held: a phone that was off sends later.
func TestWhatACopyHeldMayTurnOutToBeSent(t *testing.T) {
	d, path := busyDesk(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	d.check(store.Backup(t.Context(), path, backup, false))
	d.check(d.Close())
	d.Store = openAt(t, backup, d.clock, nil)
	tell(t, d.Store, d.clock, fact{kind: store.KindSent, number: customer, text: "queued", sim: 5, customID: "own-2"})
	d.saysJust("out failed", "queued sent")
	d.openFailures(1)
}

// A machine that starts with a dead clock: what waits seems to be written later than now, and its age cannot be told.
func TestWhatIsDatedAheadIsHeld(t *testing.T) {
	for _, row := range []struct {
		back time.Duration
		held bool
	}{
		{2 * time.Minute, false},
		{2*time.Minute + time.Millisecond, true},
		{30 * 24 * time.Hour, true},
	} {
		t.Run(row.back.String(), func(t *testing.T) {
			d := newDesk(t)
			d.accepted(d.write("before", 5)) // its line has moved, as far as the clock can tell
			d.write("ahead", 5)
			d.askForTag("Hot")
			d.clock.advance(-row.back)
			due := d.due()
			tags, err := d.HoldLateTags(t.Context())
			d.check(err)
			if !row.held {
				if len(due) != 1 || tags != 0 {
					t.Errorf("%q would be sent and %d tag requests are held", due, tags)
				}
				return
			}
			if len(due) != 0 || tags != 1 {
				t.Fatalf("%q would be sent, and %d tag requests are held", due, tags)
			}
			d.saysJust("before accepted", "ahead failed")
			messages, err := d.MessagesFrom(t.Context(), store.Everything, d.thread, store.Position{})
			d.check(err)
			if last := messages[len(messages)-1]; last.Reply == nil || !last.Reply.Held || !strings.Contains(last.Reply.Reason, "clock") {
				t.Errorf("it is not said to be held, and why: %+v", last.Reply)
			}
			if tag, reason := d.asked(); tag != "Hot" || !strings.Contains(reason, "clock") {
				t.Errorf("%q is said to be held because of %q", tag, reason)
			}
			if found, err := store.Check(t.Context(), d.Path()); err != nil || len(found.Problems) > 0 {
				t.Errorf("%+v, %v", found, err)
			}
		})
	}
}

// What was sent while the clock was ahead does not show that a line moves now.
func TestASendDatedAheadDoesNotKeepALateReplyFromBeingHeld(t *testing.T) {
	d := newDesk(t)
	d.clock.advance(year)
	d.accepted(d.write("ahead", 5))
	d.clock.advance(-year)
	d.write("late", 5)
	d.clock.advance(store.HeldAfter + time.Second)
	if due := d.due(); len(due) != 0 {
		t.Errorf("%q would be sent", due)
	}
}

// killedCopy is the database as a process that was killed leaves it: its newest commits are in the log.
func killedCopy(t *testing.T, path string) (killed string) {
	t.Helper()
	killed = filepath.Join(t.TempDir(), "killed.db")
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + suffix)
		if err := errors.Join(err, os.WriteFile(killed+suffix, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return killed
}

func TestADatabaseSetAsideWithItsLogSendsNothingByItself(t *testing.T) {
	d, path := busyDesk(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	d.check(store.Backup(t.Context(), path, backup, false))
	killed := killedCopy(t, path)
	if info, err := os.Stat(killed + "-wal"); err != nil || info.Size() == 0 {
		t.Fatalf("nothing is in the log: %v", err)
	}
	aside, err := store.Restore(t.Context(), backup, killed, d.clock.now())
	d.check(err)
	back := filepath.Join(t.TempDir(), "back.db")
	d.check(os.Rename(aside, back))
	if err := os.Rename(aside+"-wal", back+"-wal"); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	sendsNothing(t, d.clock, back)
}

// SQLite itself can put a backup into a database that is open, with ".restore" of its shell.
func TestABackupPutIntoAnOpenDatabaseSendsNothingByItself(t *testing.T) {
	for _, row := range []struct {
		name string
		look func(d *desk)
	}{
		{"when replies are due", func(d *desk) {
			if due := d.due(); len(due) != 0 {
				t.Errorf("%q would be sent", due)
			}
		}},
		{"when tags are due", func(d *desk) { _, err := d.HoldLateTags(t.Context()); d.check(err) }},
		{"when deliveries are due", func(d *desk) { _, err := d.DueForwards(t.Context(), 1, 9); d.check(err) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, path := busyDesk(t)
			id := d.write("due before the restore", 6)
			tags, err := d.DueTags(t.Context(), 9)
			d.check(err)
			backup := filepath.Join(t.TempDir(), "backup.db")
			d.check(store.Backup(t.Context(), path, backup, false))
			restoreInto(t, path, backup)
			if err := d.StartSend(t.Context(), id); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("one that was due goes out: %v", err)
			}
			if err := d.StartTag(t.Context(), tags[0].ID); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("a tag that was due is asked for: %v", err)
			}
			row.look(d)
			d.saysJust("out failed", "queued failed", "due before the restore failed")
			if due, err := d.DueTags(t.Context(), 9); len(due) != 0 || err != nil {
				t.Errorf("it would ask for %v, %v", due, err)
			}
			if due, err := d.DueForwards(t.Context(), 1, 9); len(due) != 0 || err != nil {
				t.Errorf("it would forward %v, %v", due, err)
			}
			d.write("written after it", 7)
			if due := d.due(); len(due) != 1 {
				t.Errorf("%q would be sent, want the one written after it", due)
			}
			d.check(d.Close())
			if found, err := store.Check(t.Context(), path); err != nil || len(found.Problems) > 0 {
				t.Errorf("%+v, %v", found, err)
			}
		})
	}
}

// restoreInto replaces what is in a database through SQLite.
func restoreInto(t *testing.T, path, backup string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Raw(func(c any) error {
		b, err := c.(interface {
			NewRestore(from string) (*sqlite.Backup, error)
		}).NewRestore(backup)
		if err != nil {
			return err
		}
		_, err = b.Step(-1)
		return errors.Join(err, b.Finish())
	}); err != nil {
		t.Fatal(err)
	}
}
