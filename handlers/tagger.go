package handlers

import (
	"context"
	"errors"
	"sync"
	"time"

	"tagline/store"
	"tagline/textlink"
)

const (
	tagsAtOnce  = 4 // calls under way; TextLink has been seen to hang
	taggingPart = "asking for tags"
)

// tagger asks TextLink for the tags that people here want contacts to have: one at a time for each contact, in order. That a
// call goes out is noted before it, and how it ended after it; one that a restart cuts off is made again.
type tagger struct {
	*outbox
	ended sync.WaitGroup
}

func startTagger(o *outbox) *tagger {
	t := &tagger{outbox: o}
	t.ended.Go(t.run)
	return t
}

// close returns when no call is under way any more; the outbox's own end cuts them off.
func (t *tagger) close() {
	if t != nil {
		t.ended.Wait()
	}
}

func (t *tagger) run() {
	for {
		var again <-chan time.Time
		more := false
		err := guarded(t.store, taggingPart, func() (err error) {
			more, err = t.askDue()
			return err
		})
		if err != nil && t.looking.Err() == nil {
			t.log.Error("the tags that were asked for could not be looked at", "error", err)
			again = time.After(outboxAgain)
		}
		if more && t.looking.Err() == nil {
			continue
		}
		select {
		case <-t.looking.Done():
			return
		case <-t.store.Asked():
		case <-again:
		}
	}
}

// askDue makes some of the calls that are due. It tells whether there were any: others may be due by now.
func (t *tagger) askDue() (any bool, err error) {
	ctx, cancel := context.WithTimeout(t.looking, outboxWait)
	defer cancel()
	held, err := t.store.HoldLateTags(ctx)
	if err != nil {
		return false, err
	}
	if held > 0 {
		t.log.Warn("tag requests waited too long and are held until somebody asks again", "requests", held)
	}
	due, err := t.store.DueTags(ctx, tagsAtOnce)
	var calls sync.WaitGroup
	for _, one := range due {
		calls.Go(func() {
			if err := guarded(t.store, taggingPart, func() error { return t.ask(one) }); err != nil && t.looking.Err() == nil {
				t.log.Error("a tag could not be asked for", "request", one.ID, "error", err)
			}
		})
	}
	calls.Wait()
	return len(due) > 0, err
}

func (t *tagger) ask(one store.TagRequest) error {
	ctx, cancel := context.WithTimeout(context.Background(), outboxWait)
	defer cancel()
	if err := t.store.StartTag(ctx, one.ID); err != nil {
		return err
	}
	err := t.Client.SetTag(t.calling, int64(one.Subuser), one.PhoneNumber, one.Tag)
	if err != nil && t.calling.Err() != nil {
		return nil // it is made again after the next start
	}
	return t.note(func(ctx context.Context) error {
		var refusal *textlink.Refusal
		switch {
		case err == nil:
			return t.store.AcceptTag(ctx, one.ID)
		case errors.As(err, &refusal):
			return t.store.RefuseTag(ctx, one.ID, refusal.Reason)
		}
		return t.store.RefuseTag(ctx, one.ID, sentence(err))
	})
}

// sentence is an error as people read it.
func sentence(err error) string { return err.Error() + "." }
