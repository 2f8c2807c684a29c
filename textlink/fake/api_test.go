package fake

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"tagline/textlink"
)

// api returns a fake API, a client of it, and what its webhooks bring.
func api(t *testing.T, mood Mood) (*API, *textlink.Client, chan arrival) {
	t.Helper()
	urls, arrivals := receiver(t, 200)
	a := &API{Console: Console{URLs: urls}, Mood: func(Call) Mood { return mood }, Key: "k"}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	keys, _ := textlink.ParseKeys("k")
	client, err := textlink.NewClient(server.URL, "", keys)
	if err != nil {
		t.Fatal(err)
	}
	return a, client, arrivals
}

func TestTheAPIAnswersAndThenCallsBack(t *testing.T) {
	then := make(chan struct{})
	a, client, arrivals := api(t, Mood{Answer: Queued,
		Webhooks: []Webhook{{Kind: textlink.Failed, When: then}, {Kind: textlink.Sent, Bare: true}, {Kind: textlink.Sent}}})
	waiting, err := client.Send(context.Background(), textlink.SMS{PhoneNumber: "+15550100", Text: "Hi", CustomID: "c1"})
	if err != nil || !waiting || len(arrivals) != 0 {
		t.Fatalf("waiting %v, %v, %d webhooks before they may come", waiting, err, len(arrivals))
	}
	close(then)
	a.Wait()
	for _, want := range []struct {
		kind textlink.Kind
		id   string
	}{{textlink.Failed, "c1"}, {textlink.Sent, ""}, {textlink.Sent, "c1"}} {
		got := <-arrivals
		if e, err := textlink.Decode(want.kind, got.body); err != nil || got.path != "/"+string(want.kind) ||
			e.CustomID != want.id || e.Text != "Hi" || e.Timestamp == nil {
			t.Errorf("%s %s: %v", got.path, got.body, err)
		}
	}
}

func TestTheAPIsBadMoods(t *testing.T) {
	for mood, refused := range map[Answer]bool{Refused: true, Broken: false, Garbage: false, Drops: false} {
		_, client, _ := api(t, Mood{Answer: mood, Reason: "No credit"})
		_, err := client.Send(context.Background(), textlink.SMS{PhoneNumber: "+15550100", Text: "Hi"})
		var refusal *textlink.Refusal
		if err == nil || errors.As(err, &refusal) != refused {
			t.Errorf("mood %d gave %v", mood, err)
		}
	}
}

func TestTheWebhookCanComeBeforeTheAnswer(t *testing.T) {
	_, client, arrivals := api(t, Mood{Webhooks: []Webhook{{Kind: textlink.Tag, First: true}}})
	if err := client.SetTag(context.Background(), 0, "+15550100", "Hot"); err != nil || len(arrivals) != 1 {
		t.Errorf("%v; %d webhooks came before the answer", err, len(arrivals))
	}
}
