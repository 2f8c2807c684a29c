package views

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tagline/store"
)

// InsightsShown is the page of what the messages of a period come to.
type InsightsShown struct {
	Viewer      Viewer
	Change      int64
	Nav         Navigation
	Filter      store.Filter // its subusers and days
	From, Until string       // the first and the last day that are shown
	Insights    store.Insights
	Tags        store.TagCounts
	Error       string // why other days are shown
	Counting    bool   // the numbers are to be asked for
}

// InsightsURL is the page for a filter's subusers and days.
func InsightsURL(f store.Filter) string { return withQuery("/insights", f) }

// insightsWhole is the page with all numbers, however long it takes to count them.
func insightsWhole(f store.Filter) string {
	if query := FilterQuery(f); query != "" {
		return "/insights?wait=yes&" + query
	}
	return "/insights?wait=yes"
}

// insightPresets are periods that end today.
func insightPresets(i InsightsShown) []preset {
	today := store.DayOf(i.Viewer.now())
	var all []preset
	for _, days := range []int{7, 30, 90} {
		all = append(all, preset{strconv.Itoa(days) + " days", (today + 1 - store.Day(days)).String(), today.String()})
	}
	return all
}

// sumOfDays is what all days come to.
func sumOfDays(i store.Insights) (sum store.DayCount) {
	for _, d := range i.Days {
		sum.In, sum.Out, sum.Failed = sum.In+d.In, sum.Out+d.Out, sum.Failed+d.Failed
	}
	return sum
}

// percent writes a share of a whole.
func percent(part, whole int) string {
	if whole == 0 {
		return "–"
	}
	share := 100 * float64(part) / float64(whole)
	if share > 0 && share < 10 {
		return strconv.FormatFloat(share, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(share, 'f', 0, 64) + " %"
}

func waited(ms int64, a store.Answers) string {
	if a.Count == 0 {
		return "–"
	}
	return lasting(ms)
}

// dayBar is a rectangle of a picture that is barHeight high.
type dayBar struct {
	Class               string
	X, Y, Width, Height string
	Title               string
}

const (
	barHeight = 100
	dayWidth  = 10
)

// dayBars are two bars for each day, in and out, the failed ones at the foot of those that went out.
func dayBars(v Viewer, days []store.DayCount) []dayBar {
	most := 1
	for _, d := range days {
		most = max(most, d.In, d.Out)
	}
	var bars []dayBar
	for n, d := range days {
		words := fmt.Sprintf("%s: %d in, %d out, %d failed", v.dayName(d.Day), d.In, d.Out, d.Failed)
		one := func(class string, offset, count int) {
			if count > 0 {
				height := max(1, barHeight*count/most)
				bars = append(bars, dayBar{class, strconv.Itoa(n*dayWidth + offset), strconv.Itoa(barHeight - height),
					"4", strconv.Itoa(height), words})
			}
		}
		one("bar-in", 1, d.In)
		one("bar-out", 5, d.Out)
		one("bar-failed", 5, d.Failed)
	}
	return bars
}

func daysBox(days []store.DayCount) string {
	return fmt.Sprintf("0 0 %d %d", len(days)*dayWidth, barHeight)
}

// weekdays in the order in which weeks are read.
var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday,
	time.Friday, time.Saturday, time.Sunday}

// peak is the hour of the week in which most messages come in, and how many; the first of equals.
func peak(hours [7][24]int) (day time.Weekday, hour, most int) {
	for _, d := range weekdays {
		for h, n := range hours[d] {
			if n > most {
				day, hour, most = d, h, n
			}
		}
	}
	return day, hour, most
}

// heat is how much happens in an hour beside the busiest one, from 0 to 5.
func heat(n, most int) string {
	if n == 0 {
		return "0"
	}
	return strconv.Itoa(1 + 4*n/most)
}

func heatWords(day time.Weekday, hour, n int) string {
	return fmt.Sprintf("%s, %d to %d: %d", day, hour, hour+1, n)
}

// busiest says when most messages come in.
func busiest(hours [7][24]int) string {
	day, hour, most := peak(hours)
	if most == 0 {
		return "No message came in."
	}
	return fmt.Sprintf("Most messages come in on %ss from %d to %d.", day, hour, hour+1)
}

// rate is how much of what went one way failed.
type rate struct {
	Name string
	store.FailureRate
}

func cardRates(v Viewer, i store.Insights) []rate {
	var rates []rate
	for _, id := range slices.Sorted(maps.Keys(i.SIMCards)) {
		name := "Not named"
		if id != 0 {
			name = v.simCardName(id)
		}
		rates = append(rates, rate{name, i.SIMCards[id]})
	}
	return byFailures(rates)
}

func subuserRates(v Viewer, i store.Insights) []rate {
	var rates []rate
	for _, id := range slices.Sorted(maps.Keys(i.Subusers)) {
		rates = append(rates, rate{v.subuserName(id), i.Subusers[id]})
	}
	return byFailures(rates)
}

// byFailures puts what fails most often first.
func byFailures(rates []rate) []rate {
	slices.SortStableFunc(rates, func(a, b rate) int { return cmp.Compare(b.Failed*a.Out, a.Failed*b.Out) })
	return rates
}

// mostMovements is how many movements between tags are shown.
const mostMovements = 12
