package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// byScript tells whether a form was sent by a script that puts the parts of the answer in their places. A boosted form
// wants a page like any other.
func byScript(r *http.Request) bool {
	return r.Header.Get("HX-Request") != "" && r.Header.Get("HX-Boosted") == ""
}

// fetched tells whether a script on a page asked, and takes no page for an answer. Over plain http browsers do not say
// for what they ask, older ones never do; but only scripts want anything at all.
func fetched(r *http.Request) bool {
	if dest := r.Header.Get("Sec-Fetch-Dest"); dest != "" {
		return dest == "empty"
	}
	return r.Header.Get("Accept") == "*/*"
}

// answer ends a form that did what it should: with a toast where a script sent it, else on the page to.
func (a *site) answer(w http.ResponseWriter, r *http.Request, to string, toast views.Toast,
	parts ...templ.Component) error {
	switch {
	case byScript(r):
		return web.Render(w, r, http.StatusOK, templ.Join(append(parts, views.Toasted(toast))...))
	case fetched(r):
		w.WriteHeader(http.StatusNoContent)
	default:
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
	return nil
}

// back is the page that a form was sent from. Behind a proxy the request may have another host than the browser's.
func (a *site) back(r *http.Request) string {
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host && from.Host != a.origin.Host {
		return "/inbox"
	}
	return safeNext(from.RequestURI())
}

// list is the list beside which a form about a conversation stood.
func list(r *http.Request) string { return views.InboxURL(parseFilter(r.URL.Query(), zone(r))) }

// pathID reads an id from the address; what is none is not found.
func pathID(r *http.Request, name string) (int64, error) {
	id, err := strconv.ParseInt(r.PathValue(name), 10, 64)
	if err != nil {
		return 0, web.NotFound()
	}
	return id, nil
}

// visible turns the store's "not found" into the page's.
func visible(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return web.NotFound()
	}
	return err
}

// formAbout reads a form about the conversation in the address, which the person must be able to see.
func (a *site) formAbout(w http.ResponseWriter, r *http.Request) (c store.Conversation, form url.Values, err error) {
	id, err := pathID(r, "id")
	if err != nil {
		return c, nil, err
	}
	if form, err = readForm(w, r); err != nil {
		return c, nil, err
	}
	user := person(r)
	c, err = a.store.Conversation(r.Context(), user.Scope(), user.ID, id)
	return c, form, visible(err)
}
