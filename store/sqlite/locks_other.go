//go:build !linux && !darwin

package sqlite

import "os"

func inUse(string) bool { return false }

func lockFile(*os.File) error { return nil }

// identity tells nothing here: an open file cannot be removed or replaced.
type identity struct{ device, inode uint64 }

func identify(path string) (identity, bool) {
	info, err := os.Lstat(path)
	return identity{}, err == nil && info.Mode().IsRegular()
}

// hasLinks is true: an open file cannot be removed here.
func hasLinks(*os.File) bool { return true }

func owner(*os.File, string) {}
