package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/SherClockHolmes/webpush-go"

	"tagline/store"
	"tagline/web"
)

const (
	pushPart    = "notifications"
	PushHold    = 3 * time.Second  // what comes together is told together, and what is read meanwhile is not told
	pushWait    = 10 * time.Second // for a push service to answer, and for the store
	pushTTL     = 24 * 3600        // s for which a push service keeps what a browser is not there for
	pushQueue   = 1024             // browsers that wait to be told; further ones are not told this time
	pushSenders = 4                // at once
	pushNews    = 100              // the last messages that one telling looks at
)

// Push is what the job tells browsers with.
type Push struct {
	Keys   store.PushKeys
	Client webpush.HTTPClient
	Hold   time.Duration // what comes within it is told together, and what is read meanwhile is not told
	Hub    *web.Hub[store.Change]
	Origin *url.URL
	// Brings tells whether a change may be worth a notice.
	Brings func(store.Change) bool
	// Notice is what the user is to be told of the changes, nil for nothing.
	Notice func(ctx context.Context, user store.User, changes []store.Change) ([]byte, error)
}

// push tells browsers of messages through their push services, for when no page is open in them. It follows the hub as
// an open page does, so nothing waits for it. What is told is decided when it is sent: for the person as they are then.
type push struct {
	Env
	Push
	*Loop
	listener *web.Listener[store.Change]
	news     []store.Change // gathered and not told yet; of the loop alone
	due      time.Time      // when it is told
	queue    chan pushJob
	senders  sync.WaitGroup
}

// pushJob tells one browser of what was brought by the changes.
type pushJob struct {
	endpoint string
	changes  []store.Change
}

// NewPushKeys are keys for store.CurrentPushKeys.
func NewPushKeys() (keys store.PushKeys, err error) {
	keys.Private, keys.Public, err = webpush.GenerateVAPIDKeys()
	return keys, err
}

// NewPushClient calls push services.
func NewPushClient() *http.Client { return web.OutwardClient(pushWait, pushSenders, false) }

func startPush(env Env, settings Push) *push {
	p := &push{Env: env, Push: settings, listener: settings.Hub.Listen(), queue: make(chan pushJob, pushQueue)}
	p.Loop = newLoop(env, pushPart, func() <-chan struct{} { return p.listener.News() }, p.gather)
	p.begin()
	for range pushSenders {
		p.senders.Go(func() {
			for job := range p.queue {
				p.tell(job)
			}
		})
	}
	return p
}

// Close gives up what is not sent yet and returns when that is done.
func (p *push) Close() {
	p.Loop.Close()
	close(p.queue)
	p.senders.Wait()
}

// gather takes in what happened, and once it was held long enough has browsers told of it.
func (p *push) gather(ctx context.Context) (time.Duration, error) {
	changes, ok := p.listener.Take()
	if !ok {
		p.listener = p.listener.Again() // what was missed meanwhile is too much to be told anyway
	}
	for _, change := range changes {
		if p.Brings(change) {
			p.news = append(p.news, change)
		}
	}
	p.news = p.news[max(0, len(p.news)-pushNews):]
	now := time.Now()
	switch {
	case len(p.news) == 0:
		return UntilWoken, nil
	case p.due.IsZero():
		p.due = now.Add(p.Hold)
	case !now.Before(p.due):
		told := p.news
		p.news, p.due = nil, time.Time{}
		return UntilWoken, p.enqueue(ctx, told)
	}
	return p.due.Sub(now), nil
}

func (p *push) enqueue(ctx context.Context, changes []store.Change) error {
	ctx, cancel := context.WithTimeout(ctx, pushWait)
	defer cancel()
	endpoints, err := p.Store.Endpoints(ctx)
	for _, endpoint := range endpoints {
		select {
		case p.queue <- pushJob{endpoint, changes}:
		default:
			return errors.Join(err, errors.New("push services are too slow: some browsers are not told of messages"))
		}
	}
	return err
}

// tell sends what the browser's user is to be told, if anything: they may have seen it meanwhile, or may not see it any
// more. What goes wrong is logged: the next message is told all the same.
func (p *push) tell(job pushJob) {
	err := Recover(p.Store, pushPart, func() error { return p.notify(job) })
	if err != nil && p.ctx.Err() == nil {
		p.Log.Warn("push failed", "error", err)
	}
}

func (p *push) notify(job pushJob) error {
	ctx, cancel := context.WithTimeout(p.ctx, pushWait)
	defer cancel()
	subscriber, err := p.Store.Subscriber(ctx, job.endpoint)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	notice, err := p.Notice(ctx, subscriber.User, job.changes)
	if err != nil || notice == nil {
		return err
	}
	return p.send(ctx, subscriber.PushSubscription, notice)
}

// send posts an encrypted message to a push service. A browser that the service does not know any more is forgotten.
// The address lets anybody who has it disturb the person, so errors name its host only.
func (p *push) send(ctx context.Context, to store.PushSubscription, notice []byte) error {
	answer, err := webpush.SendNotificationWithContext(ctx, notice,
		&webpush.Subscription{Endpoint: to.Endpoint, Keys: webpush.Keys{Auth: to.Auth, P256dh: to.P256dh}},
		&webpush.Options{
			HTTPClient: p.Client, Subscriber: subscriberOf(p.Origin), TTL: pushTTL, Urgency: webpush.UrgencyHigh,
			VAPIDPublicKey: p.Keys.Public, VAPIDPrivateKey: p.Keys.Private,
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
		return p.Store.ForgetSubscription(context.WithoutCancel(ctx), to.Endpoint)
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
