package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// errLocked is returned for a lock that somebody else has.
var errLocked = errors.New("another process has the lock")

// Bytes of a database file that SQLite uses for nothing: they stand in the page of its own locks, behind those.
const (
	serveByte   = lockedPage + 512 // held by the one process that serves the database, by whatever name it knows it
	upgradeByte = lockedPage + 513 // held while the schema is brought up to date
	partialByte = lockedPage + 514 // of a copy: held while it is written
	lockedPage  = 0x40000000
)

const (
	// serveWait is how long a server waits for the one before it to end.
	serveWait = 3 * time.Second
	// upgradeWait is how long anything waits for another process to bring the schema up to date.
	upgradeWait = 2 * time.Minute
	// lockAgain is how often a lock is tried meanwhile.
	lockAgain = 20 * time.Millisecond
)

// lockName is the file that who serves the database has locked. It stays when that is over: to remove it would let two
// processes lock two files of one name.
func lockName(path string) string { return path + ".lock" }

// serving is what the one process holds that serves a database: a lock by its name, so that nobody takes what was put
// in its place for it, and a lock of the file, which has the same byte whatever it is called.
type serving struct {
	name  *os.File
	file  *os.File
	left  bool   // what lies there is not what was acknowledged: the next start must know
	noted record // what the file with the name says
}

// serveAlone makes this the process that serves the database at the path, which is there and has no symbolic links in
// it.
func serveAlone(ctx context.Context, path string) (*serving, error) {
	ctx, cancel := context.WithTimeout(ctx, serveWait)
	defer cancel()
	s := &serving{}
	err := whileLocked(ctx, func() (err error) {
		s.close()
		s.name, err = lockByName(path)
		return err
	})
	if err == nil {
		s.file, err = lockedByte(ctx, path, serveByte)
	}
	if err == nil {
		s.forget()
		return s, nil
	}
	s.close()
	if errors.Is(err, errLocked) {
		return nil, servedBy(path)
	}
	return nil, fmt.Errorf("cannot lock the database %s: %w; %s", path, err, diagnose(err).advice())
}

func servedBy(path string) error {
	by := "another Tagline"
	if known, err := recorded(path); err == nil && known.process != 0 {
		by = fmt.Sprintf("another Tagline (process %d)", known.process)
	}
	return fmt.Errorf("%s serves the database %s already; stop it first, or choose another file with --db", by, path)
}

