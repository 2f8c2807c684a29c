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
	ID           int64
	Name         string
	Role         Role
	All          bool        // sees every subuser, also those to come; admins always do
	Subusers     []SubuserID // granted to an agent who does not see all
	ReadOnly     bool        // an agent who changes nothing that others see
	Disabled     bool        // may not sign in
	SecondFactor bool        // gives a code beside the password
	NeedsFactor  bool        // must set up a second factor before anything else
	Preferences  Preferences
}

// userColumns are what scan reads, of users u and preferences p.
const userColumns = `u.id, u.name, u.role, u.sees_all, u.read_only, u.disabled_at <> 0, u.totp_key <> '',
	u.second_factor_needed, ` +
	preferenceColumns

func (u *User) scan(r row, more ...any) error {
	fields := []any{&u.ID, &u.Name, &u.Role, &u.All, &u.ReadOnly, &u.Disabled, &u.SecondFactor, &u.NeedsFactor}
	return r.Scan(append(append(fields, u.Preferences.fields()...), more...)...)
}

// Scope is what the person may see; nothing where they may not sign in.
func (u User) Scope() Scope {
	if u.Disabled {
		return Scope{}
	}
	if u.Role == Admin || u.All {
		return Everything
	}
	return Scope{Subusers: u.Subusers}
}

// CanReply tells whether the person may write to contacts.
func (u User) CanReply() bool { return !u.ReadOnly }

// seesSubuser is an SQL condition: user u may see the subuser in the column, and may sign in.
func seesSubuser(column string) string {
	return `u.disabled_at = 0 AND (u.sees_all
		OR EXISTS (SELECT 1 FROM grants g WHERE g.user_id = u.id AND g.subuser_id = ` + column + `))`
}

// CreateUser adds a person; the password arrives hashed. Everything that happened before counts as read. A name that
// is taken, however it is written (see NameKey), is ErrExists.
func (s *Store) CreateUser(ctx context.Context, u User, passwordHash string) (User, error) {
	err := s.write(ctx, func(t *tx) error {
		if err := t.createUser(&u, passwordHash); err != nil {
			return err
		}
		return t.audit(ctx, PersonAdded, described(u))
	})
	return u, err
}

// CreateFirstAdmin adds the first person. When there is anybody already it is ErrExists.
func (s *Store) CreateFirstAdmin(ctx context.Context, name, passwordHash string) (User, error) {
	u := User{Name: name, Role: Admin}
	err := s.write(ctx, func(t *tx) error {
		var people int
		if err := t.Row(`SELECT count(*) FROM users`).Scan(&people); err != nil {
			return err
		}
		if people > 0 {
			return ErrExists
		}
		if err := t.createUser(&u, passwordHash); err != nil {
			return err
		}
		return t.audit(ctx, PersonAdded, described(u))
	})
	return u, err
}

func (t *tx) createUser(u *User, passwordHash string) error {
	u.settle()
	if err := t.nameTaken(u.Name); err != nil {
		return err
	}
	err := found(t.Row(`INSERT INTO users (name, role, sees_all, read_only, second_factor_needed, password_hash,
		created_at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING RETURNING id`, u.Name, u.Role, u.All, u.ReadOnly, u.NeedsFactor,
		passwordHash, t.now).Scan(&u.ID))
	if errors.Is(err, ErrNotFound) {
		return ErrExists
	}
	if err == nil {
		err = t.grant(*u)
	}
	if err == nil {
		err = t.beginsToSee(u.ID, nil)
	}
	if err != nil {
		return err
	}
	return t.Row(`INSERT INTO preferences (user_id) VALUES (?) RETURNING `+preferenceColumns,
		u.ID).Scan(u.Preferences.fields()...)
}

// settle makes what follows from the role so.
func (u *User) settle() {
	if u.Role == Admin {
		u.All, u.ReadOnly = true, false
	}
	if u.All {
		u.Subusers = nil
	}
}

func (t *tx) grant(u User) error {
	for _, subuser := range u.Subusers {
		if err := t.Exec(`INSERT INTO grants (user_id, subuser_id) VALUES (?, ?)
			ON CONFLICT DO NOTHING`, u.ID, subuser); err != nil {
			return err
		}
	}
	return nil
}

// HasUsers tells whether anybody can sign in.
func (s *Store) HasUsers(ctx context.Context) (bool, error) {
	var any bool
	err := s.reads.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM users)`).Scan(&any)
	return any, err
}

// Users returns everybody, by name.
func (s *Store) Users(ctx context.Context) ([]User, error) {
	rows, err := s.reads.QueryContext(ctx,
		`SELECT `+userColumns+` FROM users u JOIN preferences p ON p.user_id = u.id ORDER BY u.name`)
	users, err := collect(rows, err, func(r row, u *User) error { return u.scan(r) })
	for i := range users {
		if err == nil {
			users[i].Subusers, err = s.grants(ctx, users[i].ID)
		}
	}
	return users, err
}

// UserByName returns the person and the hash of their password, or ErrNotFound. How the name is written does not count
// (see NameKey). Who has been invited and not come yet has the hash "".
func (s *Store) UserByName(ctx context.Context, name string) (User, string, error) {
	all, err := s.userNames(ctx)
	if err != nil {
		return User{}, "", err
	}
	id, err := userNamed(all, name)
	if err != nil {
		return User{}, "", err
	}
	return s.userWhere(ctx, `u.id = ?`, id)
}

// User returns the person, or ErrNotFound.
func (s *Store) User(ctx context.Context, id int64) (User, error) {
	u, _, err := s.userWhere(ctx, `u.id = ?`, id)
	return u, err
}

func (s *Store) userWhere(ctx context.Context, condition string, args ...any) (User, string, error) {
	var u User
	var hash string
	err := u.scan(s.reads.QueryRowContext(ctx,
		`SELECT `+userColumns+`, u.password_hash FROM users u JOIN preferences p ON p.user_id = u.id
		WHERE `+condition, args...), &hash)
	if err == nil {
		u.Subusers, err = s.grants(ctx, u.ID)
	}
	return u, hash, found(err)
}

func (s *Store) grants(ctx context.Context, user int64) ([]SubuserID, error) {
	rows, err := s.reads.QueryContext(ctx, `SELECT subuser_id FROM grants WHERE user_id = ? ORDER BY subuser_id`, user)
	return collect(rows, err, func(r row, id *SubuserID) error { return r.Scan(id) })
}

// People returns those who may sign in and see anything of what the scope includes, by name, each with what they may
// see of it.
func (s *Store) People(ctx context.Context, scope Scope) ([]User, error) {
	where, args := scope.beside("g.subuser_id")
	rows, err := s.reads.QueryContext(ctx, `SELECT u.id, u.name, u.role, u.sees_all, coalesce(g.subuser_id, -1)
		FROM users u
		LEFT JOIN grants g ON g.user_id = u.id AND `+where+`
		WHERE u.disabled_at = 0 AND (u.sees_all OR g.subuser_id IS NOT NULL) ORDER BY u.name, g.subuser_id`, args...)
	type granted struct {
		User
		subuser SubuserID
	}
	all, err := collect(rows, err, func(r row, g *granted) error {
		return r.Scan(&g.ID, &g.Name, &g.Role, &g.All, &g.subuser)
	})
	var people []User
	for _, g := range all {
		if len(people) == 0 || people[len(people)-1].ID != g.ID {
			people = append(people, g.User)
		}
		if last := &people[len(people)-1]; g.subuser >= 0 {
			last.Subusers = append(last.Subusers, g.subuser)
		}
	}
	return people, err
}
