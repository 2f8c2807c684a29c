package handlers_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
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
		{"text", "TOKEN/received", "text/plain", message, 415, 0},
		{"a form", "TOKEN/received", "application/x-www-form-urlencoded", message, 415, 0},
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
