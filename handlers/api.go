package handlers

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tagline/store"
	"tagline/textlink"
	"tagline/textutil"
	"tagline/web"
)

// The API is for programs that act in a person's name, with a token instead of a session: the same lists and filters, the same
// scope. What it looks like is written in openapi.json, against which its answers are held in tests.

//go:embed openapi.json
var openAPI []byte

const (
	apiPrefix  = "/api/v1"
	tokenStart = "tagline_"
	maxAPIBody = 64 << 10
	apiPart    = 200 // rows of a list at most
	apiUsual   = 50
	apiBytes   = 1 << 20 // of the texts of a list
)

// problem is an error of the API (RFC 9457).
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
	Field  string `json:"field,omitempty"` // the parameter or field that is wrong
}

func (p *problem) Error() string { return p.Detail }

func refused(status int, detail string) *problem {
	return &problem{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail}
}

// wrong says what is wrong with a parameter or a field.
func wrong(status int, field, detail string) *problem {
	p := refused(status, detail)
	p.Field = field
	return p
}

// apiCall answers one call of the API in the person's name.
type apiCall func(w http.ResponseWriter, r *http.Request, user store.User) error

// handler is all of it. Without a token there is nothing but its description.
func (a *apiHandlers) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+apiPrefix+"/openapi.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(openAPI)
	})
	calls := map[string]map[string]apiCall{}
	for _, route := range a.apiRoutes() {
		method, path, _ := strings.Cut(route.pattern, " ")
		if calls[path] == nil {
			calls[path] = map[string]apiCall{}
		}
		calls[path][method] = route.call
	}
	for path, methods := range calls {
		mux.HandleFunc(apiPrefix+path, func(w http.ResponseWriter, r *http.Request) { a.callAPI(w, r, methods) })
	}
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) { a.callAPI(w, r, nil) })
	return mux
}

type apiRoute struct {
	pattern string
	call    apiCall
}

func (a *apiHandlers) apiRoutes() []apiRoute {
	return []apiRoute{
		{"GET /conversations", a.listOf("conversations", "view", "tag", "subuser", "sim", "from", "until")},
		{"GET /messages", a.listOf("messages", "state", "view", "tag", "subuser", "sim", "from", "until")},
		{"GET /tag-changes", a.listOf("tag-changes", "tag", "subuser", "from", "until")},
		{"GET /contacts", a.listContacts},
		{"POST /messages", a.postMessage},
	}
}

// callAPI lets in who has a token, as often as it may call, and answers errors as problems.
func (a *apiHandlers) callAPI(w http.ResponseWriter, r *http.Request, methods map[string]apiCall) {
	user, err := a.allowAPI(w, r)
	if err == nil {
		err = answerAPI(w, r.WithContext(store.As(r.Context(), a.actor(r, user))), user, methods)
	}
	if err == nil {
		return
	}
	said, ok := errors.AsType[*problem](err)
	if !ok && a.store.Failing(err) {
		said, ok = refused(http.StatusServiceUnavailable, "This could not be saved. "+a.store.Health().Message), true
	}
	if !ok {
		a.log.Error("API call failed", "path", r.URL.Path, "error", err)
		said = refused(http.StatusInternalServerError, "Tagline could not do this. Its log says why.")
	}
	writeJSON(w, said.Status, "application/problem+json", said)
}

func answerAPI(w http.ResponseWriter, r *http.Request, user store.User, methods map[string]apiCall) error {
	if methods == nil {
		return refused(http.StatusNotFound, "There is nothing at this address. /api/v1/openapi.json says what there is.")
	}
	call := methods[r.Method]
	if call == nil {
		allowed := slices.Sorted(maps.Keys(methods))
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return refused(http.StatusMethodNotAllowed, "This address takes "+strings.Join(allowed, " and ")+".")
	}
	return call(w, r, user)
}

func writeJSON(w http.ResponseWriter, status int, kind string, body any) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}

