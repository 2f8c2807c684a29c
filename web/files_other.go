//go:build !unix

package web

// OpenFiles is how many files we may have open at once, 0 where that is not known.
func OpenFiles() int { return 0 }
