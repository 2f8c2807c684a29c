package sqlite

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// partial is in the name of every copy that is not whole yet, before a number; a dot and the name it is to have come
// first.
const partial = ".partial-"

var partialName = regexp.MustCompile(`^\..+\` + partial + `[0-9]+$`)

// forgottenAfter is how old such a copy must be to be taken for the remains of a process that was killed, where no lock
// tells.
const forgottenAfter = 24 * time.Hour

// staged is a copy that is being made. It is locked as long, so that nobody takes it for the remains of one that was
// killed.
type staged struct {
	name string
	file *os.File
}

// stage has a file made beside its place, under a temporary name and readable by its owner only.
func stage(place string, fill func(temporary string) error) (*staged, error) {
	place, err := filepath.Abs(place) // SQLite takes a name that begins with "file:" for an address
	if err != nil {
		return nil, err
	}
	s, err := newStaged(place)
	if err != nil {
		return nil, err
	}
	if err := fill(s.name); err != nil {
		return nil, errors.Join(err, s.remove())
	}
	return s, nil
}

func newStaged(place string) (*staged, error) {
	for {
		f, err := os.CreateTemp(filepath.Dir(place), "."+filepath.Base(place)+partial)
		if err != nil {
			return nil, err
		}
		if !bytesCanBeLocked {
			return &staged{name: f.Name()}, f.Close() // to close it later would take SQLite's locks away
		}
		err = lockByte(f, partialByte)
		if info, statErr := f.Stat(); err == nil && statErr == nil && hasName(info, f.Name()) {
			return &staged{f.Name(), f}, nil
		}
		// Somebody who sweeps was faster: it is gone.
		if err = errors.Join(f.Close(), ignoreLocked(err)); err != nil {
			return nil, err
		}
	}
}

func ignoreLocked(err error) error {
	if errors.Is(err, errLocked) {
		return nil
	}
	return err
}

// hasName tells whether the file has the name.
func hasName(file os.FileInfo, name string) bool {
	now, err := os.Lstat(name)
	return err == nil && os.SameFile(now, file)
}

// settle gives a whole file its name, and both are on disk.
func (s *staged) settle(place string) error {
	if err := syncPath(s.name); err != nil {
		return err
	}
	if err := os.Rename(s.name, place); err != nil {
		return err
	}
	return syncPath(filepath.Dir(place))
}

// settleNew is settle where nothing may be written over: it is os.ErrExist where something has the name.
func (s *staged) settleNew(place string) error {
	if err := syncPath(s.name); err != nil {
		return err
	}
	err := os.Link(s.name, place)
	if err != nil && !exists(place) { // there may be no second names here
		err = os.Rename(s.name, place)
	}
	if err != nil {
		return err
	}
	return syncPath(filepath.Dir(place))
}

// remove removes the copy unless it has settled.
func (s *staged) remove() error {
	err := os.Remove(s.name)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if s.file != nil {
		err = errors.Join(err, s.file.Close())
	}
	return err
}

// syncPath has a file, or the names in a folder, reach the disk.
func syncPath(path string) error {
	f, err := os.Open(path) // #nosec G304 -- a file or folder that was just written
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// partials are the copies in the folder that are not whole.
func partials(folder string) (files []string) {
	entries, _ := os.ReadDir(folder) // what cannot be read cannot be named
	for _, e := range entries {
		if e.Type().IsRegular() && partialName.MatchString(e.Name()) {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files
}

// sweep removes the copies from the folder that were killed before they were whole.
func sweep(folder string) {
	for _, file := range partials(folder) {
		removeDead(file)
	}
}

// removeDead removes a copy that nobody writes any more.
func removeDead(file string) {
	f, err := os.OpenFile(file, os.O_RDWR, 0) // #nosec G304 -- found in a folder of ours
	if err != nil {
		return
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !isDatabase(f, info) || lockByte(f, partialByte) != nil || inUse(file) || !hasName(info, file) {
		return
	}
	if !bytesCanBeLocked && time.Since(info.ModTime()) < forgottenAfter {
		return
	}
	_ = os.Remove(file)
	_ = os.Remove(file + "-journal")
}

// databaseMagic is what a file of SQLite's begins with.
const databaseMagic = "SQLite format 3\x00"

// isDatabase tells a file of SQLite's, or one with nothing in it, from one of somebody else.
func isDatabase(f *os.File, info os.FileInfo) bool {
	head := make([]byte, len(databaseMagic))
	n, err := io.ReadFull(f, head)
	return info.Size() == 0 || err == nil && string(head[:n]) == databaseMagic
}
