//go:build unix

package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"tagline/store"
)

// Root restores what a service of another user is to read and to write.
func TestARestoredDatabaseBelongsToWhoHadIt(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files to others")
	}
	const service, group, folderOwner = 12345, 12346, 12347
	dir := t.TempDir()
	backup := filepath.Join(dir, "backup.db")
	made := func(path string) {
		t.Helper()
		s, err := store.Open(t.Context(), path, store.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	made(backup)
	for _, c := range []struct {
		name             string
		there            bool
		mode             os.FileMode
		wantUID, wantGID uint32
		wantMode         os.FileMode
	}{
		{"replaced", true, 0o640, service, group, 0o640},
		{"private", true, 0o600, service, group, 0o600},
		{"new", false, 0, folderOwner, group, 0o600},
	} {
		folder := filepath.Join(dir, c.name)
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "tagline.db")
		if c.there {
			made(path)
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(path, service, group); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chown(folder, folderOwner, group); err != nil {
			t.Fatal(err)
		}
		if _, err := store.Restore(t.Context(), backup, path, time.Now()); err != nil {
			t.Fatal(err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries { // the database, and what was set aside
			info, err := e.Info()
			if err != nil {
				t.Fatal(err)
			}
			owner := info.Sys().(*syscall.Stat_t)
			mode := c.wantMode
			if strings.HasSuffix(e.Name(), ".lock") {
				mode = 0o600 // it holds nothing that anybody reads
			}
			if owner.Uid != c.wantUID || owner.Gid != c.wantGID || info.Mode().Perm() != mode {
				t.Errorf("%s: %s belongs to %d:%d with %v", c.name, e.Name(), owner.Uid, owner.Gid, info.Mode())
			}
		}
	}
}
