package views

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tagline/store"
)

func TestANameThatCannotBeSeenIsNone(t *testing.T) {
	for _, name := range []string{"", " ", "\u200b\u200d", "\u202e", "\u3164", "\u0301\u0301"} {
		if got := displayName(store.Contact{Name: name, PhoneNumber: "55501"}); got != "55501" {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
	for _, name := range []string{"a", "王", "😀", "؟", "-"} {
		if got := displayName(store.Contact{Name: name, PhoneNumber: "55501"}); got != name {
			t.Errorf("%q is shown as %q", name, got)
		}
	}
}

func TestOnlyLongTextsAreFoldedAndNoCharacterIsCut(t *testing.T) {
	for name, text := range map[string]string{
		"the longest SMS": strings.Repeat("a", 1530), "few lines": strings.Repeat("\n", 39), "marks": "o" + strings.Repeat("\u0301", 1000),
	} {
		if head, folded := fold(text); folded || head != text {
			t.Errorf("%s is folded", name)
		}
	}
	family := "👨\u200d👩\u200d👧"
	for name, text := range map[string]string{
		"emoji": strings.Repeat("😀", 16_000), "families": strings.Repeat(family, 4000), "lines": strings.Repeat("\n", 60_000),
		"marks": strings.Repeat("o\u0301\u0302", 2000), "only marks": strings.Repeat("\u0301", 30_000), "zero": strings.Repeat("a\u200d", 20_000),
	} {
		head, folded := fold(text)
		if !folded || head == "" && name != "lines" || utf8.RuneCountInString(head) > 2*foldLength || !strings.HasPrefix(text, head) || !utf8.ValidString(head) {
			t.Errorf("%s are folded to %d characters", name, utf8.RuneCountInString(head))
		}
		if name == "families" && !strings.HasSuffix(head, family) || name == "marks" && !strings.HasSuffix(head, "\u0302") {
			t.Errorf("%s are cut apart: %q", name, head[len(head)-12:])
		}
	}
	html := rendered(t, foldedText("<a", "<all", "/messages/1/text"))
	has(t, html, "<summary>", "&lt;a…", "Show all (4 bytes)", `hx-get="/messages/1/text"`)
	has(t, rendered(t, TextPart(LongText{Text: "<all"})), "&lt;all")
}
