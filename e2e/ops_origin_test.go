package e2e

import (
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gorilla/websocket"
)

// behind is a server as a proxy reaches it.
type behind struct {
	t    *testing.T
	addr string
	*server
}

func serveBehind(t *testing.T, db, url string) behind {
	t.Helper()
	addr := freeAddr(t)
	return behind{t, addr, serve(t, "--db", db, "--url", url, "--addr", addr)}
}

// send returns the answer and its body; header are pairs, and Host is one of them.
func (b behind) send(client *http.Client, method, path string, form neturl.Values, header ...string) (*http.Response, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, "http://"+b.addr+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
		r.Header.Add(header[i], header[i+1])
	}
	resp, err := client.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp, string(body)
}

func stranger() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

var annaSignsIn = neturl.Values{"username": {"anna"}, "password": {password}}

// Pages and sockets go by the same: the origin that browsers make of --url.
func TestPagesAndSocketsGoByTheSameOrigin(t *testing.T) {
	for _, c := range []struct {
		url, origin string
		want        bool
	}{
		{"https://inbox.lan:443", "https://inbox.lan", true},
		{"http://inbox.lan:80/", "http://inbox.lan", true},
		{"HTTPS://Inbox.LAN./", "https://inbox.lan", true},
		{"https://bücher.example", "https://xn--bcher-kva.example", true},
		{"https://inbox.lan:8443", "https://inbox.lan:8443", true},
		{"http://[0:0:0:0:0:0:0:1]:8080", "http://[::1]:8080", true},
		{"https://inbox.lan", "http://inbox.lan", false},
		{"https://inbox.lan", "https://inbox.lan:8443", false},
		{"https://inbox.lan", "https://inbox.lan.evil.example", false},
		{"https://inbox.lan", "null", false},
	} {
		db := databaseWithTeam(t, "anna --role admin")
		b := serveBehind(t, db, c.url)
		// The proxy names itself as the host, and plain http carries no Sec-Fetch-Site.
		resp, body := b.send(stranger(), "POST", "/login", annaSignsIn, "Host", "127.0.0.1:8080", "Origin", c.origin)
		if got := resp.StatusCode == http.StatusSeeOther; got != c.want {
			t.Errorf("--url %s: signing in from %s was answered %d", c.url, c.origin, resp.StatusCode)
		}
		if !c.want && (resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "https://inbox.lan (--url)")) {
			t.Errorf("--url %s: signing in from %s was answered %d without a reason:\n%s", c.url, c.origin, resp.StatusCode, body)
		}
		header := http.Header{"Origin": {c.origin}, "Cookie": {"__Host-tagline=" + sessionID("anna", 0) + "; tagline=" + sessionID("anna", 0)}}
		conn, resp, err := websocket.DefaultDialer.Dial("ws://"+b.addr+"/live?screen=%7B%7D", header)
		if err == nil {
			conn.Close()
		}
		if resp == nil || (resp.StatusCode == http.StatusSwitchingProtocols) != c.want {
			t.Errorf("--url %s: a socket from %s was answered %v", c.url, c.origin, resp)
		}
		b.stop()
	}
}

// Over http nobody can sign in where --url is https: nothing is used up there, and the page says why.
func TestLinksAreUsedUpOnlyWhereSigningInWorks(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tagline.db")
	b := serveBehind(t, db, "https://inbox.lan")
	setUp := b.stdout.await(t, `https://inbox\.lan(/setup/\w+)`)
	const says = "Tagline was started for https://inbox.lan (--url)"
	account := neturl.Values{"username": {"anna"}, "password": {password}, "password_again": {password}}
	elsewhere := [][]string{{"Origin", "http://inbox.lan", "Host", "inbox.lan"}, {"Origin", "http://" + b.addr}, {"Origin", "http://" + b.addr, "Sec-Fetch-Site", "same-origin"}, {}, {"Host", "inbox.lan"}}
	there := []string{"Origin", "https://inbox.lan", "Host", "127.0.0.1:8080"}
	useUp := func(link string) {
		t.Helper()
		for _, header := range elsewhere {
			if resp, body := b.send(stranger(), "POST", link, account, header...); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, says) {
				t.Errorf("%s with %v was answered %d:\n%s", link, header, resp.StatusCode, body)
			}
			if resp, body := b.send(stranger(), "POST", "/login", annaSignsIn, header...); resp.StatusCode != http.StatusForbidden || !strings.Contains(body, says) {
				t.Errorf("signing in with %v was answered %d:\n%s", header, resp.StatusCode, body)
			}
		}
		for _, path := range []string{link, "/login"} {
			if resp, body := b.send(stranger(), "GET", path, nil); resp.StatusCode != http.StatusOK || !strings.Contains(body, says) || !strings.Contains(body, `href="https://inbox.lan`+path+`"`) {
				t.Errorf("%s, before anything is done, is %d:\n%s", path, resp.StatusCode, body)
			}
			for _, header := range [][]string{{"Sec-Fetch-Site", "none"}, {"X-Forwarded-Proto", "https"}} {
				if _, body := b.send(stranger(), "GET", path, nil, append(header, "Host", "inbox.lan")...); strings.Contains(body, says) || !strings.Contains(body, "https://inbox.lan") {
					t.Errorf("%s at the right address alarms people, or does not say it:\n%s", path, body)
				}
			}
		}
	}
	useUp(setUp)
	anna := stranger()
	resp, _ := b.send(anna, "POST", setUp, account, there...)
	if resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("at the right address the set-up link was answered %d", resp.StatusCode)
	}
	var session string
	for _, cookie := range resp.Cookies() {
		session += cookie.Name + "=" + cookie.Value + "; "
	}
	resp, page := b.send(stranger(), "POST", "/settings/people", neturl.Values{"username": {"piet"}, "role": {"admin"}}, append(there, "Cookie", session)...)
	_, rest, found := strings.Cut(page, "https://inbox.lan/link/")
	if resp.StatusCode != http.StatusOK || !found {
		t.Fatalf("inviting was answered %d", resp.StatusCode)
	}
	id, _, _ := strings.Cut(rest, `"`)
	useUp("/link/" + id)
	if resp, _ := b.send(stranger(), "POST", "/link/"+id, account, there...); resp.StatusCode != http.StatusSeeOther {
		t.Errorf("at the right address the link was answered %d", resp.StatusCode)
	}
}

// Where no proxy hides the host, pages say at once that the browser is elsewhere.
func TestAnotherHostIsDoubtfulWhereNoProxyIs(t *testing.T) {
	s := serve(t, "--db", databaseWithTeam(t, "anna --role admin"))
	_, port, err := net.SplitHostPort(strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	for host, doubtful := range map[string]bool{"localhost:" + port: false, "LOCALHOST:" + port: false, "127.0.0.1:" + port: true, "inbox.lan": true, "localhost": true} {
		b := behind{t, "localhost:" + port, s}
		_, body := b.send(stranger(), "GET", "/login", nil, "Host", host)
		if got := strings.Contains(body, "(--url)"); got != doubtful {
			t.Errorf("at %s the page doubts: %v", host, got)
		}
	}
}
