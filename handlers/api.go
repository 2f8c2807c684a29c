package handlers

import (
	_ "embed"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tagline/store"
	"tagline/web"
)

// The API is for programs that act in a person's name, with a token instead of a session: the same lists and filters,
// the same scope. What it looks like is written in openapi.json, against which its answers are held in tests.

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
		return user, refused(http.StatusUnauthorized,
			"Send a token as “Authorization: Bearer tagline_…”. You make one on the page Your account.")
	}
	sum := web.HashToken(token)
	user, err = a.store.TokenUser(r.Context(), sum)
	if errors.Is(err, store.ErrNotFound) {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Tagline", error="invalid_token"`)
		return user, refused(http.StatusUnauthorized, "This token is none, has expired or was revoked.")
	}
	if err != nil {
		return user, err
	}
	if mustSetUpFactor(user) {
		return user, refused(http.StatusForbidden,
			"An admin requires a second factor of you. Set it up on the page Your account; then this token works again.")
	}
	key := strconv.FormatInt(user.ID, 10)
	ok, wait := a.limits.api.Allow(key)
	left, full := a.limits.api.Remaining(key)
	w.Header().Set("RateLimit-Limit", strconv.Itoa(a.limits.api.Burst()))
	w.Header().Set("RateLimit-Remaining", strconv.Itoa(left))
	w.Header().Set("RateLimit-Reset", seconds(full))
	if !ok {
		w.Header().Set("Retry-After", seconds(wait))
		return user, refused(http.StatusTooManyRequests,
			"These are too many calls at once. Wait as long as Retry-After says.")
	}
	a.lastSeen.touchToken(sum)
	return user, nil
}

// seconds is a time in whole seconds, rounded up.
func seconds(d time.Duration) string {
	return strconv.FormatInt(int64((d+time.Second-1)/time.Second), 10)
}
