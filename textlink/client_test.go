package textlink

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

const testKey = "tl-key-that-nobody-may-read"

// client returns one whose calls the handler answers.
func client(t *testing.T, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return clientOf(t, server.URL)
}

func clientOf(t *testing.T, base string) *Client {
	t.Helper()
	keys, err := ParseKeys(testKey + "\n6=key-of-six")
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewClient(base, "", keys)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSendCarriesWhatTextLinkAsksFor(t *testing.T) {
	var got *http.Request
	var body string
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		got, body = r, string(content)
		io.WriteString(w, `{"ok":true,"queued":true}`)
	})
	waiting, err := c.Send(t.Context(),
		SMS{Subuser: 6, PhoneNumber: "+15550100", Text: "Hi", SIMCardID: 123, CustomID: "c1"})
	if err != nil || !waiting {
		t.Fatalf("waiting %v, %v", waiting, err)
	}
	if got.URL.Path != "/api/send-sms" || got.Header.Get("Authorization") != "Bearer key-of-six" ||
		got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("called %s with %v", got.URL, got.Header)
	}
	if want := `{"custom_id":"c1","phone_number":"+15550100","sim_card_id":123,"text":"Hi"}`; body != want {
		t.Errorf("the body is %s, want %s", body, want)
	}
	if _, err := c.Send(t.Context(), SMS{Subuser: 7, PhoneNumber: "+15550100", Text: "Hi"}); err != nil ||
		strings.Contains(body, "sim_card_id") {
		t.Errorf("without a SIM: %s, %v", body, err)
	}
	if got.Header.Get("Authorization") != "Bearer "+testKey {
		t.Errorf("a subuser without a key of its own calls with %q", got.Header.Get("Authorization"))
	}
}

func TestOnlyOKDecidesAndWhatIsUnclearIsNoRefusal(t *testing.T) {
	for _, one := range []struct {
		status  int
		body    string
		refusal string // "" for none
		unclear bool
	}{
		{200, `{"ok":true}`, "", false},
		{500, `{"ok":true}`, "", false},
		{200, `{"ok":false,"message":"No credit"}`, "No credit", false},
		{200, `{"ok":false}`, "TextLink refused it and gave no reason.", false},
		{503, `{"ok":false,"message":"Busy"}`, "Busy", false},
		{401, `no`, "TextLink answered 401 Unauthorized.", false},
		{500, `<h1>Oops</h1>`, "", true},
		{302, ``, "", true},
		{200, `garbage`, "", true},
		{200, `{"ok":true,"queued":"yes","message":{"id":7}}`, "", false},
		{200, `{"ok":true,"queued":2,"message":["a"]}`, "", false},
		{200, `{"ok":true} <br />Notice: no such index`, "", false},
		{200, "\uFEFF \n" + `{"ok":true}`, "", false},
		{200, `{"ok":false,"message":["No credit"]}`, `["No credit"]`, false},
		{200, `{"ok":false,"message":402}`, "402", false},
		{200, "\uFEFF" + `{"ok":false,"message":null}`, "TextLink refused it and gave no reason.", false},
		{200, `{"ok":1,"message":"x"}`, "", true},
		{200, `Notice: {"ok":true}`, "", true},
		{200, `{"ok":true`, "", true},
		{200, `{"ok":"true"}`, "", true},
		{200, `{}`, "", true},
		{200, ``, "", true},
	} {
		c := client(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/api/send-sms")
			w.WriteHeader(one.status)
			io.WriteString(w, one.body)
		})
		_, err := c.Send(t.Context(), SMS{PhoneNumber: "+1", Text: "Hi"})
		var refusal *Refusal
		switch refused := errors.As(err, &refusal); {
		case one.refusal == "" && !one.unclear && err != nil,
			one.unclear && (err == nil || refused),
			one.refusal != "" && (!refused || refusal.Reason != one.refusal):
			t.Errorf("%d %s gave %v", one.status, one.body, err)
		}
	}
}

// An answer that is there as a whole says how the call went, however its connection ends.
func TestAWholeAnswerIsUnderstoodHoweverItsConnectionEnds(t *testing.T) {
	for _, end := range []struct {
		name   string
		header string // of a body that has the answer in it
		after  string
		hangs  bool
	}{
		{"promised more", "Content-Length: 500", "", false},
		{"chunks without an end", "Transfer-Encoding: chunked", "", false},
		{"stays open", "Connection: close", "", true},
		{"stays open, and promised more", "Content-Length: 500", "\r\n", true},
	} {
		for body, wantRefusal := range map[string]bool{`{"ok":true}`: false, `{"ok":false,"message":"No credit"}`: true} {
			t.Run(end.name+" "+body, func(t *testing.T) {
				c := client(t, func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					conn, _, err := w.(http.Hijacker).Hijack()
					if err != nil {
						t.Error(err)
						return
					}
					defer conn.Close()
					sent := body + end.after
					if strings.Contains(end.header, "chunked") {
						sent = fmt.Sprintf("%x\r\n%s\r\n", len(sent), sent)
					}
					fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\n%s\r\n\r\n%s", end.header, sent)
					if end.hangs {
						conn.Read(make([]byte, 1)) // until the client has had enough
					}
				})
				var refusal *Refusal
				_, err := c.Send(t.Context(), SMS{PhoneNumber: "+15550100", Text: "Hi"})
				if errors.As(err, &refusal) != wantRefusal || !wantRefusal && err != nil {
					t.Errorf("it is %v", err)
				}
			})
		}
	}
}

