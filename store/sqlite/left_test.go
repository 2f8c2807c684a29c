//go:build linux

package sqlite

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// kill ends a server and leaves its files as a kill does: the same ones, with what stood in them.
func (p *patient) kill(t *testing.T) {
	t.Helper()
	info, err := os.Stat(p.path)
	if err != nil {
		t.Fatal(err)
	}
	content := map[string][]byte{}
	for _, suffix := range []string{"", "-wal", "-shm", ".lock"} {
		if content[suffix], err = os.ReadFile(p.path + suffix); err == nil {
			err = os.Link(p.path+suffix, p.path+".kept"+suffix)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for suffix, text := range content {
		rename(t, p.path+".kept"+suffix, p.path+suffix)
		if err := errors.Join(os.Remove(p.path+".kept"+suffix), os.WriteFile(p.path+suffix, text, 0o600)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(p.path, time.Time{}, info.ModTime()); err != nil {
		t.Fatal(err)
	}
}

func TestAStartAfterAKillMissesTheLog(t *testing.T) {
	other := foreign(t)
	for _, c := range []struct {
		name, says string
		does       func(path string) error
	}{
		{"rm wal", "which is gone", func(path string) error { return os.Remove(path + "-wal") }},
		{"rm wal and shm", "which is gone", func(path string) error { return errors.Join(os.Remove(path+"-wal"), os.Remove(path+"-shm")) }},
		{"mv wal", "which is gone", func(path string) error { return os.Rename(path+"-wal", path+"-wal.away") }},
		{": > wal", "which is empty", func(path string) error { return os.Truncate(path+"-wal", 0) }},
		{"a new empty wal", "which is empty", func(path string) error {
			return errors.Join(os.Remove(path+"-wal"), os.WriteFile(path+"-wal", nil, 0o600))
		}},
		{"cp other wal", "is that of another database now", func(path string) error { return copyContent(path+"-wal", other.path+"-wal") }},
		{"mv other wal", "is that of another database now", func(path string) error {
			return errors.Join(copyContent(path+"-new", other.path+"-wal"), os.Rename(path+"-new", path+"-wal"))
		}},
		{"mv of a wal and shm that agree", "was replaced by another file", func(path string) error {
			var err error
			for _, suffix := range []string{"-wal", "-shm"} {
				err = errors.Join(err, copyContent(path+"-new", path+suffix), os.Remove(path+suffix), os.Rename(path+"-new", path+suffix))
			}
			return err
		}},
		{"text", "was overwritten", func(path string) error {
			return os.WriteFile(path+"-wal", []byte("a text that is longer than a header"), 0o600)
		}},
		{"truncate -s half", "was overwritten or cut off", func(path string) error { return os.Truncate(path+"-wal", committed(path)/2) }},
		{"truncate -s -1", "was overwritten or cut off", func(path string) error { return os.Truncate(path+"-wal", committed(path)-1) }},
		{"dd over the middle", "was overwritten or cut off", func(path string) error {
			return turn(path+"-wal", committed(path)/2)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := grown(t)
			p.kill(t)
			if err := c.does(p.path); err != nil {
				t.Fatal(err)
			}
			for what, err := range map[string]error{"serve": opens(t, p.path, Config{Serve: true}), "a command": opens(t, p.path, Config{}),
				"check": checks(t, p.path), "backup": contactsFormat.Backup(t.Context(), p.path, p.path+".again", false)} {
				if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), "not stopped in order") {
					t.Errorf("%s: %v", what, err)
				}
			}
			if err := os.Remove(lockName(p.path)); err != nil {
				t.Fatal(err)
			}
			if err := opens(t, p.path, Config{Serve: true}); err != nil {
				t.Errorf("without the record: %v", err)
			}
		})
	}
}

func TestAStartAfterAKillHasNothingToSayOfWhatIsInOrder(t *testing.T) {
	for name, does := range map[string]func(*testing.T, *patient) error{
		"nothing":        func(*testing.T, *patient) error { return nil },
		"a command":      func(t *testing.T, p *patient) error { return opens(t, p.path, Config{}) },
		"another server": func(t *testing.T, p *patient) error { return opens(t, p.path, Config{Serve: true}) },
		"a backup": func(t *testing.T, p *patient) error {
			return contactsFormat.Backup(t.Context(), p.path, p.path+".again", false)
		},
		"a check": func(t *testing.T, p *patient) error { return checks(t, p.path) },
		"sqlite3": func(t *testing.T, p *patient) error { return another(t, p) },
		"only closed by sqlite3": func(t *testing.T, p *patient) error {
			db, conn, err := openWrites(t.Context(), p.path)
			if err != nil {
				return err
			}
			_, err = conn.ExecContext(t.Context(), `SELECT count(*) FROM sqlite_schema`)
			return errors.Join(err, conn.Close(), db.Close())
		},
		"a restore": func(t *testing.T, p *patient) error {
			_, err := contactsFormat.Restore(t.Context(), p.path+".backup", p.path, p.config.Now())
			return err
		},
		"wal is moved away and back": func(t *testing.T, p *patient) error {
			return errors.Join(os.Rename(p.path+"-wal", p.path+"-wal.away"), copyContent(p.path+"-wal", p.path+"-wal.away"))
		},
		"rm shm": func(t *testing.T, p *patient) error { return os.Remove(p.path + "-shm") },
	} {
		t.Run(name, func(t *testing.T) {
			p := grown(t)
			p.kill(t)
			if err := does(t, p); err != nil {
				t.Fatal(err)
			}
			if err := opens(t, p.path, Config{Serve: true}); err != nil {
				t.Error(err)
			}
		})
	}
	for name, does := range map[string]func(*patient) error{
		"nothing was written": func(*patient) error { return nil },
		"the log was emptied": func(p *patient) error { return errors.Join(p.tell("+1"), p.EmptyLog(t.Context())) },
	} {
		t.Run(name, func(t *testing.T) {
			p := admitIn(t, t.TempDir(), Config{Serve: true})
			if err := does(p); err != nil {
				t.Fatal(err)
			}
			p.kill(t)
			for _, suffix := range []string{"-wal", "-shm"} {
				if err := os.Remove(p.path + suffix); err != nil {
					t.Fatal(err)
				}
			}
			if err := opens(t, p.path, Config{Serve: true}); err != nil {
				t.Error(err)
			}
		})
	}
}
