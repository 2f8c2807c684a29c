//go:build linux

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// A log agrees with an index that was written over or made anew together with it, and lacks what was acknowledged.
func TestALogThatIsOlderWithItsIndexIsNoticed(t *testing.T) {
	other := foreign(t)
	over := func(p *patient, from string, suffixes ...string) (err error) {
		for _, suffix := range suffixes {
			content, readErr := os.ReadFile(from + suffix)
			err = errors.Join(err, readErr, os.Truncate(p.path+suffix, int64(len(content))), writeAt(p.path+suffix, content, 0))
		}
		return err
	}
	for name, does := range map[string]func(p *patient, older string) error{
		"cp older wal and shm":     func(p *patient, older string) error { return over(p, older, "-wal", "-shm") },
		"cp older shm and wal":     func(p *patient, older string) error { return over(p, older, "-shm", "-wal") },
		"cp older db, wal and shm": func(p *patient, older string) error { return over(p, older, "", "-wal", "-shm") },
		"cp other wal and shm":     func(p *patient, _ string) error { return over(p, other.path, "-wal", "-shm") },
		": > wal and shm": func(p *patient, _ string) error {
			return errors.Join(os.Truncate(p.path+"-wal", 0), os.Truncate(p.path+"-shm", 0))
		},
		": > wal, zeros over shm": func(p *patient, _ string) error {
			return errors.Join(os.Truncate(p.path+"-wal", 0), writeAt(p.path+"-shm", make([]byte, 136), 0))
		},
		": > wal, rm shm": func(p *patient, _ string) error {
			return errors.Join(os.Truncate(p.path+"-wal", 0), os.Remove(p.path+"-shm"))
		},
		"cp older wal, zeros over shm": func(p *patient, older string) error {
			return errors.Join(over(p, older, "-wal"), writeAt(p.path+"-shm", make([]byte, 136), 0))
		},
		"cp older wal, : > shm": func(p *patient, older string) error {
			return errors.Join(over(p, older, "-wal"), os.Truncate(p.path+"-shm", 0))
		},
		"cp older wal, rm shm": func(p *patient, older string) error {
			return errors.Join(over(p, older, "-wal"), os.Remove(p.path+"-shm"))
		},
		"cp other wal, rm shm": func(p *patient, _ string) error {
			return errors.Join(over(p, other.path, "-wal"), os.Remove(p.path+"-shm"))
		},
		"cp other wal, zeros over shm": func(p *patient, _ string) error {
			return errors.Join(over(p, other.path, "-wal"), writeAt(p.path+"-shm", make([]byte, 136), 0))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := grown(t)
			older := p.path + ".older"
			for _, suffix := range []string{"", "-wal", "-shm"} {
				if err := copyContent(older+suffix, p.path+suffix); err != nil {
					t.Fatal(err)
				}
			}
			for n := range 10 {
				if err := p.tell(fmt.Sprintf("+%d", 60+n)); err != nil {
					t.Fatal(err)
				}
			}
			if err := does(p, older); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := p.tell("+99"); err == nil {
					t.Fatal("a webhook was acknowledged")
				}
				p.expect(t, Red, "tagline.db-wal was overwritten or cut off while Tagline runs")
			}
			p.leavesFilesAlone(t)
			if err := opens(t, p.path, Config{Serve: true}); err == nil || !strings.Contains(err.Error(), "tagline.db-wal was overwritten or cut off while Tagline ran on it") {
				t.Errorf("the next start: %v", err)
			}
		})
	}
}

// The log is begun anew by another process within one tick of the file system's clock, or while the file is looked at.
func TestALogThatAnotherBeginsAnewWithinOneTickIsNotTakenForAnOlderOne(t *testing.T) {
	p := grown(t)
	for n := range 20 {
		if err := p.tell("+59"); err != nil {
			t.Fatal(err)
		}
		before := p.content.databaseStamp
		if err := elsewhere(t, p, `PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
			t.Fatal(err)
		}
		if now, err := stampOf(p.content.database); err != nil || now.size != before.size {
			continue
		}
		if err := os.Chtimes(p.path, time.Time{}, time.Unix(0, before.modified)); err != nil {
			t.Fatal(err)
		}
		if err := p.tell("+59"); err != nil {
			t.Fatalf("after %d times: %v", n, err)
		}
	}
}

// another writes as another program does, and runs statements.
func another(t *testing.T, p *patient, statements ...string) error {
	t.Helper()
	return elsewhere(t, p, append([]string{
		`UPDATE keys SET id = id`, `CREATE TABLE IF NOT EXISTS made_by_another (x)`, `DROP TABLE made_by_another`,
	}, statements...)...)
}

// elsewhere runs statements as another program does.
func elsewhere(t *testing.T, p *patient, statements ...string) error {
	t.Helper()
	db, conn, err := openWrites(t.Context(), p.path)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		if _, execErr := conn.ExecContext(t.Context(), statement); execErr != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w", statement, execErr))
		}
	}
	return errors.Join(err, conn.Close(), db.Close())
}
