package textlink

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

func FuzzDecode(f *testing.F) {
	for _, kind := range append(Kinds(), "test") {
		f.Add(string(kind), payload(f, kind))
	}
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		before := bytes.Clone(body)
		e, err := Decode(Kind(kind), body)
		again, errAgain := Decode(Kind(kind), body)
		if !bytes.Equal(body, before) {
			t.Error("decoding changed the body")
		}
		if !reflect.DeepEqual(e, again) || (err == nil) != (errAgain == nil) {
			t.Errorf("decoded once to %+v, %v and once to %+v, %v", e, err, again, errAgain)
		}
		for _, s := range []string{e.PhoneNumber, e.Text, e.CustomID, e.Name, e.Tag} {
			if !utf8.ValidString(s) {
				t.Errorf("invalid UTF-8: %q", s)
			}
		}
		agreeWithEncodingJSON(t, body, e)
	})
}

// agreeWithEncodingJSON compares the fields that encoding/json can read without the leniency that is ours.
func agreeWithEncodingJSON(t *testing.T, body []byte, e Event) {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil || members == nil || !plainKeys(members) {
		return
	}
	var secret string
	if e.Secret != nil {
		secret = *e.Secret
	}
	for key, got := range map[string]string{"text": e.Text, "secret": secret, "name": e.Name, "tag": e.Tag,
		"custom_id": e.CustomID} {
		var want string
		raw := members[key]
		if bytes.HasPrefix(raw, []byte(`"`)) && json.Unmarshal(raw, &want) == nil && got != want &&
			(got != "" || len(want) <= longestLabel) {
			t.Errorf("%s: %q, encoding/json has %q", key, got, want)
		}
	}
	for key, got := range map[string]*int64{"timestamp": e.Timestamp, "sim_card_id": e.SIMCardID,
		"textlink_id": &e.TextlinkID, "subuser_id": &e.Subuser} {
		var want int64
		raw := members[key]
		if raw != nil && string(raw) != "null" && json.Unmarshal(raw, &want) == nil && (key != "timestamp" || want > 0) &&
			(key != "subuser_id" || want >= 0) && (got == nil || *got != want) {
			t.Errorf("%s: %v, encoding/json has %d", key, got, want)
		}
	}
}

// plainKeys reports whether no key is another spelling of one of ours.
func plainKeys(members map[string]json.RawMessage) bool {
	for key := range members {
		for _, known := range knownKeys {
			if key != known && strings.EqualFold(key, known) {
				return false
			}
		}
	}
	return true
}

func FuzzParseInteger(f *testing.F) {
	f.Add("1.748463114559e12")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseInteger(s)
		if want, err := strconv.ParseInt(s, 10, 64); err == nil && (!ok || got != want) {
			t.Errorf("%d, %v, want %d", got, ok, want)
		}
		// A float64 is exact for whole numbers of this size, apart from what it rounds up to one.
		want, err := strconv.ParseFloat(s, 64)
		if ok && err == nil && want > -1<<50 && want < 1<<50 && (float64(got) > want || float64(got) < want-1) {
			t.Errorf("%d is not the floor of %g", got, want)
		}
	})
}

func FuzzBlankSecret(f *testing.F) {
	for _, kind := range append(Kinds(), "test") {
		f.Add(payload(f, kind), []byte(`}`))
	}
	f.Fuzz(func(t *testing.T, head, tail []byte) {
		body := append(bytes.Clone(head), tail...)
		before := bytes.Clone(body)
		blanked := BlankSecret(body)
		if !bytes.Equal(body, before) {
			t.Error("blanking changed its input")
		}
		if again := BlankSecret(blanked); !bytes.Equal(again, blanked) {
			t.Errorf("blanked once to %q and twice to %q", blanked, again)
		}
		if e, _ := Decode(Received, blanked); e.Secret != nil && *e.Secret != "***" {
			t.Errorf("%q still has the secret %q", blanked, *e.Secret)
		}
		onlySecretsDiffer(t, body, blanked)
		canaryIsGone(t, head, tail)
	})
}

// onlySecretsDiffer compares valid bodies token by token.
func onlySecretsDiffer(t *testing.T, body, blanked []byte) {
	if !json.Valid(body) {
		return
	}
	if !json.Valid(blanked) {
		t.Fatalf("%q became invalid: %q", body, blanked)
	}
	want := withoutSecrets(body)
	if got := withoutSecrets(blanked); !bytes.Equal(got, want) {
		t.Errorf("outside the secrets %q became %q", want, got)
	}
}

// withoutSecrets cuts the values of secrets out of a valid body by means that BlankSecret doesn't use.
func withoutSecrets(body []byte) []byte {
	var out []byte
	dec := json.NewDecoder(bytes.NewReader(body))
	done := int64(0)
	for {
		token, err := dec.Token()
		if err != nil {
			return append(out, body[done:]...)
		}
		key, _ := token.(string)
		colon := bytes.TrimLeft(body[dec.InputOffset():], " \n\r\t")
		if !strings.EqualFold(key, "secret") || !bytes.HasPrefix(colon, []byte(":")) {
			continue
		}
		start := dec.InputOffset()
		var value json.RawMessage
		if dec.Decode(&value) != nil {
			return nil // deeper than encoding/json goes
		}
		out = append(out, body[done:start]...)
		done = dec.InputOffset()
	}
}

// canaryIsGone plants an object with a secret between any two pieces.
func canaryIsGone(t *testing.T, head, tail []byte) {
	const canary = "canary-9d41"
	body := append(bytes.Clone(head), `{"secret":"`+canary+`"}`...)
	body = append(body, tail...)
	if blanked := BlankSecret(body); bytes.Contains(blanked, []byte(canary)) &&
		!bytes.Contains(append(bytes.Clone(head), tail...), []byte(canary)) {
		t.Errorf("%q still has the canary", blanked)
	}
}
