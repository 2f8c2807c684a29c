package e2e

import (
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"tagline/store"
	"tagline/textlink"
	"tagline/textlink/fake"
)

// queue puts a message into the outbox of a database that nobody has open.
func queue(t *testing.T, db, text string, at time.Time) {
	t.Helper()
	s, err := store.Open(t.Context(), db, store.Options{Now: func() time.Time { return at }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	n := store.NewReply{User: 1, Text: text, TextKey: textlink.TextKey(text), CustomID: "own " + text}
	if _, err := s.StartConversation(t.Context(), store.Everything, store.Start{NewReply: n, PhoneNumber: "+14155550134"}); err != nil {
		t.Fatal(err)
	}
}

// sendsTo serves a database whose replies go to a fake TextLink.
func sendsTo(t *testing.T, db string) (*server, *fake.API) {
	t.Helper()
	api := &fake.API{Key: apiKey}
	textLink := httptest.NewServer(api)
	t.Cleanup(textLink.Close)
	return serve(t, "--db", db, "--api-key", apiKey, "--api-url", textLink.URL, "--send-pace", "1ms"), api
}

// heldOnScreen looks at a held message in the thread and the list, sends it, and sees that it went out once.
func heldOnScreen(t *testing.T, s *server, api *fake.API, text, reason string) {
	t.Helper()
	b := newTab(t)
	b.signIn(s.url, "anna")
	b.see(`[data-conversation]`, "Failed")
	b.open(s.url + "/inbox?view=failed")
	b.see(`.open-failure`, reason)
	b.see(`.open-failure`, "Send now")
	b.see(`.open-failure`, "Discard")
	b.look("held-list")
	b.click(`[data-conversation]`)
	b.see(`[data-message][data-state=failed]`, "Held")
	b.see(`[data-message][data-state=failed]`, reason)
	b.look("held")
	calls := len(api.Calls())
	b.click(`#thread form[action$="/retry"] button`)
	b.await("it to go out", `!!document.querySelector("[data-message]:is([data-state=accepted], [data-state=sent])")`)
	if n := len(api.Calls()); n != calls+1 {
		t.Errorf("%d calls, want one more than %d", n, calls)
	}
}

func TestWhatWaitedForDaysIsHeldAndAskedAbout(t *testing.T) {
	db := databaseWithTeam(t, "anna --role admin")
	queue(t, db, "Thirty days old", time.Now().AddDate(0, 0, -30))
	s, api := sendsTo(t, db)
	heldOnScreen(t, s, api, "Thirty days old", "waited for more than 4 hours")
}

func TestARestoredBackupSendsNothingByItself(t *testing.T) {
	db := databaseWithTeam(t, "anna --role admin")
	for _, text := range []string{"one", "two", "three"} {
		queue(t, db, text, time.Now())
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if _, err := command(t, "", "backup", "--db", db, backup); err != nil {
		t.Fatal(err)
	}
	s, api := sendsTo(t, db)
	for deadline := time.Now().Add(10 * time.Second); len(api.Calls()) < 3 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
	}
	s.stop()
	if _, err := command(t, "", "restore", "--db", db, backup); err != nil {
		t.Fatal(err)
	}
	s, again := sendsTo(t, db)
	if n := len(again.Calls()); n != 0 || len(api.Calls()) != 3 {
		t.Errorf("%d were sent before, %d after", len(api.Calls()), n)
	}
	b := newTab(t)
	b.open(s.url + "/login")
	b.fill(`input[name=username]`, "anna")
	b.fill(`input[name=password]`, password)
	b.submit(`input[name=password]`)
	b.await("the inbox", `location.pathname === "/inbox"`)
	b.click(`[data-conversation]`)
	b.see(`[data-message][data-state=failed]`, "may have been sent after the backup")
	if n := b.count(`[data-message][data-state=failed]`); n != 3 {
		t.Errorf("%d are held, want 3", n)
	}
	if n := len(again.Calls()); n != 0 {
		t.Errorf("%d were sent", n)
	}
}