// allowAPI finds out in whose name the call is, and whether it is one too many.
func (a *apiHandlers) allowAPI(w http.ResponseWriter, r *http.Request) (user store.User, err error) {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, tokenStart) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Tagline"`)
		return user, refused(http.StatusUnauthorized, "Send a token as “Authorization: Bearer tagline_…”. You make one on the page Your account.")
	}
	sum := web.Sum(token)
	user, err = a.store.TokenUser(r.Context(), sum)
	if errors.Is(err, store.ErrNotFound) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Tagline", error="invalid_token"`)
		return user, refused(http.StatusUnauthorized, "This token is none, has expired or was revoked.")
	}
	if err != nil {
		return user, err
	}
	if mustSetUpFactor(user) {
		return user, refused(http.StatusForbidden, "An admin requires a second factor of you. Set it up on the page Your account; then this token works again.")
	}
	key := strconv.FormatInt(user.ID, 10)
	ok, wait := a.limits.api.Take(key)
	left, full := a.limits.api.Rest(key)
	w.Header().Set("RateLimit-Limit", strconv.Itoa(a.limits.api.Burst()))
	w.Header().Set("RateLimit-Remaining", strconv.Itoa(left))
	w.Header().Set("RateLimit-Reset", seconds(full))
	if !ok {
		w.Header().Set("Retry-After", seconds(wait))
		return user, refused(http.StatusTooManyRequests, "These are too many calls at once. Wait as long as Retry-After says.")
	}
	a.visits.seeToken(sum)
	return user, nil
}

// seconds is a time in whole seconds, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}

// listing is what lists are asked for.
type listing struct {
	filter store.Filter
	after  int64
	limit  int
	state  string // of messages
	number string // of contacts
}

// apiPage is rows and where the next ones begin.
type apiPage struct {
	Data []fields `json:"data"`
	Next *string  `json:"next"` // to be sent as after; null at the end
}

// listOf answers with rows of a download.
func (a *apiHandlers) listOf(what string, parameters ...string) apiCall {
	return func(w http.ResponseWriter, r *http.Request, user store.User) error {
		asked, err := readListing(r.URL.RawQuery, parameters...)
		if err != nil {
			return err
		}
		kind := what
		if asked.state == "failed" {
			kind = "failures"
		}
		for { // as many rows as have room
			rows, last, err := a.downloads.files(asked.limit)[kind](r.Context(), user, asked.filter, asked.after)
			if err != nil {
				return err
			}
			if asked.limit == 1 || sizeOf(rows) <= apiBytes {
				return answerList(w, rows, last, asked.limit)
			}
			asked.limit /= 2
		}
	}
}

// sizeOf is how many bytes the texts of rows have.
func sizeOf(rows []fields) (size int) {
	for _, row := range rows {
		for _, f := range row {
			if text, ok := f.value.(string); ok {
				size += len(text)
			}
		}
	}
	return size
}

func answerList(w http.ResponseWriter, rows []fields, last int64, limit int) error {
	answer := apiPage{Data: rows}
	if len(rows) == limit {
		next := strconv.FormatInt(last, 10)
		answer.Next = &next
	}
	if rows == nil {
		answer.Data = []fields{}
	}
	writeJSON(w, http.StatusOK, "application/json", answer)
	return nil
}

func (a *apiHandlers) listContacts(w http.ResponseWriter, r *http.Request, user store.User) error {
	asked, err := readListing(r.URL.RawQuery, "tag", "phone_number")
	if err != nil {
		return err
	}
	if asked.number, err = a.askedNumber(r, user); err != nil {
		return err
	}
	contacts, err := a.store.Contacts(r.Context(), user.Scope(), asked.number, asked.filter.Tags, asked.after, asked.limit)
	if err != nil {
		return err
	}
	last := int64(0)
	rows := make([]fields, len(contacts))
	for i, c := range contacts {
		rows[i] = fields{{"contact_id", c.ID}, {"phone_number", c.PhoneNumber}, {"name", c.Name}, {"tag", c.Tag}, {"opted_out", c.OptedOut}}
		last = c.ID
	}
	return answerList(w, rows, last, asked.limit)
}

// askedNumber is the number that a list of contacts is asked for, as it is stored where the person may see the contact; "" for all.
func (a *apiHandlers) askedNumber(r *http.Request, user store.User) (string, error) {
	if !r.URL.Query().Has("phone_number") {
		return "", nil
	}
	typed := r.URL.Query().Get("phone_number")
	c, err := a.contact(r.Context(), user.Scope(), typed)
	if !errors.Is(err, store.ErrNotFound) {
		return c.PhoneNumber, err
	}
	number, why := parseNumber(withPlus(typed))
	if why != "" {
		return "", wrong(http.StatusBadRequest, "phone_number", why)
	}
	return number, nil
}

