package textutil

import (
	"strings"
	"testing"
	"unicode"
)

func TestANumberIsReadHoweverItIsTyped(t *testing.T) {
	for typed, want := range map[string]string{
		"+14155550134": "+14155550134", "\u202a+1 (415) 555-0134\u202c": "+14155550134",
		"415\u2011555\u20110134": "4155550134",
		"tel:+14155550134":       "+14155550134", "TEL: +1-415-555-0134;ext=5": "+14155550134",
		"tel:863-1234;phone-context=+1-914": "+19148631234",
		"tel:%2B14155550134":                "+14155550134", "sms:+14155550134?body=hi": "+14155550134",
		"smsto://+14155550134":           "+14155550134",
		"+1\u00a0415\u202f555\u20090134": "+14155550134", "\ufeff+14155550134\u2060\u200e": "+14155550134",
		"+1 415 555 0134,": "+14155550134",
		"+1 415 555 0134;": "+14155550134", "<+14155550134>": "+14155550134", "“+1 415 555 0134”": "+14155550134",
		"+1.415.555.0134": "+14155550134",
		"+1·415·555·0134": "+14155550134", "+1−415−555−0134": "+14155550134", "+1—415–555‐0134": "+14155550134",
		"+1/415/555/0134": "+14155550134",
		"＋８１　９０ー１２３４ー５６７８": "+819012345678", "（０３）１２３４－５６７８": "0312345678", "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧": "+966501234567",
		"+۹۸ ۹۱۲ ۳۴۵ ۶۷۸۹": "+989123456789",
		"+९१ ९८७६५ ४३२१०":  "+919876543210", "+𝟏𝟒𝟏𝟓𝟓𝟓𝟓𝟎𝟏𝟑𝟒": "+14155550134", "[+1] {415} 555 0134": "+14155550134",
		"(+44) 20 7946 0958":  "+442079460958",
		"+44 (0)20 7946 0958": "+442079460958", "0044 (0)20 7946 0958": "+442079460958", "00381690009999": "+381690009999",
		"00 381 69 000 9999": "+381690009999", "+00381690009999": "+381690009999",
		"Tel. +1 415 555 0134": "+14155550134", "Tel.: 415 555 0134": "4155550134", "Mobile +1 415 555 0134": "+14155550134",
		"📞 +1 415 555 0134": "+14155550134", "☎️+14155550134": "+14155550134",
		"*+1 415 555 0134*": "+14155550134", "`+14155550134`": "+14155550134", "_+14155550134_": "+14155550134",
		"~+14155550134~": "+14155550134", "+1~415~555~0134": "+14155550134", "+1～415〜555〜0134": "+14155550134",
		"+1_415_555_0134": "+14155550134", "+1➖415➖555➖0134": "+14155550134", "+1|415|555|0134": "+14155550134",
		"+1 415 555 0134 ext. 5": "+14155550134", "+14155550134;ext=5": "+14155550134", "+1 415 555 0134 x12": "+14155550134",
		"+1 415 555 0134, extension 12": "+14155550134",
		"whatsapp:+14155550134":         "+14155550134", "WhatsApp: +1 415 555 0134": "+14155550134",
		"https://wa.me/14155550134": "+14155550134", "wa.me/+14155550134?text=Hi%201": "+14155550134",
		"http://www.wa.me/14155550134/":                           "+14155550134",
		"https://api.whatsapp.com/send?phone=14155550134&text=Hi": "+14155550134",
		"whatsapp://send?phone=14155550134":                       "+14155550134",
		"0381690009999":                                           "0381690009999", "72645": "72645", "0012345": "0012345", "000123456789": "000123456789",
		"00" + strings.Repeat("1", 20): "00" + strings.Repeat("1", 20),
		"+4402079460958":               "+4402079460958", "+5215512345678": "+5215512345678", "0": "0", "+1\n415 555 0134": "+14155550134",
		"➕14155550134": "+14155550134",
	} {
		if got, ok := Number(typed); !ok || got != want {
			t.Errorf("%q is read as %q, %v, want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{
		"", " ", "+", "()", "-", "DHL", "ParcelBox 24", "Tel. 24", "Mobile 24", "10x5", "24 ext. 5", "tel +1 415 555 0134 a",
		"https://wa.me/", "https://wa.me/qr/1", "https://wa.men/14155550134", "https://wa.me.evil/14155550134",
		"+14155550134|+14155550135", "+14155550134 +14155550135", "+14155550134, 4155550135", "10:30",
		"12,50", "1+1", "a1", "1a",
		"tel:", "https://example.com/1", "50%", "#5", strings.Repeat("1", 60_000), "½1",
	} {
		if got, ok := Number(typed); ok {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}

func TestDigitsOfAllScriptsAreDigits(t *testing.T) {
	count := [10]int{}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		digit, ok := Digit(r)
		if ok != unicode.Is(unicode.Nd, r) {
			t.Fatalf("%U: %v", r, ok)
		}
		if ok {
			count[digit-'0']++
		}
	}
	for digit, n := range count {
		if n != count[0] || n < 60 {
			t.Errorf("%d scripts have a %d, and %d a 0", n, digit, count[0])
		}
	}
	for r, want := range map[rune]byte{'٣': '3', '۹': '9', '०': '0', '９': '9', '๕': '5', '𝟠': '8', '𞥖': '6'} {
		if digit, ok := Digit(r); !ok || digit != want {
			t.Errorf("%c is %c, %v", r, digit, ok)
		}
	}
}

func FuzzNumberIsStable(f *testing.F) {
	for _, typed := range []string{"+1 (415) 555-0134", "tel:863-1234;phone-context=+1-914", "00381690009999", "+44 (0)20",
		"＋８１", "Tel. +14155550134 ext. 5", "wa.me/14155550134", "whatsapp:0014155550134x1", "\u202a1", "(0)(0)1"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		number, ok := Number(typed)
		if !ok {
			return
		}
		if strings.Trim(strings.TrimPrefix(number, "+"), "0123456789") != "" || strings.TrimPrefix(number, "+") == "" {
			t.Fatalf("%q is read as %q", typed, number)
		}
		if again, ok := Number(number); !ok || again != number {
			t.Errorf("%q is read as %q, and that as %q", typed, number, again)
		}
	})
}

func TestTwoSpellingsOfASenderAreOneNumber(t *testing.T) {
	for _, of := range []struct {
		a, b string
		same bool
	}{
		{"Bank", "BANK", true}, {"Bank", "bank", true}, {"+15550100", "+15550100", true},
		{"Bank", "Bank1", false}, {"Bank", "Banc", false}, {"+15550100", "+15550101", false},
		{"Müller", "müLLER", true}, {"Müller", "MÜLLER", false}, {"K", "\u212a", false}, // as the database has it
	} {
		if got := SameNumber(of.a, of.b); got != of.same {
			t.Errorf("%q and %q: the same is %v", of.a, of.b, got)
		}
	}
}

// What is plain already is read without the rest, and must come out as it would with it.
func TestAPlainNumberIsReadAsAnyOther(t *testing.T) {
	for _, plain := range []string{"+381690001122", "00381690001122", "0038", "72645", "+1", "0", "00", "+00", "+0044",
		"000381690001122", "4155550134", "+" + strings.Repeat("9", 300)} {
		number, ok := Number(plain)
		other, otherOK := Number(" " + plain)
		if number != other || ok != otherOK {
			t.Errorf("%q is %q, %v; with a blank before it %q, %v", plain, number, ok, other, otherOK)
		}
	}
}
