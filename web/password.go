package web

import (
	"errors"

	"github.com/alexedwards/argon2id"
	"golang.org/x/text/unicode/norm"
)

// argon is the cost of a hash: 64 MiB, three passes, one lane. RFC 9106 recommends it with four lanes; with one, a
// sign-in takes one core.
var argon = argon2id.Params{Memory: 64 << 10, Iterations: 3, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// noHash costs what any hash does, and no password is known that matches it.
const noHash = "$argon2id$v=19$m=65536,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// maxWaiting is how many passwords may wait to be checked: as many from strangers, and as many from known devices and
// links. Further ones get ErrBusy.
const maxWaiting = 32

// ErrBusy is returned where too many passwords wait to be checked.
var ErrBusy = errors.New("too many passwords wait to be checked")

// Passwords hashes and checks passwords. It works on a few at once: each takes 64 MiB and a core, and a flood of
// sign-ins must not slow webhooks. Known devices and links go before strangers and have waiting places of their own.
type Passwords struct {
	queue   *queue
	hash    func(password string) (string, error)
	compare func(password, hash string) (bool, error)
}

// NewPasswords returns Passwords that works on at most the given number at once.
func NewPasswords(atOnce int) *Passwords {
	return &Passwords{
		queue:   newQueue(atOnce, maxWaiting),
		hash:    func(password string) (string, error) { return argon2id.CreateHash(password, &argon) },
		compare: argon2id.ComparePasswordAndHash,
	}
}

// PlainPassword is a password in one form (NFKC): keyboards write the same letter in several ways.
func PlainPassword(typed string) string { return norm.NFKC.String(typed) }

// Hash returns the hash of a new password, typed in any form, in the PHC string format with a salt of its own. Where
// too many wait it is ErrBusy; whoever chooses a password counts as known.
func (p *Passwords) Hash(password string) (string, error) {
	if !p.queue.enter(true) {
		return "", ErrBusy
	}
	defer p.queue.leave()
	return p.hash(PlainPassword(password))
}

// Matches tells whether the password belongs to the hash. An unreadable or empty hash matches nothing, in the same
// time. known says that the device is known or the user came by a link. Where too many wait it is ErrBusy.
func (p *Passwords) Matches(password, hash string, known bool) (bool, error) {
	if !p.queue.enter(known) {
		return false, ErrBusy
	}
	defer p.queue.leave()
	if _, _, key, err := argon2id.DecodeHash(hash); err != nil || len(key) == 0 {
		hash = noHash
	}
	return p.compare(PlainPassword(password), hash)
}
