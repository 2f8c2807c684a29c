package e2e

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"tagline/store"
)

// faultyCalls is how many of the writer's calls are made to fail, each in some run.
const faultyCalls = 200

// injection is a way for the disk to fail: every so many of a kind of call, with an error. The runs of one injection
// differ in where they begin, so that together they hit every call; faults are so far apart that the program recovers
// in between.
type injection struct {
	call, errno string
	every       int
	posts       int // enough for faultyCalls
}

func TestAFailingDiskAcknowledgesExactlyWhatItStores(t *testing.T) {
	if withoutRaceDetector(t) {
		return
	}
	needStrace(t)
	// strace counts calls by thread; here the writer keeps to one.
	program := buildWith(t, "store/sqlite/writer.go", `"runtime/debug"`, `"runtime"; "runtime/debug"`,
		"defer close(db.ended)", "runtime.LockOSThread(); defer close(db.ended)")
	for _, i := range []injection{
		{"pwrite64", "EIO", 120, 12}, {"pwrite64", "ENOSPC", 120, 12}, {"fsync", "EIO", 8, 230}, {"fsync", "ENOSPC", 8, 230},
	} {
		t.Run(i.call+" "+i.errno, func(t *testing.T) {
			var mu sync.Mutex
			hit := map[int]bool{}
			var faults, refused int
			t.Run("runs", func(t *testing.T) {
				for first := 1; first <= i.every; first++ {
					t.Run(fmt.Sprint("from ", first), func(t *testing.T) {
						t.Parallel()
						failed, lost := i.run(t, program, first)
						mu.Lock()
						defer mu.Unlock()
						maps.Copy(hit, failed)
						faults, refused = faults+len(failed), refused+lost
					})
				}
			})
			for n := 1; n <= faultyCalls; n++ {
				if !hit[n] {
					t.Errorf("the %d. call never failed; the test shows too little", n)
				}
			}
			t.Logf("%d faults in %d runs, %d webhooks answered 503", faults, i.every, refused)
			if refused == 0 {
				t.Error("no webhook was answered 503: the faults did not hit")
			}
		})
	}
}

// run posts webhooks one after the other to a program whose disk fails, and compares what was acknowledged with what is
// stored after a kill. It returns which of the writer's calls failed, and how many webhooks were refused.
func (i injection) run(t *testing.T, program string, first int) (failed map[int]bool, refused int) {
	db := filepath.Join(inMemory(t), "tagline.db")
	webhooks(t, db, "http://localhost") // so that the start has nothing to write
	keepPushKeys(t, db)
	p := trace(t, program, db, "-s", "0", "-P", db, "-P", db+"-wal", "-e", "trace="+i.call,
		"-e", fmt.Sprintf("inject=%s:error=%s:when=%d+%d", i.call, i.errno, first, i.every))
	var acknowledged []string
	// The last ones must succeed: what failed last could be in the log, and be taken in at the next start.
	for n, good := 0, 0; n < i.posts || good < 2; n++ {
		if mark := fmt.Sprintf("cut-%d-%d-", n%8, n); dispatch(t, http.DefaultClient, p.url, mark, 0) {
			acknowledged = append(acknowledged, mark)
			good++
		} else {
			refused++
			good = 0
		}
		if n > 4*i.posts {
			t.Fatalf("it does not recover:\n%s", p.said())
		}
	}
	p.kill()
	if said := p.said(); strings.Contains(said, "panic") {
		t.Errorf("it panicked:\n%s", said)
	}
	stored, err := marks(t.Context(), db)
	if err = errors.Join(err, integrity(t.Context(), db)); err != nil {
		t.Error(err)
	}
	slices.Sort(acknowledged)
	if found := slices.Sorted(maps.Keys(stored)); !slices.Equal(found, acknowledged) {
		t.Errorf("stored and acknowledged differ:\n%v\n%v\n%s", found, acknowledged, p.said())
	}
	return i.failed(t, p.record), refused
}

// keepPushKeys leaves the keys that a first start would make.
func keepPushKeys(t *testing.T, db string) {
	t.Helper()
	s, err := store.Open(t.Context(), db, store.Options{})
	if err == nil {
		_, err = s.CurrentPushKeys(t.Context(), func() (store.PushKeys, error) { return store.PushKeys{Public: "public", Private: "private"}, nil })
		err = errors.Join(err, s.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

// failed reads which of the calls of the writer's thread failed: of the thread that made most.
func (i injection) failed(t *testing.T, record string) map[int]bool {
	content, err := os.ReadFile(record)
	if err != nil {
		t.Fatal(err)
	}
	byThread := map[string]int{}
	failed := map[string]map[int]bool{}
	var most string
	for _, m := range regexp.MustCompile(`(?m)^(\d+) +`+i.call+`\(.*$`).FindAllStringSubmatch(string(content), -1) {
		thread := m[1]
		byThread[thread]++
		if byThread[thread] > byThread[most] {
			most = thread
		}
		if strings.HasSuffix(m[0], "(INJECTED)") {
			if failed[thread] == nil {
				failed[thread] = map[int]bool{}
			}
			failed[thread][byThread[thread]] = true
		}
	}
	return failed[most]
}

func TestALogThatCannotBeFoldedInIsRedAlthoughWebhooksAreStored(t *testing.T) {
	if withoutRaceDetector(t) {
		return
	}
	needStrace(t)
	db := filepath.Join(inMemory(t), "tagline.db")
	webhooks(t, db, "http://localhost")
	// The log is another file, and works.
	p := trace(t, binary(t), db, "-s", "0", "-P", db, "-e", "trace=fsync", "-e", "inject=fsync:error=EIO")
	red := 0
	for n := 0; red < 50 && n < 300; n++ {
		if !dispatch(t, http.DefaultClient, p.url, fmt.Sprintf("cut-%d-%d-", n%8, n), 4000) {
			t.Fatal("a webhook was refused")
		}
		resp, err := http.Get(p.url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusServiceUnavailable {
			red++
		} else if red > 0 {
			t.Fatalf("health was %d in between", resp.StatusCode)
		}
	}
	if red == 0 {
		t.Error("nobody was told that the log grows and grows")
	}
}
