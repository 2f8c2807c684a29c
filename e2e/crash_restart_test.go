package e2e

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tagline/store"
)

// activated is a program that inherits its listener, as under a systemd socket unit.
type activated struct {
	t       *testing.T
	db      string
	file    *os.File // of the listener
	program *exec.Cmd
	stderr  *output
}

func (a *activated) start() {
	a.t.Helper()
	a.stderr = newOutput()
	// The shell knows the process id that the program is going to have.
	a.program = exec.Command("sh", "-c", `LISTEN_FDS=1 LISTEN_PID=$$ exec "$0" serve --db "$1"`, binary(a.t), a.db)
	a.program.ExtraFiles = []*os.File{a.file}
	a.program.Stderr = a.stderr
	if err := a.program.Start(); err != nil {
		a.t.Fatal(err)
	}
	a.stderr.await(a.t, `("inherited":true)`)
}

// stop asks the program to end and returns how long it took.
func (a *activated) stop() time.Duration {
	a.t.Helper()
	began := time.Now()
	if err := a.program.Process.Signal(syscall.SIGTERM); err != nil {
		a.t.Fatal(err)
	}
	if err := a.program.Wait(); err != nil {
		a.t.Fatalf("the program ended with %v:\n%s", err, a.stderr.text.String())
	}
	return time.Since(began)
}

func listen(t *testing.T) (address string, file *os.File) {
	t.Helper()
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	if file, err = listener.(*net.TCPListener).File(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return listener.Addr().String(), file
}

func TestRestartsWithAnInheritedListenerLeaveNoRequestUnanswered(t *testing.T) {
	const restarts, clients = 50, 50
	db := filepath.Join(t.TempDir(), "tagline.db")
	urls := webhooks(t, db, "http://localhost")
	address, file := listen(t)
	a := &activated{t: t, db: db, file: file}
	a.start()

	var mu sync.Mutex
	var acknowledged []string
	var refused atomic.Int64
	var ended atomic.Bool
	var jobs sync.WaitGroup
	path := urls["sent"][len("http://localhost"):]
	for c := range clients {
		jobs.Go(func() {
			// As TextLink does: a connection for every webhook.
			client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
			for n := 0; !ended.Load(); n++ {
				text := fmt.Sprintf("client %d, message %d", c, n)
				body := fmt.Sprintf(`{"phone_number":"+1555%07d","text":%q,"timestamp":1748463114559}`, c, text)
				resp, err := client.Post("http://"+address+path, "application/json", bytes.NewBufferString(body))
				if err != nil {
					t.Errorf("no answer: %v", err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					refused.Add(1)
					continue
				}
				mu.Lock()
				acknowledged = append(acknowledged, text)
				mu.Unlock()
			}
		})
	}
	for range restarts {
		a.stop()
		a.start()
	}
	ended.Store(true)
	jobs.Wait()
	a.stop()

	var stored []string
	for _, m := range exported(t, db)["message"] {
		stored = append(stored, m["text"].(string))
	}
	slices.Sort(stored)
	for _, text := range acknowledged {
		if _, found := slices.BinarySearch(stored, text); !found {
			t.Errorf("%q was answered 200 and is gone", text)
		}
	}
	if n := refused.Load(); n > 0 {
		t.Errorf("%d requests were not answered 200", n)
	}
	t.Logf("%d restarts, %d requests, none without an answer", restarts, len(acknowledged))
}

// sessions adds so many people who are signed in, each like the one given, and returns the ids of their sessions. No
// password is hashed: that takes long.
func sessions(t testing.TB, db string, people int, like store.User) (ids []string) {
	t.Helper()
	s, err := store.Open(t.Context(), db, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range people {
		id := fmt.Sprintf("%043d", n)
		sum := sha256.Sum256([]byte(id))
		like.Name = fmt.Sprint("person", n)
		user, err := s.CreateUser(t.Context(), like, "")
		if err == nil {
			err = s.CreateSession(t.Context(), sum[:], user.ID, false, time.Now().Add(time.Hour))
		}
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return ids
}

func TestEndingTellsOpenPagesToComeBackAndIsQuick(t *testing.T) {
	const people, sockets = 25, 20
	db := filepath.Join(t.TempDir(), "tagline.db")
	ids := sessions(t, db, people, store.User{Role: store.Admin})
	address, file := listen(t)
	a := &activated{t: t, db: db, file: file}
	a.start()
	origin := a.stderr.await(t, `"url":"([^"]+)"`)
	dialer := websocket.Dialer{NetDial: func(string, string) (net.Conn, error) { return net.Dial("tcp", address) }}
	var open []*websocket.Conn
	for n := range people * sockets {
		header := http.Header{"Origin": {origin}, "Cookie": {"tagline=" + ids[n%people]}}
		conn, _, err := dialer.Dial("ws"+origin[len("http"):]+`/live?screen=%7B%22page%22%3A%22%2Finbox%22%7D`, header)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		open = append(open, conn)
	}
	if took := a.stop(); took > 5*time.Second {
		t.Errorf("ending took %v", took)
	}
	for _, conn := range open {
		var err error
		for err == nil { // signs of life come first
			_, _, err = conn.ReadMessage()
		}
		if !websocket.IsCloseError(err, websocket.CloseServiceRestart) {
			t.Fatalf("a page was let go with %v", err)
		}
	}
	for _, left := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(db + left); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s was left behind", left)
		}
	}
}
