package e2e

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// strike is what a browser says of a key. What is left out it does not say.
type strike struct {
	Key         string `json:"key"`
	Code        string `json:"code"`
	KeyCode     int    `json:"keyCode"`
	IsComposing bool   `json:"isComposing"`
	Shift       bool   `json:"shiftKey"`
	Ctrl        bool   `json:"ctrlKey"`
	Alt         bool   `json:"altKey"`
	Meta        bool   `json:"metaKey"`
	AltGraph    bool   `json:"modifierAltGraph"`
}

// strikes tells whether a script took the key at what has the focus: then the browser does nothing with it.
func (b tab) strikes(s strike) (taken bool) {
	b.t.Helper()
	init, _ := json.Marshal(s)
	return eval[bool](b, fmt.Sprintf(`!document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {...%s, bubbles: true, cancelable: true}))`, init))
}

// compose begins something in what has the focus, as an input method does, or with "" gives it up.
func (b tab) compose(text string) {
	b.t.Helper()
	if _, err := chromedp.Call(b.ctx, input.ImeSetComposition, input.ImeSetCompositionParams{Text: text, SelectionStart: int64(len([]rune(text))), SelectionEnd: int64(len([]rune(text)))}); err != nil {
		b.t.Fatal(err)
	}
}

// The keys of an input method are its own, in every script that does something at a key.
func TestInputMethodsKeepTheirKeys(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sit("anna")
	ways := map[string]strike{
		"Chromium":         {KeyCode: 229, IsComposing: true},
		"Safari":           {KeyCode: 229},
		"Firefox":          {IsComposing: true},
		"older Windows":    {KeyCode: 229, Key: "Process"},
		"only the key":     {Key: "Process"},
		"Safari, modified": {KeyCode: 229, Ctrl: true},
	}
	none := func(where string, keys ...string) {
		t.Helper()
		for way, s := range ways {
			for _, key := range keys {
				if s.Key != "Process" {
					s.Key = key
				}
				s.Code = key
				if b.strikes(s) {
					t.Errorf("%s takes %s that belongs to an input method, as %s says it", where, key, way)
				}
			}
		}
	}
	b.write("にほん")
	none("the composer", "Enter", "Escape")
	b.click(`[data-mode-button=note]`)
	b.fill(`.note-input`, "メモ")
	none("the note", "Enter")
	b.do(chromedp.Focus(chromedp.CSS(`#search`)))
	none("the search", "Escape", "Enter")
	b.do(chromedp.Focus(chromedp.CSS(`#conversations a.row`)))
	none("the list", "j", "x", "Escape", "/", "?")
	b.click(`.assignee > summary`)
	none("a menu", "Escape")
	b.click(`.assignee > summary`)
	b.click(`[data-mode-button=reply]`)
	b.click(`[data-emoji]`)
	b.await("the emoji", `document.activeElement.matches(".emoji-picker input")`)
	none("the emoji", "Enter", "Escape", "ArrowDown")
	if b.strikes(strike{Key: "Escape"}); b.count(`.emoji-picker`) != 0 {
		t.Error("Escape alone does not close the emoji")
	}
	if n := len(d.api.Calls()); n != 0 {
		t.Fatalf("%d replies were sent", n)
	}

	// A key that says nothing of a composition, while there is one and a moment after: Safari ends it before the key.
	eval[any](b, `document.querySelector("[data-composer] textarea").focus()`)
	b.compose("にほ")
	if b.strikes(strike{Key: "Enter"}) {
		t.Error("Enter during a composition is taken")
	}
	ends := `(field => {
		field.dispatchEvent(new CompositionEvent("compositionend", {bubbles: true}));
		return !field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
	})(document.activeElement)`
	if eval[bool](b, ends) {
		t.Error("the Enter that ends a composition is taken")
	}
	if n := len(d.api.Calls()); n != 0 {
		t.Fatalf("%d replies were sent", n)
	}

	// A field that goes away in the middle of one leaves the keys alive, and afterwards Enter sends.
	eval[any](b, `(() => {
		const field = document.body.appendChild(document.createElement("textarea"));
		field.focus();
		field.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
		field.remove();
		document.querySelector("[data-composer] textarea").focus();
	})()`)
	b.await("a moment to pass", `performance.now() - (window.since ??= performance.now()) > 150`)
	if !b.strikes(strike{Key: "Enter", Code: "Enter", KeyCode: 13}) {
		t.Error("Enter does not send")
	}
	b.see(`[data-message][data-state=sent]`, "にほ")
}