func TestTheKeyStandsInNoError(t *testing.T) {
	echo := client(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"ok":false,"message":"Unknown key `+
			strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+`"}`)
	})
	dropped := client(t, func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) })
	for _, c := range []*Client{echo, dropped, clientOf(t, "http://127.0.0.1:1")} {
		if err := c.SetTag(t.Context(), 0, "+1", "Hot"); err == nil || strings.Contains(err.Error(), testKey) {
			t.Errorf("the error is %v", err)
		}
	}
	for _, text := range []string{testKey + " " + testKey, "6=", "0=" + testKey} {
		if _, err := ParseKeys(text); err == nil || strings.Contains(err.Error(), testKey) {
			t.Errorf("%q: the error is %v", text, err)
		}
	}
}

func TestACallThatNeverLeftIsARefusalAndOneThatHangsIsNot(t *testing.T) {
	var refusal *Refusal
	if _, err := clientOf(t, "http://127.0.0.1:1").Send(t.Context(),
		SMS{PhoneNumber: "+1", Text: "Hi"}); !errors.As(err, &refusal) {
		t.Errorf("nobody listening gave %v", err)
	}
	if _, err := client(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }).Send(t.Context(),
		SMS{PhoneNumber: "+1", Text: "Hi"}); err == nil || errors.As(err, &refusal) {
		t.Errorf("a connection that ended gave %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	hangs := client(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	})
	if _, err := hangs.Send(ctx, SMS{PhoneNumber: "+1", Text: "Hi"}); err == nil || errors.As(err, &refusal) {
		t.Errorf("a call that hung gave %v", err)
	}
	if hangs.http.Timeout != 15*time.Second {
		t.Errorf("calls may take %v", hangs.http.Timeout)
	}
}

func TestTheTagPathCanBeChosen(t *testing.T) {
	var path string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path = r.URL.Path
		io.WriteString(w, `{"ok":true}`)
	}))
	defer server.Close()
	keys, _ := ParseKeys(testKey)
	c, err := NewClient(server.URL, "/api/update-contact-tag", keys)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.SetTag(t.Context(), 0, "+1", "Hot"); err != nil || path != "/api/update-contact-tag" {
		t.Errorf("called %s, %v", path, err)
	}
	for _, wrong := range [][2]string{{"ftp://x", ""}, {"textlinksms.com", ""}, {"", "api/tag"}} {
		if _, err := NewClient(wrong[0], wrong[1], keys); err == nil {
			t.Errorf("%q can be used", wrong)
		}
	}
}

// A server closes a connection about when the next call comes: on a new one nothing is lost.
func TestNoCallIsMadeOnAConnectionThatWasUsedBefore(t *testing.T) {
	var used []string
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		used = append(used, r.RemoteAddr)
		io.WriteString(w, `{"ok":true}`)
	})
	for range 3 {
		if _, err := c.Send(t.Context(), SMS{PhoneNumber: "+15550100", Text: "Hi"}); err != nil {
			t.Fatal(err)
		}
		if err := c.SetTag(t.Context(), 0, "+15550100", "Hot"); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(used)
	if len(slices.Compact(used)) != 6 {
		t.Errorf("six calls came through %v", used)
	}
}

// What failed before anything was written is certain.
func TestACallThatFailedBeforeItWasWrittenIsARefusal(t *testing.T) {
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	untrusted := httptest.NewTLSServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0)
	t.Cleanup(untrusted.Close)
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	for name, base := range map[string]string{
		"nobody listens":            closed.URL,
		"no such name":              "http://nowhere.invalid",
		"no TLS":                    strings.Replace(plain.URL, "http:", "https:", 1),
		"a certificate of a friend": untrusted.URL,
	} {
		t.Run(name, func(t *testing.T) {
			var refusal *Refusal
			if _, err := clientOf(t, base).Send(t.Context(),
				SMS{PhoneNumber: "+15550100", Text: "Hi"}); !errors.As(err, &refusal) {
				t.Errorf("it is %v", err)
			}
		})
	}
}
