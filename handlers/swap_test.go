package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tagline/store"
)

// Bodies as in TextLink's documentation, of different messages so that none is a repeat.
func documented(kind string, n int) string {
	switch kind {
	case "received":
		return fmt.Sprintf(`{"phone_number":"+15550100","text":"Received %d","name":"Mira","tag":"Cold","sim_card_id":123}`, n)
	case "sent":
		return fmt.Sprintf(`{"phone_number":"+15550100","text":"Sent %d","portal":true,"timestamp":%d,"sim_card_id":123}`, n, 1748463114559+n)
	case "failed":
		return fmt.Sprintf(`{"phone_number":"+15550100","text":"Failed %d","portal":true,"timestamp":%d,"textlink_id":%d,"sim_card_id":123}`, n, 1748463114559+n, n)
	default:
		return fmt.Sprintf(`{"phone_number":"+15550100","name":"Mira","tag":"Warm %d"}`, n)
	}
}

func TestSwappedURLsAreSeenAndNothingIsMisread(t *testing.T) {
	for _, pair := range [][2]string{{"received", "failed"}, {"received", "sent"}, {"received", "tag"}, {"sent", "tag"}, {"failed", "tag"}} {
		t.Run(strings.Join(pair[:], " and "), func(t *testing.T) {
			s := newSite(t, "")
			anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent)
			for i, kind := range pair {
				_, answer := s.post(s.token+"/"+pair[1-i], json, documented(kind, 1+i))
				if !strings.Contains(answer, `"outcome":"unparsed"`) || !strings.Contains(answer, "swapped") {
					t.Errorf("the body of %s at %s was answered %s", kind, pair[1-i], answer)
				}
			}
			if m, d, c := s.exported("message"), s.exported("delivery"), s.exported("tag_change"); m != 0 || d != 2 || c != 0 {
				t.Errorf("%d messages, %d deliveries, %d tag changes; want 0, 2, 0", m, d, c)
			}
			const words = "their two URLs are probably swapped"
			for _, page := range []string{"/settings/connect", "/settings/webhooks", "/inbox"} {
				_, html := s.fetch(anna, "GET", page)
				if strings.Count(html, words) != 1 {
					t.Errorf("%s says %d times that URLs are swapped", page, strings.Count(html, words))
				}
			}
			if _, html := s.fetch(piet, "GET", "/inbox"); strings.Contains(html, words) {
				t.Error("an agent is told, who can do nothing about it")
			}
			swaps, err := s.store.Swaps(t.Context())
			if err != nil || len(swaps) != 1 || !slices.Contains(pair[:], string(swaps[0].Kind)) || !slices.Contains(pair[:], string(swaps[0].With)) {
				t.Errorf("swapped are %v, %v", swaps, err)
			}
			s.post(s.token+"/"+pair[0], json, `{"phone_number":"+11234567890","text":"Working!"}`) // tells nothing
			s.post(s.token+"/"+pair[0], json, documented(pair[0], 3))
			s.post(s.token+"/"+pair[1], json, documented(pair[1], 4))
			if _, html := s.fetch(anna, "GET", "/settings/connect"); strings.Contains(html, words) {
				t.Error("right bodies have come, and the page still says that URLs are swapped")
			}
			as := "sent"
			if slices.Contains(pair[:], "failed") {
				as = "failed"
			}
			if status, _ := s.submit(anna, "/settings/webhooks/process", url.Values{"kind": {as}}); status != http.StatusSeeOther {
				t.Errorf("processing was answered %d", status)
			}
			for i, kind := range pair {
				list, _, err := s.store.Deliveries(t.Context(), store.DeliveryFilter{Kind: store.Kind(kind), Outcome: store.Stored}, 0, 10)
				if err != nil || len(list) != 2 {
					t.Errorf("%d bodies of %s are stored, want 2: %v", len(list), kind, err)
				}
				if text := fmt.Sprintf(`%s%s %d`, strings.ToUpper(kind[:1]), kind[1:], 1+i); kind != "tag" && !strings.Contains(s.export(), `"text":"`+text+`"`) {
					t.Errorf("the message %q was not found", text)
				}
			}
			if found, err := store.Check(t.Context(), s.db); err != nil || len(found.Problems) > 0 {
				t.Errorf("check: %v, %v", found.Problems, err)
			}
		})
	}
}

func TestOnlyAPersonKnowsWhetherItWasASendOrAFailure(t *testing.T) {
	s := newSite(t, "")
	anna := s.person("anna", store.Admin)
	s.post(s.token+"/received", json, documented("failed", 1))
	s.submit(anna, "/settings/webhooks/process", nil)
	if n := s.exported("message"); n != 0 {
		t.Fatalf("%d messages were made of it by guessing", n)
	}
	_, page := s.fetch(anna, "GET", "/settings/webhooks/deliveries/1")
	for _, part := range []string{`value="sent"`, `value="failed"`} {
		if !strings.Contains(page, part) {
			t.Errorf("%s is missing in\n%s", part, page)
		}
	}
	s.submit(anna, "/settings/webhooks/deliveries/1/process", url.Values{"kind": {"received"}})
	if n := s.exported("message"); n != 0 {
		t.Error("it was taken for what it is not")
	}
	s.submit(anna, "/settings/webhooks/deliveries/1/process", url.Values{"kind": {"failed"}})
	if export := s.export(); !strings.Contains(export, `"state":"failed"`) {
		t.Errorf("no failed message in\n%s", export)
	}
}
