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

// fewViews are the saved views that the navigation shows: the person's own and the open one before those that others
// share.
func fewViews(f store.Filter, saved []SavedView) ([]SavedView, int) {
	open := FilterQuery(f)
	return mostUsed(linkedChoices(f), saved, func(s SavedView) bool { return open != "" && FilterQuery(s.Filter) == open },
		ownFirst, func(s SavedView) int {
			return len(s.Name) + len(FilterQuery(s.Filter))/linksPerName
		})
}

// linksPerName is how many bytes of a link count as one of a name: a menu's links may be longer than its names.
const linksPerName = 16

func ownFirst(s SavedView) int {
	if s.Own() {
		return 1
	}
	return 0
}

// fewViews are the saved views that one can choose to be told of: the chosen ones, and others as long as there is room.
func (p PreferencesForm) fewViews() []SavedView {
	some, _ := mostUsed(mostChoices, p.Views, func(s SavedView) bool { return p.chosenView(s.ID) }, ownFirst,
		func(s SavedView) int { return len(s.Name) })
	return some
}

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
