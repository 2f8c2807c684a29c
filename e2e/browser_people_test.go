package e2e

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// portray keeps what the tab shows, in both schemes and at both sizes, where TAGLINE_SCREENS names a folder.
func (b tab) portray(name string) {
	b.t.Helper()
	dir := os.Getenv("TAGLINE_SCREENS")
	if dir == "" {
		return
	}
	for _, size := range [][2]int64{{1440, 900}, {390, 844}} {
		b.size(size[0], size[1])
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			device := "desktop"
			if size[0] == 390 {
				device = "phone"
			}
			b.shoot(filepath.Join(dir, name+" "+device+" "+scheme+".png"))
		}
	}
	b.size(1440, 900)
	b.scheme("light")
}

// From an invitation to a second factor, a session that is ended elsewhere, and a person who may only read.
func TestAPersonIsInvitedAndKeepsTheirAccountSafe(t *testing.T) {
	t.Parallel()
	server := demoServer(t)
	anna := newTab(t)
	anna.signIn(server.url, "anna")
	anna.open(server.url + "/settings/people")
	anna.fill(`#username`, "Quinn")
	anna.click(`[name=subuser][value="6"]`)
	anna.click(`[name=may][value=read] + span`)
	anna.portray("people invite")
	anna.submit(`#username`)
	anna.see(`.made`, "Give this link to Quinn")
	anna.see(`.people`, "Invited")
	anna.accessible("people")
	anna.portray("people made")
	link := eval[string](anna, `document.getElementById("made-link").value`)

	quinn := newTab(t)
	quinn.open(link)
	quinn.refused.Store(link, true)
	quinn.fill(`#password`, "qwertyuiop")
	quinn.fill(`#password_again`, "qwertyuiop")
	quinn.submit(`#password`)
	quinn.see(`.error`, "guesses")
	quinn.accessible("link")
	quinn.portray("link")
	quinn.fill(`#password`, password)
	quinn.fill(`#password_again`, password)
	quinn.submit(`#password`)
	quinn.await("the inbox", `location.pathname === "/inbox"`)
	quinn.live()
	eval[any](quinn, heroine)
	quinn.see(`#thread-pane`, "You may read here, not change.")
	if eval[bool](quinn, `!!document.querySelector(".note-form, .assignee, form[action*='/done']")`) {
		t.Error("who may only read is offered to change things")
	}
	quinn.portray("read only")

	quinn.open(server.url + "/settings/account")
	quinn.fill(`#factor-password`, password)
	quinn.submit(`#factor-password`)
	quinn.await("the picture", `document.querySelector(".qr")?.naturalWidth > 200`)
	quinn.accessible("factor")
	quinn.portray("factor")
	code := func(ahead time.Duration) string {
		secret := eval[string](quinn, `(window.secret ?? document.querySelector(".factor-key").innerText).replaceAll(" ", "")`)
		code, err := totp.GenerateCode(secret, time.Now().Add(ahead))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	now, later := code(0), code(30*time.Second)
	quinn.fill(`#code`, now)
	quinn.submit(`#code`)
	quinn.await("recovery codes", `document.querySelectorAll(".codes li").length === 10`)
	quinn.accessible("codes")
	quinn.portray("codes")
	recovery := eval[string](quinn, `document.querySelector(".codes code").innerText`)

	second := newTab(t)
	second.open(server.url + "/login")
	second.refused.Store(server.url+"/login/code", true)
	second.fill(`#username`, "quinn")
	second.fill(`#password`, password)
	second.submit(`#password`)
	second.await("the second step", `location.pathname === "/login/code"`)
	second.fill(`#code`, now) // has been used
	second.submit(`#code`)
	second.see(`.error`, "not right")
	second.accessible("code")
	second.portray("code")
	second.fill(`#code`, later)
	second.submit(`#code`)
	second.await("the inbox", `location.pathname === "/inbox"`)
	second.live()

	quinn.open(server.url + "/settings/account")
	quinn.see(`.key-list`, "this one")
	quinn.see(`#factor-title + p`, "10 recovery codes are left")
	quinn.accessible("account")
	quinn.portray("account")
	quinn.click(`form[action$="/end"] button`)
	quinn.see(`.saved`, "Signed out there")
	second.await("the other browser to be signed out", `location.pathname === "/login"`)
	second.fill(`#username`, "quinn")
	second.fill(`#password`, password)
	second.submit(`#password`)
	second.await("the second step", `location.pathname === "/login/code"`)
	second.fill(`#code`, recovery)
	second.submit(`#code`)
	second.await("the inbox", `location.pathname === "/inbox"`)
	second.live()

	anna.open(server.url + "/settings/people")
	anna.click(`.people li:last-child a`)
	anna.see(`h1`, "Quinn")
	anna.accessible("person")
	anna.portray("person")
	anna.click(`form[action$="/disable"] button`)
	anna.see(`.saved`, "Done")
	anna.see(`.lead`, "Disabled")
	second.await("who is disabled to be signed out", `location.pathname === "/login"`)
	anna.open(server.url + "/settings/audit")
	anna.see(`.audit`, "person disabled")
	anna.accessible("audit")
	anna.portray("audit")
	anna.open(server.url + "/inbox")
	anna.click(`.nav-person`)
	anna.portray("menu")
}
