package fake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Play posts the steps one after the other, whenever they are dated. It stops at the first that is not accepted.
func (c Console) Play(ctx context.Context, steps []Step) error {
	for _, step := range steps {
		if _, err := c.Post(ctx, step.Kind, step.Body); err != nil {
			return fmt.Errorf("%s: %w", step.Kind, err)
		}
	}
	return nil
}

// Perform posts the trickle, each step at its time, until all is told, ctx ends or a step is not accepted.
func (c Console) Perform(ctx context.Context, rng *rand.Rand) error {
	for turn := 0; ; turn++ {
		steps := Trickle(rng, time.Now(), turn)
		if len(steps) == 0 {
			return nil
		}
		for _, step := range steps {
			if !sleep(ctx, time.Until(step.At)) {
				return nil
			}
			if _, err := c.Post(ctx, step.Kind, step.Body); err != nil {
				return fmt.Errorf("%s: %w", step.Kind, err)
			}
		}
		if !sleep(ctx, pauseAfter(rng, turn)) {
			return nil
		}
	}
}

// pauseAfter is how long nothing happens after a turn.
func pauseAfter(rng *rand.Rand, turn int) time.Duration {
	if turn >= quietAfter() {
		return seconds(rng, 45, 120)
	}
	return seconds(rng, 3, 8)
}

// sleep waits, unless ctx ends first.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
