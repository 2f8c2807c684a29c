package handlers_test

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"tagline/store"
)

// id returns the id of somebody.
func (s *site) id(name string) int64 {
	s.t.Helper()
	user, _, err := s.store.UserByName(s.t.Context(), name)
	if err != nil {
		s.t.Fatal(err)
	}
	return user.ID
}

// Whatever ends a session, a copy of its cookie is worth nothing from then on, and its sockets close.
func TestACopiedCookieIsWorthNothingAfterwards(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.person("piet", store.Agent, 6)
	page := fmt.Sprint("/settings/people/", s.id("piet"))
	for what, do := range map[string]func(piet *http.Client) int{
		"signing out": func(piet *http.Client) int { status, _ := s.fetch(piet, "POST", "/logout"); return status },
		"a new password": func(piet *http.Client) int {
			status, _ := s.submit(piet, "/settings/account/password", url.Values{"password": {password}, "new_password": {password}, "password_again": {password}})
			return status
		},
		"another role": func(*http.Client) int {
			status, _ := s.submit(anna, page, url.Values{"role": {"admin"}})
			return status
		},
		"another grant": func(*http.Client) int {
			status, _ := s.submit(anna, page, url.Values{"role": {"agent"}, "subuser": {"6", "7"}})
			return status
		},
		"being disabled": func(*http.Client) int {
			status, _ := s.fetch(anna, "POST", page+"/disable")
			if err := s.store.Enable(t.Context(), s.id("piet")); err != nil {
				t.Error(err)
			}
			return status
		},
		"signed out everywhere by an admin": func(*http.Client) int { status, _ := s.fetch(anna, "POST", page+"/sessions/end"); return status },
		"signed out everywhere else": func(*http.Client) int {
			status, _ := s.fetch(s.signIn("piet"), "POST", "/settings/account/sessions/end")
			return status
		},
	} {
		piet := s.signIn("piet")
		base, _ := url.Parse(s.URL)
		stolen := piet.Jar.Cookies(base)
		frames := s.watch(piet, "/inbox")
		if status := do(piet); status != http.StatusSeeOther {
			t.Errorf("%s was answered %d", what, status)
		}
		thief := s.anonymous()
		thief.Jar.SetCookies(base, stolen)
		if status, _ := s.fetch(thief, "GET", "/inbox"); status != http.StatusSeeOther {
			t.Errorf("after %s a copied cookie still works: %d", what, status)
		}
		closes := time.After(5 * time.Second) // long before the next ping would find out
		for open := true; open; {
			select {
			case _, open = <-frames:
			case <-closes:
				t.Errorf("after %s the socket stays open", what)
				open = false
			}
		}
	}
}

func TestSessionsEndWhenIdleAndAfterAWeek(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	s.person("anna", store.Admin)
	anna, idle := s.signIn("anna"), s.signIn("anna")
	signedIn := func(client *http.Client) bool {
		status, _ := s.fetch(client, "GET", "/session")
		return status == http.StatusNoContent
	}
	for hour := range 24 * 7 / 11 {
		ms.Add((11 * time.Hour).Milliseconds())
		if !signedIn(anna) {
			t.Fatalf("signed out after %d hours of use", 11*(hour+1))
		}
		for at := int64(0); at != ms.Load(); { // it is noted aside
			sessions, err := s.store.Sessions(t.Context(), s.id("anna"), nil)
			if err != nil {
				t.Fatal(err)
			}
			at = sessions[0].SeenAt
		}
		if hour == 1 && signedIn(idle) {
			t.Error("an idle session still works after 22 hours")
		}
	}
	ms.Add((11 * time.Hour).Milliseconds())
	if signedIn(anna) {
		t.Error("a session still works after more than a week")
	}
}

func TestOneOfManySetUpsMakesTheAdmin(t *testing.T) {
	s := newSite(t, "")
	var made atomic.Int32
	var all sync.WaitGroup
	for n := range 100 {
		all.Go(func() {
			if _, err := s.store.CreateFirstAdmin(t.Context(), fmt.Sprint("admin ", n), "hash"); err == nil {
				made.Add(1)
			}
		})
	}
	all.Wait()
	if users, err := s.store.Users(t.Context()); made.Load() != 1 || len(users) != 1 || err != nil {
		t.Errorf("%d were made, there are %d, %v", made.Load(), len(users), err)
	}
}

func TestAnActiveAdminAlwaysRemains(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	page := fmt.Sprint("/settings/people/", s.id("anna"))
	if status, _ := s.submit(anna, "/settings/people", url.Values{"username": {"bert"}, "role": {"admin"}}); status != http.StatusOK {
		t.Fatalf("inviting was answered %d", status)
	}
	for _, path := range []string{"", "/disable"} { // who was invited and has not come is no active admin
		status, body := s.submit(anna, page+path, url.Values{"role": {"agent"}, "subuser": {"6"}})
		if status != http.StatusConflict || !strings.Contains(body, "only active admin") {
			t.Errorf("%s%s was answered %d", page, path, status)
		}
	}
	var admins []int64
	for n := range 20 {
		u, err := s.store.CreateUser(t.Context(), store.User{Name: fmt.Sprint("admin ", n), Role: store.Admin}, "hash")
		if err != nil {
			t.Fatal(err)
		}
		admins = append(admins, u.ID)
	}
	var all sync.WaitGroup
	for _, id := range append(admins, s.id("anna")) {
		all.Go(func() { _ = s.store.Disable(t.Context(), id) })
	}
	all.Wait()
	users, err := s.store.Users(t.Context())
	active := slices.DeleteFunc(users, func(u store.User) bool { return u.Disabled || u.Name == "bert" })
	if err != nil || len(active) != 1 {
		t.Errorf("%d active admins remain, %v", len(active), err)
	}
}

