package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tagline/textlink"
)

// clocks are moments all over a day, and some awkward ones.
func clocks() []time.Time {
	zone := time.FixedZone("UTC+2", 2*60*60)
	var all []time.Time
	for minute := 0; minute < 24*60; minute += 35 {
		all = append(all, time.Date(2026, 11, 23, 0, minute, 0, 0, zone))
	}
	return append(all, time.Date(2026, 3, 1, 0, 0, 1, 0, time.UTC), time.Date(2028, 2, 29, 23, 59, 59, 999, time.UTC))
}

func afternoon() time.Time { return time.Date(2026, 11, 23, 15, 20, 0, 0, time.UTC) }

// decoded posts nothing: it encodes the step and reads it as the program would.
func decoded(t *testing.T, s Step) textlink.Event {
	t.Helper()
	body, err := json.Marshal(s.Body)
	if err != nil {
		t.Fatal(err)
	}
	e, err := textlink.Decode(s.Kind, body)
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	if e.TestSample() {
		t.Errorf("%s is a test sample", body)
	}
	return e
}

func TestHistoryIsAscendingAndNeverAheadOfItsTime(t *testing.T) {
	for _, now := range clocks() {
		steps := History(now)
		if !slices.IsSortedFunc(steps, func(a, b Step) int { return a.At.Compare(b.At) }) {
			t.Errorf("%v: not ascending", now)
		}
		for _, s := range steps {
			if ms, sent := s.Body["timestamp"].(int64); s.At.After(now) || sent && ms > now.UnixMilli() {
				t.Errorf("%v: %v is in the future: %v", now, s.At, s.Body)
			}
		}
	}
}

func TestConversationsKeepTheirOrderAtAnyHour(t *testing.T) {
	for _, now := range clocks() {
		for _, c := range play() {
			var last time.Time
			for _, l := range c.lines {
				if l.act == isTagged {
					continue
				}
				if at := moment(l.when, now); at.After(last) {
					last = at
				} else {
					t.Errorf("%v: %s: %q is not after what was said before", now, c.with.name, l.text)
				}
			}
		}
	}
}

