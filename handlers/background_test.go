package handlers_test

import (
	"net/http"
	"net/url"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/store"
)

func TestAPanicInAnOpenPageLeavesEverythingServingAndHealthRed(t *testing.T) {
	var armed atomic.Bool
	s := newSiteAt(t, "", func() time.Time {
		if armed.Load() && strings.Contains(string(debug.Stack()), "recognise") && armed.CompareAndSwap(true, false) {
			panic("as told")
		}
		return time.Now()
	})
	client := s.person("anna", store.Admin)
	l := s.listen(client, "/inbox", s.now())
	armed.Store(true)
	s.text(6, 1, "stored all the same")
	var err error
	for err == nil {
		_, err = l.next()
	}
	if armed.Load() {
		t.Fatalf("nothing panicked; the socket ended with %v", err)
	}
	if status, body := s.fetch(client, http.MethodGet, "/healthz"); status != http.StatusServiceUnavailable || !strings.Contains(body, "live updates") {
		t.Errorf("health: %d, %s", status, body)
	}
	if status, page := s.fetch(client, http.MethodGet, "/inbox"); status != http.StatusOK || !strings.Contains(page, "stored all the same") {
		t.Errorf("the inbox: %d", status)
	}
	again := s.listen(client, "/inbox", s.now())
	s.text(6, 2, "live again")
	again.await("live again")
}

func TestAPartThatPanicsBeginsAnewAndHealthIsRed(t *testing.T) {
	s := newSite(t, "")
	runs := 0
	handlers.KeepUp(s.store, "the part", func() {
		if runs++; runs < 3 {
			panic("as told")
		}
	})
	if health := s.store.Health(); runs != 3 || health.Level != store.Red || !strings.Contains(health.Message, "the part") {
		t.Errorf("%d runs, health %v", runs, health)
	}
}

// Every part that works in the background may fail once: everything goes on, and health is red and names the part.
func TestAPanicInAnyPartLeavesEverythingServingAndHealthRed(t *testing.T) {
	var alerting sync.Once
	for part, work := range map[string]func(o *outbox){
		"signing out":                  func(*outbox) {},
		"telling of trouble":           func(o *outbox) { alerting.Do(func() { o.app.Alert(handlers.Alerting{Every: time.Millisecond}) }) },
		"gathering notifications":      func(*outbox) {},
		"the list of refused requests": func(*outbox) {},
		"noting visits": func(o *outbox) {
			anna, _ := o.enter(1) // whose session was not noted by signing in
			o.fetch(anna, http.MethodGet, "/inbox")
		},
		"sending replies": func(o *outbox) { o.send(o.anna, o.thread+"/messages", url.Values{"text": {"Yes."}}) },
		"asking for tags": func(o *outbox) { o.send(o.anna, o.thread+"/tag", url.Values{"tag": {"Warm"}}) },
		"processing":      func(o *outbox) { o.send(o.anna, "/settings/webhooks/process", nil) },
		"notifications": func(o *outbox) {
			o.subscribe(o.anna, newBrowser(t).form("https://push.example.com/anna"))
			o.text(6, 2, "Are you there?")
		},
	} {
		t.Run(part, func(t *testing.T) {
			handlers.Trap(part)
			o := newOutbox(t, nil)
			o.unclear(store.KindReceived, `{"nonsense":`)
			work(o)
			var status int
			var health string
			for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && !strings.Contains(health, part); {
				status, health = o.fetch(o.anna, http.MethodGet, "/healthz")
			}
			if handlers.Trapped() || status != http.StatusServiceUnavailable || !strings.Contains(health, part) {
				t.Fatalf("yet to panic: %v; health %d, %s", handlers.Trapped(), status, health)
			}
			l := o.listen(o.anna, "/inbox", o.now())
			o.text(6, 3, "stored all the same")
			l.await("stored all the same")
			work(o) // which goes on
		})
	}
}
