package views

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

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
	Trouble    Trouble
	Unparsed   int  // deliveries that were not understood, in all
	Ambiguous  bool // among them are bodies of which it can't be told whether they are of a send or of a failure
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
	// Candidates are the webhooks whose body it may be, where it is not that of the webhook it came through.
	Candidates []store.Kind
}

// DeliveriesURL is the address of the log that the filter describes.
func DeliveriesURL(f LogFilter) string {
	var b strings.Builder
	for _, part := range [][2]string{
		{"kind", string(f.Kind)}, {"outcome", string(f.Outcome)}, {"subuser", f.Subuser}, {"number", f.Number},
		{"from", f.From}, {"to", f.To},
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

func logChips(v Viewer, f LogFilter) []logChip {
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
	add(f.Subuser, logSubuser(v, f.Subuser), func(f *LogFilter) { f.Subuser = "" })
	add(f.Number, f.Number, func(f *LogFilter) { f.Number = "" })
	add(f.From, "From "+f.From, func(f *LogFilter) { f.From = "" })
	add(f.To, "To "+f.To, func(f *LogFilter) { f.To = "" })
	return chips
}

func logSubuser(v Viewer, s string) string {
	id, err := store.ParseSubuserID(s)
	if err != nil {
		return s
	}
	return v.subuserName(id)
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

// senderAccount names whose delivery it is.
func (v Viewer) senderAccount(id store.SubuserID) string {
	if id == store.NoSubuser {
		return "Subuser not readable"
	}
	return v.subuserName(id)
}
