package handlers_test

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	stdjson "encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/store"
	"tagline/views"
)

// browser is one that a push service reaches; it reads what is sent as browsers do (RFC 8291).
type browser struct {
	key  *ecdh.PrivateKey
	auth []byte
}

func newBrowser(t *testing.T) browser {
	t.Helper()
	key, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := browser{key: key, auth: make([]byte, 16)}
	rand.Read(b.auth)
	return b
}

func (b browser) form(endpoint string) url.Values {
	encode := base64.RawURLEncoding.EncodeToString
	return url.Values{"endpoint": {endpoint}, "p256dh": {encode(b.key.PublicKey().Bytes())}, "auth": {encode(b.auth)}}
}

func (b browser) read(t *testing.T, body []byte) (notice views.Notice) {
	t.Helper()
	salt, sender, sealed := body[:16], body[21:21+int(body[20])], body[21+int(body[20]):]
	public, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		t.Fatal(err)
	}
	secret, _ := b.key.ECDH(public)
	info := append(append([]byte("WebPush: info\x00"), b.key.PublicKey().Bytes()...), sender...)
	ikm, _ := hkdf.Key(sha256.New, secret, b.auth, string(info), 32)
	key, _ := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	nonce, _ := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	block, _ := aes.NewCipher(key)
	gcm, _ := cipher.NewGCM(block)
	plain, err := gcm.Open(nil, nonce, sealed, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := stdjson.Unmarshal([]byte(strings.TrimRight(string(plain), "\x00\x02")), &notice); err != nil {
		t.Fatalf("%v in %q", err, plain)
	}
	return notice
}

// service is a push service at any address. It passes on what it is sent and answers as it is told.
type service struct {
	*http.Client
	sent   chan []byte
	answer chan int
}

func newService(t *testing.T) service {
	t.Helper()
	s := service{sent: make(chan []byte, 100), answer: make(chan int, 100)}
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if !strings.HasPrefix(r.Header.Get("Authorization"), "vapid t=") {
			t.Errorf("authorized by %q", r.Header.Get("Authorization"))
		}
		select {
		case status := <-s.answer:
			w.WriteHeader(status)
		default:
			w.WriteHeader(http.StatusCreated)
		}
		s.sent <- body
	}))
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.InsecureSkipVerify = true
	transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "tcp", server.Listener.Addr().String())
	}
	s.Client = &http.Client{Transport: transport}
	return s
}

func (s *site) subscribe(client *http.Client, form url.Values) {
	s.t.Helper()
	if status, body := s.submit(client, "/notifications/browser", form); status != http.StatusNoContent {
		s.t.Fatalf("answered %d: %s", status, body)
	}
}

func TestClosedBrowsersAreToldWhatTheirPersonMaySee(t *testing.T) {
	service := newService(t)
	s := newSiteWith(t, setting{push: service.Client})
	piet, b := s.person("piet", store.Agent, 6), newBrowser(t)
	s.subscribe(piet, b.form("https://push.example.com/piet"))
	receive := func(text string, subuser string) {
		s.post(s.token+"/received", json, `{"phone_number":"+15550100","name":"Mira","text":"`+text+`"`+subuser+`}`)
	}
	receive("Not for six", "")
	receive("For six", `,"subuser_id":6`)
	first := b.read(t, <-service.sent)
	if first.Title != "Mira" || first.Body != "New message" || !strings.HasPrefix(first.URL, "/conversations/") {
		t.Errorf("told %+v", first)
	}

	// What the message says only where the person lets it.
	s.submit(piet, "/notifications", url.Values{"text": {"on"}})
	s.submit(piet, first.URL+"/read", nil)
	receive("With words", `,"subuser_id":6`)
	if second := b.read(t, <-service.sent); second.Body != "With words" {
		t.Errorf("told %+v", second)
	}
}

func TestABrowserIsForgottenWhenItsServiceDoesNotKnowItOrItsSessionEnds(t *testing.T) {
	service := newService(t)
	s := newSiteWith(t, setting{push: service.Client})
	anna, b := s.person("anna", store.Admin), newBrowser(t)
	known := func() int {
		t.Helper()
		endpoints, err := s.store.Endpoints(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return len(endpoints)
	}
	for _, gone := range []int{http.StatusNotFound, http.StatusGone} {
		s.subscribe(anna, b.form("https://push.example.com/anna"))
		service.answer <- gone
		s.post(s.token+"/received", json, `{"phone_number":"+15550100","text":"Hi`+http.StatusText(gone)+`"}`)
		<-service.sent
		for known() > 0 {
			time.Sleep(time.Millisecond)
		}
	}
	s.subscribe(anna, b.form("https://push.example.com/anna"))
	if known() != 1 {
		t.Fatal("the browser is not registered")
	}
	s.submit(anna, "/logout", nil)
	if known() != 0 {
		t.Error("the browser is told after signing out")
	}
	if status, _ := s.submit(anna, "/notifications/browser", b.form("https://push.example.com/anna")); status == http.StatusNoContent {
		t.Error("somebody who has signed out registered a browser")
	}
}

func TestOneBrowserIsOnePersons(t *testing.T) {
	s, b := newSite(t, ""), newBrowser(t)
	anna, piet := s.person("anna", store.Admin), s.person("piet", store.Agent, 6)
	s.subscribe(anna, b.form("https://push.example.com/shared"))
	s.subscribe(piet, b.form("https://push.example.com/shared"))
	subscriber, err := s.store.Subscriber(t.Context(), "https://push.example.com/shared")
	if err != nil || subscriber.User.Name != "piet" {
		t.Errorf("it tells %+v, %v", subscriber.User, err)
	}
}

func TestASubscriptionLeadsOnlyToAPublicServer(t *testing.T) {
	b := newBrowser(t)
	check := func(endpoint string) error {
		form := b.form(endpoint)
		return handlers.CheckSubscription(store.PushSubscription{Endpoint: endpoint, P256dh: form.Get("p256dh"), Auth: form.Get("auth")})
	}
	for _, good := range []string{"https://fcm.googleapis.com/fcm/send/abc:def", "https://updates.push.services.mozilla.com/wpush/v2/x", "https://web.push.apple.com:443/x"} {
		if err := check(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", "http://push.example.com/x", "https://localhost/x", "https://127.0.0.1/x", "https://[::1]/x", "https://10.0.0.1/x", "https://2130706433/x", "https://127.1/x",
		"https://0x7f.0.0.1/x", "https://push.example.com:8443/x", "https://user@push.example.com/x", "https://intranet/x", "https://169.254.169.254/x", "ftp://push.example.com/x",
		"https://push.example.com/" + strings.Repeat("x", 1000),
	} {
		if check(bad) == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
