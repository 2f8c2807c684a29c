package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// saved is in the name of a copy that was written out of the open database after its files had lost their names, after
// the name of the database and before the time.
const saved = ".saved-"

// rescue is the copy of what was acknowledged that is made once files have lost their names for good.
type rescue struct {
	file  string // "" until it is made
	err   error  // why it could not be made
	tried time.Time
}

// keepCopy makes the copy where what is open may have no name left, or stands beside files of somebody else, and notes
// it in the error. It is made once, until the files are back.
func (db *DB) keepCopy(lost *lostError) {
	if db.serving == nil || !lost.overwritten && !lost.replaced && (!lost.database || db.named()) ||
		lost.overwritten && lost.index() {
		return
	}
	r := &db.rescue
	if r.file == "" && db.handle != nil && db.sound && (r.tried.IsZero() || time.Since(r.tried) >= lookEvery) {
		r.file, r.err = db.saveCopy(lost.overwritten)
		r.tried = time.Now()
		if r.err == nil {
			db.config.Log.Warn("what was acknowledged is in a copy; restore it with tagline restore", "copy", r.file)
		} else {
			db.config.Log.Error("what was acknowledged could not be copied", "error", r.err)
		}
	}
	lost.saved, lost.unsaved = r.file, r.file == ""
}

// saveCopy writes all that is committed into a file beside the database, and returns its name. What is read from files
// that were written over may be of two databases: then everything that is kept must agree as well.
func (db *DB) saveCopy(compare bool) (string, error) {
	ctx := context.Background()
	place := db.files.path + saved + db.config.Now().UTC().Format(stampFormat)
	copied, err := stage(place, func(temporary string) error {
		if _, err := db.handle.conn.ExecContext(ctx, `VACUUM INTO ?`, temporary); err != nil {
			return err
		}
		return markCopied(ctx, temporary)
	})
	if err != nil {
		return "", err
	}
	defer copied.remove()
	if err := db.format.verify(ctx, copied.name); err != nil {
		return "", err
	}
	if compare {
		found, err := db.format.Check(ctx, copied.name)
		if err == nil && len(found.Problems) > 0 {
			err = fmt.Errorf("%w (%s)", errUnsound, found.Problems[0])
		}
		if err != nil {
			return "", err
		}
	}
	to := place
	for n := 2; ; n++ {
		if err = copied.settleNew(to); !errors.Is(err, os.ErrExist) {
			break
		}
		to = fmt.Sprintf("%s-%d", place, n)
	}
	if err != nil {
		return "", err
	}
	return to, nil
}

// named tells whether the database that is open has a name, its own or another one.
func (db *DB) named() bool {
	return db.serving != nil && hasLinks(db.serving.file)
}

// lastSaved is the newest copy that was saved beside the database, or "".
func lastSaved(path string) (newest string) {
	files, _ := os.ReadDir(filepath.Dir(path)) // what cannot be read cannot be named
	for _, f := range files {
		if strings.HasPrefix(f.Name(), filepath.Base(path)+saved) {
			newest = filepath.Join(filepath.Dir(path), f.Name()) // they sort by time
		}
	}
	return newest
}
