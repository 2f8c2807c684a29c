package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tagline/cli"
	"tagline/store"
	"tagline/textlink"
	"tagline/textlink/fake"
)

// demoServer runs the program on the demo's past, with the admin anna.
func demoServer(t testing.TB, args ...string) *server {
	t.Helper()
	db := copyOf(t, "the demo", func(db string) { playDemo(t, db) })
	return serve(t, append([]string{"--db", db}, args...)...)
}

// playDemo fills the database with the demo's past and adds anna.
func playDemo(t testing.TB, db string) {
	t.Helper()
	if err := cli.NameDemo(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	server := serve(t, "--db", db)
	console := fake.Console{URLs: map[textlink.Kind]string{}}
	for kind, url := range webhooks(t, db, server.url) {
		console.URLs[textlink.Kind(kind)] = url
	}
	err := cli.PlayPast(t.Context(), console, func() error {
		_, err := command(t, password+"\n", "user", "add", "anna", "--db", db, "--role", "admin", "--password-stdin")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(cli.WorkDemo(t.Context(), s), s.Close()); err != nil {
		t.Fatal(err)
	}
	server.stop()
	addSessions(t, db)
}

// heroine is the address of the conversation that the screenshots show.
const heroine = `[...document.querySelectorAll("[data-conversation]")].find(e => e.innerText.includes("Maria Ochoa")).click()`

func TestNoScreenIsWiderThanItsWindow(t *testing.T) {
	server := demoServer(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	for _, width := range []int64{320, 390, 759, 760, 1099, 1100, 1440} {
		b.size(width, 844)
		for _, path := range []string{"/inbox", "/inbox?view=failed&subuser=6&tag=Warm", "/settings/connect"} {
			b.open(server.url + path)
			b.live()
			b.fits(fmt.Sprintf("%s at %d", path, width))
		}
		b.open(server.url + "/inbox?subuser=6")
		eval[any](b, heroine)
		b.await("the thread", `!!document.getElementById("thread-header")`)
		b.fits(fmt.Sprintf("a thread at %d", width))
	}
}

// TestScreenshots takes the pictures of the README; make screenshots runs it.
func TestScreenshots(t *testing.T) {
	dir := os.Getenv("TAGLINE_SCREENSHOTS")
	if dir == "" {
		t.Skip("make screenshots says where to put them")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	server := demoServer(t, "--api-key", "demo", "--api-url", "http://localhost:1") // replies can be written; none is
	b := newTab(t)
	b.signIn(server.url, "anna")
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		for _, screen := range []struct {
			name          string
			width, height int64
		}{{"desktop", 1440, 900}, {"phone", 390, 844}} {
			b.size(screen.width, screen.height)
			b.open(server.url + "/inbox")
			b.live()
			b.shoot(filepath.Join(dir, fmt.Sprintf("inbox-%s-%s.png", screen.name, scheme)))
			b.open(server.url + "/inbox?subuser=6")
			b.live()
			b.click(`[data-conversation="` + eval[string](b, `[...document.querySelectorAll("[data-conversation]")].find(e => e.innerText.includes("Maria Ochoa")).dataset.conversation`) + `"]`)
			b.await("the thread", `!!document.getElementById("thread-header")`)
			b.await("the thread to be read", `document.getElementById("thread-header").dataset.unread === "0"`)
			b.shoot(filepath.Join(dir, fmt.Sprintf("thread-%s-%s.png", screen.name, scheme)))
			b.open(server.url + "/settings/connect")
			b.live()
			b.shoot(filepath.Join(dir, fmt.Sprintf("connect-%s-%s.png", screen.name, scheme)))
		}
	}
}
