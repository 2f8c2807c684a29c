package views

import (
	"strings"
	"testing"
)

// shown puts pieces together again, marks in brackets.
func shown(pieces []piece) string {
	var b strings.Builder
	for _, p := range pieces {
		if p.Mark {
			b.WriteString("[" + p.Text + "]")
		} else {
			b.WriteString(p.Text)
		}
	}
	return b.String()
}

func TestBytesThatCannotBeSeenAreWrittenOut(t *testing.T) {
	for body, want := range map[string]string{
		"":                             "",
		"plain ünïcode 🙂 日本\n\tindent": "plain ünïcode 🙂 日本\n\tindent",
		"\x00\x1b[31m\r\x7f":           `[\x00][\x1b][31m[\r][\x7f]`,
		"a\xffb\xc3":                   `a[\xff]b[\xc3]`,
		"\u202eevil\u2066":             `[\u202e]evil[\u2066]`,
		"zero\u200bwidth\ufeff":        `zero[\u200b]width[\ufeff]`,
		"\u0085\u2028":                 `[\u0085][\u2028]`,
		"\U000e0041":                   `[\U000e0041]`,
		"a real \ufffd":                "a real \ufffd",
	} {
		want = strings.ReplaceAll(want, `[\r]`, `[\x0d]`)
		if got := shown(visible([]byte(body))); got != want {
			t.Errorf("%q is shown as %s, want %s", body, got, want)
		}
	}
}

func TestOnlyShallowJSONIsLaidOut(t *testing.T) {
	if got, ok := indented([]byte(`{"a":[1]}`)); !ok || string(got) != "{\n  \"a\": [\n    1\n  ]\n}" {
		t.Errorf("%s, %v", got, ok)
	}
	for _, body := range []string{"hello", `{"a":`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000)} {
		if got, ok := indented([]byte(body)); ok {
			t.Errorf("%d bytes became %d", len(body), len(got))
		}
	}
}

func TestALogAddressIsReadBackAsItWasWritten(t *testing.T) {
	f := LogFilter{Kind: "failed", Outcome: "unparsed", Subuser: "6", Number: "+381 6", From: "2026-11-01", To: "2026-11-02"}
	const want = "/settings/webhooks?kind=failed&outcome=unparsed&subuser=6&number=%2B381+6&from=2026-11-01&to=2026-11-02"
	if got := DeliveriesURL(f); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got := DeliveriesURL(LogFilter{}); got != "/settings/webhooks" {
		t.Error(got)
	}
}

func TestALongTextIsPreviewed(t *testing.T) {
	for text, want := range map[string]int{"short": 5, strings.Repeat("ж", 160): 160, strings.Repeat("ж", 161): 161, strings.Repeat("日", 9000): 161} {
		if got := preview(text); len([]rune(got)) != want || strings.Contains(got, "\ufffd") {
			t.Errorf("%d characters became %d", len([]rune(text)), len([]rune(got)))
		}
	}
}
