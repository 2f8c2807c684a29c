package handlers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	pushHold    = 3 * time.Second  // what comes together is told together, and what is read meanwhile is not told
	pushWait    = 10 * time.Second // for a push service to answer, and for the store
	pushTTL     = 24 * 3600        // s for which a push service keeps what a browser is not there for
	pushQueue   = 1024             // browsers that wait to be told; further ones are not told this time
	pushSenders = 4                // at once
	pushNews    = 100              // the last messages that one telling looks at
)

// pusher tells browsers of messages through their push services, for when no page is open in them. It follows the hub as
// an open page does, so nothing waits for it. What is told is decided when it is sent: for the person as they are then.
type pusher struct {
	app     *App
	keys    store.PushKeys
	client  webpush.HTTPClient
	hold    time.Duration
	log     *slog.Logger
	queue   chan pushJob
	ctx     context.Context // ends at close
	cancel  context.CancelFunc
	running sync.WaitGroup
}

// pushJob tells one browser of what was brought by the changes.
type pushJob struct {
	endpoint string
	changes  []store.Change
}

// newPushKeys are keys for CurrentPushKeys.
func newPushKeys() (keys store.PushKeys, err error) {
	keys.Private, keys.Public, err = webpush.GenerateVAPIDKeys()
	return keys, err
}

// startPusher returns a pusher that works until it is closed.
func startPusher(a *App, keys store.PushKeys, client webpush.HTTPClient, hold time.Duration) *pusher {
	p := &pusher{app: a, keys: keys, client: client, hold: hold, log: a.log, queue: make(chan pushJob, pushQueue)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	listener := a.hub.Listen()
	p.running.Go(func() {
		defer close(p.queue)
		keepUp(a.store, "gathering notifications", func() { p.follow(listener) })
	})
	for range pushSenders {
		p.running.Go(func() {
			for job := range p.queue {
				p.guard(func() error { return p.tell(job) })
			}
		})
	}
	return p
}

// close gives up what is not sent yet and returns when that is done.
func (p *pusher) close() {
	p.cancel()
	p.running.Wait()
}

// follow gathers messages and has browsers told of them, until the pusher or the hub is closed.
func (p *pusher) follow(listener *web.Listener[store.Change]) {
	var news []store.Change
	var due <-chan time.Time
	for {
		select {
		case <-p.ctx.Done():
			return
		case <-listener.News():
			changes, ok := listener.Take()
			if !ok && p.app.closing.Load() {
				return
			}
			if !ok { // it lagged behind: what was missed meanwhile is too much to be told anyway
				listener = p.app.hub.Listen()
			}
			for _, change := range changes {
				if brought(change) {
					news = append(news, change)
				}
			}
			news = news[max(0, len(news)-pushNews):]
			if due == nil && len(news) > 0 {
				due = time.After(p.hold)
			}
		case <-due:
			changes := news
			news, due = nil, nil
			p.guard(func() error { return p.enqueue(changes) })
		}
	}
}

func (p *pusher) enqueue(changes []store.Change) error {
	ctx, cancel := context.WithTimeout(p.ctx, pushWait)
	defer cancel()
	endpoints, err := p.app.store.Endpoints(ctx)
	for _, endpoint := range endpoints {
		select {
		case p.queue <- pushJob{endpoint, changes}:
		default:
			return errors.Join(err, errors.New("push services are too slow: some browsers are not told of messages"))
		}
	}
	return err
}

// guard logs what goes wrong, also a panic: the next message is told all the same.
func (p *pusher) guard(do func() error) {
	if err := guarded(p.app.store, "notifications", do); err != nil && p.ctx.Err() == nil {
		p.log.Warn("telling browsers", "error", err)
	}
}

// tell sends what the browser's person is to be told, if anything: they may have seen it meanwhile, or may not see it any
// more.
func (p *pusher) tell(job pushJob) error {
	ctx, cancel := context.WithTimeout(p.ctx, pushWait)
	defer cancel()
	subscriber, err := p.app.store.Subscriber(ctx, job.endpoint)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	var arrivals []views.Arrival
	if err == nil {
		arrivals, err = p.app.arrivalsOf(ctx, subscriber.User, job.changes)
	}
	if err != nil || len(arrivals) == 0 {
		return err
	}
	notice, err := json.Marshal(views.NoticeOf(arrivals, subscriber.User.Preferences))
	if err != nil {
		return err
	}
	return p.send(ctx, subscriber.PushSubscription, notice)
}

// send posts an encrypted message to a push service. A browser that the service does not know any more is forgotten. The
// address lets anybody who has it disturb the person, so errors name its host only.
func (p *pusher) send(ctx context.Context, to store.PushSubscription, notice []byte) error {
	answer, err := webpush.SendNotificationWithContext(ctx, notice,
		&webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{Auth: to.Auth, P256dh: to.P256dh}},
		&webpush.Options{
			HTTPClient: p.client, Subscriber: subscriberOf(p.app.origin), TTL: pushTTL, Urgency: webpush.UrgencyHigh,
			VAPIDPublicKey: p.keys.Public, VAPIDPrivateKey: p.keys.Private,
		})
	if refused, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("%s: %w", hostOf(to.Endpoint), refused.Err)
	}
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 4<<10))
	switch {
	case answer.StatusCode == http.StatusNotFound || answer.StatusCode == http.StatusGone:
		return p.app.store.ForgetSubscription(context.WithoutCancel(ctx), to.Endpoint)
	case answer.StatusCode >= 300:
		return fmt.Errorf("%s answered %d", hostOf(to.Endpoint), answer.StatusCode)
	}
	return nil
}

// subscriberOf is whom push services may turn to: an address of ours, which some insist on.
func subscriberOf(origin *url.URL) string {
	if origin.Scheme == "https" {
		return origin.String()
	}
	return "tagline@" + origin.Hostname()
}

func hostOf(endpoint string) string {
	u, err := url.Parse(endpoint)
	if err != nil {
		return "a push service"
	}
	return u.Hostname()
}
