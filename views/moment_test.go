package views

import (
	"testing"
	"time"
)

// noon is a Monday in the reader's zone.
func noon(t *testing.T) Viewer {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return Viewer{Zone: zone, Now: time.Date(2026, 11, 23, 12, 0, 0, 0, zone)}
}

func TestMomentsAreWrittenInTheReadersZone(t *testing.T) {
	v := noon(t)
	tests := []struct {
		at    time.Time
		style string
		want  string
	}{
		{v.Now, styleRelative, "now"},
		{v.Now.Add(3 * time.Minute), styleRelative, "now"}, // a clock ahead of ours
		{v.Now.Add(-59 * time.Second), styleRelative, "now"},
		{v.Now.Add(-4 * time.Minute), styleRelative, "4 min"},
		{v.Now.Add(-119 * time.Minute), styleRelative, "1 h"},
		{v.Now.Add(-12 * time.Hour), styleRelative, "12 h"},
		{v.Now.Add(-12*time.Hour - time.Minute), styleRelative, "Yesterday"},
		{v.Now.AddDate(0, 0, -3), styleRelative, "Fri"},
		{v.Now.AddDate(0, 0, -7), styleRelative, "16 Nov"},
		{v.Now.AddDate(-1, 0, 0), styleRelative, "23 Nov 2025"},
		{v.Now, styleDate, "Today"},
		{v.Now.AddDate(0, 0, -1), styleDate, "Yesterday"},
		{v.Now.AddDate(0, 0, 1), styleDate, "Tomorrow"},
		{v.Now.AddDate(0, 0, -2), styleDate, "21 Nov"},
		{v.Now, styleClock, "12:00"},
		{v.Now.AddDate(0, 0, -30), styleFull, "24 Oct 12:00"},
		{v.Now.AddDate(0, 0, -1), styleFull, "Yesterday 12:00"},
		{v.Now.Add(-61 * time.Minute), styleLasting, "for 1 h 1 min"},
	}
	for _, test := range tests {
		if got := v.wording(test.at.UnixMilli(), test.style); got != test.want {
			t.Errorf("%s as %s: %q, want %q", test.at, test.style, got, test.want)
		}
	}
}

func TestDurationsAreShort(t *testing.T) {
	tests := map[time.Duration]string{
		0:                             "under a minute",
		12 * time.Minute:              "12 min",
		17*time.Hour + 30*time.Minute: "17 h 30 min",
		2 * time.Hour:                 "2 h",
		47*time.Hour + time.Minute:    "47 h 1 min",
		22*24*time.Hour + time.Hour:   "22 days",
	}
	for d, want := range tests {
		if got := lasting(d.Milliseconds()); got != want {
			t.Errorf("lasting(%s) = %q, want %q", d, got, want)
		}
	}
}
