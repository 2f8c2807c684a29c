package store

import (
	"context"
	"strings"
	"testing"
)

// Whatever is read part by part goes on where the part before ended, by the key it is ordered by: nothing is sorted, so
// that the last part costs what the first does.
func TestNoPartSorts(t *testing.T) {
	p, planner := observe(t)
	some := Scope{Subusers: []SubuserID{1, 2}}
	narrow := Filter{View: ViewInbox, Subusers: []SubuserID{1}, Tags: []string{"Hot"}, SIMCards: []int64{2}, From: "2026-11-01", Until: "2026-11-24"}
	filters := []Filter{{View: ViewAll}, {}, {View: ViewUnread}, {View: ViewFailed}, {View: ViewMine}, {View: ViewDone}, {View: ViewUnanswered}, {Sort: SortWaiting}, narrow}
	byID := []struct {
		name, key string
		read      func(context.Context, Scope, Filter) error
	}{
		{"conversations", "SEARCH c USING INTEGER PRIMARY KEY (rowid>?)", func(ctx context.Context, scope Scope, f Filter) error {
			_, err := p.DownloadConversations(ctx, scope, 1, f, 5, 500)
			return err
		}},
		{"messages", "SEARCH m USING INTEGER PRIMARY KEY (rowid>?)", func(ctx context.Context, scope Scope, f Filter) error {
			_, err := p.DownloadMessages(ctx, scope, 1, f, false, 5, 500)
			return err
		}},
		{"failures", "SEARCH m USING INTEGER PRIMARY KEY (rowid>?)", func(ctx context.Context, scope Scope, f Filter) error {
			_, err := p.DownloadMessages(ctx, scope, 1, f, true, 5, 500)
			return err
		}},
		{"tag changes", "SEARCH tag_changes USING INTEGER PRIMARY KEY (rowid>?)", func(ctx context.Context, scope Scope, f Filter) error {
			_, err := p.DownloadTagChanges(ctx, scope, f, 5, 500)
			return err
		}},
		{"contacts", "SEARCH k USING INTEGER PRIMARY KEY (rowid>?)", func(ctx context.Context, scope Scope, f Filter) error {
			_, err := p.Contacts(ctx, scope, "", f.Tags, 5, 200)
			return err
		}},
		{"rows of messages", "SEARCH messages USING INTEGER PRIMARY KEY (rowid=?)", func(ctx context.Context, _ Scope, _ Filter) error {
			_, err := p.downloaded(ctx, 1, make([]int64, 500))
			return err
		}},
		{"audit", "SEARCH audit USING INDEX audit_user (user_id=? AND id<?)", func(ctx context.Context, _ Scope, _ Filter) error {
			_, _, err := p.AuditLog(ctx, AuditFilter{UserID: 1, Action: SignedIn, From: 1, Until: 9}, 5, 100)
			return err
		}},
		{"refusals", "SCAN refusals", func(ctx context.Context, _ Scope, _ Filter) error { // by id, a few thousand at most
			_, _, err := p.Refusals(ctx, 5, 10)
			return err
		}},
		{"deliveries", "SEARCH deliveries USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)", func(ctx context.Context, _ Scope, _ Filter) error {
			_, _, err := p.Deliveries(ctx, DeliveryFilter{}, 5, 50)
			return err
		}},
		{"changes", "SEARCH changes USING INTEGER PRIMARY KEY (rowid>?)", func(ctx context.Context, _ Scope, _ Filter) error {
			_, err := p.ChangesSince(ctx, 0, 1000)
			return err
		}},
	}
	for _, part := range byID {
		for _, scope := range []Scope{Everything, some} {
			for _, f := range filters {
				if err := part.read(t.Context(), scope, f); err != nil {
					t.Fatalf("%s: %v", part.name, err)
				}
				if plan := planner.taken(); !strings.Contains(plan, part.key) || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") {
					t.Errorf("%s of %+v are not read by %s:\n%s", part.name, f, part.key, plan)
				}
			}
		}
	}
}
