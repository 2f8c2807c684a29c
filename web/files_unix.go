//go:build unix

package web

import "syscall"

// OpenFiles is how many files we may have open at once, 0 where that is not known.
func OpenFiles() int {
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) != nil {
		return 0
	}
	return int(min(uint64(limit.Cur), 1<<30)) // #nosec G115 -- small enough by now
}
