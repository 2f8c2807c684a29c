package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"tagline/store"
)

const powerCutPosts = 40 // by each of eight clients

func TestAPowerCutLosesNothingThatWasAcknowledged(t *testing.T) {
	if withoutRaceDetector(t) {
		return
	}
	needStrace(t)
	powerCuts := inFull(300, 1000)
	calls, db := recordTraffic(t, binary(t))
	t.Run("every 200 is written after the fsync of its row", func(t *testing.T) { checkOrder(t, calls, db) })
	t.Run("power cuts", func(t *testing.T) {
		result := replayCuts(t, calls, db, powerCuts, calls[len(calls)-1].begin)
		t.Logf("%d cuts, %d of them amid traffic: %s", powerCuts, result.amid, result)
		if len(result.worst) > 0 || result.amid < powerCuts/2 {
			t.Fail()
		}
	})
	t.Run("power cuts during the first start", func(t *testing.T) {
		until := calls[len(calls)-1].begin
		for _, answer := range acknowledgements(calls) {
			until = min(until, answer.begin)
		}
		result := replayCuts(t, calls, db, powerCuts/5, until)
		t.Logf("%d cuts: %s", powerCuts/5, result)
		if len(result.worst) > 0 {
			t.Fail()
		}
	})
	// The same must show losses where a commit does not wait for the disk, or it shows nothing.
	t.Run("power cuts without waiting for the disk", func(t *testing.T) {
		calls, db := recordTraffic(t, buildWith(t, "store/sqlite/sqlite.go", `synchronous = "FULL"`, `synchronous = "NORMAL"`))
		result := replayCuts(t, calls, db, powerCuts/10, calls[len(calls)-1].begin)
		t.Logf("%d cuts: %s", powerCuts/10, result)
		if result.lost == 0 {
			t.Error("with synchronous=NORMAL nothing was lost: this test would not notice losses")
		}
	})
}

// recordTraffic has eight clients post webhooks to a program that starts with an empty folder, kills it and returns
// its calls.
func recordTraffic(t *testing.T, program string) (calls []*call, db string) {
	t.Helper()
	db = filepath.Join(t.TempDir(), "tagline.db")
	p := trace(t, program, db, "-s", "70000",
		"-e", "trace=?open,openat,read,write,pwrite64,?pwritev,fsync,fdatasync,ftruncate,?unlink,unlinkat,?rename,renameat,renameat2")
	eachClient(func(n int, client *http.Client) {
		for i := range powerCutPosts {
			if mark := fmt.Sprintf("cut-%d-%d-", n, i); !dispatch(t, client, p.url, mark, 600) {
				t.Errorf("%s was not acknowledged", mark)
			}
		}
	})
	p.kill()
	calls = readCalls(t, p.record)
	if n := len(acknowledgements(calls)); n != 8*powerCutPosts {
		t.Fatalf("%d answers found in the record, want %d", n, 8*powerCutPosts)
	}
	return calls, db
}

// checkOrder finds for every acknowledged webhook the first write to the log that holds its text, and a flush of the
// log between that and the answer.
func checkOrder(t *testing.T, calls []*call, db string) {
	log := slices.DeleteFunc(slices.Clone(calls), func(c *call) bool { return c.path != db+"-wal" || c.failed })
	for mark, answer := range acknowledgements(calls) {
		row := slices.IndexFunc(log, func(c *call) bool { return c.name == "pwrite64" && bytes.Contains(c.data, []byte(mark)) })
		if row < 0 {
			t.Errorf("%s was answered 200 and never written", mark)
			continue
		}
		if !slices.ContainsFunc(log[row:], func(c *call) bool {
			return isSync(c) && c.begin > log[row].end && c.end >= 0 && c.end < answer.begin
		}) {
			t.Errorf("%s was answered 200 before its row was flushed", mark)
		}
	}
}

func isSync(c *call) bool { return c.name == "fsync" || c.name == "fdatasync" }

// finding is what was found after one power cut.
type finding struct {
	acknowledged, lost, twice int // webhooks
	broken                    error
}

// findings counts power cuts by what was found after them.
type findings struct {
	amid, lost, twice, broken int // amid traffic: something had been acknowledged
	worst                     []string
}

func (f *findings) add(line int, one finding) {
	for count, found := range map[*int]bool{&f.amid: one.acknowledged > 0, &f.lost: one.lost > 0, &f.twice: one.twice > 0, &f.broken: one.broken != nil} {
		if found {
			*count++
		}
	}
	if one.lost+one.twice > 0 || one.broken != nil {
		f.worst = append(f.worst, fmt.Sprintf("at line %d of the record: %+v", line, one))
	}
}

func (f *findings) String() string {
	return fmt.Sprintf("%d lost something acknowledged, %d had something twice, %d left a broken database %q",
		f.lost, f.twice, f.broken, f.worst[:min(3, len(f.worst))])
}

// replayCuts cuts the power at random lines of the record, the last of them given, and opens what a disk could hold
// then.
func replayCuts(t *testing.T, calls []*call, db string, cuts, last int) *findings {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	first := calls[slices.IndexFunc(calls, isSync)].begin
	moments := make([]int, cuts)
	for i := range moments {
		moments[i] = first + rng.IntN(last-first+2)
	}
	slices.Sort(moments)
	folder := inMemory(t)
	var mu sync.Mutex
	var total findings
	var workers sync.WaitGroup
	for w := range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			d := newDisk(calls, db)
			for i := w; i < cuts; i += runtime.GOMAXPROCS(0) {
				d.play(moments[i])
				dir := filepath.Join(folder, fmt.Sprint(i))
				one := finding{acknowledged: len(d.acknowledged)}
				if one.broken = d.cut(dir, rand.New(rand.NewPCG(3, uint64(i)))); one.broken == nil {
					one.examine(t.Context(), filepath.Join(dir, filepath.Base(db)), d.acknowledged)
				}
				_ = os.RemoveAll(dir)
				mu.Lock()
				total.add(moments[i], one)
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return &total
}

// inMemory returns a folder where flushing costs nothing, if there is one.
func inMemory(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "tagline-test-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// examine opens the database as the program does and compares it with what was acknowledged.
func (f *finding) examine(ctx context.Context, db string, acknowledged []string) {
	stored, err := marks(ctx, db)
	for _, mark := range acknowledged {
		if err == nil && stored[mark] == 0 {
			f.lost++
		}
	}
	for _, n := range stored {
		if n > 1 {
			f.twice++
		}
	}
	f.broken = errors.Join(err, integrity(ctx, db))
}

// marks opens the database and counts the messages by their marks.
func marks(ctx context.Context, db string) (map[string]int, error) {
	s, err := store.Open(ctx, db, store.Options{})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := errors.Join(s.Export(ctx, &out), s.Close()); err != nil {
		return nil, err
	}
	stored := map[string]int{}
	for line := range strings.Lines(out.String()) {
		if strings.HasPrefix(line, `{"type":"message"`) {
			stored[markPattern.FindString(line)]++
		}
	}
	return stored, nil
}

func integrity(ctx context.Context, db string) error {
	raw, err := sql.Open("sqlite", "file:"+db+"?_pragma=busy_timeout(5000)")
	if err != nil {
		return err
	}
	defer raw.Close()
	var found string
	if err := raw.QueryRowContext(ctx, `PRAGMA integrity_check`).Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return errors.New(found)
	}
	return nil
}
