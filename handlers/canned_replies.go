package handlers

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

const (
	maxCannedReplies = 200 // that one person keeps

	cannedRoom    = 1000     // bytes that a canned reply takes besides its text
	cannedChoices = 64 << 10 // bytes of choices below a composer
	cannedPage    = 96 << 10 // bytes of canned replies on their page
)

// showCannedChoices answers with what can be put into the composer of a conversation.
func (a *settings) showCannedChoices(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	user := person(r)
	c, err := a.store.Conversation(r.Context(), user.Scope(), user.ID, id)
	if err != nil {
		return visible(err)
	}
	all, err := a.store.CannedReplies(r.Context(), user.ID)
	if err != nil {
		return err
	}
	some, more := foundReplies(all, r.URL.Query().Get("find"), cannedChoices)
	return web.Render(w, r, http.StatusOK, views.CannedChoices(a.viewer(r, user), c, some, more))
}

// foundReplies are the first canned replies with the words in name or text, as many as a page can take, those first
// whose name begins with them; and whether there are more.
func foundReplies(all []store.CannedReply, words string, room int) (found []store.CannedReply, more bool) {
	finds := text.NameFinder(words)
	for _, begins := range []bool{true, false} {
		for _, c := range all {
			named, first := finds(c.Name)
			if within, _ := finds(c.Text); first != begins || !named && !within {
				continue
			}
			if room -= views.Weight(c.Text) + cannedRoom; room < 0 && len(found) > 0 {
				return found, true
			}
			found = append(found, c)
		}
	}
	return found, false
}

func (a *settings) showCannedReplies(w http.ResponseWriter, r *http.Request) error {
	return a.cannedRepliesPage(w, r, http.StatusOK, views.CannedReplies{Saved: r.URL.Query().Has("saved")})
}

// cannedRepliesPage shows all of them, with the form that came back if one did.
func (a *settings) cannedRepliesPage(w http.ResponseWriter, r *http.Request, status int,
	page views.CannedReplies) (err error) {
	page.Viewer = a.viewer(r, person(r))
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	all, err := a.store.CannedReplies(r.Context(), page.Viewer.User.ID)
	if err != nil {
		return err
	}
	page.Find = r.URL.Query().Get("find")
	page.All, page.More = foundReplies(all, page.Find, cannedPage)
	back := func(c store.CannedReply) bool { return page.Error != "" && c.ID == page.Typed.ID }
	if i := slices.IndexFunc(all, back); i >= 0 && page.More {
		page.All = all[i : i+1] // the form that came back
	}
	return web.Render(w, r, status, views.CannedRepliesPage(page))
}

// addCannedReply keeps a new one.
func (a *settings) addCannedReply(w http.ResponseWriter, r *http.Request) error {
	return a.saveCannedReply(w, r, 0, func(c store.CannedReply) error {
		return a.store.AddCannedReply(r.Context(), person(r), c)
	})
}

// changeCannedReply changes one that is there.
func (a *settings) changeCannedReply(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	return a.saveCannedReply(w, r, id, func(c store.CannedReply) error {
		return a.store.ChangeCannedReply(r.Context(), person(r), c)
	})
}

// saveCannedReply reads the form of a new one (0) or of that with the id, and saves it. What was typed comes back with
// the reason where it is not taken.
func (a *settings) saveCannedReply(w http.ResponseWriter, r *http.Request, id int64,
	save func(store.CannedReply) error) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	all, err := a.store.CannedReplies(r.Context(), person(r).ID)
	if err != nil {
		return err
	}
	if id != 0 &&
		!slices.ContainsFunc(all, func(c store.CannedReply) bool { return c.ID == id && c.ChangedBy(person(r)) }) {
		return web.NotFound()
	}
	typed := readCannedReply(form)
	typed.ID = id
	refused := checkCannedReply(typed)
	own := slices.DeleteFunc(all, func(c store.CannedReply) bool { return c.UserID != person(r).ID })
	if refused == "" && id == 0 && len(own) >= maxCannedReplies {
		refused = "You keep 200 canned replies, more are not possible. Delete one first."
	}
	if refused == "" {
		if err = save(typed); errors.Is(err, store.ErrExists) {
			refused, err = "There is one of that name already. Choose another name.", nil
		}
	}
	if err != nil {
		return visible(err)
	}
	if refused != "" {
		return a.cannedRepliesPage(w, r, http.StatusUnprocessableEntity, views.CannedReplies{Typed: typed, Error: refused})
	}
	http.Redirect(w, r, "/settings/replies?saved", http.StatusSeeOther)
	return nil
}

func readCannedReply(form url.Values) store.CannedReply {
	return store.CannedReply{
		Name:   plainTitle(strings.TrimLeft(strings.TrimSpace(form.Get("name")), "/")),
		Text:   strings.TrimSpace(written(form.Get("text"))),
		Shared: form.Get("shared") != "",
	}
}

// checkCannedReply says what is wrong with one, or "".
func checkCannedReply(c store.CannedReply) string {
	switch {
	case c.Name == "":
		return "Give it a name: what is typed after / to find it."
	case utf8.RuneCountInString(c.Name) > maxTitle:
		return "Choose a name of at most 40 characters."
	}
	return checkReply(c.Text)
}

func (a *settings) deleteCannedReply(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.DeleteCannedReply(r.Context(), person(r), id); err != nil {
		return visible(err)
	}
	http.Redirect(w, r, "/settings/replies", http.StatusSeeOther)
	return nil
}
