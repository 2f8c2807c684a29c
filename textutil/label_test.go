package textutil

import "testing"

func TestWhatCannotBeSeenIsBlank(t *testing.T) {
	for _, s := range []string{
		"", " ", "\u00a0\u3000\t\r\n", "\u200b\u200d\u2060\ufeff", "\u202e\u202c", "\u2067\u2069", "\u3164", "\uffa0",
		"\u115f\u1160", "\u2800", "\u034f", "\ufe0f", "\u0301", "\u20e3",
		"\u00ad", "\u180e", "\u061c", "\U000e0041", "\U000e0101", "\x00\x1b", "\u2028", "\u17b4", "\U0001d159",
		"\U00013441\U00013442", "\ufffc",
	} {
		if !Blank(s) || Label(s) != "" || Trim(s) != "" {
			t.Errorf("%+q: %v, %q, %q", s, Blank(s), Label(s), Trim(s))
		}
	}
	for _, s := range []string{"a", ".", "王", "😀", "\ufffd", "\uf8ff", "\U0001faea", "\U0001fbff", "ا", "ா", "㋿", "#"} {
		if Blank(s) || Label(s) != s || Trim(s) != s {
			t.Errorf("%+q: %v, %q, %q", s, Blank(s), Label(s), Trim(s))
		}
	}
}

func TestALabelIsTrimmedAndComposed(t *testing.T) {
	for s, want := range map[string]string{
		"  Hot ": "Hot", "\u00a0Hot\u200b": "Hot", "\ufeffHot\n": "Hot", "\u202aHot\u202c": "Hot", "Cafe\u0301": "Café",
		"Very  Hot": "Very Hot", "\u3000VIP\u3000": "VIP", "❤\ufe0f ": "❤",
		"🏴\U000e0067\U000e0062\U000e007f": "🏴\U000e0067\U000e0062\U000e007f", "👨\u200d👩": "👨\u200d👩", "a\tb": "a b",
		"\u1112\u1161\u11ab": "한", "ＶＩＰ": "ＶＩＰ", "می\u200cخواهم": "می\u200cخواهم",
	} {
		if got := Label(s); got != want {
			t.Errorf("%+q becomes %+q, want %+q", s, got, want)
		}
	}
}

// What looks the same is one name or tag.
func TestLabelsThatLookAlikeAreOne(t *testing.T) {
	for want, others := range map[string][]string{
		"Hot": {"Hot\ufe0f", "H\ufe0fo\ufe0et", "H\u034fot", "Ho\u200bt", "Ho\u200ct", "Ho\u200dt", "Hot\U000e0041",
			"H\U000e0041\U000e007fot", "Ho\u00adt", "Ho\u2060t",
			"H\ufeffot", "Ho\U000e0100t", "\u202bHot\u202c", "H\u2067o\u2069t", "H\x00ot", "Hot\x1b", "Hot\u200d"},
		"Hot lead": {"Hot\u00a0lead", "Hot\u202flead", "Hot\u2003lead", "Hot\u3000lead", "Hot\u2009\u2009lead", "Hot  lead",
			"Hot\tlead", "Hot\r\nlead",
			"Hot\u2028lead", "Hot \u200blead", "Hot\u200b \u200dlead", "Hot\u3164lead", "Hot\u2800lead", "Hot\u0085lead"},
		"❤":             {"❤\ufe0f", "❤\ufe0e", "❤\u200d", "\u200d❤"},
		"☎ later":       {"☎\ufe0f later", "☎\u00a0later"},
		"کار":           {"کا\u200cر", "کا\u200dر", "کار\u200c", "\u200cکار", "ک\u00adار"},
		"می\u200cخواهم": {"می\u200c\u200bخواهم", "می\u200b\u200cخواهم", "\u200fمی\u200cخواهم"},
		"Café":          {"Cafe\u034f\u0301", "Cafe\u0301\u200c", "Cafe\u200b\u0301"},
	} {
		for _, s := range append(others, want) {
			if got := Label(s); got != want {
				t.Errorf("%+q becomes %+q, want %+q", s, got, want)
			}
		}
	}
	// What these join or part is seen.
	for _, s := range []string{"👨\u200d👩\u200d👧", "👩🏽\u200d💻", "🏳\u200d🌈", "می\u200cخواهم", "نامه\u200cای", "क्\u200dष",
		"क्\u200cष", "ක්\u200dෂ", "র\u200d্য",
		"🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "葛\U000e0100城"} {
		if got := Label(s); got != s {
			t.Errorf("%+q becomes %+q", s, got)
		}
	}
}

func FuzzLabelIsStable(f *testing.F) {
	for _, s := range []string{" Hot ", "e\u0301", "\u200b\u0301a", "❤\ufe0f\u200d", "\xff", "a\u2067"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if label := Label(s); Label(label) != label || (label == "") != Blank(s) {
			t.Errorf("%+q becomes %+q, and that %+q", s, label, Label(label))
		}
	})
}

func TestControlCharactersBecomePictures(t *testing.T) {
	for s, want := range map[string]string{"Hello\tyou\r\nthere": "Hello\tyou\r\nthere",
		"a\x00b\x1bc\x7f\u0085": "a␀b␛c␡\ufffd", "العربية 12": "العربية 12"} {
		if got := Legible(s); got != want {
			t.Errorf("%q becomes %q, want %q", s, got, want)
		}
	}
}