func TestTodayIsTodayInTheAfternoon(t *testing.T) {
	now := afternoon()
	if got, want := moment("0d 09:12", now), time.Date(2026, 11, 23, 9, 12, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := moment("1d 16:02", now), time.Date(2026, 11, 22, 16, 2, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestHistoryDecodesAndEveryMessageHasItsTime(t *testing.T) {
	for _, s := range History(afternoon()) {
		e := decoded(t, s)
		if s.Kind == textlink.Tag {
			continue
		}
		if e.Timestamp == nil || e.DoubtfulAt(afternoon().UnixMilli()) || e.SIMCardID == nil || e.Text == "" {
			t.Errorf("%v", s.Body)
		}
	}
}

func TestNoTwoMessagesOfTheHistoryLookLikeRepeats(t *testing.T) {
	for _, now := range clocks() {
		seen := map[string]bool{}
		for _, s := range History(now) {
			key := fmt.Sprint(s.Kind, s.Body)
			if seen[key] {
				t.Errorf("%v: twice: %s", now, key)
			}
			seen[key] = true
		}
	}
}

func TestFailuresFollowTheirSent(t *testing.T) {
	for _, now := range clocks() {
		sent := map[string]bool{}
		failed := map[string]int{}
		for _, s := range History(now) {
			key := fmt.Sprint(s.Body["phone_number"], s.Body["subuser_id"], s.Body["text"], s.Body["timestamp"])
			switch s.Kind {
			case textlink.Sent:
				sent[key] = true
			case textlink.Failed:
				failed[fmt.Sprint(s.Body["text"])]++
				if !sent[key] {
					t.Errorf("%v: failed before it was sent: %v", now, s.Body)
				}
			}
		}
		if twice := slices.Max(slices.Collect(maps.Values(failed))); len(failed) < 3 || len(failed) > 4 || twice != 2 {
			t.Errorf("%v: failures %v", now, failed)
		}
	}
}

func TestTextlinkIDsAreUnique(t *testing.T) {
	seen := map[any]bool{}
	for _, s := range append(History(afternoon()), turns(500)...) {
		id, ok := s.Body["textlink_id"]
		if ok && seen[id] {
			t.Errorf("%v is used twice", id)
		}
		seen[id] = true
	}
}

func TestCastIsAsVariedAsRealLife(t *testing.T) {
	people, accounts := map[string]string{}, map[any]map[any]bool{}
	nameless := 0
	for _, c := range play() {
		if _, known := people[c.with.number]; !known && c.with.name == "" {
			nameless++
		}
		if name, known := people[c.with.number]; known && name != c.with.name {
			t.Errorf("%s is both %s and %s", c.with.number, name, c.with.name)
		}
		people[c.with.number] = c.with.name
		if accounts[c.subuser] == nil {
			accounts[c.subuser] = map[any]bool{}
		}
		accounts[c.subuser][c.sim] = true
	}
	if len(people) < 25 || nameless < 4 {
		t.Errorf("%d people, %d without a name", len(people), nameless)
	}
	for _, subuser := range []int64{office, lettings, repairs, stays} {
		if len(accounts[subuser]) != 2 {
			t.Errorf("account %d has %d SIM cards", subuser, len(accounts[subuser]))
		}
	}
}

func TestConversationsAreOfAllLengths(t *testing.T) {
	var words strings.Builder
	longest, lastByThem := 0, 0
	for _, c := range play() {
		longest = max(longest, len(c.lines))
		if c.lines[len(c.lines)-1].act == theyWrite {
			lastByThem++
		}
		for _, l := range c.lines {
			words.WriteString(l.text)
			if !utf8.ValidString(l.text) || l.text == "" {
				t.Errorf("%s: %q", c.with.name, l.text)
			}
		}
	}
	if longest < 15 || longest > 25 || lastByThem < 7 {
		t.Errorf("longest %d, last word theirs in %d", longest, lastByThem)
	}
	for _, piece := range []string{"\n", "https://", "ј", "ش", "ש", "で", "你", "फ", "ç", "ü", "š", "🙂"} {
		if !strings.Contains(words.String(), piece) {
			t.Errorf("nobody writes %q", piece)
		}
	}
}

func TestTagsChangeWhereThePlaySaysAndNowhereElse(t *testing.T) {
	for _, now := range clocks() {
		want, got := map[string]int{}, map[string]int{}
		for _, c := range play() {
			for i, l := range c.lines {
				if l.act == isTagged && c.lines[i+1].act != theyWrite && c.lines[i+1].act != weAutomate {
					t.Errorf("%s: nobody tells %s", c.with.name, l.text)
				}
			}
		}
		for _, b := range beats(now) {
			if b.tag != "" {
				want[b.with.number]++
			}
		}
		current := map[string]string{}
		for _, s := range History(now) {
			e := decoded(t, s)
			if e.HasTag && current[e.PhoneNumber] != e.Tag {
				current[e.PhoneNumber] = e.Tag
				got[e.PhoneNumber]++
			}
		}
		want[maria.number]-- // lettings meets her as Cold, which the office knew
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%v: changes %v, want %v", now, got, want)
		}
	}
}

func TestSomeoneFlaps(t *testing.T) {
	var tags []string
	for _, b := range beats(afternoon()) {
		if b.with == dario && b.tag != "" {
			tags = append(tags, b.tag)
		}
	}
	if got := strings.Join(tags, " "); !strings.Contains(got, "Warm Cold Warm Cold Warm") {
		t.Error(got)
	}
}

func TestTagHooksOfTheHistoryAreRecent(t *testing.T) {
	hooks := 0
	for _, s := range History(afternoon()) {
		if s.Kind == textlink.Tag {
			hooks++
			if afternoon().Sub(s.At) > 10*time.Minute {
				t.Errorf("%v: %v", s.At, s.Body)
			}
		}
	}
	if hooks < 2 {
		t.Errorf("%d tag hooks", hooks)
	}
}

// turns are the first n turns of live traffic.
func turns(n int) []Step {
	rng := rand.New(rand.NewPCG(1, 2))
	var all []Step
	for turn := range n {
		all = append(all, Trickle(rng, afternoon().Add(time.Duration(turn)*time.Minute), turn)...)
	}
	return all
}

func TestTrickleIsLiveTrafficOfAllKinds(t *testing.T) {
	kinds := map[textlink.Kind]int{}
	steps := turns(200)
	for _, s := range steps {
		e := decoded(t, s)
		kinds[s.Kind]++
		if s.Kind == textlink.Received && *e.Timestamp != s.At.UnixMilli() {
			t.Errorf("%v comes at %v", s.Body, s.At)
		}
	}
	if kinds[textlink.Received] != 200 || kinds[textlink.Sent] < 100 || kinds[textlink.Failed] < 5 ||
		kinds[textlink.Tag] < 20 {
		t.Error(kinds)
	}
	if !slices.IsSortedFunc(steps, func(a, b Step) int { return a.At.Compare(b.At) }) {
		t.Error("not ascending")
	}
}

func TestTrickleIsMostlyWithPeopleOfTheHistory(t *testing.T) {
	known := map[any]bool{}
	for _, s := range History(afternoon()) {
		known[fmt.Sprint(s.Body["phone_number"], s.Body["subuser_id"])] = true
	}
	strangers := 0
	for _, s := range turns(110) {
		if s.Kind == textlink.Received && !known[fmt.Sprint(s.Body["phone_number"], s.Body["subuser_id"])] {
			strangers++
		}
	}
	if strangers != 10 {
		t.Errorf("%d of 110 messages are from strangers", strangers)
	}
}

func TestTricklingTagsAlwaysChange(t *testing.T) {
	current := map[string]string{}
	for _, s := range append(History(afternoon()), turns(1000)...) {
		e := decoded(t, s)
		if s.Kind == textlink.Tag && current[e.PhoneNumber] == e.Tag {
			t.Errorf("%s stays %s", e.Name, e.Tag)
		}
		if e.HasTag {
			current[e.PhoneNumber] = e.Tag
		}
	}
}

func TestSameTurnAndSeedGiveTheSameTrickle(t *testing.T) {
	if !reflect.DeepEqual(turns(50), turns(50)) {
		t.Error("they differ")
	}
}

// Whoever has the demo open for a day reads nothing twice.
func TestNobodyWritesTheSameTwice(t *testing.T) {
	seen := map[string]int{}
	last := 0
	for turn := range 1000 {
		for _, s := range Trickle(rand.New(rand.NewPCG(1, 2)), afternoon(), turn) {
			last = turn
			if s.Kind == textlink.Tag || s.Kind == textlink.Failed {
				continue
			}
			text := fmt.Sprint(s.Kind, s.Body["text"])
			if before, twice := seen[text]; twice {
				t.Errorf("turn %d says what turn %d did: %s", turn, before, text)
			}
			seen[text] = turn
			if strings.Contains(text, "%!") {
				t.Error(text)
			}
		}
	}
	if last < 500 {
		t.Errorf("after turn %d nothing happens any more", last)
	}
	if steps := Trickle(rand.New(rand.NewPCG(1, 2)), afternoon(), 5000); len(steps) != 0 {
		t.Errorf("it does not rest: %v", steps)
	}
}

func TestAnHourOfTheDemoIsNotOverSoon(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var passed time.Duration
	turn := 0
	for ; len(Trickle(rng, afternoon(), turn)) > 0; turn++ {
		passed += pauseAfter(rng, turn)
	}
	if passed < 8*time.Hour || turn < 500 {
		t.Errorf("all is told after %s and %d turns", passed, turn)
	}
}
