package sqlite

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// files are the files of a database as this process has them open. What is committed to a file that has lost its name
// is gone when the process ends, and whoever opens the name gets another one. So they are compared with their names
// around each commit.
type files struct {
	given string // the name the database was opened by
	path  string // the same without symbolic links: SQLite puts the other files beside it

	database   identity
	log, index identity
}

// filesAt returns the files that have the names of the database right now.
func filesAt(given string) (files, error) {
	path, err := realPath(given)
	if err != nil {
		return files{}, err
	}
	f := files{given: given, path: path}
	for name, into := range map[string]*identity{"": &f.database, "-wal": &f.log, "-shm": &f.index} {
		var there bool
		if *into, there = identify(path + name); !there {
			return files{}, &lostError{file: path + name}
		}
	}
	return f, nil
}

// realPath is the path of a database without symbolic links, whether it is there or not.
func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		return real, nil
	}
	folder, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return path, nil // opening it says what is wrong
	}
	return filepath.Join(folder, filepath.Base(path)), nil
}

// check returns a lostError for the first file whose name is gone or belongs to another one.
func (f *files) check() error {
	if err := f.checkDatabase(); err != nil {
		return err
	}
	return errors.Join(lost(f.path+"-wal", f.log), lostIndex(f.path+"-shm", f.index))
}

// checkCommitted is check for what is committed: it does not need the index of the log, which is made anew.
func (f *files) checkCommitted() error {
	if err := f.checkDatabase(); err != nil {
		return err
	}
	return lost(f.path+"-wal", f.log)
}

func (f *files) checkDatabase() error {
	err := lost(f.path, f.database)
	if err == nil && f.given != f.path && !leadsTo(f.given, f.path) {
		err = &lostError{file: f.given, replaced: true}
	}
	if lost, ok := errors.AsType[*lostError](err); ok {
		lost.database = true
	}
	return err
}

