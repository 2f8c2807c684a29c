package store_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tagline/store"
	"tagline/textutil"
)

// exportsKept is how many inputs share a store: opening one is slow, and so is exporting a full one.
const exportsKept = 64

// Whatever strings are stored, the export is one valid JSON object a line and says them exactly. Strings are valid
// UTF-8, as everything is that was decoded; bodies are any bytes.
func FuzzExportRoundTrips(f *testing.F) {
	f.Add("+381690156360", "It is.", "Mira Novak", "Cold", "1234", []byte(`{"text":"It is."}`))
	var s *store.Store
	var last store.Change
	inputs, c := 0, newClock()
	dir := f.TempDir()
	f.Cleanup(func() {
		if s != nil { // the process that only coordinates has none
			s.Close()
		}
	})
	f.Fuzz(func(t *testing.T, number, text, name, tag, customID string, body []byte) {
		if inputs%exportsKept == 0 {
			if s != nil {
				s.Close()
			}
			var err error
			if s, err = store.Open(t.Context(), filepath.Join(dir, fmt.Sprint(inputs, ".db")), store.Options{Now: c.now, Published: func(c store.Change) { last = c }}); err != nil {
				t.Fatal(err)
			}
		}
		inputs++
		said := saidStrings{fmt.Sprint(inputs, " ", clean(number)), clean(text), clean(name), clean(tag), clean(customID), body}
		said.tell(t, s, c)
		said.find(t, s, last)
	})
}

func clean(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// saidStrings is all that a webhook can say in strings.
type saidStrings struct {
	number, text, name, tag, customID string
	body                              []byte
}

func (w saidStrings) tell(t *testing.T, s *store.Store, c *clock) {
	key := sha256.Sum256([]byte(w.text))
	outcome, err := s.RecordReceived(t.Context(),
		store.Delivery{Kind: store.KindReceived, ArrivedAt: c.ms.Load(), PhoneNumber: w.number, Body: w.body},
		store.Report{PhoneNumber: w.number, Text: w.text, TextKey: key[:16], CustomID: w.customID, Name: w.name, Tag: w.tag})
	if err != nil || outcome != store.Stored {
		t.Fatalf("%s, %v", outcome, err)
	}
}

// find looks for what was told in the export.
func (w saidStrings) find(t *testing.T, s *store.Store, told store.Change) {
	var out bytes.Buffer
	if err := s.Export(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	found := 0
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, 64<<20)
	for lines.Scan() {
		var o object
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatalf("%v in %q", err, lines.Bytes())
		}
		switch {
		case o["type"] == "message" && o["id"] == float64(told.DeliveryID):
			w.equal(t, o, map[string]string{"text": w.text, "custom_id": w.customID, "phone_number": w.number})
		case o["type"] == "delivery" && o["id"] == float64(told.DeliveryID):
			w.sameBody(t, o)
		case o["type"] == "conversation" && o["id"] == float64(told.ConversationID):
			w.equal(t, o, map[string]string{"last_text": preview(w.text), "phone_number": w.number})
		case o["type"] == "contact" && o["phone_number"] == w.number:
			w.equal(t, o, map[string]string{"name": textutil.Label(w.name), "tag": textutil.Label(w.tag)})
		case o["type"] == "tag_change" && o["phone_number"] == w.number:
			w.equal(t, o, map[string]string{"from": "", "to": textutil.Label(w.tag)})
		default:
			continue
		}
		found++
	}
	want := 5
	if textutil.Label(w.tag) == "" {
		want = 4
	}
	if found != want {
		t.Errorf("%d lines tell of it, want %d:\n%s", found, want, out.String())
	}
}

// equal compares fields, null being "".
func (w saidStrings) equal(t *testing.T, o object, want map[string]string) {
	t.Helper()
	for key, s := range want {
		if got, _ := o[key].(string); got != s {
			t.Errorf("%s of the %s is %q, want %q", key, o["type"], got, s)
		}
	}
}

// sameBody also wants valid UTF-8 to be readable.
func (w saidStrings) sameBody(t *testing.T, o object) {
	t.Helper()
	got, _ := o["body"].(string)
	if encoded, coded := o["body_base64"].(string); coded {
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil || utf8.Valid(w.body) {
			t.Errorf("%q is coded as %q, %v", w.body, encoded, err)
		}
		got = string(decoded)
	}
	if got != string(w.body) {
		t.Errorf("the body is %q, want %q", got, w.body)
	}
}

// preview is the beginning of a text that a list shows. It ends at a NUL, as SQLite's substr does.
func preview(text string) string {
	text, _, _ = strings.Cut(text, "\x00")
	runes := []rune(text)
	return string(runes[:min(len(runes), 160)])
}
