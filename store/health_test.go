package store

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func TestAskingForHealthIsEnoughToRecover(t *testing.T) {
	p := admit(t, Options{})
	p.together(fill)
	if said := <-p.log; said != "storing fails" {
		t.Fatalf("the log says %q", said)
	}
	p.expect(t, Red, "disk is full")
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

func TestTheDiskIsLookedAtAgainWhateverTheClockSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var p pause
		if !p.due() || p.due() {
			t.Error("it is due at first, and then not")
		}
		time.Sleep(lookEvery)
		if !p.due() {
			t.Error("after a while it is due again")
		}
	})
}

func TestLittleSpaceIsYellow(t *testing.T) {
	p := admit(t, Options{LowSpace: 1 << 62})
	p.expect(t, Yellow, "nearly full")
	if err := p.tell("+1"); err != nil {
		t.Errorf("yellow, but not stored: %v", err)
	}
}
