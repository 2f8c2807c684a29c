// Package fake pretends to be TextLink, for tests and the demo: its API console with webhooks to press buttons on
// (Console), and accounts with a past and a present (History, Trickle). Numbers are from the ranges that regulators
// keep for films and books wherever there are some.
package fake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"

	"tagline/textlink"
)

// ErrNotAccepted is returned, wrapped with the status, for any answer but 200: TextLink takes nothing else as success
// and does not try again (TextLink docs, webhooks).
var ErrNotAccepted = errors.New("webhook not accepted")

// Console is the webhook part of TextLink's API console.
type Console struct {
	URLs   map[textlink.Kind]string
	Secret string           // "" if none is set
	Client *http.Client     // nil for one with a time-out of 15 s; redirects are not followed with any
	Now    func() time.Time // nil for time.Now
}

// Post posts one body to the kind's URL and returns the status of the answer, 0 if there was none. The error is nil for
// 200 only. A configured secret is added, save to the tag hook, whose documented example has none. The body itself is
// left alone.
func (c Console) Post(ctx context.Context, kind textlink.Kind, body map[string]any) (status int, err error) {
	url, ok := c.URLs[kind]
	if !ok {
		return 0, fmt.Errorf("no URL for %s", kind)
	}
	encoded, err := json.Marshal(c.withSecret(kind, body))
	if err != nil {
		return 0, err
	}
	return c.post(ctx, url, encoded)
}

// PressTest does what the button "Test webhooks" does: it posts a sample to each URL there is. It tries all, and joins
// the errors.
func (c Console) PressTest(ctx context.Context) error {
	now := time.Now
	if c.Now != nil {
		now = c.Now
	}
	var errs []error
	for _, kind := range textlink.Kinds() {
		if c.URLs[kind] == "" {
			continue
		}
		_, err := c.Post(ctx, kind, map[string]any{
			"phone_number": textlink.SamplePhoneNumber,
			"text":         textlink.SampleText,
			"timestamp":    now().UnixMilli(),
		})
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", kind, err))
		}
	}
	return errors.Join(errs...)
}

func (c Console) withSecret(kind textlink.Kind, body map[string]any) map[string]any {
	if c.Secret == "" || kind == textlink.Tag {
		return body
	}
	body = maps.Clone(body)
	if body == nil {
		body = map[string]any{}
	}
	body["secret"] = c.Secret
	return body
}

func (c Console) post(ctx context.Context, url string, body []byte) (status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "TextLink-Fake/1.0")
	resp, err := c.client().Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	// Read, so that the connection can be used again; nobody looks at what is in it.
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<16)); err != nil {
		return resp.StatusCode, err
	}
	if resp.StatusCode != http.StatusOK {
		return resp.StatusCode, fmt.Errorf("%w: %s", ErrNotAccepted, resp.Status)
	}
	return resp.StatusCode, nil
}

// client never follows a redirect: the page it leads to may well say 200, and the message would be lost.
func (c Console) client() *http.Client {
	client := http.Client{Timeout: 15 * time.Second}
	if c.Client != nil {
		client = *c.Client
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &client
}
