package handlers

import (
	"net/http"
	"strconv"

	"tagline/views"
	"tagline/web"
)

// showMessageText answers with the text of a message, part by part.
func (a *conversations) showMessageText(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	m, err := a.store.Message(r.Context(), person(r).Scope(), id)
	if err != nil {
		return visible(err)
	}
	return a.textPart(w, r, views.MessageText(m, textFrom(r)))
}

// showNoteText answers with the text of a note, likewise.
func (a *conversations) showNoteText(w http.ResponseWriter, r *http.Request) error {
	conversation, err := pathID(r, "id")
	if err != nil {
		return err
	}
	note, err := pathID(r, "note")
	if err != nil {
		return err
	}
	n, err := a.store.Note(r.Context(), person(r).Scope(), conversation, note)
	if err != nil {
		return visible(err)
	}
	return a.textPart(w, r, views.NoteText(n, textFrom(r)))
}

// textFrom is where the part begins; what is none is the beginning.
func textFrom(r *http.Request) int {
	from, _ := strconv.Atoi(r.URL.Query().Get("from"))
	return max(from, 0)
}

func (a *conversations) textPart(w http.ResponseWriter, r *http.Request, t views.LongText) (err error) {
	if byScript(r) {
		return web.Render(w, r, http.StatusOK, views.TextPart(t))
	}
	if t.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	t.Viewer = a.viewer(r, person(r))
	return web.Render(w, r, http.StatusOK, views.TextPage(t))
}
