package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"tagline/store"
	"tagline/textlink"
)

const (
	// maxBody is the largest webhook body taken, in bytes.
	maxBody = 64 << 10
	// storeWait is how long a webhook waits for the disk before it is answered 503.
	storeWait = 10 * time.Second
)

// answer is the body of every answer to a webhook.
type answer struct {
	status  int
	cause   store.Cause   // of a refusal
	OK      bool          `json:"ok"`
	Outcome store.Outcome `json:"outcome,omitempty"`
	Message string        `json:"message"`
}

func reject(status int, cause store.Cause, message string) answer {
	return answer{status: status, cause: cause, Message: message}
}

func accept(outcome store.Outcome, message string) answer {
	return answer{status: http.StatusOK, OK: true, Outcome: outcome, Message: message}
}

// takeWebhook answers TextLink. 200 means that the body is on disk, whatever could be concluded from it; TextLink does
// not send again what got another answer, so every refusal is noted.
func (a *webhooks) takeWebhook(w http.ResponseWriter, r *http.Request) {
	a.answerWebhook(w, r, a.webhook)
}

// refusePlainWebhook refuses what came in clear: its address is its key.
func (a *webhooks) refusePlainWebhook(w http.ResponseWriter, r *http.Request) {
	a.answerWebhook(w, r, func(http.ResponseWriter, *http.Request) answer {
		return reject(http.StatusForbidden, store.NotEncrypted,
			"Use the address that begins with https, on Tagline's Connect TextLink page.")
	})
}

func (a *webhooks) answerWebhook(w http.ResponseWriter, r *http.Request,
	take func(http.ResponseWriter, *http.Request) answer) {
	body := &heldBody{ReadCloser: r.Body}
	r.Body = body
	said := take(w, r)
	a.count(r, said)
	if said.cause != "" {
		body.fill(w)
		a.refusals.note(a.refused(r, said.cause, body.head))
	}
	w.Header().Set("Content-Type", "application/json")
	if said.status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	w.WriteHeader(said.status)
	_ = json.NewEncoder(w).Encode(said)
}

func (a *webhooks) webhook(w http.ResponseWriter, r *http.Request) answer {
	kind, token, known := a.hook(r)
	switch {
	case !known:
		return reject(http.StatusNotFound, store.UnknownPath,
			"There is no such webhook. The four addresses are on Tagline's Connect TextLink page.")
	case r.Method != http.MethodPost:
		return reject(http.StatusMethodNotAllowed, store.WrongMethod, "Webhooks are posted.")
	case token != "" && a.keys.find(store.Token, token) == nil:
		return reject(http.StatusUnauthorized, store.BadCredentials,
			"The address is not right. Copy it again from Tagline's Connect TextLink page.")
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return reject(http.StatusRequestEntityTooLarge, store.TooLarge, "The body is larger than 64 KiB.")
	}
	if err != nil {
		return reject(http.StatusBadRequest, store.CutOff, "The body did not arrive whole.")
	}
	// TextLink does not send again what was refused: the body decides what it is, not its label.
	if body, err = textlink.Plain(body, maxBody); err != nil {
		return reject(http.StatusRequestEntityTooLarge, store.TooLarge, "The body is larger than 64 KiB.")
	}
	event, unclear := understand(kind, body)
	keys, trusted := a.keys.trust(token, event.Secret)
	if !trusted {
		cause := store.BadCredentials
		if event.Secret == nil && errors.Is(unclear, textlink.ErrNotJSON) {
			cause = store.NotJSON
		}
		return reject(http.StatusUnauthorized, cause,
			"The secret is missing or wrong. It must be the one set on Tagline's Connect TextLink page.")
	}
	return a.save(r.Context(), kind, body, keys, event, unclear)
}

// understand reads a body as that of a kind. unclear says why nothing can be concluded from it: a body that another
// webhook posts is not understood, however well it can be read.
func understand(kind store.Kind, body []byte) (event textlink.Event, unclear error) {
	event, unclear = textlink.Decode(textlink.Kind(kind), body)
	if misplaced := event.Misplaced(); misplaced != nil && !errors.Is(unclear, textlink.ErrNotJSON) {
		unclear = misplaced
	}
	return event, unclear
}

// save stores the body and what follows from it.
func (a *webhooks) save(ctx context.Context, kind store.Kind, body []byte, keys []int64,
	event textlink.Event, unclear error) answer {
	// A request that goes away is stored all the same: TextLink would not send it again.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeWait)
	defer cancel()
	outcome, err := a.record(ctx, kind, body, keys, event, unclear)
	switch {
	case errors.Is(err, store.ErrBusy):
		a.log.Error("webhook not stored", "kind", kind, "error", err)
		return reject(http.StatusServiceUnavailable, store.QueueFull,
			"More arrives than Tagline can store. Nothing of this was stored.")
	case err != nil:
		a.log.Error("webhook not stored", "kind", kind, "error", err)
		return reject(http.StatusServiceUnavailable, store.NotStored, "Tagline could not store this. See its log.")
	case outcome == store.Unparsed:
		return accept(outcome, "Kept, but not understood: "+unclear.Error()+".")
	case outcome == store.Duplicate:
		return accept(outcome, "Kept; it says what was known already.")
	case outcome == store.Test:
		return accept(outcome, "The test sample arrived.")
	}
	return accept(outcome, "Stored.")
}

func (a *webhooks) record(ctx context.Context, kind store.Kind, body []byte, keys []int64, event textlink.Event,
	unclear error) (store.Outcome, error) {
	arrived := a.now().UnixMilli()
	d := store.Delivery{
		Kind: kind, ArrivedAt: arrived, Subuser: store.SubuserID(event.Subuser), PhoneNumber: event.PhoneNumber,
		Body: textlink.BlankSecret(body), Keys: keys, LooksLike: store.Kind(event.LooksLike()),
	}
	switch {
	case event.TestSample():
		d.Outcome = store.Test
		return a.store.RecordOnly(ctx, d)
	case unclear != nil:
		d.Outcome = store.Unparsed
		return a.store.RecordOnly(ctx, d)
	}
	switch kind {
	case store.KindReceived:
		return a.store.RecordReceived(ctx, d, report(event, arrived))
	case store.KindSent:
		return a.store.RecordSent(ctx, d, report(event, arrived))
	case store.KindFailed:
		return a.store.RecordFailed(ctx, d, report(event, arrived))
	default:
		return a.store.RecordTag(ctx, d, event.Name, event.Tag)
	}
}

func report(e textlink.Event, arrived int64) store.Report {
	return store.Report{
		Subuser: store.SubuserID(e.Subuser), PhoneNumber: e.PhoneNumber, Text: e.Text, TextKey: e.TextKey,
		Timestamp: e.Timestamp, Doubtful: e.DoubtfulAt(arrived), SIMCardID: e.SIMCardID, Portal: e.Portal,
		CustomID: e.CustomID, TextlinkID: e.TextlinkID, Name: e.Name, Tag: e.Tag,
	}
}

// hook reads kind and token from a path below webhooks.
func (a *webhooks) hook(r *http.Request) (kind store.Kind, token string, known bool) {
	parts := webhookPath(r.URL.Path)
	if len(parts) == 2 {
		token = parts[0]
		parts = parts[1:]
	}
	if len(parts) != 1 {
		return "", token, false
	}
	kind = store.Kind(strings.ToLower(parts[0]))
	return kind, token, slices.Contains(store.Kinds, kind)
}
