package textlink

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// DefaultURL and DefaultTagPath are where TextLink's API is (TextLink docs, which spell the path so).
	DefaultURL     = "https://textlinksms.com"
	DefaultTagPath = "/api/update-contect-tag"

	sendPath = "/api/send-sms"

	// callWait bounds one call: they have been seen to hang.
	callWait = 15 * time.Second
	// byteOrderMark is what some servers begin a text with.
	byteOrderMark = "\uFEFF"
	// longestAnswer is how much of an answer is read, in bytes.
	longestAnswer = 64 << 10
)

// Client calls TextLink's API. Its methods may be called from any goroutine. A key never stands in an error.
type Client struct {
	base    *url.URL
	tagPath string
	keys    Keys
	http    *http.Client
}

// NewClient returns a client of the API at base, "" for DefaultURL and DefaultTagPath. The error says in words what is
// wrong with the addresses.
func NewClient(base, tagPath string, keys Keys) (*Client, error) {
	if base == "" {
		base = DefaultURL
	}
	if tagPath == "" {
		tagPath = DefaultTagPath
	}
	u, err := url.Parse(base)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.User != nil {
		return nil, fmt.Errorf("the API's address is %q; write it like %s", base, DefaultURL)
	}
	if !strings.HasPrefix(tagPath, "/") {
		return nil, fmt.Errorf("the path of the tag call is %q; write it like %s", tagPath, DefaultTagPath)
	}
	// An answer that leads elsewhere is none: the call is not repeated at another address, with the key least of all.
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{base: u, tagPath: tagPath, keys: keys,
		http: &http.Client{Timeout: callWait, CheckRedirect: stay, Transport: freshConnections()}}, nil
}

// freshConnections makes a connection for each call. Calls come every few seconds, which is about when servers close
// connections that are idle: on one that is being closed a call is lost, and nobody knows whether it came.
func freshConnections() *http.Transport {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true
	return transport
}

// Refusal is the error of a call of which it is certain that nothing came. After any other error that is open.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return r.Reason }

// SMS is a message to send. CustomID comes back in the failed webhook, and may in the sent one.
type SMS struct {
	Subuser     int64 // whose key is used; 0 is the main account
	PhoneNumber string
	Text        string
	SIMCardID   int64 // 0 leaves the choice to TextLink
	CustomID    string
}

// Send hands the message to TextLink. waiting says that the phone is busy or offline and will send it later.
func (c *Client) Send(ctx context.Context, m SMS) (waiting bool, err error) {
	body := map[string]any{"phone_number": m.PhoneNumber, "text": m.Text, "custom_id": m.CustomID}
	if m.SIMCardID != 0 {
		body["sim_card_id"] = m.SIMCardID
	}
	a, err := c.call(ctx, sendPath, m.Subuser, body)
	return a.queued(), err
}

// SetTag changes a contact's tag.
func (c *Client) SetTag(ctx context.Context, subuser int64, number, tag string) error {
	_, err := c.call(ctx, c.tagPath, subuser, map[string]any{"phone_number": number, "tag": tag})
	return err
}

// answer is what the API says. Only ok tells how the call went: the status is 200 whatever it says (seen). What the
// rest looks like must not make that unknown.
type answer struct {
	OK      *bool           `json:"ok"`
	Queued  json.RawMessage `json:"queued"`
	Message json.RawMessage `json:"message"`
}

func (a answer) queued() bool {
	queued, _ := value(a.Queued).boolean()
	return queued
}

// message is a string, or whatever else came as it is.
func (a answer) message() string {
	if value(a.Message).isNull() {
		return ""
	}
	said, _ := value(a.Message).text()
	return said
}

func (c *Client) call(ctx context.Context, path string, subuser int64, body map[string]any) (answer, error) {
	key := c.keys.of(subuser)
	if key == "" {
		return answer{}, &Refusal{"There is no API key for this subuser."}
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return answer{}, err
	}
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) {
		connected.Store(true)
	}})
	// #nosec G125 -- path is one of two constants
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base.JoinPath(path).String(), bytes.NewReader(encoded))
	if err != nil {
		return answer{}, &Refusal{"The API's address cannot be used."}
	}
	req.Header.Set("Authorization", "Bearer "+key)
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.http.Do(req)
	if err != nil && !connected.Load() {
		return answer{}, &Refusal{"TextLink could not be reached: " + reason(err)}
	}
	if err != nil {
		return answer{}, fmt.Errorf("TextLink did not answer: %s", reason(err))
	}
	defer resp.Body.Close()
	return read(resp, key)
}

// read understands an answer. A key that it repeats is blanked.
func read(resp *http.Response, key string) (answer, error) {
	content := bufio.NewReader(io.LimitReader(resp.Body, longestAnswer))
	if mark, err := content.Peek(len(byteOrderMark)); err == nil && string(mark) == byteOrderMark {
		_, _ = content.Discard(len(mark))
	}
	var a answer
	// What comes behind the answer, or how the connection ends after it, changes nothing.
	err := json.NewDecoder(content).Decode(&a)
	if err != nil {
		a = answer{} // half of it may have been read
	}
	switch said := strings.ReplaceAll(a.message(), key, "***"); {
	case a.OK != nil && *a.OK:
		return a, nil
	case a.OK != nil && said != "":
		return answer{}, &Refusal{said}
	case a.OK != nil:
		return answer{}, &Refusal{"TextLink refused it and gave no reason."}
	case resp.StatusCode/100 == 4:
		return answer{}, &Refusal{"TextLink answered " + resp.Status + "."}
	case resp.StatusCode == http.StatusOK && brokeOff(err):
		return answer{}, fmt.Errorf("TextLink's answer broke off: %s", reason(err))
	case resp.StatusCode == http.StatusOK:
		return answer{}, errors.New("TextLink's answer could not be understood")
	}
	return answer{}, fmt.Errorf("TextLink answered %s", resp.Status)
}

// brokeOff tells an error of the connection from one of what came through it.
func brokeOff(err error) bool {
	var network net.Error
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &network)
}

// reason is what went wrong without the request it went wrong with.
func reason(err error) string {
	var of *url.Error
	if !errors.As(err, &of) {
		return err.Error()
	}
	if of.Timeout() {
		return "it took too long"
	}
	return of.Err.Error()
}
