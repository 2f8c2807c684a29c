package handlers_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tagline/store"
	"tagline/web"
)

// The matrix: every route of the table × everybody who may come × what they may ask for. Who asks for what they may not
// see is answered exactly as if it were not there.

// visitor is one of those who come.
type visitor struct {
	name    string
	user    store.User
	halfway bool              // their second factor is still to come
	sees    []store.SubuserID // of 6 and 7
	out     string            // where they are led instead of to any page; "" lets them in
}

// object is what a route is asked for.
type object struct {
	kind string // "own", "other's", "missing", "malformed", or "" where the route is about nothing
	path []string
	form url.Values
}

// line is a row of the matrix: who may call the route, and what the answer is to those who may. Statuses of 0 are as
// for any other object.
type line struct {
	may       string // "anyone", "account", "signed in", "changers" or "admins"
	ok        int
	objects   func(m *matrix, who visitor) []object
	form      url.Values
	missing   int // 404 by default
	malformed int // as missing by default
	inside    int // to whom is signed in, where that is another
	halfway   int // to whom has yet to give the second factor, likewise
}

type matrix struct {
	*site
	visitors []visitor
	all      []store.Conversation // one of subuser 6 and one of 7
	made     int                  // requests
}

var lines = map[string]line{
	"GET /{$}":                      {may: "signed in", ok: 303},
	"GET /inbox":                    {may: "signed in", ok: 200},
	"GET /search":                   {may: "signed in", ok: 200},
	"GET /search/results":           {may: "signed in", ok: 200},
	"POST /inbox":                   {may: "signed in", ok: 422},
	"POST /views/{id}/delete":       {may: "signed in", ok: 303, objects: (*matrix).savedView},
	"GET /conversations/{id}":       {may: "signed in", ok: 200, objects: (*matrix).conversation},
	"GET /conversations/new":        {may: "changers", ok: 200},
	"POST /conversations":           {may: "changers", ok: 409, form: url.Values{"number": {"+14155550134"}, "text": {"Hello"}}}, // there is no API key
	"GET /tags":                     {may: "signed in", ok: 200},
	"GET /live":                     {may: "signed in", ok: 400},
	"GET /session":                  {may: "account", ok: 204},
	"POST /logout":                  {may: "account", ok: 303},
	"GET /settings/preferences":     {may: "signed in", ok: 200},
	"POST /settings/preferences":    {may: "signed in", ok: 303},
	"POST /notifications":           {may: "signed in", ok: 303},
	"POST /conversations/bulk":      {may: "signed in", ok: 303, objects: (*matrix).ticked, form: url.Values{"action": {"read"}}, malformed: 400},
	"POST /conversations/bulk/undo": {may: "signed in", ok: 303, objects: (*matrix).untick, form: url.Values{"action": {"read"}}, malformed: 400},

	"GET /conversations/{id}/messages":              {may: "signed in", ok: 200, objects: (*matrix).conversation},
	"POST /conversations/{id}/read":                 {may: "signed in", ok: 303, objects: (*matrix).conversation},
	"POST /conversations/{id}/unread":               {may: "signed in", ok: 303, objects: (*matrix).conversation},
	"GET /conversations/{id}/failure":               {may: "signed in", ok: 303, objects: (*matrix).conversation, missing: 303, malformed: 404},
	"POST /conversations/{id}/done":                 {may: "changers", ok: 303, objects: (*matrix).conversation},
	"POST /conversations/{id}/reopen":               {may: "changers", ok: 303, objects: (*matrix).conversation},
	"POST /conversations/{id}/snooze":               {may: "changers", ok: 303, objects: (*matrix).conversation, form: url.Values{"until": {"tomorrow"}}},
	"POST /conversations/{id}/assign":               {may: "changers", ok: 303, objects: (*matrix).conversation, form: url.Values{"assignee": {"0"}}},
	"POST /conversations/{id}/notes":                {may: "changers", ok: 303, objects: (*matrix).conversation, form: url.Values{"text": {"Hello"}}},
	"GET /conversations/{id}/timeline":              {may: "signed in", ok: 200, objects: (*matrix).conversation},
	"GET /conversations/{id}/notes/{note}/text":     {may: "signed in", ok: 200, objects: (*matrix).note},
	"GET /messages/{id}/text":                       {may: "signed in", ok: 200, objects: (*matrix).failedMessage},
	"GET /choices/{kind}":                           {may: "signed in", ok: 200, objects: choiceKinds},
	"POST /conversations/{id}/notes/{note}/delete":  {may: "changers", ok: 303, objects: (*matrix).note},
	"POST /conversations/{id}/notes/{note}/restore": {may: "changers", ok: 303, objects: (*matrix).deletedNote},
	"POST /conversations/{id}/messages":             {may: "changers", ok: 409, objects: (*matrix).conversation, form: url.Values{"text": {"Hello"}}}, // there is no API key
	"GET /insights":                                 {may: "signed in", ok: 200},
	"GET /download":                                 {may: "signed in", ok: 200},
	"POST /download/{file}":                         {may: "signed in", ok: 200, objects: downloadFiles},
	"POST /conversations/{id}/tag":                  {may: "changers", ok: 409, objects: (*matrix).conversation, form: url.Values{"tag": {"Warm"}}},
	"POST /conversations/{id}/tag/dismiss":          {may: "changers", ok: 303, objects: (*matrix).conversation},
	"POST /conversations/{id}/opt-out":              {may: "changers", ok: 303, objects: (*matrix).conversation},
	"POST /conversations/{id}/opt-in":               {may: "changers", ok: 303, objects: (*matrix).conversation},
	"POST /conversations/{id}/draft":                {may: "changers", ok: 204, objects: (*matrix).conversation, form: url.Values{"text": {"Hello"}}},
	"GET /conversations/{id}/canned":                {may: "changers", ok: 200, objects: (*matrix).conversation},
	"GET /settings/replies":                         {may: "changers", ok: 200},
	"POST /settings/replies":                        {may: "changers", ok: 422},
	"POST /settings/replies/{id}":                   {may: "changers", ok: 422, objects: (*matrix).cannedReply},
	"POST /settings/replies/{id}/delete":            {may: "changers", ok: 303, objects: (*matrix).cannedReply},
	"POST /messages/{id}/retry":                     {may: "changers", ok: 409, objects: (*matrix).failedMessage},
	"POST /messages/{id}/dismiss":                   {may: "changers", ok: 303, objects: (*matrix).failedMessage},
	"POST /failures/retry":                          {may: "changers", ok: 409, objects: (*matrix).failure, malformed: 400},
	"POST /failures/dismiss":                        {may: "changers", ok: 303, objects: (*matrix).failure, malformed: 400},
	"POST /failures/restore":                        {may: "changers", ok: 303, objects: (*matrix).failure, malformed: 400},

	"GET /settings/account":                     {may: "account", ok: 200},
	"POST /settings/account/password":           {may: "account", ok: 422},
	"POST /settings/account/sessions/{id}/end":  {may: "account", ok: 303, objects: (*matrix).session},
	"POST /settings/account/sessions/end":       {may: "account", ok: 303},
	"POST /settings/account/factor":             {may: "account", ok: 422},
	"POST /settings/account/factor/confirm":     {may: "account", ok: 303},
	"POST /settings/account/factor/remove":      {may: "account", ok: 422},
	"POST /settings/account/factor/codes":       {may: "account", ok: 422},
	"POST /settings/account/tokens":             {may: "account", ok: 422},
	"POST /settings/account/tokens/{id}/revoke": {may: "account", ok: 303, objects: (*matrix).apiToken},

	"GET /settings/people":                            {may: "admins", ok: 200},
	"POST /settings/people":                           {may: "admins", ok: 422},
	"GET /settings/people/{id}":                       {may: "admins", ok: 200, objects: (*matrix).somebody},
	"POST /settings/people/{id}":                      {may: "admins", ok: 303, objects: (*matrix).somebody, form: url.Values{"role": {"agent"}, "subuser": {"6"}}},
	"POST /settings/people/{id}/disable":              {may: "admins", ok: 303, objects: (*matrix).somebody},
	"POST /settings/people/{id}/enable":               {may: "admins", ok: 303, objects: (*matrix).somebody},
	"POST /settings/people/{id}/link":                 {may: "admins", ok: 200, objects: (*matrix).somebody},
	"POST /settings/people/{id}/sessions/end":         {may: "admins", ok: 303, objects: (*matrix).somebody},
	"POST /settings/people/{id}/factor/remove":        {may: "admins", ok: 303, objects: (*matrix).somebody},
	"GET /settings/privacy":                           {may: "admins", ok: 200},
	"POST /settings/privacy/export":                   {may: "admins", ok: 422},
	"POST /settings/privacy/delete":                   {may: "admins", ok: 422},
	"POST /settings/privacy/retention":                {may: "admins", ok: 303},
	"POST /settings/privacy/clock":                    {may: "admins", ok: 303},
	"GET /settings/audit":                             {may: "admins", ok: 200},
	"GET /settings/connect":                           {may: "admins", ok: 200},
	"POST /settings/secret":                           {may: "admins", ok: 422},
	"GET /settings/keys":                              {may: "admins", ok: 200},
	"POST /settings/keys/secrets":                     {may: "admins", ok: 200},
	"POST /settings/keys/tokens":                      {may: "admins", ok: 303},
	"POST /settings/keys/{id}/revoke":                 {may: "admins", ok: 303, objects: (*matrix).key},
	"GET /settings/targets":                           {may: "admins", ok: 200},
	"POST /settings/targets":                          {may: "admins", ok: 422},
	"GET /settings/targets/{id}":                      {may: "admins", ok: 200, objects: (*matrix).target},
	"GET /settings/targets/{id}/news":                 {may: "admins", ok: 400, objects: (*matrix).target},
	"POST /settings/targets/{id}":                     {may: "admins", ok: 422, objects: (*matrix).target},
	"POST /settings/targets/{id}/pause":               {may: "admins", ok: 303, objects: (*matrix).target},
	"POST /settings/targets/{id}/resume":              {may: "admins", ok: 303, objects: (*matrix).target},
	"POST /settings/targets/{id}/test":                {may: "admins", ok: 200, objects: (*matrix).target},
	"POST /settings/targets/{id}/again":               {may: "admins", ok: 422, objects: (*matrix).target},
	"POST /settings/targets/{id}/delete":              {may: "admins", ok: 303, objects: (*matrix).target},
	"GET /settings/names":                             {may: "admins", ok: 200},
	"POST /settings/names":                            {may: "admins", ok: 303},
	"GET /settings/opt-out":                           {may: "admins", ok: 200},
	"POST /settings/opt-out":                          {may: "admins", ok: 303},
	"GET /settings/webhooks":                          {may: "admins", ok: 200},
	"POST /settings/webhooks/process":                 {may: "admins", ok: 303},
	"GET /settings/webhooks/deliveries/{id}":          {may: "admins", ok: 200, objects: (*matrix).delivery},
	"GET /settings/webhooks/deliveries/{id}/body":     {may: "admins", ok: 200, objects: (*matrix).delivery},
	"POST /settings/webhooks/deliveries/{id}/process": {may: "admins", ok: 303, objects: (*matrix).delivery},

	"POST /notifications/browser":        {may: "signed in", ok: 400},
	"POST /notifications/browser/remove": {may: "signed in", ok: 204},

	"GET /healthz":      {may: "anyone", ok: 200},
	"GET /worker.js":    {may: "anyone", ok: 200},
	"GET /login":        {may: "anyone", ok: 200, inside: 303},
	"POST /login":       {may: "anyone", ok: 401},
	"GET /login/code":   {may: "anyone", ok: 303, halfway: 200},
	"POST /login/code":  {may: "anyone", ok: 303, halfway: 401},
	"GET /link/{key}":   {may: "anyone", ok: 200, objects: (*matrix).link, missing: 410},
	"POST /link/{key}":  {may: "anyone", ok: 422, objects: (*matrix).link, missing: 410},
	"GET /setup/{key}":  {may: "anyone", ok: 410, objects: (*matrix).setUp},
	"POST /setup/{key}": {may: "anyone", ok: 410, objects: (*matrix).setUp},
}

