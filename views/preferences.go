package views

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"tagline/store"
)

// preferenceAttributes are what style sheets and scripts go by; none where nobody is signed in.
func preferenceAttributes(v *Viewer) templ.Attributes {
	if v == nil {
		return nil
	}
	p := v.User.Preferences
	return templ.Attributes{
		"data-theme": string(p.Theme), "data-time-format": string(p.TimeFormat), "data-density": string(p.Density),
		"data-shortcuts": onOff(p.Shortcuts), "data-send": string(p.Send), "data-sound": onOff(p.Sound),
		"data-desktop": onOff(p.Desktop),
	}
}

func allSome(some bool) string {
	if some {
		return "some"
	}
	return "all"
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// windowTitle counts what is unread, for people who watch the tab.
func windowTitle(p Page) string {
	title := plainTitle(p.Title)
	if p.Unread > 0 {
		title = "(" + strconv.Itoa(p.Unread) + ") " + title
	}
	return title
}

// plainTitle leaves out what would turn the words around it: in a tab nothing keeps a name's direction to itself.
func plainTitle(title string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) || unicode.IsControl(r) {
			return -1
		}
		return r
	}, title)
}

// option is one of the things to choose from.
type option struct {
	Value, Name string
}

var (
	themeOptions = []option{
		{string(store.AutoTheme), "Automatic"}, {string(store.Light), "Light"}, {string(store.Dark), "Dark"},
	}
	timeOptions = []option{
		{string(store.AutoTime), "Automatic"}, {string(store.Hours12), "4:02 PM"}, {string(store.Hours24), "16:02"},
	}
	densityOptions = []option{
		{string(store.Comfortable), "Comfortable"}, {string(store.Compact), "Compact"},
	}
	sendOptions = []option{
		{string(store.SendByEnter), "Enter"}, {string(store.SendByCtrl), "Ctrl+Enter"},
	}
	switchOptions = []option{{"on", "On"}, {"off", "Off"}}
	notifyOptions = []option{{"all", "All messages"}, {"some", "Some views"}}
)
