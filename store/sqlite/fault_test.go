package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"
)

// contactsFormat is that of a database with little in it.
var contactsFormat = Format{
	ID: 0x5461674c,
	Migrations: fstest.MapFS{"migrations/001_baseline.sql": {Data: []byte(`
		CREATE TABLE contacts (id INTEGER PRIMARY KEY, phone_number TEXT NOT NULL UNIQUE, name TEXT NOT NULL DEFAULT '') STRICT;
		CREATE TABLE messages (id INTEGER PRIMARY KEY, contact_id INTEGER NOT NULL REFERENCES contacts (id), text TEXT NOT NULL) STRICT;
		CREATE TABLE identity (id TEXT NOT NULL) STRICT; INSERT INTO identity VALUES (lower(hex(randomblob(8))));
		CREATE TABLE keys (id INTEGER PRIMARY KEY) STRICT;
		CREATE TABLE a (a TEXT UNIQUE) STRICT; CREATE TABLE b (b TEXT UNIQUE) STRICT; CREATE TABLE c (c TEXT UNIQUE) STRICT`)}},
	Counted: 24,
	Older:   "start an older one on it once",
	Compare: func(context.Context, *sql.DB) ([]string, error) { return nil, nil },
	Renew:   func(context.Context, *sql.DB) error { return nil },
}

func open(t *testing.T, path string, config Config) (*DB, error) {
	t.Helper()
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Begin == nil {
		config.Begin = func(*Tx) error { return nil }
	}
	if config.End == nil {
		config.End = func() {}
	}
	return contactsFormat.Open(t.Context(), path, config)
}

