package views

import (
	"strconv"

	"tagline/store"
)

// Navigation is what the pane of views shows besides its standing links.
type Navigation struct {
	store.Counts
	Saved []SavedView
}

// SavedView is a filter kept under a name, as one person may open it.
type SavedView struct {
	ID     int64
	Name   string
	Author string // "" for the person's own
	Shared bool
	Filter store.Filter
}

// Own tells whether the person made it.
func (s SavedView) Own() bool { return s.Author == "" }

// Opens tells whether it is the list that the filter describes.
func (s SavedView) Opens(f store.Filter) bool { return FilterQuery(s.Filter) == FilterQuery(f) }

// SaveView is the form that keeps the list under a name, as it comes back.
type SaveView struct {
	Name   string
	Shared bool
	Error  string // why it came back
}

// deleteViewPath is where a saved view is deleted.
func deleteViewPath(id int64) string { return "/views/" + strconv.FormatInt(id, 10) + "/delete" }

// savable tells whether the list can be kept as a view: it is none of the person's own already, and no search.
func savable(i Inbox) bool { return i.Filter.Text == "" && !saved(i) }

func saved(i Inbox) bool {
	for _, s := range i.Nav.Saved {
		if s.Own() && s.Opens(i.Filter) {
			return true
		}
	}
	return false
}
