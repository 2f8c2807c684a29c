package handlers_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/store"
)

// keyed calls POST /messages with keys and returns status, kind and body.
func (p program) keyed(body string, keys ...string) (int, string, string) {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), "POST", p.URL+"/api/v1/messages", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+p.token)
	req.Header.Set("Content-Type", json)
	for _, key := range keys {
		req.Header.Add("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		p.t.Error(err)
		return 0, "", ""
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Error(err)
	}
	if err := p.rules.answer(req, resp, string(said)); err != nil {
		p.t.Errorf("the answer %d is not as described: %v", resp.StatusCode, err)
	}
	if err := p.rules.request(req, body); err != nil && resp.StatusCode != http.StatusBadRequest {
		p.t.Errorf("the call is not as described: %v", err)
	}
	return resp.StatusCode, resp.Header.Get("Content-Type"), string(said)
}

func TestAnIdempotencyKeyIsOneMessage(t *testing.T) {
	s := apiSite(t)
	admin, err := s.store.CreateUser(t.Context(), store.User{Name: "admin", Role: store.Admin}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	other, err := s.store.CreateUser(t.Context(), store.User{Name: "other", Role: store.Admin}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	described := rules(t)
	p, twin, others := s.program(described, admin.ID, 0), s.program(described, admin.ID, 0), s.program(described, other.ID, 0)
	known, fresh := fmt.Sprintf(`{"conversation_id":%d,"text":"Hello"}`, s.conversationOf(6)), `{"phone_number":"+14155550177","text":"First"}`
	sent := func() int { return s.exported("message") }
	before := sent()
	more := func(what string, want int) {
		t.Helper()
		if n := sent() - before; n != want {
			t.Errorf("%s: %d messages, want %d", what, n, want)
		}
		before = sent()
	}
	for n, body := range []string{known, fresh} {
		key := fmt.Sprint("key-", n)
		status, _, said := p.keyed(body, key)
		if status != http.StatusAccepted {
			t.Fatalf("answered %d: %s", status, said)
		}
		for _, who := range []program{p, twin} { // another token of the same user
			if again, _, saidAgain := who.keyed(body, key); again != status || saidAgain != said {
				t.Errorf("the second time it is answered %d %s", again, saidAgain)
			}
		}
		more("the same key", 1)
		spaced := strings.ReplaceAll(body, ",", " , ")
		if again, _, _ := p.keyed(spaced, key); again != status {
			t.Errorf("the same message, written otherwise, is answered %d", again)
		}
		more("written otherwise", 0)
		for _, changed := range []string{strings.Replace(body, `"text":"`, `"text":"No. `, 1), strings.Replace(body, `{`, `{"sim_card_id":4,`, 1)} {
			if status, kind, said := p.keyed(changed, key); status != http.StatusUnprocessableEntity || kind != "application/problem+json" || !strings.Contains(said, "Idempotency-Key") {
				t.Errorf("another message is answered %d %s %s", status, kind, said)
			}
		}
		more("another message", 0)
		if status, _, _ := others.keyed(body, key); status != http.StatusAccepted {
			t.Errorf("another user's key is answered %d", status)
		}
		more("another user", 1)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if status, _, said := p.keyed(fresh, "at once"); status != http.StatusAccepted {
				t.Errorf("answered %d: %s", status, said)
			}
		})
	}
	all.Wait()
	more("eight at once", 1)
	p.keyed(known)
	p.keyed(known)
	more("without a key", 2)
	for _, keys := range [][]string{{""}, {strings.Repeat("k", 256)}, {"ключ"}, {"one", "two"}, {"a\tb"}} {
		if status, kind, _ := p.keyed(known, keys...); status != http.StatusBadRequest || kind != "application/problem+json" {
			t.Errorf("the keys %.20q are answered %d", keys, status)
		}
	}
	more("no keys", 0)
	if status, _, _ := p.keyed(known, strings.Repeat("k", 255)); status != http.StatusAccepted {
		t.Errorf("a key of 255 characters is answered %d", status)
	}
	more("the longest key", 1)
}

// A refused call did nothing: with the same key it may be put right.
func TestAKeyOfARefusedCallIsFree(t *testing.T) {
	s := apiSite(t)
	admin, err := s.store.CreateUser(t.Context(), store.User{Name: "admin", Role: store.Admin}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	p, c := s.program(rules(t), admin.ID, 0), s.conversationOf(6)
	if err := s.store.MarkOptedOut(t.Context(), store.Everything, true, c); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if status, _, _ := p.keyed(fmt.Sprintf(`{"conversation_id":%d,"text":"Hi"}`, c), "k"); status != http.StatusConflict {
			t.Errorf("who opted out is answered %d", status)
		}
	}
	if status, _, _ := p.keyed(fmt.Sprintf(`{"conversation_id":%d,"text":"Hi","despite_opt_out":true}`, c), "k"); status != http.StatusAccepted {
		t.Errorf("put right it is answered %d", status)
	}
}

// Programs mean what they write.
func TestTheAPISendsPlaceholdersAsTheyAre(t *testing.T) {
	s := apiSite(t)
	admin, err := s.store.CreateUser(t.Context(), store.User{Name: "admin", Role: store.Admin}, hashed())
	if err != nil {
		t.Fatal(err)
	}
	p := s.program(rules(t), admin.ID, 0)
	if status, _, said := p.keyed(`{"phone_number":"+14155550177","text":"Hello {name}"}`, time.Now().String()); status != http.StatusAccepted {
		t.Errorf("answered %d: %s", status, said)
	}
}
