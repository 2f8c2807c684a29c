package views

import (
	"strconv"
	"time"

	"tagline/store"
)

// The styles of a moment. A script writes the same words in the reader's own language and keeps them true as time
// passes; what the server writes is for the first paint and for readers without scripts.
const (
	styleRelative = "relative" // "now", "4 min", "1 h", "Yesterday", "Fri", "3 Nov"
	styleClock    = "clock"    // "16:02"
	styleDate     = "date"     // "Today", "Yesterday", "3 Nov", "3 Nov 2025"
	styleFull     = "full"     // "Today 16:02", "3 Nov 2025 16:02"
	styleLasting  = "lasting"  // "for 1 h 1 min": how long something has lasted
)

const (
	clockLayout = "15:04"
	hours12     = "3:04 PM"
	dayLayout   = "2 Jan"
	yearLayout  = "2 Jan 2006"
)

// at turns Unix milliseconds into a time in the reader's zone.
func (v Viewer) at(ms int64) time.Time {
	zone := v.Zone
	if zone == nil {
		zone = time.UTC
	}
	return time.UnixMilli(ms).In(zone)
}

// now is the moment the page is made for, in the reader's zone.
func (v Viewer) now() time.Time {
	return v.at(v.Now.UnixMilli())
}

// wording writes a moment in one of the styles.
func (v Viewer) wording(ms int64, style string) string {
	at := v.at(ms)
	switch style {
	case styleRelative:
		return relative(at, v.now())
	case styleClock:
		return v.clock(at)
	case styleDate:
		return date(store.DayOf(at), store.DayOf(v.now()))
	case styleLasting:
		return "for " + lasting(v.Now.UnixMilli()-ms)
	default:
		return date(store.DayOf(at), store.DayOf(v.now())) + " " + v.clock(at)
	}
}

// clock writes hours as the reader prefers. What their language does only a script knows; until then it is 24 hours.
func (v Viewer) clock(at time.Time) string {
	if v.User.Preferences.TimeFormat == store.Hours12 {
		return at.Format(hours12)
	}
	return at.Format(clockLayout)
}

// relative is short enough for a row. A moment slightly ahead of our clock is "now" as well.
func relative(at, now time.Time) string {
	age := now.Sub(at)
	day, today := store.DayOf(at), store.DayOf(now)
	switch {
	case age < time.Minute:
		return "now"
	case age < time.Hour:
		return strconv.Itoa(int(age.Minutes())) + " min"
	case day >= today:
		return strconv.Itoa(int(age.Hours())) + " h"
	case day == today-1:
		return "Yesterday"
	case day > today-7:
		return at.Format("Mon")
	}
	return date(day, today)
}

// date writes a day by the calendar: days with a clock change are days too.
func date(day, today store.Day) string {
	switch day {
	case today:
		return "Today"
	case today - 1:
		return "Yesterday"
	case today + 1:
		return "Tomorrow"
	}
	at := day.Date()
	if at.Year() == today.Date().Year() {
		return at.Format(dayLayout)
	}
	return at.Format(yearLayout)
}

// lasting writes how long something took: "under a minute", "12 min", "17 h 30 min", "22 days".
func lasting(ms int64) string {
	minutes := ms / time.Minute.Milliseconds()
	hours, days := minutes/60, minutes/(24*60)
	switch {
	case minutes < 1:
		return "under a minute"
	case hours < 1:
		return strconv.FormatInt(minutes, 10) + " min"
	case days >= 2:
		return strconv.FormatInt(days, 10) + " days"
	case minutes%60 == 0:
		return strconv.FormatInt(hours, 10) + " h"
	}
	return strconv.FormatInt(hours, 10) + " h " + strconv.FormatInt(minutes%60, 10) + " min"
}

// machineTime is the form of <time datetime>.
func machineTime(ms int64) string {
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}

// exact is what a moment says on hover until the script puts it in the reader's language.
func (v Viewer) exact(ms int64) string {
	at := v.at(ms)
	if v.User.Preferences.TimeFormat == store.Hours12 {
		return at.Format("Mon 2 Jan 2006 3:04:05 PM MST")
	}
	return at.Format("Mon 2 Jan 2006 15:04:05 MST")
}
