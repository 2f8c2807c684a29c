package store_test

import (
	"slices"
	"strings"
	"testing"

	"tagline/store"
	"tagline/store/text"
)

// otherwise are texts, and what finds them: the same words in other letters, widths and forms.
var otherwise = map[string][]string{
	"ﾃｽﾄの予約です":                {"テスト", "ﾃｽﾄ", "予約", "テストの予約"},
	"パーティーの案内":                {"ﾊﾟｰﾃｨｰ", "パーティー", "ハ\u309aーティー"},
	"か\u3099っこう":              {"がっこう"},
	"\u1112\u1161\u11ab글 문의":  {"한글", "\u1112\u1161\u11ab글", "문의"},
	"ＡＢＣ１２３　ｶﾞｽ":              {"abc123", "ガス", "ABC１２３"},
	"㈱山田 ㍿":                   {"株", "株式会社", "山田"},
	"کتاب علی":                {"كتاب", "علي", "على", "کتاب علی"},
	"مـــرحبا بكم":            {"مرحبا", "مرحـبا", "بکم"},
	"أهلاً وسهلاً إلى القرية": {"اهلا", "الي", "القريه", "وسهلا"},
	"می\u200cخواهم بروم":      {"میخواهم", "می\u200cخواهم", "ميخواهم"},
	"ﻣﺮﺣﺒﺎ ﺑﻚ":                {"مرحبا", "بک"},
	"الغرفة ٢٠٥":              {"205", "٢٠٥", "۲۰۵"},
	"कमरा २०५ क\u093cलम":      {"205", "\u0958लम"},
	"ห้อง ๒๐๕ រ ៣១៧ ခ ၄၁၉ ຫ ໕໖໗": {"205", "๒๐๕", "٢٠٥", "317", "419", "567", "ห้อง 205"},
	"done ✅":                                       {"✅", "done ✅", "done✅"},
	"family 👨‍👩‍👧 here":                            {"👨‍👩‍👧", "👩", "family here"},
	"great 👍🏽!":                                    {"👍", "👍🏽", "👍🏿"},
	"from 🇩🇪 to 🇺🇸":                                {"🇩🇪", "🇺🇸", "from to"},
	"love ❤️ you":                                  {"❤", "❤️", `"love you"`},
	"press 1️⃣ or #️⃣":                             {"1️⃣", "#️⃣", "#"},
	"50 € or 20 %":                                 {"€", "%", "50€", "20%", "％"},
	"a → b ™ ©":                                    {"→", "™", "©", `"a b"`},
	"new \U0001faea \uf8ff":                        {"\U0001faea", "\uf8ff"},
	"what ⁉️ now":                                  {"⁉", "⁉️"},
	"пʼять хвилин":                                 {"п'ять", "п’ять", "п‘ять", "п＇ять", "п`ять", "п´ять", "пʼять", "пʻять", "пꞌять", `"п'ять хвилин"`},
	"Hawaiʻi and O’Brien":                          {"hawai'i", "O'Brien", "O`Brien", "Oʼbrien"},
	"Qurʾan":                                       {"qur'an"},
	"su\u00adper\u200bcali\u2060fragil\u200eistic": {"supercalifragilistic", "super\u00adcali"},
	"Straße Ⅳ ﬁne":                                 {"strasse", "IV", "fine"},
	"Crème Brûlée Đorđe":                           {"creme", "brulee", "dorde", "CRÈME"},
	"Ποιος ΕΊΝΑΙ ο Νίκος":                          {"ειναι", "νικοσ"},
	"Email a@b.com & co":                           {"a@b.com", "@", "&"},
	"5㎏ of rice":                                   {"5kg"},
	"call +1 415 555 0134":                         {"+1 415", "1 415 555"},
}

