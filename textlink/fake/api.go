package fake

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"time"

	"tagline/textlink"
)

// API is the part of TextLink that programs call: a handler that answers as the real one does, and then calls the
// console's webhooks back. The zero value but for Console takes any key, accepts everything and dispatches it at once.
type API struct {
	Console Console
	Key     string                          // the only one accepted, "" for any
	Mood    func(Call) Mood                 // nil for a good one
	Now     func() time.Time                // nil for time.Now
	Told    func(textlink.Kind, int, error) // what became of each webhook; nil for nobody

	mu      sync.Mutex
	calls   []Call
	sent    int64         // how many messages there were
	pending int           // webhooks on their way
	idle    chan struct{} // closed when there are none any more; nil while nobody waits for that
}

// Call is one call as it came.
type Call struct {
	Tag         string `json:"tag"`
	PhoneNumber string `json:"phone_number"`
	Text        string `json:"text"`
	SIMCardID   int64  `json:"sim_card_id"`
	CustomID    string `json:"custom_id"`

	Path string    `json:"-"`
	At   time.Time `json:"-"`
}

// Answer is how a call is answered.
type Answer int

// The answers.
const (
	OK      Answer = iota
	Queued         // ok, and the phone is busy or offline
	Refused        // ok:false with status 200
	Broken         // status 500 and a page in HTML
	Garbage        // status 200 and no JSON
	Hangs          // none, until the caller gives up
	Drops          // the connection ends
)

// Mood is how one call goes. The message is handed to the phone whatever the answer is, unless it is Refused.
type Mood struct {
	Answer   Answer
	Reason   string    // of a Refused
	Lost     bool      // never handed to the phone
	Webhooks []Webhook // what is told about it; nil for sent, or the tag, at once
	Silent   bool      // nothing is told
}

// Webhook is one that tells of a call.
type Webhook struct {
	Kind  textlink.Kind
	After time.Duration   // the answer, where nothing else is said
	When  <-chan struct{} // posted when it is closed; nil for at once
	First bool            // posted, and answered, before the call is
	Bare  bool            // a sent one that carries no ids, as in the documented example
}

// Calls returns the calls that came so far.
func (a *API) Calls() []Call {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Call(nil), a.calls...)
}

// Wait returns when no webhook is on its way any more.
func (a *API) Wait() {
	for {
		a.mu.Lock()
		if a.pending == 0 {
			a.mu.Unlock()
			return
		}
		if a.idle == nil {
			a.idle = make(chan struct{})
		}
		idle := a.idle
		a.mu.Unlock()
		<-idle
	}
}

// later does something that Wait waits for. A wait group would not do: calls come while somebody waits.
func (a *API) later(do func()) {
	a.mu.Lock()
	a.pending++
	a.mu.Unlock()
	go func() {
		do()
		a.mu.Lock()
		defer a.mu.Unlock()
		if a.pending--; a.pending == 0 && a.idle != nil {
			close(a.idle)
			a.idle = nil
		}
	}()
}

func (a *API) now() time.Time {
	if a.Now == nil {
		return time.Now()
	}
	return a.Now()
}

// ServeHTTP answers a call.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	call := Call{Path: r.URL.Path, At: a.now()}
	send := r.URL.Path == "/api/send-sms"
	switch key, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); {
	case r.Method != http.MethodPost || !send && r.URL.Path != textlink.DefaultTagPath:
		http.NotFound(w, r)
		return
	case !bearer || a.Key != "" && key != a.Key:
		say(w, http.StatusUnauthorized, map[string]any{"ok": false, "message": "Invalid API key"})
		return
	case json.NewDecoder(r.Body).Decode(&call) != nil || call.PhoneNumber == "" || send && call.Text == "":
		say(w, http.StatusOK, map[string]any{"ok": false, "message": "phone_number and text are required"})
		return
	}
	a.mu.Lock()
	a.calls = append(a.calls, call)
	a.sent++
	id := a.sent
	a.mu.Unlock()
	mood := Mood{}
	if a.Mood != nil {
		mood = a.Mood(call)
	}
	a.call(w, r, call, id, mood)
}

func (a *API) call(w http.ResponseWriter, r *http.Request, call Call, id int64, mood Mood) {
	hooks := mood.hooks(call)
	sent := a.now()
	var later []Webhook
	for _, hook := range hooks {
		if hook.First {
			a.tell(r.Context(), call, id, sent, hook)
		} else {
			later = append(later, hook)
		}
	}
	if len(later) > 0 {
		a.later(func() {
			for _, hook := range later {
				if hook.When != nil {
					<-hook.When
				}
				sleep(context.Background(), hook.After)
				a.tell(context.Background(), call, id, sent, hook)
			}
		})
	}
	mood.answer(w, r)
}

// hooks are the webhooks that follow.
func (m Mood) hooks(c Call) []Webhook {
	switch {
	case m.Silent || m.Lost || m.Answer == Refused:
		return nil
	case m.Webhooks != nil:
		return m.Webhooks
	case c.Tag != "" || c.Text == "":
		return []Webhook{{Kind: textlink.Tag}}
	}
	return []Webhook{{Kind: textlink.Sent}}
}

func (m Mood) answer(w http.ResponseWriter, r *http.Request) {
	switch m.Answer {
	case OK:
		say(w, http.StatusOK, map[string]any{"ok": true})
	case Queued:
		say(w, http.StatusOK, map[string]any{"ok": true, "queued": true})
	case Refused:
		say(w, http.StatusOK, map[string]any{"ok": false, "message": m.Reason})
	case Broken:
		http.Error(w, "<h1>Internal Server Error</h1>", http.StatusInternalServerError)
	case Garbage:
		_, _ = w.Write([]byte("<!DOCTYPE html><p>Under maintenance"))
	case Hangs:
		<-r.Context().Done()
	case Drops:
		panic(http.ErrAbortHandler)
	}
}

func say(w http.ResponseWriter, status int, body map[string]any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a caller that went away is no matter
}

// tell posts a webhook about a call.
func (a *API) tell(ctx context.Context, c Call, id int64, sent time.Time, hook Webhook) {
	body := map[string]any{"phone_number": c.PhoneNumber}
	if hook.Kind == textlink.Tag {
		body["tag"] = c.Tag
	} else {
		body["text"], body["timestamp"], body["portal"] = c.Text, sent.UnixMilli(), false
		if c.SIMCardID != 0 {
			body["sim_card_id"] = c.SIMCardID
		}
		if !hook.Bare {
			body["custom_id"], body["textlink_id"] = c.CustomID, firstTextlinkID+1_000_000+id
		}
	}
	status, err := a.Console.Post(ctx, hook.Kind, body)
	if a.Told != nil {
		a.Told(hook.Kind, status, err)
	}
}
