package e2e

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestWhatWasAcknowledgedSurvivesAKill(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tagline.db")
	urls := webhooks(t, db, "http://localhost")
	token := regexp.MustCompile(`/webhooks/(\w+)/`).FindStringSubmatch(urls["sent"])[1]
	var acknowledged []string
	for round := range 3 {
		acknowledged = append(acknowledged, postUntilKilled(t, db, token, round)...)
	}
	var texts []string
	for _, m := range exported(t, db)["message"] {
		texts = append(texts, m["text"].(string))
	}
	slices.Sort(texts)
	if again := slices.Compact(slices.Clone(texts)); len(again) != len(texts) {
		t.Errorf("%d messages came out twice", len(texts)-len(again))
	}
	for _, text := range acknowledged {
		if _, found := slices.BinarySearch(texts, text); !found {
			t.Errorf("%q was answered 200 and is gone", text)
		}
	}
	if len(acknowledged) < 100 {
		t.Errorf("only %d bodies were acknowledged; the test shows too little", len(acknowledged))
	}
	t.Logf("%d acknowledged, %d stored", len(acknowledged), len(texts))
}

// postUntilKilled runs the program in a process of its own, kills it amid eight clients and returns the texts that were
// answered 200.
func postUntilKilled(t *testing.T, db, token string, round int) []string {
	t.Helper()
	stderr := newOutput()
	program := exec.Command(binary(t), "serve", "--addr", "localhost:0", "--db", db)
	program.Stderr = stderr
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	url := stderr.await(t, `"url":"([^"]+)"`) + "/webhooks/" + token + "/sent"
	var mu sync.Mutex
	var acknowledged []string
	var clients sync.WaitGroup
	enough := make(chan struct{})
	kill := sync.OnceFunc(func() { close(enough) })
	for client := range 8 {
		clients.Go(func() {
			for n := 0; ; n++ {
				text := strings.Join([]string{"round", string(rune('a' + round)), "client", string(rune('a' + client)), "message", strings.Repeat("i", n)}, " ")
				body, _ := json.Marshal(map[string]any{"phone_number": "+15550100", "text": text, "timestamp": 1748463114559})
				resp, err := http.Post(url, "application/json", bytes.NewReader(body))
				if err != nil {
					return // killed
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					t.Errorf("answered %d", resp.StatusCode)
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, text)
				if len(acknowledged) == 150 {
					kill()
				}
				mu.Unlock()
			}
		})
	}
	<-enough
	if err := program.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	clients.Wait()
	_ = program.Wait()
	return acknowledged
}
