package textlink

import (
	"crypto/sha256"
	"crypto/subtle"
)

// Sum is the form in which a secret is kept and compared: sums have one length, so comparing them tells nothing about the secret's.
func Sum(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }

// Matches reports whether the secret is one of those whose sums are given. How long it takes depends on how many there are, but not on
// whether and where one matches. The empty secret never matches, even if someone configured it.
func Matches(secret string, sums [][32]byte) bool {
	sum := Sum(secret)
	found := 0
	for i := range sums {
		found |= subtle.ConstantTimeCompare(sum[:], sums[i][:])
	}
	return found == 1 && secret != ""
}
