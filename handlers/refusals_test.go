package handlers_test

import (
	"database/sql"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

// refused ends the app, so that everything is noted, and returns what is, newest first.
func (s *site) refused() []store.Refusal {
	s.t.Helper()
	s.close()
	all, _, err := s.store.Refusals(s.t.Context(), 0, 10_000)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

func (s *site) send(method, path, contentType, body string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", "curl/8")
	resp, err := s.Client().Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	resp.Body.Close()
}

func TestEveryRefusedRequestIsNotedWithItsCause(t *testing.T) {
	message := `{"secret":"` + secret + `","phone_number":"+15550100","text":"Hi"}`
	for _, tt := range []struct {
		name, method, path, contentType, body string
		cause                                 store.Cause
		notedPath                             string
	}{
		{"a wrong secret", "POST", "/webhooks/TOKEN/received", json, strings.Replace(message, secret, "wrong", 1), store.BadCredentials, "/webhooks/TOKE…/received"},
		{"a wrong token", "POST", "/webhooks/ABCDEFGHIJK/received", json, message, store.BadCredentials, "/webhooks/ABCD…/received"},
		{"no secret", "POST", "/webhooks/received", json, `{"phone_number":"+15550100","text":"Hi"}`, store.BadCredentials, "/webhooks/received"},
		{"not JSON", "POST", "/webhooks/received", json, "hello", store.NotJSON, "/webhooks/received"},
		{"too large", "POST", "/webhooks/TOKEN/received", json, strings.Repeat(" ", 64<<10) + message, store.TooLarge, "/webhooks/TOKE…/received"},
		{"another method", "GET", "/webhooks/received", "", "", store.WrongMethod, "/webhooks/received"},
		{"another path", "POST", "/webhooks/TOKEN/delivered", json, message, store.UnknownPath, "/webhooks/TOKE…/deli…"},
		{"a doubled slash", "POST", "//webhooks//TOKEN/delivered", json, message, store.UnknownPath, "//webhooks//TOKE…/deli…"},
		{"dots", "POST", "/webhooks/x/../y/z/received", json, message, store.UnknownPath, "/webhooks/x/../y/z/received"},
		{"nothing below", "POST", "/webhooks", json, message, store.UnknownPath, "/webhooks"},
		{"dots that lead elsewhere", "POST", "/webhooks/../settings/keys", json, message, store.UnknownPath, "/webhooks/../sett…/keys"},
		{"a query", "PUT", "/webhooks/TOKEN/RECEIVED?a=b", json, message, store.WrongMethod, "/webhooks/TOKE…/RECEIVED"},
		{"a slash behind it", "HEAD", "/webhooks/received/", "", "", store.WrongMethod, "/webhooks/received/"},
		{"no path", "GET", "/webhooks/", "", "", store.UnknownPath, "/webhooks/"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSite(t, secret)
			replace := strings.NewReplacer("TOKEN", s.token, "TOKE…", s.token[:4]+"…")
			s.send(tt.method, replace.Replace(tt.path), tt.contentType, tt.body)
			all := s.refused()
			if len(all) != 1 {
				t.Fatalf("%d noted", len(all))
			}
			r := all[0]
			if r.Cause != tt.cause || r.Method != tt.method || r.Path != replace.Replace(tt.notedPath) || r.Address != "127.0.0.1" && r.Address != "::1" ||
				r.ContentType != tt.contentType || r.UserAgent != "curl/8" || r.ContentLength != int64(len(tt.body)) {
				t.Errorf("noted as %+v", r)
			}
			if len(r.Head) > 512 || (len(r.Head) == 0) != (tt.body == "") {
				t.Errorf("%d bytes of the body are kept", len(r.Head))
			}
		})
	}
}

func TestWhatIsAcceptedIsNotNotedAsRefused(t *testing.T) {
	s := newSite(t, secret)
	s.send("POST", "/webhooks/"+s.token+"/received", json, "not understood")
	s.send("POST", "/webhooks/"+s.token+"/received", json, `{"secret":"`+secret+`","phone_number":"+15550100","text":"Hi"}`)
	if all := s.refused(); len(all) != 0 {
		t.Errorf("noted %+v", all)
	}
}

// locked holds the database so that nothing can be written until it is released.
func (s *site) locked() (release func()) {
	s.t.Helper()
	db, err := sql.Open("sqlite", "file:"+s.db+"?_pragma=busy_timeout(5000)")
	if err != nil {
		s.t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	if _, err := db.Exec("BEGIN IMMEDIATE"); err != nil {
		s.t.Fatal(err)
	}
	return func() {
		if _, err := db.Exec("ROLLBACK"); err != nil {
			s.t.Error(err)
		}
		if err := db.Close(); err != nil {
			s.t.Error(err)
		}
	}
}

// answers serves requests all at once and hands on the status of each as it is answered.
func (s *site) answers(n int, path, body string) <-chan int {
	statuses := make(chan int, n)
	for range n {
		go func() {
			w := httptest.NewRecorder()
			s.Config.Handler.ServeHTTP(w, httptest.NewRequest("POST", path, strings.NewReader(body)))
			statuses <- w.Code
		}()
	}
	return statuses
}

func TestWhatFindsTheQueueFullIsRefusedAtOnceAndNoted(t *testing.T) {
	s := newSite(t, "")
	release := s.locked()
	const requests, least = 1500, 1500 - 1024 - 256 // what waits, and the batch that is being written
	statuses := s.answers(requests, "/webhooks/"+s.token+"/tag", `{"phone_number":"+15550100","tag":"Warm"}`)
	for range least {
		if status := <-statuses; status != http.StatusServiceUnavailable {
			t.Fatalf("answered %d while nothing could be written", status)
		}
	}
	release()
	refused, stored := least, 0
	for range requests - least {
		switch status := <-statuses; status {
		case http.StatusOK:
			stored++
		case http.StatusServiceUnavailable:
			refused++
		default:
			t.Errorf("answered %d", status)
		}
	}
	noted := 0
	for _, r := range s.refused() {
		if r.Cause != store.QueueFull {
			t.Errorf("noted as %s", r.Cause)
		}
		noted += 1 + r.Missed
	}
	if noted != refused || stored == 0 {
		t.Errorf("%d were refused, %d noted, %d stored", refused, noted, stored)
	}
}

func TestAFloodOfRefusalsWaitsForNothingAndIsCounted(t *testing.T) {
	s := newSite(t, secret)
	release := s.locked()
	const flood = 2000
	statuses := s.answers(flood, "/webhooks/x", "")
	for range flood {
		if status := <-statuses; status != http.StatusNotFound {
			t.Errorf("answered %d", status)
		}
	}
	release()
	all := s.refused()
	counted := 0
	for _, r := range all {
		counted += 1 + r.Missed
	}
	if counted != flood || len(all) == flood {
		t.Errorf("%d are kept, %d counted, want %d", len(all), counted, flood)
	}
}

func TestNoCredentialIsKeptOfARefusedRequest(t *testing.T) {
	const canary = "canary-9d41f7c2"
	encoded := base64.StdEncoding.EncodeToString([]byte(`{"secret":"` + canary + `"}`))
	bodies := map[string]string{
		"JSON":                     `{"secret":"` + canary + `","phone_number":"+15550100","text":"Hi"}`,
		"another case":             `{"SeCrEt":"` + canary + `"}`,
		"an escaped key":           `{"\u0073ecret":"` + canary + `"}`,
		"another key":              `{"x-secret":"` + canary + `","password":"` + canary + `"}`,
		"deeper":                   `{"data":{"secret":"` + canary + `"},"list":["` + canary + `"]}`,
		"deeper under a known key": `{"text":{"secret":"` + canary + `"},"name":["` + canary + `"]}`,
		"JSON in JSON":             `{"payload":"{\"secret\":\"` + canary + `\"}"}`,
		"base64":                   `{"payload":"` + encoded + `"}`,
		"a form":                   `secret=` + canary + `&text=Hi`,
		"a form further on":        `phone_number=%2B15550100&text=Hi+there+this+is+long&secret=` + canary,
		"a form with known values": `text=` + canary + `&secret=` + canary,
		"cut off":                  `{"phone_number":"+15550100","secret":"` + canary,
		"broken":                   `{"phone_number":"+15550100" "secret":'` + canary + `'}`,
		"single quotes":            `{'secret':'` + canary + `'}`,
		"in brackets":              `[{"secret":"` + canary + `"}]`,
		"multipart":                "--b\r\nContent-Disposition: form-data; name=\"secret\"\r\n\r\n" + canary + "\r\n--b--",
		"XML":                      `<hook><secret>` + canary + `</secret></hook>`,
		"alone":                    canary,
		"UTF-16":                   "\xff\xfe" + strings.Join(strings.Split(canary, ""), "\x00") + "\x00",
		"beyond the head":          `{"text":"` + strings.Repeat("x", 480) + `","secret":"` + canary + `"}`,
		"beyond what is read":      `{"x":"` + strings.Repeat("x", 4<<10) + `","secret":"` + canary + `"}`,
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, secret)
			for _, path := range []string{"received", "elsewhere", canary + "/received", canary, "x/" + canary + "/y/" + canary} {
				s.send("POST", "/webhooks/"+path, json, body)
			}
			s.send("POST", "/webhooks/received", "text/plain", body)
			s.send("PUT", "/webhooks/received?secret="+url.QueryEscape(canary), json, body)
			all := s.refused()
			if len(all) != 7 {
				t.Errorf("%d noted", len(all))
			}
			for _, r := range all {
				kept := strings.ReplaceAll(string(r.Head)+r.Path+r.UserAgent+r.ContentType, "\x00", "")
				for _, part := range []string{canary, "9d41f7c2", encoded, encoded[:12]} {
					if strings.Contains(kept, part) {
						t.Errorf("%s stands in %q, %s", part, r.Head, r.Path)
					}
				}
			}
		})
	}
}

