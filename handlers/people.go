package handlers

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

func (a *team) showPeople(w http.ResponseWriter, r *http.Request) error {
	return a.peoplePage(w, r, http.StatusOK, views.People{Invite: views.AccessForm{User: store.User{Role: store.Agent}}})
}

// invite adds a person and shows the link this once by which they choose a password.
func (a *team) invite(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	page := views.People{Invite: readAccess(form)}
	page.Invite.Name = text.CleanName(form.Get("username"))
	if wrong := CheckName(page.Invite.Name); wrong != "" {
		page.Invite.Error = wrong
	}
	if page.Invite.Error != "" {
		return a.peoplePage(w, r, http.StatusUnprocessableEntity, page)
	}
	address, sum, expires := a.signIn.newLink()
	_, err = a.store.Invite(r.Context(), page.Invite.User, sum, expires)
	if errors.Is(err, store.ErrExists) {
		page.Invite.Error = "Somebody has this user name already. Choose another one."
		return a.peoplePage(w, r, http.StatusUnprocessableEntity, page)
	}
	if err != nil {
		return err
	}
	made := views.MadeLink{Name: page.Invite.Name, Address: address}
	return a.peoplePage(w, r, http.StatusOK,
		views.People{Made: made, Invite: views.AccessForm{User: store.User{Role: store.Agent}}})
}

func (a *team) showPerson(w http.ResponseWriter, r *http.Request) error {
	return a.personPage(w, r, http.StatusOK, views.PersonForm{Saved: r.URL.Query().Has("saved")})
}

// setAccess decides what a person sees and may do; they sign in anew.
func (a *team) setAccess(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	access := readAccess(form)
	access.ID = id
	before, err := a.store.Person(r.Context(), id)
	if err != nil {
		return visible(err)
	}
	access.Name = before.Name
	if access.Error != "" {
		return a.personPage(w, r, http.StatusUnprocessableEntity, views.PersonForm{Access: &access})
	}
	return a.changePerson(w, r, func(ctx context.Context, _ int64) error { return a.store.SetAccess(ctx, access.User) })
}

func (a *team) disablePerson(w http.ResponseWriter, r *http.Request) error {
	return a.changePerson(w, r, a.store.Disable)
}

func (a *team) enablePerson(w http.ResponseWriter, r *http.Request) error {
	return a.changePerson(w, r, a.store.Enable)
}

func (a *team) endPersonSessions(w http.ResponseWriter, r *http.Request) error {
	return a.changePerson(w, r, a.store.EndAllSessions)
}

func (a *team) removePersonFactor(w http.ResponseWriter, r *http.Request) error {
	return a.changePerson(w, r, a.store.RemoveFactor)
}

// changePerson does something to the person whom the address names and goes back to their page.
func (a *team) changePerson(w http.ResponseWriter, r *http.Request, do func(context.Context, int64) error) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	err = do(r.Context(), id)
	if errors.Is(err, store.ErrLastAdmin) {
		return a.personPage(w, r, http.StatusConflict,
			views.PersonForm{Error: "Nothing was changed: this is the only active admin. Make somebody else an admin first."})
	}
	if err != nil {
		return visible(err)
	}
	http.Redirect(w, r, views.PersonURL(id)+"?saved", http.StatusSeeOther)
	return nil
}

// linkPerson shows the link this once by which a person chooses a new password.
func (a *team) linkPerson(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	address, sum, expires := a.signIn.newLink()
	err = a.store.AddLink(r.Context(), id, sum, expires)
	if errors.Is(err, store.ErrDisabled) {
		return a.personPage(w, r, http.StatusConflict,
			views.PersonForm{Error: "No link was made: this person is disabled. Enable them first."})
	}
	if err != nil {
		return visible(err)
	}
	return a.personPage(w, r, http.StatusOK, views.PersonForm{Made: address})
}

// readAccess reads what an admin decides about a person.
func readAccess(form url.Values) views.AccessForm {
	access := views.AccessForm{More: form.Get("more")}
	access.Role, access.All = store.Role(form.Get("role")), form.Get("sees") == "all"
	access.ReadOnly, access.NeedsFactor = form.Get("may") == "read", form.Get("factor") == "required"
	access.Subusers, access.Error = readSubusers(form)
	switch {
	case access.Error != "":
	case access.Role != store.Admin && access.Role != store.Agent:
		access.Error = "Choose what the person is: an agent or an admin."
	case access.Role == store.Agent && !access.All && len(access.Subusers) == 0:
		access.Error = "Choose at least one subuser: this agent would see nothing."
	}
	return access
}

// readSubusers are those that are ticked and those that were typed, and what is wrong with them.
func readSubusers(form url.Values) (chosen []store.SubuserID, wrong string) {
	words := append(slices.Clone(form["subuser"]), strings.FieldsFunc(form.Get("more"), func(r rune) bool {
		return r == ',' || r == ' '
	})...)
	for _, word := range words {
		id, err := store.ParseSubuserID(strings.ToLower(word))
		if err != nil || id < 0 {
			return chosen, "“" + word + "” is no subuser. Write the numbers that TextLink gives them, like 6, 12."
		}
		if !slices.Contains(chosen, id) {
			chosen = append(chosen, id)
		}
	}
	return chosen, ""
}

// peoplePart is how many people stand on a page.
const peoplePart = 100

func (a *team) peoplePage(w http.ResponseWriter, r *http.Request, status int, page views.People) error {
	var err error
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	q := r.URL.Query()
	page.Find = strings.TrimSpace(q.Get("find"))
	if page.People, page.Next, err = a.store.Staff(r.Context(), page.Find, q.Get("after"), peoplePart); err != nil {
		return err
	}
	if page.Invite.Choices, err = a.subusers(r.Context(), page.Invite.Subusers); err != nil {
		return err
	}
	page.Viewer = a.viewer(r, person(r))
	return web.Render(w, r, status, views.PeoplePage(page))
}

// personPage shows a person as they are in the store, around what the page says already.
func (a *team) personPage(w http.ResponseWriter, r *http.Request, status int, page views.PersonForm) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	if page.Person, err = a.store.Person(r.Context(), id); err != nil {
		return visible(err)
	}
	if page.Access == nil {
		page.Access = &views.AccessForm{User: page.Person.User}
	}
	if page.Access.Choices, err = a.subusers(r.Context(), page.Access.Subusers); err != nil {
		return err
	}
	page.Viewer = a.viewer(r, person(r))
	return web.Render(w, r, status, views.PersonPage(page))
}

// subusers are those that can be ticked: all that are known, by number, and those that are chosen.
func (a *site) subusers(ctx context.Context, chosen []store.SubuserID) ([]store.SubuserID, error) {
	all := map[store.SubuserID]bool{store.Main: true}
	counts, err := a.store.Counts(ctx, store.Everything, 0)
	for _, c := range counts.Subusers {
		all[c.Subuser] = true
	}
	for id := range a.names.Load().Subusers {
		all[id] = true
	}
	for _, id := range chosen {
		all[id] = true
	}
	return slices.Sorted(maps.Keys(all)), err
}
