package e2e

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tagline/cli"
)

func TestAllConfigurationErrorsAreReportedTogether(t *testing.T) {
	_, err := command(t, "", "--addr", "nowhere", "--url", "ftp://x/y", "--webhook-secret", "a", "--webhook-secret-file", "b", "--backup-every", "3s", "--backup-keep", "0")
	if err == nil {
		t.Fatal("accepted")
	}
	for _, flag := range []string{"--addr", "--url", "--webhook-secret", "--backup-dir", "--backup-every is 3s", "--backup-keep"} {
		if !strings.Contains(err.Error(), flag) {
			t.Errorf("%s is not named in: %v", flag, err)
		}
	}
}

func TestFlagsCanBeSetInTheEnvironment(t *testing.T) {
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("from-a-file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{
		"TAGLINE_DB": filepath.Join(dir, "elsewhere.db"), "TAGLINE_URL": "https://inbox.example.com", "TAGLINE_WEBHOOK_SECRET_FILE": secret,
	}
	makeDatabase(t, env["TAGLINE_DB"])
	var stdout bytes.Buffer
	if err := cli.Run(t.Context(), []string{"webhooks"}, func(name string) string { return env[name] }, nil, &stdout, io.Discard); err != nil {
		t.Fatal(err)
	}
	if out := stdout.String(); !strings.Contains(out, "https://inbox.example.com/webhooks/") || !regexp.MustCompile(`secret\s+set`).MatchString(out) {
		t.Errorf("webhooks printed\n%s", out)
	}
	info, err := os.Stat(env["TAGLINE_DB"])
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the database's mode is %v, want 0600", info.Mode().Perm())
	}
}

func TestPeopleAreAddedAndListed(t *testing.T) {
	db := filepath.Join(t.TempDir(), "tagline.db")
	makeDatabase(t, db)
	add := func(args ...string) error {
		_, err := command(t, "correct horse battery\n", append([]string{"user", "add", "--db", db, "--password-stdin"}, args...)...)
		return err
	}
	if err := add("Anna", "--role", "admin"); err != nil {
		t.Fatal(err)
	}
	if err := add("Piet", "--role", "agent", "--subuser", "6", "--subuser", "main"); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][]string{{"anna", "--role", "admin"}, {"Ida", "--role", "agent"}, {"Ida", "--role", "boss"}, {"Ida", "--role", "agent", "--subuser", "x"}} {
		if err := add(wrong...); err == nil {
			t.Errorf("%v was accepted", wrong)
		}
	}
	for name, line := range map[string]string{"Ida": "\ufeffcorrect horse battery\r\n", "Mia": "correct horse battery"} { // from other editors
		if _, err := command(t, line, "user", "add", "--db", db, "--password-stdin", name, "--role", "admin"); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, name := range []string{"ANNA ", "ａｎｎａ", "Pi\u00adet"} {
		if err := add(name, "--role", "admin"); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("%q is there beside Anna and Piet: %v", name, err)
		}
	}
	if _, err := command(t, "c\x00o\x00r\x00r\x00e\x00c\x00t\x00 \x00h\x00o\x00r\x00s\x00e\x00\n\x00", "user", "add", "--db", db, "--password-stdin", "Ada", "--role", "admin"); err == nil || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a password in UTF-16: %v", err)
	}
	out, err := command(t, "", "user", "list", "--db", db)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{`Anna +admin +all`, `Piet +agent +main 6`} {
		if !regexp.MustCompile(line).MatchString(out) {
			t.Errorf("%q is missing in\n%s", line, out)
		}
	}
}

func TestExportNamesAMissingDatabase(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "none.db")
	if _, err := command(t, "", "export", "--db", missing); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("export made an empty database")
	}
}

func TestVersionAndHelp(t *testing.T) {
	if out, err := command(t, "", "version"); err != nil || !strings.HasPrefix(out, "tagline ") {
		t.Errorf("%q, %v", out, err)
	}
	out, err := command(t, "", "--help")
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"serve", "demo", "user add", "webhooks", "export", "TAGLINE_DB"} {
		if !strings.Contains(out, word) {
			t.Errorf("%q is missing in the help:\n%s", word, out)
		}
	}
}
