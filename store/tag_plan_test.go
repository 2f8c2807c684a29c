package store

import (
	"context"
	"strings"
	"testing"
)

// Whatever is asked of the tags: changes are read in the order of an index, and no further than they are needed.
func TestNoReadOfTagsScans(t *testing.T) {
	p, planner := observe(t)
	reads := map[string]struct {
		index string
		read  func(context.Context, Scope, TagFilter) error
	}{
		"counts": {"tag_changes_at (at>? AND at<?)", func(ctx context.Context, scope Scope, f TagFilter) error {
			_, err := p.TagCounts(ctx, scope, f)
			return err
		}},
		"list": {"tag_changes_at (at>? AND at<?)", func(ctx context.Context, scope Scope, f TagFilter) error {
			_, _, err := p.ContactChanges(ctx, scope, f, Position{At: 5, ID: 7}, 50)
			return err
		}},
		"by id": {"INTEGER PRIMARY KEY", func(ctx context.Context, scope Scope, _ TagFilter) error {
			_, err := p.contactChanges(ctx, scope, []int64{1, 2})
			return err
		}},
	}
	for name, r := range reads {
		for _, scope := range []Scope{Everything, {Subusers: []SubuserID{Main, 6}}} {
			for _, f := range []TagFilter{{}, {From: 1, Until: 9, Tags: []string{"Hot", "Cold"}, Subusers: []SubuserID{6}}} {
				if err := r.read(t.Context(), scope, f); err != nil {
					t.Fatal(err)
				}
				taken := planner.taken()
				first, _, _ := strings.Cut(taken, "SEARCH t ") // the few that a list shows are looked up and sorted
				if found := scans(strings.Split(taken, "\n")); found != nil || !strings.Contains(taken, r.index) || strings.Contains(first, "TEMP B-TREE") {
					t.Errorf("%s: %+v by %+v scans %q:\n%s", name, f, scope, found, taken)
				}
			}
		}
	}
}
