package store_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"tagline/store"
)

// recount concludes from the tag changes of everybody, read by contact, what TagCounts should say.
func recount(t testing.TB, s *store.Store, contacts int64, scope store.Scope, f store.TagFilter) store.TagCounts {
	t.Helper()
	var counts store.TagCounts
	flows, stays := map[[2]string]int{}, map[string][]int64{}
	sees := func(c store.TagChange) bool {
		return scope.Sees(c.Subuser) && (len(f.Subusers) == 0 || slices.Contains(f.Subusers, c.Subuser))
	}
	for contact := int64(1); contact <= contacts; contact++ {
		all, _, err := s.TagChangesIn(t.Context(), store.Everything, contact, store.TagPart{Limit: 1 << 20})
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(all, func(a, b store.TagChange) int { return cmp.Compare(b.ID, a.ID) })
		for i, c := range all {
			if !sees(c) || !f.Fits(c) {
				continue
			}
			counts.Changes++
			flows[[2]string{c.From, c.To}]++
			if i+1 < len(all) && c.From != "" && sees(all[i+1]) && (len(f.Tags) == 0 || slices.Contains(f.Tags, c.From)) {
				stays[c.From] = append(stays[c.From], max(0, c.At-all[i+1].At))
			}
		}
	}
	for p, n := range flows {
		counts.Flows = append(counts.Flows, store.TagFlow{From: p[0], To: p[1], Count: n})
	}
	for tag, lengths := range stays {
		slices.Sort(lengths)
		n := len(lengths)
		counts.Stays = append(counts.Stays, store.TagStay{Tag: tag, Count: n, Median: (lengths[(n-1)/2] + lengths[n/2]) / 2})
	}
	slices.SortFunc(counts.Flows, func(a, b store.TagFlow) int {
		return cmp.Or(b.Count-a.Count, cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	slices.SortFunc(counts.Stays, func(a, b store.TagStay) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Tag, b.Tag)) })
	return counts
}

func TestTagsAreCountedAsAPlainRecountWould(t *testing.T) {
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 7))
			c := newClock()
			path := filepath.Join(t.TempDir(), "tagline.db")
			s := openAt(t, path, c, nil)
			start := c.ms.Load()
			var waiting []store.Delivery
			tags, subs := []string{"Cold", "Warm", "Hot", "VIP"}, []store.SubuserID{store.Main, 6, 7}
			number := func() string { return fmt.Sprintf("+1%d", rng.IntN(4)) }
			for range 150 {
				c.advance(time.Duration(rng.IntN(120)) * time.Minute)
				switch rng.IntN(5) {
				case 0: // kept for later
					kind := pick(rng, []store.Kind{store.KindTag, store.KindReceived})
					waiting = append(waiting, arrive(t, s, c, store.Delivery{Kind: kind, Outcome: store.Unparsed}))
				case 1: // understood late
					if len(waiting) == 0 {
						continue
					}
					i := rng.IntN(len(waiting))
					d := waiting[i]
					waiting = slices.Delete(waiting, i, i+1)
					d.PhoneNumber, d.Subuser = number(), pick(rng, subs)
					r := understood(d.PhoneNumber, fmt.Sprint("text ", rng.Int()))
					r.Tag, r.Subuser = pick(rng, tags), d.Subuser
					if _, err := s.Process(t.Context(), d, r); err != nil {
						t.Fatal(err)
					}
				case 2: // observed, often with a time of its own
					f := fact{kind: store.KindReceived, subuser: pick(rng, subs), number: number(), text: fmt.Sprint(rng.Int()), tag: pick(rng, tags)}
					if rng.IntN(2) == 0 {
						f.timestamp = c.ms.Load() + int64(rng.IntN(7200_000)) - 3600_000
					}
					tell(t, s, c, f)
				default:
					tell(t, s, c, fact{kind: store.KindTag, subuser: pick(rng, subs), number: number(), tag: pick(rng, tags)})
				}
			}
			compareCounts(t, s, start, c.ms.Load())
		})
	}
}

// compareCounts asks many questions and compares what the store says with a recount.
func compareCounts(t *testing.T, s *store.Store, start, end int64) {
	t.Helper()
	asked := 0
	for _, scope := range []store.Scope{store.Everything, {Subusers: []store.SubuserID{6}}, {Subusers: []store.SubuserID{store.Main, 7}}, {}} {
		for _, subusers := range [][]store.SubuserID{nil, {6}, {store.Main, 6}} {
			for _, tags := range [][]string{nil, {"Hot"}, {"Cold", "VIP"}, {"never"}} {
				for _, period := range [][2]int64{{0, 0}, {start + (end-start)/3, 0}, {start + (end-start)/4, start + (end-start)/2}} {
					f := store.TagFilter{Subusers: subusers, Tags: tags, From: period[0], Until: period[1]}
					got, err := s.TagCounts(t.Context(), scope, f)
					if err != nil {
						t.Fatal(err)
					}
					want := recount(t, s, 4, scope, f)
					if !reflect.DeepEqual(got, want) {
						t.Fatalf("%+v by %+v:\ngot  %+v\nwant %+v", f, scope, got, want)
					}
					list := walk(t, s, scope, f, 7)
					if len(list) != want.Changes {
						t.Fatalf("%+v by %+v lists %d changes, counts %d", f, scope, len(list), want.Changes)
					}
					asked += want.Changes
				}
			}
		}
	}
	if asked < 1000 {
		t.Errorf("only %d changes were counted: the questions say little", asked)
	}
}