var apiViews = []store.View{store.ViewAll, store.ViewInbox, store.ViewUnread, store.ViewUnanswered, store.ViewFailed, store.ViewDone, store.ViewMine, store.ViewSnoozed}

// apiRepeated are the parameters of a list that may come several times, and mean any of the values then.
var apiRepeated = []string{"tag", "subuser", "sim"}

// readListing reads the parameters of a list. Unlike a page it refuses what it does not understand: a program that asks for one tag
// must not get everything because of a slip.
func readListing(query string, parameters ...string) (asked listing, err error) {
	asked = listing{limit: apiUsual, filter: store.Filter{View: store.ViewAll, Sort: store.SortNewest, Zone: time.UTC}}
	q, err := url.ParseQuery(query) // Query() would drop what it cannot read, and the filter with it
	if err != nil {
		return asked, refused(http.StatusBadRequest, "The query string cannot be read. Escape ; as %3B and % as %25.")
	}
	for name, values := range q {
		if name != "after" && name != "limit" && !slices.Contains(parameters, name) {
			return asked, wrong(http.StatusBadRequest, name, "There is no such parameter here.")
		}
		if len(values) > 1 && !slices.Contains(apiRepeated, name) {
			return asked, wrong(http.StatusBadRequest, name, "Send this once.")
		}
		for _, value := range values {
			if textutil.Blank(value) {
				return asked, wrong(http.StatusBadRequest, name, "This is empty. Leave it out to get everything.")
			}
			if err := asked.read(name, value); err != nil {
				return asked, err
			}
		}
		if len(values) > mostOfAKind {
			return asked, wrong(http.StatusBadRequest, name, "These are too many at once.")
		}
	}
	return asked, nil
}

func (asked *listing) read(name, value string) error {
	var err error
	f := &asked.filter
	switch name {
	case "after":
		if asked.after, err = strconv.ParseInt(value, 10, 64); err != nil || asked.after < 0 {
			return wrong(http.StatusBadRequest, name, "Send what the answer before gave as next.")
		}
	case "limit":
		if asked.limit, err = strconv.Atoi(value); err != nil || asked.limit < 1 || asked.limit > apiPart {
			return wrong(http.StatusBadRequest, name, "Ask for 1 to 200 at once.")
		}
	case "view":
		if f.View = store.View(value); !slices.Contains(apiViews, f.View) {
			return wrong(http.StatusBadRequest, name, "There is no such view.")
		}
	case "state":
		if asked.state = value; value != "failed" {
			return wrong(http.StatusBadRequest, name, "The only state to ask for is failed.")
		}
	case "tag":
		f.Tags = distinct(append(f.Tags, value, textutil.Label(value))...) // as it stands first: older versions kept tags as they came
	case "subuser":
		id, err := store.ParseSubuserID(value)
		if err != nil {
			return wrong(http.StatusBadRequest, name, "A subuser is a number, or main.")
		}
		f.Subusers = append(f.Subusers, id)
	case "sim":
		id, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return wrong(http.StatusBadRequest, name, "A SIM card is a number.")
		}
		f.SIMCards = append(f.SIMCards, id)
	case "phone_number":
		asked.number = value
	case "from", "until":
		if _, err := store.ParseDay(value); err != nil {
			return wrong(http.StatusBadRequest, name, "Write a day like 2026-11-27.")
		}
		if name == "from" {
			f.From = value
		} else {
			f.Until = value
		}
	}
	return nil
}

// apiMessage is the body of a message that is to be sent.
type apiMessage struct {
	ConversationID int64  `json:"conversation_id"`
	PhoneNumber    string `json:"phone_number"`
	Subuser        string `json:"subuser_id"`
	Text           string `json:"text"`
	SIMCardID      *int64 `json:"sim_card_id"`
	DespiteOptOut  bool   `json:"despite_opt_out"`
}

