package handlers

import (
	"crypto/rand"
	"net/http"
	"strings"
	"unicode/utf8"

	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

const maxNote = 4000 // characters

// checkNote says what is wrong with a note, or "".
func checkNote(text string) string {
	switch {
	case textutil.Blank(text):
		return "Write something first."
	case utf8.RuneCountInString(text) > maxNote:
		return "A note has at most 4,000 characters. Shorten it, or make it two."
	}
	return ""
}

func (a *conversations) addNote(w http.ResponseWriter, r *http.Request) error {
	c, form, err := a.formAbout(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	draft := views.NoteDraft{ConversationID: c.ID, Text: written(form.Get("text")), Once: formOnce(form.Get("once"))}
	if draft.Error = checkNote(draft.Text); draft.Error != "" {
		if byScript(r) {
			return web.Render(w, r, http.StatusUnprocessableEntity, views.NoteAnswered(draft))
		}
		return web.Render(w, r, http.StatusUnprocessableEntity, views.NotePage(draft))
	}
	text := strings.TrimSpace(draft.Text)
	if _, err := a.store.AddNoteOnce(r.Context(), user.Scope(), user.ID, c.ID, text,
		sendingSum(draft.Once, "note", c.ID, text)); err != nil {
		return visible(err)
	}
	return a.answer(w, r, a.back(r), views.Toast{Words: "Note added."},
		views.NoteAnswered(views.NoteDraft{ConversationID: c.ID, Once: rand.Text()}))
}

func (a *conversations) deleteNote(w http.ResponseWriter, r *http.Request) error {
	return a.changeNote(w, r, true)
}

func (a *conversations) restoreNote(w http.ResponseWriter, r *http.Request) error {
	return a.changeNote(w, r, false)
}

func (a *conversations) changeNote(w http.ResponseWriter, r *http.Request, del bool) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	note, err := pathID(r, "note")
	if err != nil {
		return err
	}
	change, toast := a.store.RestoreNote, views.Toast{Words: "Note restored."}
	if del {
		change, toast = a.store.DeleteNote, views.NoteDeletedToast(id, note)
	}
	user := person(r)
	if err := change(r.Context(), user.Scope(), user.ID, id, note); err != nil {
		return visible(err)
	}
	return a.answer(w, r, a.back(r), toast)
}
