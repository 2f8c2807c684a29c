package jobs

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tagline/store"
	"tagline/textlink"
	"tagline/web"
)

// answerKept is how much of a target's answer is kept, in bytes.
const answerKept = 1 << 10

// DestinationCaller calls targets.
type DestinationCaller struct {
	public, nearby *http.Client
	now            func() time.Time
}

// NewDestinationCaller returns one that reaches public addresses only, unless a target is allowed more.
func NewDestinationCaller(now func() time.Time) *DestinationCaller {
	return &DestinationCaller{public: web.OutwardClient(forwardWait, forwardCalls, false),
		nearby: web.OutwardClient(forwardWait, forwardCalls, true), now: now}
}

func (c *DestinationCaller) close() {
	c.public.CloseIdleConnections()
	c.nearby.CloseIdleConnections()
}

// Called is how a call ended.
type Called struct {
	store.ForwardAttempt
	RetryAfter time.Duration // that the target asked for, or 0
}

// Post sends a body to a target as it came in, with the target's own secret, and signed (Standard Webhooks 1.0). A
// repeat has the same id.
func (c *DestinationCaller) Post(ctx context.Context, target store.Target, d store.Delivery) Called {
	began := c.now()
	end := Called{ForwardAttempt: store.ForwardAttempt{DeliveryID: d.ID, Kind: d.Kind, At: began.UnixMilli()}}
	body := textlink.WithSecret(d.Body, target.Secret)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target.URL, bytes.NewReader(body))
	if err != nil {
		end.Error = "The address cannot be read."
		return end
	}
	id, at := "msg_"+strconv.FormatInt(d.ID, 10), strconv.FormatInt(began.Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Tagline")
	req.Header.Set("Webhook-Id", id)
	req.Header.Set("Webhook-Timestamp", at)
	req.Header.Set("Webhook-Signature", "v1,"+sign(target.SigningKey, id, at, body))
	req.Header.Set("Webhook-Kind", string(d.Kind))
	client := c.public
	if target.Nearby {
		client = c.nearby
	}
	resp, err := client.Do(req) // #nosec G704 -- where it may go is looked at when it is dialled
	if err == nil {
		defer resp.Body.Close()
		end.Status = resp.StatusCode
		end.Answer, err = io.ReadAll(io.LimitReader(resp.Body, answerKept))
		end.RetryAfter = retryAfterOf(resp.Header.Get("Retry-After"), c.now())
	}
	end.Took = c.now().Sub(began).Milliseconds()
	end.Error = refusalOf(resp, err)
	return end
}

// refusalOf says why a call was no success, "" if it was.
func refusalOf(resp *http.Response, err error) string {
	var inside web.NotPublicError
	switch {
	case resp != nil && resp.StatusCode/100 == 2:
		return "" // it was taken, even if the answer broke off
	case resp != nil && resp.StatusCode/100 == 3:
		return "It sends us on to another address, " + resp.Header.Get("Location") + ". Write that one here, if it is right."
	case resp != nil:
		return fmt.Sprintf("It answered %d %s.", resp.StatusCode, http.StatusText(resp.StatusCode))
	case errors.As(err, &inside):
		return fmt.Sprintf(
			"%s is an address of this machine or of a network of your own. If this is meant, allow it for this target.",
			inside.Address)
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("It did not answer within %d seconds.", int(forwardWait.Seconds()))
	}
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err // without the address: it may hold a key
	}
	return "It could not be reached: " + err.Error() + "."
}

// retryAfterOf reads how long a server asks callers to wait (RFC 9110, 10.2.3); 0 if it does not.
func retryAfterOf(header string, now time.Time) time.Duration {
	if seconds, err := strconv.Atoi(header); err == nil {
		return time.Duration(max(0, min(seconds, int(longestPause.Seconds())))) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, at.Sub(now))
	}
	return 0
}

const signingPrefix = "whsec_"

// NewSigningKey makes a key to sign with, as Standard Webhooks writes them.
func NewSigningKey() string {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return signingPrefix + base64.StdEncoding.EncodeToString(key)
}

// sign is the signature of a body (Standard Webhooks: HMAC-SHA256 of id, time and body).
func sign(key, id, at string, body []byte) string {
	secret, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(key, signingPrefix)) // it was made by NewSigningKey
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%s.%s.", id, at)
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
