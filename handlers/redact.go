package handlers

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tagline/store"
	"tagline/textlink"
)

// What is kept of a refused request must not hold a credential: a wrong token or secret may be the right one but for a
// typing error, or the right one in the wrong place. So everything is masked but what is known to be harmless.

const (
	headLength   = 512 // bytes kept of a refused body
	tokenLength  = 4   // characters kept of what may be a token
	pathSegments = 7   // kept of a refused path
	headerLength = 160 // bytes kept of a header
)

// harmless are the members of a body whose values are shown.
var harmless = []string{"phone_number", "text", "timestamp", "portal", "sim_card_id", "textlink_id", "custom_id",
	"name", "tag", "subuser_id"}

// knownKey finds the names of members, in JSON, in JSON inside a JSON string, or in a form.
var knownKey = regexp.MustCompile(`\b(secret|` + strings.Join(harmless, "|") + `)\\*["']?\s*[:=]`)

// redactedHead is the beginning of a refused body as it is kept: known names, the values of harmless members, and of
// all else only the shape.
func redactedHead(body []byte) []byte {
	body = textlink.BlankSecret(body)
	out := masked(body)
	for _, at := range knownKey.FindAllSubmatchIndex(body, -1) {
		copy(out[at[2]:at[3]], body[at[2]:at[3]])
	}
	revealMembers(body, out)
	if len(out) > headLength {
		out = out[:headLength]
		for len(out) > 0 && !utf8.RuneStart(body[len(out)]) {
			out = out[:len(out)-1] // not in the middle of a character
		}
	}
	return out
}

// masked writes x for everything that can be part of a word. Only what gives a body its shape stays.
func masked(body []byte) []byte {
	out := bytes.Repeat([]byte("x"), len(body))
	for i, b := range body {
		if strings.IndexByte("{}[]\":,=&<>* \t\r\n", b) >= 0 {
			out[i] = b
		}
	}
	return out
}

// revealMembers copies the harmless members of the outermost object, up to where it breaks, if it does.
func revealMembers(body, out []byte) {
	d := json.NewDecoder(bytes.NewReader(body))
	if open, err := d.Token(); err != nil || open != json.Delim('{') {
		return
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return
		}
		start := d.InputOffset()
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return
		}
		scalar := value[0] != '{' && value[0] != '['
		if name, _ := key.(string); scalar && slices.Contains(harmless, name) {
			copy(out[start:d.InputOffset()], body[start:d.InputOffset()])
		}
	}
}

// redactedPath keeps the kind of webhook and the beginning of everything else, in the way it was written.
func redactedPath(path string) string {
	parts := strings.Split(strings.TrimPrefix(path, "/"), "/")
	if len(parts) > pathSegments {
		parts = append(parts[:pathSegments], "…")
	}
	for i, part := range parts {
		if word := strings.ToLower(part); word != webhooksRoot && !slices.Contains(store.Kinds, store.Kind(word)) {
			parts[i] = clipped(part, tokenLength)
		}
	}
	return "/" + strings.Join(parts, "/")
}

// clipped is at most n bytes of s, whole characters, and an ellipsis for the rest.
func clipped(s string, n int) string {
	if len(s) <= n {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], "\uFFFD") + "…"
}
