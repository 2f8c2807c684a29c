package store

import (
	"fmt"
	"strconv"
	"strings"
)

// Position is where something stands in a list ordered by time: lists are paged by it.
type Position struct{ At, ID int64 }

// Before tells whether p stands before q.
func (p Position) Before(q Position) bool { return p.At < q.At || p.At == q.At && p.ID < q.ID }

// String writes the position as it stands in addresses.
func (p Position) String() string { return fmt.Sprintf("%d.%d", p.At, p.ID) }

// ParsePosition reads what String writes; the zero Position where there is none.
func ParsePosition(s string) (Position, error) {
	if s == "" {
		return Position{}, nil
	}
	var p Position
	at, id, _ := strings.Cut(s, ".")
	var err error
	if p.At, err = strconv.ParseInt(at, 10, 64); err != nil {
		return p, err
	}
	p.ID, err = strconv.ParseInt(id, 10, 64)
	return p, err
}
