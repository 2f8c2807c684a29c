package jobs

import (
	"fmt"
	"testing"
	"time"
)

// Each step is what is wrong at a look, half a minute after the one before, and what is told then.
func TestAdminsAreToldOfTroubleOnceAndWhenItIsOver(t *testing.T) {
	type step struct {
		wrong string // a letter for each
		times int    // looks
		told  string // + began, ~ lasts, - over
	}
	for name, steps := range map[string][]step{
		"a moment is nothing": {{"a", 1, ""}, {"", 10, ""}, {"a", 1, ""}, {"", 10, ""}},
		"told once, and when it ends": {{"a", 1, ""}, {"a", 1, "+a"}, {"a", 100, ""}, {"", 3, ""},
			{"", 1, "-a"}, {"", 100, ""}},
		"a gap is no end":              {{"a", 2, "+a"}, {"", 3, ""}, {"a", 1, ""}, {"", 3, ""}, {"a", 9, ""}},
		"many at once are one note":    {{"abc", 2, "+a+b+c"}, {"", 4, "-a-b-c"}},
		"each has an end of its own":   {{"ab", 2, "+a+b"}, {"b", 4, "-a"}, {"", 4, "-b"}},
		"after a day somebody is told": {{"a", 2, "+a"}, {"a", 2879, ""}, {"a", 1, "~a"}, {"a", 2879, ""}, {"a", 1, "~a"}},
		"what comes back is not told at once": {{"a", 2, "+a"}, {"", 4, "-a"}, {"a", 29, ""}, {"a", 1, "+a"}, {"", 4, "-a"},
			{"", 40, ""}, {"a", 1, ""}, {"a", 1, "+a"}},
		"flapping is told four times an hour at most": {{"a", 2, "+a"}, {"", 4, "-a"}, {"a", 3, ""}, {"", 4, ""},
			{"a", 3, ""}, {"", 4, ""}, {"a", 3, ""}, {"", 4, ""}},
	} {
		t.Run(name, func(t *testing.T) {
			w, now := newWatch(), time.Unix(1_790_000_000, 0)
			for i, s := range steps {
				told := ""
				for range s.times {
					now = now.Add(30 * time.Second)
					var wrong []Alert
					for _, key := range s.wrong {
						wrong = append(wrong, Alert{Key: string(key)})
					}
					n := w.update(now, wrong)
					for sign, alerts := range map[string][]Alert{"+": n.Began, "~": n.Lasts, "-": n.Ended} {
						for _, a := range alerts {
							told += sign + a.Key
						}
					}
				}
				if told != s.told {
					t.Errorf("step %d: told %q, want %q", i, told, s.told)
				}
			}
		})
	}
}

func TestANoteSaysSinceWhen(t *testing.T) {
	w, now := newWatch(), time.Unix(1_790_000_000, 0)
	w.update(now, []Alert{{Key: "health-red", Words: "The disk is full."}})
	n := w.update(now.Add(30*time.Second), []Alert{{Key: "health-red", Words: "The disk is full."}})
	n.Origin = "https://inbox.example.com"
	if want := fmt.Sprintf("Trouble: The disk is full.\nSince %s.\n\nhttps://inbox.example.com\n",
		now.UTC().Format("2 January 2006, 15:04 UTC")); n.Text() != want {
		t.Errorf("it says %q, want %q", n.Text(), want)
	}
	if want := "Tagline: trouble: health-red"; n.Subject() != want {
		t.Errorf("its subject is %q, want %q", n.Subject(), want)
	}
}
