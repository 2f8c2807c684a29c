//go:build linux || darwin

package sqlite

import "syscall"

// freeSpace is how many bytes of the disk with the folder are free to us.
func freeSpace(folder string) (bytes int64, known bool) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true // #nosec G115 -- blocks of a disk are fewer than 2^63
}
