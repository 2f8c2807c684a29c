package handlers

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
	_ "time/tzdata" // not every Linux has it, and new ones leave out names that browsers still use, like Asia/Calcutta

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// personKey is where allow leaves who is signed in.
type personKey struct{}

// allow lets a request through to the handler if whoever sends it may call it.
func (a *site) allow(to access, h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if to == anyone {
			return h(w, r.WithContext(store.As(r.Context(), a.actor(r, store.User{}))))
		}
		user, err := a.user(r)
		if errors.Is(err, store.ErrNotFound) {
			return a.askToSignIn(w, r)
		}
		if err != nil {
			return err
		}
		if to == admins && user.Role != store.Admin {
			return web.NotFound()
		}
		if to == changers && user.ReadOnly {
			return errReadOnly
		}
		if to != ownAccount && mustSetUpFactor(user) {
			return a.askForFactor(w, r)
		}
		a.lastSeen.touch(a.sessions.Sum(r))
		ctx := store.As(context.WithValue(r.Context(), personKey{}, user), a.actor(r, user))
		return h(w, r.WithContext(ctx))
	}
}

// formPages are where forms stand that are sent to an address at which there is no page.
var formPages = map[string]string{"/conversations": "/conversations/new"}

// formPage is the page on which a form stands that was sent from an address: that, or where it is read, if the form had
// come back there.
func (a *site) formPage(from string) string {
	path, _, _ := strings.Cut(from, "?")
	if page := formPages[path]; page != "" {
		return page
	}
	for whole := path; path != ""; path = path[:strings.LastIndexByte(path, '/')] {
		if !a.hasPage(path) {
			continue
		}
		if path == whole {
			return from
		}
		return path
	}
	return "/inbox"
}

// hasPage tells whether there is something to read at a path.
func (a *site) hasPage(path string) bool {
	_, pattern := a.pages.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}})
	return strings.HasPrefix(pattern, http.MethodGet+" ")
}

// askToSignIn sends a person to the sign-in page and back afterwards; a script is told 401.
func (a *site) askToSignIn(w http.ResponseWriter, r *http.Request) error {
	next := r.URL.RequestURI()
	if r.Method != http.MethodGet || byScript(r) {
		next = a.back(r) // what was typed there is still kept
	}
	return sendTo(w, r, "/login?"+url.Values{"next": {next}}.Encode(), "Sign in first.")
}

// askForFactor sends a person to their own page who must set up a second factor before anything else.
func (a *site) askForFactor(w http.ResponseWriter, r *http.Request) error {
	return sendTo(w, r, "/settings/account", "Set up a second factor first.")
}

// sendTo leads a page elsewhere; a script is told 401 and why.
func sendTo(w http.ResponseWriter, r *http.Request, target, why string) error {
	if r.Header.Get("HX-Request") != "" {
		w.Header().Set("HX-Redirect", target)
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	if fetched(r) || r.Header.Get("Upgrade") != "" {
		http.Error(w, why, http.StatusUnauthorized)
		return nil
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}

// user returns who sends the request, or store.ErrNotFound.
func (a *site) user(r *http.Request) (store.User, error) {
	sum := a.sessions.Sum(r)
	if sum == nil {
		return store.User{}, store.ErrNotFound
	}
	return a.store.SessionUser(r.Context(), sum)
}

// actor is who sends the request, and from where.
func (a *site) actor(r *http.Request, user store.User) store.Actor {
	return store.Actor{UserID: user.ID, Name: user.Name, Address: a.proxies.Address(r).String(),
		Device: clipped(r.UserAgent(), headerLength)}
}

// person is who is signed in; only for handlers that allow has let through.
func person(r *http.Request) store.User {
	return r.Context().Value(personKey{}).(store.User)
}

// viewer is the person as pages see them.
func (a *site) viewer(r *http.Request, user store.User) views.Viewer {
	return views.Viewer{User: user, Zone: zone(r), Now: a.now(), Names: a.namesFor(user), Database: a.database,
		Sends: a.textlink != nil}
}

// zone is the browser's time zone, which time.js leaves in a cookie; UTC until it did.
func zone(r *http.Request) *time.Location {
	cookie, err := r.Cookie("zone")
	if err != nil {
		return time.UTC
	}
	name, err := url.PathUnescape(cookie.Value)
	if err != nil {
		return time.UTC
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return time.UTC
	}
	return zone
}
