package views

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// span is a piece of a message's text: words, or an address to open.
type span struct {
	Text string
	Link bool
	Ours bool // what the page says, not the message
}

// explained is the spans of a text, and after an address that may pass for another one where it leads.
func explained(text string) []span {
	parts := spans(text)
	for i := len(parts) - 1; i >= 0; i-- {
		if host := plainHost(parts[i].Text); parts[i].Link && host != "" {
			parts = slices.Insert(parts, i+1, span{Text: " (leads to " + host + ")", Ours: true})
		}
	}
	return parts
}

// spans splits a text into words and http(s) addresses. Put together they are the text again.
func spans(text string) []span {
	var parts []span
	rest := text
	for {
		start, end := findLink(rest)
		if start < 0 {
			break
		}
		if start > 0 {
			parts = append(parts, span{Text: rest[:start]})
		}
		parts = append(parts, span{Text: rest[start:end], Link: true})
		rest = rest[end:]
	}
	if rest != "" {
		parts = append(parts, span{Text: rest})
	}
	return parts
}

// findLink returns where the first address begins and ends, or -1.
func findLink(text string) (start, end int) {
	for from := 0; ; {
		i := strings.Index(text[from:], "://")
		if i < 0 {
			return -1, -1
		}
		start = schemeStart(text, from+i)
		if start >= from {
			end = start + linkLength(text[start:])
			if u, err := url.Parse(text[start:end]); err == nil && u.Host != "" && end > from+i+len("://") {
				return start, end
			}
		}
		from += i + len("://")
	}
}

// schemeStart finds the "http" or "https" that ends at colon and begins a word; -1 if there is none.
func schemeStart(text string, colon int) int {
	for _, scheme := range []string{"https", "http"} {
		start := colon - len(scheme)
		if start < 0 || !strings.EqualFold(text[start:colon], scheme) {
			continue
		}
		if start > 0 && isWordByte(text[start-1]) {
			return -1
		}
		return start
	}
	return -1
}

func isWordByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// linkLength is how much of the text belongs to the address at its beginning: up to white space, quotes, angle
// brackets or invisible characters (which could make it look like another one), without the punctuation of the
// sentence around it.
func linkLength(text string) int {
	end := strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("<>\"`“”«»", r)
	})
	if end < 0 {
		end = len(text)
	}
	for end > 0 {
		last := text[end-1]
		if strings.IndexByte(".,;:!?'*", last) >= 0 || closesNothing(text[:end], last) {
			end--
			continue
		}
		break
	}
	return end
}

// closesNothing tells whether the last character is a bracket that was opened before the address: "(see https://…)".
func closesNothing(link string, last byte) bool {
	opening := map[byte]string{')': "(", ']': "[", '}': "{"}[last]
	return opening != "" && strings.Count(link, opening) < strings.Count(link, string(last))
}
