//go:build linux

package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// told posts a body and returns the status that it is answered with.
func told(t *testing.T, url, text string) int {
	t.Helper()
	body := `{"phone_number":"+15550100","text":"` + text + `","timestamp":1748463114559}`
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// refuses runs a command that must fail and say why.
func refuses(t *testing.T, says string, args ...string) {
	t.Helper()
	if _, err := command(t, "", args...); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("%s: %v", args[0], err)
	}
}

// awaitRed asks for health until that is red, which is what makes an idle server look.
func awaitRed(t *testing.T, url, says string) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		resp, err := http.Get(url + "/healthz")
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode == http.StatusServiceUnavailable {
			if !strings.Contains(string(said), says) {
				t.Errorf("health is %s", said)
			}
			return
		}
	}
	t.Error("health stays green")
}

func TestAStartSaysThatTheLogIsGone(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tagline.db")
	program := startProcess(t, db)
	if status := told(t, program.url+pathOf(t, db)+"sent", "Hello"); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	program.kill()
	if err := os.Remove(db + "-wal"); err != nil {
		t.Fatal(err)
	}
	const says = "its newest messages stood in"
	refuses(t, says, "serve", "--addr", "localhost:0", "--db", db)
	refuses(t, says, "check", "--db", db)
	if err := os.Remove(db + ".lock"); err != nil {
		t.Fatal(err)
	}
	startProcess(t, db)
}

func TestACopyOverTheDatabaseIsNoticedWhileItRuns(t *testing.T) {
	other := filepath.Join(t.TempDir(), "tagline.db")
	pathOf(t, other) // makes it
	for _, idle := range []bool{true, false} {
		db := filepath.Join(t.TempDir(), "tagline.db")
		path := pathOf(t, db) // makes it, and folds its log in
		program := startProcess(t, db)
		url := program.url + path + "sent"
		if status := told(t, url, "Hello"); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		content, err := os.ReadFile(other)
		if err == nil {
			err = os.WriteFile(db, content, 0o600) // as cp does
		}
		if err != nil {
			t.Fatal(err)
		}
		if !idle {
			if status := told(t, url, "Bye"); status != http.StatusServiceUnavailable {
				t.Errorf("answered %d", status)
			}
		}
		awaitRed(t, program.url, "was overwritten or cut off while Tagline runs")
		program.kill()
		refuses(t, "was overwritten or cut off while Tagline ran on it", "serve", "--addr", "localhost:0", "--db", db)
	}
}
