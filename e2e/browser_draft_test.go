package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// breakDrafts has the page's drafts fail in a way until whole() is called there.
const breakDrafts = `{
	const ask = window.fetch;
	window.failed = 0;
	window.fetch = (address, ...more) => {
		if (!String(address).endsWith("/draft")) return ask(address, ...more);
		window.failed += 1;
		return FAIL;
	};
	window.whole = () => (window.fetch = ask);
}`

// A draft that could not be kept is kept afterwards, whether somebody goes on typing, waits or leaves.
func TestADraftThatCouldNotBeKeptIsKeptLater(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for name, fail := range map[string]string{
		"no network":     `Promise.reject(new TypeError("Failed to fetch"))`,
		"restarting":     `Promise.resolve(new Response("Try again", { status: 503 }))`,
		"a proxy's page": `Promise.resolve(new Response("<h1>Bad gateway</h1>", { status: 502 }))`,
	} {
		t.Run(name, func(t *testing.T) {
			b := d.sitHere(t, "anna")
			for what, leaves := range map[string]bool{"waits": false, "leaves": true} {
				b.goes(d, "")
				eval[any](b, `document.querySelector("[data-composer] textarea").value = ""; 0`)
				eval[any](b, strings.Replace(breakDrafts, "FAIL", fail, 1))
				text := name + ", and somebody " + what
				b.write(text)
				b.await("the draft to fail", `failed > 0`)
				eval[any](b, `whole(); 0`)
				if !leaves {
					b.await("the draft to be kept", `sessionStorage.getItem("draft 1 composer-1")?.includes(`+quoted(text)+`)`)
				}
				b.open(d.url + "/settings/preferences")
				b.goes(d, "")
				b.holds(replyField, text)
			}
		})
	}
}

// A text that is too long for a draft is said to be so, until it is short enough.
func TestADraftThatIsTooLongSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	b := d.sitHere(t, "anna")
	b.goes(d, "")
	b.refused.Store(d.url+eval[string](b, `location.pathname`)+"/draft", true)
	for _, text := range []string{`"a".repeat(4001)`, `"界".repeat(5000)`, `"👍".repeat(20000)`} {
		eval[any](b, `{
			const field = document.querySelector("[data-composer] textarea");
			field.value = `+text+`;
			field.dispatchEvent(new Event("input", { bubbles: true }));
		}`)
		b.see(`[data-other-drafts]`, "too long to be kept as a draft")
		eval[any](b, `{
			const field = document.querySelector("[data-composer] textarea");
			field.value = [...field.value].slice(0, 4000).join("");
			field.dispatchEvent(new Event("input", { bubbles: true }));
		}`)
		b.await("no such words", `document.querySelector("[data-other-drafts]").childElementCount === 0`)
	}
}

// Who loads a page anew while the server does not answer finds what they typed when it does again.
func TestWhatIsTypedOutlivesAReloadWhileTheServerIsAway(t *testing.T) {
	t.Parallel()
	l := newWired(t)
	l.server.stop()
	l.args = append(l.args, "--api-key", apiKey, "--api-url", "http://127.0.0.1:1")
	l = l.start()
	for _, row := range []struct{ name, path, before, field string }{
		{"a new conversation", "/conversations/new", "", `#text`},
		{"a reply", "/conversations/1", "", replyField},
		{"a note", "/conversations/1", `[data-mode-button=note]`, noteField},
		{"a canned reply", "/settings/replies", "", `form[action="/settings/replies"] textarea`},
	} {
		l.open(l.wire.url() + row.path)
		l.live()
		if row.before != "" {
			l.click(row.before)
		}
		l.server.stop()
		l.await("the page to say so", `document.documentElement.dataset.connection === "reconnecting"`)
		l.fill(row.field, "Is anybody there? "+row.name)
		_, _ = chromedp.Run(l.ctx, chromedp.Reload()) // there is no answer
		l.await("the browser's own page", `!document.querySelector("textarea")`)
		l = l.start()
		l.do(chromedp.Reload())
		l.holds(row.field, "Is anybody there? "+row.name)
	}

	// What was sent is not typed again, also where only the socket does not get through.
	l.open(l.wire.url() + "/settings/replies")
	l.live()
	l.fill(`form[action="/settings/replies"] input[name=name]`, "thanks")
	l.fill(`form[action="/settings/replies"] textarea`, "Thank you")
	eval[any](l.tab, `document.documentElement.dataset.connection = "reconnecting"; 0`)
	l.click(`form[action="/settings/replies"] button`)
	l.see(`.canned-kept`, "/thanks")
	l.holds(`form[action="/settings/replies"] textarea`, "")
}
