//go:build linux

package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// overwrites are what programs do to files in place: the names stay, and the content does not.
var overwrites = []struct {
	name   string
	suffix string // of the file that is named
	does   func(path, other string) error
}{
	{"truncate -s 0 db", "", func(path, _ string) error { return os.Truncate(path, 0) }},
	{"truncate -s 4096 db", "", func(path, _ string) error { return os.Truncate(path, 4096) }},
	{"truncate -s -4096 db", "", func(path, _ string) error { return os.Truncate(path, size(path)-4096) }},
	{"dd zeros over the start of db", "", func(path, _ string) error { return writeAt(path, make([]byte, 512), 0) }},
	{"dd text over the start of db", "", func(path, _ string) error { return writeAt(path, []byte("hello"), 0) }},
	{"cp other db", "", func(path, other string) error { return copyContent(path, other) }},
	{"cp an older backup over db", "", func(path, _ string) error { return copyContent(path, path+".backup") }},
	{"cp an older copy over db", "", func(path, _ string) error { return copyContent(path, path+".raw") }},
	{"cp -p an older copy over db", "", func(path, _ string) error {
		then := time.Now().Add(-time.Hour)
		return errors.Join(copyContent(path, path+".raw"), os.Chtimes(path, then, then))
	}},
	{"a text over db", "", func(path, _ string) error { return os.WriteFile(path, []byte(strings.Repeat("text\n", 1<<16)), 0o600) }},
	{": > wal", "-wal", func(path, _ string) error { return os.Truncate(path+"-wal", 0) }},
	{"truncate -s 32 wal", "-wal", func(path, _ string) error { return os.Truncate(path+"-wal", 32) }},
	{"truncate -s half wal", "-wal", func(path, _ string) error { return os.Truncate(path+"-wal", committed(path)/2) }},
	{"truncate -s -1 wal", "-wal", func(path, _ string) error { return os.Truncate(path+"-wal", committed(path)-1) }},
	{"dd over the start of wal", "-wal", func(path, _ string) error { return writeAt(path+"-wal", make([]byte, 32), 0) }},
	{"dd over the middle of wal", "-wal", func(path, _ string) error { return turn(path+"-wal", committed(path)/2) }},
	{"cp other wal", "-wal", func(path, other string) error { return copyContent(path+"-wal", other+"-wal") }},
	{"cp an older wal", "-wal", func(path, _ string) error { return copyContent(path+"-wal", path+"-wal.raw") }},
	{"cp other shm", "-shm", func(path, other string) error {
		content, err := os.ReadFile(other + "-shm")
		return errors.Join(err, writeAt(path+"-shm", content, 0))
	}},
}

// committed is how much of the log counts, in bytes.
func committed(path string) int64 {
	i, err := indexAt(path)
	if err != nil {
		panic(err)
	}
	return i.end(i.frames)
}

// turn turns the bits of a few bytes.
func turn(path string, at int64) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	for i := range content[at : at+512] {
		content[at+int64(i)] ^= 0xff
	}
	return writeAt(path, content[at:at+512], at)
}

func writeAt(path string, content []byte, at int64) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteAt(content, at)
	return errors.Join(err, f.Close())
}

// grown is a server whose database was written to, folded into and written to again.
func grown(t *testing.T) *patient {
	t.Helper()
	return grownWith(t, "+")
}

// foreign is another one, with other numbers.
func foreign(t *testing.T) *patient {
	t.Helper()
	p := grownWith(t, "+77")
	if err := p.tell("+0"); err != nil {
		t.Fatal(err)
	}
	return p
}

