package sqlite

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestADatabaseFromBeforeTheLastCountedSchemaIsRefused(t *testing.T) {
	for _, version := range []int{0, 1, contactsFormat.Counted - 1} {
		path := countedDatabase(t, version)
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = open(t, path, Config{})
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("before the first release of Tagline (schema %d)", version)) ||
			!strings.Contains(err.Error(), contactsFormat.Older) {
			t.Errorf("got %v", err)
		}
		if after, _ := os.ReadFile(path); !slices.Equal(after, before) {
			t.Error("it was changed")
		}
		if _, err := contactsFormat.Restore(t.Context(), path, filepath.Join(t.TempDir(), "to.db"), time.Unix(1_800_000_000, 0)); err == nil {
			t.Error("it was restored")
		}
	}
}

func TestADatabaseWithAnUnknownMigrationIsRefused(t *testing.T) {
	path := fresh(t)
	if err := with(second).bringUpToDate(t.Context(), path, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = open(t, path, Config{})
	_, checked := contactsFormat.Check(t.Context(), path)
	for _, err := range []error{err, checked} {
		if err == nil || !strings.Contains(err.Error(), "newer version") || !strings.Contains(err.Error(), "999_second") || !strings.Contains(err.Error(), "start the newer Tagline") {
			t.Errorf("got %v", err)
		}
	}
	if _, err := contactsFormat.Restore(t.Context(), path, filepath.Join(t.TempDir(), "to.db"), time.Unix(1_800_000_000, 0)); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("restoring it: %v", err)
	}
	if after, _ := os.ReadFile(path); !slices.Equal(after, before) {
		t.Error("it was changed")
	}
}

// A later way of recording migrations has a greater number, whatever the names are that this version finds.
func TestADatabaseThatRecordsMigrationsInALaterWayIsRefused(t *testing.T) {
	for _, version := range []int{contactsFormat.named() + 1, contactsFormat.named() + 100, 1 << 30} {
		path := fresh(t)
		execute(t, path, fmt.Sprintf(`PRAGMA user_version = %d`, version))
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		_, err = open(t, path, Config{})
		_, checked := contactsFormat.Check(t.Context(), path)
		for _, err := range []error{err, checked} {
			if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("newer version of Tagline (schema %d)", version)) {
				t.Errorf("%d: got %v", version, err)
			}
		}
		if after, _ := os.ReadFile(path); !slices.Equal(after, before) {
			t.Errorf("%d: it was changed", version)
		}
	}
}