func TestWordsAreFoundInEveryScript(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for body := range otherwise {
		tell(t, s, c, fact{kind: store.KindReceived, number: "+15550100", text: body})
	}
	for body, all := range otherwise {
		for _, typed := range all {
			texts, _ := find(t, s, store.Everything, typed, store.Filter{})
			if !slices.Contains(texts, body) {
				t.Errorf("%q finds %q, not %q", typed, texts, body)
			}
			marks := text.ParseTerms(typed).Marks(body)
			whole(t, typed, body, marks)
			if !slices.ContainsFunc(marks, func(m text.Mark) bool { return m.Hit }) {
				t.Errorf("%q is not marked in %q", typed, body)
			}
		}
	}
	for typed, not := range map[string]string{
		"🇩🇺": "🇩🇪", "🇪🇺": "🇩🇪", "か": "か\u3099っこう", "done ❌": "done", "hello 👍": "great", "فتاب": "کتاب", "пять": "пʼять",
	} {
		texts, _ := find(t, s, store.Everything, typed, store.Filter{})
		if slices.ContainsFunc(texts, func(text string) bool { return strings.Contains(text, not) }) {
			t.Errorf("%q finds %q", typed, texts)
		}
	}
}

func TestWhatIsFoundIsMarked(t *testing.T) {
	for _, c := range []struct{ typed, text, want string }{
		{"テスト", "ﾃｽﾄの予約", "[ﾃｽﾄ]の予約"}, {"がっ", "か\u3099っこう", "[か\u3099っ]こう"}, {"مرحبا", "«مـــرحبا»", "«[مـــرحبا]»"}, {"✅", "done ✅!", "done [✅]!"},
		{"👍", "ok 👍🏽.", "ok [👍🏽]."}, {"🇩🇪", "🇦🇹🇩🇪", "🇦🇹[🇩🇪]"}, {"🇪", "🇩 an 🇪", "🇩 an [🇪]"}, {"an", "🇩 an 🇪", "🇩 [an] 🇪"}, {"п'ять", "о пʼять,", "о [пʼять],"}, {"%", "20 %, 30%", "20 [%], 30[%]"}, {"abc", "ＡＢＣ d", "[ＡＢＣ] d"},
		{"supper", "sup\u200bper!", "[sup\u200bper]!"}, {"etude", "e\u0301tude", "[e\u0301tude]"}, {"fine", "ﬁne", "[ﬁne]"}, {"❤", "I ❤\ufe0f it", "I [❤\ufe0f] it"}, {"한글", "\u1112\u1161\u11ab글", "[\u1112\u1161\u11ab글]"},
	} {
		var b strings.Builder
		for _, m := range text.ParseTerms(c.typed).Marks(c.text) {
			if m.Hit {
				b.WriteString("[" + m.Text + "]")
			} else {
				b.WriteString(m.Text)
			}
		}
		if b.String() != c.want {
			t.Errorf("%q marks %q, want %q", c.typed, b.String(), c.want)
		}
	}
}

func TestAContactIsFoundByANumberAsItIsTypedAnywhere(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	tell(t, s, c, fact{kind: store.KindReceived, number: "+14155550134", text: "hello", name: "ﾔﾏﾀﾞ ✅"})
	for _, typed := range []string{
		"\u202a+1 (415) 555-0134\u202c", "415\u2011555\u20110134", "tel:+14155550134", "sms:+14155550134", "+1·415·555·0134", "+1−415−555−0134", "＋１ ４１５ ５５５ ０１３４", "٤١٥ ٥٥٥ ٠١٣٤", "४१५५५५०१३४",
		"+1 415 555 0134,", "+14155550134;", "[415] 555/0134", "\ufeff4155550134", "415\u00a0555\u202f0134", "00 1 415 555 0134", "ヤマダ", "✅", "ヤマ",
	} {
		if _, numbers := find(t, s, store.Everything, typed, store.Filter{}); !slices.Equal(numbers, []string{"+14155550134"}) {
			t.Errorf("%q finds %q", typed, numbers)
		}
	}
}
