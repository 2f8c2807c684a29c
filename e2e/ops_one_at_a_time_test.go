package e2e

import (
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"tagline/store"
)

// end sends a signal and returns how the program ended.
func (p *process) end(t *testing.T, by os.Signal) error {
	t.Helper()
	if err := p.Process.Signal(by); err != nil {
		t.Fatal(err)
	}
	return p.Wait()
}

func TestASecondServerOfADatabaseIsRefusedByWhateverName(t *testing.T) {
	folder, elsewhere := t.TempDir(), t.TempDir()
	db := filepath.Join(folder, "tagline.db")
	first := startProcess(t, db)
	soft, hard, around := filepath.Join(elsewhere, "soft.db"), filepath.Join(elsewhere, "hard.db"), filepath.Join(elsewhere, "folder")
	if err := errors.Join(os.Symlink(db, soft), os.Link(db, hard), os.Symlink(folder, around)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{db, soft, hard, filepath.Join(around, "tagline.db")} {
		out, err := exec.Command(binary(t), "serve", "--addr", "localhost:0", "--db", name).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "serves the database") || !strings.Contains(string(out), "stop it first") {
			t.Errorf("%s: %v, %s", name, err, out)
		}
	}
	backup := filepath.Join(elsewhere, "backup.db")
	for _, beside := range [][]string{{"webhooks", "--db", db}, {"backup", "--db", db, backup}, {"check", "--db", db}, {"export", "--db", db}, {"user", "list", "--db", db}} {
		if out, err := command(t, "", beside...); err != nil {
			t.Errorf("%v beside the server: %v, %s", beside, err, out)
		}
	}
	if _, err := command(t, "", "restore", "--db", db, backup); err == nil || !strings.Contains(err.Error(), "stop Tagline") {
		t.Errorf("restored: %v", err)
	}
	if resp, err := http.Get(first.url + "/healthz"); err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
		t.Errorf("health of the first is %v, %v", resp, err)
	}
	_ = first.end(t, syscall.SIGKILL)
	startProcess(t, db) // a kill has let go of it
}

func TestAClosedTerminalEndsTheServerAsAStopDoes(t *testing.T) {
	for _, by := range []os.Signal{syscall.SIGHUP, syscall.SIGTERM} {
		if signal.Ignored(by) {
			continue // under nohup the program inherits that
		}
		db := filepath.Join(t.TempDir(), "tagline.db")
		p := startProcess(t, db)
		if err := p.end(t, by); err != nil || !strings.Contains(p.stderr.text.String(), `"msg":"stopped"`) {
			t.Errorf("%v: %v, %s", by, err, p.stderr.text.String())
		}
		if left, _ := filepath.Glob(db + "-*"); len(left) > 0 {
			t.Errorf("%v left %v", by, left)
		}
	}
}

func TestUnderNohupAClosedTerminalEndsNothing(t *testing.T) {
	stderr := newOutput()
	cmd := exec.Command("sh", "-c", `trap "" HUP; exec "$0" serve --addr localhost:0 --db "$1"`, binary(t), filepath.Join(t.TempDir(), "tagline.db"))
	cmd.Stderr = stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	url := stderr.await(t, `"url":"([^"]+)"`)
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if resp, err := http.Get(url + "/healthz"); err != nil || resp.Body.Close() != nil {
		t.Error(err)
	}
}

// oldDatabase is one from before migrations were recorded by name.
func oldDatabase(t *testing.T, db string) {
	t.Helper()
	baseline, err := os.ReadFile("store/migrations/001_baseline.sql")
	if err != nil {
		t.Fatal(err)
	}
	rawDatabase(t, db, string(baseline), `PRAGMA application_id = 0x5461674c`, `PRAGMA user_version = 24`)
}

func TestManyProcessesAtOnceMakeOrUpgradeOneDatabase(t *testing.T) {
	for what, prepare := range map[string]func(*testing.T, string){"a fresh one": func(*testing.T, string) {}, "an older one": oldDatabase} {
		t.Run(what, func(t *testing.T) {
			for round := range 3 {
				db := filepath.Join(t.TempDir(), "tagline.db")
				prepare(t, db)
				var others sync.WaitGroup
				begin := make(chan struct{})
				for n := range 6 {
					others.Go(func() {
						<-begin
						args := [][]string{{"user", "add", fmt.Sprint("person", n), "--role", "admin", "--password-stdin", "--db", db}, {"check", "--db", db}, {"webhooks", "--db", db}}[n%3]
						cmd := exec.Command(binary(t), args...)
						cmd.Stdin = strings.NewReader(password + "\n")
						out, err := cmd.CombinedOutput()
						if err != nil && !strings.Contains(string(out), "there is no database") && !strings.Contains(string(out), "it is empty") && !isEmpty(out) {
							t.Errorf("round %d: %v: %v, %s", round, args[0], err, out)
						}
					})
				}
				close(begin)
				server := startProcess(t, db)
				others.Wait()
				if resp, err := http.Get(server.url + "/healthz"); err != nil || resp.Body.Close() != nil || resp.StatusCode != http.StatusOK {
					t.Errorf("health is %v, %v", resp, err)
				}
				if err := server.end(t, syscall.SIGTERM); err != nil {
					t.Errorf("the server ended with %v: %s", err, server.stderr.text.String())
				}
				if found, err := store.Check(t.Context(), db); err != nil || !found.Compared || len(found.Problems) > 0 {
					t.Errorf("%+v, %v", found, err)
				}
			}
		})
	}
}

