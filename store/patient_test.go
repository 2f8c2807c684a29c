package store

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// patient is a store whose writer tests can hurt, and whose log they can wait for.
type patient struct {
	*Store
	path  string
	clock atomic.Int64
	log   chan string
	upset atomic.Pointer[string] // what its log panics at, once
}

// Handle lets the patient be a log.
func (p *patient) Handle(_ context.Context, r slog.Record) error {
	if upset := p.upset.Load(); upset != nil && *upset == r.Message && p.upset.CompareAndSwap(upset, nil) {
		panic("a broken log")
	}
	p.log <- r.Message
	return nil
}

// hears waits until the log is told something.
func (p *patient) hears(message string) {
	for said := ""; said != message; {
		said = <-p.log
	}
}

func (p *patient) Enabled(context.Context, slog.Level) bool { return true }
func (p *patient) WithAttrs([]slog.Attr) slog.Handler       { return p }
func (p *patient) WithGroup(string) slog.Handler            { return p }

func admit(t *testing.T, options Options) *patient {
	t.Helper()
	return admitIn(t, t.TempDir(), options)
}

// admitIn is admit with a folder, which is made.
func admitIn(t *testing.T, folder string, options Options) *patient {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	p := &patient{path: filepath.Join(folder, "tagline.db"), log: make(chan string, 100)}
	p.clock.Store(1_700_000_000_000)
	if options.Now == nil {
		options.Now = func() time.Time { return time.UnixMilli(p.clock.Load()) }
	}
	options.LowSpace = max(options.LowSpace, 1)
	options.Log = slog.New(p)
	s, err := Open(t.Context(), p.path, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	p.Store = s
	return p
}

// tell writes a tag change, for which nothing has to be there.
func (p *patient) tell(number string) error {
	_, err := p.RecordTag(context.Background(), Delivery{Kind: KindTag, ArrivedAt: p.clock.Load(), PhoneNumber: number, Body: []byte(`{}`)}, "", "Warm")
	return err
}

// numbers are the contacts that are stored.
func (p *patient) numbers(t *testing.T) string {
	t.Helper()
	rows, err := p.reads.QueryContext(t.Context(), `SELECT phone_number FROM contacts ORDER BY id`)
	all, err := collect(rows, err, func(r row, n *string) error { return r.Scan(n) })
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

func (p *patient) expect(t *testing.T, want Level, words string) {
	t.Helper()
	if h := p.Health(); h.Level != want || !strings.Contains(h.Message, words) {
		t.Errorf("health is %+v, want %s and %q", h, want, words)
	}
}
