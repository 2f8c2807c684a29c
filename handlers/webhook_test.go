package handlers_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"unicode/utf16"

	"tagline/store"
)

const json = "application/json"

func TestWebhookAnswers(t *testing.T) {
	message := `{"secret":"` + secret + `","phone_number":"+15550100","text":"Hi"}`
	large := `{"secret":"` + secret + `","phone_number":"+15550100","text":"` + strings.Repeat("x", 64<<10) + `"}`
	for _, tt := range []struct {
		name, path, contentType, body string
		status                        int
		kept                          int
	}{
		{"by token and secret", "TOKEN/received", json, message, 200, 1},
		{"by token without a secret", "TOKEN/tag", json, `{"phone_number":"+15550100","tag":"Warm"}`, 200, 1},
		{"by token and a null secret", "TOKEN/tag", json, `{"secret":null,"phone_number":"+15550100","tag":"Warm"}`, 200, 1},
		{"by token with a wrong secret", "TOKEN/received", json, strings.Replace(message, secret, "wrong", 1), 401, 0},
		{"by token with an empty secret", "TOKEN/received", json, strings.Replace(message, secret, "", 1), 401, 0},
		{"by secret", "received", json, message, 200, 1},
		{"without token and secret", "received", json, `{"phone_number":"+15550100","text":"Hi"}`, 401, 0},
		{"with a wrong secret", "received", json, strings.Replace(message, secret, "s3cret", 1), 401, 0},
		{"with an empty secret", "received", json, strings.Replace(message, secret, "", 1), 401, 0},
		{"with a wrong token", "AAAAAAAAAAAAAAAAAAAAAAAAAA/received", json, message, 401, 0},
		{"another kind", "TOKEN/delivered", json, message, 404, 0},
		{"no kind", "", json, message, 404, 0},
		{"a longer path", "TOKEN/received/x", json, message, 404, 0},
		{"labelled as text", "TOKEN/received", "text/plain", message, 200, 1},
		{"labelled as a form", "TOKEN/received", "application/x-www-form-urlencoded", message, 200, 1},
		{"labelled as nonsense", "received", "; ;", message, 200, 1},
		{"labelled with another charset", "received", json + "; charset=utf-16", message, 200, 1},
		{"a form", "TOKEN/received", "application/x-www-form-urlencoded", "phone_number=%2B15550100&text=Hi&secret=x", 200, 1},
		{"after a byte order mark", "received", "text/plain", "\uFEFF" + message, 200, 1},
		{"UTF-16", "received", json, utf16LE(message), 200, 1},
		{"a number of 60,000 digits", "TOKEN/received", json, strings.Replace(message, "15550100", strings.Repeat("1", 60_000), 1), 200, 1},
		{"JSON with a charset", "TOKEN/received", json + "; charset=utf-8", message, 200, 1},
		{"no type", "TOKEN/received", "", message, 200, 1},
		{"too large", "TOKEN/received", json, large, 413, 0},
		{"not JSON, by token", "TOKEN/received", json, "hello", 200, 1},
		{"not JSON, without", "received", json, "hello", 401, 0},
		{"empty, by token", "TOKEN/received", json, "", 200, 1},
		{"a test sample", "TOKEN/sent", json, `{"secret":"` + secret + `","phone_number":"+11234567890","text":"Working!"}`, 200, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, secret)
			status, answer := s.post(strings.Replace(tt.path, "TOKEN", s.token, 1), tt.contentType, tt.body)
			if status != tt.status {
				t.Errorf("answered %d, want %d: %s", status, tt.status, answer)
			}
			if ok := strings.HasPrefix(answer, `{"ok":true`); ok != (tt.status == 200) || !strings.Contains(answer, `"message":"`) {
				t.Errorf("the answer is %s", answer)
			}
			if kept := s.exported("delivery"); kept != tt.kept {
				t.Errorf("%d bodies kept, want %d", kept, tt.kept)
			}
		})
	}
}

func utf16LE(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(unit))
		b.WriteByte(byte(unit >> 8))
	}
	return b.String()
}