func TestTheHeadOfARefusedBodyTellsWhoseMessageItWas(t *testing.T) {
	s := newSite(t, secret)
	s.send("POST", "/webhooks/received", json, `{"secret":"wrong","phone_number":"+15550100","text":"Hi","other":"Word"}`)
	s.send("POST", "/webhooks/received", json, `phone_number=%2B15550100&secret=wrong`)
	all := s.refused()
	if got := string(all[1].Head); got != `{"secret":"***","phone_number":"+15550100","text":"Hi","xxxxx":"xxxx"}` {
		t.Errorf("JSON is kept as %s", got)
	}
	if got := string(all[0].Head); got != `phone_number=xxxxxxxxxxx&secret=***` {
		t.Errorf("a form is kept as %s", got)
	}
}

func TestRefusalsStandOnThePage(t *testing.T) {
	s := newSite(t, secret)
	anna := s.person("anna", store.Admin)
	for range 12 {
		s.send("POST", "/webhooks/received", json, `{"secret":"wrong","phone_number":"+15550199","text":"Hi"}`)
	}
	s.refused()
	page := s.log(anna, "")
	if n := strings.Count(page, `data-refusal="`); n != 10 {
		t.Errorf("%d refusals on the page", n)
	}
	for _, part := range []string{"Bad credentials", "POST /webhooks/received", "+15550199", "curl/8", "12 in 24 h", "refused_before=3"} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in\n%s", part, page)
		}
	}
	if older := s.log(anna, "?refused_before=3"); strings.Count(older, `data-refusal="`) != 2 {
		t.Errorf("the older ones: %s", older)
	}
}
