package store

import (
	"context"
	"slices"
	"time"
)

// Insights is what the messages of a period come to.
type Insights struct {
	Days     []DayCount                // each day of the period, ascending
	Hours    [7][24]int                // messages that came in by weekday (Sunday is 0) and hour
	SIMCards map[int64]FailureRate     // by the card that messages went through; 0 where none is named
	Subusers map[SubuserID]FailureRate // by whose they are
	Answers  Answers
}

// DayCount is a day's messages.
type DayCount struct {
	Day             string // "2026-11-24", in the reader's time zone
	In, Out, Failed int    // those that failed are among those that went out
}

// FailureRate is how many messages were dispatched, and how many of them failed.
type FailureRate struct{ Out, Failed int }

// Answers is how long contacts waited for the first answer to what they wrote.
type Answers struct {
	Count       int
	Median, P90 int64 // ms
}

// Period is the days that insights are about, in the reader's time zone: from the first until before the second.
type Period struct{ From, Until time.Time }

// Insights counts the messages of the period in conversations of the scope with the subusers, all of them if there are
// none. It reads every message of the period once.
func (s *Store) Insights(ctx context.Context, scope Scope, p Period, subusers []SubuserID) (Insights, error) {
	c := newInsightCount(p)
	f, some := Filter{Subusers: subusers}.within(scope)
	if !some {
		return c.insights(), nil
	}
	where, args := `1`, []any(nil)
	if len(f.Subusers) > 0 {
		where, args = in("c.subuser_id", f.Subusers)
	}
	from, until := p.From.UnixMilli(), p.Until.UnixMilli()
	rows, err := s.reads.QueryContext(ctx, `SELECT m.conversation_id, c.subuser_id, m.direction = 'out', m.state, m.at,
		coalesce(m.sim_card_id, 0)
		FROM conversations c CROSS JOIN messages m ON m.conversation_id = c.id AND m.at >= ? AND m.at < ?
		WHERE c.last_at >= ? AND `+where+` ORDER BY c.id, m.at, m.id`, append([]any{from, until, from}, args...)...)
	if err != nil {
		return Insights{}, err
	}
	defer rows.Close()
	var m counted
	for rows.Next() {
		if err := rows.Scan(&m.conversation, &m.subuser, &m.out, &m.state, &m.at, &m.card); err != nil {
			return Insights{}, err
		}
		c.add(m)
	}
	return c.insights(), rows.Err()
}

// counted is a message as far as it is counted.
type counted struct {
	conversation int64
	subuser      SubuserID
	out          bool
	state        State
	at, card     int64
}

// insightCount is a count under way. Messages come conversation by conversation, ascending.
type insightCount struct {
	Insights
	zone    *time.Location
	starts  []int64        // when each day does, Unix ms
	waits   []int64        // for answers, ms
	open    int64          // the conversation that is gone through
	waiting int64          // since when its contact has waited, 0 if they do not
	hour    map[int64]hour // of the moments, by the quarter of an hour: calendars take long
}

// hour is where in the calendar a quarter of an hour lies. Time zones differ by whole ones.
type hour struct{ day, weekday, hour int }

const quarter = int64(15 * time.Minute / time.Millisecond)

func newInsightCount(p Period) *insightCount {
	c := &insightCount{Insights: Insights{SIMCards: map[int64]FailureRate{}, Subusers: map[SubuserID]FailureRate{}},
		zone: p.From.Location(), hour: map[int64]hour{}}
	for day := DayOf(p.From); day.Start(c.zone).Before(p.Until); day++ {
		start := day.Start(c.zone)
		if start.Equal((day + 1).Start(c.zone)) {
			continue // the zone leaves it out
		}
		c.starts = append(c.starts, start.UnixMilli())
		c.Days = append(c.Days, DayCount{Day: day.String()})
	}
	return c
}

func (c *insightCount) add(m counted) {
	if m.conversation != c.open {
		c.open, c.waiting = m.conversation, 0
	}
	when := c.when(m.at)
	day := &c.Days[when.day]
	if !m.out {
		day.In++
		c.Hours[when.weekday][when.hour]++
		if c.waiting == 0 {
			c.waiting = m.at
		}
		return
	}
	if c.waiting != 0 {
		c.waits = append(c.waits, m.at-c.waiting)
		c.waiting = 0
	}
	if m.state != Sent && m.state != Failed {
		return // it has not gone out, as far as is known
	}
	failed := 0
	if m.state == Failed {
		failed = 1
	}
	day.Out++
	day.Failed += failed
	c.SIMCards[m.card] = c.SIMCards[m.card].plus(failed)
	c.Subusers[m.subuser] = c.Subusers[m.subuser].plus(failed)
}

func (r FailureRate) plus(failed int) FailureRate { return FailureRate{r.Out + 1, r.Failed + failed} }

func (c *insightCount) when(at int64) hour {
	h, known := c.hour[at/quarter]
	if !known {
		t := time.UnixMilli(at).In(c.zone)
		day, begins := slices.BinarySearch(c.starts, at)
		if !begins {
			day--
		}
		h = hour{max(0, day), int(t.Weekday()), t.Hour()}
		c.hour[at/quarter] = h
	}
	return h
}

func (c *insightCount) insights() Insights {
	if n := len(c.waits); n > 0 {
		slices.Sort(c.waits)
		c.Answers = Answers{n, c.waits[(n-1)/2], c.waits[(n*9+9)/10-1]}
	}
	return c.Insights
}
