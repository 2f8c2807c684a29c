package textlink

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"unicode/utf8"
)

func TestTextIsNeverLost(t *testing.T) {
	for raw, want := range map[string]string{
		`"hi"`:                  "hi",
		`"a\nb\t\"c\" \\ \/"`:   "a\nb\t\"c\" \\ /",
		`"nul \u0000 stays"`:    "nul \x00 stays",
		`"\ud83d\ude42 \u00e9"`: "🙂 é",
		`"lone \ud83d."`:        "lone \uFFFD.",
		`"lone \ude42."`:        "lone \uFFFD.",
		`"\ud83d\u0041"`:        "\uFFFDA",
		`"\ud83d\ud83d\ude42"`:  "\uFFFD🙂",
		"\"bad \xff\xfe.\"":     "bad \uFFFD\uFFFD.",
		"\"line\nbreak\"":       "line\nbreak",
		`"\x \u12 \u12g4"`:      `\x \u12 \u12g4`,
		`42`:                    "42",
		`12.50`:                 "12.50",
		`1e3`:                   "1e3",
		`true`:                  "true",
		`false`:                 "false",
		`["a", "b"]`:            `["a", "b"]`,
		`{"a": {"b": []}}`:      `{"a": {"b": []}}`,
		`[]`:                    `[]`,
		"[\"\xff\"]":            "[\"\uFFFD\"]",
		`unquoted`:              "unquoted",
		`"שלום, مرحبا"`:         "שלום, مرحبا",
	} {
		e := received(t, `"text":`+raw)
		if e.Text != want {
			t.Errorf("%s: %q, want %q", raw, e.Text, want)
		}
		if !utf8.ValidString(e.Text) {
			t.Errorf("%s: invalid UTF-8", raw)
		}
	}
}

func TestOneTextHasOneKeyHoweverItIsWritten(t *testing.T) {
	a, b := received(t, `"text":"\u00e9\/\ud83d\ude42"`), received(t, `"text":"é/🙂"`)
	if !bytes.Equal(a.TextKey, b.TextKey) {
		t.Error("keys differ")
	}
}

func TestDifferentUnreadableTextsHaveDifferentKeys(t *testing.T) {
	seen := map[string]string{}
	for _, raw := range []string{"\"\xff\"", "\"\xfe\"", `"\ud800"`, `"\ud801"`, `"\udc00"`, "\"\uFFFD\"",
		"[\"\xff\"]", "[\"\xfe\"]"} {
		key := string(received(t, `"text":`+raw).TextKey)
		if other, taken := seen[key]; taken {
			t.Errorf("%q looks like %q", raw, other)
		}
		seen[key] = raw
	}
}

func TestNumbersMayComeInManyForms(t *testing.T) {
	for raw, want := range map[string]int64{
		`1748463114559`:                      1748463114559,
		`"1748463114559"`:                    1748463114559,
		`" 1748463114559\n"`:                 1748463114559,
		`1748463114559.0`:                    1748463114559,
		`1748463114559.999`:                  1748463114559,
		`"1748463114559.5"`:                  1748463114559,
		`1.748463114559e12`:                  1748463114559,
		`1748463114559000E-3`:                1748463114559,
		`"1.748463114559E+12"`:               1748463114559,
		`9007199254740993`:                   1<<53 + 1,
		`9007199254740993.0`:                 1<<53 + 1,
		`9.007199254740993e15`:               1<<53 + 1,
		`9223372036854775807`:                math.MaxInt64,
		`-9223372036854775808`:               math.MinInt64,
		`-9223372036854775808.0`:             math.MinInt64,
		`0`:                                  0,
		`-0`:                                 0,
		`0e999999999999999999999`:            0,
		`0.000`:                              0,
		`1e-999999999999999999999`:           0,
		`-1e-400`:                            -1,
		`-1.5`:                               -2,
		`-2.0`:                               -2,
		`"+7"`:                               7,
		`"007"`:                              7,
		`0.00000000000000000000000000007e29`: 7,
	} {
		e := received(t, `"sim_card_id":`+raw)
		if e.SIMCardID == nil || *e.SIMCardID != want {
			t.Errorf("%s: %v, want %d", raw, e.SIMCardID, want)
		}
	}
}

