package views

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
)

// longestHost is how many bytes a host that exists has at most, also with four to a character.
const longestHost = 4 * 253

// plainHost is how machines write the host of an address whose letters are of several scripts: among them one may pass
// for another, as in "pаypal.com" with a Cyrillic а. It is "" for all other addresses.
func plainHost(link string) string {
	u, err := url.Parse(link)
	if err != nil || len(u.Hostname()) > longestHost || !mixesScripts(u.Hostname()) {
		return ""
	}
	labels := strings.Split(strings.ToLower(u.Hostname()), ".")
	for i, label := range labels {
		if strings.ContainsFunc(label, beyondASCII) { // the others stay as they are, also where they are wrong
			labels[i], _ = idna.Punycode.ToASCII(label)
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
