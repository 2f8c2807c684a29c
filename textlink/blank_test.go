package textlink

import (
	"bytes"
	"strings"
	"testing"
)

func TestOnlyTheSecretIsBlanked(t *testing.T) {
	for body, want := range map[string]string{
		`{"secret":"s","text":"hi"}`:                 `{"secret":"***","text":"hi"}`,
		"{\n  \"secret\" :\t\"s\" ,\n \"a\":1 }":     "{\n  \"secret\" :\t\"***\" ,\n \"a\":1 }",
		`{"SECRET":"s","Secret":"t"}`:                `{"SECRET":"***","Secret":"***"}`,
		`{"secret":"a","secret":"b"}`:                `{"secret":"***","secret":"***"}`,
		`{"\u0073ecret":"s"}`:                        `{"\u0073ecret":"***"}`,
		`{"\u0053\u0045\u0043\u0052\u0045\u0054":1}`: `{"\u0053\u0045\u0043\u0052\u0045\u0054":"***"}`,
		`{"secret":"a\"b\\","text":"hi"}`:            `{"secret":"***","text":"hi"}`,
		`{"secret":123,"a":1}`:                       `{"secret":"***","a":1}`,
		`{"secret":-1.5e3 }`:                         `{"secret":"***" }`,
		`{"secret":true,"a":1}`:                      `{"secret":"***","a":1}`,
		`{"secret":null,"a":1}`:                      `{"secret":"***","a":1}`,
		`{"secret":["a",{"b":"]"}],"a":1}`:           `{"secret":"***","a":1}`,
		`{"secret":{"secret":"x"},"a":1}`:            `{"secret":"***","a":1}`,
		`{"a":[{"b":{"secret":"x"}}],"c":"d"}`:       `{"a":[{"b":{"secret":"***"}}],"c":"d"}`,
		`{"secret":""}`:                              `{"secret":"***"}`,
		`[{"secret":"s"}]`:                           `[{"secret":"***"}]`,
		"\uFEFF{\"secret\":\"s\"}":                   "\uFEFF{\"secret\":\"***\"}",
		"{\"text\":\"\xff\",\"secret\":\"\xfe\"}":    "{\"text\":\"\xff\",\"secret\":\"***\"}",
	} {
		if got := string(BlankSecret([]byte(body))); got != want {
			t.Errorf("%s:\n got %s\nwant %s", body, got, want)
		}
	}
}

func TestBrokenBodiesAreBlankedToo(t *testing.T) {
	for body, want := range map[string]string{
		`{"a":1,"secret":"s`:                         `{"a":1,"secret":"***"`,
		`{"a":1,"secret":"s\`:                        `{"a":1,"secret":"***"`,
		`{"a":1,"secret":12`:                         `{"a":1,"secret":"***"`,
		`{"a":1,"secret":["s"`:                       `{"a":1,"secret":"***"`,
		`{"a":1,"secret":{"s":"`:                     `{"a":1,"secret":"***"`,
		`{"a":1,"secret":"s"`:                        `{"a":1,"secret":"***"`,
		`{"secret":"s"}garbage`:                      `{"secret":"***"}garbage`,
		`{"secret":"s"}{"secret":"t"} {"secret":"u"`: `{"secret":"***"}{"secret":"***"} {"secret":"***"`,
		`{"secret":s3cret,"a":1}`:                    `{"secret":"***","a":1}`,
		`{"secret":two words,"a":1}`:                 `{"secret":"***","a":1}`,
		`{"secret":'s,}',"a":1}`:                     `{"secret":"***","a":1}`,
		`{"secret":"a"b","a":1}`:                     `{"secret":"***","a":1}`,
		`{"text":"5" tall","secret":"s","a":1}`:      `{"text":"5" tall","secret":"***","a":1}`,
		`{"text":"cut \","secret":"s"}`:              `{"text":"cut \","secret":"***"}`,
		`"secret":"s"`:                               `"secret":"***"`,
		`{"secret":{}garbage,"a":1}`:                 `{"secret":"***"`,
		"{\"secret\":\"two\nlines\",\"a\":1}":        "{\"secret\":\"***\",\"a\":1}",
	} {
		if got := string(BlankSecret([]byte(body))); got != want {
			t.Errorf("%s:\n got %s\nwant %s", body, got, want)
		}
	}
}

func TestBodyWithNothingToBlankIsReturnedAsItIs(t *testing.T) {
	for _, body := range []string{
		``, `{}`, `{"text":"secret"}`, `{"text":"my \"secret\": pizza"}`, `{"secrets":"s","secre":1,"the secret":2}`,
		`["secret","x"]`, `{"secret":}`, `{"secret":`, `{"secret"`,
		`{"a":"secret","b":":"}`, `garbage`, `{"\\secret":1}`,
	} {
		in := []byte(body)
		if out := BlankSecret(in); len(out) != len(in) || len(in) > 0 && &out[0] != &in[0] {
			t.Errorf("%s became %s", body, out)
		}
	}
}

func TestBlankingLeavesItsInputAlone(t *testing.T) {
	in := []byte(`{"secret":"a much longer secret than the blank","text":"hi"}`)
	before := bytes.Clone(in)
	BlankSecret(in)
	if !bytes.Equal(in, before) {
		t.Errorf("changed to %s", in)
	}
}

func TestBlankingALargeBodyTakesLinearTime(t *testing.T) {
	const n = 1 << 20
	for _, piece := range []string{`"`, `"secret"`, `"secret":{`, `"secret":"x`, `\`, `[`, `"secret" `, ` `} {
		BlankSecret([]byte(strings.Repeat(piece, n/len(piece)))) // a quadratic scan would run into the test's time-out
	}
}

// What is passed on carries the secret that is expected there, and is otherwise as it came.
func TestABodyGetsAnotherSecret(t *testing.T) {
	for _, tt := range []struct{ body, secret, want string }{
		{`{"secret":"***","text":"a"}`, "new", `{"secret":"new","text":"a"}`},
		{`{ "text" : "a" , "Secret" : "***" }`, "n\"e<w", `{ "text" : "a" , "Secret" : "n\"e<w" }`},
		{`{"secret":"***"}`, "", `{"secret":""}`},
		{`{"text":"a"}`, "", `{"text":"a"}`},
		{`{"text":"a"}`, "new", `{"secret":"new","text":"a"}`},
		{"\n { }", "new", `{"secret":"new" }`},
		{`{"secret":"***"}`, "***", `{"secret":"***"}`},
		{`{}`, "new", `{"secret":"new"}`},
		{`[1]`, "new", `[1]`},
		{`{"text":`, "new", `{"text":`},
		{`text`, "new", `text`},
		{``, "new", ``},
	} {
		if got := string(WithSecret([]byte(tt.body), tt.secret)); got != tt.want {
			t.Errorf("%s with %q is %s", tt.body, tt.secret, got)
		}
	}
}
