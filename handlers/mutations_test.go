package handlers_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
)

// members finds the members of TextLink's examples, but for the secret.
var members = regexp.MustCompile(`"(?:phone_number|text|portal|timestamp|textlink_id|custom_id|sim_card_id|name|tag|subuser_id)": ("[^"]*"|[a-z0-9]+),?`)

// strange are values of other types, and of the right type but strange.
var strange = []string{
	`null`, `true`, `false`, `0`, `-1`, `1e400`, `-0.0`, `99999999999999999999999999`, `1748463114559.5`, `"1748463114559"`, `9223372036854775808`,
	`""`, `" "`, `"\u0000"`, `"\ud800"`, `"\udc00\ud800"`, "\"\xff\xfe\"", "\"\xc3\x28\"", `"\x"`, `"` + strings.Repeat("a", 5000) + `"`, `"Working!"`,
	`[]`, `{}`, `["a",1]`, `{"text":"inner"}`, `NaN`, `Infinity`, `'single'`, `undefined`, `0x10`, `+1`, `.5`, `1.`, `"unclosed`,
}

type mutation struct {
	name   string
	mutate func(*rand.Rand, []byte) []byte
}

var mutations = []mutation{
	{"bit flipped", func(rng *rand.Rand, body []byte) []byte {
		at := place(rng, body)
		if at < 0 {
			return body
		}
		return spliced(body, at, 1, body[at]^1<<rng.IntN(8))
	}},
	{"byte set", func(rng *rand.Rand, body []byte) []byte {
		return spliced(body, place(rng, body), 1, byte(rng.IntN(256)))
	}},
	{"byte put in", func(rng *rand.Rand, body []byte) []byte {
		return spliced(body, place(rng, body), 0, byte(rng.IntN(256)))
	}},
	{"punctuation put in", func(rng *rand.Rand, body []byte) []byte {
		return spliced(body, place(rng, body), 0, `{}[]":,\'/`[rng.IntN(10)])
	}},
	{"NUL put in", func(rng *rand.Rand, body []byte) []byte { return spliced(body, place(rng, body), 0, 0) }},
	{"bytes dropped", func(rng *rand.Rand, body []byte) []byte { return spliced(body, place(rng, body), 1+rng.IntN(20)) }},
	{"invalid UTF-8 put in", func(rng *rand.Rand, body []byte) []byte {
		return spliced(body, place(rng, body), 0, [][]byte{{0xff}, {0xc3}, {0xed, 0xa0, 0x80}, {0xf8, 0x88, 0x80, 0x80, 0x80}}[rng.IntN(4)]...)
	}},
	{"cut off", func(rng *rand.Rand, body []byte) []byte {
		// What is cut before the secret carries none, and the address alone lets it in.
		if at := place(rng, body); at >= 0 {
			return body[:at]
		}
		return body
	}},
	{"member dropped", onMember(func(*rand.Rand, string, string) string { return "" })},
	{"member doubled", onMember(func(_ *rand.Rand, m, _ string) string { return m + m })},
	{"member doubled with another value", onMember(func(rng *rand.Rand, m, value string) string {
		return m + strings.Replace(m, value, strange[rng.IntN(len(strange))], 1)
	})},
	{"key renamed", onMember(func(rng *rand.Rand, m, _ string) string { return `"x_` + m[1:] })},
	{"key in capitals", onMember(func(_ *rand.Rand, m, _ string) string {
		key, value, _ := strings.Cut(m, ":")
		return strings.ToUpper(key) + ":" + value
	})},
	{"value of another type", onMember(func(rng *rand.Rand, m, value string) string {
		return strings.Replace(m, value, strange[rng.IntN(len(strange))], 1)
	})},
	{"value nested", onMember(func(rng *rand.Rand, m, value string) string {
		depth := 1 << rng.IntN(13)
		return strings.Replace(m, value, strings.Repeat("[", depth)+value+strings.Repeat("]", depth), 1)
	})},
	{"number grown", onMember(func(rng *rand.Rand, m, value string) string {
		return strings.Replace(m, value, strings.Repeat("9", 1+rng.IntN(400)), 1)
	})},
	{"trailing data", func(rng *rand.Rand, body []byte) []byte {
		return fmt.Append(bytes.Clone(body), []string{"garbage", "{}", "\x00\x00", "]", "\n\n{\"text\":\"second\"}", "\xff"}[rng.IntN(6)])
	}},
	{"leading data", func(rng *rand.Rand, body []byte) []byte {
		return append([]byte([]string{"\uFEFF", " \n", "\x00", "\xff\xfe", "[", "data="}[rng.IntN(6)]), body...)
	}},
	{"white space dropped", func(_ *rand.Rand, body []byte) []byte {
		return bytes.ReplaceAll(body, []byte("\n  "), nil)
	}},
}

// onMember does something to a random member other than the secret.
func onMember(change func(rng *rand.Rand, member, value string) string) func(*rand.Rand, []byte) []byte {
	return func(rng *rand.Rand, body []byte) []byte {
		found := members.FindAllSubmatchIndex(body, -1)
		if len(found) == 0 {
			return body
		}
		at := found[rng.IntN(len(found))]
		changed := change(rng, string(body[at[0]:at[1]]), string(body[at[2]:at[3]]))
		return bytes.Join([][]byte{body[:at[0]], []byte(changed), body[at[1]:]}, nil)
	}
}
