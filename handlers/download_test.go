package handlers_test

import (
	"bytes"
	"encoding/csv"
	stdjson "encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tagline/store"
)

// file downloads one and returns its headers and content.
func (s *site) file(client *http.Client, path string) (http.Header, string) {
	s.t.Helper()
	resp, err := client.PostForm(s.URL+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d, %v, %.300s", path, resp.StatusCode, err, &body)
	}
	return resp.Header, body.String()
}

// sheet is a CSV file, a row each, by the names in its first line.
func (s *site) sheet(client *http.Client, path string) (rows []map[string]string) {
	s.t.Helper()
	_, content := s.file(client, path)
	content, marked := strings.CutPrefix(content, "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	if err != nil || content != "" && !marked {
		s.t.Fatalf("%s: %v, marked as UTF-8: %v", path, err, marked)
	}
	for i := 1; i < len(lines); i++ {
		row := map[string]string{}
		for j, cell := range lines[i] {
			row[lines[0][j]] = cell
		}
		rows = append(rows, row)
	}
	return rows
}

func (s *site) say(kind string, fields string) {
	s.t.Helper()
	if status, answer := s.post(s.token+"/"+kind, json, "{"+fields+"}"); status != 200 {
		s.t.Fatal(status, answer)
	}
}

func TestADownloadHoldsWhatTheListShows(t *testing.T) {
	s := newSite(t, "")
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	s.say("received", `"phone_number":"+15550001","name":"=cmd|' /C calc'!A0","text":"+1+1, \"quoted\"\nand more","tag":"@Hot","subuser_id":6,"sim_card_id":5,"timestamp":1748463114559`)
	s.say("sent", `"phone_number":"+15550001","text":"ok","subuser_id":6,"sim_card_id":5,"timestamp":1748463115559`)
	s.say("failed", `"phone_number":"+15550001","text":"not ok","subuser_id":6,"timestamp":1748463116559`)
	s.say("received", `"phone_number":"+15550002","text":"elsewhere","subuser_id":7,"tag":"Cold","timestamp":1748463117559`)
	s.say("tag", `"phone_number":"+15550001","tag":"Warm","subuser_id":6`)

	messages := s.sheet(anna, "/download/messages.csv")
	if len(messages) != 4 {
		t.Fatalf("%d messages: %v", len(messages), messages)
	}
	first := messages[0]
	for name, want := range map[string]string{
		"phone_number": "+15550001", "name": "'=cmd|' /C calc'!A0", "text": "'+1+1, \"quoted\"\nand more", "direction": "in", "state": "received",
		"subuser_id": "6", "sim_card_id": "5", "at": "2025-05-28T20:11:54+00:00",
	} {
		if first[name] != want {
			t.Errorf("%s is %q, want %q", name, first[name], want)
		}
	}
	if failures := s.sheet(anna, "/download/failures.csv"); len(failures) != 1 || failures[0]["text"] != "not ok" {
		t.Errorf("the failures are %v", failures)
	}
	if list := s.sheet(anna, "/download/conversations.csv?tag=Warm"); len(list) != 1 || list[0]["outbound"] != "2" || list[0]["tag"] != "Warm" {
		t.Errorf("the conversations are %v", list)
	}
	changes := s.sheet(anna, "/download/tag-changes.csv?tag=Warm")
	if len(changes) != 1 || changes[0]["from"] != "'@Hot" || changes[0]["to"] != "Warm" || changes[0]["source"] != "webhook" {
		t.Errorf("the changes are %v", changes)
	}
	if later := s.sheet(anna, "/download/messages.csv?from=2026-01-01"); len(later) != 0 {
		t.Errorf("later there are %v", later)
	}

	// Nobody takes along what they may not see, whatever the address says.
	for _, query := range []string{"", "?subuser=7", "?tag=Cold"} {
		for _, file := range []string{"messages", "conversations", "tag-changes", "failures"} {
			_, content := s.file(piet, "/download/"+file+".jsonl"+query)
			if strings.Contains(content, "elsewhere") || strings.Contains(content, "Cold") || query != "" && content != "" {
				t.Errorf("%s%s tells %s", file, query, content)
			}
		}
	}
	header, content := s.file(piet, "/download/messages.jsonl")
	var object map[string]any
	lines := strings.Split(strings.TrimSpace(content), "\n")
	if err := stdjson.Unmarshal([]byte(lines[0]), &object); err != nil || len(lines) != 3 || object["text"] != "+1+1, \"quoted\"\nand more" || object["at"] != 1748463114559.0 {
		t.Errorf("%v: %d lines, the first is %v", err, len(lines), object)
	}
	if name := header.Get("Content-Disposition"); !strings.HasPrefix(name, `attachment; filename="messages-2`) || header.Get("Cache-Control") != "no-store" {
		t.Errorf("its headers are %v", header)
	}
	log, _, err := s.store.AuditLog(t.Context(), store.AuditFilter{Action: store.Downloaded}, 0, 99)
	if err != nil || len(log) < 10 || log[0].Subject != "messages.jsonl" {
		t.Errorf("the audit log has %v, %v", log, err)
	}
	if status, page := s.fetch(anna, http.MethodGet, "/download?subuser=6"); status != 200 || !strings.Contains(page, "3 messages") || !strings.Contains(page, `action="/download/messages.csv?subuser=6"`) {
		t.Errorf("the page: %d %s", status, page)
	}
}

// The first rows are on their way before the last are read, so that no download is held in memory.
func TestALargeDownloadIsSentInParts(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	const many = 1234
	for n := range many {
		s.text(6, n%50, fmt.Sprintf("number %d", n))
	}
	resp, err := anna.PostForm(s.URL+"/download/messages.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.ContentLength != -1 {
		t.Errorf("%d bytes were ready at once", resp.ContentLength)
	}
	rows, err := csv.NewReader(resp.Body).ReadAll()
	if err != nil || len(rows) != 1+many {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	for i := 1; i < len(rows); i++ {
		if want := fmt.Sprintf("number %d", i-1); rows[i][7] != want {
			t.Fatalf("row %d is %v", i, rows[i])
		}
	}
}
