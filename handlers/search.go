package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"tagline/handlers/live"
	"tagline/store"
	"tagline/store/text"
	"tagline/views"
	"tagline/web"
)

const (
	mostSuggested    = 12  // tags or subusers that a search can be narrowed to
	longestSuggested = 200 // bytes of such a tag
)

// showSearch answers with the main screen, what was found in place of the list; or with older messages.
func (a *conversations) showSearch(w http.ResponseWriter, r *http.Request) error {
	if err := a.limitSearch(w, r); err != nil {
		return err
	}
	before := int64(0)
	if s := r.URL.Query().Get("before"); s != "" {
		var err error
		if before, err = strconv.ParseInt(s, 10, 64); err != nil || before < 0 {
			return web.BadRequest("Search again from the start.")
		}
	}
	viewer, p := a.viewer(r, person(r)), parsePage(r.URL, zone(r))
	if before != 0 {
		search, err := a.search(r.Context(), viewer, p.Filter, before)
		if err != nil {
			return err
		}
		if r.Header.Get("HX-Request") != "" {
			return web.Render(w, r, http.StatusOK, views.MoreResults(viewer, p.Filter, *search))
		}
	}
	inbox, err := a.inbox(r.Context(), viewer, p)
	if err != nil {
		return err
	}
	if before != 0 {
		if inbox.Search, err = a.search(r.Context(), viewer, p.Filter, before); err != nil {
			return err
		}
	}
	return web.Render(w, r, http.StatusOK, views.InboxPage(inbox))
}

// limitSearch refuses the searches of somebody who asks for more than fingers can type.
func (a *conversations) limitSearch(w http.ResponseWriter, r *http.Request) error {
	ok, wait := a.limits.search.Allow(strconv.FormatInt(person(r).ID, 10))
	if ok {
		return nil
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())+1))
	return &web.Error{Status: http.StatusTooManyRequests, Title: "Too many searches at once",
		Advice: "Wait a few seconds, then search again."}
}

// showResults answers with what the list shows while somebody types: what was found, or the list again when nothing is
// left to search for. The address follows; each search is one step back.
func (a *conversations) showResults(w http.ResponseWriter, r *http.Request) error {
	if err := a.limitSearch(w, r); err != nil {
		return err
	}
	viewer, f := a.viewer(r, person(r)), parseFilter(r.URL.Query(), zone(r))
	from := live.Page{}
	if u, err := url.Parse(r.Header.Get("HX-Current-URL")); err == nil {
		from = parsePage(u, viewer.Zone)
	}
	inbox := views.Inbox{Viewer: viewer, Filter: f}
	var err error
	if f.Text == "" {
		inbox, err = a.inbox(r.Context(), viewer, live.Page{Kind: live.InboxPage, Filter: f})
	} else {
		inbox.Search, err = a.search(r.Context(), viewer, f, 0)
	}
	if err == nil {
		inbox.SIMCards, err = a.simCards(r.Context(), viewer.User.Scope())
	}
	if err != nil {
		return err
	}
	inbox.List.Open = from.Conversation
	address := views.InboxURL(f)
	if from.Conversation != 0 {
		address = views.ConversationURL(from.Conversation, f)
	}
	header := "HX-Push-Url"
	if from.Searching {
		header = "HX-Replace-Url"
	}
	w.Header().Set(header, address)
	return web.Render(w, r, http.StatusOK, views.ListChanged(inbox))
}

// search gathers what is found before the message (0: from the newest on), and what it can be narrowed to.
func (a *conversations) search(ctx context.Context, viewer views.Viewer, f store.Filter,
	before int64) (*views.Search, error) {
	scope, terms := viewer.User.Scope(), text.ParseTerms(f.Text)
	found, err := a.store.Search(ctx, scope, viewer.User.ID, terms, f, before)
	if err != nil {
		return nil, err
	}
	search := &views.Search{Terms: terms, Found: found}
	if found.Next != 0 {
		search.Older = views.WithQuery(views.InboxURL(f), "before", strconv.FormatInt(found.Next, 10))
	}
	if before != 0 || terms.Empty() {
		return search, nil
	}
	counts, err := a.store.Counts(ctx, scope, viewer.User.ID)
	if err != nil {
		return nil, err
	}
	for _, c := range counts.Tags {
		if len(search.Tags) < mostSuggested && len(c.Tag) <= longestSuggested && terms.Names(c.Tag) &&
			!slices.Contains(f.Tags, c.Tag) {
			search.Tags = append(search.Tags, c.Tag)
		}
	}
	for _, c := range counts.Subusers {
		if len(search.Subusers) < mostSuggested && terms.Names(viewer.SubuserName(c.Subuser)) &&
			!slices.Contains(f.Subusers, c.Subuser) {
			search.Subusers = append(search.Subusers, c.Subuser)
		}
	}
	return search, nil
}
