package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// door is a site whose clock goes on with every try, so that nobody is kept out, and people of every sort: one who has
// a password, one who is disabled, one who was invited and has not come, and nobody.
type door struct {
	*site
	ms *atomic.Int64
}

var knocking = []string{"anna", "nobody", "dora", "ines"}

func newDoor(t testing.TB) door {
	t.Helper()
	d := door{ms: &atomic.Int64{}}
	d.ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	d.site = newSiteAt(t, "", func() time.Time { return time.UnixMilli(d.ms.Load()) })
	d.person("anna", store.Admin)
	d.person("dora", store.Agent, 6)
	if _, err := d.store.CreateUser(t.Context(), store.User{Name: "ines", Role: store.Admin}, ""); err != nil {
		t.Fatal(err)
	}
	if err := d.store.Disable(t.Context(), d.id("dora")); err != nil {
		t.Fatal(err)
	}
	return d
}

// knock tries a wrong password and returns how long the answer took.
func (d door) knock(client *http.Client, name string) time.Duration {
	d.t.Helper()
	d.ms.Add(time.Hour.Milliseconds())
	began := time.Now()
	status, _ := d.submit(client, "/login", url.Values{"username": {name}, "password": {"not the password"}})
	took := time.Since(began)
	if status != http.StatusUnauthorized {
		d.t.Fatalf("%s was answered %d", name, status)
	}
	return took
}

// The time of an answer is the work that is done for it, and nearly all of that is one hash, which takes 64 MiB of
// memory.
func TestAnyNameCostsAHash(t *testing.T) {
	d := newDoor(t)
	for _, name := range knocking {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		d.knock(d.anonymous(), name)
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; taken < 64<<20 || taken > 96<<20 {
			t.Errorf("%s took %d MiB", name, taken>>20)
		}
	}
}

// BenchmarkSignInTells measures whether the time of a refused sign-in tells who there is: medians of tries that take
// turns, beside that of somebody who has a password. make bench runs it.
func BenchmarkSignInTells(b *testing.B) {
	d := newDoor(b)
	client := d.anonymous()
	tries := 25
	for b.Loop() {
		took := map[string][]time.Duration{}
		for range tries {
			for _, name := range knocking {
				took[name] = append(took[name], d.knock(client, name))
			}
		}
		median := func(name string) time.Duration { slices.Sort(took[name]); return took[name][tries/2] }
		for _, name := range knocking {
			fmt.Printf("sign-in of %-7s median %v, %+.1f %%\n", name, median(name).Round(10*time.Microsecond), 100*(float64(median(name))/float64(median("anna"))-1))
		}
	}
}
