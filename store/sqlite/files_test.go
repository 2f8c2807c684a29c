//go:build linux || darwin

package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// accident is something that is done to the files beside a running program.
type accident struct {
	name    string
	happens func(t *testing.T, db string)
	says    string                // in health, while nothing is stored; "" where Tagline goes on by itself
	undone  func(db string) error // nil where it cannot be undone
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func remove(suffixes ...string) func(*testing.T, string) {
	return func(t *testing.T, db string) {
		t.Helper()
		for _, suffix := range suffixes {
			if err := os.Remove(db + suffix); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// replace puts a copy of the file in its place.
func replace(suffix string) func(*testing.T, string) {
	return func(t *testing.T, db string) {
		t.Helper()
		content, err := os.ReadFile(db + suffix)
		if err == nil {
			err = os.WriteFile(db+suffix+".copy", content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		rename(t, db+suffix+".copy", db+suffix)
	}
}

var accidents = []accident{
	{"rm db", remove(""), "tagline.db is not in its place any more", nil},
	{"mv db", func(t *testing.T, db string) { rename(t, db, db+".away") }, "tagline.db is not in its place any more", func(db string) error { return os.Rename(db+".away", db) }},
	{"a backup over db", func(t *testing.T, db string) {
		if err := contactsFormat.Backup(t.Context(), db, db+".backup", false); err != nil {
			t.Fatal(err)
		}
		rename(t, db+".backup", db)
	}, "tagline.db was replaced", nil},
	{"a copy over db", replace(""), "tagline.db was replaced", nil},
	{"db is a link to where it was moved", func(t *testing.T, db string) {
		rename(t, db, db+".moved")
		if err := os.Symlink(db+".moved", db); err != nil {
			t.Fatal(err)
		}
	}, "tagline.db was replaced", func(db string) error { return errors.Join(os.Remove(db), os.Rename(db+".moved", db)) }},
	{"a folder in its place", func(t *testing.T, db string) {
		rename(t, db, db+".moved")
		if err := os.Mkdir(db, 0o700); err != nil {
			t.Fatal(err)
		}
	}, "tagline.db was replaced", func(db string) error { return errors.Join(os.Remove(db), os.Rename(db+".moved", db)) }},
	{"mv folder", func(t *testing.T, db string) { rename(t, filepath.Dir(db), filepath.Dir(db)+".away") }, "tagline.db is not in its place any more",
		func(db string) error { return os.Rename(filepath.Dir(db)+".away", filepath.Dir(db)) }},
	{"rm folder", func(t *testing.T, db string) {
		if err := os.RemoveAll(filepath.Dir(db)); err != nil {
			t.Fatal(err)
		}
	}, "tagline.db is not in its place any more", nil},
	{"rm wal", remove("-wal"), "", nil},
	{"rm shm", remove("-shm"), "", nil},
	{"rm wal and shm", remove("-wal", "-shm"), "", nil},
	{"an empty shm", func(t *testing.T, db string) {
		if err := os.Truncate(db+"-shm", 0); err != nil {
			t.Fatal(err)
		}
	}, "", nil},
	{"another wal", replace("-wal"), "tagline.db-wal was replaced", nil},
	{"another shm", replace("-shm"), "tagline.db-shm was replaced", nil},
	{"rm all", remove("", "-wal", "-shm"), "tagline.db is not in its place any more", nil},
}

// nameless are those after which nothing but a copy holds what was acknowledged under a name.
var nameless = []string{"rm db", "rm all", "a backup over db", "a copy over db"}

// Nothing is acknowledged that a restart does not find under the name of the database, and what was acknowledged before
// is there wherever the file is.
func TestWhatIsAcknowledgedIsInTheFileOfThatName(t *testing.T) {
	for _, a := range accidents {
		t.Run(a.name, func(t *testing.T) {
			p := admitIn(t, filepath.Join(t.TempDir(), "data"), Config{Serve: true})
			if err := p.tell("+1"); err != nil {
				t.Fatal(err)
			}
			if numbers := p.numbers(t); numbers != "+1" {
				t.Fatalf("%q can be read", numbers)
			}
			a.happens(t, p.path)
			first := p.tell("+2")
			if first == nil {
				t.Error("a webhook was acknowledged in files that have lost their names")
			}
			if a.says == "" {
				p.expect(t, Red, "")
				if err := p.tell("+3"); err != nil {
					t.Fatalf("it does not go on by itself: %v", err)
				}
				p.expect(t, Green, "")
				p.restartsWith(t, "+1", "+3")
				return
			}
			for range 3 {
				p.expect(t, Red, a.says)
				if err := p.tell("+3"); err == nil {
					t.Fatal("a webhook was acknowledged")
				}
			}
			if numbers := p.numbers(t); !strings.HasPrefix(numbers, "+1") {
				t.Errorf("%q can be read", numbers)
			}
			if strings.HasPrefix(a.name, "another ") {
				p.restoresCopy(t)
				p.leavesFilesAlone(t)
			}
			if slices.Contains(nameless, a.name) {
				p.restoresCopy(t)
			}
			if a.undone == nil {
				return
			}
			if err := a.undone(p.path); err != nil {
				t.Fatal(err)
			}
			if err := p.tell("+4"); err != nil {
				t.Fatalf("with the file back in its place it does not go on: %v", err)
			}
			p.expect(t, Green, "")
			p.restartsWith(t, "+1", "+4")
		})
	}
}

// restoresCopy restores the one copy that was saved, which is named in health.
func (p *patient) restoresCopy(t *testing.T) {
	t.Helper()
	copies, err := filepath.Glob(p.path + ".saved-*")
	if err != nil || len(copies) != 1 {
		t.Fatalf("saved are %v, %v", copies, err)
	}
	if info, err := os.Stat(copies[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v, %v", info, err)
	}
	p.expect(t, Red, filepath.Base(copies[0]))
	restored := filepath.Join(t.TempDir(), "tagline.db")
	if _, err := contactsFormat.Restore(t.Context(), copies[0], restored, p.config.Now()); err != nil {
		t.Fatal(err)
	}
	s, err := open(t, restored, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if have := (&patient{DB: s}).numbers(t); !strings.HasPrefix(have, "+1") {
		t.Errorf("the copy has %q", have)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// leavesFilesAlone stops: what has other files beside it now is neither folded in nor removed.
func (p *patient) leavesFilesAlone(t *testing.T) {
	t.Helper()
	read := func() (all string) {
		for _, suffix := range []string{"", "-wal"} {
			content, err := os.ReadFile(p.path + suffix)
			if err != nil {
				t.Error(err)
			}
			all += string(content)
		}
		return all
	}
	before := read()
	if err := p.Close(); err == nil {
		t.Error("nothing was said")
	}
	if read() != before {
		t.Error("the files were changed at the end")
	}
	t.Cleanup(func() { _ = errors.Join(p.handle.close(), p.reads.Close()) }) // what a process leaves to its end
}

// restartsWith looks into a copy of what is on disk as after a kill, and after a stop.
func (p *patient) restartsWith(t *testing.T, numbers ...string) {
	t.Helper()
	killed := filepath.Join(t.TempDir(), "tagline.db")
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(p.path + suffix)
		if err == nil {
			err = os.WriteFile(killed+suffix, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for _, path := range []string{killed, p.path} {
		s, err := open(t, path, Config{})
		if err != nil {
			t.Fatal(err)
		}
		have := (&patient{DB: s}).numbers(t)
		for _, number := range numbers {
			if !strings.Contains(have, number) {
				t.Errorf("%s has %q, not %s", path, have, number)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if found, err := contactsFormat.Check(context.Background(), path); err != nil || len(found.Problems) > 0 {
			t.Errorf("%v, %v", found.Problems, err)
		}
	}
}

func TestOverALostFileNothingIsMadeAndTheNextStartReadsWhatWasPutThere(t *testing.T) {
	p := admitIn(t, filepath.Join(t.TempDir(), "data"), Config{Serve: true})
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	backup := p.path + ".backup"
	if err := contactsFormat.Backup(t.Context(), p.path, backup, false); err != nil {
		t.Fatal(err)
	}
	if err := p.tell("+2"); err != nil {
		t.Fatal(err)
	}
	kept := p.path + ".kept"
	rename(t, p.path, kept)
	rename(t, backup, p.path)
	for what, err := range map[string]error{"a command": opens(t, p.path, Config{}), "a second server": opens(t, p.path, Config{Serve: true}),
		"a backup": contactsFormat.Backup(t.Context(), p.path, p.path+".again", false), "a check": checks(t, p.path)} {
		if err == nil || !strings.Contains(err.Error(), "removed or replaced while Tagline") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := contactsFormat.Restore(t.Context(), kept, p.path, p.config.Now()); err == nil || !strings.Contains(err.Error(), "stop Tagline") {
		t.Errorf("restored under a running server: %v", err)
	}
	if err := p.tell("+3"); err == nil {
		t.Error("a webhook was acknowledged")
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	for path, want := range map[string]string{p.path: "+1", kept: "+1 +2"} {
		s, err := open(t, path, Config{})
		if err != nil {
			t.Fatal(err)
		}
		if have := (&patient{DB: s}).numbers(t); have != want {
			t.Errorf("%s has %q, want %q", path, have, want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// killed is what a kill leaves of a database that holds +1: its newest part in the log.
func killed(t *testing.T) (path, backup string) {
	t.Helper()
	p := admitIn(t, filepath.Join(t.TempDir(), "data"), Config{Serve: true})
	folder := t.TempDir()
	path, backup = filepath.Join(folder, "tagline.db"), filepath.Join(folder, "backup.db")
	if err := errors.Join(contactsFormat.Backup(t.Context(), p.path, backup, false), p.tell("+1")); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal"} {
		if err := copyContent(path+suffix, p.path+suffix); err != nil {
			t.Fatal(err)
		}
	}
	return path, backup
}

func copyContent(to, from string) error {
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, 0o600)
}

func TestACopyIsNotOpenedWithTheLogOfAnother(t *testing.T) {
	path, backup := killed(t)
	if err := copyContent(path, backup); err != nil {
		t.Fatal(err)
	}
	before := size(path + "-wal")
	for what, err := range map[string]error{"serve": opens(t, path, Config{Serve: true}), "a command": opens(t, path, Config{}),
		"check": checks(t, path), "backup": contactsFormat.Backup(t.Context(), path, path+".again", false)} {
		if err == nil || !strings.Contains(err.Error(), "-wal belongs to another database") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if after := size(path + "-wal"); after != before || before == 0 {
		t.Errorf("the log was %d long and is %d", before, after)
	}
	if err := os.Remove(path + "-wal"); err != nil {
		t.Fatal(err)
	}
	s, err := open(t, path, Config{})
	if err != nil {
		t.Fatal(err)
	}
	// It is its own log from the first start on, whenever that is killed.
	again := filepath.Join(t.TempDir(), "tagline.db")
	if err := errors.Join(copyContent(again, path), copyContent(again+"-wal", path+"-wal"), s.Close()); err != nil {
		t.Fatal(err)
	}
	if err := opens(t, again, Config{}); err != nil {
		t.Error(err)
	}
}

func TestACheckChangesNothingAfterAKill(t *testing.T) {
	path, _ := killed(t)
	read := func() (all []string) {
		for _, suffix := range []string{"", "-wal"} {
			content, err := os.ReadFile(path + suffix)
			if err != nil {
				t.Error(err)
			}
			all = append(all, string(content))
		}
		return all
	}
	before := read()
	if err := checks(t, path); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(read(), before) {
		t.Error("the files were changed")
	}
	if err := opens(t, path, Config{Serve: true}); err != nil {
		t.Error(err)
	}
}

func opens(t *testing.T, path string, config Config) error {
	t.Helper()
	s, err := open(t, path, config)
	if err == nil {
		s.Close()
	}
	return err
}

func checks(t *testing.T, path string) error {
	t.Helper()
	_, err := contactsFormat.Check(t.Context(), path)
	return err
}

func TestNoNewDatabaseIsMadeWhereSomethingIsLeftOfAnother(t *testing.T) {
	for _, suffix := range []string{"-wal", "-shm", "-journal", ".schema-3", ".before-restore-20260101T000000Z", ".saved-20260101T000000Z"} {
		path := filepath.Join(t.TempDir(), "tagline.db")
		if err := os.WriteFile(path+suffix, []byte("left"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, serve := range []bool{false, true} {
			err := opens(t, path, Config{Serve: serve})
			if err == nil || !strings.Contains(err.Error(), path+suffix) || !strings.Contains(err.Error(), "restore a backup") {
				t.Errorf("beside %s: %v", suffix, err)
			}
			if exists(path) {
				t.Errorf("beside %s one was made", suffix)
			}
		}
		if suffix == "-shm" || suffix == "-journal" {
			continue
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := opens(t, path, Config{}); err == nil || !strings.Contains(err.Error(), path+suffix) {
			t.Errorf("an empty file beside %s: %v", suffix, err)
		}
		if left, err := os.ReadFile(path + suffix); err != nil || string(left) != "left" || size(path) != 0 {
			t.Errorf("%s holds %q, %v; the database is %d long", suffix, left, err, size(path))
		}
	}
	path := filepath.Join(t.TempDir(), "tagline.db")
	for _, other := range []string{"other.db-wal", "tagline.db.lock", "tagline.db.backup"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(path), other), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := opens(t, path, Config{Serve: true}); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoFileIsCalledWhatItIs(t *testing.T) {
	folder := t.TempDir()
	link := filepath.Join(t.TempDir(), "tagline.db")
	if err := os.Symlink(filepath.Join(folder, "gone.db"), link); err != nil {
		t.Fatal(err)
	}
	for path, says := range map[string]string{folder: "is a folder", link: "a link to a file that is not there", os.DevNull: "is not a file"} {
		for what, err := range map[string]error{"open": opens(t, path, Config{}), "serve": opens(t, path, Config{Serve: true}), "check": checks(t, path),
			"backup": contactsFormat.Backup(t.Context(), path, filepath.Join(folder, "copy.db"), false)} {
			if err == nil || !strings.Contains(err.Error(), says) {
				t.Errorf("%s of %s: %v", what, path, err)
			}
		}
	}
}
