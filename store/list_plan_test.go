package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

// plan is how SQLite would run a statement, a line a step.
func plan(t *testing.T, s *Store, query string, args ...any) []string {
	t.Helper()
	rows, err := s.reads.QueryContext(context.Background(), `EXPLAIN QUERY PLAN `+query, args...)
	steps, err := collect(rows, err, func(r row, step *string) error {
		var id, parent, unused int
		return r.Scan(&id, &parent, &unused, step)
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return steps
}

// scans returns the steps that read a whole table or index. Walking the page of results is none, nor is taking the
// first of what waits to be indexed.
func scans(steps []string) []string {
	var found []string
	for _, step := range steps {
		if strings.HasPrefix(step, "SCAN ") && step != "SCAN page" && !strings.HasPrefix(step, "SCAN (") && step != "SCAN CONSTANT ROW" && step != "SCAN search_again" {
			found = append(found, step)
		}
	}
	return found
}

// Whatever a list is narrowed by and whichever index it walks: it is walked in order, and nothing is scanned.
func TestNoListScans(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const user = 1
	for _, view := range []View{ViewInbox, ViewUnread, ViewUnanswered, ViewFailed, ViewDone, ViewMine, ViewSnoozed} {
		for _, sort := range []Sort{SortNewest, SortOldest, SortWaiting} {
			f := Filter{View: view, Sort: sort, Subusers: []SubuserID{Main, 6}, Tags: []string{"Hot"}, SIMCards: []int64{2}, From: "2026-11-01", Until: "2026-11-24"}
			for _, source := range sources(user, f, sizes{}) {
				query, args := source.list(user, f, Position{}, 51)
				name := fmt.Sprint(view, " ", sort, " along ", source.from)
				steps := plan(t, s, query, args...)
				if found := scans(steps); found != nil {
					t.Errorf("%s scans: %q", name, found)
				}
				if sorts := strings.Contains(strings.Join(steps, "\n"), "TEMP B-TREE FOR ORDER BY"); sorts && sort != SortWaiting && !source.sorted {
					t.Errorf("%s sorts:\n%s", name, strings.Join(steps, "\n"))
				}
			}
		}
	}
}

// The source with the fewest rows is walked; long ones in the right order before short ones that would have to be
// sorted.
func TestTheNarrowestIndexIsWalked(t *testing.T) {
	n := sizes{all: 100_000, unanswered: 30_000, failed: 4000, unread: 50, mine: 10, subusers: 2000, tags: 500, simCards: 20_000}
	scope := []SubuserID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}
	most := n
	most.subusers = 99_000
	for _, c := range []struct {
		f    Filter
		n    sizes
		want string
	}{
		{Filter{}, n, "conversations_newest"},
		{Filter{View: ViewUnread}, n, "unread n"},
		{Filter{View: ViewMine, Tags: []string{"Hot"}}, n, "conversations_assignee"},
		{Filter{View: ViewUnanswered}, n, "conversations_unanswered"},
		{Filter{View: ViewFailed, Subusers: []SubuserID{6}}, n, "conversations_subuser"},
		{Filter{View: ViewFailed}, n, "conversations_failed"},
		{Filter{Tags: []string{"Hot"}, Subusers: []SubuserID{6}}, n, "conversations_tag"},
		{Filter{SIMCards: []int64{2}}, n, "conversations_sim_card"},
		{Filter{Subusers: scope}, most, "conversations_newest"},
		{Filter{Tags: make([]string, 500)}, n, "conversations_newest"},
		{Filter{Sort: SortWaiting, SIMCards: []int64{2}}, n, "conversations_waiting"},
		{Filter{Sort: SortWaiting, Tags: []string{"Hot"}}, n, "conversations_tag"},
		{Filter{Sort: SortWaiting, View: ViewMine}, n, "conversations_assignee"},
	} {
		if got := narrowestOf(1, c.f, c.n).from; !strings.Contains(got, c.want) {
			t.Errorf("%+v walks along %s, want %s", c.f, got, c.want)
		}
	}
}

// What is unread is listed in part only. Whichever index is walked, it must be the same.
func TestEveryWayToWhatIsUnreadFindsTheSame(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	anna, err := s.CreateUser(t.Context(), User{Name: "anna", Role: Admin}, "hash")
	if err != nil {
		t.Fatal(err)
	}
	receive := func(n int) {
		t.Helper()
		number := fmt.Sprint("+1555", n)
		d := Delivery{Kind: KindReceived, ArrivedAt: int64(n) * 60_000, Subuser: SubuserID(n % 3), PhoneNumber: number, Body: []byte(`{}`)}
		r := Report{Subuser: d.Subuser, PhoneNumber: number, Text: "hello", TextKey: []byte("0123456789abcdef")}
		if _, err := s.RecordReceived(t.Context(), d, r); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 30 {
		receive(n)
		if n == 20 { // subuser 2 is not listed
			if err := s.MarkRead(t.Context(), Everything, anna.ID, 1, 2, 7, 13, 14); err != nil {
				t.Fatal(err)
			}
		}
	}
	receive(1)
	for _, f := range []Filter{{View: ViewUnread}, {View: ViewUnread, Sort: SortOldest}, {View: ViewUnread, Subusers: []SubuserID{1, 2}}} {
		n, err := s.sizes(t.Context(), anna.ID, f)
		if err != nil || len(n.unlisted) == 0 {
			t.Fatal(n, err)
		}
		first := ""
		for _, source := range sources(anna.ID, f, n) {
			query, args := source.list(anna.ID, f, Position{}, 100)
			rows, err := s.reads.QueryContext(t.Context(), query, args...)
			list, err := collect(rows, err, scanConversation)
			if err != nil {
				t.Fatal(err)
			}
			ids := fmt.Sprint(idsIn(list))
			if first == "" {
				first = ids
			}
			if ids != first || len(list) != n.unread || len(list) < 10 {
				t.Errorf("%+v along %s: %s, counted %d; another way: %s", f, source.from, ids, n.unread, first)
			}
		}
	}
}

func idsIn(list []Conversation) (ids []int64) {
	for _, c := range list {
		ids = append(ids, c.ID)
	}
	return ids
}

func TestNoReadOfAConversationScans(t *testing.T) {
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, query := range []string{
		`SELECT ` + conversationColumns + ` WHERE c.id = 2`,
		`SELECT ` + conversationColumns + ` WHERE c.contact_id = 2`,
		`SELECT ` + messageColumns + ` FROM messages WHERE conversation_id = 1 AND (at, id) < (1, 2) ORDER BY at DESC, id DESC LIMIT 50`,
		`SELECT unread FROM user_counts WHERE user_id = 1`,
		`SELECT tag, sum(open) FROM tag_counts WHERE tag <> '' AND subuser_id IN (1, 2) GROUP BY tag`,
		`SELECT id FROM notes WHERE conversation_id = 1 AND at >= 2 ORDER BY at, id`,
	} {
		args := []any{}
		if strings.Contains(query, "u.id = ?") {
			args = append(args, 1)
		}
		if found := scans(plan(t, s, query, args...)); found != nil {
			t.Errorf("%s scans: %q", query, found)
		}
	}
}

// What stands in and beside a thread is found by an index, also where it is rare in a long one.
func TestNothingInAThreadScans(t *testing.T) {
	p, planner := observe(t)
	ctx, some := t.Context(), Scope{Subusers: []SubuserID{1, 2}}
	const conversation = 1
	for name, read := range map[string]struct {
		index string
		do    func() error
	}{
		"open failures":     {"messages_open_failures", func() error { _, err := p.OpenFailures(ctx, some, conversation); return err }},
		"the failure above": {"messages_open_failures", func() error { _, err := p.nextFailure(ctx, conversation, Position{5, 5}, false); return err }},
		"the failure below": {"messages_open_failures", func() error { _, err := p.nextFailure(ctx, conversation, Position{5, 5}, true); return err }},
		"notes":             {"notes_thread", func() error { _, _, err := p.notes(ctx, conversation, 5, 0, 50); return err }},
		"the newest notes":  {"notes_thread", func() error { _, _, err := p.newestNotes(ctx, conversation, 3); return err }},
	} {
		if err := read.do(); err != nil && !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
		if plan := planner.taken(); !strings.Contains(plan, "INDEX "+read.index+" (conversation_id=?") || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: not walked along %s:\n%s", name, read.index, plan)
		}
	}
}
