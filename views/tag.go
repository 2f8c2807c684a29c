package views

import (
	"hash/fnv"
	"strings"
)

// tones is the palette of tags; the style sheet has the colours. The first four have a meaning, all others are
// shared out by name.
const (
	toneRed = iota
	toneAmber
	toneBlue
	tonePurple
	firstFreeTone
	tones = 9
)

// Constant class names, one array per part, so that rendering allocates none.
var (
	toneClasses    = [tones]string{"tone-0", "tone-1", "tone-2", "tone-3", "tone-4", "tone-5", "tone-6", "tone-7", "tone-8"}
	tagChipClasses = [tones]string{"chip tag tone-0", "chip tag tone-1", "chip tag tone-2", "chip tag tone-3",
		"chip tag tone-4", "chip tag tone-5", "chip tag tone-6", "chip tag tone-7", "chip tag tone-8"}
)

// noTone is the class of a contact that has no tag.
const noTone = "tone-none"

// tone is the colour of a tag: the same for ever and on every machine, whatever its case.
func tone(tag string) int {
	name := strings.ToLower(strings.TrimSpace(tag))
	switch name {
	case "hot":
		return toneRed
	case "warm":
		return toneAmber
	case "cold":
		return toneBlue
	case "vip":
		return tonePurple
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return firstFreeTone + int(h.Sum32()%(tones-firstFreeTone))
}

func toneClass(tag string) string {
	if tag == "" {
		return noTone
	}
	return toneClasses[tone(tag)]
}

func tagChipClass(tag string) string { return tagChipClasses[tone(tag)] }
