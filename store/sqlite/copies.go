package sqlite

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Copy is a file that holds the database as it was.
type Copy struct {
	File string
	At   int64 // when it was made, Unix ms
}

// Copies returns the copies of the database that Tagline made itself, the newest first: backups, and those from before
// the schema changed, a backup was restored or files were lost, also such as are not whole. What was deleted after one
// was made is still in it.
func (db *DB) Copies() []Copy {
	var all []Copy
	for _, b := range db.backups.all() {
		all = append(all, Copy{File: b.file, At: b.at.UnixMilli()})
	}
	for _, folder := range db.partialsIn() {
		for _, file := range partials(folder) {
			if info, err := os.Stat(file); err == nil {
				all = append(all, Copy{File: file, At: info.ModTime().UnixMilli()})
			}
		}
	}
	entries, _ := os.ReadDir(filepath.Dir(db.path)) // what cannot be read cannot be named
	for _, e := range entries {
		kind, ours := strings.CutPrefix(e.Name(), filepath.Base(db.path))
		if !ours || !keptCopy(kind) {
			continue
		}
		if info, err := e.Info(); err == nil && info.Mode().IsRegular() {
			all = append(all, Copy{File: filepath.Join(filepath.Dir(db.path), e.Name()), At: info.ModTime().UnixMilli()})
		}
	}
	slices.SortFunc(all, func(a, b Copy) int { return int(b.At/1000 - a.At/1000) })
	return all
}

// partialsIn are the folders in which copies that are not whole may lie.
func (db *DB) partialsIn() []string {
	folders := []string{filepath.Dir(db.path)}
	if backups := db.config.Backups.Folder; backups != "" && filepath.Clean(backups) != folders[0] {
		folders = append(folders, backups)
	}
	return folders
}
