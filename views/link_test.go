package views

import (
	"strings"
	"testing"
)

// written shows links in angle brackets.
func written(text string) string {
	var b strings.Builder
	for _, s := range spans(text) {
		if s.Link {
			b.WriteString("<" + s.Text + ">")
		} else {
			b.WriteString(s.Text)
		}
	}
	return b.String()
}

func TestAddressesInTextsBecomeLinks(t *testing.T) {
	tests := map[string]string{
		"":                                         "",
		"no link":                                  "no link",
		"https://ex.am":                            "<https://ex.am>",
		"See http://ex.am/a?b=c#d.":                "See <http://ex.am/a?b=c#d>.",
		"(https://ex.am/x)":                        "(<https://ex.am/x>)",
		"https://ex.am/a_(b)?x=1, ok":              "<https://ex.am/a_(b)?x=1>, ok",
		"HTTPS://EX.AM/A":                          "<HTTPS://EX.AM/A>",
		"https://a.io\nhttps://b.io":               "<https://a.io>\n<https://b.io>",
		"two https://a.io/!? and 'https://b.io'":   "two <https://a.io/>!? and '<https://b.io>'",
		"https://пример.рф/путь ok":                "<https://пример.рф/путь> ok",
		"https://ex.am/\u202egpj.exe":              "<https://ex.am/>\u202egpj.exe",
		"javascript://ex.am ftp://ex.am":           "javascript://ex.am ftp://ex.am",
		"xhttp://ex.am http:// https://. https://": "xhttp://ex.am http:// https://. https://",
		"http://https://ex.am":                     "<http://https://ex.am>",
		"https://%zz https://ok.io":                "https://%zz <https://ok.io>",
		"<https://ex.am>":                          "<<https://ex.am>>",
	}
	for text, want := range tests {
		if got := written(text); got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
	}
}

func FuzzSpansPutTogetherAreTheText(f *testing.F) {
	for _, text := range []string{"", "a https://b.c/d), e", "http://", "://", "https://[::1", "\xff https://\xff/"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var b strings.Builder
		for _, s := range spans(text) {
			b.WriteString(s.Text)
			if s.Link && !strings.HasPrefix(strings.ToLower(s.Text), "http") {
				t.Errorf("link %q in %q", s.Text, text)
			}
		}
		if b.String() != text {
			t.Errorf("%q became %q", text, b.String())
		}
	})
}
