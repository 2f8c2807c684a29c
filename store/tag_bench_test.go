package store_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// manyTagChanges fills a database with 300,000 tag changes of 100,000 contacts within a year, through
// 50 subusers, among 200 tags of which some are frequent and most rare, and opens it.
func manyTagChanges(t testing.TB, c *clock, changes int) *store.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tagline.db")
	if err := openAt(t, path, c, nil).Close(); err != nil {
		t.Fatal(err)
	}
	const contacts, year = 100_000, 365 * 24 * 3600_000
	rng := rand.New(rand.NewPCG(1, 2))
	tags := rand.NewZipf(rng, 1.3, 3, 199)
	now, has := c.ms.Load(), make([]uint64, contacts)
	statements := []string{fmt.Sprintf(`WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %d)
		INSERT INTO contacts (id, phone_number, name) SELECT n, '+1555' || n, 'Contact ' || n FROM n`, contacts),
		fmt.Sprintf(`WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < %d)
		INSERT INTO conversations (subuser_id, contact_id, tag, last_at, last_message_id) SELECT n %% 50, n, '', n, n FROM n`, contacts)}
	rows := ""
	for i := range changes {
		contact := rng.IntN(contacts)
		from, to := has[contact], 1+tags.Uint64()
		for to == from {
			to = 1 + tags.Uint64()
		}
		has[contact] = to
		was := fmt.Sprintf("Tag %d", from)
		if from == 0 {
			was = ""
		}
		subuser := contact % 50
		if rng.IntN(10) == 0 {
			subuser = rng.IntN(50)
		}
		rows += fmt.Sprintf("(%d,%d,%d,'%s','Tag %d',%d,'webhook'),", i+1, contact+1, subuser, was, to, now-year+int64(i)*(year/int64(changes)))
		if i%1000 == 999 {
			statements = append(statements, `INSERT INTO tag_changes (id, contact_id, subuser_id, from_tag, to_tag, at, source) VALUES `+rows[:len(rows)-1])
			rows = ""
		}
	}
	raw(t, path, slices.Concat([]string{`PRAGMA synchronous = OFF`}, statements)...)
	return openAt(t, path, c, nil)
}

func BenchmarkTags(b *testing.B) {
	c := newClock()
	s := manyTagChanges(b, c, 300_000)
	day := int64(24 * 3600_000)
	six, most := store.Scope{Subusers: []store.SubuserID{6}}, store.Scope{}
	for id := range store.SubuserID(40) {
		most.Subusers = append(most.Subusers, id)
	}
	ago := func(days int64) int64 { return c.ms.Load() - days*day }
	for _, q := range []struct {
		name  string
		scope store.Scope
		f     store.TagFilter
	}{
		{"today", store.Everything, store.TagFilter{From: ago(1)}},
		{"30 days", store.Everything, store.TagFilter{From: ago(30)}},
		{"30 days, a rare tag", store.Everything, store.TagFilter{From: ago(30), Tags: []string{"Tag 190"}}},
		{"30 days, one subuser", six, store.TagFilter{From: ago(30)}},
		{"30 days, 40 subusers and a tag", most, store.TagFilter{From: ago(30), Tags: []string{"Tag 1"}}},
		{"90 days", store.Everything, store.TagFilter{From: ago(90)}},
		{"a month last winter", store.Everything, store.TagFilter{From: ago(300), Until: ago(270)}},
		{"the whole year", store.Everything, store.TagFilter{}},
		{"the whole year, 40 subusers", most, store.TagFilter{}},
	} {
		b.Run(q.name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				counts, err := s.TagCounts(b.Context(), q.scope, q.f)
				if err != nil {
					b.Fatal(err)
				}
				list, _, err := s.ContactChanges(b.Context(), q.scope, q.f, store.Position{}, 80)
				if err != nil || len(list) != min(80, counts.Changes) {
					b.Fatal(len(list), counts.Changes, err)
				}
				took = append(took, time.Since(began))
				b.ReportMetric(float64(counts.Changes), "changes")
			}
			slices.Sort(took)
			ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
			b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
			b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
		})
	}
}
