package views

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tagline/store"
)

// InboxURL is the address of the list that a filter describes, or of what is found if it has a text. Equal filters have
// equal addresses: subusers and SIM cards ascend, tags are sorted, and what a list does anyway is left out.
func InboxURL(f store.Filter) string {
	if f.Text != "" {
		return withQuery("/search", f)
	}
	return withQuery("/inbox", f)
}

// ConversationURL is the address of a conversation beside the list that the filter describes.
func ConversationURL(id int64, f store.Filter) string { return conversationPath(id, "", f) }

// MessagesPath is the address of parts of a conversation's thread.
func MessagesPath(id int64) string { return conversationPath(id, "/messages", store.Filter{}) }

// conversationPath is the address of something done to a conversation ("/done"); the filter tells where to go back to.
func conversationPath(id int64, action string, f store.Filter) string {
	return withQuery("/conversations/"+strconv.FormatInt(id, 10)+action, f)
}

func withQuery(path string, f store.Filter) string {
	query := FilterQuery(f)
	if query == "" {
		return path
	}
	return path + "?" + query
}

// FilterQuery writes a filter the way the handlers read it:
// view=failed&subuser=main&subuser=6&tag=Warm&sim=2&sort=oldest.
func FilterQuery(f store.Filter) string {
	if plain(f) {
		return ""
	}
	var b strings.Builder
	add := func(key, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(key)
		b.WriteByte('=')
		b.WriteString(url.QueryEscape(value))
	}
	add("q", f.Text)
	if f.View != store.ViewInbox && f.View != TagsPlace {
		add("view", string(f.View))
	}
	for _, id := range sortedUnique(f.Subusers) {
		add("subuser", id.String())
	}
	for _, tag := range sortedUnique(f.Tags) {
		add("tag", tag)
	}
	for _, id := range sortedUnique(f.SIMCards) {
		add("sim", strconv.FormatInt(id, 10))
	}
	add("from", f.From)
	add("until", f.Until)
	if f.Sort != store.SortNewest {
		add("sort", string(f.Sort))
	}
	return b.String()
}

// plain tells whether the filter is the inbox as it opens.
func plain(f store.Filter) bool {
	return (f.View == "" || f.View == store.ViewInbox || f.View == TagsPlace) && !Narrowed(f) && f.Text == ""
}

// Narrowed tells whether the filter asks for anything but a whole view in its usual order.
func Narrowed(f store.Filter) bool {
	return len(f.Subusers) > 0 || len(f.Tags) > 0 || len(f.SIMCards) > 0 || f.From != "" || f.Until != "" ||
		f.Sort != "" && f.Sort != store.SortNewest
}

func sortedUnique[T store.SubuserID | int64 | string](values []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// WithQuery adds a parameter to an address of this site.
func WithQuery(address, key, value string) string {
	mark := "?"
	if strings.Contains(address, "?") {
		mark = "&"
	}
	return address + mark + key + "=" + url.QueryEscape(value)
}
