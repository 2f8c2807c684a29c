package store_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"tagline/store"
	"tagline/store/text"
)

// nasty is what may be typed by mistake or on purpose.
var nasty = []string{
	"", " ", `"`, `""`, `"""`, `"a`, `a"`, `a"b"c`, `"a" "b`, "AND", "OR", "NOT", "NEAR", "a AND b", "a OR", "NOT a", "NEAR(a b)", "NEAR(a b, 5)", "a NEAR b",
	"*", "a*", "*a", "^a", "^", ":", "text:a", "text : a", "scope:s0", "{text scope}:a", "-a", "-", "+", "a+b", "(", ")", "(a", "a)", "()", "((((((a))))))", "'", "''", "a'b", "\\", "a\\",
	"\x00", "a\x00b", "\xff\xfe", "\xed\xa0\x80", "a\xed\xb0\x80b", "%", "_", "%a%", ";", "a;DROP TABLE messages", "--", "/*", "?", "?1", "@a", "$a", "#a", "[a]", "<b>a</b>", "&amp;",
	"😀", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇷🇸", "مرحبا", "שלום", "\u202ea", "\u200b", "\ufeff", "a\u0301", strings.Repeat("e\u0301", 100), "e" + strings.Repeat("\u0301", 1000), strings.Repeat("\u0301", 10),
	strings.Repeat("a", 10_000), strings.Repeat("a ", 5000), strings.Repeat(`"`, 10_000), strings.Repeat("(", 10_000), strings.Repeat("1", 10_000), strings.Repeat("会", 5000), "\ufdfa", "½", "①", "٣", "0", "00", "+", "+0", "000000", "1", "12",
	"\n", "a\nb", "\t", "\r\n", "\x7f", "“a”", "„a“", "«a»", "s0", "w1",
}

// whatever searches for anything at all and fails if that gives an error or shows what is not there.
func whatever(t *testing.T, s *store.Store, typed string) {
	t.Helper()
	terms := text.ParseTerms(typed)
	found, err := s.Search(t.Context(), store.Everything, 0, terms, store.Filter{}, 0)
	if err != nil {
		t.Fatalf("%q: %v", typed, err)
	}
	if terms.Empty() && (len(found.Threads) > 0 || len(found.Contacts) > 0) {
		t.Errorf("%q is nothing and finds %+v", typed, found)
	}
	for _, thread := range found.Threads {
		for _, m := range thread.Messages {
			whole(t, typed, m.Text, terms.Marks(m.Text))
		}
	}
	whole(t, typed, typed, terms.Marks(typed))
	whole(t, typed, typed, terms.MarksNumber(typed))
	once := text.SearchText(typed)
	if utf8.RuneCountInString(once) > 200 || !utf8.ValidString(once) || text.SearchText(once) != once {
		t.Errorf("%q is searched for as %q", typed, once)
	}
}

// whole fails unless the marks are the text again.
func whole(t *testing.T, typed, text string, marks []text.Mark) {
	t.Helper()
	var b strings.Builder
	for _, m := range marks {
		b.WriteString(m.Text)
		if utf8.ValidString(text) && !utf8.ValidString(m.Text) {
			t.Errorf("%q cuts a character of %q", typed, text)
		}
	}
	if b.String() != text {
		t.Errorf("%q: %q became %q", typed, text, b.String())
	}
}

// searchable is a store with all sorts of texts in it.
func searchable(t testing.TB) *store.Store {
	t.Helper()
	c := newClock()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	for _, text := range append([]string{"a b c", "text scope near and or not", "1234567890"}, nasty...) {
		text = strings.ToValidUTF8(text, "\uFFFD")
		tell(t, s, c, fact{kind: store.KindReceived, number: "+15550100", text: text, name: text})
		tell(t, s, c, fact{kind: store.KindReceived, number: text, text: "hello"})
	}
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhateverIsTypedIsAnswered(t *testing.T) {
	s := searchable(t)
	inStep(t, s)
	for _, typed := range nasty {
		whatever(t, s, typed)
	}
	for _, typed := range []string{"", " ", `"`, "*", "-", "\x00", "\xff", "(", "\u202e", "…"} {
		if !text.ParseTerms(typed).Empty() {
			t.Errorf("%q is searched for", typed)
		}
	}
	// Operators are words.
	for _, typed := range []string{"near and or", "NOT", `"and or"`, "text AND scope"} {
		if texts, _ := find(t, s, store.Everything, typed, store.Filter{}); len(texts) == 0 || !strings.Contains(strings.Join(texts, "\n"), "near and or not") {
			t.Errorf("%q finds %q", typed, texts)
		}
	}
}

func FuzzSearch(f *testing.F) {
	for _, typed := range nasty {
		f.Add(typed)
	}
	s := searchable(f)
	f.Fuzz(func(t *testing.T, typed string) {
		whatever(t, s, typed)
		if clean := text.SearchText(typed); !text.ParseTerms(clean).Empty() && !strings.ContainsAny(clean, "\"“”„«»") && len(strings.Fields(clean)) < 20 {
			if !text.ParseTerms(clean).In(clean) && utf8.RuneCountInString(clean) < 20 {
				t.Errorf("%q does not find itself", clean)
			}
		}
	})
}
