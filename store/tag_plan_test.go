package store

import (
	"strings"
	"testing"
)

// Whatever is asked of the tags: blocks are found by their times and read in a row of ids, changes by their ids.
func TestNoReadOfTagsScans(t *testing.T) {
	p, planner := observe(t)
	some := Scope{Subusers: []SubuserID{Main, 6}}
	for _, scope := range []Scope{Everything, some} {
		for _, f := range []TagFilter{{}, {From: 1, Until: 9, Tags: []string{"Hot", "Cold"}, Subusers: []SubuserID{6}}} {
			if _, err := p.TagCounts(t.Context(), scope, f); err != nil {
				t.Fatal(err)
			}
			if _, _, err := p.ContactChanges(t.Context(), scope, f, Position{At: 5, ID: 7}, 50); err != nil {
				t.Fatal(err)
			}
			if _, err := p.contactChanges(t.Context(), scope, []int64{1, 2}); err != nil {
				t.Fatal(err)
			}
			taken := planner.taken()
			if found := scans(strings.Split(taken, "\n")); found != nil || strings.Count(taken, "SEARCH tag_blocks") < 4 || !strings.Contains(taken, "SEARCH t USING INTEGER PRIMARY KEY") {
				t.Errorf("%+v by %+v scans %q:\n%s", f, scope, found, taken)
			}
		}
	}
}
