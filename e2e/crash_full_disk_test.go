package e2e

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a disk of 8 MB in memory, or skips the test where that is not permitted.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("this test needs the permission to mount a small disk (root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillUp writes to a file until nothing goes on the disk any more.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for {
		if _, err := f.Write(make([]byte, 4096)); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestAFullDiskIsToldAndPagesStayReadable(t *testing.T) {
	for _, full := range []struct {
		name    string
		ballast func(t *testing.T, path string)
	}{
		{"by something else", fillUp},
		{"by webhooks, so that the log cannot be folded in", func(t *testing.T, path string) {
			if err := os.WriteFile(path, make([]byte, 2<<20), 0o600); err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(full.name, func(t *testing.T) {
			dir := smallDisk(t)
			ballast := filepath.Join(dir, "ballast")
			office := newOffice(t, filepath.Join(dir, "tagline.db"))
			if !office.send() {
				t.Fatal("the disk is too small for the test")
			}
			office.expectHealth(http.StatusOK, "nearly full")
			full.ballast(t, ballast)
			for refused := 0; refused < 20 && office.sent < 5000; {
				if !office.send() {
					refused++
				}
			}
			// Asking makes the program try again. That must not make it believe in a success.
			for range 200 {
				office.expectHealth(http.StatusServiceUnavailable, "disk is full")
			}
			if status, page := office.ask("/inbox"); status != http.StatusOK || !strings.Contains(page, "cut-") {
				t.Errorf("the inbox was answered %d", status)
			}
			if found := len(exported(t, office.db)["message"]); found != len(office.acknowledged) {
				t.Errorf("%d messages are exported, %d were acknowledged", found, len(office.acknowledged))
			}

			office.usesAFullDisk()

			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			// Health may wait until the log is folded in, which is done between the two.
			for range 2 {
				if !office.send() {
					t.Error("a webhook was refused after there was space again")
				}
			}
			office.expectHealth(http.StatusOK, "")
			office.server.stop()
			stored, err := marks(t.Context(), office.db)
			if err != nil {
				t.Fatal(err)
			}
			slices.Sort(office.acknowledged)
			if found := slices.Sorted(maps.Keys(stored)); !slices.Equal(found, office.acknowledged) {
				t.Errorf("%d are stored, %d were acknowledged", len(found), len(office.acknowledged))
			}
			t.Logf("%d acknowledged, %d refused", len(office.acknowledged), office.sent-len(office.acknowledged))
		})
	}
}

// office is somebody who is signed in while webhooks arrive.
type office struct {
	t            *testing.T
	db           string
	server       *server
	anna         *http.Client
	sent         int
	acknowledged []string
}

func newOffice(t *testing.T, db string) *office {
	t.Helper()
	jar, _ := cookiejar.New(nil)
	o := &office{t: t, db: db, server: serve(t, "--db", db, "--webhook-secret", webhookSecret), anna: &http.Client{Jar: jar}}
	resp, err := o.anna.PostForm(o.server.stdout.await(t, `(http\S+/setup/\S+)`), url.Values{
		"username": {"anna"}, "password": {"correct horse battery"}, "password_again": {"correct horse battery"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return o
}

// send posts a webhook and tells whether it was acknowledged.
func (o *office) send() bool {
	o.t.Helper()
	mark := fmt.Sprintf("cut-%d-%d-", o.sent%8, o.sent)
	o.sent++
	good := dispatch(o.t, http.DefaultClient, o.server.url, mark, 8_000)
	if good {
		o.acknowledged = append(o.acknowledged, mark)
	}
	return good
}

// ask returns status and body of a page.
func (o *office) ask(path string) (int, string) {
	o.t.Helper()
	resp, err := o.anna.Get(o.server.url + path)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func (o *office) expectHealth(status int, words string) {
	o.t.Helper()
	if got, said := o.ask("/healthz"); got != status || !strings.Contains(said, words) {
		o.t.Fatalf("health was %d, %s; want %d and %q", got, said, status, words)
	}
}

// usesAFullDisk signs in and out, and tries to change something. Then the program starts anew.
func (o *office) usesAFullDisk() {
	o.t.Helper()
	o.signIn(http.StatusOK)
	if status, page := o.post("/conversations/1/done", nil); status != http.StatusServiceUnavailable || !strings.Contains(page, "disk is full") {
		o.t.Errorf("marking as done was answered %d, %.300s", status, page)
	}
	if status, _ := o.post("/login", url.Values{"username": {"anna"}, "password": {"wrong"}}); status != http.StatusUnauthorized {
		o.t.Errorf("a wrong password was answered %d", status)
	}
	o.signOut()
	for range 2 { // the second time after a start for which there was no room
		o.restart()
		o.expectHealth(http.StatusServiceUnavailable, "disk is full")
		o.signIn(http.StatusOK)
		for _, page := range []string{"/inbox", "/conversations/1", "/search?q=cut", "/failures", "/insights", "/settings/privacy", "/settings/team"} {
			if status, _ := o.ask(page); status != http.StatusOK && status != http.StatusNotFound {
				o.t.Errorf("%s was answered %d", page, status)
			}
		}
		if o.send() {
			o.t.Error("a webhook was acknowledged on a full disk")
		}
		o.signOut()
	}
	o.signIn(http.StatusOK) // and is there when the disk has room again
}

func (o *office) post(path string, form url.Values) (int, string) {
	o.t.Helper()
	resp, err := o.anna.PostForm(o.server.url+path, form)
	if err != nil {
		o.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func (o *office) signIn(want int) {
	o.t.Helper()
	if status, page := o.post("/login", url.Values{"username": {"anna"}, "password": {"correct horse battery"}}); status != want {
		o.t.Fatalf("signing in was answered %d, %.500s", status, page)
	}
	if status, page := o.ask("/inbox"); status != http.StatusOK || !strings.Contains(page, "cut-") {
		o.t.Fatalf("whoever signed in sees %d, %.300s", status, page)
	}
}

func (o *office) signOut() {
	o.t.Helper()
	before := o.anna.Jar.Cookies(o.origin())
	if status, page := o.post("/logout", nil); status != http.StatusOK {
		o.t.Errorf("signing out was answered %d, %.300s", status, page)
	}
	o.anna.Jar.SetCookies(o.origin(), before) // whoever has the cookie
	if _, page := o.ask("/inbox"); strings.Contains(page, "cut-") {
		o.t.Error("who signed out sees the inbox")
	}
}

func (o *office) origin() *url.URL {
	u, err := url.Parse(o.server.url)
	if err != nil {
		o.t.Fatal(err)
	}
	return u
}

// restart ends the program and starts another one, whose disk has room for nothing.
func (o *office) restart() {
	o.t.Helper()
	o.server.stop()
	fillUp(o.t, filepath.Join(filepath.Dir(o.db), "ballast")) // what was freed by that
	o.server = serve(o.t, "--db", o.db, "--webhook-secret", webhookSecret)
}
