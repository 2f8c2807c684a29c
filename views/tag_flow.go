package views

import (
	"fmt"
	"slices"
	"strconv"

	"tagline/store"
)

// The chart of flows has the tags that were left on one side, those that were gained on the other, and bands between
// them as thick as the flow. Heights are in px; across it is stretched to the room there is.
const (
	flowsShown   = 8  // the biggest; the rest is one band
	flowRow      = 34 // of a tag's name
	flowThickest = 28 // all bands of one tag
	flowWidth    = 100
)

// flowChart is a chart of flows, laid out.
type flowChart struct {
	Left, Right []flowEnd
	Bands       []flowBand
	Height      int
}

// flowEnd is a tag on one side.
type flowEnd struct {
	Tag   string
	Rest  bool // all other tags
	Count int
	next  float64 // where the next band ends
}

// flowBand leads from one tag to another.
type flowBand struct {
	From, To string
	Rest     bool
	Count    int
	Path     string
}

// layOutFlows draws the biggest flows (which come first) and sums up the rest.
func layOutFlows(flows []store.TagFlow) flowChart {
	shown := flows[:min(len(flows), flowsShown)]
	rest := 0
	for _, f := range flows[len(shown):] {
		rest += f.Count
	}
	var c flowChart
	for _, f := range shown {
		c.Left, c.Right = flowTo(c.Left, f.From, false, f.Count), flowTo(c.Right, f.To, false, f.Count)
		c.Bands = append(c.Bands, flowBand{From: f.From, To: f.To, Count: f.Count})
	}
	biggestFirst := func(a, b flowEnd) int { return b.Count - a.Count }
	slices.SortStableFunc(c.Left, biggestFirst)
	slices.SortStableFunc(c.Right, biggestFirst)
	if rest > 0 {
		c.Left, c.Right = flowTo(c.Left, "", true, rest), flowTo(c.Right, "", true, rest)
		c.Bands = append(c.Bands, flowBand{Rest: true, Count: rest})
	}
	c.Height = flowRow * max(len(c.Left), len(c.Right))
	c.draw()
	return c
}

// flowTo adds a flow to the tag's end.
func flowTo(ends []flowEnd, tag string, rest bool, n int) []flowEnd {
	if i := flowIndex(ends, tag, rest); i >= 0 {
		ends[i].Count += n
		return ends
	}
	return append(ends, flowEnd{Tag: tag, Rest: rest, Count: n})
}

func flowIndex(ends []flowEnd, tag string, rest bool) int {
	return slices.IndexFunc(ends, func(e flowEnd) bool { return e.Tag == tag && e.Rest == rest })
}

// draw gives each band its path. Bands leave and reach a tag in the order of the tags on the other side, so that they
// cross as little as may be.
func (c *flowChart) draw() {
	most := 1
	for _, e := range slices.Concat(c.Left, c.Right) {
		most = max(most, e.Count)
	}
	thick := func(n int) float64 { return max(1.5, flowThickest*float64(n)/float64(most)) }
	place := func(ends []flowEnd) {
		for i := range ends {
			ends[i].next = float64(flowRow*i) + (flowRow-thick(ends[i].Count))/2
		}
	}
	place(c.Left)
	place(c.Right)
	left := func(b flowBand) int { return flowIndex(c.Left, b.From, b.Rest) }
	right := func(b flowBand) int { return flowIndex(c.Right, b.To, b.Rest) }
	starts := make(map[[2]int]float64, len(c.Bands))
	slices.SortFunc(c.Bands, func(a, b flowBand) int { return right(a) - right(b) })
	for _, b := range c.Bands {
		starts[[2]int{left(b), right(b)}] = c.Left[left(b)].next
		c.Left[left(b)].next += thick(b.Count)
	}
	slices.SortStableFunc(c.Bands, func(a, b flowBand) int { return left(a) - left(b) })
	for i, b := range c.Bands {
		end := &c.Right[right(b)]
		c.Bands[i].Path = bandPath(starts[[2]int{left(b), right(b)}], end.next, thick(b.Count))
		end.next += thick(b.Count)
	}
}

// bandPath is a band that leaves the left side at y and reaches the right side at z.
func bandPath(y, z, thick float64) string {
	const w, m = flowWidth, flowWidth / 2
	return fmt.Sprintf("M0 %.1fC%d %.1f %d %.1f %d %.1fV%.1fC%d %.1f %d %.1f 0 %.1fZ",
		y, m, y, m, z, w, z, z+thick, m, z+thick, m, y+thick, y+thick)
}

func (e flowEnd) tone() string {
	if e.Rest {
		return toneNone
	}
	return tone(e.Tag)
}

func (b flowBand) tone() string {
	switch {
	case b.Rest:
		return toneNone
	case b.From == "":
		return tone(b.To)
	}
	return tone(b.From)
}

func bandWords(b flowBand) string {
	if b.Rest {
		return "All others: " + strconv.Itoa(b.Count)
	}
	return tagName(b.From) + " → " + tagName(b.To) + ": " + strconv.Itoa(b.Count)
}

// flowRows is how many flows the table beside the chart lists; the rest is summed up.
const flowRows = 40

// restOf sums up what a table leaves out.
func restOf(flows []store.TagFlow) (pairs, count int) {
	for _, f := range flows[min(len(flows), flowRows):] {
		pairs, count = pairs+1, count+f.Count
	}
	return pairs, count
}
