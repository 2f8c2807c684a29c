package views

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tagline/store"
)

// LogFilter is which deliveries the log shows, as it stands in the address of the page.
type LogFilter struct {
	Kind     store.Kind
	Outcome  store.Outcome
	Subuser  string // "main" or a number
	Number   string
	From, To string // days, both included: "2026-11-01"
}

// Log is the page of webhooks: what came, what was refused, and how it has been lately.
type Log struct {
	Viewer     Viewer
	Change     int64 // the change number the page was rendered at
	Filter     LogFilter
	Activity   []store.Activity
	Quiet      []QuietHook
	Unparsed   int // deliveries that were not understood, in all
	Deliveries DeliveryList
	Refusals   RefusalList
}

// DeliveryList is one page of deliveries, newest first.
type DeliveryList struct {
	Deliveries []Delivery
	Next       string // address of the next page, "" at the end
}

// Delivery is one line of the log.
type Delivery struct {
	store.Delivery
	Text  string // of the message, or the tag
	Why   string // why it was not understood, "" if it can be now
	Alone bool   // on a page of its own
}

// RefusalList is one page of refused requests, newest first.
type RefusalList struct {
	Refusals []store.Refusal
	Today    int    // how many in the last 24 hours
	Next     string // address of the next page, "" at the end
}

// QuietHook is a webhook from which nothing came for too long.
type QuietHook struct {
	Kind     store.Kind
	LastSeen int64 // Unix ms
}

// DeliveriesURL is the address of the log that the filter describes.
func DeliveriesURL(f LogFilter) string {
	var b strings.Builder
	for _, part := range [][2]string{
		{"kind", string(f.Kind)}, {"outcome", string(f.Outcome)}, {"subuser", f.Subuser}, {"number", f.Number}, {"from", f.From}, {"to", f.To},
	} {
		if part[1] == "" {
			continue
		}
		b.WriteByte("?&"[min(b.Len(), 1)])
		b.WriteString(part[0] + "=" + url.QueryEscape(part[1]))
	}
	return "/settings/webhooks" + b.String()
}

// DeliveryURL is the address of one delivery, or of something done to it ("/process").
func DeliveryURL(id int64, action string) string {
	return "/settings/webhooks/deliveries/" + strconv.FormatInt(id, 10) + action
}

// toggled returns value, or nothing where it is chosen already.
func toggled[T ~string](chosen, value T) T {
	if chosen == value {
		return ""
	}
	return value
}

func withKind(f LogFilter, kind store.Kind) LogFilter {
	f.Kind = toggled(f.Kind, kind)
	return f
}

func withOutcome(f LogFilter, outcome store.Outcome) LogFilter {
	f.Outcome = toggled(f.Outcome, outcome)
	return f
}

// logChip is one filter with the log that is left without it.
type logChip struct {
	Name string
	Rest LogFilter
}

func logChips(f LogFilter) []logChip {
	var chips []logChip
	add := func(value, name string, without func(*LogFilter)) {
		if value == "" {
			return
		}
		rest := f
		without(&rest)
		chips = append(chips, logChip{name, rest})
	}
	add(string(f.Kind), hookName(f.Kind), func(f *LogFilter) { f.Kind = "" })
	add(string(f.Outcome), outcomeName(f.Outcome), func(f *LogFilter) { f.Outcome = "" })
	add(f.Subuser, logSubuser(f.Subuser), func(f *LogFilter) { f.Subuser = "" })
	add(f.Number, f.Number, func(f *LogFilter) { f.Number = "" })
	add(f.From, "From "+f.From, func(f *LogFilter) { f.From = "" })
	add(f.To, "To "+f.To, func(f *LogFilter) { f.To = "" })
	return chips
}

func logSubuser(s string) string {
	id, err := store.ParseSubuserID(s)
	if err != nil {
		return s
	}
	return subuserName(id)
}

// outcomeName is what people call an outcome.
func outcomeName(o store.Outcome) string {
	switch o {
	case store.Stored:
		return "Stored"
	case store.Duplicate:
		return "Repeat"
	case store.Unparsed:
		return "Not understood"
	case store.Test:
		return "Test"
	}
	return string(o)
}

