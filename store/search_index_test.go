package store_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tagline/store"
)

// inStep fails unless the index holds what is stored, no more and no less.
func inStep(t *testing.T, s *store.Store) {
	t.Helper()
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	holds, should, err := s.Index(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(should) == 0 {
		t.Fatal("nothing is stored")
	}
	if maps.Equal(holds, should) {
		return
	}
	for key := range should {
		if holds[key] != should[key] {
			t.Errorf("%s is %q in the index, want %q", key, holds[key], should[key])
		}
	}
	for key := range holds {
		if should[key] == "" {
			t.Errorf("%s is in the index: %q", key, holds[key])
		}
	}
}

func TestTheIndexHoldsWhatIsStoredWhateverIsReported(t *testing.T) {
	for seed := range uint64(20) {
		c := newClock()
		s := open(t, c, nil)
		rng := rand.New(rand.NewPCG(seed, 3))
		var facts []fact
		for i := range 30 {
			for _, f := range story(rng) {
				f.number, f.subuser = fmt.Sprintf("+1555%04d", i%7), store.SubuserID(i%3)
				if f.kind == store.KindReceived {
					f.name = []string{"", "Mira", "Dario"}[rng.IntN(3)]
				}
				if f.customID != "" && rng.IntN(2) == 0 {
					f.text += " again" // a send and its failure with other words
				}
				facts = append(facts, f)
			}
		}
		rng.Shuffle(len(facts), func(i, j int) { facts[i], facts[j] = facts[j], facts[i] })
		for _, f := range facts {
			tell(t, s, c, f)
			if rng.IntN(4) == 0 { // the index comes in between
				if err := s.IndexSome(t.Context(), 1+rng.IntN(5)); err != nil {
					t.Fatal(err)
				}
			}
		}
		inStep(t, s)
	}
}

func TestAMessageUnderstoodLateIsFound(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	late := arrive(t, s, c, store.Delivery{Kind: store.KindReceived, Outcome: store.Unparsed})
	tell(t, s, c, fact{kind: store.KindReceived, number: "+1", text: "later"})
	inStep(t, s)
	if _, err := s.Process(t.Context(), late, understood("+1", "earlier")); err != nil {
		t.Fatal(err)
	}
	if texts, _ := find(t, s, store.Everything, "earlier", store.Filter{}); !slices.Equal(texts, []string{"earlier"}) {
		t.Errorf("finds %q", texts)
	}
	inStep(t, s)
}

// The index and how far it came stand in one transaction, so wherever it is cut off it goes on from there.
func TestAnIndexThatWasCutOffGoesOn(t *testing.T) {
	c := newClock()
	path := filepath.Join(t.TempDir(), "tagline.db")
	for n := range 6 {
		s := openAt(t, path, c, nil)
		for i := range 40 {
			f := fact{kind: store.KindSent, number: fmt.Sprint("+", i%5), text: fmt.Sprint("message ", n, i), customID: fmt.Sprint(n, "-", i)}
			tell(t, s, c, f)
			f.kind, f.text = store.KindFailed, f.text+" failed"
			if i%3 == 0 {
				tell(t, s, c, f)
			}
		}
		if err := s.IndexSome(t.Context(), 17); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	inStep(t, openAt(t, path, c, nil))
}

// fullScan is a line of a plan that goes through a table of ours. The index itself is a virtual table and finds by
// words.
var fullScan = regexp.MustCompile(`SCAN (m|c|k|n|u|messages|contacts|conversations|notes|unread)\b`)

func TestNoSearchGoesThroughATable(t *testing.T) {
	s := open(t, newClock(), nil)
	plans, err := s.Plans(t.Context(), `text : "word" *`)
	if err != nil {
		t.Fatal(err)
	}
	for name, plan := range plans {
		for line := range strings.Lines(plan) {
			if fullScan.MatchString(line) {
				t.Errorf("%s:\n%s", name, plan)
			}
			if strings.Contains(line, "TEMP B-TREE") {
				t.Errorf("%s sorts:\n%s", name, plan)
			}
		}
		t.Logf("%s:\n%s", name, plan)
	}
}
