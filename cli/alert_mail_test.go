package cli

import (
	"bytes"
	"net/mail"
	"testing"
	"time"

	"tagline/jobs"
)

func TestAMailIsOneThatProgramsRead(t *testing.T) {
	n := jobs.AlertNote{Origin: "https://inbox.example.com",
		Began: []jobs.Alert{{Key: "quiet-received", Words: "Nothing came through “received”.",
			Since: time.Unix(1_790_000_000, 0)}}}
	message, err := mailOf("tagline@inbox.example.com", []string{"a@example.com", "b@example.com"},
		n, time.Unix(1_790_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	var written bytes.Buffer
	if _, err := message.WriteTo(&written); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(&written)
	if err != nil {
		t.Fatal(err)
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 2 {
		t.Errorf("it goes to %v, %v", to, err)
	}
	if _, err := m.Header.Date(); err != nil || m.Header.Get("Subject") != "Tagline: trouble: quiet-received" ||
		m.Header.Get("Auto-Submitted") != "auto-generated" {
		t.Errorf("its headers are %v, %v", m.Header, err)
	}
}