// causeName says why a request was refused.
func causeName(c store.Cause) string {
	switch c {
	case store.BadCredentials:
		return "Bad credentials"
	case store.NotJSON:
		return "Not JSON"
	case store.TooLarge:
		return "Too large"
	case store.CutOff:
		return "Cut off"
	case store.WrongMethod:
		return "Wrong method"
	case store.WrongType:
		return "Wrong type"
	case store.UnknownPath:
		return "Unknown path"
	case store.QueueFull:
		return "Queue full"
	case store.NotStored:
		return "Not stored"
	}
	return string(c)
}

// outcomeCount is how many bodies of all webhooks had an outcome lately.
func outcomeCount(activity []store.Activity, o store.Outcome) int {
	n := 0
	for _, a := range activity {
		n += a.Outcomes[o]
	}
	return n
}

func total(a store.Activity) int {
	n := 0
	for _, count := range a.Hours {
		n += count
	}
	return n
}

// outcomeWords are the outcomes of one webhook that people look out for: "40 in 24 h · 3 repeats".
func outcomeWords(a store.Activity) string {
	words := strconv.Itoa(total(a)) + " in 24 h"
	for _, o := range []struct {
		store.Outcome
		one, many string
	}{{store.Duplicate, "repeat", "repeats"}, {store.Unparsed, "not understood", "not understood"}, {store.Test, "test", "tests"}} {
		if n := a.Outcomes[o.Outcome]; n > 0 {
			words += " · " + plural(n, o.one, o.many)
		}
	}
	return words
}

// bar is one hour in a chart of 24 × barStep by chartHeight.
type bar struct {
	X, Y, Height int
	Count        int
	From, Until  string // hours of the reader's clock
}

const (
	chartHeight = 36
	barStep     = 5
	barThick    = 4
)

// bars draws an activity; an hour with anything in it can be seen, an empty one is a line.
func bars(v Viewer, a store.Activity) []bar {
	most := max(1, slices.Max(a.Hours[:]))
	hour := time.Hour.Milliseconds()
	first := (v.Now.UnixMilli()/hour - int64(len(a.Hours)) + 1) * hour
	all := make([]bar, len(a.Hours))
	for i, n := range a.Hours {
		height := 1
		if n > 0 {
			height = max(3, chartHeight*n/most)
		}
		from := first + int64(i)*hour
		all[i] = bar{X: i * barStep, Y: chartHeight - height, Height: height, Count: n,
			From: v.at(from).Format(clockLayout), Until: v.at(from + hour).Format(clockLayout)}
	}
	return all
}

func barWords(b bar) string { return b.From + " to " + b.Until + ": " + strconv.Itoa(b.Count) }

// quietWords name the webhooks that are missed and for how long.
func quietWords(v Viewer, q QuietHook) string {
	return "No “" + hookName(q.Kind) + "” webhook for " + lasting(v.Now.UnixMilli()-q.LastSeen) + "."
}

// IsQuiet tells whether the kind is among the quiet ones.
func isQuiet(quiet []QuietHook, kind store.Kind) bool {
	return slices.ContainsFunc(quiet, func(q QuietHook) bool { return q.Kind == kind })
}

// deliverySort orders rows newest first, descending.
func deliverySort(d Delivery) string { return fmt.Sprintf("%016d", d.ID) }

// preview is the beginning of a text that fits a row.
func preview(text string) string {
	runes := []rune(text[:min(len(text), 4*previewLength)])
	if len(runes) <= previewLength && len(text) <= 4*previewLength {
		return text
	}
	return string(runes[:min(len(runes), previewLength)]) + "…"
}

const previewLength = 160 // characters

// sizeWords writes a number of bytes.
func sizeWords(n int64) string {
	switch {
	case n < 0:
		return "size not said"
	case n < 1024:
		return plural(int(n), "byte", "bytes")
	}
	return strconv.FormatFloat(float64(n)/1024, 'f', 1, 64) + " KiB"
}

// requestWords are method, path and headers of a refused request.
func requestWords(r store.Refusal) string {
	return strings.Join([]string{cmp.Or(r.ContentType, "no type"), sizeWords(r.ContentLength), cmp.Or(r.UserAgent, "no user agent")}, " · ")
}

// OutcomeWord is an outcome inside a sentence.
func OutcomeWord(o store.Outcome) string { return strings.ToLower(outcomeName(o)) }

// ProcessedWords say what came of processing again.
func ProcessedWords(understood, left int) string {
	words := plural(understood, "body", "bodies") + " understood now"
	if left > 0 {
		words += ", " + strconv.Itoa(left) + " still not"
	}
	return words + "."
}
