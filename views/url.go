package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tagline/store"
)

// InboxURL is the address of the list that a filter describes. Equal filters have equal addresses: subusers ascend,
// tags are sorted, and the default view is left out.
func InboxURL(f store.Filter) string { return withQuery("/inbox", f) }

// ConversationURL is the address of a conversation beside the list that the filter describes.
func ConversationURL(id int64, f store.Filter) string { return conversationPath(id, "", f) }

// conversationPath is the address of something done to a conversation ("/done"); the filter tells where to go back to.
func conversationPath(id int64, action string, f store.Filter) string {
	return withQuery("/conversations/"+strconv.FormatInt(id, 10)+action, f)
}

func withQuery(path string, f store.Filter) string {
	query := filterQuery(f)
	if query == "" {
		return path
	}
	return path + "?" + query
}

// filterQuery writes a filter the way the handlers read it: view=failed&subuser=main&subuser=6&tag=Warm.
func filterQuery(f store.Filter) string {
	if plain(f) {
		return ""
	}
	var b strings.Builder
	add := func(key, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(key)
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(value))
	}
	if f.View != "" && f.View != store.ViewInbox {
		add("view", string(f.View))
	}
	for _, id := range sortedUnique(f.Subusers) {
		add("subuser", id.String())
	}
	for _, tag := range sortedUnique(f.Tags) {
		add("tag", tag)
	}
	return b.String()
}

// plain tells whether the filter is the inbox as it opens.
func plain(f store.Filter) bool {
	return (f.View == "" || f.View == store.ViewInbox) && len(f.Subusers) == 0 && len(f.Tags) == 0
}

func sortedUnique[T store.SubuserID | string](values []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// The filters that the links of the navigation and the chips lead to.

func withView(f store.Filter, v store.View) store.Filter {
	f.View = v
	return f
}

// toggleSubuser narrows to one subuser, or no longer if it was narrowed to exactly that one.
func toggleSubuser(f store.Filter, id store.SubuserID) store.Filter {
	if len(f.Subusers) == 1 && f.Subusers[0] == id {
		f.Subusers = nil
	} else {
		f.Subusers = []store.SubuserID{id}
	}
	return f
}

// toggleTag narrows to one tag, or no longer if it was narrowed to exactly that one.
func toggleTag(f store.Filter, tag string) store.Filter {
	if len(f.Tags) == 1 && f.Tags[0] == tag {
		f.Tags = nil
	} else {
		f.Tags = []string{tag}
	}
	return f
}

func withoutSubuser(f store.Filter, id store.SubuserID) store.Filter {
	f.Subusers = without(f.Subusers, id)
	return f
}

func withoutTag(f store.Filter, tag string) store.Filter {
	f.Tags = without(f.Tags, tag)
	return f
}

// without returns a new slice: filters are shared by everything on a page.
func without[T comparable](values []T, gone T) []T {
	var kept []T
	for _, v := range values {
		if v != gone {
			kept = append(kept, v)
		}
	}
	return kept
}

// WithQuery adds a parameter to an address of this site.
func WithQuery(address, key, value string) string {
	mark := "?"
	if strings.Contains(address, "?") {
		mark = "&"
	}
	return address + mark + key + "=" + url.QueryEscape(value)
}
