package store

import (
	"encoding/json"
	"slices"
	"strconv"
)

// SubuserID names a TextLink subuser (team account). TextLink numbers them from 1; a webhook without a subuser
// belongs to the main account, which is Main here.
type SubuserID int64

// Main is the account itself, as opposed to one of its subusers.
const Main SubuserID = 0

// NoSubuser is nobody's account: a list narrowed to it is empty.
const NoSubuser SubuserID = -1

// String is "main" for the main account and the number otherwise: the form used in addresses.
func (id SubuserID) String() string {
	if id == Main {
		return "main"
	}
	return strconv.FormatInt(int64(id), 10)
}

// ParseSubuserID reads what SubuserID.String writes.
func ParseSubuserID(s string) (SubuserID, error) {
	if s == "main" {
		return Main, nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return 0, err
	}
	return SubuserID(n), nil
}

// Scope is what one person may see: everything, or the named subusers. The zero Scope sees nothing.
// It is an argument of every read of messages, contacts and tags; what lies outside answers like what does not exist.
type Scope struct {
	All      bool
	Subusers []SubuserID
}

// Everything is the scope of admins and of commands run on the server itself.
var Everything = Scope{All: true}

// Sees tells whether the scope includes the subuser.
func (s Scope) Sees(id SubuserID) bool {
	if s.All {
		return true
	}
	for _, own := range s.Subusers {
		if own == id {
			return true
		}
	}
	return false
}

// where returns an SQL condition on a subuser column, with its arguments.
func (s Scope) where(column string) (string, []any) {
	if s.All {
		return "1", nil
	}
	return in(column, s.Subusers)
}

// beside is where for a column that stands beside a key which finds the few rows in question: the plus keeps SQLite
// from looking each of them up once for every subuser in the scope.
func (s Scope) beside(column string) (string, []any) { return s.where("+" + column) }

// fewValues is how many values a condition takes as arguments of their own. A statement has at most 32,766 arguments,
// and a list repeats its conditions for each of its walks.
const fewValues = 30

// in returns "column IN (…)" and its arguments: one for each of a few values, a single one for many. For no values it
// is a condition that holds for no row.
func in[T any](column string, values []T) (string, []any) {
	if len(values) == 0 {
		return "0", nil
	}
	if len(values) > fewValues {
		array, err := json.Marshal(values)
		if err != nil {
			panic(err) // numbers and strings always are JSON
		}
		return column + " IN (SELECT value FROM json_each(?))", []any{string(array)}
	}
	marks := make([]byte, 0, 2*len(values))
	args := make([]any, 0, len(values))
	for _, v := range values {
		marks = append(marks, '?', ',')
		args = append(args, v)
	}
	return column + " IN (" + string(marks[:len(marks)-1]) + ")", args
}

// Key is the same for scopes that include the same.
func (s Scope) Key() string {
	if s.All {
		return "all"
	}
	var key []byte
	for _, id := range slices.Sorted(slices.Values(s.Subusers)) {
		key = strconv.AppendInt(append(key, ' '), int64(id), 10)
	}
	return string(key)
}
