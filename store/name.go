package store

import "context"

// Names are what admins call subusers and SIM cards, which TextLink only numbers. What has no name is not in them.
type Names struct {
	Subusers map[SubuserID]string
	SIMCards map[int64]string
}

const (
	nameOfSubuser = "subuser"
	nameOfSIMCard = "sim_card"
)

// Names returns the names of the subusers in the scope and of all SIM cards.
func (s *Store) Names(ctx context.Context, scope Scope) (Names, error) {
	names := Names{map[SubuserID]string{}, map[int64]string{}}
	type line struct {
		kind string
		id   int64
		name string
	}
	rows, err := s.reads.QueryContext(ctx, `SELECT kind, id, name FROM names`)
	lines, err := collect(rows, err, func(r row, l *line) error { return r.Scan(&l.kind, &l.id, &l.name) })
	for _, l := range lines {
		switch {
		case l.kind == nameOfSIMCard:
			names.SIMCards[l.id] = l.name
		case scope.Sees(SubuserID(l.id)):
			names.Subusers[SubuserID(l.id)] = l.name
		}
	}
	return names, err
}

// SetNames gives names to those that are in it, all at once, and leaves the others theirs; "" takes one away.
func (s *Store) SetNames(ctx context.Context, names Names) error {
	return s.write(ctx, func(t *tx) error {
		for id, name := range names.Subusers {
			if err := t.setName(nameOfSubuser, int64(id), name); err != nil {
				return err
			}
		}
		for id, name := range names.SIMCards {
			if err := t.setName(nameOfSIMCard, id, name); err != nil {
				return err
			}
		}
		if err := t.audit(ctx, NamesChanged, ""); err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), Settings: NamesSetting})
	})
}

func (t *tx) setName(kind string, id int64, name string) error {
	err := t.Exec(`DELETE FROM names WHERE kind = ? AND id = ?`, kind, id)
	if err == nil && name != "" {
		err = t.Exec(`INSERT INTO names (kind, id, name) VALUES (?, ?, ?)`, kind, id, name)
	}
	return err
}

// Within are the names without those of subusers outside of the scope.
func (n Names) Within(scope Scope) Names {
	if scope.All {
		return n
	}
	own := Names{make(map[SubuserID]string, len(scope.Subusers)), n.SIMCards}
	for _, id := range scope.Subusers {
		if name := n.Subusers[id]; name != "" {
			own.Subusers[id] = name
		}
	}
	return own
}

// SIMCount is how many conversations went last through a SIM card.
type SIMCount struct {
	SIMCardID int64
	Count     int
}

// SIMCards returns the SIM cards that conversations in the scope have gone through, by number.
func (s *Store) SIMCards(ctx context.Context, scope Scope) ([]SIMCount, error) {
	where, args := scope.where("subuser_id")
	rows, err := s.reads.QueryContext(ctx, `SELECT sim_card_id, sum(conversations) FROM subuser_sim_cards WHERE `+
		where+` GROUP BY sim_card_id ORDER BY sim_card_id`, args...)
	return collect(rows, err, func(r row, c *SIMCount) error { return r.Scan(&c.SIMCardID, &c.Count) })
}
