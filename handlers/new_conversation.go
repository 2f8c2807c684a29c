package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tagline/store"
	"tagline/textlink"
	"tagline/views"
	"tagline/web"
)

func (a *conversations) showNewConversation(w http.ResponseWriter, r *http.Request) error {
	form, err := a.newConversation(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	form.Number, form.Once = strings.TrimSpace(withPlus(q.Get("number"))), rand.Text()
	if subuser, err := store.ParseSubuserID(q.Get("subuser")); err == nil && slices.Contains(form.Subusers, subuser) {
		form.Subuser = subuser
	}
	return web.Render(w, r, http.StatusOK, views.NewConversationPage(form))
}

// newConversation is the form as it opens: the subusers that the person may write for, and the SIM cards of those.
func (a *conversations) newConversation(r *http.Request) (form views.NewConversation, err error) {
	form.Viewer = a.viewer(r, person(r))
	user := form.Viewer.User
	if form.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return form, err
	}
	own, err := a.ownSubusers(r.Context(), user)
	if err != nil {
		return form, err
	}
	form.Off = "You see no subuser yet, so there is none to write for. An admin can change that."
	for _, subuser := range own {
		if off := a.repliesOff(user, subuser); off == "" {
			form.Subusers = append(form.Subusers, subuser)
		} else if form.Off = off; a.textlink == nil {
			break
		}
	}
	if len(form.Subusers) == 0 {
		return form, nil
	}
	form.Off, form.Subuser = "", form.Subusers[0]
	form.SIMCards, err = a.simCards(r.Context(), store.Scope{Subusers: form.Subusers})
	return form, err
}

// ownSubusers are those that the person sees, ascending: all that are granted, or for who sees everything the main
// account and all that have occurred.
func (a *conversations) ownSubusers(ctx context.Context, user store.User) ([]store.SubuserID, error) {
	scope := user.Scope()
	if !scope.All {
		return slices.Sorted(slices.Values(scope.Subusers)), nil
	}
	counts, err := a.store.CommonCounts(ctx, scope)
	all := []store.SubuserID{store.Main}
	for _, c := range counts.Subusers {
		all = append(all, c.Subuser)
	}
	slices.Sort(all)
	return slices.Compact(all), err
}

// startConversation puts a message to a number into the outbox. What was typed comes back with the reason where it is
// not taken.
func (a *conversations) startConversation(w http.ResponseWriter, r *http.Request) error {
	typed, err := readForm(w, r)
	if err != nil {
		return err
	}
	form, err := a.newConversation(r)
	if err != nil {
		return err
	}
	if form.Off != "" {
		return errNotSent(form.Off)
	}
	start, err := a.readStart(r.Context(), &form, typed)
	if err != nil {
		return err
	}
	if form.Error == "" {
		form.Ask, form.Placeholders = askAboutPlaceholders(start.Text, typed)
	}
	if form.Error != "" || form.Ask != "" {
		return web.Render(w, r, http.StatusUnprocessableEntity, views.NewConversationPage(form))
	}
	user := form.Viewer.User
	start.User = user.ID
	id, err := a.store.StartConversation(r.Context(), user.Scope(), start)
	if errors.Is(err, store.ErrOptedOut) {
		form.Ask, form.OptedOut = views.OptedOutQuestion, true
		return web.Render(w, r, http.StatusUnprocessableEntity, views.NewConversationPage(form))
	}
	if err != nil {
		return visible(err)
	}
	http.Redirect(w, r, views.ConversationURL(id, store.Filter{}), http.StatusSeeOther)
	return nil
}

// readStart reads what was typed into the form, which says afterwards what is wrong with it.
func (a *conversations) readStart(ctx context.Context, form *views.NewConversation,
	typed url.Values) (start store.Start, err error) {
	form.Number, form.Text, form.Once = typed.Get("number"), typed.Get("text"), formOnce(typed.Get("once"))
	refuse := func(field, why string) {
		if form.Error == "" && why != "" {
			form.Error, form.Wrong = why, field
		}
	}
	var wrong string
	if start.PhoneNumber, wrong, err = a.recipient(ctx, form.Viewer.User, form.Number); err != nil {
		return start, err
	}
	refuse("number", wrong)
	if form.Subuser, err = store.ParseSubuserID(typed.Get("subuser")); err != nil && len(form.Subusers) == 1 {
		form.Subuser, err = form.Subusers[0], nil
	}
	if err != nil || !slices.Contains(form.Subusers, form.Subuser) {
		refuse("subuser", "Choose a subuser from the list.")
		form.Subuser = form.Subusers[0]
	}
	start.Subuser, start.DespiteOptOut = form.Subuser, despiteOptOut(typed)
	form.OptedOut = start.DespiteOptOut
	if start.SIMCardID, wrong, err = a.readStartSIM(ctx, form.Subuser, typed); err != nil {
		return start, err
	}
	form.SIMCardID = value(start.SIMCardID)
	refuse("sim_card_id", wrong)
	start.Text = strings.TrimSpace(written(form.Text))
	start.TextKey = textlink.TextKey(start.Text)
	refuse("text", checkReply(start.Text))
	start.CustomID = customIDOf(sendingSum(form.Once, "start", start.Subuser, start.PhoneNumber,
		start.Text, start.SIMCardID))
	return start, nil
}

// readStartSIM reads through which SIM card it goes, and says why that is none of the subuser's.
func (a *conversations) readStartSIM(ctx context.Context, subuser store.SubuserID,
	typed url.Values) (sim *int64, wrong string, err error) {
	sim, ok := simCard(typed)
	if !ok {
		return nil, "Choose a SIM card from the list.", nil
	}
	if sim == nil {
		return nil, "", nil
	}
	cards, err := a.simCards(ctx, store.Scope{Subusers: []store.SubuserID{subuser}})
	if err == nil && !slices.Contains(cards, *sim) {
		wrong = "This SIM card has sent nothing for that subuser yet. Choose another one, or leave it to TextLink."
	}
	return sim, wrong, err
}