func TestEveryRouteAnswersEverybodyAsTheyMay(t *testing.T) {
	m := newMatrix(t)
	for _, route := range m.app.Routes() {
		l, known := lines[route]
		if !known {
			t.Errorf("%s has no line in the matrix: say who may call it", route)
			continue
		}
		for _, who := range m.visitors {
			m.check(route, l, who)
		}
	}
	for route := range lines {
		if !slices.Contains(m.app.Routes(), route) {
			t.Errorf("%s has a line and is no route", route)
		}
	}
	t.Logf("%d routes, %d requests", len(lines), m.made)
}

func newMatrix(t *testing.T) *matrix {
	s := newSite(t, "")
	m := &matrix{site: s}
	hash := hashed()
	for _, v := range []visitor{
		{name: "anna", user: store.User{Role: store.Admin}, sees: []store.SubuserID{6, 7}},
		{name: "agent of 6", user: store.User{Role: store.Agent, Subusers: []store.SubuserID{6}}, sees: []store.SubuserID{6}},
		{name: "agent of 7", user: store.User{Role: store.Agent, Subusers: []store.SubuserID{7}}, sees: []store.SubuserID{7}},
		{name: "agent of all", user: store.User{Role: store.Agent, All: true}, sees: []store.SubuserID{6, 7}},
		{name: "agent of none", user: store.User{Role: store.Agent}},
		{name: "reader of 6", user: store.User{Role: store.Agent, Subusers: []store.SubuserID{6}, ReadOnly: true}, sees: []store.SubuserID{6}},
		{name: "factor required", user: store.User{Role: store.Admin, NeedsFactor: true}, sees: []store.SubuserID{6, 7}, out: "/settings/account"},
		{name: "disabled", user: store.User{Role: store.Admin}, out: "/login"},
		{name: "second factor pending", user: store.User{Role: store.Admin}, halfway: true, out: "/login"},
	} {
		v.user.Name = v.name
		var err error
		if v.user, err = s.store.CreateUser(t.Context(), v.user, hash); err != nil {
			t.Fatal(err)
		}
		m.visitors = append(m.visitors, v)
	}
	m.visitors = append(m.visitors, visitor{name: "anonymous", out: "/login"})
	for _, subuser := range []int{6, 7} {
		number := fmt.Sprint("+1415555010", subuser)
		s.post(s.token+"/received", json, fmt.Sprintf(`{"phone_number":%q,"text":"Hello","subuser_id":%d}`, number, subuser))
		s.post(s.token+"/failed", json, fmt.Sprintf(`{"phone_number":%q,"text":"Lost","subuser_id":%d}`, number, subuser))
	}
	var err error
	if m.all, _, err = s.store.Conversations(t.Context(), store.Everything, 0, store.Filter{}, store.Position{}, 9); err != nil || len(m.all) != 2 {
		t.Fatalf("%d conversations, %v", len(m.all), err)
	}
	return m
}

