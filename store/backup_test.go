package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tagline/store"
)

// folder returns what is in the folder of the path.
func folder(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// stocked returns an open store with a few messages, and its path.
func stocked(t *testing.T) (*store.Store, *clock, string) {
	t.Helper()
	c := newClock()
	path := filepath.Join(t.TempDir(), "tagline.db")
	s := openAt(t, path, c, nil)
	for n := range 20 {
		c.advance(time.Minute)
		tell(t, s, c, fact{kind: store.Kinds[n%3], subuser: store.SubuserID(n % 2 * 6), number: fmt.Sprint("+4917", n%4), text: fmt.Sprint("message ", n), tag: []string{"", "Hot", "Cold"}[n%3], sim: 123})
	}
	return s, c, path
}

func TestABackupOfAnOpenDatabaseIsOneWholeFileForItsOwner(t *testing.T) {
	s, _, path := stocked(t)
	to := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Backup(t.Context(), path, to, false); err != nil {
		t.Fatal(err)
	}
	if found := folder(t, to); len(found) != 1 {
		t.Errorf("beside the backup there is %v", found)
	}
	if info, err := os.Stat(to); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if found, err := store.Check(t.Context(), to); err != nil || !found.Compared || len(found.Problems) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
	copied := openAt(t, to, newClock(), nil)
	if got, want := export(t, copied, "message"), export(t, s, "message"); fmt.Sprint(got) != fmt.Sprint(want) || len(got) == 0 {
		t.Errorf("the backup has\n%v\nwant\n%v", got, want)
	}
}

func TestABackupReplacesNothingUnasked(t *testing.T) {
	_, _, path := stocked(t)
	to := filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(to, []byte("dear to me"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := store.Backup(t.Context(), path, to, false); !errors.Is(err, store.ErrExists) {
		t.Errorf("got %v", err)
	}
	if content, _ := os.ReadFile(to); string(content) != "dear to me" {
		t.Errorf("the file holds %q now", content)
	}
	if err := store.Backup(t.Context(), path, to, true); err != nil {
		t.Error(err)
	}
	if found, err := store.Check(t.Context(), to); err != nil || len(found.Problems) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
	other := openAt(t, filepath.Join(t.TempDir(), "other.db"), newClock(), nil)
	defer other.Close()
	for _, used := range []string{path, filepath.Dir(path)} {
		if err := store.Backup(t.Context(), path, used, true); err == nil {
			t.Errorf("%s was replaced", used)
		}
	}
}

func TestABackupIsNeverWrittenOverADatabaseInUse(t *testing.T) {
	_, _, path := stocked(t)
	_, _, other := stocked(t)
	if err := store.Backup(t.Context(), path, other, true); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("got %v", err)
	}
}

// spoil changes bytes in the middle of a file.
func spoil(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(strings.Repeat("noise", 1600)), 8*4096); err != nil {
		t.Fatal(err)
	}
}

func TestADamagedDatabaseLeavesNoBackup(t *testing.T) {
	s, _, path := stocked(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	spoil(t, path)
	to := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Backup(t.Context(), path, to, false); err == nil {
		t.Error("it was copied")
	}
	if left := folder(t, to); len(left) > 0 {
		t.Errorf("%v was left", left)
	}
}

func TestACopyWithDanglingReferencesIsNoBackup(t *testing.T) {
	s, _, path := stocked(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, path, `PRAGMA foreign_keys = 0`, `UPDATE conversations SET contact_id = 999 WHERE id = (SELECT min(id) FROM conversations)`)
	if err := store.Backup(t.Context(), path, path+".backup", false); err == nil || !strings.Contains(err.Error(), "1 of the conversations refer to contacts that are not there") {
		t.Errorf("got %v", err)
	}
	if found, err := store.Check(t.Context(), path); err != nil || len(found.Problems) != 1 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestABackupIsRestoredAndWhatWasThereIsKept(t *testing.T) {
	s, c, path := stocked(t)
	anna, err := s.CreateUser(t.Context(), store.User{Name: "restored", Role: store.Admin}, "")
	if err == nil {
		err = s.CreateSession(t.Context(), []byte("session"), anna.ID, false, c.now().Add(time.Hour))
	}
	id, idErr := s.Identity(t.Context())
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := errors.Join(err, idErr, store.Backup(t.Context(), path, backup, false)); err != nil {
		t.Fatal(err)
	}
	before := len(export(t, s, "message"))
	tell(t, s, c, fact{kind: store.KindReceived, number: "+49999", text: "after the backup"})
	if _, err := store.Restore(t.Context(), backup, path, c.now()); err == nil || !strings.Contains(err.Error(), "stop Tagline") {
		t.Errorf("restored under an open database: %v", err)
	}
	if n := len(export(t, s, "message")); n != before+1 {
		t.Errorf("%d messages after the refusal, want %d", n, before+1)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	aside, err := store.Restore(t.Context(), backup, path, c.now())
	if err != nil {
		t.Fatal(err)
	}
	restored := openAt(t, path, c, nil)
	if n := len(export(t, restored, "message")); n != before {
		t.Errorf("%d messages in the restored database, want %d", n, before)
	}
	if n := len(export(t, openAt(t, aside, c, nil), "message")); n != before+1 {
		t.Errorf("%d messages in the one set aside, want %d", n, before+1)
	}
	if _, err := restored.SessionUser(t.Context(), []byte("session")); err != store.ErrNotFound {
		t.Errorf("a session of before came back: %v", err)
	}
	if now, err := restored.Identity(t.Context()); err != nil || now == id {
		t.Errorf("pages would take it for the database of before: %q, %v", now, err)
	}
}

// A server that was killed leaves its latest commits in the write-ahead log beside the file.
func TestALogLeftByAKillStaysWithTheDatabaseSetAside(t *testing.T) {
	s, c, path := stocked(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Backup(t.Context(), path, backup, false); err != nil {
		t.Fatal(err)
	}
	before := len(export(t, s, "message"))
	tell(t, s, c, fact{kind: store.KindReceived, number: "+49999", text: "in the log only"})
	killed := filepath.Join(t.TempDir(), "killed.db")
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(path + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(killed+suffix, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	aside, err := store.Restore(t.Context(), backup, killed, c.now())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(export(t, openAt(t, killed, c, nil), "message")); n != before {
		t.Errorf("%d messages in the restored database, want %d", n, before)
	}
	if n := len(export(t, openAt(t, aside, c, nil), "message")); n != before+1 {
		t.Errorf("%d messages in the one set aside, want %d", n, before+1)
	}
}

func TestADamagedDatabaseIsSetAsideWithItsLog(t *testing.T) {
	_, c, path := stocked(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Backup(t.Context(), path, backup, false); err != nil {
		t.Fatal(err)
	}
	ruined := filepath.Join(t.TempDir(), "ruined.db")
	for suffix, content := range map[string]string{"": "these are not pages", "-wal": "nor is this a log"} {
		if err := os.WriteFile(ruined+suffix, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	aside, err := store.Restore(t.Context(), backup, ruined, c.now())
	if err != nil {
		t.Fatal(err)
	}
	if content, _ := os.ReadFile(aside); string(content) != "these are not pages" {
		t.Errorf("set aside was %q", content)
	}
	if content, _ := os.ReadFile(aside + "-wal"); string(content) != "nor is this a log" {
		t.Errorf("the log set aside was %q", content)
	}
	if n := len(export(t, openAt(t, ruined, c, nil), "message")); n == 0 {
		t.Error("nothing was restored")
	}
}

func TestWhatIsNoBackupIsNotRestored(t *testing.T) {
	_, c, path := stocked(t)
	good := filepath.Join(t.TempDir(), "good.db")
	if err := store.Backup(t.Context(), path, good, false); err != nil {
		t.Fatal(err)
	}
	damaged := filepath.Join(t.TempDir(), "damaged.db")
	if err := store.Backup(t.Context(), path, damaged, false); err != nil {
		t.Fatal(err)
	}
	spoil(t, damaged)
	newer := filepath.Join(t.TempDir(), "newer.db")
	if err := store.Backup(t.Context(), path, newer, false); err != nil {
		t.Fatal(err)
	}
	raw(t, newer, `PRAGMA user_version = 99`)
	foreign := filepath.Join(t.TempDir(), "foreign.db")
	raw(t, foreign, `CREATE TABLE recipes (name TEXT)`)
	empty := filepath.Join(t.TempDir(), "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range []string{damaged, newer, foreign, empty, path /* in use */, "/no/such/file"} {
		to := filepath.Join(t.TempDir(), "tagline.db")
		if err := os.WriteFile(to, []byte("as it was"), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Restore(t.Context(), wrong, to, c.now()); err == nil {
			t.Errorf("%s was restored", wrong)
		}
		if content, _ := os.ReadFile(to); string(content) != "as it was" || len(folder(t, to)) != 1 {
			t.Errorf("after %s was refused there is %v, holding %q", wrong, folder(t, to), content)
		}
	}
}

// linked returns a link in a folder of its own to a closed database, and the database.
func linked(t *testing.T) (link, real string, c *clock) {
	t.Helper()
	s, c, real := stocked(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	link = filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	return link, real, c
}

// staysLink fails unless the link is one, and nothing is beside it.
func staysLink(t *testing.T, link string) {
	t.Helper()
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is %v, %v", info, err)
	}
	if beside := folder(t, link); len(beside) != 1 {
		t.Errorf("beside the link there is %v", beside)
	}
}

func TestARestoreThroughALinkReplacesTheFileItLeadsTo(t *testing.T) {
	link, real, c := linked(t)
	other, otherClock, path := stocked(t)
	tell(t, other, otherClock, fact{kind: store.KindReceived, number: "+49999", text: "only in the backup"})
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Backup(t.Context(), path, backup, false); err != nil {
		t.Fatal(err)
	}
	aside, err := store.Restore(t.Context(), backup, link, c.now())
	if err != nil {
		t.Fatal(err)
	}
	staysLink(t, link)
	if info, err := os.Lstat(aside); err != nil || !info.Mode().IsRegular() || filepath.Dir(aside) != filepath.Dir(real) {
		t.Errorf("what was there is kept as %s: %v, %v", aside, info, err)
	}
	restored, kept := openAt(t, real, c, nil), openAt(t, aside, c, nil)
	if now, before := len(export(t, restored, "message")), len(export(t, kept, "message")); now != before+1 {
		t.Errorf("%d messages in the restored database and %d in the one set aside", now, before)
	}
}

// Whoever restores in a hurry, once more within the same second, keeps every database that was there.
func TestRestoresOfOneSecondKeepEachDatabase(t *testing.T) {
	running, c, path := stocked(t)
	if err := running.Close(); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Backup(t.Context(), path, backup, false); err != nil {
		t.Fatal(err)
	}
	kept := map[string]bool{}
	for range 3 {
		aside, err := store.Restore(t.Context(), backup, path, c.now())
		if err != nil {
			t.Fatal(err)
		}
		kept[aside] = true
	}
	for aside := range kept {
		if found, err := store.Check(t.Context(), aside); err != nil || len(found.Problems) > 0 {
			t.Errorf("%s: %+v, %v", aside, found, err)
		}
	}
	if len(kept) != 3 {
		t.Errorf("three restores kept %v", kept)
	}
}

// A device would be copied until the disk is full, and a pipe waited for without end.
func TestOnlyAFileIsRestored(t *testing.T) {
	running, c, path := stocked(t)
	if err := running.Close(); err != nil {
		t.Fatal(err)
	}
	for _, backup := range []string{"/dev/null", t.TempDir(), pipe(t)} {
		_, err := store.Restore(t.Context(), backup, path, c.now())
		if err == nil || !strings.Contains(err.Error(), "not a file") {
			t.Errorf("%s: %v", backup, err)
		}
	}
	if beside := folder(t, path); len(beside) != 1 {
		t.Errorf("beside the database there is %v", beside)
	}
}

// pipe is the path of a named pipe.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestABackupThroughALinkReplacesTheFileItLeadsTo(t *testing.T) {
	link, real, _ := linked(t)
	_, _, path := stocked(t)
	before, err := os.Stat(real)
	if err := errors.Join(err, store.Backup(t.Context(), path, link, true)); err != nil {
		t.Fatal(err)
	}
	staysLink(t, link)
	if now, err := os.Stat(real); err != nil || os.SameFile(before, now) {
		t.Errorf("the file was not replaced: %v", err)
	}
	if found, err := store.Check(t.Context(), real); err != nil || len(found.Problems) > 0 {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestWhatCanBeNoDatabaseIsNotReplaced(t *testing.T) {
	_, c, path := stocked(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	if err := store.Backup(t.Context(), path, backup, false); err != nil {
		t.Fatal(err)
	}
	place := t.TempDir()
	gone := filepath.Join(t.TempDir(), "gone.db")
	if err := os.Symlink(filepath.Join(place, "not-there", "tagline.db"), gone); err != nil {
		t.Fatal(err)
	}
	for to, want := range map[string]string{place: "is a folder; name a file in it with --db", gone: "is a link to a file that is not there"} {
		if _, err := store.Restore(t.Context(), backup, to, c.now()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("into %s: %v", to, err)
		}
	}
	if err := store.Backup(t.Context(), path, gone, true); err == nil || !strings.Contains(err.Error(), "is a link to a file that is not there") {
		t.Errorf("a backup to %s: %v", gone, err)
	}
	if left := append(folder(t, place+"/x"), folder(t, gone)...); len(left) != 1 {
		t.Errorf("there is %v", left)
	}
}
