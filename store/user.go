package store

import (
	"context"
	"errors"
)

// Role is what a person may do.
type Role string

// The roles.
const (
	Admin Role = "admin" // sees and sets everything
	Agent Role = "agent" // sees the subusers granted
)

// User is a person who signs in.
type User struct {
	ID       int64
	Name     string
	Role     Role
	Subusers []SubuserID // granted to an agent; admins need none
}

// Scope is what the person may see.
func (u User) Scope() Scope {
	if u.Role == Admin {
		return Everything
	}
	return Scope{Subusers: u.Subusers}
}

// CreateUser adds a person; the password arrives hashed. Everything that happened before counts as read. A name that
// is taken, in any letter case, is ErrExists.
func (s *Store) CreateUser(ctx context.Context, u User, passwordHash string) (User, error) {
	err := s.write(ctx, func(t *tx) error { return t.createUser(&u, passwordHash) })
	return u, err
}

// CreateFirstAdmin adds the first person. When there is anybody already it is ErrExists.
func (s *Store) CreateFirstAdmin(ctx context.Context, name, passwordHash string) (User, error) {
	u := User{Name: name, Role: Admin}
	err := s.write(ctx, func(t *tx) error {
		var people int
		if err := t.row(`SELECT count(*) FROM users`).Scan(&people); err != nil {
			return err
		}
		if people > 0 {
			return ErrExists
		}
		return t.createUser(&u, passwordHash)
	})
	return u, err
}

func (t *tx) createUser(u *User, passwordHash string) error {
	err := found(t.row(`INSERT INTO users (name, role, password_hash, created_at) VALUES (?, ?, ?, ?)
		ON CONFLICT DO NOTHING RETURNING id`, u.Name, u.Role, passwordHash, t.now).Scan(&u.ID))
	if errors.Is(err, ErrNotFound) {
		return ErrExists
	}
	if err != nil {
		return err
	}
	for _, subuser := range u.Subusers {
		if err := t.exec(`INSERT INTO grants (user_id, subuser_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, u.ID, subuser); err != nil {
			return err
		}
	}
	return t.exec(`INSERT INTO reads (user_id, conversation_id, seen) SELECT ?, id, inbound FROM conversations`, u.ID)
}

// HasUsers tells whether anybody can sign in.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	var any bool
	err := s.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM users)`).Scan(&any)
	return any, err
}

// Users returns everybody, by name.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT id, name, role FROM users ORDER BY name`)
	users, err := collect(rows, err, func(r row, u *User) error { return r.Scan(&u.ID, &u.Name, &u.Role) })
	for i := range users {
		if err == nil {
			users[i].Subusers, err = s.grants(ctx, users[i].ID)
		}
	}
	return users, err
}

// UserByName returns the person and the hash of their password, or ErrNotFound. Letter case does not count.
func (s *Store) UserByName(ctx context.Context, name string) (User, string, error) {
	var u User
	var hash string
	err := s.reads.QueryRowContext(ctx, `SELECT id, name, role, password_hash FROM users WHERE name = ?`, name).
		Scan(&u.ID, &u.Name, &u.Role, &hash)
	if err == nil {
		u.Subusers, err = s.grants(ctx, u.ID)
	}
	return u, hash, found(err)
}

func (s *Store) grants(ctx context.Context, user int64) ([]SubuserID, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT subuser_id FROM grants WHERE user_id = ? ORDER BY subuser_id`, user)
	return collect(rows, err, func(r row, id *SubuserID) error { return r.Scan(id) })
}