// postMessage puts a message into the outbox, in a conversation or to a number, and answers with where it stands.
func (a *apiHandlers) postMessage(w http.ResponseWriter, r *http.Request, user store.User) error {
	if !isJSON(r) {
		return refused(http.StatusUnsupportedMediaType, "Send the message as application/json.")
	}
	var m apiMessage
	body := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAPIBody))
	body.DisallowUnknownFields()
	if err := body.Decode(&m); err != nil {
		return refused(http.StatusBadRequest, "The body is no JSON of the fields that there are: "+strings.TrimPrefix(err.Error(), "json: ")+".")
	}
	if why := checkReply(strings.TrimSpace(m.Text)); why != "" {
		return wrong(http.StatusUnprocessableEntity, "text", why)
	}
	if (m.ConversationID == 0) == (m.PhoneNumber == "") {
		return refused(http.StatusUnprocessableEntity, "Say to whom: either conversation_id or phone_number.")
	}
	key, err := readIdempotencyKey(r, m)
	if err != nil {
		return err
	}
	conversation, err := a.answeredMessage(r.Context(), user, key, m)
	switch {
	case errors.Is(err, store.ErrOtherCall):
		return wrong(http.StatusUnprocessableEntity, "Idempotency-Key", "This key came with another message within the last 24 hours. Send a new key with a new message.")
	case errors.Is(err, store.ErrOptedOut):
		return refused(http.StatusConflict, "The contact opted out. Send it with despite_opt_out if that is meant.")
	case errors.Is(err, store.ErrNotFound):
		return refused(http.StatusNotFound, "There is no such conversation, or you may not see it.")
	case err != nil:
		return err
	}
	writeJSON(w, http.StatusAccepted, "application/json", fields{{"conversation_id", conversation}, {"state", string(store.Queued)}})
	return nil
}

// answeredMessage is what a call with the same key was answered with before, else what comes of this one. Nothing is kept of a call
// that was refused: it did nothing, and may be made again with the same key.
func (a *apiHandlers) answeredMessage(ctx context.Context, user store.User, key store.IdempotencyKey, m apiMessage) (conversation int64, err error) {
	if key.Key != "" {
		if conversation, err = a.store.AnsweredCall(ctx, user.ID, key); !errors.Is(err, store.ErrNotFound) {
			return conversation, err
		}
	}
	return a.sendMessage(ctx, user, key, m)
}

func (a *apiHandlers) sendMessage(ctx context.Context, user store.User, key store.IdempotencyKey, m apiMessage) (conversation int64, err error) {
	reply := apiReply(m)
	reply.User, reply.Key = user.ID, key
	if m.ConversationID != 0 {
		c, err := a.store.Conversation(ctx, user.Scope(), user.ID, m.ConversationID)
		if err != nil {
			return 0, err
		}
		if off := a.repliesOff(user, c.Subuser); off != "" {
			return 0, refused(http.StatusForbidden, off)
		}
		_, err = a.store.AddReply(ctx, user.Scope(), reply)
		return c.ID, err
	}
	start := store.Start{NewReply: reply}
	var why string
	if start.PhoneNumber, why, err = a.recipient(ctx, user, m.PhoneNumber); err != nil {
		return 0, err
	} else if why != "" {
		return 0, wrong(http.StatusUnprocessableEntity, "phone_number", why)
	}
	if m.Subuser != "" {
		if start.Subuser, err = store.ParseSubuserID(m.Subuser); err != nil {
			return 0, wrong(http.StatusUnprocessableEntity, "subuser_id", "A subuser is a number in quotes, or \"main\".")
		}
	}
	if !user.Scope().Sees(start.Subuser) {
		return 0, wrong(http.StatusForbidden, "subuser_id", "You may not write for this subuser.")
	}
	if off := a.repliesOff(user, start.Subuser); off != "" {
		return 0, refused(http.StatusForbidden, off)
	}
	return a.store.StartConversation(ctx, user.Scope(), start)
}

// apiReply is a message as it goes into the outbox. It was not written in the person's composer, so the draft there stays.
func apiReply(m apiMessage) store.NewReply {
	text := strings.TrimSpace(written(m.Text))
	return store.NewReply{Conversation: m.ConversationID, Text: text, TextKey: textlink.TextKey(text), SIMCardID: m.SIMCardID, CustomID: customID(), DespiteOptOut: m.DespiteOptOut, KeepDraft: true}
}

// isJSON tells whether the request says that its body is JSON, or does not say anything.
func isJSON(r *http.Request) bool {
	header := r.Header.Get("Content-Type")
	if header == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(header)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}
