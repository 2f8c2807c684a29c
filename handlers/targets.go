package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tagline/jobs"
	"tagline/store"
	"tagline/textlink"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

const (
	mostTargets  = 20
	maxTargetURL = 2000
	maxSecret    = 200
	callsShown   = 50 // of a target's log at once
)

func (a *destinations) showTargets(w http.ResponseWriter, r *http.Request) error {
	return a.targetsPage(w, r, http.StatusOK, views.TargetForm{Target: store.Target{Kinds: store.Kinds}, All: true})
}

func (a *destinations) targetsPage(w http.ResponseWriter, r *http.Request, status int,
	form views.TargetForm) (err error) {
	page := views.Targets{Viewer: a.viewer(r, person(r)), New: form}
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	if page.Targets, err = a.store.Targets(r.Context()); err != nil {
		return err
	}
	if page.New.Choices, err = a.subusers(r.Context(), form.Subusers); err != nil {
		return err
	}
	return web.Render(w, r, status, views.TargetsPage(page))
}

func (a *destinations) addTarget(w http.ResponseWriter, r *http.Request) error {
	typed, err := readForm(w, r)
	if err != nil {
		return err
	}
	form := readTarget(typed)
	all, err := a.store.Targets(r.Context())
	if err != nil {
		return err
	}
	if form.Error == "" && len(all) >= mostTargets {
		form.Error = fmt.Sprintf("There are %d targets already. Delete one first.", mostTargets)
	}
	if form.Error != "" {
		return a.targetsPage(w, r, http.StatusUnprocessableEntity, form)
	}
	form.SigningKey = jobs.NewSigningKey()
	id, err := a.store.AddTarget(r.Context(), form.Target)
	if err != nil {
		return err
	}
	http.Redirect(w, r, views.TargetURL(id)+"?saved", http.StatusSeeOther)
	return nil
}

// readTarget reads what an admin decides about a target, and what is wrong with it.
func readTarget(typed url.Values) views.TargetForm {
	form := views.TargetForm{All: typed.Get("sees") == "all", More: typed.Get("more")}
	form.Name, form.URL, form.Secret = textutil.Label(typed.Get("name")),
		strings.TrimSpace(typed.Get("url")), typed.Get("secret")
	form.Nearby = typed.Get("nearby") == "yes"
	for _, kind := range store.Kinds {
		if slices.Contains(typed["kind"], string(kind)) {
			form.Kinds = append(form.Kinds, kind)
		}
	}
	chosen, wrong := readSubusers(typed)
	form.Subusers = chosen
	switch {
	case form.Name == "" || utf8.RuneCountInString(form.Name) > maxName:
		form.Error = "Give it a name of at most 60 characters."
	case wrongTarget(form.URL, form.Nearby) != "":
		form.Error = wrongTarget(form.URL, form.Nearby)
	case len(form.Kinds) == 0:
		form.Error = "Choose at least one webhook."
	case wrong != "":
		form.Error = wrong
	case !form.All && len(chosen) == 0:
		form.Error = "Choose at least one subuser, or all."
	case utf8.RuneCountInString(form.Secret) > maxSecret:
		form.Error = "The secret has more than 200 characters. Copy it again."
	}
	if form.All {
		form.Subusers, form.More = nil, ""
	}
	return form
}

// wrongTarget says what is wrong with an address that is to be called, "" if nothing is.
func wrongTarget(address string, nearby bool) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || len(address) > maxTargetURL:
		return "Write the whole address, like https://hooks.example.com/abc."
	case !web.UsablePort(u.Port()):
		return "Write a port from 1 to 65535, or none."
	case u.User != nil || u.Fragment != "":
		return "Write the address without a name, a password or a part after #."
	case u.Scheme == "http" && !nearby:
		return "Write an address with https: what people write would be sent in clear. In a network of your own, allow it " +
			"below."
	case !nearby && strings.EqualFold(strings.TrimSuffix(u.Hostname(), "."), "localhost"):
		return "This is an address of this machine. If this is meant, allow it below."
	}
	return ""
}

func (a *destinations) showTarget(w http.ResponseWriter, r *http.Request) error {
	return a.targetPage(w, r, http.StatusOK,
		views.TargetPageProps{Saved: r.URL.Query().Has("saved"), Again: againWords(r.URL.Query())})
}

// againWords says what was put back into the queue before the page was led to.
func againWords(query url.Values) string {
	if !query.Has("again") {
		return ""
	}
	if n, err := strconv.Atoi(query.Get("again")); err == nil {
		return fmt.Sprintf("Sent again: %d.", n)
	}
	return "Everything since then is being sent again."
}

// targetPage shows a target as it is in the store, around what the page says already.
func (a *destinations) targetPage(w http.ResponseWriter, r *http.Request, status int,
	page views.TargetPageProps) error {
	if err := a.readTargetPage(r, &page); err != nil {
		return err
	}
	if page.Form == nil {
		page.Form = &views.TargetForm{Target: page.Target, All: len(page.Target.Subusers) == 0}
	}
	var err error
	if page.Form.Choices, err = a.subusers(r.Context(), page.Form.Subusers); err != nil {
		return err
	}
	before, _ := idParameter(r.URL.Query(), "before") // none is from the newest
	if page.Attempts, err = a.store.ForwardAttempts(r.Context(), page.Target.ID, 0, before, callsShown+1); err != nil {
		return err
	}
	if len(page.Attempts) > callsShown {
		page.Attempts = page.Attempts[:callsShown]
		page.Older = views.TargetURL(page.Target.ID) + "?before=" + strconv.FormatInt(page.Attempts[callsShown-1].ID, 10)
	}
	if len(page.Attempts) > 0 && before == 0 {
		page.Newest = page.Attempts[0].ID
	}
	return web.Render(w, r, status, views.TargetPage(page))
}

