package store

import (
	"context"
	"slices"
)

// Swap says that a webhook gets the bodies of another one: their URLs are probably swapped in TextLink's console.
type Swap struct{ Kind, With Kind }

// Swaps returns the webhooks whose last body that could be told apart was another one's, each pair once, in the order
// of Kinds.
func (s *Store) Swaps(ctx context.Context) ([]Swap, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT kind, looks_like FROM hooks WHERE looks_like NOT IN ('', kind)`)
	found, err := collect(rows, err, func(r row, s *Swap) error { return r.Scan(&s.Kind, &s.With) })
	return swaps(found), err
}

// swaps makes pairs of what was found. Sends and failures look alike: the one of them that gets the other webhook's
// bodies is the one that is meant.
func swaps(found []Swap) []Swap {
	with := map[Kind]Kind{}
	for _, s := range found {
		with[s.Kind] = s.With
	}
	for kind, other := range with {
		twin := map[Kind]Kind{KindSent: KindFailed, KindFailed: KindSent}[other]
		if twin != "" && with[other] != kind && with[twin] == kind {
			with[kind] = twin
		}
	}
	var all []Swap
	for _, kind := range Kinds {
		other, swapped := with[kind]
		if swapped && !slices.Contains(all, Swap{other, kind}) {
			all = append(all, Swap{kind, other})
		}
	}
	return all
}
