package store_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// clock is a time that tests set. It starts well after the timestamps used in tests.
type clock struct{ ms atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.ms.Store(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC).UnixMilli())
	return c
}

func (c *clock) now() time.Time          { return time.UnixMilli(c.ms.Load()) }
func (c *clock) advance(d time.Duration) { c.ms.Add(d.Milliseconds()) }

// open opens a store in a directory of its own.
func open(t testing.TB, c *clock, published func(store.Change)) *store.Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tagline.db")
	content, err := blank()
	if err == nil {
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return openAt(t, path, c, published)
}

// blank is a database that nothing was put into yet. Making one takes longer than most tests, some of which need
// hundreds.
var blank = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "tagline-test-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "tagline.db")
	s, err := store.Open(context.Background(), path, store.Options{})
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

func openAt(t testing.TB, path string, c *clock, published func(store.Change)) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, store.Options{Now: c.now, Published: published})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// fact is one webhook in the words of a test.
type fact struct {
	kind      store.Kind
	subuser   store.SubuserID
	number    string
	text      string
	timestamp int64 // 0: none
	doubtful  bool
	customID  string
	textlink  int64
	sim       int64
	name, tag string
}

// tell records the fact as a webhook arriving now.
func tell(t testing.TB, s *store.Store, c *clock, f fact) store.Outcome {
	t.Helper()
	outcome, err := record(t.Context(), s, c, f)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

func record(ctx context.Context, s *store.Store, c *clock, f fact) (store.Outcome, error) {
	key := sha256.Sum256([]byte(f.text))
	d := store.Delivery{Kind: f.kind, ArrivedAt: c.ms.Load(), Subuser: f.subuser, PhoneNumber: f.number, Body: []byte(`{}`)}
	r := store.Report{
		Subuser: f.subuser, PhoneNumber: f.number, Text: f.text, TextKey: key[:16], Doubtful: f.doubtful,
		CustomID: f.customID, TextlinkID: f.textlink, Name: f.name, Tag: f.tag,
	}
	if f.timestamp != 0 {
		r.Timestamp = &f.timestamp
	}
	if f.sim != 0 {
		r.SIMCardID = &f.sim
	}
	switch f.kind {
	case store.KindReceived:
		return s.RecordReceived(ctx, d, r)
	case store.KindSent:
		return s.RecordSent(ctx, d, r)
	case store.KindFailed:
		return s.RecordFailed(ctx, d, r)
	default:
		return s.RecordTag(ctx, d, f.name, f.tag)
	}
}

// object is one line of an export.
type object map[string]any

// export returns the exported objects of a type.
func export(t testing.TB, s *store.Store, kind string) []object {
	t.Helper()
	var out bytes.Buffer
	if err := s.Export(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var objects []object
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o object
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatal(err)
		}
		if o["type"] == kind {
			objects = append(objects, o)
		}
	}
	return objects
}
