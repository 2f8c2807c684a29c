package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tagline/store"
)

func TestAdminsNameSubusersAndSIMCards(t *testing.T) {
	s := town(t)
	anna := s.person("anna", store.Admin)
	hostile := "</bdi>\u202e<script>alert(1)</script>"
	status, _ := s.submit(anna, "/settings/names", url.Values{"subuser-6": {" North\toffice "}, "subuser-main": {hostile}, "sim-2": {"Desk"}, "subuser-99": {"Never seen"}})
	if status != http.StatusSeeOther {
		t.Fatalf("naming was answered %d", status)
	}
	_, page := s.fetch(anna, "GET", "/inbox")
	for _, part := range []string{"<bdi>North office</bdi>", "<bdi>Desk</bdi>", "<bdi>&lt;/bdi&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi>"} {
		if !strings.Contains(page, part) {
			t.Errorf("%q is not on the page", part)
		}
	}
	if strings.Contains(page, "Subuser 6") || strings.Contains(page, "\u202e") {
		t.Error("a name is missing somewhere, or turns the text around")
	}
	if _, page := s.fetch(anna, "GET", "/settings/names"); !strings.Contains(page, `name="subuser-6" value="North office"`) || strings.Contains(page, "Never seen") {
		t.Errorf("the page has\n%s", page)
	}
	s.submit(anna, "/settings/names", url.Values{"subuser-6": {""}})
	if _, page := s.fetch(anna, "GET", "/inbox"); !strings.Contains(page, "Subuser 6") || !strings.Contains(page, "Desk") {
		t.Error("taking one name away did not leave the others")
	}
}

func TestNamesThatCannotBeTakenComeBack(t *testing.T) {
	s := town(t)
	anna := s.person("anna", store.Admin)
	for typed, words := range map[string]string{strings.Repeat("ö", 41): "The name of Subuser 6 is too long"} {
		status, page := s.submit(anna, "/settings/names", url.Values{"subuser-6": {typed}, "sim-2": {"Desk"}})
		if status != http.StatusUnprocessableEntity || !strings.Contains(page, words) || !strings.Contains(page, `value="`+typed+`"`) || !strings.Contains(page, `value="Desk"`) {
			t.Errorf("%q was answered %d", typed, status)
		}
	}
	if names, err := s.store.Names(t.Context(), store.Everything); err != nil || len(names.Subusers)+len(names.SIMCards) != 0 {
		t.Errorf("named: %v, %v", names, err)
	}
	if status, _ := s.submit(anna, "/settings/names", url.Values{"subuser-6": {strings.Repeat("ö", 40)}}); status != http.StatusSeeOther {
		t.Errorf("40 characters were answered %d", status)
	}
}

func TestOpenPagesTakeNewNamesAtOnce(t *testing.T) {
	s := town(t)
	anna := s.person("anna", store.Admin)
	for _, path := range []string{"/inbox", "/conversations/2", "/settings/webhooks"} {
		frames := s.watch(anna, path)
		// As another process would: nobody tells the app.
		if err := s.store.SetNames(t.Context(), store.Names{Subusers: map[store.SubuserID]string{6: "Named beside " + path}}); err != nil {
			t.Fatal(err)
		}
		for frame := range frames {
			if strings.Contains(frame, `"stale":true`) {
				break
			}
		}
		if _, page := s.fetch(anna, "GET", path); !strings.Contains(page, "Named beside "+path) {
			t.Errorf("%s loaded anew has not got the name", path)
		}
	}
}
