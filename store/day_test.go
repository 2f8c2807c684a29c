package store_test

import (
	"testing"
	"time"

	"tagline/store"
)

func zoneOf(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestADayBeginsWithItsFirstMoment(t *testing.T) {
	for _, test := range []struct{ zone, day, want string }{
		{"UTC", "2025-09-07", "2025-09-07T00:00:00Z"},
		{"Asia/Kathmandu", "2025-09-07", "2025-09-07T00:00:00+05:45"},
		{"America/New_York", "2025-03-09", "2025-03-09T00:00:00-05:00"}, // clocks change at two
		{"Pacific/Kiritimati", "2025-01-01", "2025-01-01T00:00:00+14:00"},
		{"Pacific/Pago_Pago", "2025-01-01", "2025-01-01T00:00:00-11:00"},

		// Midnight is left out.
		{"America/Santiago", "2025-09-07", "2025-09-07T01:00:00-03:00"},
		{"America/Havana", "2025-03-09", "2025-03-09T01:00:00-04:00"},
		{"America/Asuncion", "2023-10-01", "2023-10-01T01:00:00-03:00"},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00"},
		{"Asia/Beirut", "2025-03-30", "2025-03-30T01:00:00+03:00"},
		{"Africa/Cairo", "2025-04-25", "2025-04-25T01:00:00+03:00"},

		// There are two midnights, or the hour before is there twice.
		{"America/Havana", "2025-11-02", "2025-11-02T00:00:00-04:00"},
		{"Atlantic/Azores", "2025-10-26", "2025-10-26T00:00:00Z"},
		{"America/Santiago", "2025-04-06", "2025-04-06T00:00:00-04:00"},
		{"Asia/Beirut", "2025-10-26", "2025-10-26T00:00:00+02:00"},
		{"Africa/Cairo", "2025-10-31", "2025-10-31T00:00:00+02:00"},
		{"America/St_Johns", "2010-11-07", "2010-11-07T00:00:00-02:30"}, // at 00:01 it was 23:01 once more

		// By half an hour, and by a whole day.
		{"Australia/Lord_Howe", "2025-10-05", "2025-10-05T00:00:00+10:30"},
		{"Pacific/Apia", "2011-12-29", "2011-12-29T00:00:00-10:00"},
		{"Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00"}, // there was none
		{"Pacific/Apia", "2011-12-31", "2011-12-31T00:00:00+14:00"},
		{"Pacific/Kwajalein", "1993-08-21", "1993-08-22T00:00:00+12:00"}, // neither
	} {
		zone := zoneOf(t, test.zone)
		day, err := store.ParseDay(test.day)
		if err != nil {
			t.Fatal(err)
		}
		if got := day.Start(zone).Format(time.RFC3339); got != test.want {
			t.Errorf("in %s %s begins at %s, want %s", test.zone, test.day, got, test.want)
		}
		if day.String() != test.day {
			t.Errorf("%s is written %s", test.day, day)
		}
	}
}

// Whatever a zone does to its clocks, days follow each other without a gap, and each moment lies in the day that a
// calendar shows.
func TestDaysFollowEachOther(t *testing.T) {
	for _, name := range []string{"UTC", "America/Santiago", "America/Havana", "America/Asuncion", "America/Sao_Paulo", "Asia/Beirut", "Africa/Cairo",
		"Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Atlantic/Azores", "Europe/Dublin", "Africa/Casablanca", "Asia/Gaza", "Antarctica/Troll", "America/Scoresbysund"} {
		zone := zoneOf(t, name)
		first := store.DayOf(time.Date(2009, 1, 1, 12, 0, 0, 0, zone))
		for day := first; day < first+365*18; day++ {
			from, until := day.Start(zone), (day + 1).Start(zone)
			if until.Before(from) {
				t.Fatalf("in %s %s ends before it begins", name, day)
			}
			if until.Equal(from) {
				continue
			}
			if store.DayOf(from) != day || store.DayOf(until.Add(-1)) != day || store.DayOf(from.Add(-1)) >= day {
				t.Errorf("in %s %s is from %s until %s", name, day, from, until)
			}
		}
	}
}

func TestAMomentOfADayIsAsClocksShowIt(t *testing.T) {
	for _, test := range []struct{ zone, typed, want string }{
		{"UTC", "2025-09-07T09:00", "2025-09-07T09:00:00Z"},
		{"America/Santiago", "2025-09-07T00:30", "2025-09-07T01:00:00-03:00"}, // clocks jump over it
		{"America/Santiago", "2025-09-07T01:00", "2025-09-07T01:00:00-03:00"},
		{"America/Santiago", "2025-09-06T23:59", "2025-09-06T23:59:00-04:00"},
		{"Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:00:00+02:00"},
		{"Europe/Berlin", "2026-10-25T02:30", "2026-10-25T02:30:00+02:00"}, // it comes twice
		{"Australia/Lord_Howe", "2025-10-05T02:15", "2025-10-05T02:30:00+11:00"},
		{"Pacific/Apia", "2011-12-30T09:00", "2011-12-31T00:00:00+14:00"},
	} {
		got, err := store.MomentAt(test.typed, zoneOf(t, test.zone))
		if err != nil || got.Format(time.RFC3339) != test.want {
			t.Errorf("%s in %s is %s (%v), want %s", test.typed, test.zone, got.Format(time.RFC3339), err, test.want)
		}
	}
	for _, typed := range []string{"", "2025-09-07", "2025-02-30T10:00", "2025-09-07T24:00"} {
		if got, err := store.MomentAt(typed, time.UTC); err == nil {
			t.Errorf("%q is %s", typed, got)
		}
	}
}

func TestASpanOfDays(t *testing.T) {
	santiago := zoneOf(t, "America/Santiago")
	at := func(text string) int64 {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return moment.UnixMilli()
	}
	for _, test := range []struct {
		first, last string
		from, until int64
	}{
		{"2025-09-07", "2025-09-07", at("2025-09-07T01:00:00-03:00"), at("2025-09-08T00:00:00-03:00")},
		{"2025-09-05", "2025-09-06", at("2025-09-05T00:00:00-04:00"), at("2025-09-07T01:00:00-03:00")},
		{"", "2025-09-06", 0, at("2025-09-07T01:00:00-03:00")},
		{"2025-09-07", "", at("2025-09-07T01:00:00-03:00"), 0},
		{"", "", 0, 0},
		{"7 September", "tomorrow", 0, 0},
		{"1969-01-01", "1969-12-30", 0, 1}, // nothing is as old
	} {
		if from, until := store.DaySpan(test.first, test.last, santiago); from != test.from || until != test.until {
			t.Errorf("%q to %q is from %d until %d, want %d until %d", test.first, test.last, from, until, test.from, test.until)
		}
	}
}

// Each day of a period is counted once, also where midnight is left out, and with what happened on it.
func TestInsightsCountEachDayOnce(t *testing.T) {
	for _, test := range []struct {
		zone, from, until string
		days              string
		messages          map[string]int // by moment: which of the days it belongs to
	}{
		{"America/Santiago", "2025-09-05", "2025-09-08", "2025-09-05 2025-09-06 2025-09-07 2025-09-08",
			map[string]int{"2025-09-05T00:00:00-04:00": 0, "2025-09-06T23:30:00-04:00": 1, "2025-09-07T01:30:00-03:00": 2, "2025-09-08T23:59:59-03:00": 3}},
		{"America/Havana", "2025-11-01", "2025-11-03", "2025-11-01 2025-11-02 2025-11-03",
			map[string]int{"2025-11-01T23:59:59-04:00": 0, "2025-11-02T00:30:00-04:00": 1, "2025-11-02T00:30:00-05:00": 1, "2025-11-03T00:00:00-05:00": 2}},
		{"Pacific/Apia", "2011-12-29", "2011-12-31", "2011-12-29 2011-12-31",
			map[string]int{"2011-12-29T23:59:59-10:00": 0, "2011-12-31T00:00:00+14:00": 1}},
		{"Asia/Kathmandu", "2025-01-01", "2025-01-02", "2025-01-01 2025-01-02",
			map[string]int{"2025-01-01T00:00:00+05:45": 0, "2025-01-01T23:59:59+05:45": 0, "2025-01-02T00:00:00+05:45": 1}},
	} {
		t.Run(test.zone, func(t *testing.T) {
			zone, c := zoneOf(t, test.zone), newClock()
			s := open(t, c, nil)
			counts := map[int]int{}
			for text, day := range test.messages {
				at, err := time.Parse(time.RFC3339, text)
				if err != nil {
					t.Fatal(err)
				}
				c.ms.Store(at.UnixMilli())
				tell(t, s, c, fact{kind: store.KindReceived, number: "+1" + text, text: text})
				counts[day]++
			}
			first, _ := store.ParseDay(test.from)
			last, _ := store.ParseDay(test.until)
			got, err := s.Insights(t.Context(), store.Everything, store.Period{From: first.Start(zone), Until: (last + 1).Start(zone)}, nil)
			if err != nil {
				t.Fatal(err)
			}
			days := ""
			for i, day := range got.Days {
				if days += " " + day.Day; day.In != counts[i] {
					t.Errorf("on %s %d came in, want %d", day.Day, day.In, counts[i])
				}
			}
			if days[1:] != test.days {
				t.Errorf("the days are%s", days)
			}
		})
	}
}
