package jobs

import (
	"slices"
	"strings"
	"time"
)

// Alert is something that an admin should know of.
type Alert struct {
	Key   string    `json:"key"`   // what it is about, like "quiet-received"; the same as long as it lasts
	Words string    `json:"words"` // what is wrong and what to do
	Since time.Time `json:"since"`
}

// AlertNote is what admins are told at once.
type AlertNote struct {
	Began  []Alert `json:"began"`
	Lasts  []Alert `json:"lasts"` // that they were told of a while ago
	Ended  []Alert `json:"ended"`
	Origin string  `json:"origin"`
}

// Subject is the note in a line.
func (n AlertNote) Subject() string {
	count := func(words string, alerts []Alert) string {
		if len(alerts) == 0 {
			return ""
		}
		keys := make([]string, len(alerts))
		for i, a := range alerts {
			keys[i] = a.Key
		}
		return words + ": " + strings.Join(keys, ", ")
	}
	parts := []string{count("trouble", n.Began), count("still", n.Lasts), count("over", n.Ended)}
	return "Tagline: " + strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "; ")
}

// Text is the whole note.
func (n AlertNote) Text() string {
	var text strings.Builder
	for _, part := range []struct {
		head   string
		alerts []Alert
	}{{"Trouble", n.Began}, {"Still", n.Lasts}, {"Over", n.Ended}} {
		for _, a := range part.alerts {
			text.WriteString(part.head + ": " + a.Words + "\nSince " + a.Since.UTC().Format(alertStamp) + ".\n\n")
		}
	}
	return text.String() + n.Origin + "\n"
}

// alertStamp is how notes write moments, which are in UTC.
const alertStamp = "2 January 2006, 15:04 UTC"

const (
	alertBegins = 2                // looks in a row that must find it before anybody is told
	alertEnds   = 4                // looks in a row that must not, before it counts as over
	alertCalm   = 15 * time.Minute // in which nobody is told again of the same that came back
	alertRemind = 24 * time.Hour   // until somebody is told that it lasts
)

// watch decides what of all that is wrong is told, so that nobody is told too often. It keeps no clock.
type watch struct {
	cases map[string]*alertCase
}

// alertCase is one thing that is or was wrong.
type alertCase struct {
	Alert
	found, missed int       // looks in a row
	open          bool      // somebody was told
	told          time.Time // when, last
}

func newWatch() *watch { return &watch{cases: map[string]*alertCase{}} }

// update takes in what is wrong now and returns what is to be told.
func (w *watch) update(now time.Time, wrong []Alert) (n AlertNote) {
	for _, a := range wrong {
		c := w.cases[a.Key]
		if c == nil {
			c = &alertCase{}
			w.cases[a.Key] = c
		}
		if c.found == 0 && !c.open {
			c.Since = now
		}
		c.Key, c.Words, c.missed = a.Key, a.Words, -1
		c.found++
	}
	for key, c := range w.cases {
		if c.missed++; c.missed > 0 {
			c.found = 0
		}
		switch {
		case !c.open && c.found >= alertBegins && now.Sub(c.told) >= alertCalm:
			c.open, c.told = true, now
			n.Began = append(n.Began, c.Alert)
		case c.open && c.missed >= alertEnds:
			c.open, c.told = false, now
			n.Ended = append(n.Ended, c.Alert)
		case c.open && now.Sub(c.told) >= alertRemind:
			c.told = now
			n.Lasts = append(n.Lasts, c.Alert)
		case !c.open && c.missed > 0 && now.Sub(c.told) >= alertCalm:
			delete(w.cases, key)
		}
	}
	for _, alerts := range [][]Alert{n.Began, n.Lasts, n.Ended} {
		slices.SortFunc(alerts, func(a, b Alert) int { return strings.Compare(a.Key, b.Key) })
	}
	return n
}

func (n AlertNote) empty() bool { return len(n.Began)+len(n.Lasts)+len(n.Ended) == 0 }
