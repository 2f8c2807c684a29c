package store

import (
	"errors"
	"os"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tagline/store/sqlite"
)

func TestAskingForHealthIsEnoughToRecover(t *testing.T) {
	p := admit(t, Options{})
	away := p.path + ".away"
	if err := errors.Join(os.Rename(p.path, away), p.tell("+1"), os.Rename(away, p.path)); err == nil {
		t.Fatal("stored in a file that is away")
	}
	if said := <-p.log; said != "storing fails" {
		t.Fatalf("the log says %q", said)
	}
	p.expect(t, Red, "not in its place")
	if said := <-p.log; said != "storing works again" {
		t.Fatalf("the log says %q", said)
	}
	p.expect(t, Green, "")
}

func TestADiskThatDoesNotAnswerIsRed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := admit(t, Options{})
		release := make(chan struct{})
		ended := make(chan error, 1)
		go func() {
			ended <- p.write(t.Context(), func(*tx) error { <-release; return nil })
		}()
		synctest.Wait()
		p.expect(t, Green, "")
		for _, jump := range []time.Duration{2 * time.Hour, -48 * time.Hour, 365 * 24 * time.Hour} {
			p.clock.Add(jump.Milliseconds())
			p.expect(t, Green, "") // the clock on the wall says nothing of the disk
		}
		time.Sleep(stuckAfter)
		p.expect(t, Red, "has not answered for 10 seconds")
		p.clock.Add(-time.Hour.Milliseconds())
		p.expect(t, Red, "has not answered for 10 seconds")
		close(release)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := p.tell("+1"); err != nil { // the batch before is over once this one is
			t.Error(err)
		}
		p.expect(t, Green, "")
	})
}

func TestAPartThatFailedIsToldForAWhileWhateverTheClockSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := admit(t, Options{})
		p.Broken("search", errors.New("made up"))
		for _, jump := range []time.Duration{2 * time.Hour, -48 * time.Hour} {
			p.clock.Add(jump.Milliseconds())
			p.expect(t, Red, "(search)")
		}
		time.Sleep(brokenShown)
		p.expect(t, Green, "")
	})
}

func TestLittleSpaceIsYellow(t *testing.T) {
	p := admit(t, Options{LowSpace: 1 << 62})
	p.expect(t, Yellow, "nearly full")
	if err := p.tell("+1"); err != nil {
		t.Errorf("yellow, but not stored: %v", err)
	}
}

func TestAPanicWhilePublishingDoesNotUndoWhatIsStored(t *testing.T) {
	var trip atomic.Bool
	p := admit(t, Options{Published: func(Change) {
		if trip.CompareAndSwap(true, false) {
			panic("a broken hub")
		}
	}})
	trip.Store(true)
	if err := p.tell("+1"); err != nil {
		t.Errorf("what is on disk was not acknowledged: %v", err)
	}
	p.expect(t, Red, "an error while storing")
	if err := p.tell("+2"); err != nil {
		t.Error(err)
	}
	if stored := p.numbers(t); stored != "+1 +2" {
		t.Errorf("%q is stored, want +1 +2", stored)
	}
	p.expect(t, Green, "")
}

func TestAPanicInABackupIsToldAndItIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := admit(t, Options{Now: time.Now, Backups: Schedule{Folder: t.TempDir(), Every: time.Hour, Keep: 1}})
		backUp := func() (panicked bool) {
			defer func() { panicked = recover() != nil }()
			if _, err := p.BackUp(t.Context()); err != nil {
				t.Error(err)
			}
			return false
		}
		made := "backup made"
		if backUp() {
			t.Fatal("the first one panicked")
		}
		p.hears(made)
		p.upset.Store(&made)
		time.Sleep(time.Hour)
		if !backUp() {
			t.Error("the log did not panic")
		}
		p.expect(t, Yellow, "the last backup failed")
		if err := p.tell("+1"); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Hour)
		if backUp() {
			t.Error("the next one panicked")
		}
		p.hears(made)
		p.expect(t, Green, "")
	})
}

// All that can happen to the database has words that say what it means for messages.
func TestHealthSaysWhatAFailureMeansForMessages(t *testing.T) {
	for trouble, want := range map[sqlite.Trouble]string{
		sqlite.Full:    "The disk is full. New messages cannot be stored, and TextLink does not send them again: free",
		sqlite.Bug:     "The disk is full. Messages may be missing: free",
		sqlite.Damaged: "The disk is full. New messages may not be stored, and TextLink does not send them again: free",
		sqlite.Lost:    "The disk is full. New messages are not stored, and TextLink does not send them again: free",
	} {
		if got := healthOf(&sqlite.Failure{Trouble: trouble, Happened: "The disk is full", Advice: "free"}); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