// patient is a store whose writer tests can hurt, and whose log they can wait for.
type patient struct {
	*DB
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

func (p *patient) Enabled(context.Context, slog.Level) bool { return true }
func (p *patient) WithAttrs([]slog.Attr) slog.Handler       { return p }
func (p *patient) WithGroup(string) slog.Handler            { return p }

func admit(t *testing.T, config Config) *patient {
	t.Helper()
	return admitIn(t, t.TempDir(), config)
}

// admitIn is admit with a folder, which is made.
func admitIn(t *testing.T, folder string, config Config) *patient {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	p := &patient{path: filepath.Join(folder, "tagline.db"), log: make(chan string, 100)}
	p.clock.Store(1_700_000_000_000)
	if config.Now == nil {
		config.Now = func() time.Time { return time.UnixMilli(p.clock.Load()) }
	}
	config.Log = slog.New(p)
	s, err := open(t, p.path, config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	p.DB = s
	return p
}

// tell adds a contact, unless it is there, and a message that fills half a page: two databases are never the same.
func (p *patient) tell(number string) error {
	return p.Write(context.Background(), func(t *Tx) error {
		if err := t.Exec(`INSERT INTO contacts (phone_number) VALUES (?) ON CONFLICT DO NOTHING`, number); err != nil {
			return err
		}
		return t.Exec(`INSERT INTO messages (contact_id, text) SELECT id, hex(randomblob(1000)) FROM contacts WHERE phone_number = ?`, number)
	})
}

// numbers are the contacts that are stored.
func (p *patient) numbers(t *testing.T) string {
	t.Helper()
	rows, err := p.reads.QueryContext(t.Context(), `SELECT phone_number FROM contacts ORDER BY id`)
	all, err := Collect(rows, err, func(r Row, n *string) error { return r.Scan(n) })
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(all, " ")
}

// What the tests expect of storing.
const (
	Green = false
	Red   = true
)

func (p *patient) expect(t *testing.T, fails bool, words string) {
	t.Helper()
	said := ""
	f := p.Failure()
	if f != nil {
		said = f.Happened + ": " + f.Advice
	}
	if (f != nil) != fails || !strings.Contains(said, words) {
		t.Errorf("storing fails: %t, %q; want %t and %q", f != nil, said, fails, words)
	}
}

// fill makes the disk full as far as the writer's connection can tell, and stays so until that is replaced.
func fill(t *Tx) error {
	var pages int
	if err := t.Row(`PRAGMA max_page_count = 1`).Scan(&pages); err != nil { // SQLite keeps what is used already
		return err
	}
	return t.Exec(`INSERT INTO contacts (phone_number, name) VALUES ('large', hex(zeroblob(100000)))`)
}

// together has the writes committed in one transaction and returns their errors.
func (p *patient) together(writes ...func(*Tx) error) []error {
	held, release := make(chan struct{}), make(chan struct{})
	first := &write{do: func(*Tx) error { close(held); <-release; return nil }, done: make(chan struct{})}
	_ = p.enqueue(first)
	<-held
	jobs := make([]*write, len(writes))
	for i, do := range writes {
		jobs[i] = &write{do: do, done: make(chan struct{})}
		_ = p.enqueue(jobs[i])
	}
	close(release)
	errs := make([]error, len(writes))
	for i, job := range jobs {
		<-job.done
		errs[i] = job.err
	}
	return errs
}

func insertContact(number string) func(*Tx) error {
	return func(t *Tx) error { return t.Exec(`INSERT INTO contacts (phone_number) VALUES (?)`, number) }
}

func TestAFullDiskFailsTheWholeBatchAndNothingOfItIsStored(t *testing.T) {
	p := admit(t, Config{})
	for i, err := range p.together(insertContact("+1"), fill, insertContact("+3")) {
		if err == nil {
			t.Errorf("write %d succeeded in a batch that could not be stored", i)
		}
	}
	if stored := p.numbers(t); stored != "" {
		t.Errorf("%s is stored and was not acknowledged", stored)
	}
	p.expect(t, Red, "disk is full")
	if err := p.tell("+4"); err != nil {
		t.Errorf("after the fault: %v", err)
	}
	p.expect(t, Green, "")
	if stored := p.numbers(t); stored != "+4" {
		t.Errorf("%q is stored, want +4", stored)
	}
}

func TestAWriteThatFailsByItselfTakesNothingElseDown(t *testing.T) {
	p := admit(t, Config{})
	errs := p.together(insertContact("+1"), insertContact("+1"), func(*Tx) error { panic("a bug") }, insertContact("+2"))
	for i, failed := range []bool{false, true, true, false} {
		if (errs[i] != nil) != failed {
			t.Errorf("write %d: %v", i, errs[i])
		}
	}
	if stored := p.numbers(t); stored != "+1 +2" {
		t.Errorf("%q is stored, want +1 +2", stored)
	}
	p.expect(t, Green, "")
}

func TestAMissingFileIsNotMadeAnew(t *testing.T) {
	p := admit(t, Config{})
	p.together(fill)
	away := p.path + ".away"
	if err := os.Rename(p.path, away); err != nil {
		t.Fatal(err)
	}
	if err := p.tell("+1"); err == nil {
		t.Error("stored in a file that is not there")
	}
	p.expect(t, Red, "in its place")
	if _, err := os.Stat(p.path); err == nil {
		t.Fatal("an empty database was made in its stead")
	}
	if err := os.Rename(away, p.path); err != nil {
		t.Fatal(err)
	}
	if err := p.tell("+2"); err != nil {
		t.Error(err)
	}
	p.expect(t, Green, "")
}

func TestADamagedPageIsRedUntilItIsRepaired(t *testing.T) {
	p := admit(t, Config{})
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	sane, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := open(t, p.path, p.config)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	p.DB = again
	// All but the first page turns into noise after it was looked at.
	overwrite(t, p.path, 4096, []byte(strings.Repeat("noise", (len(sane)-4096)/5)))
	if err := p.tell("+2"); err == nil {
		t.Error("stored in a damaged file")
	}
	p.expect(t, Red, "damaged")
	overwrite(t, p.path, 0, sane)
	if err := p.tell("+3"); err != nil {
		t.Error(err)
	}
	p.expect(t, Green, "")
}

func overwrite(t *testing.T, path string, offset int64, with []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt(with, offset); err != nil {
		t.Fatal(err)
	}
}

func TestAPanicInTheWriterEndsNothing(t *testing.T) {
	var trip atomic.Bool
	p := admit(t, Config{Now: func() time.Time {
		if trip.CompareAndSwap(true, false) {
			panic("a broken clock")
		}
		return time.UnixMilli(1_700_000_000_000)
	}})
	trip.Store(true)
	if err := p.tell("+1"); err == nil || !strings.Contains(err.Error(), "a broken clock") {
		t.Errorf("got %v", err)
	}
	p.expect(t, Red, "an error while storing")
	if err := p.tell("+2"); err != nil {
		t.Error(err)
	}
	p.expect(t, Green, "")
}

func TestAPanicAfterTheCommitDoesNotUndoWhatIsStored(t *testing.T) {
	p := admit(t, Config{})
	if err := p.Write(t.Context(), func(t *Tx) error {
		t.After(func() { panic("a broken hub") })
		return insertContact("+1")(t)
	}); err != nil {
		t.Errorf("what is on disk was not acknowledged: %v", err)
	}
	p.expect(t, Red, "an error while storing")
	if err := p.tell("+2"); err != nil {
		t.Error(err)
	}
	if stored := p.numbers(t); stored != "+1 +2" {
		t.Errorf("%q is stored, want +1 +2", stored)
	}
	p.expect(t, Green, "")
}

// What is asked for with After is done in order once a write is on disk, and not for one that failed alone or with its
// batch.
func TestAfterIsOfWhatIsStored(t *testing.T) {
	var done []string
	var ends atomic.Int64
	began := func(t *Tx) error { t.After(func() { done = append(done, "begin") }); return nil }
	p := admit(t, Config{Begin: began, End: func() { ends.Add(1) }})
	noting := func(word string, then func(*Tx) error) func(*Tx) error {
		return func(t *Tx) error { t.After(func() { done = append(done, word) }); return then(t) }
	}
	nothing := func(*Tx) error { return nil }
	p.together(noting("1", nothing), noting("2", func(*Tx) error { return errors.New("wrong") }), noting("3", func(*Tx) error { panic("a bug") }), noting("4", nothing))
	p.together(noting("5", nothing), noting("6", fill))
	if err := p.Write(t.Context(), noting("7", nothing)); err != nil {
		t.Fatal(err)
	}
	// Those that hold the writer up are batches of their own.
	if want := "begin begin 1 4 begin begin 7"; strings.Join(done, " ") != want {
		t.Errorf("done is %q, want %q", done, want)
	}
	if n := ends.Load(); n != 5 {
		t.Errorf("%d transactions ended, want 5", n)
	}
}

func TestWhatFailedStaysOutOfTheLogAlthoughNobodyElseHasItOpen(t *testing.T) {
	p := admit(t, Config{})
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	log, err := os.Open(p.path + "-wal") // while it is open no other file can pass for it
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	before, err := log.Stat()
	if err != nil {
		t.Fatal(err)
	}
	p.together(fill)
	if err := p.tell("+2"); err != nil {
		t.Fatal(err)
	}
	// The last one to close a database reads its log anew when it is opened again, a failed commit with it.
	after, err := os.Stat(p.path + "-wal")
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("the log was closed by all and made anew (%v)", err)
	}
}

func TestALongLogIsFoldedIntoTheFile(t *testing.T) {
	p := admit(t, Config{})
	before, err := os.Stat(p.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(t.Context(), func(t *Tx) error {
		return t.Exec(`INSERT INTO contacts (phone_number, name) VALUES ('large', hex(zeroblob(?)))`, foldAfter*4096/2)
	}); err != nil {
		t.Fatal(err)
	}
	for range lookAfter + 1 { // the checkpoint is done before the write after
		if err := p.tell("+1"); err != nil {
			t.Fatal(err)
		}
	}
	after, err := os.Stat(p.path)
	if err != nil {
		t.Fatal(err)
	}
	if after.Size()-before.Size() < foldAfter*4096 {
		t.Errorf("the file grew from %d to %d bytes: the log was not folded in", before.Size(), after.Size())
	}
}

// readsOn is a reader of the database as it is now, which keeps what comes later from being folded in.
func (p *patient) readsOn(t *testing.T) *sql.Tx {
	t.Helper()
	reader, err := p.reads.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = reader.Rollback() })
	if err := reader.QueryRow(`SELECT count(*) FROM contacts`).Scan(new(int)); err != nil {
		t.Fatal(err)
	}
	return reader
}