func TestNumbersThatAreNoneAreAbsent(t *testing.T) {
	for _, raw := range []string{
		`1e400`, `1e999999999999999999999`, `9223372036854775808`, `-9223372036854775809`, `-9223372036854775808.5`,
		`99999999999999999999`, `1e19`,
		`""`, `"soon"`, `"12 pm"`, `"1,748"`, `"0x10"`, `"2025-05-28T20:11:54Z"`, `true`, `[1]`, `{}`, `NaN`,
		`-`, `"."`, `"1e"`, `"1_0"`,
	} {
		e := received(t, `"timestamp":`+raw+`,"sim_card_id":`+raw+`,"textlink_id":`+raw)
		if e.Timestamp != nil || e.SIMCardID != nil || e.TextlinkID != 0 {
			t.Errorf("%s: %+v", raw, e)
		}
		if !e.Doubtful {
			t.Errorf("%s: an unusable timestamp is not doubtful", raw)
		}
	}
}

// Taken for the main account's it would be shown to people who may not see it.
func TestASubuserThatCannotBeReadIsNobodysAndNotTheMainAccount(t *testing.T) {
	for _, raw := range []string{
		`"six"`, `"main"`, `"6a"`, `"null"`, `{}`, `{"id":6}`, `[]`, `[6]`, `true`, `false`, `6.5`, `"6.5"`,
		`1e-3`, `-1`, `-6`, `"-6"`,
		`9223372036854775808`, `99999999999999999999`, `1e400`, `"6 7"`, `"0x6"`, `NaN`, `"\u0000"`, `"６"`,
	} {
		for _, kind := range Kinds() {
			e, err := Decode(kind, []byte(`{"phone_number":"+14155550134","text":"hi","tag":"Hot","subuser_id":`+raw+`}`))
			if !errors.Is(err, ErrUnreadable) || e.Subuser != -1 {
				t.Errorf("%s %s: subuser %d, %v", kind, raw, e.Subuser, err)
			}
		}
	}
	for raw, want := range map[string]int64{
		`null`: 0, `0`: 0, `"0"`: 0, `""`: 0, `"  "`: 0, `-0`: 0, `6`: 6, `6.0`: 6, `" 6 "`: 6, `6e0`: 6, `"006"`: 6,
		`"6.0"`: 6, `9223372036854775807`: 9223372036854775807,
	} {
		if e := received(t, `"subuser_id":`+raw); e.Subuser != want {
			t.Errorf("%s: subuser %d, want %d", raw, e.Subuser, want)
		}
	}
	if e := received(t, `"name":"Mira"`); e.Subuser != 0 {
		t.Errorf("absent: subuser %d", e.Subuser)
	}
}

func TestIdsMayBeStrings(t *testing.T) {
	e := received(t, `"sim_card_id":"123","textlink_id":"100123","subuser_id":"6"`)
	if *e.SIMCardID != 123 || e.TextlinkID != 100123 || e.Subuser != 6 {
		t.Errorf("%+v", e)
	}
}

func TestCustomIDIsText(t *testing.T) {
	for raw, want := range map[string]string{
		`"1234"`: "1234", `1234`: "1234", `1234.0`: "1234", `1.234e3`: "1234", `0`: "0", `12.5`: "12.5", `-7`: "-7",
		`123456789012345678901234567890`: "123456789012345678901234567890", `" a b "`: " a b ", `true`: "true",
		`["a"]`: `["a"]`, `null`: "", `1e400`: "1e400",
		`false`: "", `[]`: "", `{ }`: "", `"false"`: "false", `"[]"`: "[]",
	} {
		if e := received(t, `"custom_id":`+raw); e.CustomID != want {
			t.Errorf("%s: %q, want %q", raw, e.CustomID, want)
		}
	}
}

func TestPortalMayComeInManyForms(t *testing.T) {
	for raw, want := range map[string]*bool{
		`true`: new(true), `false`: new(false), `"true"`: new(true), `" False "`: new(false), `1`: new(true), `0`: new(false),
		`"1"`: new(true), `"0"`: new(false), `1.0`: new(true),
		`null`: nil, `2`: nil, `-1`: nil, `""`: nil, `"yes"`: nil, `[true]`: nil, `{}`: nil,
	} {
		got := received(t, `"portal":`+raw).Portal
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%s: %v, want %v", raw, got, want)
		}
	}
}

func TestOnlyStringsAndNumbersAreNamesAndTags(t *testing.T) {
	for raw, want := range map[string]string{`"Hot"`: "Hot", `""`: "", `1`: "1", `"\u0048ot"`: "Hot"} {
		if e := received(t, `"tag":`+raw+`,"name":`+raw); !e.HasTag || e.Tag != want || e.Name != want {
			t.Errorf("%s: %+v", raw, e)
		}
	}
	for _, raw := range []string{`null`, `true`, `false`, `[]`, `["Hot"]`, `{}`} {
		if e := received(t, `"tag":`+raw+`,"name":`+raw); e.HasTag || e.Tag != "" || e.Name != "" {
			t.Errorf("%s: %+v", raw, e)
		}
	}
}