// walk lists what a filter lists, page by page, and checks each and their order.
func walk(t testing.TB, s *store.Store, scope store.Scope, f store.TagFilter, page int) []store.ContactChange {
	t.Helper()
	var all []store.ContactChange
	before := store.Position{}
	for {
		list, more, err := s.ContactChanges(t.Context(), scope, f, before, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			if !f.Fits(c.TagChange) || !scope.Sees(c.Subuser) {
				t.Errorf("%+v does not fit %+v of %+v", c, f, scope)
			}
			if before != (store.Position{}) && !c.Position().Before(before) {
				t.Errorf("%+v stands after %+v", c, before)
			}
			before = c.Position()
		}
		all = append(all, list...)
		if !more {
			return all
		}
		if len(list) != page {
			t.Fatalf("a page that is not the last has %d changes", len(list))
		}
	}
}

func TestAMedianIsThatOfTheStaysThatBothEndsAreSeenOf(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	for i, step := range []struct {
		subuser store.SubuserID
		tag     string
		lasts   time.Duration
	}{{6, "Cold", time.Hour}, {6, "Warm", 3 * time.Hour}, {store.Main, "Cold", 10 * time.Hour}, {6, "Warm", time.Hour}, {6, "Cold", 2 * time.Hour}, {6, "Hot", 0}} {
		if got := tell(t, s, c, fact{kind: store.KindTag, subuser: step.subuser, number: "+1", tag: step.tag}); got != store.Stored {
			t.Fatalf("step %d: %s", i, got)
		}
		c.advance(step.lasts)
	}
	for _, tt := range []struct {
		name  string
		scope store.Scope
		want  []store.TagStay
	}{
		{"everything", store.Everything, []store.TagStay{{Tag: "Cold", Count: 3, Median: 2 * 3600_000}, {Tag: "Warm", Count: 2, Median: 2 * 3600_000}}},
		// Warm began or ended by the main account is not theirs, and neither is the Cold between.
		{"subuser 6", store.Scope{Subusers: []store.SubuserID{6}}, []store.TagStay{{Tag: "Cold", Count: 2, Median: 90 * 60_000}, {Tag: "Warm", Count: 1, Median: 3600_000}}},
		{"the main account", store.Scope{Subusers: []store.SubuserID{store.Main}}, nil},
	} {
		counts, err := s.TagCounts(t.Context(), tt.scope, store.TagFilter{})
		if err != nil || !reflect.DeepEqual(counts.Stays, tt.want) {
			t.Errorf("%s: %+v, %v, want %+v", tt.name, counts.Stays, err, tt.want)
		}
	}
}

func TestAChangeLeadsToAConversationInTheScopeOnly(t *testing.T) {
	c := newClock()
	s := open(t, c, nil)
	tell(t, s, c, fact{kind: store.KindReceived, number: "+1", text: "to the main account", name: "Mira"})
	tell(t, s, c, fact{kind: store.KindTag, subuser: 6, number: "+1", tag: "Hot"})
	six := store.Scope{Subusers: []store.SubuserID{6}}
	list := walk(t, s, six, store.TagFilter{}, 10)
	if len(list) != 1 || list[0].ConversationID != 0 || list[0].Contact.Name != "Mira" {
		t.Errorf("without a conversation in the scope: %+v", list)
	}
	all := walk(t, s, store.Everything, store.TagFilter{}, 10)
	if len(all) != 1 || all[0].ConversationID == 0 {
		t.Errorf("an admin: %+v", all)
	}
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 6, number: "+1", text: "to six"})
	own := walk(t, s, six, store.TagFilter{}, 10)[0].ConversationID
	if admins := walk(t, s, store.Everything, store.TagFilter{}, 10)[0].ConversationID; own == 0 || admins != own {
		t.Errorf("with one of the change's subuser: %d, for admins %d", own, admins)
	}
	if _, err := s.ContactChange(t.Context(), store.Scope{Subusers: []store.SubuserID{7}}, list[0].ID); err != store.ErrNotFound {
		t.Errorf("a change outside of the scope: %v", err)
	}
}
