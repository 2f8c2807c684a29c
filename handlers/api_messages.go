package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"tagline/store"
	"tagline/textlink"
)

// apiMessage is the body of a message that is to be sent.
type apiMessage struct {
	ConversationID int64  `json:"conversation_id"`
	PhoneNumber    string `json:"phone_number"`
	Subuser        string `json:"subuser_id"`
	Text           string `json:"text"`
	SIMCardID      *int64 `json:"sim_card_id"`
	DespiteOptOut  bool   `json:"despite_opt_out"`
}

// postMessage puts a message into the outbox, in a conversation or to a number, and answers with where it stands.
func (a *apiHandlers) postMessage(w http.ResponseWriter, r *http.Request, user store.User) error {
	if !isJSON(r) {
		return refused(http.StatusUnsupportedMediaType, "Send the message as application/json.")
	}
	var m apiMessage
	if err := decodeOne(http.MaxBytesReader(w, r.Body, maxAPIBody), &m); err != nil {
		return refused(http.StatusBadRequest, "The body is no JSON of the fields that there are: "+
			strings.TrimPrefix(err.Error(), "json: ")+".")
	}
	if why := checkReply(strings.TrimSpace(m.Text)); why != "" {
		return wrong(http.StatusUnprocessableEntity, "text", why)
	}
	if (m.ConversationID == 0) == (m.PhoneNumber == "") {
		return refused(http.StatusUnprocessableEntity, "Say to whom: either conversation_id or phone_number.")
	}
	key, err := readIdempotencyKey(r, m)
	if err != nil {
		return err
	}
	conversation, err := a.answeredMessage(r.Context(), user, key, m)
	switch {
	case errors.Is(err, store.ErrOtherCall):
		return wrong(http.StatusUnprocessableEntity, "Idempotency-Key",
			"This key came with another message within the last 24 hours. Send a new key with a new message.")
	case errors.Is(err, store.ErrOptedOut):
		return refused(http.StatusConflict, "The contact opted out. Send it with despite_opt_out if that is meant.")
	case errors.Is(err, store.ErrNotFound):
		return refused(http.StatusNotFound, "There is no such conversation, or you may not see it.")
	case err != nil:
		return err
	}
	writeJSON(w, http.StatusAccepted, "application/json",
		fields{{"conversation_id", conversation}, {"state", string(store.Queued)}})
	return nil
}

// decodeOne reads one JSON value of known fields. What stands behind it would be left undone without a word.
func decodeOne(body io.Reader, value any) error {
	decoder := json.NewDecoder(body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return err
	}
	if _, err := decoder.Token(); err != io.EOF {
		return errors.New("more than one value")
	}
	return nil
}

// answeredMessage is what a call with the same key was answered with before, else what comes of this one. Nothing is
// kept of a call that was refused: it did nothing, and may be made again with the same key.
func (a *apiHandlers) answeredMessage(ctx context.Context, user store.User, key store.IdempotencyKey,
	m apiMessage) (conversation int64, err error) {
	if key.Key != "" {
		if conversation, err = a.store.AnsweredCall(ctx, user.ID, key); !errors.Is(err, store.ErrNotFound) {
			return conversation, err
		}
	}
	return a.sendMessage(ctx, user, key, m)
}

func (a *apiHandlers) sendMessage(ctx context.Context, user store.User, key store.IdempotencyKey,
	m apiMessage) (conversation int64, err error) {
	reply := apiReply(m)
	reply.User, reply.Key = user.ID, key
	if m.ConversationID != 0 {
		c, err := a.store.Conversation(ctx, user.Scope(), user.ID, m.ConversationID)
		if err != nil {
			return 0, err
		}
		if off := a.repliesOff(user, c.Subuser); off != "" {
			return 0, refused(http.StatusForbidden, off)
		}
		_, err = a.store.AddReply(ctx, user.Scope(), reply)
		return c.ID, err
	}
	start := store.Start{NewReply: reply}
	var why string
	if start.PhoneNumber, why, err = a.recipient(ctx, user, m.PhoneNumber); err != nil {
		return 0, err
	} else if why != "" {
		return 0, wrong(http.StatusUnprocessableEntity, "phone_number", why)
	}
	if m.Subuser != "" {
		if start.Subuser, err = store.ParseSubuserID(m.Subuser); err != nil {
			return 0, wrong(http.StatusUnprocessableEntity, "subuser_id", "A subuser is a number in quotes, or \"main\".")
		}
	}
	if !user.Scope().Sees(start.Subuser) {
		return 0, wrong(http.StatusForbidden, "subuser_id", "You may not write for this subuser.")
	}
	if off := a.repliesOff(user, start.Subuser); off != "" {
		return 0, refused(http.StatusForbidden, off)
	}
	return a.store.StartConversation(ctx, user.Scope(), start)
}

// apiReply is a message as it goes into the outbox. It was not written in the person's composer, so the draft there
// stays.
func apiReply(m apiMessage) store.NewReply {
	text := strings.TrimSpace(written(m.Text))
	return store.NewReply{Conversation: m.ConversationID, Text: text, TextKey: textlink.TextKey(text),
		SIMCardID: m.SIMCardID, CustomID: customID(), DespiteOptOut: m.DespiteOptOut, KeepDraft: true}
}

// isJSON tells whether the request says that its body is JSON, or does not say anything.
func isJSON(r *http.Request) bool {
	header := r.Header.Get("Content-Type")
	if header == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(header)
	return err == nil && (kind == "application/json" || strings.HasSuffix(kind, "+json"))
}
