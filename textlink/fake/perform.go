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

// Perform posts the trickle, each step at its time, until ctx ends or a step is not accepted.
func (c Console) Perform(ctx context.Context, rng *rand.Rand) error {
	for turn := 0; ; turn++ {
		for _, step := range Trickle(rng, time.Now(), turn) {
			if !sleep(ctx, time.Until(step.At)) {
				return nil
			}
			if _, err := c.Post(ctx, step.Kind, step.Body); err != nil {
				return fmt.Errorf("%s: %w", step.Kind, err)
			}
		}
		if !sleep(ctx, time.Duration(3000+rng.IntN(5000))*time.Millisecond) {
			return nil
		}
	}
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