// check asks for each object as the visitor and compares the answer.
func (m *matrix) check(route string, l line, who visitor) {
	m.t.Helper()
	objects := []object{{}}
	if l.objects != nil {
		objects = l.objects(m, who)
	}
	bodies := map[string]string{}
	for _, o := range objects {
		status, location, body := m.request(route, l, who, o)
		want, to := l.expect(who, o)
		if status != want || to != "" && !strings.HasPrefix(location, to) {
			m.t.Errorf("%s, %s, %s: answered %d %s, want %d %s", route, who.name, o.kind, status, location, want, to)
		}
		for _, part := range o.path { // a redirect may name what was asked for
			body = strings.NewReplacer("/"+part, "/#", url.QueryEscape("/"+part), "/#").Replace(body)
		}
		bodies[o.kind] = body
	}
	if _, asked := bodies["other's"]; asked && bodies["other's"] != bodies["missing"] {
		m.t.Errorf("%s, %s: what may not be seen is answered unlike what is not there", route, who.name)
	}
}

// expect is the status of the answer, and where it must lead if it is about who asks.
func (l line) expect(who visitor, o object) (status int, location string) {
	switch {
	case l.inside != 0 && who.out != "/login":
		return l.inside, ""
	case l.halfway != 0 && who.halfway:
		return l.halfway, ""
	case l.may == "anyone":
	case who.out == "/login", who.out != "" && l.may != "account":
		if l.may == "admins" && who.out != "/login" && who.user.Role != store.Admin {
			return http.StatusNotFound, ""
		}
		return http.StatusSeeOther, who.out
	case l.may == "admins" && who.user.Role != store.Admin:
		return http.StatusNotFound, ""
	case l.may == "changers" && who.user.ReadOnly:
		return http.StatusForbidden, ""
	}
	missing := l.missing
	if missing == 0 {
		missing = http.StatusNotFound
	}
	switch {
	case o.kind == "malformed" && l.malformed != 0:
		return l.malformed, ""
	case o.kind != "" && o.kind != "own":
		return missing, ""
	}
	return l.ok, ""
}

