package handlers

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"net/http"
	"regexp"

	"tagline/store"
)

// A form carries a random id of its own (once). The id and what was typed together tell one sending: the same form
// posted twice is done once, and one that somebody went back to and changed is another.

var onceOnly = regexp.MustCompile(`^[A-Z2-7]{26}$`)

// formOnce is the id that a form came with, or a new one where it came with none.
func formOnce(once string) string {
	if onceOnly.MatchString(once) {
		return once
	}
	return rand.Text()
}

// sendingSum tells one sending of a form.
func sendingSum(once string, content ...any) []byte {
	encoded, err := json.Marshal(append([]any{formOnce(once)}, content...))
	if err != nil {
		panic(err) // texts and numbers
	}
	sum := sha256.Sum256(encoded)
	return sum[:]
}

// customID makes the id of one attempt to send.
func customID() string { return customIDPrefix + rand.Text() }

// customIDOf is the id of the message that one sending of a form stands for.
func customIDOf(sum []byte) string {
	return customIDPrefix + base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16])
}

const customIDPrefix = "tagline-"

// readIdempotencyKey reads the key that a call came with, the zero value where it came with none. asked is what it asks
// for.
func readIdempotencyKey(r *http.Request, asked any) (k store.IdempotencyKey, err error) {
	values := r.Header.Values("Idempotency-Key")
	if len(values) == 0 {
		return k, nil
	}
	if len(values) > 1 || !plainKey.MatchString(values[0]) {
		return k, wrong(http.StatusBadRequest, "Idempotency-Key",
			"Send one key of 1 to 255 printable ASCII characters, or none.")
	}
	encoded, err := json.Marshal(asked)
	sum := sha256.Sum256(encoded)
	return store.IdempotencyKey{Key: values[0], Sum: sum[:]}, err
}

var plainKey = regexp.MustCompile(`^[!-~](?:[ -~]{0,253}[!-~])?$`)
