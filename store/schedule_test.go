package store_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tagline/jobs"
	"tagline/store"
)

// scheduled runs the test in a bubble of time, with a database that is backed up every hour.
func scheduled(t *testing.T, do func(t *testing.T, s *store.Store, reopen func() *store.Store, folder string)) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		folder := filepath.Join(dir, "kept", "here")
		var s *store.Store
		var backups *jobs.Loop
		reopen := func() *store.Store {
			if s != nil {
				backups.Close()
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
			}
			var err error
			s, err = store.Open(t.Context(), filepath.Join(dir, "tagline.db"), store.Options{LowSpace: 1, Backups: store.Schedule{Folder: folder, Every: time.Hour, Keep: 3}})
			if err != nil {
				t.Fatal(err)
			}
			backups = jobs.StartLoop(jobs.Env{Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)}, "backup", nil, s.BackUp)
			return s
		}
		do(t, reopen(), reopen, folder)
		backups.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func kept(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "tagline-*.db"))
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestBackupsAreMadeEveryHourAndTheNewestAreKept(t *testing.T) {
	scheduled(t, func(t *testing.T, s *store.Store, reopen func() *store.Store, folder string) {
		time.Sleep(time.Minute)
		if files := kept(t, folder); len(files) != 1 {
			t.Errorf("at first there are %v", files)
		}
		other := filepath.Join(folder, "tagline-dear.db")
		if err := os.WriteFile(other, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Hour)
		files := kept(t, folder)
		if len(files) != 4 || files[3] != other {
			t.Fatalf("after five hours there are %v", files)
		}
		if found, err := store.Check(t.Context(), files[2]); err != nil || len(found.Problems) > 0 {
			t.Errorf("%+v, %v", found, err)
		}
		if h := s.Health(); h.Level != store.Green {
			t.Errorf("health is %+v", h)
		}
		// A restart is no reason for another one.
		reopen()
		time.Sleep(30 * time.Minute)
		if now := kept(t, folder); now[2] != files[2] {
			t.Errorf("after a restart there are %v", now)
		}
		time.Sleep(time.Hour)
		if now := kept(t, folder); now[2] == files[2] || len(now) != 4 {
			t.Errorf("an hour later there are %v", now)
		}
	})
}

func TestABackupThatFailsIsToldAndTriedAgain(t *testing.T) {
	scheduled(t, func(t *testing.T, s *store.Store, _ func() *store.Store, folder string) {
		time.Sleep(time.Minute)
		first := kept(t, folder)
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(folder, nil, 0o600); err != nil { // no folder can be made there
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		if h := s.Health(); h.Level != store.Yellow || !strings.Contains(h.Message, "the newest one is of 1 January 2000, 00:00 UTC") || strings.Contains(h.Message, folder) {
			t.Errorf("health is %+v", h)
		}
		if err := os.Remove(folder); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6 * time.Minute)
		if h := s.Health(); h.Level != store.Green {
			t.Errorf("health is %+v", h)
		}
		if files := kept(t, folder); len(files) != 1 || files[0] == first[0] {
			t.Errorf("there are %v", files)
		}
	})
}

func TestBackupsOfAClockThatWasAheadTakeNoNewerOnesPlace(t *testing.T) {
	scheduled(t, func(t *testing.T, _ *store.Store, reopen func() *store.Store, folder string) {
		time.Sleep(time.Minute)
		ahead := filepath.Join(folder, "tagline-20991231T000000Z.db")
		for _, name := range []string{ahead, filepath.Join(folder, "tagline-20991231T010000Z.db"), filepath.Join(folder, "tagline-20991231T020000Z.db")} {
			if err := os.WriteFile(name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if age, made := reopen().BackupAge(); !made || age < 0 || age > time.Hour {
			t.Errorf("the newest is %s old (%t)", age, made)
		}
		time.Sleep(3 * time.Hour)
		if files := kept(t, folder); len(files) != 3 || strings.Contains(strings.Join(files, " "), "2099") {
			t.Errorf("after three hours there are %v", files)
		}
	})
}

// A machine that starts in the past makes a backup at once, and takes none that has a right date away for it.
func TestBackupsOfAClockThatIsBehindTakeNoOthersPlace(t *testing.T) {
	for _, test := range []struct {
		name  string
		kept  []string // backups of a later time than the clock says
		hours int      // for which the clock is behind
	}{
		{"at the start", []string{"20260101T000000Z", "20260102T000000Z", "20260103T000000Z"}, 0},
		{"for an hour", []string{"20260101T000000Z", "20260101T010000Z", "20260101T020000Z"}, 1},
		{"with more than are kept", []string{"20250101T000000Z", "20260101T000000Z", "20260102T000000Z", "20260103T000000Z"}, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			scheduled(t, func(t *testing.T, _ *store.Store, reopen func() *store.Store, folder string) {
				time.Sleep(time.Minute)
				for _, file := range kept(t, folder) {
					if err := os.Remove(file); err != nil {
						t.Fatal(err)
					}
				}
				for _, stamp := range test.kept {
					if err := os.WriteFile(filepath.Join(folder, "tagline-"+stamp+".db"), nil, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				reopen()
				time.Sleep(time.Minute + time.Duration(test.hours)*time.Hour)
				files := strings.Join(kept(t, folder), " ")
				for _, stamp := range test.kept {
					if !strings.Contains(files, stamp) {
						t.Errorf("that of %s is gone; there are %s", stamp, files)
					}
				}
			})
		})
	}
}
