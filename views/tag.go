package views

import (
	"hash/fnv"
	"strings"
)

// tones is the palette of tags, as it stands in data-tone; the style sheet has the colours. The first four have a
// meaning, all others are shared out by name.
var tones = [...]string{toneRed, toneAmber, toneBlue, tonePurple, "4", "5", "6", "7", "8"}

const (
	toneRed    = "0"
	toneAmber  = "1"
	toneBlue   = "2"
	tonePurple = "3"
	toneNone   = "none" // of a contact that has no tag

	meantTones = 4
)

// tone is the colour of a tag: the same for ever and on every machine, whatever its case.
func tone(tag string) string {
	name := strings.ToLower(strings.TrimSpace(tag))
	switch name {
	case "":
		return toneNone
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
	return tones[meantTones+h.Sum32()%uint32(len(tones)-meantTones)]
}
