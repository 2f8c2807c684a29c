//go:build linux

package sqlite

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// killedCopy leaves what a process leaves that is killed while it makes a copy, with the name that this is to have.
func killedCopy(t *testing.T, folder, name string) string {
	t.Helper()
	s, err := newStaged(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.name, []byte("SQLite format 3\x00 and half of what was to come"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := s.file.Close(); err != nil { // as the system does then
		t.Fatal(err)
	}
	return s.name
}

func TestCopiesThatWereKilledAreRemovedAndNothingElse(t *testing.T) {
	for what, removes := range map[string]func(t *testing.T, db, elsewhere string) (folders []string){
		"a start": func(t *testing.T, db, elsewhere string) []string {
			if err := opens(t, db, Config{Serve: true, Backups: Schedule{Folder: elsewhere, Every: time.Hour, Keep: 1}}); err != nil {
				t.Fatal(err)
			}
			return []string{filepath.Dir(db), elsewhere}
		},
		"the next backup": func(t *testing.T, db, elsewhere string) []string {
			if err := contactsFormat.Backup(t.Context(), db, filepath.Join(elsewhere, "next.db"), false); err != nil {
				t.Fatal(err)
			}
			return []string{elsewhere}
		},
		"a restore": func(t *testing.T, db, elsewhere string) []string {
			if _, err := contactsFormat.Restore(t.Context(), filepath.Join(elsewhere, "good.db"), db, time.Now()); err != nil {
				t.Fatal(err)
			}
			return []string{filepath.Dir(db)}
		},
	} {
		t.Run(what, func(t *testing.T) {
			p, elsewhere := admit(t, Config{}), t.TempDir()
			if err := p.tell("+1"); err != nil {
				t.Fatal(err)
			}
			if err := contactsFormat.Backup(t.Context(), p.path, filepath.Join(elsewhere, "good.db"), false); err != nil {
				t.Fatal(err)
			}
			if err := p.Close(); err != nil {
				t.Fatal(err)
			}
			var gone, stays []string
			for _, folder := range []string{filepath.Dir(p.path), elsewhere} {
				for _, name := range []string{"backup.db", "tagline.db", "tagline.db.schema-3", "tagline-20260101T000000Z.db", "a name.partial-1 of ours"} {
					gone = append(gone, killedCopy(t, folder, name))
				}
				living, err := newStaged(filepath.Join(folder, "living.db"))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { living.remove() })
				stays = append(stays, living.name)
				for name, content := range map[string]string{".theirs.partial-1": "not ours", "seen.partial-1": "SQLite format 3\x00", ".x.partial-y": "SQLite format 3\x00", ".x.partial-1.db": "SQLite format 3\x00"} {
					file := filepath.Join(folder, name)
					if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
						t.Fatal(err)
					}
					stays = append(stays, file)
				}
				if err := os.Symlink(filepath.Join(elsewhere, "good.db"), filepath.Join(folder, ".link.partial-1")); err != nil {
					t.Fatal(err)
				}
				stays = append(stays, filepath.Join(folder, ".link.partial-1"), filepath.Join(elsewhere, "good.db"))
			}
			folders := removes(t, p.path, elsewhere)
			for _, file := range gone {
				if swept := slices.Contains(folders, filepath.Dir(file)); swept == exists(file) {
					t.Errorf("%s: removed is %v", file, !exists(file))
				}
			}
			for _, file := range stays {
				if _, err := os.Lstat(file); err != nil {
					t.Errorf("%s: %v", file, err)
				}
			}
		})
	}
}

func TestCopiesThatAreNotWholeAreListed(t *testing.T) {
	elsewhere := t.TempDir()
	p := admit(t, Config{Backups: Schedule{Folder: elsewhere, Every: time.Hour, Keep: 1}, Now: time.Now})
	if _, err := p.BackUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := []string{killedCopy(t, filepath.Dir(p.path), "backup.db"), killedCopy(t, elsewhere, "tagline-x.db")}
	var listed []string
	for _, c := range p.Copies() {
		listed = append(listed, c.File)
	}
	for _, file := range want {
		if !slices.Contains(listed, file) {
			t.Errorf("%s is not among %v", file, listed)
		}
	}
	if len(listed) != 3 {
		t.Errorf("listed are %v", listed)
	}
}

func TestABackupIsNeverWrittenOverFilesOfADatabase(t *testing.T) {
	p := admit(t, Config{Serve: true})
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	hard, soft, around := filepath.Join(folder, "hard.db"), filepath.Join(folder, "soft.db"), filepath.Join(folder, "around")
	for _, err := range []error{os.Link(p.path, hard), os.Symlink(p.path, soft), os.Symlink(filepath.Dir(p.path), around)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, to := range []string{p.path + "-wal", p.path + "-shm", p.path + "-journal", p.path + ".lock", p.path + "-WAL", filepath.Join(folder, "new.db-wal"),
		p.path, hard, soft, filepath.Join(around, "tagline.db"), filepath.Join(filepath.Dir(p.path), ".", "..", filepath.Base(filepath.Dir(p.path)), "tagline.db")} {
		for _, force := range []bool{false, true} {
			if err := contactsFormat.Backup(t.Context(), p.path, to, force); err == nil || !strings.Contains(err.Error(), "choose another") {
				t.Errorf("to %s: %v", to, err)
			}
		}
	}
	if err := p.tell("+2"); err != nil {
		t.Error(err)
	}
	p.restartsWith(t, "+1", "+2") // which closes it
	for _, to := range []string{p.path, hard, soft} {
		if err := contactsFormat.Backup(t.Context(), p.path, to, true); err == nil || !strings.Contains(err.Error(), "is the database itself") {
			t.Errorf("to %s, which nobody has open: %v", to, err)
		}
	}
}
