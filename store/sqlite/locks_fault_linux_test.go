package sqlite

import (
	"io"
	"os"
	"syscall"
	"testing"
)

func TestReadingTheFileElsewhereInTheProcessKeepsItsLocks(t *testing.T) {
	p := admit(t, Config{})
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	if _, err := os.ReadFile(p.path); err != nil { // closing the file is what takes a process's locks away
		t.Fatal(err)
	}
	f, err := os.OpenFile(p.path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	// The range by which SQLite's connections tell each other that they are there.
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: 1<<30 + 2, Len: 510}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock); err != nil {
		t.Fatal(err)
	}
	if lock.Type == syscall.F_UNLCK {
		t.Error("the lock is gone: other programs would take the database for closed, and its log for left over")
	}
}