// leadsTo tells whether both names lead to the same file.
func leadsTo(link, path string) bool {
	a, err := os.Stat(link)
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// lostError says that a file that is open has lost its name.
type lostError struct {
	file     string
	replaced bool // another one has it
	database bool // it is the database itself
	cut      bool // it is the index of the log, and too short

	overwritten bool // it has its name, but not its content

	saved   string // the copy that holds what was acknowledged, "" where none was made
	unsaved bool   // none could be made
}

func lost(path string, open identity) error {
	switch now, there := identify(path); {
	case there && now == open:
		return nil
	case there:
		return &lostError{file: path, replaced: true}
	}
	_, err := os.Lstat(path)
	return &lostError{file: path, replaced: err == nil} // a symbolic link, a folder
}

// indexPart is what SQLite makes the index of the log grow by, in bytes. One that is open has one part at least.
const indexPart = 32 << 10

// lostIndex is lost, also for an index that was cut off.
func lostIndex(path string, open identity) error {
	if err := lost(path, open); err != nil {
		return err
	}
	if size(path) < indexPart {
		return &lostError{file: path, cut: true}
	}
	return nil
}

// index tells whether it is the index of the log, in which nothing stands that cannot be made anew.
func (e *lostError) index() bool { return strings.HasSuffix(e.file, "-shm") }

func (e *lostError) Error() string {
	if e.overwritten {
		return fmt.Sprintf("%s was overwritten or cut off while it is open", e.file)
	}
	if e.cut {
		return fmt.Sprintf("%s was cut off while it is open", e.file)
	}
	if e.replaced {
		return fmt.Sprintf("%s is another file now than the one that is open", e.file)
	}
	return fmt.Sprintf("%s is not in its place any more", e.file)
}

// happened is what people are told. It names the file without its folder: anyone may ask.
func (e *lostError) happened() string {
	happened := "is not in its place any more: it was removed or renamed"
	if e.replaced {
		happened = "was replaced by another file"
	}
	if e.cut {
		happened = "was cut off"
	}
	if e.overwritten {
		happened = "was overwritten or cut off"
	}
	what := "The database file"
	if !e.database {
		what = "The file"
	}
	return fmt.Sprintf("%s %s %s while Tagline runs", what, filepath.Base(e.file), happened)
}

// advice is what people are told to do.
func (e *lostError) advice() string {
	if e.overwritten {
		return e.wayOut()
	}
	said := ""
	if e.unsaved {
		said += "what was acknowledged could not be copied out of the open file, see the log; make room beside the " +
			"database and do not end Tagline before a copy is named here; "
	}
	switch {
	case e.saved != "" && e.database:
		return said + fmt.Sprintf("what was acknowledged is in %s; put the file back in its place, and Tagline goes on by "+
			"itself; or stop Tagline, restore that copy with “tagline restore”, and start it again.", filepath.Base(e.saved))
	case e.saved != "":
		return said +
			fmt.Sprintf(
				"what was acknowledged is in %s; stop Tagline, restore that copy with “tagline restore”, and start it again.",
				filepath.Base(e.saved))
	case e.unsaved && !e.database:
		return said + "then stop Tagline, restore that copy with “tagline restore”, and start it again."
	case e.database:
		return said + "put the file back in its place, and Tagline goes on by itself; or stop Tagline, restore a backup, " +
			"and start it again."
	case e.replaced:
		return said + "restart Tagline now, and leave the files beside the database alone."
	}
	return said + "Tagline makes it anew as soon as nobody reads from it; if this stays, restart Tagline."
}

// wayOut is what to do about a file that was written over.
func (e *lostError) wayOut() string {
	switch {
	case e.index():
		return "restart Tagline now, and leave the files beside the database alone."
	case e.saved != "":
		return fmt.Sprintf("what could still be read is in %s, which is sound but may not hold everything; stop Tagline, "+
			"restore that copy or a backup with “tagline restore”, and start it again.", filepath.Base(e.saved))
	}
	return "what was in it cannot be read any more; stop Tagline, restore a backup with “tagline restore”, and start " +
		"it again."
}

// beside returns an error where the database has a server that has other files open than those which have its names
// now, or had until it was killed: to open them together would damage both.
func beside(path string) error {
	path, err := realPath(path)
	if err != nil {
		return err
	}
	if err := besideRecorded(path); err != nil {
		return err
	}
	if size(path+"-wal") > 0 && keepsNoLog(path) { // looked at in this order: the log comes after the mark
		return fmt.Errorf("%[1]s is a copy of a database, and %[1]s-wal belongs to another database, whose newest "+
			"messages it may hold; put that database back, or move %[1]s-wal away and keep it; nothing was changed", path)
	}
	return nil
}

// besideRecorded compares the files with those that a server has noted.
func besideRecorded(path string) error {
	open, err := recorded(path)
	if err != nil {
		return nil // nobody has noted anything
	}
	database, _ := identify(path)
	log, there := identify(path + "-wal")
	if served(path) {
		index, _ := identify(path + "-shm")
		if database != open.database || log != open.log || index != open.index {
			return fmt.Errorf("the files of the database %s were removed or replaced while Tagline (process %d) runs on "+
				"them; stop that first; nothing was changed", path, open.process)
		}
		return nil
	}
	if there && log == open.log && database != open.database && size(path+"-wal") > 0 {
		advice := "put that file back"
		if copied := lastSaved(path); copied != "" {
			advice += fmt.Sprintf(", or restore %s with tagline restore, which holds them", copied)
		}
		return fmt.Errorf("%[1]s is another file than the one that Tagline ran on last, whose newest messages stand in "+
			"%[1]s-wal; %[2]s, or move %[1]s-wal away and keep it; nothing was changed", path, advice)
	}
	return leftBehind(path, open)
}

// keepsNoLog tells whether a database is marked in its header as one without a write-ahead log, as copies are until
// they are opened to be written. Where a log lies beside it SQLite would take that for its own all the same.
func keepsNoLog(path string) bool {
	const readVersion, rollback = 19, 1
	f, err := os.Open(path) // #nosec G304 -- the admin names the database
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, readVersion+1)
	_, err = io.ReadFull(f, head)
	return err == nil && strings.HasPrefix(string(head), databaseMagic) && head[readVersion] == rollback
}

// size is how long a file is, in bytes; 0 where there is none.
func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}
