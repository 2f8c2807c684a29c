//go:build unix

package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// replaceAs gives a file the owner and the mode of the one whose place it takes, or the owner of the folder where there
// is none: root restores, and the service must be able to read it.
func replaceAs(file, place string) error {
	like, err := os.Stat(place)
	isNew := errors.Is(err, fs.ErrNotExist)
	if isNew {
		like, err = os.Stat(filepath.Dir(place))
	}
	if err != nil {
		return err
	}
	if !isNew {
		if err := os.Chmod(file, like.Mode().Perm()); err != nil {
			return err
		}
	}
	if owner, ok := like.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		return os.Chown(file, int(owner.Uid), int(owner.Gid))
	}
	return nil
}
