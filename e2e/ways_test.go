package e2e

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// way is how somebody uses a page: how wide their window is, and whether they have nothing but a keyboard.
type way struct {
	width    int64
	keyboard bool
}

// everyWay goes through a flow at desktop and phone width, with the pointer and with the keyboard alone.
func everyWay(t *testing.T, flow func(t *testing.T, w way)) {
	for _, w := range []way{{1440, false}, {390, false}, {1440, true}, {390, true}} {
		name := fmt.Sprint(w.width, " by pointer")
		if w.keyboard {
			name = fmt.Sprint(w.width, " by keyboard")
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			flow(t, w)
		})
	}
}

// newTab starts a browser whose click and fill go this way.
func (w way) newTab(t *testing.T) tab {
	t.Helper()
	b := newTab(t)
	b.keyboard = w.keyboard
	b.size(w.width, 844)
	return b
}

// farthest is how many presses of Tab anything may be away.
const farthest = 400

// reach goes to an element, or to the control that it is the label of, with Tab and Shift+Tab, and wants to see the
// focus there.
func (b tab) reach(selector string) {
	b.t.Helper()
	b.await(selector, fmt.Sprintf(`!!document.querySelector(%s)`, quoted(selector)))
	way := fmt.Sprintf(`((e, at) => (e = e?.control ?? e) === at ? "there" : e && at !== document.body && at.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_PRECEDING ? "back" : "on")(
		document.querySelector(%s), document.activeElement)`, quoted(selector))
	for range farthest {
		switch eval[string](b, way) {
		case "there":
			b.await("the focus on "+selector+" to be seen", `document.activeElement.matches(":focus-visible") && document.activeElement.checkVisibility()`)
			return
		case "back":
			b.press(kb.Tab, chromedp.ModifierShift)
		case "on":
			b.press(kb.Tab)
		}
	}
	b.t.Fatalf("Tab does not lead to %s", selector)
}

// tabUntil goes on with Tab until the expression is true.
func (b tab) tabUntil(expression string) {
	b.t.Helper()
	for range farthest {
		if eval[bool](b, expression) {
			return
		}
		b.press(kb.Tab)
	}
	b.t.Fatalf("with Tab it never comes that %s", expression)
}

// operate does to an element with the keyboard what a click does.
func (b tab) operate(selector string) {
	b.t.Helper()
	b.reach(selector)
	if eval[bool](b, `document.activeElement.matches("input[type=checkbox], input[type=radio]")`) {
		b.press(" ")
	} else {
		b.press(kb.Enter)
	}
}

// choose takes an option of a list; key is what somebody types to get to it.
func (b tab) choose(selector, value, key string) {
	b.t.Helper()
	if !b.keyboard {
		b.do(chromedp.SetValue(chromedp.CSS(selector), value))
		return
	}
	b.reach(selector)
	b.press(key)
	b.await(value+" in "+selector, fmt.Sprintf(`document.activeElement.value === %s`, quoted(value)))
}
