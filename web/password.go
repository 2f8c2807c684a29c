package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// Argon2id with the second recommended set of RFC 9106's neighbourhood: 64 MiB, three passes, one lane.
const (
	argonMemory  = 64 * 1024 // KiB
	argonPasses  = 3
	argonLanes   = 1
	argonKeySize = 32
	saltSize     = 16
)

// maxWaiting is how many passwords may wait to be worked on: as many of strangers, and as many of people who have shown
// something already. Who comes then is told to come again.
const maxWaiting = 32

// ErrBusy is returned where too many passwords wait to be checked.
var ErrBusy = errors.New("too many passwords wait to be checked")

// Passwords hashes and checks passwords. At most a few are worked on at once: each takes 64 MiB and a core, and a
// flood of sign-ins must not slow webhooks. Those of people who have shown something already, by a device that is known or
// by a link, go before those of strangers, and have places of their own to wait in.
type Passwords struct {
	queue  *queue
	derive func(password, salt []byte, passes, memory uint32, lanes uint8, size uint32) []byte
}

// NewPasswords returns Passwords that works on at most the given number at once.
func NewPasswords(atOnce int) *Passwords {
	return &Passwords{queue: newQueue(atOnce, maxWaiting), derive: argon2.IDKey}
}

// PlainPassword is a password in one form (NFKC): keyboards write the same letter in several ways.
func PlainPassword(typed string) string { return norm.NFKC.String(typed) }

// Hash returns the hash of somebody's new password, in whatever form it is typed, in the usual text form, with a salt of its
// own. Whoever chooses a password has shown something already. Where too many wait it is ErrBusy.
func (p *Passwords) Hash(password string) (string, error) {
	if !p.queue.enter(true) {
		return "", ErrBusy
	}
	defer p.queue.leave()
	password = PlainPassword(password)
	salt := make([]byte, saltSize)
	rand.Read(salt)
	return encode(argonMemory, argonPasses, argonLanes, salt, p.key(password, salt, argonMemory, argonPasses, argonLanes)), nil
}

// Matches tells whether the password belongs to the hash. An unreadable or empty hash matches nothing, in the same time.
// known says that whoever gives it has shown something already. Where too many wait it is ErrBusy.
func (p *Passwords) Matches(password, hash string, known bool) (bool, error) {
	if !p.queue.enter(known) {
		return false, ErrBusy
	}
	defer p.queue.leave()
	memory, passes, lanes, salt, want, err := decode(hash)
	if err != nil {
		memory, passes, lanes, salt, want = argonMemory, argonPasses, argonLanes, make([]byte, saltSize), nil
	}
	matches := false
	for _, form := range forms(password) { // all of them, whoever it is: the time tells nothing
		matches = subtle.ConstantTimeCompare(p.key(form, salt, memory, passes, lanes), want) == 1 || matches
	}
	return matches, nil
}

// forms are those in which a password may have been hashed: earlier versions took it as it was typed.
func forms(typed string) []string {
	if plain := PlainPassword(typed); plain != typed {
		return []string{plain, typed}
	}
	return []string{typed}
}

func (p *Passwords) key(password string, salt []byte, memory, passes uint32, lanes uint8) []byte {
	return p.derive([]byte(password), salt, passes, memory, lanes, argonKeySize)
}

func encode(memory, passes uint32, lanes uint8, salt, key []byte) string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes, text(salt), text(key))
}

var errHash = errors.New("not an argon2id hash")

func decode(hash string) (memory, passes uint32, lanes uint8, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return 0, 0, 0, nil, nil, errHash
	}
	if _, err = fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		return 0, 0, 0, nil, nil, errHash
	}
	if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err == nil {
		key, err = base64.RawStdEncoding.DecodeString(parts[5])
	}
	if len(key) == 0 {
		err = errHash
	}
	return memory, passes, lanes, salt, key, err
}
