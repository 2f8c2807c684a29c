//go:build linux

package sqlite

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// One process serves a database, by whatever name, and whatever has taken the place of its file meanwhile.
func TestOneServesADatabase(t *testing.T) {
	for what, meanwhile := range map[string]func(path string) (second string, err error){
		"by its name": func(path string) (string, error) { return path, nil },
		"by a hard link": func(path string) (string, error) {
			second := filepath.Join(t.TempDir(), "other.db")
			return second, os.Link(path, second)
		},
		"with another file in its place": func(path string) (string, error) {
			if err := os.Rename(path, path+".away"); err != nil {
				return "", err
			}
			content, err := os.ReadFile(path + ".away")
			if err != nil {
				return "", err
			}
			return path, os.WriteFile(path, content, 0o600)
		},
		"with no file in its place": func(path string) (string, error) { return path, os.Rename(path, path+".away") },
	} {
		path := fresh(t)
		first, err := serveAlone(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		second, err := meanwhile(path)
		if err != nil {
			t.Fatal(err)
		}
		soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		other, err := serveAlone(soon, second)
		cancel()
		if err == nil || !strings.Contains(err.Error(), "serves the database "+second+" already") {
			t.Errorf("%s: %v", what, err)
		}
		other.close()
		if second == path {
			if _, err := keepFree(path); err == nil || !strings.Contains(err.Error(), "is in use") {
				t.Errorf("%s it can be replaced: %v", what, err)
			}
		}
		first.close()
		if !exists(second) {
			continue
		}
		if other, err = serveAlone(t.Context(), second); err != nil {
			t.Errorf("%s, once the first has ended: %v", what, err)
		}
		other.close()
	}
}
