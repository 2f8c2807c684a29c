package textlink

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
)

func payload(t testing.TB, kind Kind) []byte {
	t.Helper()
	body, err := os.ReadFile("testdata/" + string(kind) + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// received decodes the members of a body that is otherwise a complete received message.
func received(t *testing.T, members string) Event {
	t.Helper()
	e, err := Decode(Received, []byte(`{"phone_number":"+14155550134","text":"hi",`+members+`}`))
	if err != nil {
		t.Fatalf("%s: %v", members, err)
	}
	return e
}

func TestDocumentedBodiesDecode(t *testing.T) {
	wants := map[Kind]Event{
		Received: {
			Kind: Received, Secret: new("s3cret-for-tests"), PhoneNumber: "+381690156360",
			Text: "Is the flat on Pine Street still free?", HasText: true, SIMCardID: new(int64(123)), Name: "Mira Novak",
			Tag: "Cold", HasTag: true,
		},
		Sent: {
			Kind: Sent, Secret: new("s3cret-for-tests"), PhoneNumber: "+381690156360",
			Text: "It is. Would tomorrow at 11 suit you?", HasText: true, Timestamp: new(int64(1748463114559)),
			SIMCardID: new(int64(123)), Portal: new(true), Outbound: true,
		},
		Failed: {
			Kind: Failed, Secret: new("s3cret-for-tests"), PhoneNumber: "+381690156360",
			Text: "It is. Would tomorrow at 11 suit you?", HasText: true, Timestamp: new(int64(1748463114559)),
			SIMCardID: new(int64(123)), Portal: new(true), Outbound: true,
			TextlinkID: 100123, CustomID: "1234",
		},
		Tag: {Kind: Tag, PhoneNumber: "+381690156360", Name: "Mira Novak", Tag: "Warm", HasTag: true, Subuser: 6},
	}
	for kind, want := range wants {
		got, err := Decode(kind, payload(t, kind))
		if err != nil {
			t.Errorf("%s: %v", kind, err)
		}
		if len(got.TextKey) != 16 {
			t.Errorf("%s: the text key has %d bytes", kind, len(got.TextKey))
		}
		got.TextKey = nil
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s:\n got %+v\nwant %+v", kind, got, want)
		}
	}
}

func TestDocumentedSampleIsATestSampleForEveryMessage(t *testing.T) {
	for _, kind := range []Kind{Received, Sent, Failed} {
		e, err := Decode(kind, payload(t, "test"))
		if err != nil || !e.TestSample() {
			t.Errorf("%s: sample %v, error %v", kind, e.TestSample(), err)
		}
	}
}

func TestTagSampleNeedsTheNumberAndEitherTheTextOrNoTag(t *testing.T) {
	for body, want := range map[string]bool{
		`{"phone_number":"+11234567890","text":"Working!","tag":"Hot"}`: true,
		`{"phone_number":"+11234567890"}`:                               true,
		`{"phone_number":"+11234567890","tag":null}`:                    true,
		`{"phone_number":"+11234567890","tag":"Hot"}`:                   false,
		`{"phone_number":"+14155550134","text":"Working!"}`:             false,
		`{"phone_number":11234567890,"text":"Working!"}`:                true,
	} {
		if e, _ := Decode(Tag, []byte(body)); e.TestSample() != want {
			t.Errorf("%s: %v, want %v", body, e.TestSample(), want)
		}
	}
}

func TestMessageFromTheSampleNumberWithOtherTextIsNoSample(t *testing.T) {
	e := Event{Kind: Received, PhoneNumber: SamplePhoneNumber, Text: "Working?"}
	if e.TestSample() {
		t.Error("taken for a sample")
	}
}

func TestIncompleteBodiesSayWhatIsMissingAndKeepTheRest(t *testing.T) {
	for _, c := range []struct {
		kind       Kind
		body, want string
	}{
		{Received, `{"secret":"s","subuser_id":6,"text":"hi"}`, "phone_number"},
		{Received, `{"secret":"s","subuser_id":6,"phone_number":"  ","text":"hi"}`, "phone_number"},
		{Received, `{"secret":"s","subuser_id":6,"phone_number":"+1","txt":"hi"}`, "text"},
		{Sent, `{"secret":"s","subuser_id":6,"phone_number":"+1"}`, "text"},
		{Failed, `{"secret":"s","subuser_id":6,"phone_number":"+1"}`, "text"},
		{Tag, `{"secret":"s","subuser_id":6,"phone_number":"+1"}`, "tag"},
		{Tag, `{"secret":"s","subuser_id":6,"phone_number":"+1","tag":["Hot"]}`, "tag"},
		{Tag, `{"secret":"s","subuser_id":6,"tag":"Hot"}`, "phone_number"},
	} {
		e, err := Decode(c.kind, []byte(c.body))
		if !errors.Is(err, ErrIncomplete) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %s: error %v", c.kind, c.body, err)
		}
		if e.Secret == nil || *e.Secret != "s" || e.Subuser != 6 {
			t.Errorf("%s %s: lost what was there: %+v", c.kind, c.body, e)
		}
	}
}

