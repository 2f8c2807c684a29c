//go:build linux || darwin

package store

import (
	"io"
	"os"
	"syscall"
)

// SQLite locks these bytes of a database file, and holds one of them as long as it has a file with a write-ahead log open.
const (
	lockedFrom = 0x40000000
	lockedFor  = 512
)

// inUse tells whether anything has the database open. Where that cannot be told it says no.
func inUse(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR, 0) // #nosec G304 -- the admin names the database
	if err != nil {
		return false
	}
	defer f.Close()
	lock := syscall.Flock_t{Type: syscall.F_WRLCK, Whence: io.SeekStart, Start: lockedFrom, Len: lockedFor}
	return syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock) == nil && lock.Type != syscall.F_UNLCK
}