// isEmpty tells whether a command found a database that was about to be made.
func isEmpty(out []byte) bool { return strings.Contains(string(out), "another program") }

// With the real program: what was acknowledged before and after something happened to the files is there after a kill.
func TestWebhooksAreAcknowledgedOnlyInFilesThatKeepTheirNames(t *testing.T) {
	for what, happens := range map[string]func(db string) error{
		"rm db":       func(db string) error { return os.Remove(db) },
		"rm wal":      func(db string) error { return os.Remove(db + "-wal") },
		"rm shm":      func(db string) error { return os.Remove(db + "-shm") },
		"mv backup":   func(db string) error { return os.Rename(db+".backup", db) },
		"mv folder":   func(db string) error { return os.Rename(filepath.Dir(db), filepath.Dir(db)+".away") },
		"a link":      func(db string) error { return errors.Join(os.Rename(db, db+".moved"), os.Symlink(db+".moved", db)) },
		"rm and link": func(db string) error { return errors.Join(os.Remove(db), os.Symlink(db+".backup", db)) },
	} {
		t.Run(what, func(t *testing.T) {
			db := filepath.Join(t.TempDir(), "data", "tagline.db")
			if err := os.Mkdir(filepath.Dir(db), 0o700); err != nil {
				t.Fatal(err)
			}
			k := &poster{t: t, path: pathOf(t, db)}
			if _, err := command(t, "", "backup", "--db", db, db+".backup"); err != nil {
				t.Fatal(err)
			}
			program := startProcess(t, db)
			for n := range 20 {
				if !k.post(program.url, fmt.Sprintf("before %d", n)) {
					t.Fatal("a webhook was refused")
				}
			}
			if err := happens(db); err != nil {
				t.Fatal(err)
			}
			before, refused := len(k.acknowledged), 0
			for n := range 50 {
				if !k.post(program.url, fmt.Sprintf("after %d", n)) {
					refused++
				}
			}
			byItself := what == "rm wal" || what == "rm shm"
			if after := len(k.acknowledged) - before; byItself && after == 0 || !byItself && after > 0 || refused == 0 {
				t.Errorf("%d were acknowledged and %d refused", after, refused)
			}
			resp, err := http.Get(program.url + "/healthz")
			if err != nil || resp.Body.Close() != nil || (resp.StatusCode == http.StatusOK) != byItself {
				t.Errorf("health is %v, %v", resp, err)
			}
			_ = program.end(t, syscall.SIGKILL)
			if !byItself {
				return
			}
			stored := map[any]bool{}
			for _, message := range exported(t, db)["message"] {
				stored[message["text"]] = true
			}
			for _, text := range k.acknowledged {
				if !stored[text] {
					t.Errorf("%q was answered 200 and is gone", text)
				}
			}
			if out, err := command(t, "", "check", "--db", db); err != nil {
				t.Error(out, err)
			}
		})
	}
}

func TestAfterAReplacementTheServerEndsAndStartsOnWhatIsThere(t *testing.T) {
	for _, by := range []os.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		db := filepath.Join(t.TempDir(), "tagline.db")
		k := &poster{t: t, path: pathOf(t, db)}
		if _, err := command(t, "", "backup", "--db", db, db+".backup"); err != nil {
			t.Fatal(err)
		}
		program := startProcess(t, db)
		if !k.post(program.url, "before") {
			t.Error("it was refused")
		}
		if err := errors.Join(os.Rename(db, db+".moved"), os.Rename(db+".backup", db)); err != nil {
			t.Fatal(err)
		}
		if err := program.end(t, by); by == syscall.SIGTERM && err != nil {
			t.Errorf("it ended with %v: %s", err, program.stderr.text.String())
		}
		if by == syscall.SIGKILL { // the log of the one that was moved lies beside another
			out, err := exec.Command(binary(t), "serve", "--addr", "localhost:0", "--db", db).CombinedOutput()
			if err == nil || !strings.Contains(string(out), "another file than the one that Tagline ran on last") {
				t.Errorf("%v, %s", err, out)
			}
			if err := os.Rename(db+"-wal", db+".moved-wal"); err != nil {
				t.Fatal(err)
			}
		}
		again := startProcess(t, db)
		if !k.post(again.url, "in the backup") {
			t.Error("it was refused")
		}
		if err := again.end(t, syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		for file, want := range map[string]string{db: "in the backup", db + ".moved": "before"} {
			if out, err := command(t, "", "check", "--db", file); err != nil {
				t.Error(out, err)
			}
			if messages := exported(t, file)["message"]; len(messages) != 1 || messages[0]["text"] != want {
				t.Errorf("%s holds %v, want %q", file, messages, want)
			}
		}
	}
}

