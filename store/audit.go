package store

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// Actor is who does something, and from where. It travels with the context of a request.
type Actor struct {
	UserID  int64
	Name    string // "" is nobody who is known
	Address string
	Device  string // what their browser calls itself
}

type actorKey struct{}

// As returns a context in which things are done by somebody.
func As(ctx context.Context, by Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, by)
}

// actor is who does what is done in the context; a command on the server where nobody was said.
func actor(ctx context.Context) Actor {
	by, said := ctx.Value(actorKey{}).(Actor)
	if !said {
		by.Name = "command on the server"
	}
	return by
}

// Action is what the audit log tells of.
type Action string

// The actions.
const (
	SignedIn            Action = "signed in"
	SignInRefused       Action = "sign-in refused"
	SignedOut           Action = "signed out"
	SignedOutEverywhere Action = "signed out everywhere"
	SessionEnded        Action = "session ended"
	PasswordSet         Action = "password set"
	LinkMade            Action = "password link made"
	PersonAdded         Action = "person added"
	PersonInvited       Action = "person invited"
	AccessChanged       Action = "access changed"
	PersonDisabled      Action = "person disabled"
	PersonEnabled       Action = "person enabled"
	FactorAdded         Action = "second factor added"
	FactorRemoved       Action = "second factor removed"
	CodesMade           Action = "recovery codes made"
	CodeUsed            Action = "recovery code used"
	KeyAdded            Action = "webhook key added"
	KeyRevoked          Action = "webhook key revoked"
	NamesChanged        Action = "names changed"
	Exported            Action = "exported"
	NoteDeleted         Action = "note deleted"
	NoteRestored        Action = "note restored"
	FailuresDismissed   Action = "failures dismissed"
	FailuresRestored    Action = "failures restored"
	Replied             Action = "reply written"
	TriedAgain          Action = "sent again"
	CannedReplyAdded    Action = "canned reply added"
	CannedReplyChanged  Action = "canned reply changed"
	CannedReplyDeleted  Action = "canned reply deleted"
	OptedOut            Action = "opted out by hand"
	OptedIn             Action = "opt-out cleared by hand"
	SentDespiteOptOut   Action = "sent despite opt-out"
	OptWordsChanged     Action = "opt-out words changed"
	TagAsked            Action = "tag asked for"
	Downloaded          Action = "downloaded"
)

// Actions are all of them, in the order in which they are offered.
var Actions = []Action{
	SignedIn, SignInRefused, SignedOut, SignedOutEverywhere, SessionEnded, PasswordSet, LinkMade, PersonAdded,
	PersonInvited, AccessChanged,
	PersonDisabled, PersonEnabled, FactorAdded, FactorRemoved, CodesMade, CodeUsed, KeyAdded, KeyRevoked, NamesChanged,
	Exported, NoteDeleted, NoteRestored,
	FailuresDismissed, FailuresRestored, Replied, TriedAgain, CannedReplyAdded, CannedReplyChanged, CannedReplyDeleted,
	OptedOut, OptedIn, SentDespiteOptOut, OptWordsChanged, TagAsked, Downloaded,
	ContactDeleted, ContactExported, RetentionChanged, ClockConfirmed,
}

// Entry is one line of the audit log.
type Entry struct {
	ID      int64
	At      int64 // Unix ms
	UserID  int64 // who did it; 0 is nobody who is known, or a command on the server
	Name    string
	Action  Action
	Subject string // to whom or what
	Address string
}

// AuditFilter narrows the audit log; what is zero narrows nothing.
type AuditFilter struct {
	UserID int64
	Action Action
	From   int64 // Unix ms
	Until  int64 // Unix ms, not included
}

// audit notes what the transaction does, and who does it.
func (t *tx) audit(ctx context.Context, action Action, subject string) error {
	by := actor(ctx)
	return t.Exec(`INSERT INTO audit (at, user_id, name, action, subject, address)
		VALUES (?, ?, ?, ?, ?, ?)`, t.now, by.UserID, by.Name, action, subject, by.Address)
}

// Audit notes something that changes nothing here: a sign-in that was refused, an export.
func (s *Store) Audit(ctx context.Context, action Action, subject string) error {
	return s.write(ctx, func(t *tx) error { return t.audit(ctx, action, subject) })
}

// AuditLog returns up to limit entries before the id (0 is the end), the newest first, and whether there are more.
func (s *Store) AuditLog(ctx context.Context, f AuditFilter, before int64, limit int) ([]Entry, bool, error) {
	where, args := `1`, []any{}
	narrow := func(given bool, condition string, value any) {
		if given {
			where, args = where+` AND `+condition, append(args, value)
		}
	}
	narrow(f.UserID != 0, `user_id = ?`, f.UserID)
	narrow(f.Action != "", `action = ?`, f.Action)
	narrow(f.From != 0, `at >= ?`, f.From)
	narrow(f.Until != 0, `at < ?`, f.Until)
	narrow(before != 0, `id < ?`, before)
	rows, err := s.reads.QueryContext(ctx, `SELECT id, at, user_id, name, action, subject, address FROM audit
		WHERE `+where+` ORDER BY id DESC LIMIT ?`, append(args, limit+1)...)
	all, err := collect(rows, err, func(r row, e *Entry) error {
		return r.Scan(&e.ID, &e.At, &e.UserID, &e.Name, &e.Action, &e.Subject, &e.Address)
	})
	if len(all) > limit {
		return all[:limit], true, err
	}
	return all, false, err
}

// conversationWords name conversations in the audit log, without a word of what is in them.
func conversationWords(ids ...int64) string { return numbered("conversation", ids) }

// numbered are things by their ids, which name them and tell nothing.
func numbered(thing string, ids []int64) string {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	words := make([]string, len(ids))
	for i, id := range ids {
		words[i] = strconv.FormatInt(id, 10)
	}
	if len(ids) == 1 {
		return thing + " " + words[0]
	}
	return thing + "s " + strings.Join(words, ", ")
}
