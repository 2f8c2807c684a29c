package text_test

import (
	"testing"

	"tagline/store/text"
)

// Spellings that people take for the same word are the same opt-out word.
func TestOptWordsAreOneInEverySpellingOfTheirScript(t *testing.T) {
	key := func(s string) string { return text.OptKey(text.OptWord(s)) }
	for _, same := range [][]string{
		{"แจ้งเลิก", "เเจ้งเลิก"}, {"ไม่แน่", "ไม่เเน่"}, {"คำ", "ค\u0e4dา"}, {"ถ้ำ", "ถ\u0e49\u0e4dา", "ถ\u0e4d\u0e49า"},
		{"ม\u0e48\u0e33", "ม\u0e4d\u0e48\u0e32", "ม\u0e48\u0e4d\u0e32"}, {"ต\u0e4a\u0e33", "ต\u0e4d\u0e4a\u0e32"},
		{"ต\u0e4b\u0e33", "ต\u0e4d\u0e4b\u0e32"},
		{"\u0e99\u0ec9\u0eb3", "\u0e99\u0ecd\u0ec9\u0eb2", "\u0e99\u0ec9\u0ecd\u0eb2"},
		{"\u0e84\u0eb3", "\u0e84\u0ecd\u0eb2"}, {"\u0e84\u0ec8\u0eb3", "\u0e84\u0ecd\u0ec8\u0eb2"},
		{"\u0e84\u0eca\u0eb3", "\u0e84\u0ecd\u0eca\u0eb2"},
		{"\u0e84\u0ecb\u0eb3", "\u0e84\u0ecd\u0ecb\u0eb2"}, {"ແນະ", "ເເນະ"},
		{"बंद", "बन्द", "बँद"}, {"हिंदी", "हिन्दी"}, {"चंपा", "चम्पा"}, {"অংক", "অঙ্ক", "অঁক"}, {"બંધ", "બન્ધ", "બઁધ"},
		{"ਬੰਦ", "ਬਂਦ", "ਬਨ੍ਦ", "ਬਁਦ"},
	} {
		for _, other := range same[1:] {
			if key(other) != key(same[0]) {
				t.Errorf("%q (%+q) and %q (%+q) are two words", same[0], key(same[0]), other, key(other))
			}
		}
	}
	for _, two := range [][2]string{{"बंद", "बद"}, {"कम", "कं"}, {"เก", "แก"}, {"ต่า", "ต่ำ"}} {
		if key(two[0]) == key(two[1]) {
			t.Errorf("%q and %q are one word", two[0], two[1])
		}
	}
}

// A word is heard in whatever letters a keyboard or an app writes it, and what is more than the word is not.
func TestCommonOptWordsAreHeardInEveryKindOfLetters(t *testing.T) {
	for said, want := range map[string]string{
		"ꜱᴛᴏᴘ": "out", "sᴛᴏᴘ": "out", "Sᴛᴏᴘ.": "out", "ꜱᴛᴏᴘ ᴀʟʟ": "out", "ᴏᴘᴛ-ᴏᴜᴛ": "out", "ǫᴜɪᴛ": "out", "ʀᴇᴠᴏᴋᴇ!": "out",
		"ᴇɴᴅ": "out", "ᴄᴀɴᴄᴇʟ": "out", "ᴜɴꜱᴜʙꜱᴄʀɪʙᴇ": "out",
		"S⃣T⃣O⃣P⃣": "out", "S̲T̲O̲P̲": "out", "s⃝ t⃝ o⃝ p⃝": "out", "ˢᵗᵒᵖ": "out", "🄢🄣🄞🄟": "out", "ﬆop": "out", "ſtop": "out",
		"STOP 🇺🇸": "out", "🇩🇪 Stop": "out",
		"Un-stop": "in", "UN STOP": "in", "un_stop!": "in", "U N S T O P": "in", "S.T.A.R.T.": "in", "start start": "in",
		"Un-Stop, un-stop!": "in", "ꜱᴛᴀʀᴛ": "in", "ᴜɴꜱᴛᴏᴘ": "in", "U⃣N⃣S⃣T⃣O⃣P⃣": "in",
		"un stop it": "", "un": "", "un start": "", "st art": "", "re-start": "", "restart": "", "unstoppable": "",
		"un-stop-all": "", "start 5": "", "start now": "", "u n stop": "", "stop un": "", "STOP UNSTOP": "",
		"ᴘʟᴇᴀꜱᴇ ꜱᴛᴏᴘ": "", "ꜱᴛᴏᴘ ʙʏ ᴀᴛ 5": "", "S̶T̶O̶P̶": "", "stöp": "", "🇸🇹🇴🇵": "", "ꜱᴛᴏᴘᴘᴇᴅ": "", "The end": "",
		"Quit smoking": "", "cancel my order": "", "end of story": "", "start at 9?": "",
	} {
		got := ""
		if is, out := text.CommonOptWord(text.OptWord(said)); is && out {
			got = "out"
		} else if is {
			got = "in"
		}
		if got != want {
			t.Errorf("%q is heard as %q, want %q", said, got, want)
		}
	}
}
