package fake

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"tagline/textlink"
)

// arrival is one request as the receiving side saw it.
type arrival struct {
	method, path string
	header       http.Header
	body         []byte
}

// receiver answers every webhook with the status and hands on what arrived.
func receiver(t *testing.T, status int) (urls map[textlink.Kind]string, arrivals chan arrival) {
	t.Helper()
	arrivals = make(chan arrival, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		arrivals <- arrival{r.Method, r.URL.Path, r.Header, body}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	urls = map[textlink.Kind]string{}
	for _, kind := range textlink.Kinds() {
		urls[kind] = server.URL + "/" + string(kind)
	}
	return urls, arrivals
}

func TestPostArrivesAsTextLinkPosts(t *testing.T) {
	urls, arrivals := receiver(t, http.StatusOK)
	body := map[string]any{"phone_number": "+14155550134", "text": "<3 & more"}
	status, err := Console{URLs: urls, Secret: "s"}.Post(context.Background(), textlink.Received, body)
	if status != http.StatusOK || err != nil {
		t.Fatalf("%d, %v", status, err)
	}
	got := <-arrivals
	if got.method != http.MethodPost || got.path != "/received" || got.header.Get("Content-Type") != "application/json" ||
		got.header.Get("User-Agent") != "TextLink-Fake/1.0" {
		t.Errorf("%+v", got)
	}
	e, err := textlink.Decode(textlink.Received, got.body)
	if err != nil || e.Text != "<3 & more" || e.Secret == nil || *e.Secret != "s" {
		t.Errorf("%s: %v", got.body, err)
	}
	if _, leaked := body["secret"]; leaked {
		t.Error("the secret was written into the caller's body")
	}
}

func TestTagHookAndConsoleWithoutSecretSendNone(t *testing.T) {
	urls, arrivals := receiver(t, http.StatusOK)
	for kind, secret := range map[textlink.Kind]string{textlink.Tag: "s", textlink.Sent: ""} {
		if _, err := (Console{URLs: urls, Secret: secret}).Post(context.Background(), kind,
			map[string]any{"tag": "Hot"}); err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		if err := json.Unmarshal((<-arrivals).body, &members); err != nil || members["secret"] != nil {
			t.Errorf("%s: %v, %v", kind, members, err)
		}
	}
}

func TestOnlyStatus200IsSuccess(t *testing.T) {
	for _, want := range []int{201, 204, 302, 307, 404, 500} {
		urls, arrivals := receiver(t, want)
		status, err := Console{URLs: urls}.Post(context.Background(), textlink.Sent, nil)
		if status != want || !errors.Is(err, ErrNotAccepted) {
			t.Errorf("%d: %d, %v", want, status, err)
		}
		if len(arrivals) != 1 {
			t.Errorf("%d: posted %d times", want, len(arrivals))
		}
	}
}

func TestNoAnswerIsAnErrorWithoutStatus(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	urls, _ := receiver(t, http.StatusOK)
	for _, console := range []Console{{}, {URLs: urls}} {
		if status, err := console.Post(ctx, textlink.Sent, nil); status != 0 || err == nil {
			t.Errorf("%d, %v", status, err)
		}
	}
}

func TestPressTestSendsASampleToEachHook(t *testing.T) {
	urls, arrivals := receiver(t, http.StatusOK)
	if err := (Console{URLs: urls, Secret: "s"}).PressTest(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, kind := range textlink.Kinds() {
		got := <-arrivals
		e, _ := textlink.Decode(kind, got.body)
		if got.path != "/"+string(kind) || !e.TestSample() {
			t.Errorf("%s: %s %s", kind, got.path, got.body)
		}
	}
}

func TestPressTestSaysWhichHooksFailed(t *testing.T) {
	urls, arrivals := receiver(t, http.StatusNotFound)
	delete(urls, textlink.Tag)
	if err := (Console{URLs: urls}).PressTest(context.Background()); !errors.Is(err, ErrNotAccepted) {
		t.Error(err)
	}
	if len(arrivals) != 3 {
		t.Errorf("%d samples arrived", len(arrivals))
	}
}