// A shortcut is the letter on the key: where the keyboard writes another script, the Latin one in its place.
func TestShortcutsWorkOnEveryKeyboard(t *testing.T) {
	t.Parallel()
	server, _ := keyboardServer(t, 3)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	const (
		nothing = ""
		next    = "next"
		picks   = "select"
		search  = "search"
		help    = "help"
	)
	did := func() string {
		switch {
		case eval[bool](b, `document.getElementById("shortcuts").open`):
			return help
		case eval[bool](b, `document.activeElement?.id === "search"`):
			return search
		case b.count(`#conversations input:checked`) > 0:
			return picks
		case eval[bool](b, `document.activeElement?.matches("#conversations .row") && document.activeElement !== window.before`):
			return next
		}
		return nothing
	}
	for name, test := range map[string]struct {
		strike
		want string
	}{
		"Latin":                    {strike{Key: "j", Code: "KeyJ"}, next},
		"Russian":                  {strike{Key: "о", Code: "KeyJ"}, next},
		"Ukrainian, select":        {strike{Key: "ч", Code: "KeyX"}, picks},
		"Serbian, Cyrillic":        {strike{Key: "ј", Code: "KeyJ"}, next},
		"Greek":                    {strike{Key: "ξ", Code: "KeyJ"}, next},
		"Greek, select":            {strike{Key: "χ", Code: "KeyX"}, picks},
		"Hebrew":                   {strike{Key: "ח", Code: "KeyJ"}, next},
		"Arabic":                   {strike{Key: "ت", Code: "KeyJ"}, next},
		"Persian, select":          {strike{Key: "ط", Code: "KeyX"}, picks},
		"Thai":                     {strike{Key: "่", Code: "KeyJ"}, next},
		"Hindi":                    {strike{Key: "र", Code: "KeyJ"}, next},
		"Georgian":                 {strike{Key: "ჯ", Code: "KeyJ"}, next},
		"Korean":                   {strike{Key: "ㅓ", Code: "KeyJ"}, next},
		"Japanese, wide":           {strike{Key: "ｊ", Code: "KeyJ"}, next},
		"Arabic, two letters":      {strike{Key: "لا", Code: "KeyB"}, nothing},
		"Russian, another key":     {strike{Key: "к", Code: "KeyR"}, nothing},
		"Dvorak":                   {strike{Key: "j", Code: "KeyC"}, next},
		"Dvorak, where j would be": {strike{Key: "h", Code: "KeyJ"}, nothing},
		"AZERTY, a letter":         {strike{Key: "é", Code: "Digit2"}, nothing},
		"Turkish, x":               {strike{Key: "x", Code: "KeyX"}, picks},
		"a sign, no letter":        {strike{Key: "€", Code: "KeyX"}, nothing},
		"a letter of no key":       {strike{Key: "о"}, nothing},
		"German slash":             {strike{Key: "/", Code: "Digit7", Shift: true}, search},
		"Russian slash":            {strike{Key: "/", Code: "Backslash", Shift: true}, search},
		"Hebrew slash":             {strike{Key: "/", Code: "KeyQ"}, search},
		"Thai slash":               {strike{Key: "ฝ", Code: "Slash"}, search},
		"wide slash":               {strike{Key: "／", Code: "Slash"}, search},
		"French question mark":     {strike{Key: "?", Code: "KeyM", Shift: true}, help},
		"Russian question mark":    {strike{Key: "?", Code: "Digit7", Shift: true}, help},
		"Arabic question mark":     {strike{Key: "؟", Code: "Slash", Shift: true}, help},
		"Armenian question mark":   {strike{Key: "՞", Code: "Digit1", Shift: true}, help},
		"Ethiopic question mark":   {strike{Key: "፧", Code: "Slash", Shift: true}, help},
		"Syriac question mark":     {strike{Key: "⸮", Code: "Slash", Shift: true}, help},
		"Khmer, a sign":            {strike{Key: "្", Code: "KeyJ"}, next},
		"Japanese, half width":     {strike{Key: "ﾏ", Code: "KeyJ"}, next},
		"Marathi, two signs":       {strike{Key: "ों", Code: "KeyX"}, picks},
		"the place of a slash":     {strike{Key: "-", Code: "Slash"}, nothing},
		"Ctrl":                     {strike{Key: "о", Code: "KeyJ", Ctrl: true}, nothing},
		"Alt":                      {strike{Key: "о", Code: "KeyJ", Alt: true}, nothing},
		"Command":                  {strike{Key: "о", Code: "KeyJ", Meta: true}, nothing},
		"AltGr":                    {strike{Key: "j", Code: "KeyJ", AltGraph: true}, nothing},
		"AltGr, select":            {strike{Key: "x", Code: "KeyX", AltGraph: true}, nothing},
		"AltGr on Windows":         {strike{Key: "ъ", Code: "KeyJ", Ctrl: true, Alt: true}, nothing},
		"a dead key":               {strike{Key: "Dead", Code: "KeyJ"}, nothing},
		"an unknown one":           {strike{Key: "Unidentified", Code: "KeyJ"}, nothing},
	} {
		eval[any](b, `(() => {
			for (const box of document.querySelectorAll("#conversations input:checked")) box.click();
			document.getElementById("shortcuts").close();
			(window.before = document.querySelector("#conversations .row")).focus();
		})()`)
		taken := b.strikes(test.strike)
		if got := did(); got != test.want || taken != (test.want != nothing) {
			t.Errorf("%s: %+v did %q, want %q; taken: %t", name, test.strike, got, test.want, taken)
		}
	}

	// Two keys one after the other as well.
	eval[any](b, `document.getElementById("shortcuts").close(); document.activeElement.blur()`)
	b.strikes(strike{Key: "п", Code: "KeyG"})
	b.strikes(strike{Key: "а", Code: "KeyF"})
	b.await("the failures", `location.pathname + location.search === "/inbox?view=failed"`)
}
