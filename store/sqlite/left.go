package sqlite

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
)

// saltStep bounds how often the log can have begun anew since a server noted its salt: each time that becomes one more.
const saltStep = 1 << 16

// leftBehind returns an error where a server was killed, or ended on files that were written over, and what it had
// acknowledged does not lie there any more. Whoever writes to the database since, folding the log in or restoring a
// copy, settles that.
func leftBehind(path string, was record) error {
	if database, _ := identify(path); database != was.database || stampAt(path) != was.kept.database {
		return nil
	}
	if was.damaged != "" {
		return lostBehind(path, was.damaged+" was overwritten or cut off while Tagline ran on it")
	}
	if !was.kept.held {
		return nil
	}
	found := logBehind(path, was)
	if found == "" {
		return nil
	}
	return lostBehind(path,
		fmt.Sprintf("Tagline was not stopped in order, and its newest messages stood in %s-wal, which %s", path, found))
}

func lostBehind(path, happened string) error {
	copied := "a backup"
	if saved := lastSaved(path); saved != "" {
		copied = saved + " or a backup"
	}
	return fmt.Errorf("cannot use the database %s: %s; put back what stood there, or restore %s with “tagline "+
		"restore”; to go on with what there is, without the newest messages, remove %s; nothing was changed",
		path, happened, copied, lockName(path))
}

// logBehind says what has happened to the log since, "" if nothing has.
func logBehind(path string, was record) string {
	f, err := os.Open(path + "-wal") // #nosec G304 -- beside the database
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "is gone"
	case err != nil:
		return "" // opening the database says what is wrong
	case size(path+"-wal") == 0:
		_ = f.Close()
		return "is empty"
	}
	defer f.Close()
	var head [logHeadSize]byte
	if _, err := f.ReadAt(head[:], 0); err != nil || binary.BigEndian.Uint32(head[:])&^1 != logMagic {
		return "was overwritten or cut off"
	}
	if binary.BigEndian.Uint32(head[16:])-was.kept.salt > saltStep {
		return "is that of another database now"
	}
	log, _ := identify(path + "-wal")
	index, _ := identify(path + "-shm")
	if log != was.log && index != was.index {
		return "was replaced by another file" // which may agree with its index, and be older
	}
	if index != was.index || inUse(path) {
		return ""
	}
	if i, err := indexAt(path); err == nil && i.salt == [8]byte(head[16:]) && errors.Is(i.compare(f), errNotTheLog) {
		return "was overwritten or cut off"
	}
	return ""
}

// indexAt reads the index of the log as the last process left it.
func indexAt(path string) (logIndex, error) {
	f, err := os.Open(path + "-shm") // #nosec G304 -- beside the database
	if err != nil {
		return logIndex{}, err
	}
	defer f.Close()
	return readIndex(f)
}

func stampAt(path string) stamp {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}
	}
	return stampFrom(info)
}
