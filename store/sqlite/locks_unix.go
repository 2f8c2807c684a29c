//go:build linux || darwin

package sqlite

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// SQLite locks these bytes of a database file, and holds one of them as long as it has a file with a write-ahead log
// open.
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

// lockFile locks a whole file until it is closed. It is errLocked while another open file has it.
func lockFile(f *os.File) error {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) // #nosec G115 -- a descriptor
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errLocked
	}
	return err
}

// identity is what tells a file from every other one on this machine, whatever its name.
type identity struct{ device, inode uint64 }

// identify returns the identity of the file with the name, and whether there is one. A symbolic link is none.
func identify(path string) (identity, bool) {
	var s syscall.Stat_t
	if err := syscall.Lstat(path, &s); err != nil || s.Mode&syscall.S_IFMT != syscall.S_IFREG {
		return identity{}, false
	}
	return identity{uint64(s.Dev), s.Ino}, true // #nosec G115 -- signed on some systems
}

// hasLinks tells whether an open file has a name anywhere. Of nil that is not known.
func hasLinks(f *os.File) bool {
	var s syscall.Stat_t
	return f != nil && syscall.Fstat(int(f.Fd()), &s) == nil && s.Nlink > 0 // #nosec G115 -- a descriptor
}

// owner gives a file that root makes to whoever owns the one beside it, as SQLite does with its own files, or the
// folder where there is none yet.
func owner(f *os.File, like string) {
	if os.Geteuid() != 0 {
		return
	}
	var s syscall.Stat_t
	if syscall.Stat(like, &s) == nil || syscall.Stat(filepath.Dir(like), &s) == nil {
		_ = f.Chown(int(s.Uid), int(s.Gid)) // where it cannot be done it is root's
	}
}