func TestMessageMayHaveAnEmptyOrNullText(t *testing.T) {
	for _, text := range []string{`""`, `null`} {
		e, err := Decode(Received, []byte(`{"phone_number":"+1","text":`+text+`}`))
		if err != nil || e.Text != "" {
			t.Errorf("%s: %q, %v", text, e.Text, err)
		}
	}
}

// What only names a tag is no message because it says that there is no text.
func TestATagChangeWithANullTextIsNoMessage(t *testing.T) {
	body := []byte(`{"phone_number":"+1","tag":"Hot","text":null}`)
	if e, err := Decode(Received, body); !errors.Is(err, ErrIncomplete) || e.HasText {
		t.Errorf("as a message: %+v, %v", e, err)
	}
	if e, err := Decode(Tag, body); err != nil || e.Misplaced() != nil || e.Tag != "Hot" {
		t.Errorf("as a tag change: %+v, %v, %v", e, err, e.Misplaced())
	}
}

func TestTagMayBeRemoved(t *testing.T) {
	e, err := Decode(Tag, []byte(`{"phone_number":"+1","tag":""}`))
	if err != nil || !e.HasTag || e.Tag != "" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestWhatIsNotAJSONObjectIsSaidToBeSo(t *testing.T) {
	for _, body := range []string{"", " \n", "hello", "null", "12", `"{}"`, `[{"phone_number":"+1"}]`, "<html>",
		"secret=s&text=hi", "\uFEFF"} {
		if _, err := Decode(Received, []byte(body)); !errors.Is(err, ErrNotJSON) {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestBrokenBodyKeepsWhatCameBeforeTheBreak(t *testing.T) {
	const start = `{"secret":"s","subuser_id":6,"phone_number":"+1"`
	for _, rest := range []string{"", ",", `,"text`, `,"text"`, `,"text":`, `,"text":"hel`, `,"text":{"a":[1`,
		`,"text":12`, ` garbage`, `,"text" "hi"}`, `,nonsense}`} {
		e, err := Decode(Received, []byte(start+rest))
		if !errors.Is(err, ErrNotJSON) {
			t.Errorf("%s: error %v", rest, err)
		}
		if e.Secret == nil || *e.Secret != "s" || e.Subuser != 6 || e.PhoneNumber != "+1" || e.Text != "" {
			t.Errorf("%s: %+v", rest, e)
		}
	}
}

func TestErrorsNeverQuoteTheBody(t *testing.T) {
	for _, body := range []string{`{"secret":"canary`, `{"secret":"canary","canary":`, `canary`, `{"secret":"canary"}`} {
		if _, err := Decode(Received, []byte(body)); err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestWrappingsAroundTheObjectAreIgnored(t *testing.T) {
	const object = `{"phone_number":"+1","text":"hi"}`
	for _, body := range []string{
		"\uFEFF" + object, " \r\n\t" + object + "\n ", "\n\uFEFF " + object, object + "garbage", object + object,
		object + `{"text":"other"}`, object + "\x00",
		`{"phone_number":"+1","text":"hi",}`, "{ \"phone_number\" :\n\"+1\" , \"text\"\t: \"hi\" }",
	} {
		e, err := Decode(Received, []byte(body))
		if err != nil || e.PhoneNumber != "+1" || e.Text != "hi" {
			t.Errorf("%q: %+v, %v", body, e, err)
		}
	}
}

func TestUnknownFieldsOfAnyDepthAreIgnored(t *testing.T) {
	for _, depth := range []int{1, 100, 10_000, 100_000} {
		e := received(t, `"x":`+strings.Repeat(`[{"text":`, depth)+`"} ] \" no"`+strings.Repeat(`}]`, depth)+
			`,"sent":true,"name":"Mira"`)
		if e.Text != "hi" || e.Name != "Mira" {
			t.Errorf("depth %d: %+v", depth, e)
		}
	}
}

func TestNullsAreAbsent(t *testing.T) {
	e := received(t, `"secret":null,"timestamp":null,"portal":null,"sim_card_id":null,"textlink_id":null,`+
		`"custom_id":null,"name":null,"tag":null,"subuser_id":null`)
	e.TextKey = nil
	if want := (Event{Kind: Received, PhoneNumber: "+14155550134", Text: "hi",
		HasText: true}); !reflect.DeepEqual(e, want) {
		t.Errorf("%+v", e)
	}
}

func TestSecretOfAnyTypeCounts(t *testing.T) {
	for raw, want := range map[string]string{
		`"s3cret"`: "s3cret", `""`: "", `"\u0073"`: "s", `12345`: "12345", `1.50`: "1.50", `true`: "true", `false`: "false",
		`["s"]`: `["s"]`, `{"a": 1}`: `{"a": 1}`,
	} {
		if e := received(t, `"secret":`+raw); e.Secret == nil || *e.Secret != want {
			t.Errorf("%s: %v", raw, e.Secret)
		}
	}
	if e := received(t, `"name":"x"`); e.Secret != nil {
		t.Errorf("absent: %q", *e.Secret)
	}
}