// failsToFoldIn has the log count as one that could not be folded in.
func (p *patient) failsToFoldIn(t *testing.T) {
	t.Helper()
	if err := p.Write(t.Context(), func(*Tx) error {
		p.behind = true
		p.fail(errors.New("checkpoint: made up"))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// isWellAfter ends the reader and wants storing to work again.
func (p *patient) isWellAfter(t *testing.T, reader *sql.Tx) {
	t.Helper()
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := p.tell("+1"); err != nil {
			t.Fatal(err)
		}
	}
	p.expect(t, Green, "")
}

func TestALogThatCouldNotBeFoldedInStaysRedWhileNothingCanBeTried(t *testing.T) {
	p := admit(t, Config{})
	other := openHandleAt(t, p.path)
	if _, _, err := other.checkpoint("PASSIVE"); err != nil {
		t.Fatal(err)
	}
	// A reader of the file as it is now keeps what comes from being folded in.
	reader := p.readsOn(t)
	p.failsToFoldIn(t)
	for range 3 { // a checkpoint is done before the write after
		if err := p.tell("+1"); err != nil {
			t.Fatal(err)
		}
	}
	p.expect(t, Red, "")
	p.isWellAfter(t, reader)
}

// SQLite flushes the database file only once all of the log is in it: a part of it that went in says nothing of the
// disk.
func TestALogThatCouldNotBeFoldedInStaysRedUntilAllOfItIsFoldedIn(t *testing.T) {
	p := admit(t, Config{})
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	// What comes after it began, a reader keeps from being folded in; what came before goes in.
	reader := p.readsOn(t)
	p.failsToFoldIn(t)
	for range 5 { // a checkpoint is done before the write after
		if err := p.tell("+1"); err != nil {
			t.Fatal(err)
		}
		p.expect(t, Red, "")
	}
	p.isWellAfter(t, reader)
}

// Where nothing is left to fold in, nothing is known of the disk either.
func TestAnEmptyLogDoesNotEndAFault(t *testing.T) {
	p := admit(t, Config{})
	if err := p.Write(t.Context(), func(*Tx) error {
		p.behind = true
		p.fault.Store(&Failure{Happened: "made up"})
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil { // the checkpoint after the write is over
		t.Fatal(err)
	}
	p.expect(t, Red, "made up")
}

func openHandleAt(t *testing.T, path string) *handle {
	t.Helper()
	h, err := openHandle(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.close() })
	return h
}
