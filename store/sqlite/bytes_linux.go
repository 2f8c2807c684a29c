package sqlite

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// ofdSetLock is F_OFD_SETLK, which package syscall does not name. Such a lock belongs to the open file and not to the
// process: SQLite's own locks on the same file are not lost when that is closed, and another open file in this process
// meets it.
const ofdSetLock = 37

// bytesCanBeLocked tells whether lockByte does anything.
const bytesCanBeLocked = true

// lockByte locks one byte of a file, which must be open for writing, until it is closed or unlocked. It is errLocked
// while another open file has it.
func lockByte(f *os.File, at int64) error {
	err := setLock(f, at, syscall.F_WRLCK)
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EACCES) {
		return errLocked
	}
	return err
}

func setLock(f *os.File, at int64, kind int16) error {
	lock := syscall.Flock_t{Type: kind, Whence: io.SeekStart, Start: at, Len: 1}
	return syscall.FcntlFlock(f.Fd(), ofdSetLock, &lock)
}