// A redirect would lose the message: TextLink does not follow one.
func TestEveryWayOfWritingAWebhooksPathReachesIt(t *testing.T) {
	message := `{"secret":"` + secret + `","phone_number":"+15550100","text":"Hi"}`
	for _, path := range []string{
		"//webhooks/TOKEN/received", "/webhooks/TOKEN/received/", "/webhooks/TOKEN//received", "/webhooks/TOKEN/./received", "/./webhooks/TOKEN/received",
		"/webhooks/TOKEN/RECEIVED", "/Webhooks/TOKEN/Received", "/webhooks/TOKEN/x/../received", "/x/../webhooks/TOKEN/received", "/webhooks/TOKEN/%72eceived",
		"/%77ebhooks/TOKEN/received", "/webhooks%2FTOKEN%2Freceived", "/webhooks/TOKEN/received%20", "/webhooks/%0ATOKEN/received", "/webhooks/TOKEN/received?a=b",
		"/webhooks/TOKEN/received?", "///webhooks///TOKEN///received///", "/webhooks/./received", "//webhooks/received",
	} {
		s := newSite(t, secret)
		status, answer := s.postPath(strings.Replace(path, "TOKEN", s.token, 1), message)
		if status != http.StatusOK || s.exported("message") != 1 {
			t.Errorf("%s was answered %d: %s", path, status, answer)
		}
	}
}

func TestAPackedBodyIsStored(t *testing.T) {
	s := newSite(t, secret)
	var body bytes.Buffer
	w := gzip.NewWriter(&body)
	fmt.Fprintf(w, `{"secret":%q,"phone_number":"+15550100","text":"Hi"}`, secret)
	w.Close()
	req, _ := http.NewRequest("POST", s.URL+"/webhooks/received", io.MultiReader(&body)) // chunked: the reader hides its length
	req.Header.Set("Content-Encoding", "gzip")
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || s.exported("message") != 1 || strings.Contains(s.export(), secret) {
		t.Errorf("answered %d, %d messages", resp.StatusCode, s.exported("message"))
	}
}

func TestWhatIsTooLongIsKeptAndMakesNoContact(t *testing.T) {
	s := newSite(t, "")
	long := strings.Repeat("1", 60_000)
	for path, body := range map[string]string{
		"received": `{"phone_number":"+` + long + `","text":"Hi"}`,
		"sent":     `{"phone_number":"` + long + `","text":"Hi"}`,
		"tag":      `{"phone_number":"+15550100","tag":"` + long + `"}`,
		"failed":   `{"phone_number":"` + long + `","text":"Hi","timestamp":1748463114559}`,
	} {
		if status, answer := s.post(s.token+"/"+path, json, body); status != http.StatusOK || !strings.Contains(answer, `"outcome":"unparsed"`) {
			t.Errorf("%s was answered %d: %s", path, status, answer)
		}
	}
	if c, d := s.exported("contact"), s.exported("delivery"); c != 0 || d != 4 {
		t.Errorf("%d contacts and %d deliveries, want 0 and 4", c, d)
	}
}

func TestOtherMethodsAreRefused(t *testing.T) {
	s := newSite(t, secret)
	for _, method := range []string{"GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS"} {
		req, _ := http.NewRequest(method, s.URL+"/webhooks/received", nil)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusMethodNotAllowed || resp.Header.Get("Allow") != "POST" {
			t.Errorf("%s was answered %d, Allow %q", method, resp.StatusCode, resp.Header.Get("Allow"))
		}
	}
}

func TestARequestThatGoesAwayIsStoredAndNotNotedAsRefused(t *testing.T) {
	s := newSite(t, "")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	body := strings.NewReader(`{"phone_number":"+15550100","tag":"Warm"}`)
	s.Config.Handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(gone, "POST", "/webhooks/"+s.token+"/tag", body))
	for _, r := range s.refused() {
		t.Errorf("noted as %s", r.Cause)
	}
	if kept := s.exported("delivery"); kept != 1 {
		t.Errorf("%d bodies kept, want 1", kept)
	}
}

func TestWithoutASecretTheTokenIsEnough(t *testing.T) {
	s := newSite(t, "")
	for _, body := range []string{
		`{"phone_number":"+15550100","text":"Hi"}`,
		`{"secret":"","phone_number":"+15550100","text":"Hi"}`,
		`{"secret":"anything","phone_number":"+15550100","text":"Hi"}`,
	} {
		if status, answer := s.post(s.token+"/received", json, body); status != 200 {
			t.Errorf("%s by token was answered %d: %s", body, status, answer)
		}
		if status, answer := s.post("received", json, body); status != 401 {
			t.Errorf("%s without the token was answered %d: %s", body, status, answer)
		}
	}
}

