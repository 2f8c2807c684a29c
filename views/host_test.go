package views

import (
	"strings"
	"testing"
)

func TestAHostOfMixedScriptsIsShownAsMachinesWriteIt(t *testing.T) {
	for link, want := range map[string]string{
		"https://paypal.com/login":                           "",
		"https://p\u0430ypal.com/login":                      "xn--pypal-4ve.com", // a Cyrillic а
		"https://\u0430\u0440\u0440\u04cf\u0435.com":         "xn--80ak6aa92e.com",
		"https://пример.рф/путь":                             "",
		"https://münchen.de":                                 "",
		"https://bücher.пример:8080/x":                       "xn--bcher-kva.xn--e1afmkfd",
		"https://例え.テスト":                                     "",
		"https://例え.jp":                                      "xn--r8jz45g.jp",
		"https://user:pw@g\u043e\u043egle.com/":              "xn--ggle-55da.com",
		"https://xn--zz-.p\u0430ypal.com":                    "xn--zz-.xn--pypal-4ve.com",
		"https://xn--\u0430-b.p\u0430ypal.com":               "xn--xn---b-6nf.xn--pypal-4ve.com",
		"https://1.2.3.4":                                    "",
		"https://" + strings.Repeat("\u0430b", 500) + ".com": "",
		"https://[::1]/":                                     "",
	} {
		if got := plainHost(link); got != want {
			t.Errorf("%s: %q, want %q", link, got, want)
		}
	}
	if page := rendered(t, messageText("see https://p\u0430ypal.com now")); !strings.Contains(page, "xn--pypal-4ve.com") {
		t.Errorf("a message shows %s", page)
	}
	if page := rendered(t, messageText("see https://paypal.com now")); strings.Contains(page, "link-host") {
		t.Errorf("a message shows %s", page)
	}
}
