package cli

import (
	"bytes"
	"encoding/pem"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"
)

func utf16File(text string, order []byte) []byte {
	out := bytes.Clone(order)
	for _, unit := range utf16.Encode([]rune(text)) {
		low, high := byte(unit), byte(unit>>8)
		if len(order) > 0 && order[0] == 0xfe {
			low, high = high, low
		}
		out = append(out, low, high)
	}
	return out
}

// Every flag that takes a file reads it as any editor saves it.
func TestFilesOfAnyEditorAreRead(t *testing.T) {
	dir := t.TempDir()
	write := func(content []byte) string {
		file := filepath.Join(dir, "file")
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for _, content := range []string{"s3cret", "s3cret\n", "s3cret\r\n", "\ufeffs3cret", "\ufeffs3cret\r\n\r\n",
		" \ts3cret \u00a0\u200b\n", "s3cret\r", "\n\n\ufeffs3cret\n"} {
		for _, read := range []func(flag, value, file string) (string, error){fromFile, lineFromFile} {
			if got, err := read("webhook-secret", "", write([]byte(content))); got != "s3cret" || err != nil {
				t.Errorf("%q is read as %q, %v", content, got, err)
			}
		}
	}
	for name, content := range map[string][]byte{
		"UTF-16 little": utf16File("s3cret\r\n", []byte{0xff, 0xfe}), "UTF-16 big": utf16File("s3cret", []byte{0xfe, 0xff}),
		"UTF-16 unmarked": utf16File("s3cret", nil),
		"Latin-1":         []byte("s\xe9cret"), "empty": {}, "blank": []byte("\ufeff \r\n"), "binary": {1, 0, 2},
		"huge": bytes.Repeat([]byte("x"), longestTextFile+1),
	} {
		file := write(content)
		for _, flag := range []string{"--webhook-secret-file", "--api-key-file", "--smtp-url-file", "--tls-authority-file"} {
			if _, err := command(t, "", "serve", "--db", filepath.Join(dir, "none", "tagline.db"), flag, file); err == nil ||
				!strings.Contains(err.Error(), flag+": "+file) {
				t.Errorf("%s in %s: %v", name, flag, err)
			}
		}
	}
	for _, flag := range []string{"--webhook-secret-file", "--api-key-file", "--smtp-url-file", "--tls-authority-file"} {
		if _, err := command(t, "", "serve", "--db", filepath.Join(dir, "none", "tagline.db"), flag, dir); err == nil ||
			!strings.Contains(err.Error(), "is a folder") {
			t.Errorf("a folder in %s: %v", flag, err)
		}
	}
	if _, err := lineFromFile("webhook-secret", "", write([]byte("one\r\ntwo\r\n"))); err == nil ||
		!strings.Contains(err.Error(), "more than one line") {
		t.Errorf("two lines: %v", err)
	}
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	authority := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
	for _, content := range []string{authority, "\ufeff" + authority,
		"\ufeff" + strings.ReplaceAll(authority, "\n", "\r\n")} {
		c := encryption{TLSAuthorityFile: write([]byte(content))}
		if err := c.trust(); err != nil {
			t.Errorf("certificates that begin with %q: %v", content[:8], err)
		}
	}
	keys := sending{APIKeyFile: write([]byte("\ufeffKEY\r\n6=OWN\r\n"))}
	if err := keys.check(); err != nil || !keys.sending.Client.Has(6) {
		t.Errorf("keys on lines: %v", err)
	}
	if c := (secret{WebhookSecretFile: write([]byte("\ufeffs3cret\r\n"))}); c.check() != nil ||
		c.WebhookSecret != "s3cret" {
		t.Errorf("the webhook secret is %q", c.WebhookSecret)
	}
}