func TestALinkWorksOnceAndForADay(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	s.person("anna", store.Admin)
	chosen := url.Values{"password": {password}, "password_again": {password}}
	invite := func(name string) string {
		_, page := s.submit(s.signIn("anna"), "/settings/people", url.Values{"username": {name}, "role": {"agent"}, "subuser": {"6"}})
		_, rest, _ := strings.Cut(page, s.URL)
		link, _, _ := strings.Cut(rest, `"`)
		return link
	}
	link, late, renewed := invite("piet"), invite("quinn"), invite("rosa")
	if !strings.HasPrefix(link, "/link/") {
		t.Fatalf("the link is %q", link)
	}
	if status, _ := s.submit(s.anonymous(), link, url.Values{"password": {"password12"}, "password_again": {"password12"}}); status != http.StatusUnprocessableEntity {
		t.Errorf("a common password was answered %d", status)
	}
	if status, _ := s.submit(s.anonymous(), link, chosen); status != http.StatusSeeOther {
		t.Errorf("the link was answered %d", status)
	}
	if status, _ := s.submit(s.anonymous(), link, chosen); status != http.StatusGone {
		t.Errorf("the link, again, was answered %d", status)
	}
	s.signIn("piet")
	if status, _ := s.fetch(s.signIn("anna"), "POST", fmt.Sprint("/settings/people/", s.id("rosa"), "/link")); status != http.StatusOK {
		t.Errorf("another link was answered %d", status)
	}
	if status, _ := s.submit(s.anonymous(), renewed, chosen); status != http.StatusGone {
		t.Errorf("a link that was replaced was answered %d", status)
	}
	ms.Add((24 * time.Hour).Milliseconds())
	if status, _ := s.submit(s.anonymous(), late, chosen); status != http.StatusGone {
		t.Errorf("the link after a day was answered %d", status)
	}
}

// asTyped are ways in which people write a code.
var asTyped = []func(code string) string{
	func(code string) string { return " " + code[:3] + "\u00a0" + code[3:] + "\r\n" },
	func(code string) string { return code[:3] + "–" + code[3:] + "\u200b" },
	func(code string) string { return written(code, 0x0660) }, // Arabic
	func(code string) string { return written(code, 0x06f0) }, // Persian
	func(code string) string { return written(code, 0xff10) }, // wide
	func(code string) string { return code[:2] + "." + code[2:] },
}

// written is a code in other digits, of which zero is given.
func written(code string, zero rune) string {
	return strings.Map(func(r rune) rune { return zero + r - '0' }, code)
}

// longDashes is a recovery code as a phone writes it.
func longDashes(code string) string { return strings.ToUpper(strings.ReplaceAll(code, "-", " — ")) }

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	anna := s.person("anna", store.Admin)
	s.submit(anna, "/settings/account/factor", url.Values{"password": {password}})
	factor, err := s.store.Factor(t.Context(), s.id("anna"))
	if err != nil {
		t.Fatal(err)
	}
	for i, write := range asTyped {
		ms.Add(61_000)
		code, err := totp.GenerateCode(factor.Offered, time.UnixMilli(ms.Load()))
		if err != nil {
			t.Fatal(err)
		}
		client, path, want := anna, "/settings/account/factor/confirm", http.StatusOK
		if i > 0 {
			client, path, want = s.signIn("anna"), "/login/code", http.StatusSeeOther
		}
		if status, _ := s.submit(client, path, url.Values{"code": {write(code)}}); status != want {
			t.Errorf("%+q was answered %d", write(code), status)
		}
	}
}

