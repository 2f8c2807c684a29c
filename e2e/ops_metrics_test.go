package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestMetricsTellHowMuchHappensAndNoContent(t *testing.T) {
	dir := t.TempDir()
	db := filepath.Join(dir, "tagline.db")
	inbox := serve(t, "--db", db, "--metrics-addr", "localhost:0", "--webhook-secret", "canary-secret", "--backup-dir", filepath.Join(dir, "kept"), "--backup-every", "1h")
	addr := inbox.stderr.await(t, `"msg":"metrics","addr":"([^"]+)"`)
	inbox.stderr.await(t, `"msg":"(backup made)"`)
	urls := webhooks(t, db, inbox.url)
	body := `{"secret":"canary-secret","phone_number":"+15550142","text":"canary text","timestamp":1748463114559}`
	for _, posted := range []struct {
		url, body string
		status    int
	}{
		{urls["received"], body, 200}, {urls["received"], body, 200}, {urls["failed"], "{", 200},
		{inbox.url + "/webhooks/canary-token/sent", body, 401}, {inbox.url + "/webhooks/x/canary-kind", body, 404},
	} {
		if status, answer := post(t, posted.url, []byte(posted.body)); status != posted.status {
			t.Errorf("%s: %d %s", posted.url, status, answer)
		}
	}
	resp, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	told := string(content)
	for _, line := range []string{
		`tagline_webhooks_total{kind="received",outcome="stored"} 1`, `tagline_webhooks_total{kind="received",outcome="duplicate"} 1`,
		`tagline_webhooks_total{kind="failed",outcome="unparsed"} 1`, `tagline_webhooks_total{kind="sent",outcome="credentials"} 1`,
		`tagline_webhooks_total{kind="unknown",outcome="path"} 1`, `tagline_webhooks_total{kind="tag",outcome="stored"} 0`,
		"tagline_commit_writes_count", "tagline_commit_seconds_bucket", "tagline_queue_writes ", "tagline_wal_bytes ", "tagline_health ",
		`tagline_sends_total{outcome="unknown"} 0`, `tagline_outbox_replies{state="queued"} 0`, `tagline_webhook_last_seconds{kind="received"} `, "tagline_backup_age_seconds ", "tagline_backup_failing 0", "tagline_sockets 0", "tagline_frames_total 0", "go_goroutines ",
	} {
		if !strings.Contains(told, line) {
			t.Errorf("%s is missing in\n%s", line, told)
		}
	}
	token := strings.Split(urls["received"], "/")[4]
	for _, canary := range []string{"canary", "5550142", token} {
		if strings.Contains(told, canary) {
			t.Errorf("%q is told", canary)
		}
	}
	if resp, err := http.Get(inbox.url + "/metrics"); err != nil || resp.Body.Close() != nil || resp.StatusCode == http.StatusOK {
		t.Errorf("the inbox's own address tells it too: %v, %v", resp.StatusCode, err)
	}
}

// Dashboard and rules ask for what is told, and for nothing else.
func TestDashboardAndRulesAskForMetricsThatExist(t *testing.T) {
	dir := t.TempDir()
	inbox := serve(t, "--db", filepath.Join(dir, "tagline.db"), "--metrics-addr", "localhost:0", "--backup-dir", filepath.Join(dir, "kept"), "--backup-every", "1h")
	addr := inbox.stderr.await(t, `"msg":"metrics","addr":"([^"]+)"`)
	inbox.stderr.await(t, `"msg":"(backup made)"`)
	post(t, webhooks(t, filepath.Join(dir, "tagline.db"), inbox.url)["received"], []byte(`{"phone_number":"+15550142","text":"Hello"}`))
	resp, err := http.Get("http://" + addr + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	told, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"deploy/grafana.json", "deploy/prometheus-alerts.yml"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		names := regexp.MustCompile(`\b(tagline_[a-z_]+[a-z]|process_[a-z_]+|go_[a-z_]+)\b`).FindAllString(string(content), -1)
		if len(names) < 4 {
			t.Errorf("%s asks for %v", file, names)
		}
		for _, name := range names {
			if !strings.Contains(string(told), "\n"+name) {
				t.Errorf("%s asks for %s, which is not told", file, name)
			}
		}
	}
}