// What lost its last name is in a copy after the first refused webhook, however Tagline ends then, and the old log is
// not cut.
func TestWhatLostItsLastNameIsInACopyThatHealthNames(t *testing.T) {
	again := func(db string) error {
		content, err := os.ReadFile(db)
		return errors.Join(err, os.WriteFile(db+".o", content, 0o600), os.Rename(db+".o", db))
	}
	accidents := map[string]func(db string) error{
		"cp and mv": again,
		"rm":        os.Remove,
		"the log made anew": func(db string) error {
			if err := os.Remove(db + "-wal"); err != nil {
				return err
			}
			conn, err := sql.Open("sqlite", "file:"+db+"?_pragma=busy_timeout(5000)")
			if err != nil {
				return err
			}
			_ = conn.QueryRow(`SELECT count(*) FROM messages`).Scan(new(int)) // whatever it finds
			return errors.Join(conn.Close(), os.WriteFile(db+"-wal", nil, 0o600))
		},
	}
	for what, happens := range accidents {
		for _, by := range []os.Signal{syscall.SIGKILL, syscall.SIGTERM} {
			t.Run(fmt.Sprint(what, by), func(t *testing.T) {
				db := filepath.Join(t.TempDir(), "tagline.db")
				k := &poster{t: t, path: pathOf(t, db)}
				program := startProcess(t, db)
				for n := range 20 {
					k.post(program.url, fmt.Sprintf("before %d", n))
				}
				log, err := os.Open(db + "-wal")
				if err != nil {
					t.Fatal(err)
				}
				defer log.Close()
				if err := happens(db); err != nil {
					t.Fatal(err)
				}
				if k.post(program.url, "after") {
					t.Error("it was acknowledged")
				}
				resp, err := http.Get(program.url + "/healthz")
				if err != nil {
					t.Fatal(err)
				}
				said, _ := io.ReadAll(resp.Body)
				resp.Body.Close()
				_ = program.end(t, by)
				if info, err := log.Stat(); err != nil || info.Size() == 0 {
					t.Errorf("the log is %v, %v", info, err)
				}
				copies, _ := filepath.Glob(db + ".saved-*")
				if len(copies) != 1 || !strings.Contains(string(said), filepath.Base(copies[0])) || !strings.Contains(program.stderr.text.String(), copies[0]) {
					t.Fatalf("saved are %v; health says %s", copies, said)
				}
				if what == "cp and mv" {
					out, err := exec.Command(binary(t), "serve", "--addr", "localhost:0", "--db", db).CombinedOutput()
					if err == nil || !strings.Contains(string(out), "restore "+copies[0]) {
						t.Errorf("after %v it starts with %v, %s", by, err, out)
					}
				}
				if out, err := command(t, "", "restore", "--db", db, copies[0]); err != nil {
					t.Fatal(out, err)
				}
				if messages := exported(t, db)["message"]; len(messages) != 20 {
					t.Errorf("the copy holds %d messages", len(messages))
				}
				if !k.post(startProcess(t, db).url, "on the copy") {
					t.Error("it was refused")
				}
			})
		}
	}
}

// poster posts webhooks and notes which were acknowledged.
type poster struct {
	t            *testing.T
	path         string
	acknowledged []string
}

func (p *poster) post(url, text string) bool {
	p.t.Helper()
	body := fmt.Sprintf(`{"phone_number":%q,"text":%q,"timestamp":1748463114559}`, clientNumber, text)
	resp, err := http.Post(url+p.path+"sent", "application/json", strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusServiceUnavailable {
		p.t.Errorf("%s was answered %d", text, resp.StatusCode)
	}
	if resp.StatusCode == http.StatusOK {
		p.acknowledged = append(p.acknowledged, text)
	}
	return resp.StatusCode == http.StatusOK
}

func rawDatabase(t *testing.T, db string, statements ...string) {
	t.Helper()
	conn, err := sql.Open("sqlite", "file:"+db+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, statement := range statements {
		if _, err := conn.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
}