func grownWith(t *testing.T, prefix string) *patient {
	t.Helper()
	p := admitIn(t, filepath.Join(t.TempDir(), "data"), Config{Serve: true})
	tell := func(from, to int) {
		for n := from; n < to; n++ {
			if err := p.tell(fmt.Sprint(prefix, n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	tell(1, 30)
	if err := errors.Join(contactsFormat.Backup(t.Context(), p.path, p.path+".backup", false), copyContent(p.path+".raw", p.path), copyContent(p.path+"-wal.raw", p.path+"-wal")); err != nil {
		t.Fatal(err)
	}
	p.foldIn(t)
	tell(30, 60)
	return p
}

// foldIn has the log folded in, however short it is.
func (p *patient) foldIn(t *testing.T) {
	t.Helper()
	if err := p.Write(t.Context(), func(*Tx) error { p.behind = true; return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsWrittenOverTheOpenFilesIsNoticed(t *testing.T) {
	other := foreign(t)
	for _, o := range overwrites {
		t.Run(o.name, func(t *testing.T) {
			p := grown(t)
			if err := o.does(p.path, other.path); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				if err := p.tell("+99"); err == nil {
					t.Fatal("a webhook was acknowledged")
				}
				p.expect(t, Red, "tagline.db"+o.suffix+" was overwritten or cut off while Tagline runs")
			}
			copies, err := filepath.Glob(p.path + ".saved-*")
			if err != nil {
				t.Fatal(err)
			}
			for _, copied := range copies {
				p.expect(t, Red, filepath.Base(copied))
				s, err := open(t, copied, Config{})
				if err != nil {
					t.Fatal(err)
				}
				have := (&patient{DB: s}).numbers(t)
				if !strings.HasSuffix(have, " +59") || strings.Count(have, "+") != 59 {
					t.Errorf("the copy has %s", have)
				}
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			if len(copies) == 0 {
				t.Log("nothing could be saved")
			}
			p.leavesFilesAlone(t)
			if o.suffix == "-shm" {
				return // the log is whole
			}
			for what, err := range map[string]error{"serve": opens(t, p.path, Config{Serve: true}), "a command": opens(t, p.path, Config{}), "check": checks(t, p.path)} {
				if err == nil || !strings.Contains(err.Error(), "tagline.db"+o.suffix+" was overwritten or cut off while Tagline ran on it") {
					t.Errorf("%s: %v", what, err)
				}
			}
			for _, suffix := range []string{"-wal", "-shm"} { // as tagline restore does once the process has ended
				rename(t, p.path+suffix, p.path+".aside"+suffix)
			}
			rename(t, p.path+".backup", p.path)
			if err := opens(t, p.path, Config{Serve: true}); err != nil {
				t.Error(err)
			}
		})
	}
}

// What others may do while a server runs is no alarm.
func TestWhatBelongsToTheOpenFilesIsNoAlarm(t *testing.T) {
	for name, does := range map[string]func(*testing.T, *patient) error{
		"touch": func(_ *testing.T, p *patient) error {
			now := time.Now().Add(time.Hour)
			return errors.Join(os.Chtimes(p.path, now, now), os.Chtimes(p.path+"-wal", now, now))
		},
		"chmod, and other names": func(_ *testing.T, p *patient) error {
			return errors.Join(os.Chmod(p.path, 0o640), os.Link(p.path, p.path+".link"), os.Link(p.path+"-wal", p.path+"-wal.link"))
		},
		"mv away and back": func(_ *testing.T, p *patient) error {
			return errors.Join(os.Rename(p.path, p.path+".away"), os.Rename(p.path+".away", p.path))
		},
		"rsync --inplace of the same": func(_ *testing.T, p *patient) error {
			content, err := os.ReadFile(p.path)
			log, logErr := os.ReadFile(p.path + "-wal")
			return errors.Join(err, logErr, writeAt(p.path, content, 0), writeAt(p.path+"-wal", log, 0))
		},
		"a backup": func(t *testing.T, p *patient) error {
			return contactsFormat.Backup(t.Context(), p.path, p.path+".again", false)
		},
		"a check":           func(t *testing.T, p *patient) error { return checks(t, p.path) },
		"another writes":    func(t *testing.T, p *patient) error { return another(t, p) },
		"another folds in":  func(t *testing.T, p *patient) error { return another(t, p, `PRAGMA wal_checkpoint(PASSIVE)`) },
		"another restarts":  func(t *testing.T, p *patient) error { return another(t, p, `PRAGMA wal_checkpoint(RESTART)`) },
		"another truncates": func(t *testing.T, p *patient) error { return another(t, p, `PRAGMA wal_checkpoint(TRUNCATE)`) },
		"another vacuums": func(t *testing.T, p *patient) error {
			return another(t, p, `CREATE TABLE large AS SELECT hex(zeroblob(1000000)) AS x`, `PRAGMA wal_checkpoint(TRUNCATE)`, `DROP TABLE large`, `VACUUM`, `PRAGMA wal_checkpoint(TRUNCATE)`)
		},
		"zeros over the index": func(_ *testing.T, p *patient) error { return writeAt(p.path+"-shm", make([]byte, 136), 0) },
		"it folds in":          func(t *testing.T, p *patient) error { p.foldIn(t); return p.tell("+80") },
		"it empties the log":   func(t *testing.T, p *patient) error { return p.EmptyLog(t.Context()) },
	} {
		t.Run(name, func(t *testing.T) {
			p := grown(t)
			for n := range 3 {
				if err := does(t, p); err != nil && n == 0 {
					t.Fatal(err)
				}
				for k := range 3 {
					if err := p.tell(fmt.Sprintf("+%d", 100+10*n+k)); err != nil {
						t.Fatal(err)
					}
					p.expect(t, Green, "")
				}
			}
			p.restartsWith(t, "+1", "+59", "+122")
		})
	}
}

func TestWithTheContentBackItGoesOn(t *testing.T) {
	for _, suffix := range []string{"", "-wal"} {
		p := grown(t)
		content, err := os.ReadFile(p.path + suffix)
		if err == nil {
			err = os.Truncate(p.path+suffix, 0)
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := p.tell("+99"); err == nil {
			t.Error("a webhook was acknowledged")
		}
		if err := os.WriteFile(p.path+suffix, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := p.tell("+100"); err != nil {
			t.Fatal(err)
		}
		p.expect(t, Green, "")
		p.restartsWith(t, "+1", "+59", "+100")
	}
}

// While a batch is on its way to disk the same may happen as before it.
func TestWhatIsWrittenOverDuringACommitIsNotAcknowledged(t *testing.T) {
	other := foreign(t)
	for _, o := range overwrites {
		if o.suffix == "-shm" || strings.Contains(o.name, "middle") || strings.Contains(o.name, "-1 wal") {
			continue // what stands before and behind it is whole
		}
		t.Run(o.name, func(t *testing.T) {
			p := grown(t)
			err := p.Write(t.Context(), func(tx *Tx) error { return errors.Join(insertContact("+99")(tx), o.does(p.path, other.path)) })
			if err == nil {
				t.Error("it was acknowledged")
			}
			p.expect(t, Red, "tagline.db"+o.suffix+" was overwritten or cut off while Tagline runs")
			p.leavesFilesAlone(t)
		})
	}
}

func TestAnIdleServerNoticesWhatIsWrittenOver(t *testing.T) {
	other := foreign(t)
	for _, o := range overwrites {
		if o.suffix == "-shm" {
			continue // leavesFilesAlone is for what was acknowledged
		}
		t.Run(o.name, func(t *testing.T) {
			p := grown(t)
			if err := o.does(p.path, other.path); err != nil {
				t.Fatal(err)
			}
			p.Failure()           // makes the writer look
			p.leavesFilesAlone(t) // waits for that
			p.expect(t, Red, "tagline.db"+o.suffix+" was overwritten or cut off while Tagline runs")
		})
	}
}

// The database changes when the log is folded in. That must not hide that it is written over right after.
func TestWhatIsWrittenOverAfterTheLogIsFoldedInIsNoticed(t *testing.T) {
	p := grown(t)
	if err := p.tell("+98"); err != nil {
		t.Fatal(err)
	}
	p.foldIn(t)
	for p.began.Load() != nil {
		runtime.Gosched()
	}
	if err := copyContent(p.path, p.path+".raw"); err != nil {
		t.Fatal(err)
	}
	if err := p.tell("+99"); err == nil {
		t.Error("a webhook was acknowledged")
	}
	p.expect(t, Red, "tagline.db was overwritten or cut off while Tagline runs")
	p.leavesFilesAlone(t)
}
