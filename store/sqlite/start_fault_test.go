package sqlite

import (
	"database/sql"
	"encoding/binary"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// sane is the content of a sound database file with something in it.
func sane(t *testing.T) []byte {
	t.Helper()
	p := admit(t, Config{})
	for _, number := range []string{"+1", "+2", "+3"} {
		if err := p.tell(number); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(p.path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// raw makes a database with other means than ours, and returns the files it consists of while it is open.
func raw(t *testing.T, content []byte, statements string) map[string][]byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "raw.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, suffix := range []string{"", "-wal"} {
		if part, err := os.ReadFile(path + suffix); err == nil {
			parts[suffix] = part
		}
	}
	return parts
}

// changed returns the content with some bytes at an offset replaced.
func changed(content []byte, offset int, with ...byte) map[string][]byte {
	content = slices.Clone(content)
	copy(content[offset:], with)
	return map[string][]byte{"": content}
}

func TestUnusableFilesAreRefusedAndLeftAsTheyAre(t *testing.T) {
	good := sane(t)
	noise := []byte(strings.Repeat("noise", 800))
	for _, test := range []struct {
		name  string
		parts map[string][]byte
		says  []string
	}{
		{"garbage", map[string][]byte{"": []byte("these are my holiday notes\n")}, []string{"not a database", "restore a backup"}},
		{"much garbage", map[string][]byte{"": []byte(strings.Repeat("holiday notes\n", 10_000))}, []string{"not a database", "restore a backup"}},
		{"truncated", map[string][]byte{"": good[:len(good)/2]}, []string{"malformed", "restore a backup"}},
		{"truncated within a page", map[string][]byte{"": good[:1000]}, []string{"restore a backup"}},
		{"flipped magic", changed(good, 3, good[3]^0xff), []string{"not a database", "restore a backup"}},
		{"flipped page size", changed(good, 16, 0xff, 0xff), []string{"not a database", "restore a backup"}},
		{"flipped format", changed(good, 18, 9, 9), []string{"restore a backup"}},
		{"noise in the schema", changed(good, 100, noise[:3000]...), []string{"restore a backup"}},
		{"noise in a page", changed(good, 5*4096, noise...), []string{"damaged", "restore a backup"}},
		{"newer", changed(good, 60, binary.BigEndian.AppendUint32(nil, 99)...), []string{"newer version", "99", "start the newer Tagline"}},
		{"newer, in the log only", raw(t, good, `PRAGMA journal_mode = WAL; PRAGMA user_version = 99`), []string{"newer version", "99"}},
		{"foreign", raw(t, nil, `CREATE TABLE recipes (name TEXT)`), []string{"another program", "choose another file"}},
		{"foreign, with a log", raw(t, nil, `PRAGMA journal_mode = WAL; CREATE TABLE recipes (name TEXT)`), []string{"another program"}},
	} {
		// The clock of synctest stands still while the search for damage runs, however slow the machine is.
		t.Run(test.name, inBubble(func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "mine.db")
			for suffix, content := range test.parts {
				if err := os.WriteFile(path+suffix, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			s, err := open(t, path, Config{})
			if err == nil {
				s.Close()
				t.Fatal("it was opened")
			}
			for _, words := range append(test.says, path, "left untouched") {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q is missing in: %v", words, err)
				}
			}
			for suffix, content := range test.parts {
				if now, err := os.ReadFile(path + suffix); err != nil || !slices.Equal(now, content) {
					t.Errorf("%q was changed (%v)", suffix, err)
				}
			}
			// With a log there, SQLite keeps an index of it beside it, which means nothing.
			expected := slices.Sorted(maps.Keys(test.parts))
			for _, suffix := range []string{"-journal", "-wal", "-shm"} {
				if _, err := os.Stat(path + suffix); err == nil && !slices.Contains(expected, suffix) && len(expected) == 1 {
					t.Errorf("%s was left beside it", suffix)
				}
			}
		}))
	}
}

// inBubble returns the test with a fake clock.
func inBubble(test func(*testing.T)) func(*testing.T) {
	return func(t *testing.T) { synctest.Test(t, test) }
}

func TestWhatAPowerCutLeavesOfTheFirstStartIsNotDamage(t *testing.T) {
	// SQLite undoes by the journal what had been begun: here, everything.
	journal := make([]byte, 512)
	copy(journal, "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7\x00\x00\x00\x00")
	binary.BigEndian.PutUint32(journal[20:], 512)
	binary.BigEndian.PutUint32(journal[24:], 4096)
	path := filepath.Join(t.TempDir(), "tagline.db")
	if err := errors.Join(os.WriteFile(path, sane(t)[:2048], 0o600), os.WriteFile(path+"-journal", journal, 0o600)); err != nil {
		t.Fatal(err)
	}
	s, err := open(t, path, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
