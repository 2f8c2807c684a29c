package e2e

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tagline/store"
)

// size is how often a proof is repeated: seldom by default, as often as the variable says when somebody asks for it.
func size(t *testing.T, variable string, small int) int {
	t.Helper()
	if n, err := strconv.Atoi(os.Getenv(variable)); err == nil {
		return n
	}
	return small
}

func drillEvery() time.Duration {
	every, err := time.ParseDuration(os.Getenv("TAGLINE_DRILL_EVERY"))
	if err != nil {
		return 0
	}
	return every
}

// drillPace is how long each of the eight clients waits.
func drillPace() time.Duration {
	if drillEvery() == 0 {
		return time.Nanosecond
	}
	return 8 * time.Second / 200
}

// The drill: while webhooks come in, backups are made, each is restored, and everything that was acknowledged before it
// began is there. TAGLINE_DRILLS is how many backups are made, TAGLINE_DRILL_EVERY how often; with it 200 webhooks come
// a second, without it as many as can.
func TestEveryBackupUnderLoadHoldsWhatWasAcknowledgedBefore(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "tagline.db")
	fillDatabase(t, db, 5000)
	k := &crashLoad{t: t, path: pathOf(t, db)}
	inbox := serve(t, "--db", db)
	loaded, unload := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	var answered atomic.Int64
	for c := range 8 {
		clients.Go(func() {
			pace := time.NewTicker(drillPace())
			defer pace.Stop()
			for n := 0; loaded.Err() == nil; n++ {
				<-pace.C
				if err := k.post(inbox.url, fmt.Sprintf("client %d, message %d", c, n)); err != nil {
					t.Error(err)
					return
				}
				answered.Add(1)
			}
		})
	}
	drills, slowest := size(t, "TAGLINE_DRILLS", 3), time.Duration(0)
	for n := range drills {
		k.mu.Lock()
		acknowledged := slices.Clone(k.acknowledged)
		k.mu.Unlock()
		backup, restored := filepath.Join(dir, fmt.Sprintf("backup-%d.db", n)), filepath.Join(dir, fmt.Sprintf("restored-%d.db", n))
		began := time.Now()
		if _, err := command(t, "", "backup", "--db", db, backup); err != nil {
			t.Fatal(err)
		}
		slowest = max(slowest, time.Since(began))
		next := time.After(time.Until(began.Add(drillEvery())))
		if _, err := command(t, "", "restore", "--db", restored, backup); err != nil {
			t.Fatal(err)
		}
		if out, err := command(t, "", "check", "--db", restored); err != nil {
			t.Fatal(out, err)
		}
		stored := map[any]bool{}
		for _, message := range exported(t, restored)["message"] {
			stored[message["text"]] = true
		}
		for _, text := range acknowledged {
			if !stored[text] {
				t.Errorf("backup %d lacks %q, which was acknowledged before it began", n, text)
			}
		}
		os.Remove(restored)
		<-next
	}
	unload()
	clients.Wait()
	if out, err := command(t, "", "check", "--db", db); err != nil {
		t.Error(out, err)
	}
	t.Logf("%d backups while %d webhooks were stored; the slowest took %v", drills, answered.Load(), slowest.Round(time.Millisecond))
}

// A backup that is killed leaves nothing that looks like one. TAGLINE_BACKUP_KILLS is how many are killed.
func TestAKilledBackupLeavesNoFileWithItsName(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "tagline.db")
	fillDatabase(t, db, 20_000)
	program := binary(t)
	began := time.Now()
	if out, err := exec.Command(program, "backup", "--db", db, filepath.Join(dir, "whole.db")).CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	whole := time.Since(began)
	rng := rand.New(rand.NewPCG(7, 0))
	kills, midway := size(t, "TAGLINE_BACKUP_KILLS", 12), 0
	for n := range kills {
		file := filepath.Join(dir, fmt.Sprintf("killed-%d.db", n))
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.Int64N(int64(whole))))
		_ = exec.CommandContext(ctx, program, "backup", "--db", db, file).Run() // killed with SIGKILL when ctx ends
		cancel()
		if left, err := filepath.Glob(filepath.Join(dir, ".killed-*.partial-*")); err != nil {
			t.Fatal(err)
		} else if len(left) > 0 {
			midway++
			for _, file := range left {
				os.Remove(file)
			}
		}
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if found, err := store.Check(t.Context(), file); err != nil || len(found.Problems) > 0 {
			t.Errorf("%s has its name and is not whole: %v, %v", file, found.Problems, err)
		}
	}
	if midway == 0 {
		t.Error("no backup was killed midway")
	}
	if out, err := command(t, "", "check", "--db", db); err != nil {
		t.Error(out, err)
	}
	t.Logf("%d kills within %v, %d midway", kills, whole.Round(time.Millisecond), midway)
}

