package views

import (
	"net/url"
	"strings"
	"unicode"
)

// longestHost is how many bytes a host that exists has at most, also with four to a character.
const longestHost = 4 * 253

// plainHost is how machines write the host of an address whose letters are of several scripts: among them one may pass for
// another, as in "pаypal.com" with a Cyrillic а. It is "" for all other addresses.
func plainHost(link string) string {
	u, err := url.Parse(link)
	if err != nil || len(u.Hostname()) > longestHost || !mixesScripts(u.Hostname()) {
		return ""
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	for i, label := range labels {
		if strings.ContainsFunc(label, beyondASCII) {
			labels[i] = "xn--" + punycode([]rune(label))
		}
	}
	return strings.Join(labels, ".")
}

func beyondASCII(r rune) bool { return r > unicode.MaxASCII }

// mixesScripts tells whether letters of a host are of more than one script. What is written in Japan counts as one.
func mixesScripts(host string) bool {
	if !strings.ContainsFunc(host, beyondASCII) {
		return false
	}
	first := ""
	for _, r := range host {
		script := scriptOf(r)
		if first == "" {
			first = script
		}
		if script != "" && script != first {
			return true
		}
	}
	return false
}

// scriptOf is the script that a letter is of, "" for what is part of many.
func scriptOf(r rune) string {
	for name, table := range unicode.Scripts {
		if !unicode.Is(table, r) {
			continue
		}
		switch name {
		case "Common", "Inherited":
			return ""
		case "Hiragana", "Katakana":
			return "Han"
		}
		return name
	}
	return ""
}

// The parameters of Punycode (RFC 3492, section 5).
const (
	punyBase, punyLeast, punyMost = 36, 1, 26
	punySkew, punyDamp, punyBias  = 38, 700, 72
	punyDigits                    = "abcdefghijklmnopqrstuvwxyz0123456789"
)

// punycode writes a label with ASCII alone (RFC 3492, section 6.3).
func punycode(label []rune) string {
	var out []byte
	for _, r := range label {
		if !beyondASCII(r) {
			out = append(out, byte(r)) // #nosec G115 -- ASCII alone comes here
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	delta, bias, point := 0, punyBias, rune(unicode.MaxASCII+1)
	for done := basic; done < len(label); point++ {
		next := rune(unicode.MaxRune)
		for _, r := range label {
			if r >= point {
				next = min(next, r)
			}
		}
		delta += int(next-point) * (done + 1)
		point = next
		for _, r := range label {
			if r < point {
				delta++
			}
			if r == point {
				out = appendPuny(out, delta, bias)
				bias = punyAdapt(delta, done+1, done == basic)
				delta = 0
				done++
			}
		}
		delta++
	}
	return string(out)
}

func appendPuny(out []byte, delta, bias int) []byte {
	for k := punyBase; ; k += punyBase {
		t := min(max(k-bias, punyLeast), punyMost)
		if delta < t {
			return append(out, punyDigits[delta])
		}
		out = append(out, punyDigits[t+(delta-t)%(punyBase-t)])
		delta = (delta - t) / (punyBase - t)
	}
}

func punyAdapt(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for ; delta > (punyBase-punyLeast)*punyMost/2; k += punyBase {
		delta /= punyBase - punyLeast
	}
	return k + (punyBase-punyLeast+1)*delta/(delta+punySkew)
}
