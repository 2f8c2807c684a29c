package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

// markRead notes what the person has read of a conversation: up to a message if the address names one, else all.
func (a *conversations) markRead(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	user := person(r)
	if r.URL.Query().Has("message") {
		var message int64
		if message, err = strconv.ParseInt(r.URL.Query().Get("message"), 10, 64); err != nil {
			return web.BadRequest("Reload the conversation and try again.")
		}
		err = a.store.MarkReadTo(r.Context(), user.Scope(), user.ID, id, message)
	} else {
		err = a.store.MarkRead(r.Context(), user.Scope(), user.ID, id)
	}
	if err != nil {
		return visible(err)
	}
	if byScript(r) || fetched(r) {
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, a.back(r), http.StatusSeeOther)
	return nil
}

// markUnread makes a conversation unread for the person, from a message on if the address names one.
func (a *conversations) markUnread(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	user := person(r)
	from := r.URL.Query().Get("message")
	if from == "" {
		err = a.store.MarkUnread(r.Context(), user.Scope(), user.ID, id)
	} else {
		var message int64
		if message, err = strconv.ParseInt(from, 10, 64); err != nil {
			return web.BadRequest("Reload the conversation and try again.")
		}
		if _, err = a.store.MessagePosition(r.Context(), user.Scope(), id, message); err == nil {
			err = a.store.MarkUnreadFrom(r.Context(), user.Scope(), user.ID, id, message)
		}
	}
	if err != nil {
		return visible(err)
	}
	toast := views.Toast{Words: "Marked unread."}
	if from != "" {
		toast.Words = "Marked unread from that message on."
	}
	return a.answer(w, r, list(r), toast)
}

func (a *conversations) closeConversation(w http.ResponseWriter, r *http.Request) error {
	return a.setDone(w, r, true)
}

func (a *conversations) reopenConversation(w http.ResponseWriter, r *http.Request) error {
	return a.setDone(w, r, false)
}

func (a *conversations) setDone(w http.ResponseWriter, r *http.Request, done bool) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.SetDone(r.Context(), person(r).Scope(), done, id); err != nil {
		return visible(err)
	}
	to := a.back(r)
	if done {
		to = list(r)
	}
	return a.answer(w, r, to, views.DoneToast(done, id))
}

// assign gives a conversation to the person whose id the form names, 0 for nobody.
func (a *conversations) assign(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	assignee, err := a.readAssignee(r.Context(), user, form)
	if err != nil {
		return err
	}
	scope := user.Scope()
	before, err := a.store.Conversation(r.Context(), scope, user.ID, id)
	if err == nil {
		err = a.store.Assign(r.Context(), scope, assignee, id)
	}
	if err != nil {
		return visible(err)
	}
	after, err := a.store.Conversation(r.Context(), scope, user.ID, id)
	if err != nil {
		return visible(err)
	}
	return a.answer(w, r, a.back(r), views.AssignedToast(a.viewer(r, user), before, after))
}

// readAssignee is the person whom the form names, by id or by what was typed.
func (a *conversations) readAssignee(ctx context.Context, user store.User, form url.Values) (int64, error) {
	name := strings.TrimSpace(form.Get("assignee_name"))
	if name == "" {
		id, err := strconv.ParseInt(form.Get("assignee"), 10, 64)
		if err != nil {
			err = web.BadRequest("Reload the conversation and choose somebody from the menu.")
		}
		return id, err
	}
	people, err := a.store.People(ctx, user.Scope())
	if err != nil {
		return 0, err
	}
	same := text.SameName(name)
	for _, p := range people {
		if same(p.Name) {
			return p.ID, nil
		}
	}
	return 0, &web.Error{Status: http.StatusUnprocessableEntity, Title: "No such person",
		Advice: "Nobody with this name can see the conversation. Choose a name from the list."}
}

// showNextFailure leads to the open failure above or below a place in a thread, or from its other end on.
func (a *conversations) showNextFailure(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	from, err := store.ParsePosition(q.Get("from"))
	if err != nil {
		return web.BadRequest("Open the conversation again.")
	}
	ctx, scope, below := r.Context(), person(r).Scope(), q.Get("to") == "below"
	next, err := a.store.NextFailure(ctx, scope, id, from, below)
	if err == store.ErrNotFound && from != (store.Position{}) {
		next, err = a.store.NextFailure(ctx, scope, id, store.Position{}, below)
	}
	to := views.ConversationURL(id, parseFilter(q, zone(r)))
	if err == nil {
		to = views.WithQuery(to, "message", strconv.FormatInt(next, 10))
	} else if err != store.ErrNotFound {
		return err
	}
	// A conversation that may not be seen is not found there.
	http.Redirect(w, r, to, http.StatusSeeOther) // #nosec G710 -- ConversationURL begins with our own path
	return nil
}