// request sends one request in a session of its own.
func (m *matrix) request(route string, l line, who visitor, o object) (status int, location, body string) {
	m.t.Helper()
	m.made++
	method, path, _ := strings.Cut(strings.Replace(route, "{$}", "", 1), " ")
	for _, part := range o.path {
		from, to := strings.Index(path, "{"), strings.Index(path, "}")
		path = path[:from] + part + path[to+1:]
	}
	form := url.Values{}
	for _, values := range []url.Values{l.form, o.form} {
		for name, value := range values {
			form[name] = value
		}
	}
	req, err := http.NewRequestWithContext(m.t.Context(), method, m.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		m.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := m.enter(who).Do(req)
	if err != nil {
		m.t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), string(content)
}

// enter returns a client with a new session of the visitor.
func (m *matrix) enter(who visitor) *http.Client {
	m.t.Helper()
	client := m.anonymous()
	if who.user.ID == 0 {
		return client
	}
	id := web.RandomID()
	err := m.store.CreateSession(m.t.Context(), web.HashToken(id), who.user.ID, who.halfway, time.Now().Add(time.Hour))
	if err == nil && who.name == "disabled" {
		err = m.store.Disable(m.t.Context(), who.user.ID)
	}
	if err != nil && who.name != "disabled" {
		m.t.Fatal(err)
	}
	client.Jar, _ = cookiejar.New(nil)
	base, _ := url.Parse(m.URL)
	client.Jar.SetCookies(base, []*http.Cookie{{Name: "tagline", Value: id}})
	return client
}

// four are an own object if there is one, one that the visitor may not see if there is one, and two that are none.
func four(own, others []string, malformed ...string) []object {
	missing := slices.Repeat([]string{"999999"}, len(malformed))
	all := []object{{kind: "missing", path: missing}, {kind: "malformed", path: malformed}}
	if own != nil {
		all = append(all, object{kind: "own", path: own})
	}
	if others != nil {
		all = append(all, object{kind: "other's", path: others})
	}
	return all
}

// inForm has the objects named in a field and not in the address.
func inForm(field, more string, objects []object) []object {
	for i, o := range objects {
		objects[i] = object{kind: o.kind, form: url.Values{field: {o.path[0] + more}}}
	}
	return objects
}

func number(id int64) []string { return []string{strconv.FormatInt(id, 10)} }

// ofConversations returns one that the visitor sees and one that they don't, as there are.
func (m *matrix) ofConversations(who visitor) (own, others *store.Conversation) {
	for i, c := range m.all {
		if slices.Contains(who.sees, c.Subuser) {
			own = &m.all[i]
		} else {
			others = &m.all[i]
		}
	}
	return own, others
}

func (m *matrix) conversation(who visitor) []object {
	own, others := m.ofConversations(who)
	var paths [2][]string
	for i, c := range []*store.Conversation{own, others} {
		if c != nil {
			paths[i] = number(c.ID)
		}
	}
	return four(paths[0], paths[1], "abc")
}

func (m *matrix) ticked(who visitor) []object {
	return inForm("conversation", "", m.conversation(who))
}

func (m *matrix) untick(who visitor) []object {
	return inForm("was", ".0", m.conversation(who))
}

func (m *matrix) failure(who visitor) []object { return inForm("message", "", m.failedMessage(who)) }

func (m *matrix) failedMessage(who visitor) []object {
	own, others := m.ofConversations(who)
	var paths [2][]string
	for i, c := range []*store.Conversation{own, others} {
		if c == nil {
			continue
		}
		messages, _, err := m.store.MessagesBefore(m.t.Context(), store.Everything, c.ID, store.Position{}, 9)
		if err != nil {
			m.t.Fatal(err)
		}
		for _, message := range messages {
			if message.State == store.Failed {
				paths[i] = number(message.ID)
				if _, err := m.store.Dismiss(m.t.Context(), store.Everything, false, message.ID); err != nil {
					m.t.Fatal(err)
				}
			}
		}
	}
	return four(paths[0], paths[1], "abc")
}

// note is a note of the visitor's own where they see it, and one where they don't, from before they lost the grant.
func (m *matrix) note(who visitor) []object {
	own, others := m.ofConversations(who)
	var paths [2][]string
	for i, c := range []*store.Conversation{own, others} {
		if c == nil {
			continue
		}
		note, err := m.store.AddNote(m.t.Context(), store.Everything, who.user.ID, c.ID, "A note")
		if err != nil {
			m.t.Fatal(err)
		}
		paths[i] = append(number(c.ID), number(note.ID)...)
	}
	return four(paths[0], paths[1], "abc", "abc")
}

func (m *matrix) deletedNote(who visitor) []object {
	objects := m.note(who)
	for _, o := range objects {
		if o.kind == "own" || o.kind == "other's" {
			conversation, _ := strconv.ParseInt(o.path[0], 10, 64)
			note, _ := strconv.ParseInt(o.path[1], 10, 64)
			if err := m.store.DeleteNote(m.t.Context(), store.Everything, who.user.ID, conversation, note); err != nil {
				m.t.Fatal(err)
			}
		}
	}
	return objects
}

func (m *matrix) savedView(who visitor) []object {
	var paths [2][]string
	for i, owner := range []int64{who.user.ID, m.somebodyElse(who)} {
		if owner == 0 {
			continue
		}
		name := web.RandomID()
		if err := m.store.SaveView(m.t.Context(), store.SavedView{UserID: owner, Name: name, Shared: true}); err != nil {
			m.t.Fatal(err)
		}
		kept, err := m.store.SavedViews(m.t.Context(), owner)
		if err != nil {
			m.t.Fatal(err)
		}
		paths[i] = number(kept[slices.IndexFunc(kept, func(v store.SavedView) bool { return v.Name == name })].ID)
	}
	return four(paths[0], paths[1], "abc")
}

// cannedReply is one of the visitor's own, and another person's private one.
func (m *matrix) cannedReply(who visitor) []object {
	var paths [2][]string
	for i, owner := range []int64{who.user.ID, m.somebodyElse(who)} {
		if owner == 0 {
			continue
		}
		name := web.RandomID()
		if err := m.store.AddCannedReply(m.t.Context(), store.User{ID: owner}, store.CannedReply{Name: name, Text: "Hello"}); err != nil {
			m.t.Fatal(err)
		}
		kept, err := m.store.CannedReplies(m.t.Context(), owner)
		if err != nil {
			m.t.Fatal(err)
		}
		paths[i] = number(kept[slices.IndexFunc(kept, func(c store.CannedReply) bool { return c.Name == name })].ID)
	}
	return four(paths[0], paths[1], "abc")
}

func (m *matrix) somebodyElse(who visitor) int64 {
	if m.visitors[0].user.ID == who.user.ID {
		return m.visitors[1].user.ID
	}
	return m.visitors[0].user.ID
}

func (m *matrix) session(who visitor) []object {
	var paths [2][]string
	for i, owner := range []int64{who.user.ID, m.somebodyElse(who)} {
		if owner == 0 || who.name == "disabled" && i == 0 {
			continue
		}
		sum := web.HashToken(web.RandomID())
		if err := m.store.CreateSession(m.t.Context(), sum, owner, false, time.Now().Add(time.Hour)); err != nil {
			m.t.Fatal(err)
		}
		all, err := m.store.Sessions(m.t.Context(), owner, sum)
		if err != nil {
			m.t.Fatal(err)
		}
		paths[i] = number(all[0].ID)
	}
	return four(paths[0], paths[1], "abc")
}

// somebody is a person whom nothing else is about. Admins may ask for everybody, others for nobody.
func (m *matrix) somebody(visitor) []object {
	u, err := m.store.CreateUser(m.t.Context(), store.User{Name: web.RandomID(), Role: store.Agent, Subusers: []store.SubuserID{6}}, "")
	if err != nil {
		m.t.Fatal(err)
	}
	return four(number(u.ID), nil, "abc")
}

func (m *matrix) key(visitor) []object {
	if err := m.store.AddSecret(m.t.Context(), "one more", [32]byte(web.HashToken(web.RandomID()))); err != nil {
		m.t.Fatal(err)
	}
	keys, err := m.store.Keys(m.t.Context())
	if err != nil {
		m.t.Fatal(err)
	}
	return four(number(keys[0].ID), nil, "abc")
}

func (m *matrix) target(visitor) []object {
	id, err := m.store.AddTarget(m.t.Context(), store.Target{Name: "Zapier", URL: "https://127.0.0.1:1/", Kinds: store.Kinds})
	if err != nil {
		m.t.Fatal(err)
	}
	return four(number(id), nil, "abc")
}

func (m *matrix) apiToken(who visitor) []object {
	var paths [2][]string
	for i, owner := range []int64{who.user.ID, m.somebodyElse(who)} {
		if owner == 0 {
			continue
		}
		if err := m.store.AddAPIToken(m.t.Context(), owner, store.APIToken{Label: "x"}, web.HashToken(web.RandomID())); err != nil {
			m.t.Fatal(err)
		}
		kept, err := m.store.APITokens(m.t.Context(), owner)
		if err != nil {
			m.t.Fatal(err)
		}
		paths[i] = number(kept[0].ID)
	}
	return four(paths[0], paths[1], "abc")
}

func (m *matrix) delivery(visitor) []object { return four([]string{"1"}, nil, "abc") }

func (m *matrix) link(visitor) []object {
	id := web.RandomID()
	if err := m.store.AddLink(m.t.Context(), m.visitors[0].user.ID, web.HashToken(id), time.Now().Add(time.Hour)); err != nil {
		m.t.Fatal(err)
	}
	return four([]string{id}, nil, "abc")
}

func (m *matrix) setUp(visitor) []object {
	used, _ := url.Parse(m.app.SetUpURL())
	return four([]string{strings.TrimPrefix(used.Path, "/setup/")}, nil, "abc")
}

// downloadFiles are the same for everybody; what stands in them is not.
func choiceKinds(*matrix, visitor) []object {
	return []object{{kind: "own", path: []string{"tags"}}, {kind: "missing", path: []string{"messages"}}, {kind: "malformed", path: []string{"Tags"}}}
}

func downloadFiles(*matrix, visitor) []object {
	return []object{{kind: "own", path: []string{"messages.csv"}}, {kind: "missing", path: []string{"people.csv"}}, {kind: "malformed", path: []string{"messages"}}}
}
