package views

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tagline/textutil"
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
			before, _ := utf8.DecodeLastRuneInString(text[:start])
			end = start + linkLength(text[start:], before)
			host := text[min(end, from+i+len("://")):end]
			if u, err := url.Parse(text[start:end]); err == nil && u.Host != "" && host != "" && !hostGoesOn(host, text[end:]) {
				return start, end
			}
		}
		from += i + len("://")
	}
}

// hostGoesOn tells whether a host without a path goes on after a full-width dot, which browsers read as a dot: a link
// that ended there would lead to another host. After a host with a dot the ideographic one ends a sentence.
func hostGoesOn(host, rest string) bool {
	dot, size := utf8.DecodeRuneInString(rest)
	next, _ := utf8.DecodeRuneInString(rest[size:])
	return !strings.ContainsAny(host, "/?#") && (strings.ContainsRune("．｡", dot) ||
		dot == '。' && !strings.Contains(host, ".")) &&
		unicode.In(next, unicode.L, unicode.N)
}

// schemeStart finds the "http" or "https" that ends at colon and begins a word; -1 if there is none.
func schemeStart(text string, colon int) int {
	for _, scheme := range []string{"https", "http"} {
		start := colon - len(scheme)
		if start < 0 || !strings.EqualFold(text[start:colon], scheme) {
			continue
		}
		if before := strings.TrimRight(text[:start], "_"); before != "" && isWordByte(before[len(before)-1]) {
			return -1
		}
		return start
	}
	return -1
}

func isWordByte(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}

// linkLength is how much of the text belongs to the address at its beginning: up to what stands in no address, without
// the punctuation of the sentence around it. emphasis is what stands before it: _https://ex.am_ and ~https://ex.am~
// mark the address.
func linkLength(text string, emphasis rune) int {
	end := len(text)
	open := map[rune]int{}
	for i, r := range text {
		if closes := opening[r]; endsLink(r) || closes != 0 && open[closes] == 0 ||
			(r < utf8.RuneSelf || r == '–') && breaksBefore(r, text[i+utf8.RuneLen(r):]) {
			end = i
			break
		}
		if closes := opening[r]; closes != 0 {
			open[closes]--
		} else {
			open[r]++
		}
	}
	return len(strings.TrimRightFunc(text[:end], func(r rune) bool {
		return trails(r) || r == emphasis && strings.ContainsRune("_~", r)
	}))
}

// opening are the brackets that may stand in an address, by those that close them:
// https://en.wikipedia.org/wiki/Go_(game). One that closes nothing in the address closes what was opened before it:
// "(see https://…)".
var opening = map[rune]rune{')': '(', ']': '[', '}': '{'}

// endsLink tells whether a character stands in no address: white space, quotes, angle brackets, invisible characters,
// which could make it look like another one, and the punctuation of scripts other than Latin, whose sentences go on
// without a space.
func endsLink(r rune) bool {
	if r < utf8.RuneSelf {
		return unicode.IsSpace(r) || unicode.IsControl(r) || strings.ContainsRune("<>\"`", r)
	}
	if unicode.In(r, unicode.Z, unicode.Cc) || textutil.Ignorable(r) {
		return true
	}
	if strings.ContainsRune(withinLinks, r) {
		return false
	}
	if r >= '←' && unicode.In(r, unicode.So, unicode.Sm, unicode.Sk) {
		return true // arrows, pictures, full-width signs
	}
	return unicode.In(r, unicode.Po, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf) || strings.ContainsRune("—―⸺⸻〜〰＄", r)
}

// withinLinks are punctuation marks that stand within words and names: col·lecció, マイケル・ジャクソン.
const withinLinks = "·・‧"

// breaksBefore tells whether punctuation ends an address because another script goes on after it.
func breaksBefore(r rune, rest string) bool {
	next, _ := utf8.DecodeRuneInString(rest)
	return strings.ContainsRune(",;!–", r) && (next > unicode.MaxLatin1 && unicode.IsLetter(next) || beginsLink(rest))
}

// beginsLink tells whether a text begins with an address.
func beginsLink(text string) bool {
	colon := strings.Index(text[:min(len(text), len("https://"))], "://")
	return colon > 0 && schemeStart(text, colon) == 0
}

// trails tells whether a character at the end of an address belongs to the sentence around it.
func trails(r rune) bool {
	return strings.ContainsRune(".,;:!?'*([{|"+withinLinks, r) || r >= utf8.RuneSelf && unicode.Is(unicode.Pd, r)
}
