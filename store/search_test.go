package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tagline/store"
	"tagline/store/text"
)

// find searches and returns the texts found, newest first within each conversation, and the numbers of the contacts
// found.
func find(t testing.TB, s *store.Store, scope store.Scope, typed string, f store.Filter) (texts, numbers []string) {
	t.Helper()
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	found, err := s.Search(t.Context(), scope, 0, text.ParseTerms(typed), f, 0)
	if err != nil {
		t.Fatalf("%q: %v", typed, err)
	}
	for _, thread := range found.Threads {
		for _, m := range thread.Messages {
			if m.ConversationID != thread.Conversation.ID {
				t.Errorf("%q is shown in the wrong conversation", m.Text)
			}
			texts = append(texts, m.Text)
		}
	}
	for _, c := range found.Contacts {
		numbers = append(numbers, c.Contact.PhoneNumber)
	}
	return texts, numbers
}

// A search reads conversations while it goes through messages. However many there are at once, none waits for ever.
func TestManySearchesAtOnceAllEnd(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for n := range 200 {
		tell(t, s, c, fact{kind: store.KindReceived, number: fmt.Sprintf("+155501%02d", n%100), text: fmt.Sprintf("common word %d", n)})
	}
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var searches sync.WaitGroup
	for range 60 {
		searches.Go(func() {
			for range 5 {
				found, err := s.Search(ctx, store.Everything, 0, text.ParseTerms("common "), store.Filter{}, 0)
				if err != nil || len(found.Threads) == 0 {
					t.Errorf("%d conversations, %v", len(found.Threads), err)
					return
				}
			}
		})
	}
	searches.Wait()
}

func TestWordsAreFoundHoweverTheyAreWritten(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for _, text := range []string{
		"Is the 3 pm slot still free?", "Crème brûlée for Łódź and Đorđe", "会议室在三楼，请准时到达。", "สวัสดีครับ ยินดีต้อนรับ", "今日はいい天気です", "회의실은 삼층입니다",
		"Straße gesperrt", "مَرْحَبًا بك", "שלום עולם", "Ёлка и йод", "don't panic", "ﬁne ＦＵＬＬ width", "👍 thanks 😀", "नमस्ते दुनिया", "e\u0301tude",
	} {
		tell(t, s, c, fact{kind: store.KindReceived, number: "+15550100", text: text})
	}
	for typed, want := range map[string]string{
		"SLOT": "Is the 3 pm", "creme brulee": "Crème", "lodz": "Crème", "dorde": "Crème", "crème": "Crème", "会议室": "会议室在", "三楼": "会议室在", "准时": "会议室在",
		"ยินดี": "สวัสดี", "天気": "今日", "회의실": "회의실은", "삼층": "회의실은", "strasse": "Straße", "STRASSE": "Straße", "مرحبا": "مَرْحَبًا", "שלום": "שלום",
		"елка": "Ёлка", "йод": "Ёлка", "don't": "don't", "panic": "don't", "fine": "ﬁne", "full": "ﬁne", "👍": "👍", "नमस्ते": "नमस्ते", "étude": "e\u0301tude", "etude": "e\u0301tude",
		"fre": "Is the 3 pm", "slot fr": "Is the 3 pm", `"still free"`: "Is the 3 pm", `"pm slot" 3`: "Is the 3 pm", `"slot sti`: "Is the 3 pm", "brul": "Crème", "st": "Straße", "t": "don't",
	} {
		texts, _ := find(t, s, store.Everything, typed, store.Filter{})
		if !slices.ContainsFunc(texts, func(text string) bool { return strings.HasPrefix(text, want) }) {
			t.Errorf("%q finds %q, not %s…", typed, texts, want)
		}
	}
	for _, typed := range []string{"室议会", `"free still"`, "slo free", `"slo" x`, "nothing", "三准", "ree", "free nothing"} {
		if texts, _ := find(t, s, store.Everything, typed, store.Filter{}); len(texts) > 0 {
			t.Errorf("%q finds %q", typed, texts)
		}
	}
}