// lockByName opens and locks the file beside the database. Where there is no room for it, or it can only be read, the
// lock of the database itself has to do.
func lockByName(path string) (*os.File, error) {
	f, err := os.OpenFile(lockName(path), os.O_CREATE|os.O_RDWR, 0o600) // #nosec G304 -- beside the database
	switch trouble := diagnose(err); {
	case err == nil:
		owner(f, path)
	case trouble == Full || trouble == ReadOnly:
		return nil, nil
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("%w (it was made by another account)", err)
	default:
		return nil, err
	}
	if err := lockFile(f); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// lockedByte opens a database and locks one of its bytes, waiting as long as ctx lasts. Close it to unlock. Where bytes
// cannot be locked it is nil: there, to close the file would take SQLite's locks away.
func lockedByte(ctx context.Context, path string, at int64) (*os.File, error) {
	if !bytesCanBeLocked {
		return nil, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0) // #nosec G304 -- the admin names the database
	if err != nil {
		return nil, err
	}
	if err := whileLocked(ctx, func() error { return lockByte(f, at) }); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// whileLocked tries until it is not errLocked any more, or ctx ends.
func whileLocked(ctx context.Context, try func() error) error {
	for {
		if err := try(); !errors.Is(err, errLocked) || !Sleep(ctx, lockAgain) {
			return err
		}
	}
}

// close lets others serve the database.
func (s *serving) close() {
	if s == nil {
		return
	}
	if !s.left {
		s.forget()
	}
	for _, f := range []*os.File{s.name, s.file} {
		if f != nil {
			_ = f.Close()
		}
	}
	s.name, s.file = nil, nil
}

// record is which files a server has open and what stands in them, for whoever comes while it runs, or after it was
// killed.
type record struct {
	process    int
	database   identity
	log, index identity
	kept       kept
	damaged    string // the file that was written over while it ran, without its folder
}

const (
	recordFormat = "process %d\ndatabase %d %d\nlog %d %d\nindex %d %d\n"
	keptFormat   = "content %d %d %t %d\n"
	damagedWord  = "damaged "
)

// note writes down which files are open and what stands in them, where that has changed. A disk without room for it
// does no harm: then nobody can compare.
func (s *serving) note(f files, k kept) {
	if s != nil {
		s.write(record{os.Getpid(), f.database, f.log, f.index, k, s.noted.damaged})
	}
}

// damaged notes that a file was written over: what is found at the next start is not what was acknowledged.
func (s *serving) damaged(lost *lostError) {
	if s == nil || !lost.overwritten || lost.index() {
		return
	}
	r := s.noted
	r.damaged = filepath.Base(lost.file)
	if now, err := stampOf(s.file); err == nil {
		r.kept.database = now // whoever replaces it, or writes to it, settles it
	}
	s.write(r)
	s.sync()
}

// mended takes that back.
func (s *serving) mended() {
	if s != nil {
		r := s.noted
		r.damaged = ""
		s.write(r)
	}
}

func (s *serving) write(r record) {
	if s.name == nil || r == s.noted {
		return
	}
	s.noted = r
	text := fmt.Sprintf(recordFormat, r.process, r.database.device, r.database.inode, r.log.device, r.log.inode,
		r.index.device, r.index.inode) +
		fmt.Sprintf(keptFormat, r.kept.database.size, r.kept.database.modified, r.kept.held, r.kept.salt)
	if r.damaged != "" {
		text += damagedWord + r.damaged + "\n"
	}
	if _, err := s.name.WriteAt([]byte(text), 0); err != nil {
		s.forget()
		return
	}
	_ = s.name.Truncate(int64(len(text)))
}

// sync has what is noted on disk before the files change: a power cut must not leave the one without the other.
func (s *serving) sync() {
	if s != nil && s.name != nil {
		_ = s.name.Sync()
	}
}

func (s *serving) forget() {
	if s.name != nil {
		s.noted = record{}
		_ = s.name.Truncate(0)
	}
}

// recorded reads what the server of the database has noted, or the last one.
func recorded(path string) (record, error) {
	f, err := os.Open(lockName(path)) // #nosec G304 -- beside the database
	if err != nil {
		return record{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 4<<10))
	if err != nil {
		return record{}, err
	}
	var r record
	_, err = fmt.Sscanf(string(text), recordFormat+keptFormat, &r.process, &r.database.device, &r.database.inode,
		&r.log.device, &r.log.inode, &r.index.device, &r.index.inode,
		&r.kept.database.size, &r.kept.database.modified, &r.kept.held, &r.kept.salt)
	if _, name, found := strings.Cut(string(text), "\n"+damagedWord); found {
		r.damaged = strings.TrimSpace(name)
	}
	return r, err
}

// served tells whether a process serves the database of that name at the moment, this one or another.
func served(path string) bool {
	f, err := os.Open(lockName(path)) // #nosec G304 -- beside the database
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(lockFile(f), errLocked)
}

// errInUse is what is said where a database cannot be replaced.
func errInUse(path string) error {
	return fmt.Errorf("the database %s is in use; stop Tagline and run this again; nothing was changed", path)
}

// keepFree keeps servers from starting on the database, whether it is there or not, until it is closed. Nobody may
// serve it.
func keepFree(path string) (*serving, error) {
	name, err := lockByName(path)
	s := &serving{name: name}
	if errors.Is(err, errLocked) || err == nil && inUse(path) {
		err = errInUse(path)
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}
