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
		{"ม\u0e48\u0e33", "ม\u0e4d\u0e48\u0e32", "ม\u0e48\u0e4d\u0e32"}, {"ต\u0e4a\u0e33", "ต\u0e4d\u0e4a\u0e32"}, {"ต\u0e4b\u0e33", "ต\u0e4d\u0e4b\u0e32"},
		{"\u0e99\u0ec9\u0eb3", "\u0e99\u0ecd\u0ec9\u0eb2", "\u0e99\u0ec9\u0ecd\u0eb2"}, {"\u0e84\u0eb3", "\u0e84\u0ecd\u0eb2"}, {"\u0e84\u0ec8\u0eb3", "\u0e84\u0ecd\u0ec8\u0eb2"},
		{"\u0e84\u0eca\u0eb3", "\u0e84\u0ecd\u0eca\u0eb2"}, {"\u0e84\u0ecb\u0eb3", "\u0e84\u0ecd\u0ecb\u0eb2"}, {"ແນະ", "ເເນະ"},
		{"बंद", "बन्द", "बँद"}, {"हिंदी", "हिन्दी"}, {"चंपा", "चम्पा"}, {"অংক", "অঙ্ক", "অঁক"}, {"બંધ", "બન્ધ", "બઁધ"}, {"ਬੰਦ", "ਬਂਦ", "ਬਨ੍ਦ", "ਬਁਦ"},
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