func (a *destinations) readTargetPage(r *http.Request, page *views.TargetPageProps) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if page.Change, err = a.store.ChangeNumber(r.Context()); err != nil {
		return err
	}
	page.Viewer = a.viewer(r, person(r))
	page.Target, err = a.store.Target(r.Context(), id)
	return visible(err)
}

// showTargetNews is what a page asks for that shows older calls.
func (a *destinations) showTargetNews(w http.ResponseWriter, r *http.Request) error {
	var page views.TargetPageProps
	if err := a.readTargetPage(r, &page); err != nil {
		return err
	}
	after, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
	if err != nil || after < 0 {
		return web.BadRequest("Reload the page.")
	}
	if page.Attempts, err = a.store.ForwardAttempts(r.Context(), page.Target.ID, after, 0, callsShown); err != nil {
		return err
	}
	page.Newest = after
	if len(page.Attempts) > 0 {
		page.Newest = page.Attempts[0].ID
	}
	return web.Render(w, r, http.StatusOK, views.TargetNews(page))
}

func (a *destinations) changeTarget(w http.ResponseWriter, r *http.Request) error {
	typed, err := readForm(w, r)
	if err != nil {
		return err
	}
	form := readTarget(typed)
	if form.ID, err = pathID(r, "id"); err != nil {
		return err
	}
	if form.Error != "" {
		return a.targetPage(w, r, http.StatusUnprocessableEntity, views.TargetPageProps{Form: &form})
	}
	return a.toTarget(w, r, "?saved", func(ctx context.Context, _ int64) error {
		return a.store.ChangeTarget(ctx, form.Target)
	})
}

func (a *destinations) pauseTarget(w http.ResponseWriter, r *http.Request) error {
	return a.toTarget(w, r, "?saved", a.store.PauseTarget)
}

func (a *destinations) resumeTarget(w http.ResponseWriter, r *http.Request) error {
	return a.toTarget(w, r, "?saved", a.store.ResumeTarget)
}

// toTarget does something to a target and leads back to it.
func (a *destinations) toTarget(w http.ResponseWriter, r *http.Request, then string,
	do func(context.Context, int64) error) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := do(r.Context(), id); err != nil {
		return visible(err)
	}
	http.Redirect(w, r, views.TargetURL(id)+then, http.StatusSeeOther)
	return nil
}

func (a *destinations) deleteTarget(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	if err := a.store.DeleteTarget(r.Context(), id); err != nil {
		return visible(err)
	}
	http.Redirect(w, r, "/settings/targets", http.StatusSeeOther)
	return nil
}

// testTarget calls a target once with TextLink's sample, at once, also while it is paused.
func (a *destinations) testTarget(w http.ResponseWriter, r *http.Request) error {
	var page views.TargetPageProps
	if err := a.readTargetPage(r, &page); err != nil {
		return err
	}
	kind := store.KindReceived
	if !slices.Contains(page.Target.Kinds, kind) {
		kind = page.Target.Kinds[0]
	}
	sample := store.Delivery{Kind: kind, Body: textlink.Sample(textlink.Kind(kind), a.now())}
	tried := a.caller.Post(r.Context(), page.Target, sample)
	if err := a.store.NoteSample(context.WithoutCancel(r.Context()), page.Target.ID, tried.ForwardAttempt); err != nil {
		return err
	}
	page.Sample = &tried.ForwardAttempt
	return a.targetPage(w, r, http.StatusOK, page)
}

// sendAgain puts what is ticked back into the queue, or everything since a time.
func (a *destinations) sendAgain(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	if form.Has("since") {
		at, err := store.MomentAt(form.Get("since"), zone(r))
		if err != nil {
			return a.targetPage(w, r, http.StatusUnprocessableEntity,
				views.TargetPageProps{Since: form.Get("since"),
					Error: "Nothing was sent again: write the day and the time from when on."})
		}
		return a.toTarget(w, r, "?again", func(ctx context.Context, id int64) error {
			return a.store.ForwardSince(ctx, id, at.UnixMilli())
		})
	}
	var ticked []int64
	for _, word := range form["delivery"] {
		if id, err := strconv.ParseInt(word, 10, 64); err == nil {
			ticked = append(ticked, id)
		}
	}
	if len(ticked) == 0 {
		return a.targetPage(w, r, http.StatusUnprocessableEntity,
			views.TargetPageProps{Error: "Nothing was sent again: tick what it is to get once more."})
	}
	id, err := pathID(r, "id")
	if err != nil {
		return err
	}
	n, err := a.store.ForwardAgain(r.Context(), id, ticked)
	if err != nil {
		return visible(err)
	}
	http.Redirect(w, r, views.TargetURL(id)+"?again="+strconv.Itoa(n), http.StatusSeeOther)
	return nil
}
