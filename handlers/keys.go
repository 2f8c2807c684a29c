package handlers

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"tagline/store"
	"tagline/textlink"
)

// seenEvery is how often the use of a key is written down.
const seenEvery = time.Minute

// keyring decides whether a webhook may come in.
type keyring struct {
	store *store.Store
	now   func() time.Time
	fixed []store.Key // from the configuration; without an id
	keys  atomic.Pointer[[]store.Key]

	mu   sync.Mutex
	seen map[int64]time.Time // when the use of a key was last written down
}

// newKeyring loads the keys; where there is no token yet it makes the first.
func newKeyring(ctx context.Context, s *store.Store, fixedSecret string, now func() time.Time) (*keyring, error) {
	k := &keyring{store: s, now: now, seen: map[int64]time.Time{}}
	if fixedSecret != "" {
		k.fixed = []store.Key{{Kind: store.Secret, Label: "From the configuration", Sum: textlink.Sum(fixedSecret)}}
	}
	if _, err := WebhookToken(ctx, s); err != nil {
		return nil, fmt.Errorf("read the webhook token: %w", err)
	}
	return k, k.load(ctx)
}

// WebhookToken returns the unguessable part of the webhook addresses, made at the first start.
func WebhookToken(ctx context.Context, s *store.Store) (string, error) {
	return s.CurrentToken(ctx, rand.Text())
}

// load makes what the store says about keys effective.
func (k *keyring) load(ctx context.Context) error {
	keys, err := k.store.Keys(ctx)
	if err != nil {
		return fmt.Errorf("read the webhook keys: %w", err)
	}
	keys = append(keys, k.fixed...)
	k.keys.Store(&keys)
	return nil
}

// all returns the valid keys, the newest first.
func (k *keyring) all() []store.Key { return *k.keys.Load() }

// token returns the newest token.
func (k *keyring) token() string {
	for _, key := range k.all() {
		if key.Kind == store.Token {
			return key.Token
		}
	}
	return ""
}

// hasSecret tells whether any secret is set.
func (k *keyring) hasSecret() bool {
	for _, key := range k.all() {
		if key.Kind == store.Secret {
			return true
		}
	}
	return false
}

// find returns the valid key of a kind with this text, or nil. The time it takes does not tell which, or how much of
// it was right. The empty text is no key.
func (k *keyring) find(kind store.KeyKind, text string) *store.Key {
	sum := sha256.Sum256([]byte(text))
	keys := k.all()
	hit := -1
	for i := range keys {
		same := subtle.ConstantTimeCompare(sum[:], keys[i].Sum[:])
		if keys[i].Kind == kind {
			hit = subtle.ConstantTimeSelect(same, i, hit)
		}
	}
	if hit < 0 || text == "" {
		return nil
	}
	return &keys[hit]
}

// trust decides by the token in the address ("" if there is none) and the secret in the body (nil if there is none).
// A tag hook may come without the secret, so either is enough; but a secret that is there and wrong never is, once
// one has been set. It returns the keys whose use is to be written down.
func (k *keyring) trust(token string, secret *string) (used []int64, trusted bool) {
	byToken := k.find(store.Token, token)
	if token != "" && byToken == nil {
		return nil, false
	}
	if secret == nil {
		return k.stale(byToken), byToken != nil
	}
	bySecret := k.find(store.Secret, *secret)
	if bySecret == nil && k.hasSecret() {
		return nil, false
	}
	return k.stale(byToken, bySecret), byToken != nil || bySecret != nil
}

// stale returns the ids of those keys whose use was not written down for a while.
func (k *keyring) stale(keys ...*store.Key) []int64 {
	now := k.now()
	k.mu.Lock()
	defer k.mu.Unlock()
	var ids []int64
	for _, key := range keys {
		if key == nil || key.ID == 0 || now.Sub(k.seen[key.ID]) < seenEvery {
			continue
		}
		k.seen[key.ID] = now
		ids = append(ids, key.ID)
	}
	return ids
}
