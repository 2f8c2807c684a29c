package sqlite

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// smallDisk mounts a disk of 8 MB in memory, or skips the test where that is not permitted.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("this test needs the permission to mount a small disk (root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fillUp writes to a file until nothing goes on the disk any more.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for {
		if _, err := f.Write(make([]byte, 4096)); errors.Is(err, syscall.ENOSPC) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// onSmallDisk puts a database on a small disk that is full then, as it was left by a kill or by an end in order.
func onSmallDisk(t *testing.T, killed bool) (p *patient, ballast string) {
	t.Helper()
	before := admit(t, Config{})
	if err := before.tell("+1"); err != nil {
		t.Fatal(err)
	}
	if killed { // more than can be folded in on that disk
		if err := before.Write(t.Context(), func(t *Tx) error {
			return t.Exec(`INSERT INTO contacts (phone_number, name) VALUES ('+12', hex(zeroblob(200000)))`)
		}); err != nil {
			t.Fatal(err)
		}
	}
	disk := smallDisk(t)
	if !killed {
		if err := before.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for _, suffix := range []string{"", "-wal"} {
		content, err := os.ReadFile(before.path + suffix)
		if err == nil {
			err = os.WriteFile(filepath.Join(disk, "tagline.db"+suffix), content, 0o600)
		}
		if err != nil && (killed || suffix == "") {
			t.Fatal(err)
		}
	}
	ballast = filepath.Join(disk, "ballast")
	fillUp(t, ballast)
	return admitIn(t, disk, Config{Serve: true}), ballast
}

func TestAStartOnAFullDiskIsForReadingUntilThereIsRoom(t *testing.T) {
	for what, killed := range map[string]bool{"after an end in order": false, "after a kill": true} {
		t.Run(what, func(t *testing.T) {
			p, ballast := onSmallDisk(t, killed)
			p.expect(t, Red, "disk is full")
			for range 3 {
				if err := p.tell("+2"); err == nil || diagnose(err) != Full {
					t.Fatalf("on a full disk: %v", err)
				}
				if have := p.numbers(t); !strings.HasPrefix(have, "+1") || killed && have != "+1 +12" {
					t.Errorf("%q can be read", have)
				}
				p.expect(t, Red, "disk is full")
			}
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
			if err := p.tell("+3"); err != nil {
				t.Fatal(err)
			}
			p.expect(t, Green, "")
			p.restartsWith(t, "+1", "+3")
			if entries, _ := filepath.Glob(filepath.Join(filepath.Dir(p.path), ".*")); len(entries) > 0 {
				t.Errorf("%v was left", entries)
			}
		})
	}
}

// Where a webhook finds no room a smaller write may. That makes no room.
func TestASmallWriteMakesNoRoomOnAFullDisk(t *testing.T) {
	disk := smallDisk(t)
	p, ballast := admitIn(t, disk, Config{Serve: true}), filepath.Join(disk, "ballast")
	fillUp(t, ballast)
	info, err := os.Stat(ballast)
	if err == nil {
		err = os.Truncate(ballast, info.Size()-100<<10)
	}
	if err != nil {
		t.Fatal(err)
	}
	large := func(tx *Tx) error {
		return tx.Exec(`INSERT INTO contacts (phone_number, name) VALUES ('+12', hex(zeroblob(100000)))`)
	}
	if err := p.Write(t.Context(), large); diagnose(err) != Full {
		t.Fatalf("there was room: %v", err)
	}
	for range 3 {
		if err := p.tell("+1"); err != nil {
			t.Fatal(err)
		}
		p.expect(t, Red, "disk is full")
	}
	if err := errors.Join(os.Remove(ballast), p.tell("+2")); err != nil {
		t.Fatal(err)
	}
	p.expect(t, Green, "")
}
