package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"tagline/store/text"
	"tagline/textutil"
	"tagline/web"
)

const (
	minPassword = 10  // characters
	maxPassword = 256 // characters
	maxName     = 60  // characters
)

const notTheSame = "The two passwords are not the same. Type them again."

// CheckName says what is wrong with a user name, as text.CleanName makes it, or "".
func CheckName(name string) string {
	switch {
	case textutil.Blank(name):
		return "Choose a user name."
	case longName(name):
		return "Choose a user name of at most 60 characters."
	}
	return ""
}

func longName(name string) bool { return utf8.RuneCountInString(name) > maxName }

// longTyped tells of a name as it is typed that nobody can have. A letter may be typed as several characters; to bring
// a long text into one form takes time, so it is not even tried.
func longTyped(name string) bool {
	return utf8.RuneCountInString(name) > 4*maxName || longName(text.CleanName(name))
}

// CheckPassword says what is wrong with a new password of somebody of that name, or "".
func CheckPassword(name, password string) string {
	password = web.PlainPassword(password)
	switch n := utf8.RuneCountInString(password); {
	case n < minPassword:
		return "Choose a password of at least 10 characters. A few words are easier to remember than signs."
	case n > maxPassword:
		return "Choose a password of at most 256 characters."
	case text.NameKey(name) == text.NameKey(password):
		return "Choose a password that is not the user name."
	case web.CommonPassword(password):
		return "Choose another password: this one is among the first that anybody guesses. A few words that don't belong " +
			"together are good."
	}
	return ""
}

// checkNewPassword says what is wrong with a password that is typed twice, or "".
func checkNewPassword(name, password, again string) string {
	if wrong := CheckPassword(name, password); wrong != "" {
		return wrong
	}
	if web.PlainPassword(password) != web.PlainPassword(again) {
		return notTheSame
	}
	return ""
}

// safeNext keeps a redirect on this site.
func safeNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") ||
		strings.ContainsAny(next, "\\\t\r\n") {
		return "/inbox"
	}
	return next
}

// maxForm is the largest form taken, in bytes.
const maxForm = 64 << 10

func readForm(w http.ResponseWriter, r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return nil, web.BadRequest("Go back, reload the page and send the form again.")
	}
	return r.PostForm, nil
}

// written is the text of a field, with line ends as they are everywhere else: browsers send them as \r\n.
func written(field string) string { return strings.ReplaceAll(field, "\r\n", "\n") }
