package fake

import (
	"testing"
	"time"

	"tagline/textlink"
)

// A crowd's talks are the same each time, in order, over by now, and together what a large account has.
func TestTheCrowdIsALargeAccount(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	subusers, tags, numbers := map[any]bool{}, map[any]bool{}, map[any]bool{}
	messages, failures := 0, 0
	for n := range 20_000 {
		steps, again := crowdTalk(now, n), crowdTalk(now, n)
		if len(steps) != len(again) || !steps[0].At.Equal(again[0].At) {
			t.Fatalf("talk %d differs from itself", n)
		}
		for i, step := range steps {
			if step.At.After(now.Add(time.Minute*30)) ||
				i > 0 && step.At.Before(steps[i-1].At) && step.Kind != textlink.Failed && steps[i-1].Kind != textlink.Failed {
				t.Fatalf("talk %d: step %d is at %v, the one before at %v", n, i, step.At, steps[max(0, i-1)].At)
			}
			subusers[step.Body["subuser_id"]], tags[step.Body["tag"]], numbers[step.Body["phone_number"]] = true, true, true
			if step.Kind == textlink.Failed {
				failures++
			} else {
				messages++
			}
		}
	}
	if len(subusers) != crowdSubusers || len(tags) < crowdTags || len(numbers) < 19_000 {
		t.Errorf("%d subusers, %d tags, %d numbers", len(subusers), len(tags), len(numbers))
	}
	if messages < 180_000 || failures < 1000 {
		t.Errorf("%d messages, %d failures in 20,000 conversations", messages, failures)
	}
}