func TestBackupRestoreAndCheckSayWhatToDo(t *testing.T) {
	dir := t.TempDir()
	db, backup := filepath.Join(dir, "tagline.db"), filepath.Join(dir, "backup.db")
	for _, missing := range [][]string{{"backup", backup}, {"check"}} {
		if _, err := command(t, "", append(missing, "--db", db)...); err == nil || !strings.Contains(err.Error(), "there is no database at "+db) {
			t.Errorf("%v: %v", missing, err)
		}
	}
	inbox := serve(t, "--db", db)
	if resp, err := http.Get(inbox.url + "/healthz"); err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	if out, err := command(t, "", "backup", "--db", db, backup); err != nil || !strings.Contains(out, "looked through") {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := command(t, "", "backup", "--db", db, backup); err == nil || !strings.Contains(err.Error(), "--force") {
		t.Errorf("an existing file was not refused: %v", err)
	}
	if out, err := command(t, "", "backup", "--force", "--db", db, backup); err != nil {
		t.Errorf("%q, %v", out, err)
	}
	if _, err := command(t, "", "restore", "--db", db, backup); err == nil || !strings.Contains(err.Error(), "stop Tagline") {
		t.Errorf("restored under a running server: %v", err)
	}
	inbox.stop()
	if out, err := command(t, "", "restore", "--db", db, backup); err != nil || !strings.Contains(out, db+".before-restore-2") {
		t.Errorf("%q, %v", out, err)
	}
	if out, err := command(t, "", "check", "--db", db); err != nil || !strings.Contains(out, "is sound") {
		t.Errorf("%q, %v", out, err)
	}
}

func TestTheServerMakesBackupsByItself(t *testing.T) {
	dir := t.TempDir()
	db, kept := filepath.Join(dir, "tagline.db"), filepath.Join(dir, "kept")
	inbox := serve(t, "--db", db, "--backup-dir", kept, "--backup-every", "1h")
	file := inbox.stderr.await(t, `"msg":"backup made","file":"([^"]+)"`)
	inbox.stop()
	if found, err := store.Check(t.Context(), file); err != nil || !found.Compared || len(found.Problems) > 0 || filepath.Dir(file) != kept {
		t.Errorf("%s: %+v, %v", file, found, err)
	}
}

// TAGLINE_LARGE is how many megabytes are restored.
func TestALargeBackupIsRestoredSoon(t *testing.T) {
	want := int64(size(t, "TAGLINE_LARGE", 0)) << 20
	if want == 0 {
		t.Skip("make drill restores a gigabyte")
	}
	dir := t.TempDir()
	db, backup, restored := filepath.Join(dir, "tagline.db"), filepath.Join(dir, "backup.db"), filepath.Join(dir, "restored.db")
	fillDatabase(t, db, int(want/440)) // bytes that a message takes in a backup, about
	began := time.Now()
	if _, err := command(t, "", "backup", "--db", db, backup); err != nil {
		t.Fatal(err)
	}
	made := time.Since(began)
	info, err := os.Stat(backup)
	if err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	if out, err := command(t, "", "restore", "--db", restored, backup); err != nil {
		t.Fatal(out, err)
	}
	took := time.Since(began)
	t.Logf("%d MB: made in %v, restored in %v", info.Size()>>20, made.Round(time.Millisecond), took.Round(time.Millisecond))
	if info.Size() < want || took > time.Minute {
		t.Error("that is too small, or too slow")
	}
}
