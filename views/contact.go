package views

import (
	"strconv"
	"strings"

	"tagline/store"
)

// messageCounts writes "18 in · 21 out · 1 failed".
func messageCounts(c store.Conversation) string {
	counts := strconv.Itoa(c.Inbound) + " in · " + strconv.Itoa(c.Outbound) + " out"
	if c.Failed > 0 {
		counts += " · " + strconv.Itoa(c.Failed) + " failed"
	}
	return counts
}

// tagName is what a tag, or having none, is called.
func tagName(tag string) string {
	switch {
	case tag == "":
		return "No tag"
	case blank(tag):
		return "(invisible)"
	}
	return clipText(legible(tag), longestName)
}

// TagName is what a tag is called, where it is searched for.
func TagName(tag string) string { return tagName(tag) }

func shareWords(s share) string { return tagName(s.Tag) + ": " + lasting(s.Duration) }

func shareLabel(all []share) string {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = shareWords(s)
	}
	return strings.Join(words, ", ")
}

// flapWords count excursions, of two changes each.
func flapWords(s stay) string { return "flapped " + strconv.Itoa(len(s.Flaps)/2) + "×" }
