package handlers_test

import (
	"net/http"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

func TestAPanicInAnOpenPageLeavesEverythingServingAndHealthRed(t *testing.T) {
	var armed atomic.Bool
	s := newSiteAt(t, "", func() time.Time {
		if armed.Load() && strings.Contains(string(debug.Stack()), "live.(*group).render") && armed.CompareAndSwap(true, false) {
			panic("as told")
		}
		return time.Now()
	})
	client := s.person("anna", store.Admin)
	l := s.listen(client, "/inbox", s.now())
	if _, err := l.next(); err != nil {
		t.Fatal(err)
	}
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
