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
		"详情见https://ex.am/a。谢谢":                    "详情见<https://ex.am/a>。谢谢",
		"（https://ex.am/b）です":                      "（<https://ex.am/b>）です",
		"Look https://ex.am/a…":                    "Look <https://ex.am/a>…",
		"「https://ex.am/a」と『https://ex.am/b』":      "「<https://ex.am/a>」と『<https://ex.am/b>』",
		"看https://ex.am/a，https://ex.am/b、好！":      "看<https://ex.am/a>，<https://ex.am/b>、好！",
		"【https://ex.am/a】〔https://ex.am/b〕":       "【<https://ex.am/a>】〔<https://ex.am/b>〕",
		"انظر https://ex.am/a، شكرا":               "انظر <https://ex.am/a>، شكرا",
		"أين https://ex.am/a؟":                     "أين <https://ex.am/a>؟",
		"یہ https://ex.am/a۔ شکریہ":                "یہ <https://ex.am/a>۔ شکریہ",
		"देखें https://ex.am/a।":                   "देखें <https://ex.am/a>।",
		"տես https://ex.am/a։":                     "տես <https://ex.am/a>։",
		"ይመልከቱ https://ex.am/a።":                   "ይመልከቱ <https://ex.am/a>።",
		"ดูhttps://ex.am/a ครับ":                   "ดู<https://ex.am/a> ครับ",
		"보세요https://ex.am/a】":                      "보세요<https://ex.am/a>】",
		"(https://ex.am/b)です":                      "(<https://ex.am/b>)です",
		"[x](https://ex.am/a), [y]":                "[x](<https://ex.am/a>), [y]",
		"“https://ex.am/a” ‘https://ex.am/b’ «https://ex.am/c» ‹https://ex.am/d›": "“<https://ex.am/a>” ‘<https://ex.am/b>’ «<https://ex.am/c>» ‹<https://ex.am/d>›",
		"https://ex.am/a—see https://ex.am/b –":                                   "<https://ex.am/a>—see <https://ex.am/b> –",
		"https://en.wikipedia.org/wiki/Go_(game)。":                                "<https://en.wikipedia.org/wiki/Go_(game)>。",
		"(https://en.wikipedia.org/wiki/Go_(game))":                               "(<https://en.wikipedia.org/wiki/Go_(game)>)",
		"https://ex.am/Michelson–Morley ok":                                       "<https://ex.am/Michelson–Morley> ok",
		"https://ja.wikipedia.org/wiki/マイケル・ジャクソン。":                               "<https://ja.wikipedia.org/wiki/マイケル・ジャクソン>。",
		"https://ex.am/a,谢谢 https://ex.am/b!谢谢":                                   "<https://ex.am/a>,谢谢 <https://ex.am/b>!谢谢",
		"https://[::1]:8080/x] https://ex.am/a(":                                  "<https://[::1]:8080/x>] <https://ex.am/a>(",
		"https://ex.am/a\u3000次 https://ex.am/b\u200b":                            "<https://ex.am/a>\u3000次 <https://ex.am/b>\u200b",
		"https://ex.am/a〜です https://ex.am/b–です":                                   "<https://ex.am/a>〜です <https://ex.am/b>–です",
		"https://ex.am/a👍 https://ex.am/b✅ https://ex.am/c→x":                     "<https://ex.am/a>👍 <https://ex.am/b>✅ <https://ex.am/c>→x",
		"https://ex.am/a❤\ufe0f https://ex.am/b🇩🇪 https://ex.am/c👍🏽":              "<https://ex.am/a>❤\ufe0f <https://ex.am/b>🇩🇪 <https://ex.am/c>👍🏽",
		"https://ex.am/a,https://ex.am/b;HTTP://ex.am/c":                          "<https://ex.am/a>,<https://ex.am/b>;<HTTP://ex.am/c>",
		"https://ex.am/?u=https://ex.am/b":                                        "<https://ex.am/?u=https://ex.am/b>",
		"https://例え．jp/ https://例え。jp/ https://ｅｘ．ａｍ":                             "https://例え．jp/ https://例え。jp/ https://ｅｘ．ａｍ",
		"https://例え.jp/a． https://ex.am． https://ex.am。ok":                        "<https://例え.jp/a>． <https://ex.am>． <https://ex.am>。ok",
		"_https://ex.am/a_ ~https://ex.am/a~ *https://ex.am/a*":                   "_<https://ex.am/a>_ ~<https://ex.am/a>~ *<https://ex.am/a>*",
		"https://ex.am/~anna/a_b_ a_https://ex.am x__https://ex.am":               "<https://ex.am/~anna/a_b_> a_https://ex.am x__https://ex.am",
		"https://ex.am/a?q=1,2;3&b=[x] fine":                                      "<https://ex.am/a?q=1,2;3&b=[x]> fine",
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
