package handlers

import (
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tagline/store"
	"tagline/textlink"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

// maxReply is how long a reply may be, in SMS.
const maxReply = 10

// checkReply says what is wrong with the text of a reply, or "".
func checkReply(text string) string {
	switch {
	case textutil.Blank(text):
		return "Write something first."
	case textlink.Count(text).SMS > maxReply:
		return "A reply takes at most 10 SMS: 1,530 letters, or 670 where some need Unicode. Shorten it, or make it two."
	}
	return ""
}

// repliesOff says why the person cannot answer for the subuser and what to do, or "".
func (a *site) repliesOff(user store.User, subuser store.SubuserID) string {
	switch {
	case !user.CanReply():
		return "You may read here but not answer. An admin can change that."
	case a.textlink == nil && user.Role == store.Admin:
		return "To answer from here, start Tagline with TextLink's API key: --api-key-file FILE or TAGLINE_API_KEY."
	case a.textlink == nil:
		return "Answering from here is not turned on. An admin can: it takes TextLink's API key."
	case !a.textlink.Has(int64(subuser)):
		return "There is no API key for this subuser. An admin adds it beside the others, like 6=KEY."
	}
	return ""
}

// errNotSent is told where replies do not go out.
func errNotSent(why string) error {
	return &web.Error{Status: http.StatusConflict, Title: "This was not sent", Advice: why}
}

// addReply puts a reply into the outbox. What was typed comes back with the reason where it is not taken.
func (a *conversations) addReply(w http.ResponseWriter, r *http.Request) error {
	c, form, err := a.formAbout(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	composer, err := a.composer(r.Context(), user, c)
	if err != nil {
		return err
	}
	if composer.Off != "" {
		return errNotSent(composer.Off)
	}
	reply := store.NewReply{User: user.ID, Conversation: c.ID, Text: strings.TrimSpace(written(form.Get("text")))}
	reply.Draft = readDraft(form, reply.Text)
	reply.TextKey = textlink.TextKey(reply.Text)
	composer = composer.Holding(reply.Draft.Version)
	composer.Text, composer.Once = form.Get("text"), formOnce(form.Get("once"))
	composer.Page = reply.Draft.Page
	if composer.Error = checkReply(reply.Text); composer.Error == "" {
		composer.Error = readReply(form, &reply)
	}
	if composer.Error != "" {
		return a.askAgain(w, r, http.StatusUnprocessableEntity, composer)
	}
	composer.SIMCardID, composer.OptedOut = value(reply.SIMCardID), reply.DespiteOptOut
	if composer.Ask, composer.Placeholders = askAboutPlaceholders(reply.Text, form); composer.Ask != "" {
		return a.askAgain(w, r, http.StatusUnprocessableEntity, composer)
	}
	reply.CustomID = customIDOf(sendingSum(composer.Once, "reply", c.ID, reply.Text, reply.SIMCardID))
	_, err = a.store.AddReply(r.Context(), user.Scope(), reply)
	if errors.Is(err, store.ErrNewer) {
		composer.Ask = "Somebody has answered since you began to write. Read that, then send yours if it is still right."
		return a.askAgain(w, r, http.StatusUnprocessableEntity, composer)
	}
	if errors.Is(err, store.ErrOptedOut) {
		composer.Ask, composer.OptedOut = views.OptedOutQuestion, true
		return a.askAgain(w, r, http.StatusUnprocessableEntity, composer)
	}
	if err != nil {
		return visible(err)
	}
	if byScript(r) {
		return a.freshComposer(w, r, composer)
	}
	http.Redirect(w, r, views.ConversationURL(c.ID, store.Filter{}), http.StatusSeeOther)
	return nil
}

// freshComposer answers with the form for the next reply. Drafts of other pages stand beside it.
func (a *conversations) freshComposer(w http.ResponseWriter, r *http.Request, sent views.Composer) error {
	user := person(r)
	others, err := a.store.Drafts(r.Context(), user.Scope(), user.ID, sent.Conversation.ID)
	if err != nil {
		return err
	}
	fresh := views.Composer{Conversation: sent.Conversation, SIMCardID: sent.SIMCardID, SIMCards: sent.SIMCards,
		Seen: sent.Seen, Once: rand.Text(), Others: others}
	fresh.Page = fresh.Once
	return web.Render(w, r, http.StatusOK, views.ReplyAnswered(a.viewer(r, user), fresh))
}

// readReply reads what the form says besides the text. It returns what is wrong, or "".
func readReply(form url.Values, to *store.NewReply) string {
	sim, ok := simCard(form)
	if !ok {
		return "Choose a SIM card from the list."
	}
	to.SIMCardID, to.DespiteOptOut = sim, despiteOptOut(form)
	if seen := form.Get("seen"); seen != "" {
		var err error
		if to.Seen, err = strconv.ParseInt(seen, 10, 64); err != nil {
			return "Reload the conversation and try again; what you wrote is kept."
		}
	}
	return ""
}

// simCard reads the field sim_card_id; none or 0 leaves the choice to TextLink.
func simCard(form url.Values) (*int64, bool) {
	field := form.Get("sim_card_id")
	if field == "" || field == "0" {
		return nil, true
	}
	id, err := strconv.ParseInt(field, 10, 64)
	return &id, err == nil && id > 0
}

func value(id *int64) int64 {
	if id == nil {
		return 0
	}
	return *id
}

// askAgain shows the composer with what was typed and why it came back.
func (a *conversations) askAgain(w http.ResponseWriter, r *http.Request, status int, c views.Composer) error {
	if byScript(r) {
		return web.Render(w, r, status, views.ReplyAnswered(a.viewer(r, person(r)), c))
	}
	return web.Render(w, r, status, views.ReplyPage(a.viewer(r, person(r)), c))
}

func (a *conversations) retryMessage(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	if despiteOptOut(form) {
		return a.retryDespiteOptOut(w, r, form, id)
	}
	return a.retry(w, r, form, []int64{id})
}

// retryFailures tries the failures again that the form names.
func (a *conversations) retryFailures(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	ids, err := namedMessages(form)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return a.answer(w, r, a.back(r), views.Toast{Words: "Select a failure first."})
	}
	return a.retry(w, r, form, ids)
}

func (a *conversations) retry(w http.ResponseWriter, r *http.Request, form url.Values, ids []int64) error {
	user := person(r)
	sim, ok := simCard(form)
	if !ok {
		return web.BadRequest("Reload the page and choose a SIM card from the list.")
	}
	if err := a.mayRetry(r, user, ids[0]); err != nil {
		return err
	}
	n, optedOut, err := a.store.Retry(r.Context(), user.Scope(), user.ID, sim, customID, ids...)
	if errors.Is(err, store.ErrOptedOut) {
		return a.askRetry(w, r, value(sim), optedOut, ids)
	}
	return a.retried(w, r, err, views.RetriedToast(n, optedOut, len(ids)))
}

// retried answers after messages were tried again, or says why they were not.
func (a *conversations) retried(w http.ResponseWriter, r *http.Request, err error, toast views.Toast) error {
	switch {
	case errors.Is(err, store.ErrUnderWay) && byScript(r):
		return web.Render(w, r, http.StatusUnprocessableEntity,
			views.Toasted(views.Toast{Words: "Nothing to do: it was tried again already."}))
	case errors.Is(err, store.ErrUnderWay):
		return &web.Error{Status: http.StatusConflict, Title: "Nothing to do",
			Advice: "It was tried again already. Open the conversation to see how that went."}
	case err != nil:
		return visible(err)
	}
	return a.answer(w, r, a.back(r), toast)
}

// mayRetry refuses where replies do not go out; what may not be seen is not found first.
func (a *conversations) mayRetry(r *http.Request, user store.User, message int64) error {
	c, err := a.store.ConversationOfMessage(r.Context(), user.Scope(), user.ID, message)
	if err != nil {
		return visible(err)
	}
	if off := a.repliesOff(user, c.Subuser); off != "" {
		return errNotSent(off)
	}
	return nil
}

// dismissMessage closes the failure of one message, or leaves it at not knowing.
func (a *conversations) dismissMessage(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	return a.dismissAll(w, r, true, []int64{id})
}