func TestTheSecretIsNotKept(t *testing.T) {
	s := newSite(t, secret)
	s.post(s.token+"/received", json, `{"secret":"`+secret+`","phone_number":"+15550100","text":"Hi"}`)
	s.post(s.token+"/received", json, `{"secret":"`+secret+`","phone_number":`)
	export := s.export()
	if strings.Contains(export, secret) {
		t.Errorf("the secret stands in the export:\n%s", export)
	}
	if !strings.Contains(export, `{\"secret\":\"***\",\"phone_number\":\"+15550100\",\"text\":\"Hi\"}`) {
		t.Errorf("the body was not kept byte for byte:\n%s", export)
	}
}

// Whose a body is whose subuser cannot be read stays open: nobody but admins sees it, and no destination that takes one
// account's.
func TestABodyOfAnUnreadableSubuserIsShownInNoAccount(t *testing.T) {
	s, tool := newSite(t, ""), newTool(t)
	s.target(tool, store.Target{Subusers: []store.SubuserID{store.Main}})
	main := s.person("mia", store.Agent, store.Main)
	bodies := []string{`"six"`, `{"id":6}`, `[6]`, `6.5`, `-6`, `"main"`, `true`, `99999999999999999999`}
	for i, subuser := range bodies {
		for _, kind := range []string{"received", "sent", "failed", "tag"} {
			body := fmt.Sprintf(`{"phone_number":"+1415555013%d","text":"private","tag":"Private","subuser_id":%s}`, i, subuser)
			if kind == "sent" || kind == "failed" {
				body = strings.Replace(body, `"tag":"Private",`, "", 1)
			}
			if kind == "tag" {
				body = strings.Replace(body, `"text":"private",`, "", 1)
			}
			if status, answer := s.post(s.token+"/"+kind, json, body); status != 200 || !strings.Contains(answer, `"unparsed"`) {
				t.Errorf("%s %s was answered %d: %s", kind, body, status, answer)
			}
		}
	}
	if n := s.exported("message") + s.exported("contact"); n != 0 || s.exported("delivery") != 4*len(bodies) {
		t.Errorf("%d messages and contacts, %d deliveries", n, s.exported("delivery"))
	}
	if _, page := s.fetch(main, "GET", "/"); strings.Contains(strings.ToLower(page), "private") {
		t.Error("the main account's page shows it")
	}
	s.post(s.token+"/received", json, `{"phone_number":"+14155550140","text":"for main","subuser_id":null}`)
	if got := tool.next().body; !strings.Contains(got, "for main") {
		t.Errorf("the main account's destination got %s", got)
	}
}

func TestOutcomes(t *testing.T) {
	s := newSite(t, "")
	sent := `{"phone_number":"+15550100","text":"Hi","timestamp":1748463114559}`
	for i, tt := range []struct{ path, body, outcome string }{
		{"sent", sent, "stored"},
		{"sent", sent, "duplicate"},
		{"failed", sent, "stored"},
		{"sent", sent, "duplicate"},
		{"sent", `{"text":"to nobody"}`, "unparsed"},
		{"tag", `{"phone_number":"+15550100"}`, "unparsed"},
		{"tag", `{"phone_number":"+15550100","tag":"Warm"}`, "stored"},
		{"tag", `{"phone_number":"+15550100","tag":"Warm"}`, "duplicate"},
		{"received", `{"phone_number":"+11234567890","text":"Working!"}`, "test"},
	} {
		if _, answer := s.post(s.token+"/"+tt.path, json, tt.body); !strings.Contains(answer, `"outcome":"`+tt.outcome+`"`) {
			t.Errorf("%d: %s %s was answered %s, want %s", i, tt.path, tt.body, answer, tt.outcome)
		}
	}
	if n := s.exported("message"); n != 1 {
		t.Errorf("%d messages, want 1", n)
	}
}

// postPath posts a body to a path exactly as it is written, and follows nowhere.
func (s *site) postPath(path, body string) (status int, answer string) {
	s.t.Helper()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", path, s.Listener.Addr(), len(body), body)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(content)
}
