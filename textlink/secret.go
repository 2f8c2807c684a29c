package textlink

import "crypto/sha256"

// Sum is the form in which a secret is kept and compared: sums have one length, so comparing them tells nothing about
// the secret's.
func Sum(secret string) [32]byte { return sha256.Sum256([]byte(secret)) }
