package views

import (
	"slices"
	"strings"
)

// Present is somebody who has a conversation open.
type Present struct {
	UserID  int64
	Name    string
	Writing bool // a reply
}

// presenceWords says who else has the conversation open: those who write, where somebody does, since that is what
// matters to whoever is about to.
func presenceWords(others []Present) string {
	var here, writing []string
	for _, p := range others {
		here = append(here, p.Name)
		if p.Writing {
			writing = append(writing, p.Name)
		}
	}
	switch {
	case len(writing) > 0:
		return enumerate(writing) + verb(writing, " is", " are") + " writing a reply"
	case len(here) > 0:
		return enumerate(here) + verb(here, " has", " have") + " this open too"
	}
	return ""
}

func verb(names []string, one, many string) string {
	if len(names) == 1 {
		return one
	}
	return many
}

// enumerate lists names: at most two of them, and how many more.
func enumerate(names []string) string {
	switch len(names) {
	case 1:
		return names[0]
	case 2:
		return names[0] + " and " + names[1]
	}
	return strings.Join(names[:2], ", ") + " and " + plural(len(names)-2, "other", "others")
}

func anyWrites(others []Present) bool {
	return slices.ContainsFunc(others, func(p Present) bool { return p.Writing })
}
