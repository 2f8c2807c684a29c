package textlink

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
)

func packed(t *testing.T, body string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(body)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func inUTF16(s string, order binary.AppendByteOrder, mark bool) (b []byte) {
	if mark {
		s = "\uFEFF" + s
	}
	for _, unit := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

func TestABodyIsReadForWhatItIs(t *testing.T) {
	const object = `{"phone_number":"+14155550134","text":"Ćao 👋"}`
	for name, body := range map[string][]byte{
		"UTF-8":                         []byte(object),
		"gzip":                          packed(t, object),
		"UTF-16, little end, mark":      inUTF16(object, binary.LittleEndian, true),
		"UTF-16, big end, mark":         inUTF16(object, binary.BigEndian, true),
		"UTF-16, little end":            inUTF16(object, binary.LittleEndian, false),
		"UTF-16, big end":               inUTF16(object, binary.BigEndian, false),
		"UTF-16, little end, in a gzip": packed(t, string(inUTF16(object, binary.LittleEndian, true))),
	} {
		plain, err := Plain(body, 1000)
		e, unclear := Decode(Received, plain)
		if err != nil || unclear != nil || e.Text != "Ćao 👋" || e.PhoneNumber != "+14155550134" {
			t.Errorf("%s: %q, %v, %v", name, plain, err, unclear)
		}
	}
}

func TestWhatOnlyBeginsLikeAnEncodingIsKeptAsItCame(t *testing.T) {
	for _, body := range []string{"", "{", "\x1f\x8b", "\x1f\x8bno gzip",
		"\xff\xfe{", string(packed(t, "cut off by something")[:20]), "\uFEFF{}", "hello",
		"\x00{\"name\": \"x\"}", "\xff\xfe{\n  \"name\": \"x\"}\n", "{\x00\n  \"name\": \"x\"}\n",
		"\x00{\n\xf1 \"name\": \"x\"}", "\xfe\xff{\"a\": 1}", "{\x00\"a\": 1} "} {
		if plain, err := Plain([]byte(body), 1000); err != nil || string(plain) != body {
			t.Errorf("%q became %q, %v", body, plain, err)
		}
	}
}

func TestWhatIsUnpackedIsBounded(t *testing.T) {
	if _, err := Plain(packed(t, strings.Repeat("x", 10<<20)), 1000); !errors.Is(err, ErrTooLarge) {
		t.Errorf("10 MB in a small gzip: %v", err)
	}
	if plain, err := Plain(packed(t, strings.Repeat("x", 1000)), 1000); err != nil || len(plain) != 1000 {
		t.Errorf("exactly as much as allowed: %d bytes, %v", len(plain), err)
	}
}

func TestTheSecretIsBlankedInBodiesThatAreNoJSON(t *testing.T) {
	for body, want := range map[string]string{
		"secret=canary&text=hi":                         "secret=***&text=hi",
		"text=hi&secret=canary":                         "text=hi&secret=***",
		"text=hi&SECRET=canary%20x&a=b":                 "text=hi&SECRET=***&a=b",
		"text=my+secret+is+out":                         "text=my+secret+is+out",
		"payload[secret]=canary&text=hi":                "payload[secret]=***&text=hi",
		"a\r\nname=\"secret\"\r\n\r\ncanary\r\n--x--":   "a\r\nname=\"secret\"\r\n\r\n***\r\n--x--",
		"<m><secret>canary</secret><text>hi</text></m>": "<m><secret>***</secret><text>hi</text></m>",
		"secret: canary\ntext: hi":                      "secret: ***\ntext: hi",
	} {
		if got := string(BlankSecret([]byte(body))); got != want {
			t.Errorf("%q became %q, want %q", body, got, want)
		}
	}
}
