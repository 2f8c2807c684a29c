package store

import (
	"context"
	"errors"
	"strings"
	"time"

	"tagline/store/text"
)

// Person is a user as admins see them.
type Person struct {
	User
	Waiting bool  // invited, and not come yet
	Link    int64 // until when their one-time link works, Unix ms; 0 without one
	SeenAt  int64 // when they were last here, Unix ms; 0 where it is not known
}

// ErrLastAdmin is returned instead of leaving nobody who may sign in and set things.
var ErrLastAdmin = errors.New("the last active admin")

const personColumns = userColumns + `, u.password_hash = '',
	coalesce((SELECT l.expires_at FROM links l WHERE l.user_id = u.id AND l.expires_at > ?1), 0),
	coalesce((SELECT max(s.seen_at) FROM sessions s WHERE s.user_id = u.id),
		(SELECT max(d.seen_at) FROM devices d WHERE d.user_id = u.id), 0)
	FROM users u JOIN preferences p ON p.user_id = u.id`

// Staff returns up to limit people as admins see them, by name: those after a name ("" is the beginning) whom find
// means. next is the name after which the others follow, "" at the end.
func (s *Store) Staff(ctx context.Context, find, after string, limit int) (people []Person, next string, err error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT `+personColumns+` WHERE u.name > ?2 ORDER BY u.name`, s.now(), after)
	if err != nil {
		return nil, "", err
	}
	defer rows.Close()
	finds := text.NameFinder(find)
	for len(people) <= limit && rows.Next() {
		var p Person
		if err := p.scan(rows, &p.Waiting, &p.Link, &p.SeenAt); err != nil {
			return nil, "", err
		}
		if named, _ := finds(p.Name); named {
			people = append(people, p)
		}
	}
	err = rows.Err()
	if len(people) > limit {
		people = people[:limit]
		next = people[limit-1].Name
	}
	for i := range people {
		if err == nil {
			people[i].Subusers, err = s.grants(ctx, people[i].ID)
		}
	}
	return people, next, err
}

// Person returns one of them, or ErrNotFound.
func (s *Store) Person(ctx context.Context, id int64) (Person, error) {
	var p Person
	row := s.reads.QueryRowContext(ctx, `SELECT `+personColumns+` WHERE u.id = ?2`, s.now(), id)
	err := p.scan(row, &p.Waiting, &p.Link, &p.SeenAt)
	if err == nil {
		p.Subusers, err = s.grants(ctx, id)
	}
	return p, found(err)
}

// Invite adds a person who chooses a password by a one-time link, known by its SHA-256. A name that is taken is
// ErrExists.
func (s *Store) Invite(ctx context.Context, u User, sum []byte, expires time.Time) (User, error) {
	err := s.write(ctx, func(t *tx) error {
		err := t.createUser(&u, "")
		if err == nil {
			err = t.addLink(u.ID, sum, expires)
		}
		if err == nil {
			err = t.audit(ctx, PersonInvited, described(u))
		}
		if err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), PersonID: u.ID})
	})
	return u, err
}

// SetAccess gives the person the role and the grants of u and ends their sessions. What they do not see any more is not
// unread for them either. Where it would leave no active admin it is ErrLastAdmin, and nothing changes.
func (s *Store) SetAccess(ctx context.Context, u User) error {
	u.settle()
	return s.changePerson(ctx, u.ID, AccessChanged, described(u), func(t *tx) error {
		return t.changeSight(u.ID, func() error {
			if err := t.Exec(`UPDATE users SET role = ?, sees_all = ?, read_only = ?, second_factor_needed = ? WHERE id = ?`,
				u.Role, u.All, u.ReadOnly, u.NeedsFactor, u.ID); err != nil {
				return err
			}
			if err := t.Exec(`DELETE FROM grants WHERE user_id = ?`, u.ID); err != nil {
				return err
			}
			return t.grant(u)
		})
	})
}

// Disable keeps a person out from now on; their sessions end and their one-time link does not work. Where it would
// leave no active admin it is ErrLastAdmin, and nothing changes. What is unread to them stays so.
func (s *Store) Disable(ctx context.Context, id int64) error {
	if err := s.listAll(ctx, id); err != nil {
		return err
	}
	return s.changePerson(ctx, id, PersonDisabled, "", func(t *tx) error {
		if err := t.listAll(id); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM links WHERE user_id = ?`, id); err != nil {
			return err
		}
		return t.Exec(`UPDATE users SET disabled_at = ? WHERE id = ?`, t.now, id)
	})
}

// Enable lets a person in again who was disabled. What came in meanwhile counts as read.
func (s *Store) Enable(ctx context.Context, id int64) error {
	return s.changePerson(ctx, id, PersonEnabled, "", func(t *tx) error {
		return t.changeSight(id, func() error {
			return t.Exec(`UPDATE users SET disabled_at = 0 WHERE id = ?`, id)
		})
	})
}

// EndAllSessions signs a person out everywhere.
func (s *Store) EndAllSessions(ctx context.Context, id int64) error {
	return s.changePerson(ctx, id, SignedOutEverywhere, "", func(*tx) error { return nil })
}

// changePerson does something to a person that ends their sessions, and tells their open pages. Without words about the
// person their name stands in the audit log.
func (s *Store) changePerson(ctx context.Context, id int64, action Action, subject string, do func(t *tx) error) error {
	return s.write(ctx, func(t *tx) error {
		var name string
		if err := t.Row(`SELECT name FROM users WHERE id = ?`, id).Scan(&name); err != nil {
			return found(err)
		}
		if err := do(t); err != nil {
			return err
		}
		if err := t.keepAnAdmin(); err != nil {
			return err
		}
		if err := t.Exec(`DELETE FROM sessions WHERE user_id = ?`, id); err != nil {
			return err
		}
		if subject == "" {
			subject = name
		}
		if err := t.audit(ctx, action, subject); err != nil {
			return err
		}
		return t.changed(Change{Number: t.next(), PersonID: id})
	})
}

// keepAnAdmin refuses a transaction that leaves nobody to set things. Who was invited and has not come does not count.
func (t *tx) keepAnAdmin() error {
	var left bool
	err := t.Row(`SELECT EXISTS (SELECT 1 FROM users WHERE role = 'admin' AND disabled_at = 0
		AND password_hash <> '')`).Scan(&left)
	if err == nil && !left {
		err = ErrLastAdmin
	}
	return err
}

// described says in the audit log who somebody is and what they may do.
func described(u User) string {
	words := []string{u.Name + ": " + string(u.Role)}
	if u.Role == Agent && u.All {
		words = append(words, "all subusers")
	}
	for _, id := range u.Subusers {
		words = append(words, "subuser "+id.String())
	}
	if u.ReadOnly {
		words = append(words, "read only")
	}
	if u.NeedsFactor {
		words = append(words, "second factor required")
	}
	return strings.Join(words, ", ")
}
