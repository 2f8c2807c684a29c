package views

import (
	"strconv"
	"strings"

	"tagline/store"
)

// Account is a person's own page.
type Account struct {
	Viewer        Viewer
	Change        int64
	Sessions      []store.Session
	CodesLeft     int
	Saved         string // what has just been saved: "password", "sessions" or "factor"
	PasswordError string
	FactorError   string
	Tokens        []store.APIToken
	TokenMade     string // a token, the only time that it is shown
	TokenLabel    string // as it was typed
	TokenError    string
}

// tokenLives are for how many days a token may be valid; 0 is for ever.
var tokenLives = []option{{"90", "90 days"}, {"365", "A year"}, {"0", "For ever"}}

// Code is the form for the second factor.
type Code struct {
	Next  string
	Error string
}

// Factor is a key on its way into an app.
type Factor struct {
	Viewer  Viewer
	Picture string // a data: address
	Secret  string
	Error   string
}

// Codes are recovery codes, shown this once.
type Codes struct {
	Viewer Viewer
	Codes  []string
}

// Wait is a time to wait, in words.
func Wait(seconds int) string {
	if seconds < 60 {
		return plural(max(1, seconds), "second", "seconds")
	}
	return plural((seconds+59)/60, "minute", "minutes")
}

// deviceWords is what a browser calls itself, as somebody would.
func deviceWords(agent string) string {
	browser := firstOf(agent, [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser", "Samsung Internet"},
		{"Firefox", "Firefox"}, {"FxiOS", "Firefox"},
		{"Chrome", "Chrome"}, {"CriOS", "Chrome"}, {"Safari", "Safari"}})
	system := firstOf(agent, [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"},
		{"Windows", "Windows"}, {"Mac OS", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}})
	switch {
	case browser != "" && system != "":
		return browser + " on " + system
	case browser+system != "":
		return browser + system
	case agent == "":
		return "Unknown browser"
	}
	word, _, _ := strings.Cut(agent, " ")
	return word
}

func firstOf(agent string, names [][2]string) string {
	for _, n := range names {
		if strings.Contains(agent, n[0]) {
			return n[1]
		}
	}
	return ""
}

// spaced is a secret in groups of four, to be typed.
func spaced(secret string) string {
	var groups []string
	for ; len(secret) > 4; secret = secret[4:] {
		groups = append(groups, secret[:4])
	}
	return strings.Join(append(groups, secret), " ")
}

func endSessionPath(id int64) string {
	return "/settings/account/sessions/" + strconv.FormatInt(id, 10) + "/end"
}
