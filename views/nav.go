package views

import (
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"tagline/store"
)

// viewNumber is the number beside a view; an empty view shows none.
func viewNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// CountsChanged brings the subusers and tags in the navigation from before to after: those that are the same in the
// same places one by one, else all of them.
func CountsChanged(v Viewer, f store.Filter, before, after store.Counts) []templ.Component {
	var parts []templ.Component
	was, wasLeft := mostUsedSubusers(f, before.Subusers)
	now, nowLeft := mostUsedSubusers(f, after.Subusers)
	if wasLeft != nowLeft || !sameSubusers(f, was, now) {
		parts = append(parts, navSubusersChanged(v, f, after.Subusers))
	} else {
		for i, s := range now {
			if s != was[i] {
				parts = append(parts, navSubuserChanged(v, f, s))
			}
		}
	}
	wasTags, wasLeft := mostUsedTags(f, before.Tags)
	nowTags, nowLeft := mostUsedTags(f, after.Tags)
	if wasLeft != nowLeft || !sameTags(f, wasTags, nowTags) {
		return append(parts, navTagsChanged(f, after.Tags))
	}
	for i, t := range nowTags {
		if t != wasTags[i] {
			parts = append(parts, navTagChanged(f, t))
		}
	}
	return parts
}

func sameSubusers(f store.Filter, before, after []store.SubuserCount) bool {
	same := func(a, b store.SubuserCount) bool { return a.Subuser == b.Subuser }
	shown, rest := foremostSubusers(f, before)
	nowShown, nowRest := foremostSubusers(f, after)
	return slices.EqualFunc(shown, nowShown, same) && slices.EqualFunc(rest, nowRest, same)
}

func sameTags(f store.Filter, before, after []store.TagCount) bool {
	same := func(a, b store.TagCount) bool { return a.Tag == b.Tag }
	shown, rest := foremostTags(f, before)
	nowShown, nowRest := foremostTags(f, after)
	return slices.EqualFunc(shown, nowShown, same) && slices.EqualFunc(rest, nowRest, same)
}
