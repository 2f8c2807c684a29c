package textlink

import (
	"errors"
	"slices"
	"testing"
)

// Every documented body at every webhook: the one it belongs to takes it, sends and failures cannot be told apart.
func TestABodyAtTheURLOfAnotherWebhookIsNoticed(t *testing.T) {
	candidates := map[Kind][]Kind{Received: {Received}, Sent: {Sent, Failed}, Failed: {Sent, Failed}, Tag: {Tag}}
	for _, of := range Kinds() {
		for _, at := range Kinds() {
			e, _ := Decode(at, payload(t, of))
			right := slices.Contains(candidates[of], at)
			if err := e.Misplaced(); errors.Is(err, ErrMisplaced) == right {
				t.Errorf("body of %s at %s: %v", of, at, err)
			}
			if got := e.Candidates(); !right && !slices.Equal(got, candidates[of]) {
				t.Errorf("body of %s at %s may belong to %v, want %v", of, at, got, candidates[of])
			}
		}
	}
}

func TestWhatABodyLooksLike(t *testing.T) {
	for _, c := range []struct {
		at     Kind
		fields string
		want   Kind
	}{
		{Received, `"text":"a"`, Received},
		{Received, `"text":"a","portal":false`, Sent},
		{Received, `"text":"a","portal":null,"custom_id":"","textlink_id":0`, Received},
		{Received, `"text":"a","custom_id":"x"`, Sent},
		{Received, `"text":"a","custom_id":7`, Sent},
		{Received, `"text":"a","textlink_id":7`, Failed},
		{Received, `"text":"a","textlink_id":"msg-7f"`, Sent}, // no id that can be read, but one
		{Received, `"text":"a","textlink_id":99999999999999999999`, Sent},
		{Received, `"text":"a","textlink_id":{"n":7}`, Sent},
		{Received, `"text":"a","portal":"yes"`, Sent},
		{Received, `"text":"a","portal":2`, Sent},
		{Received, `"text":"a","portal":["console"]`, Sent},
		{Received, `"text":"a","portal":"","textlink_id":"0","custom_id":" "`, Received},
		{Received, `"text":"a","portal":[],"textlink_id":false,"custom_id":{}`, Received},
		{Received, `"text":null,"tag":"Cold","portal":"yes"`, Sent},
		{Sent, `"text":"a","portal":"yes","name":"Mira"`, Sent},
		{Received, `"text":"a","name":"Mira","tag":"Cold","portal":true`, Sent},
		{Received, `"text":null,"tag":"Cold"`, Tag}, // null is absent
		{Received, `"text":null,"tag":"Cold","name":"Mira","portal":null,"timestamp":null,"sim_card_id":null`, Tag},
		{Tag, `"text":null,"tag":"Cold"`, Tag},
		{Sent, `"text":null,"tag":"Cold"`, Tag},
		// a picture, it seems: only messages have a SIM card
		{Received, `"text":null,"tag":"Cold","sim_card_id":7`, Received},
		{Received, `"text":null,"tag":"Cold","timestamp":1748463114559`, Received},
		{Received, `"text":null,"name":"Mira"`, Received},
		{Received, `"text":null,"tag":"Cold","portal":true`, Sent},
		{Received, `"text":"","tag":"Cold"`, Received},
		{Received, `"tag":"Cold"`, Tag},
		{Received, `"tag":""`, Tag},
		{Received, `"name":"Mira"`, ""},
		{Sent, `"text":"a"`, ""},
		{Failed, `"text":"a","timestamp":1748463114559`, ""},
		{Sent, `"text":"a","name":"Mira"`, Received},
		{Failed, `"text":"a","tag":"Cold"`, Received},
		{Failed, `"text":"a","tag":"Cold","textlink_id":7`, Failed},
		{Sent, `"text":"a","textlink_id":7`, Sent},
		{Sent, `"tag":"Cold"`, Tag},
		{Failed, `"tag":"Cold","name":"Mira","subuser_id":6`, Tag},
		{Tag, `"tag":"Cold"`, Tag},
		{Tag, `"tag":"Cold","text":"a"`, Received},
		{Tag, `"text":"a"`, Received},
		{Tag, `"text":"a","portal":true`, Sent},
		{Tag, `"text":"a","textlink_id":"7"`, Failed},
		{Tag, `"name":"Mira"`, ""},
	} {
		e, _ := Decode(c.at, []byte(`{"phone_number":"+14155550134",`+c.fields+`}`))
		if got := e.LooksLike(); got != c.want {
			t.Errorf("at %s, %s looks like %q, want %q", c.at, c.fields, got, c.want)
		}
	}
	for _, at := range Kinds() {
		if e, _ := Decode(at, payload(t, "test")); e.LooksLike() != "" || e.Misplaced() != nil {
			t.Errorf("the sample at %s looks like %q", at, e.LooksLike())
		}
	}
}
