package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

// maxOptWords is how many words of their own admins keep, each way.
const maxOptWords = 50

// despiteOptOut tells whether a form was sent after the question whether it goes out although the contact opted out.
func despiteOptOut(form url.Values) bool { return form.Get("opted_out") == "send" }

func (a *conversations) markOptedOut(w http.ResponseWriter, r *http.Request) error {
	return a.setOptedOut(w, r, true)
}

func (a *conversations) clearOptOut(w http.ResponseWriter, r *http.Request) error {
	return a.setOptedOut(w, r, false)
}

func (a *conversations) setOptedOut(w http.ResponseWriter, r *http.Request, out bool) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.MarkOptedOut(r.Context(), person(r).Scope(), out, id); err != nil {
		return visible(err)
	}
	return a.answer(w, r, views.ConversationURL(id, store.Filter{}), views.OptedOutToast(out, id))
}

// askRetry asks whether a message goes out once more although its contact opted out. Of many none does.
func (a *conversations) askRetry(w http.ResponseWriter, r *http.Request, simCard int64,
	optedOut int, ids []int64) error {
	user := person(r)
	switch {
	case len(ids) > 1 && byScript(r):
		return web.Render(w, r, http.StatusUnprocessableEntity, views.Toasted(views.LeftAloneToast(optedOut)))
	case len(ids) > 1:
		return errNotSent(views.LeftAloneToast(optedOut).Words)
	case byScript(r):
		return web.Render(w, r, http.StatusUnprocessableEntity, views.Toasted(views.RetryQuestion(ids[0], simCard)))
	}
	c, err := a.store.ConversationOfMessage(r.Context(), user.Scope(), user.ID, ids[0])
	if err != nil {
		return visible(err)
	}
	return web.Render(w, r, http.StatusUnprocessableEntity, views.RetryPage(c.ID, ids[0], simCard))
}

// retryDespiteOptOut tries a message again after that question.
func (a *conversations) retryDespiteOptOut(w http.ResponseWriter, r *http.Request, form url.Values, id int64) error {
	user := person(r)
	sim, ok := simCard(form)
	if !ok {
		return web.BadRequest("Reload the page and choose a SIM card from the list.")
	}
	c, err := a.store.ConversationOfMessage(r.Context(), user.Scope(), user.ID, id)
	if err != nil {
		return visible(err)
	}
	if off := a.repliesOff(user, c.Subuser); off != "" {
		return errNotSent(off)
	}
	err = a.store.RetryDespiteOptOut(r.Context(), user.Scope(), user.ID, sim, customID, id)
	if !byScript(r) && err == nil { // the form stood on a page of its own
		http.Redirect(w, r, views.ConversationURL(c.ID, store.Filter{}), http.StatusSeeOther)
		return nil
	}
	return a.retried(w, r, err, views.RetriedToast(1, 0, 1))
}

func (a *conversations) showOptOut(w http.ResponseWriter, r *http.Request) error {
	words, err := a.store.OptWords(r.Context())
	if err != nil {
		return err
	}
	page := views.OptOut{Out: strings.Join(words.Out, "\n"), In: strings.Join(words.In, "\n"),
		Saved: r.URL.Query().Has("saved")}
	return a.optOutPage(w, r, http.StatusOK, page)
}

func (a *conversations) optOutPage(w http.ResponseWriter, r *http.Request, status int, page views.OptOut) (err error) {
	page.Viewer = a.viewer(r, person(r))
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	return web.Render(w, r, status, views.OptOutPage(page))
}

// saveOptWords takes the words of the form. What was typed comes back with the reason where it is not taken.
func (a *conversations) saveOptWords(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	page := views.OptOut{Out: form.Get("out"), In: form.Get("in")}
	taken := map[string]string{}
	refuse := func(field, why string) {
		if page.Error == "" && why != "" {
			page.Error, page.Wrong = why, field
		}
	}
	out, wrong := readOptWords(page.Out, taken)
	refuse("out", wrong)
	in, wrong := readOptWords(page.In, taken)
	refuse("in", wrong)
	if page.Error != "" {
		return a.optOutPage(w, r, http.StatusUnprocessableEntity, page)
	}
	if err := a.store.SetOptWords(r.Context(), store.OptWords{Out: out, In: in}); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/opt-out?saved", http.StatusSeeOther)
	return nil
}

// readOptWords reads words that stand one a line, and says what is wrong with them, or "". taken has those that were
// read before, as texts are compared with them.
func readOptWords(typed string, taken map[string]string) (words []string, wrong string) {
	for line := range strings.Lines(typed) {
		word := plainTitle(line)
		if word == "" {
			continue
		}
		key := text.OptWord(word)
		common, _ := text.CommonOptWord(key)
		switch {
		case key == "":
			return nil, fmt.Sprintf("“%s” has no letter or digit, so no message can be just that. Nothing was saved yet.", word)
		case utf8.RuneCountInString(word) > text.LongestOptWord:
			return nil, fmt.Sprintf("“%s…” is too long. A word has at most %d characters. Nothing was saved yet.",
				string([]rune(word)[:20]), text.LongestOptWord)
		case common:
			return nil, fmt.Sprintf("“%s” counts already, without being written here. Nothing was saved yet.", word)
		case taken[text.OptKey(key)] != "":
			return nil, fmt.Sprintf("“%s” and “%s” are the same word. Leave one out. Nothing was saved yet.",
				taken[text.OptKey(key)], word)
		}
		taken[text.OptKey(key)] = word
		words = append(words, word)
	}
	if len(words) > maxOptWords {
		return nil, fmt.Sprintf("There are more than %d words. Leave some out. Nothing was saved yet.", maxOptWords)
	}
	return words, ""
}