func TestASecondFactorIsAskedForAndTakenOnce(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	anna := s.person("anna", store.Admin)
	if status, _ := s.submit(anna, "/settings/account/factor", url.Values{"password": {password}}); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	factor, err := s.store.Factor(t.Context(), s.id("anna"))
	if err != nil {
		t.Fatal(err)
	}
	code := func() url.Values {
		code, err := totp.GenerateCode(factor.Offered, time.UnixMilli(ms.Load()))
		if err != nil {
			t.Fatal(err)
		}
		return url.Values{"code": {code}}
	}
	status, page := s.submit(anna, "/settings/account/factor/confirm", code())
	if status != http.StatusOK || strings.Count(page, "<code>") != 10 {
		t.Fatalf("answered %d:\n%s", status, page)
	}
	_, rest, _ := strings.Cut(page, "<code>")
	recovery, _, _ := strings.Cut(rest, "<")
	half := s.signIn("anna")
	base, _ := url.Parse(s.URL)
	before := half.Jar.Cookies(base)
	if status, _ := s.fetch(half, "GET", "/inbox"); status != http.StatusSeeOther {
		t.Errorf("the password alone was answered %d", status)
	}
	if status, _ := s.submit(half, "/login/code", code()); status != http.StatusUnauthorized {
		t.Errorf("a code that was taken before was answered %d", status)
	}
	ms.Add(31_000)
	if status, _ := s.submit(half, "/login/code", code()); status != http.StatusSeeOther {
		t.Errorf("a code was answered %d", status)
	}
	if status, _ := s.fetch(half, "GET", "/inbox"); status != http.StatusOK {
		t.Errorf("password and code were answered %d", status)
	}
	planted := s.anonymous()
	planted.Jar.SetCookies(base, before)
	if status, _ := s.fetch(planted, "GET", "/inbox"); status != http.StatusSeeOther {
		t.Error("the session from before the code became one that is signed in")
	}
	for _, of := range []struct {
		write func(string) string
		want  int
	}{{longDashes, http.StatusSeeOther}, {strings.Clone, http.StatusUnauthorized}} {
		want := of.want
		if status, _ := s.submit(s.signIn("anna"), "/login/code", url.Values{"code": {of.write(recovery)}}); status != want {
			t.Errorf("a recovery code was answered %d, want %d", status, want)
		}
	}
	guesser, status := s.signIn("anna"), 0
	for n := 0; n < 10 && status != http.StatusTooManyRequests; n++ {
		status, _ = s.submit(guesser, "/login/code", url.Values{"code": {fmt.Sprintf("%06d", n)}})
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the tenth wrong code was answered %d", status)
	}
}

func TestGuessingElsewhereKeepsNobodyOut(t *testing.T) {
	var ms atomic.Int64
	ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	s := newSiteAt(t, "", func() time.Time { return time.UnixMilli(ms.Load()) })
	s.person("anna", store.Admin)
	anna := s.signIn("anna") // on a device of theirs
	sign := func(client *http.Client, name, password string) int {
		status, _ := s.submit(client, "/login", url.Values{"username": {name}, "password": {password}})
		return status
	}
	var answers [2][]int
	for n, name := range []string{"nobody", "anna"} {
		ms.Add((time.Hour).Milliseconds())
		for range 21 {
			answers[n] = append(answers[n], sign(s.anonymous(), name, "wrong"))
		}
	}
	if !slices.Equal(answers[0], answers[1]) || answers[0][19] != http.StatusUnauthorized || answers[0][20] != http.StatusTooManyRequests {
		t.Errorf("answers: %v", answers)
	}
	if status := sign(s.anonymous(), "anna", password); status != http.StatusTooManyRequests {
		t.Errorf("after many guesses the next one from there was answered %d", status)
	}
	if status := sign(anna, "anna", password); status != http.StatusSeeOther {
		t.Errorf("on a device of theirs the person was answered %d", status)
	}
	for n := range 12 { // a stolen device is no way to guess either
		if status := sign(anna, "anna", "wrong"); n == 11 && status != http.StatusTooManyRequests {
			t.Errorf("guessing on it was answered %d", status)
		}
	}
	ms.Add((2 * time.Minute).Milliseconds())
	if status := sign(s.anonymous(), "anna", password); status != http.StatusSeeOther {
		t.Errorf("later, from elsewhere, the person was answered %d", status)
	}
	entries, _, err := s.store.AuditLog(t.Context(), store.AuditFilter{Action: store.SignInRefused}, 0, 500)
	if err != nil || len(entries) != 50 || entries[0].Address != "127.0.0.1" {
		t.Errorf("%d refused sign-ins in the audit log from %v, %v", len(entries), entries[0].Address, err)
	}
	for _, e := range entries {
		if e.Subject != "anna" && e.Subject != "" {
			t.Errorf("what was typed stands in the log: %q", e.Subject)
		}
	}
}

// execRaw runs a statement beside the store, as somebody would who has the file.
func (s *site) execRaw(statement string) error {
	db, err := sql.Open("sqlite", "file:"+s.db+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(s.t.Context(), statement)
	return err
}

func TestTheAuditLogIsOnlyAddedTo(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	for _, statement := range []string{`UPDATE audit SET name = 'eve'`, `DELETE FROM audit`} {
		if err := s.execRaw(statement); err == nil || !strings.Contains(err.Error(), "only added to") {
			t.Errorf("%s: %v", statement, err)
		}
	}
	_, page := s.fetch(anna, "GET", "/settings/audit?action=signed+in")
	if !strings.Contains(page, `data-entry=`) || strings.Contains(page, "person added: ") {
		t.Error("the log is not narrowed to what was asked for")
	}
	if _, page := s.fetch(anna, "GET", "/settings/audit?until=2020-01-01"); strings.Contains(page, `data-entry=`) {
		t.Error("the log is not narrowed to the days that were asked for")
	}
}
