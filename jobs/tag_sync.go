package jobs

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

// tagSync asks TextLink for the tags that people here want contacts to have: one at a time for each contact, in order.
// That a call goes out is noted before it, and how it ended after it; one that a restart cuts off is made again.
type tagSync struct {
	*caller
	*Loop
}

func startTagSync(c *caller) *tagSync {
	t := &tagSync{caller: c}
	t.Loop = newLoop(c.Env, taggingPart, c.Store.TagsRequested, func(ctx context.Context) (time.Duration, error) {
		more, err := t.askDue(ctx)
		if more {
			return 0, err
		}
		return UntilWoken, err
	})
	t.begin()
	return t
}

// askDue makes some of the calls that are due. It tells whether there were any: others may be due by now.
func (t *tagSync) askDue(ctx context.Context) (any bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	held, err := t.Store.HoldLateTags(ctx)
	if err != nil {
		return false, err
	}
	if held > 0 {
		t.Log.Warn("tag requests waited too long or are dated ahead of the clock, and are held until somebody asks again",
			"requests", held)
	}
	due, err := t.Store.DueTags(ctx, tagsAtOnce)
	var calls sync.WaitGroup
	for _, one := range due {
		calls.Go(func() {
			if err := Recover(t.Store, taggingPart, func() error { return t.ask(one) }); err != nil && t.ctx.Err() == nil {
				t.Log.Error("a tag could not be asked for", "request", one.ID, "error", err)
			}
		})
	}
	calls.Wait()
	return len(due) > 0, err
}

func (t *tagSync) ask(one store.TagRequest) error {
	ctx, cancel := context.WithTimeout(context.Background(), storeWait)
	defer cancel()
	if err := t.Store.StartTag(ctx, one.ID); err != nil {
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
			return t.Store.AcceptTag(ctx, one.ID)
		case errors.As(err, &refusal):
			return t.Store.RefuseTag(ctx, one.ID, refusal.Reason)
		}
		return t.Store.RefuseTag(ctx, one.ID, sentence(err))
	})
}

// sentence is an error as people read it.
func sentence(err error) string { return err.Error() + "." }
