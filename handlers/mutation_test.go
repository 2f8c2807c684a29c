package handlers_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tagline/store"
)

// Whatever happens to a body on its way, it is answered 200 and kept as it came, as long as its secret still is there.
func TestMutatedBodiesAreKeptAsTheyCame(t *testing.T) {
	bodies, seed := 1000, uint64(9)
	if raceDetector || testing.Short() {
		bodies = 100 // SQLite is some fifteen times slower under it; make test runs the whole without
	}
	t.Logf("%d bodies of seed %d", bodies, seed)
	with, without := newSite(t, secret), newSite(t, "")
	rng := rand.New(rand.NewPCG(seed, 0))
	for i := range bodies {
		kind := store.Kinds[rng.IntN(len(store.Kinds))]
		body, what := mutated(rng, example(t, kind))
		kept := bytes.ReplaceAll(body, []byte(secret), []byte("***"))
		with.keeps(kind, body, kept, fmt.Sprintf("body %d, %s", i, what))
		without.keeps(kind, kept, kept, fmt.Sprintf("body %d without a secret, %s", i, what))
	}
}

// A body whose secret was hit says that somebody else sent it.
func TestBodiesWithAMutatedSecretAreRefused(t *testing.T) {
	const bodies, seed = 200, 10
	t.Logf("%d bodies of seed %d", bodies, seed)
	s := newSite(t, secret)
	rng := rand.New(rand.NewPCG(seed, 0))
	for i := range bodies {
		kind := store.Kinds[rng.IntN(3)] // tag hooks come without it
		body := bytes.Clone(example(t, kind))
		at := bytes.Index(body, []byte(secret)) + rng.IntN(len(secret))
		body[at] ^= byte(1 + rng.IntN(255))
		if status, answer := s.post(s.token+"/"+string(kind), json, string(body)); status != 401 {
			t.Errorf("body %d was answered %d: %s; %q", i, status, answer, body)
		}
	}
	if n := s.exported("delivery"); n != 0 {
		t.Errorf("%d of them were kept", n)
	}
}

// keeps posts a body and compares what stands in the log.
func (s *site) keeps(kind store.Kind, body, want []byte, what string) {
	s.t.Helper()
	status, answer := s.post(s.token+"/"+string(kind), json, string(body))
	if status != 200 {
		s.t.Errorf("%s: %s was answered %d: %s; %q", what, kind, status, answer, body)
		return
	}
	list, _, err := s.store.Deliveries(s.t.Context(), store.DeliveryFilter{}, 0, 1)
	if err != nil || len(list) != 1 {
		s.t.Fatalf("%s: the log has %v, %v", what, list, err)
	}
	if d := list[0]; d.Kind != kind || !bytes.Equal(d.Body, want) {
		s.t.Errorf("%s: posted\n%q to %s, kept\n%q of %s, want\n%q", what, body, kind, d.Body, d.Kind, want)
	}
}

// example is TextLink's example body of the kind.
func example(t testing.TB, kind store.Kind) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("..", "textlink", "testdata", string(kind)+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// mutated returns the body after one to four mutations, none of which touches the member with the secret, and what they
// were.
func mutated(rng *rand.Rand, body []byte) ([]byte, string) {
	var names []string
	for range 1 + rng.IntN(4) {
		m := mutations[rng.IntN(len(mutations))]
		names = append(names, m.name)
		body = m.mutate(rng, body)
	}
	return body, strings.Join(names, ", ")
}

// member is the text that must stay whole for the secret to be the secret; what stands beside it says where it begins
// and ends.
const member = `"secret": "` + secret + `",`

// place is a random position outside the member, at least one byte away from it, or -1 if there is none.
func place(rng *rand.Rand, body []byte) int {
	begin := bytes.Index(body, []byte(member))
	for range 100 {
		if len(body) == 0 {
			break
		}
		if at := rng.IntN(len(body)); begin < 0 || at < begin-1 || at > begin+len(member) {
			return at
		}
	}
	return -1
}

// spliced puts other bytes in the place of some, unless there is no such place.
func spliced(body []byte, at, drop int, put ...byte) []byte {
	if at < 0 {
		return body
	}
	end := min(at+drop, len(body))
	if begin := bytes.Index(body, []byte(member)); begin >= at && begin < end {
		end = begin - 1
	}
	return bytes.Join([][]byte{body[:at], put, body[max(at, end):]}, nil)
}
