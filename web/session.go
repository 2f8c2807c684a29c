package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/sessions"
)

// halfwayLife is how long somebody who has given a password may take to give a second factor.
const halfwayLife = 10 * time.Minute

// The session's values: the person's id, an int64, and whether a second factor is still to come, a bool.
const (
	userKey    = "user"
	halfwayKey = "halfway"
)

// SessionKeeper is where sessions live. It knows ids only by their SHA-256, so that nobody who reads it can use them.
type SessionKeeper interface {
	CreateSession(ctx context.Context, sum []byte, user int64, halfway bool, expires time.Time) error
	DeleteSession(ctx context.Context, sum []byte) error
}

// Sessions is a sessions.Store whose cookie carries nothing but a random id.
type Sessions struct {
	keeper SessionKeeper
	cookie string
	secure bool
	life   time.Duration // how long a sign-in lasts at most
	now    func() time.Time
}

// NewSessions returns sessions for pages served under a public origin that is https or not. Under https the cookie is
// bound to this host. A sign-in lasts as long as life at most.
func NewSessions(keeper SessionKeeper, https bool, life time.Duration, now func() time.Time) *Sessions {
	s := &Sessions{keeper: keeper, cookie: "tagline", secure: https, life: life, now: now}
	if https {
		s.cookie = "__Host-tagline"
	}
	return s
}

// SignIn starts a new session for the person. The id is always a new one: an id planted before sign-in is worth
// nothing. The request goes on as the new session.
func (s *Sessions) SignIn(w http.ResponseWriter, r *http.Request, user int64) error {
	return s.begin(w, r, user, false)
}

// HalfSignIn starts a session for somebody who has yet to give a second factor. It is a way to that and to nothing
// else.
func (s *Sessions) HalfSignIn(w http.ResponseWriter, r *http.Request, user int64) error {
	return s.begin(w, r, user, true)
}

func (s *Sessions) begin(w http.ResponseWriter, r *http.Request, user int64, halfway bool) error {
	session := s.session(r)
	session.Values[userKey], session.Values[halfwayKey] = user, halfway
	return session.Save(r, w)
}

// SignOut ends the request's session, here and in the browser.
func (s *Sessions) SignOut(w http.ResponseWriter, r *http.Request) error {
	session := s.session(r)
	session.Options.MaxAge = -1
	return session.Save(r, w)
}

// HashToken returns what the keeper knows the request's session by, or nil if the request carries none.
func (s *Sessions) Sum(r *http.Request) []byte {
	if session := s.session(r); session.ID != "" {
		return HashToken(session.ID)
	}
	return nil
}

func (s *Sessions) session(r *http.Request) *sessions.Session {
	session, err := s.Get(r, s.cookie)
	if err != nil {
		// gorilla's Get may return an error and a usable session: such a request is signed out.
		session = sessions.NewSession(s, s.cookie)
		session.Options = s.options()
	}
	return session
}

// Get returns the request's session, the same one each time.
func (s *Sessions) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session id from the cookie. Whose it is only the keeper knows.
func (s *Sessions) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.Options = s.options()
	session.IsNew = true
	if cookie, err := r.Cookie(name); err == nil && len(cookie.Value) == idLength {
		session.ID, session.IsNew = cookie.Value, false
	}
	return session, nil
}

var errNobody = errors.New("a session without a person")

// Save replaces the request's session by a new one for the same person, or, with a negative MaxAge, ends it.
func (s *Sessions) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	ctx := context.WithoutCancel(r.Context())
	if session.ID != "" {
		if err := s.keeper.DeleteSession(ctx, HashToken(session.ID)); err != nil {
			return err
		}
	}
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return nil
	}
	user, ok := session.Values[userKey].(int64)
	if !ok {
		return errNobody
	}
	halfway, _ := session.Values[halfwayKey].(bool)
	life := s.life
	if halfway {
		life = halfwayLife
	}
	session.ID = RandomID()
	if err := s.keeper.CreateSession(ctx, HashToken(session.ID), user, halfway, s.now().Add(life)); err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(session.Name(), session.ID, session.Options))
	return nil
}

func (s *Sessions) options() *sessions.Options {
	return &sessions.Options{Path: "/", MaxAge: int(s.life.Seconds()), Secure: s.secure, HttpOnly: true,
		SameSite: http.SameSiteLaxMode}
}

// idLength is how many characters 256 bits take.
const idLength = 43

// RandomID is 256 bits that nobody can guess, as they stand in cookies and addresses.
func RandomID() string {
	b := make([]byte, 32)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// HashToken is what a keeper knows a RandomID by.
func HashToken(id string) []byte {
	digest := sha256.Sum256([]byte(id))
	return digest[:]
}
