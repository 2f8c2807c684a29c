package fake

import (
	"fmt"
	"strings"
	"time"
)

// endOfMorning is later than any time of day that the play has for today.
const endOfMorning = 11*time.Hour + 45*time.Minute

// moment says when a line of the play is, seen from now: never later than now. Before the end of the morning all of
// today's lines are moved back by the same time, so that the last of them is about now, even if that was yesterday. It
// panics at a misspelt line.
func moment(when string, now time.Time) time.Time {
	days, clock, dated := strings.Cut(when, "d ")
	if !dated {
		ago, err := time.ParseDuration(when)
		if err != nil {
			panic(err)
		}
		return now.Add(-ago)
	}
	var n, hour, minute int
	if _, err := fmt.Sscanf(days+" "+clock, "%d %d:%d", &n, &hour, &minute); err != nil {
		panic(fmt.Sprintf("%q: %v", when, err))
	}
	end := onDay(now, 0, int(endOfMorning/time.Hour), int(endOfMorning%time.Hour/time.Minute))
	if n == 0 && now.Before(end) {
		return now.Add(onDay(now, 0, hour, minute).Sub(end))
	}
	return onDay(now, n, hour, minute)
}

func onDay(now time.Time, daysAgo, hour, minute int) time.Time {
	year, month, day := now.Date()
	return time.Date(year, month, day-daysAgo, hour, minute, 0, 0, now.Location())
}
