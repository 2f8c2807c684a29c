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

// CountsChanged brings the subusers and tags in the navigation from before to after: those that are the same in the same
// places one by one, else all of them.
func CountsChanged(v Viewer, f store.Filter, before, after store.Counts) []templ.Component {
	var parts []templ.Component
	if bs, br := foremostSubusers(f, before.Subusers); !sameSubusers(bs, br, f, after.Subusers) {
		parts = append(parts, navSubusersChanged(v, f, after.Subusers))
	} else {
		for i, s := range after.Subusers {
			if s != before.Subusers[i] {
				parts = append(parts, navSubuserChanged(v, f, s))
			}
		}
	}
	if bs, br := foremostTags(f, before.Tags); !sameTags(bs, br, f, after.Tags) {
		return append(parts, navTagsChanged(f, after.Tags))
	}
	for i, t := range after.Tags {
		if t != before.Tags[i] {
			parts = append(parts, navTagChanged(f, t))
		}
	}
	return parts
}

func sameSubusers(shown, rest []store.SubuserCount, f store.Filter, after []store.SubuserCount) bool {
	same := func(a, b store.SubuserCount) bool { return a.Subuser == b.Subuser }
	nowShown, nowRest := foremostSubusers(f, after)
	return slices.EqualFunc(shown, nowShown, same) && slices.EqualFunc(rest, nowRest, same)
}

func sameTags(shown, rest []store.TagCount, f store.Filter, after []store.TagCount) bool {
	same := func(a, b store.TagCount) bool { return a.Tag == b.Tag }
	nowShown, nowRest := foremostTags(f, after)
	return slices.EqualFunc(shown, nowShown, same) && slices.EqualFunc(rest, nowRest, same)
}
