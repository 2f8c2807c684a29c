package store

import "time"

// Day is a day of the calendar: how many days after 1 January 1970 it is. Which moments it has depends on the time
// zone. All that begins or ends with a day asks it: a day need not begin at midnight, last 24 hours, or exist
// everywhere.
type Day int

// dayLayout is how days stand in addresses.
const dayLayout = "2006-01-02"

// farFromUTC is more than any time zone is away from UTC.
const farFromUTC = 16 * time.Hour

// DayOf returns the day that a calendar in the moment's zone shows.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// ParseDay reads a day like 2026-11-24.
func ParseDay(text string) (Day, error) {
	t, err := time.Parse(dayLayout, text)
	return DayOf(t), err
}

// String writes the day as ParseDay reads it.
func (d Day) String() string { return d.Date().Format(dayLayout) }

// Date is the day's midnight in UTC, for what depends on no zone: its weekday, month and words.
func (d Day) Date() time.Time { return time.Unix(int64(d)*24*60*60, 0).UTC() }

// Start is the day's first moment.
func (d Day) Start(zone *time.Location) time.Time { return d.At(0, zone) }

// At is the first moment of the day at which a clock shows the time or a later one. Where clocks jump over it, it is
// when they jump; where they show it twice, it is the first time. A day that the zone leaves out is over when it
// begins.
func (d Day) At(clock time.Duration, zone *time.Location) time.Time {
	shown := d.Date().Add(clock)
	for t := shown.Add(-farFromUTC).In(zone); ; {
		_, offset := t.Zone()
		at := shown.Add(-time.Duration(offset) * time.Second).In(zone)
		_, ends := t.ZoneBounds()
		switch {
		case at.Before(t):
			return t // the clocks have just jumped over it
		case ends.IsZero() || at.Before(ends):
			return at
		}
		t = ends
	}
}

// MomentAt reads a day and a time like 2026-11-24T16:02, as clocks in the zone show them.
func MomentAt(text string, zone *time.Location) (time.Time, error) {
	t, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		return time.Time{}, err
	}
	d := DayOf(t)
	return d.At(t.Sub(d.Date()), zone), nil
}

// DaySpan is the moments of the days from the first until the last, both included: from the first, Unix ms, until
// before the second. A text that is no day is no bound, which is 0; nothing is older than 1970.
func DaySpan(first, last string, zone *time.Location) (from, until int64) {
	if day, err := ParseDay(first); err == nil {
		from = max(0, day.Start(zone).UnixMilli())
	}
	if day, err := ParseDay(last); err == nil {
		until = max(1, (day + 1).Start(zone).UnixMilli())
	}
	return from, until
}