func TestAContactIsFoundByNameAndByNumberInAnyFormat(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for number, name := range map[string]string{"+381690156360": "Mira Đorđević-Novak", "+14155550134": "张伟", "0690999888": "", "TEXTLINK": "", "4433": "", "+442079460018": "José"} {
		tell(t, s, c, fact{kind: store.KindReceived, number: number, text: "hello", name: name})
	}
	for typed, want := range map[string]string{
		"6360": "+381690156360", "+381 69 015 6360": "+381690156360", "00381690156360": "+381690156360", "069 015 6360": "+381690156360", "069/015-6360": "+381690156360",
		"690156360": "+381690156360", "381690156360": "+381690156360", "(415) 555-0134": "+14155550134", "1-415-555-0134": "+14155550134", "415.555.0134": "+14155550134",
		"0134": "+14155550134", "+381690999888": "0690999888", "0690999888": "0690999888", "690999888": "0690999888", "9888": "0690999888", "4433": "4433", "textlink": "TEXTLINK",
		"+44 (0)20 7946 0018": "+442079460018", "020 7946 0018": "+442079460018", "mira": "+381690156360", "nov": "+381690156360", "djordjevic": "", "dordevic": "+381690156360",
		"mira 6360": "+381690156360", "6360 novak": "+381690156360", "张伟": "+14155550134", "伟": "+14155550134", "JOSE": "+442079460018", "m": "+381690156360", "ira": "",
		"mira 0134": "", "+382690156360": "", "15550134": "",
	} {
		_, numbers := find(t, s, store.Everything, typed, store.Filter{})
		if got := strings.Join(numbers, " "); got != want {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
	tell(t, s, c, fact{kind: store.KindTag, number: "+14155550134", name: "Wei Zhang", tag: "Hot"})
	if _, numbers := find(t, s, store.Everything, "zhang", store.Filter{}); !slices.Equal(numbers, []string{"+14155550134"}) {
		t.Errorf("the new name finds %q", numbers)
	}
	if _, numbers := find(t, s, store.Everything, "张伟", store.Filter{}); len(numbers) != 0 {
		t.Errorf("the old name finds %q", numbers)
	}
}

// One letter begins too many words: only names and numbers are found by what they begin with.
func TestOneLetterFindsNamesNumbersAndWords(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for number, text := range map[string]string{"+15550100": "yes please", "+15550101": "Y", "+15550102": "see you", "+15550103": "好的 再见"} {
		tell(t, s, c, fact{kind: store.KindReceived, number: number, text: text})
	}
	tell(t, s, c, fact{kind: store.KindReceived, number: "+25550104", text: "hello", name: "Anna Yilmaz"})
	for typed, want := range map[string]struct{ texts, numbers string }{
		"y":         {"Y", "+25550104"},
		"ｙ":         {"Y", "+25550104"},
		"25":        {"", "+25550104"},
		"see y":     {"see you", ""},
		`"see y`:    {"see you", ""},
		"y s":       {"", ""},
		"ye":        {"yes please", ""},
		"a":         {"", "+25550104"},
		"好":         {"好的 再见", ""},
		"see y 再":   {"", ""},
		"anna y":    {"", "+25550104"},
		"please ye": {"yes please", ""},
	} {
		texts, numbers := find(t, s, store.Everything, typed, store.Filter{})
		if got := strings.Join(texts, ", "); got != want.texts {
			t.Errorf("%q finds the messages %q, want %q", typed, got, want.texts)
		}
		if got := strings.Join(numbers, ", "); got != want.numbers {
			t.Errorf("%q finds the contacts %q, want %q", typed, got, want.numbers)
		}
	}
}

func TestASearchFindsNothingOutsideTheScope(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: "+15550106", text: "needle for six", name: "Needle Six", tag: "Six"})
	// More than one search looks at, all of them newer.
	for i := range 2100 {
		tell(t, s, c, fact{kind: store.KindReceived, subuser: 7, number: fmt.Sprintf("+1555%04d", 1000+i%300), text: fmt.Sprint("needle haystack ", i), name: "Needle Seven", tag: "Seven"})
	}
	for _, scope := range []store.Scope{{Subusers: []store.SubuserID{6}}, {Subusers: []store.SubuserID{6, 8}}} {
		for _, typed := range []string{"needle", "need", `"needle"`, "needle f"} {
			if texts, _ := find(t, s, scope, typed, store.Filter{}); !slices.Equal(texts, []string{"needle for six"}) {
				t.Errorf("%q finds %q", typed, texts)
			}
		}
		if _, numbers := find(t, s, scope, "needle", store.Filter{}); !slices.Equal(numbers, []string{"+15550106"}) {
			t.Errorf("finds %q", numbers)
		}
	}
	// What is outside answers like what does not exist, also when it is asked for by name.
	six := store.Scope{Subusers: []store.SubuserID{6}}
	for _, f := range []store.Filter{{}, {Subusers: []store.SubuserID{7}}, {Subusers: []store.SubuserID{9}}, {Tags: []string{"Seven"}}} {
		for _, typed := range []string{"haystack", "seven", "+15551000", "hay", "needl"} {
			found, err := s.Search(t.Context(), six, 0, text.ParseTerms(typed), f, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, thread := range found.Threads {
				if thread.Conversation.Subuser != 6 || len(f.Subusers)+len(f.Tags) > 0 {
					t.Errorf("%q, %+v: %+v", typed, f, thread)
				}
			}
			if found.Next != 0 || found.MoreContacts || typed != "needl" && (len(found.Threads) > 0 || len(found.Contacts) > 0) {
				t.Errorf("%q, %+v: %+v", typed, f, found)
			}
		}
	}
}

func TestASearchIsNarrowedByTheFilterAndGoesOnWhereItEnded(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for i := range 2600 {
		f := fact{kind: store.KindReceived, number: fmt.Sprintf("+1555%04d", i%50), text: fmt.Sprintf("common word %d", i), tag: "Cold"}
		if i == 3 {
			f.number, f.tag = "+1777", "Hot"
		}
		tell(t, s, c, f)
	}
	if err := s.IndexSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"common", "comm", "co", "word common", "common w"} {
		seen, pages := map[int64]bool{}, 0
		for before := int64(0); before != 0 || pages == 0; pages++ {
			found, err := s.Search(t.Context(), store.Everything, 0, text.ParseTerms(typed), store.Filter{}, before)
			if err != nil {
				t.Fatal(err)
			}
			last := int64(1 << 62)
			for _, thread := range found.Threads {
				if first := thread.Messages[0].ID; first > last {
					t.Fatal("the conversations are out of order")
				} else {
					last = first
				}
				for _, m := range thread.Messages {
					if seen[m.ID] || before != 0 && m.ID >= before {
						t.Fatalf("%q: message %d is shown twice", typed, m.ID)
					}
					seen[m.ID] = true
				}
			}
			before = found.Next
		}
		if len(seen) != 2600 {
			t.Errorf("%q: %d messages on %d pages, want 2600", typed, len(seen), pages)
		}
	}
	// Filters leave one, so far back that it takes several reads.
	for _, f := range []store.Filter{{Tags: []string{"Hot"}}, {View: store.ViewUnanswered, Tags: []string{"Hot"}}} {
		before, reads := int64(0), 0
		for ; before != 0 || reads == 0; reads++ {
			found, err := s.Search(t.Context(), store.Everything, 0, text.ParseTerms("common"), f, before)
			if err != nil {
				t.Fatal(err)
			}
			if before = found.Next; before == 0 && (len(found.Threads) != 1 || found.Threads[0].Messages[0].Text != "common word 3") {
				t.Errorf("%+v ends with %+v", f, found)
			}
		}
		if reads != 5 {
			t.Errorf("%d reads, want 5", reads)
		}
	}
	if err := s.SetDone(t.Context(), store.Everything, true, conversationOf(t, s, "+1777")); err != nil {
		t.Fatal(err)
	}
	for view, want := range map[store.View]int{"": 1, store.ViewInbox: 1, store.ViewDone: 1, store.ViewUnanswered: 0, store.ViewFailed: 0} {
		if texts, _ := find(t, s, store.Everything, `"word 3"`, store.Filter{View: view}); len(texts) != want {
			t.Errorf("view %q: %q", view, texts)
		}
	}
}

func conversationOf(t testing.TB, s *store.Store, number string) int64 {
	t.Helper()
	for _, o := range export(t, s, "conversation") {
		if o["phone_number"] == number {
			return int64(o["id"].(float64))
		}
	}
	t.Fatalf("no conversation with %s", number)
	return 0
}
