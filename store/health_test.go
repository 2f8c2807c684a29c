package store

import "testing"

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
	p := admit(t, Options{})
	held, release := make(chan struct{}), make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		ended <- p.write(t.Context(), func(*tx) error { close(held); <-release; return nil })
	}()
	<-held
	p.expect(t, Green, "")
	p.clock.Add(stuckAfter)
	p.expect(t, Red, "has not answered for 10 seconds")
	close(release)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if err := p.tell("+1"); err != nil { // the batch before is over once this one is
		t.Error(err)
	}
	p.expect(t, Green, "")
}

func TestLittleSpaceIsYellow(t *testing.T) {
	p := admit(t, Options{LowSpace: 1 << 62})
	p.expect(t, Yellow, "nearly full")
	if err := p.tell("+1"); err != nil {
		t.Errorf("yellow, but not stored: %v", err)
	}
}
