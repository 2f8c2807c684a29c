package views

import "tagline/store"

// Download is the page that offers what a list shows as files.
type Download struct {
	Viewer Viewer
	Change int64
	Filter store.Filter
	Counts store.DownloadCounts
}

// downloadKind is one thing that can be taken along.
type downloadKind struct {
	File, Name, What string
	Count            string // how many rows, in words; "" where that is not counted
}

func downloadKinds(d Download) []downloadKind {
	return []downloadKind{
		{"conversations", "Conversations", "One line for each conversation of the list.",
			plural(d.Counts.Conversations, "conversation", "conversations")},
		{"messages", "Messages", "All messages of these conversations; with days in the filter only those of these days.",
			aboutMany(d, d.Counts.Messages, "message", "messages")},
		{"failures", "Failures", "The messages among them that failed.",
			aboutMany(d, d.Counts.Failures, "failure", "failures")},
		{"tag-changes", "Tag changes", "Through the subusers, from or to the tags and on the days of the filter.", ""},
	}
}

// aboutMany counts what the filter's days may narrow further.
func aboutMany(d Download, n int, one, many string) string {
	if d.Filter.From != "" || d.Filter.Until != "" {
		return "up to " + plural(n, one, many)
	}
	return plural(n, one, many)
}

// DownloadURL is the page for what a list shows.
func DownloadURL(f store.Filter) string { return withQuery("/download", f) }

func downloadPath(file, format string, f store.Filter) string {
	return withQuery("/download/"+file+"."+format, f)
}
