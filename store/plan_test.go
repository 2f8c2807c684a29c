package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"slices"
	"strings"
	"sync"
	"testing"

	"modernc.org/sqlite"

	engine "tagline/store/sqlite"
)

// planner opens connections that note how SQLite goes about each query before they run it.
type planner struct {
	path string
	mu   sync.Mutex
	plan strings.Builder
}

func (p *planner) Driver() driver.Driver { return &sqlite.Driver{} }

func (p *planner) Connect(context.Context) (driver.Conn, error) {
	conn, err := p.Driver().Open("file:" + p.path + "?mode=rw&_pragma=query_only(1)")
	return &planned{conn, p}, err
}

// taken returns the plans of the queries since it was called last.
func (p *planner) taken() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	defer p.plan.Reset()
	return p.plan.String()
}

// observe returns a store with the plans of its reads.
func observe(t *testing.T) (*patient, *planner) {
	t.Helper()
	p := admit(t, Options{})
	planner := &planner{path: p.path}
	p.reads = engine.NewReader(sql.OpenDB(planner))
	t.Cleanup(func() { p.reads.Close() })
	return p, planner
}

type planned struct {
	driver.Conn
	planner *planner
}

func (c *planned) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	stmt, err := c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
	return &plannedStatement{stmt, c, query}, err
}

type plannedStatement struct {
	driver.Stmt
	conn  *planned
	query string
}

func (s *plannedStatement) QueryContext(ctx context.Context, args []driver.NamedValue) (driver.Rows, error) {
	if err := s.conn.note(ctx, s.query, args); err != nil {
		return nil, err
	}
	return s.Stmt.(driver.StmtQueryContext).QueryContext(ctx, args)
}

// note takes down how SQLite goes about a query.
func (c *planned) note(ctx context.Context, query string, args []driver.NamedValue) error {
	steps, err := c.Conn.(driver.QueryerContext).QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args)
	if err != nil {
		return err
	}
	defer steps.Close()
	c.planner.mu.Lock()
	defer c.planner.mu.Unlock()
	for step := make([]driver.Value, len(steps.Columns())); steps.Next(step) == nil; {
		c.planner.plan.WriteString(step[len(step)-1].(string) + "\n")
	}
	return nil
}

func TestWhatIsRareInTheLogIsFoundByAnIndex(t *testing.T) {
	p, planner := observe(t)
	list := func(f DeliveryFilter) func() error {
		return func() error { _, _, err := p.Deliveries(t.Context(), f, 0, 50); return err }
	}
	for name, read := range map[string]struct {
		index string
		do    func() error
	}{
		"repeats":               {"deliveries_outcome", list(DeliveryFilter{Outcome: Duplicate})},
		"not understood":        {"deliveries_outcome", list(DeliveryFilter{Outcome: Unparsed})},
		"samples of a kind":     {"deliveries_outcome", list(DeliveryFilter{Outcome: Test, Kind: KindSent})},
		"to be processed":       {"deliveries_outcome", func() error { _, err := p.UnparsedAfter(t.Context(), 0, 16); return err }},
		"how many":              {"deliveries_outcome", func() error { _, err := p.CountUnparsed(t.Context()); return err }},
		"of a number":           {"deliveries_phone_number", list(DeliveryFilter{Numbers: []string{"+1"}})},
		"of a number on a hook": {"deliveries_phone_number", list(DeliveryFilter{Numbers: []string{"+1"}, Kind: KindTag})},
	} {
		if err := read.do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if plan := planner.taken(); !strings.Contains(plan, "INDEX "+read.index+" ") || strings.Contains(plan, "SCAN deliveries") {
			t.Errorf("%s: not found by %s:\n%s", name, read.index, plan)
		}
	}
}

// A part of a thread is read by index, however many attempts, tag changes and notes the account has.
func TestAPartOfAThreadScansNothing(t *testing.T) {
	p, planner := observe(t)
	contact, conversation := int64(1), int64(1)
	if _, err := p.RecordReceived(t.Context(), Delivery{Kind: KindReceived, PhoneNumber: "+1", Body: []byte(`{}`)},
		Report{PhoneNumber: "+1", Text: "Hello", TextKey: []byte("Hello")}); err != nil {
		t.Fatal(err)
	}
	for name, read := range map[string]struct {
		index string
		do    func() error
	}{
		"attempts": {"replies_attempts", func() error {
			_, _, err := p.MessagesBefore(t.Context(), Everything, conversation, Position{}, 50)
			return err
		}},
		"tag changes": {"tag_changes_timeline", func() error {
			_, _, err := p.TagChangesIn(t.Context(), Everything, contact, TagPart{Limit: 50})
			return err
		}},
		"tag changes of a part": {"tag_changes_timeline", func() error {
			part := TagPart{From: 5, Until: 9, Limit: 50, Ascending: true}
			_, _, err := p.TagChangesIn(t.Context(), Everything, contact, part)
			return err
		}},
		"notes": {"notes_thread", func() error {
			_, _, err := p.Notes(t.Context(), Everything, conversation, 5, 9, 50)
			return err
		}},
		"first notes": {"notes_thread", func() error {
			_, _, err := p.NotesFrom(t.Context(), Everything, conversation, 5, 9, 50)
			return err
		}},
	} {
		planner.taken()
		if err := read.do(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		plan := planner.taken()
		long := []string{"SCAN ", "TEMP B-TREE", "(rowid<?)"}
		if !strings.Contains(plan, "INDEX "+read.index+" ") ||
			slices.ContainsFunc(long, func(step string) bool { return strings.Contains(plan, step) }) {
			t.Errorf("%s: not read by %s alone:\n%s", name, read.index, plan)
		}
	}
}
