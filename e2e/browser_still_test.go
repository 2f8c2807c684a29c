package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// tops are where the rows are on screen, by contact.
func (l list) tops() string {
	l.t.Helper()
	return eval[string](l.tab, `[...document.querySelectorAll("#conversations .row-holder")].map(r => r.querySelector(".row-name").innerText + " " + r.getBoundingClientRect().top).join()`)
}

func (l list) pill() string {
	l.t.Helper()
	return eval[string](l.tab, `(p => p.hidden ? "" : p.innerText)(document.getElementById("arrivals"))`)
}

func TestNothingMovesUnderThePointer(t *testing.T) {
	t.Parallel()
	l := newList(t, 10)
	l.point(row(3))
	before := l.tops()
	for i := range 20 {
		l.receive(4+i%8, fmt.Sprintf("Storm %d", i)) // the contacts 4 to 11; the last is new
	}
	l.see(row(4), "Storm 16")
	l.await("the pill", `document.getElementById("arrivals").innerText === "8 new ↑"`)
	if after := l.tops(); after != before {
		t.Errorf("the list moved under the pointer:\n%s\n%s", before, after)
	}
	l.see(row(5), "Storm 17")

	l.point(`#thread-pane`)
	l.wantOrder("7 6 5 4 11 10 9 8 1 2 3")
	if pill := l.pill(); pill != "" {
		t.Errorf("the pill says %q with nothing waiting", pill)
	}

	// The pill brings what waits at once.
	l.point(row(3))
	l.receive(3, "Up")
	l.await("the pill", `document.getElementById("arrivals").innerText === "1 new ↑"`)
	l.click(`#arrivals`)
	l.wantOrder("3 7 6 5 4 11 10 9 8 1 2")

	// What is first already does not move, and so nothing waits.
	l.receive(3, "Still up")
	l.see(row(1), "Still up")
	if pill := l.pill(); pill != "" {
		t.Errorf("the pill says %q", pill)
	}
}

func TestTheListIsHeldByFocusSelectionAndTouch(t *testing.T) {
	t.Parallel()
	l := newList(t, 6)
	l.point(`#thread-pane`)
	for _, hold := range []struct {
		name           string
		begin, release func()
	}{
		{"focus", func() {
			eval[any](l.tab, `document.activeElement.blur()`)
			l.press(kb.Tab)
			eval[any](l.tab, `document.querySelector("#conversations a.row").focus()`)
		}, func() { eval[any](l.tab, `document.activeElement.blur()`) }},
		{"selection", func() { l.clickWith(box(2)); l.point(`#thread-pane`) },
			func() { eval[any](l.tab, `document.querySelector("#bulk [type=reset]").click()`) }},
	} {
		before := l.order()
		hold.begin()
		last := strings.Fields(before)[5]
		var n int
		fmt.Sscan(last, &n)
		l.receive(n, "Held by "+hold.name)
		l.see(row(6), "Held by "+hold.name)
		if after := l.order(); after != before {
			t.Errorf("held by %s the list went from %s to %s", hold.name, before, after)
		}
		hold.release()
		l.wantOrder(last + " " + strings.TrimSuffix(before, " "+last))
	}
	l.size(390, 844)
	l.open(l.server.url + "/inbox")
	l.live()
	before := l.order()
	last := strings.Fields(before)[5]
	var n int
	fmt.Sscan(last, &n)
	l.touch(row(3))
	l.receive(n, "Held by a finger")
	l.see(row(6), "Held by a finger")
	if after := l.order(); after != before {
		t.Errorf("held by a finger the list went from %s to %s", before, after)
	}
	l.touch("")
	l.press(kb.Escape) // the press was a long one
	l.wantOrder(last + " " + strings.TrimSuffix(before, " "+last))
}

func TestWhatNoLongerFitsFadesOutWhenThePaneIsLeft(t *testing.T) {
	t.Parallel()
	l := newList(t, 5)
	l.open(l.server.url + "/inbox?view=unread")
	l.live()
	l.point(`#thread-pane`)
	l.point(row(2))
	before := l.tops()
	l.clickWith(row(2)) // opening it is reading it
	l.await("the row dimmed", `document.querySelector(".row-holder.fading")?.innerText.includes("Contact 2")`)
	if after := l.tops(); after != before {
		t.Errorf("the list moved:\n%s\n%s", before, after)
	}
	l.receive(2, "It fits again")
	l.see(row(2), "It fits again")
	l.await("it to fade again", `document.querySelector(".row-holder.fading")?.innerText.includes("It fits again")`)
	l.point(`#thread-pane`)
	l.wantOrder("1 3 4 5")
}

func TestOpeningARowLeavesTheListAsItStands(t *testing.T) {
	t.Parallel()
	l := newList(t, 8)
	l.point(row(3))
	l.receive(8, "Waits")
	l.await("the pill", `document.getElementById("arrivals").innerText === "1 new ↑"`)
	before := l.tops()
	l.clickWith(row(3))
	l.await("the thread", `!!document.getElementById("thread-header")`)
	l.await("it to be open", `document.querySelector("#conversations [aria-current]")?.innerText.includes("Contact 3")`)
	if after := l.tops(); after != before || l.pill() != "1 new ↑" {
		t.Errorf("opening a row moved the list; the pill says %q:\n%s\n%s", l.pill(), before, after)
	}
	l.live()
	l.point(`#thread-pane`)
	l.wantOrder("8 1 2 3 4 5 6 7")
}

func TestScrolledDownWhatIsInSightStays(t *testing.T) {
	t.Parallel()
	l := newList(t, 40)
	l.point(`#thread-pane`)
	eval[any](l.tab, `document.querySelector(".list-scroll").scrollTop = 900`)
	l.await("the scroll", `document.querySelector(".list-scroll").scrollTop === 900`)
	const inSight = `(box => [...document.querySelectorAll("#conversations .row-holder")].filter(r => r.getBoundingClientRect().bottom > box.top && r.getBoundingClientRect().top < box.bottom - 100).map(r => r.querySelector(".row-name").innerText + r.getBoundingClientRect().top).join())(document.querySelector(".list-scroll").getBoundingClientRect())`
	before := eval[string](l.tab, inSight)
	for _, i := range []int{41, 42, 39} {
		l.receive(i, "Above")
	}
	l.await("the pill", `document.getElementById("arrivals").innerText === "3 new ↑"`)
	l.await("the rows on top", names+`.startsWith("39 42 41 1 ")`)
	if after := eval[string](l.tab, inSight); after != before {
		t.Errorf("what is in sight moved:\n%s\n%s", before, after)
	}
	l.click(`#arrivals`)
	l.await("the top", `document.querySelector(".list-scroll").scrollTop === 0 && document.getElementById("arrivals").hidden`)
}

func TestAfterAStormTheListIsThatOfAFreshPage(t *testing.T) {
	t.Parallel()
	l := newList(t, 20)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))
	client := signedIn(t, l.server.url, "piet")
	for _, view := range []string{"", "?view=unanswered", "?view=failed"} {
		l.open(l.server.url + "/inbox" + view)
		l.live()
		for i := range 120 {
			n := 1 + rng.IntN(30)
			number := fmt.Sprintf("+1555%04d", 1000+n)
			switch rng.IntN(6) {
			case 0:
				post(t, l.urls["sent"], fmt.Appendf(nil, `{"phone_number":%q,"text":"Answer %d"}`, number, i))
			case 1:
				post(t, l.urls["failed"], fmt.Appendf(nil, `{"phone_number":%q,"text":"Failed %d"}`, number, i))
			case 2:
				path := slices.Clone([]string{"done", "reopen"})[rng.IntN(2)]
				resp, err := client.Post(fmt.Sprintf("%s/conversations/%d/%s", l.server.url, 1+rng.IntN(20), path), "", nil)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
			case 3:
				if l.count(row(1)) > 0 {
					l.point(row(1))
				}
			case 4:
				l.point(`#thread-pane`)
			default:
				l.receive(n, fmt.Sprintf("Storm %d", i))
			}
		}
		if l.count(row(1)) > 0 {
			l.point(row(1))
		}
		l.receive(30, "The last")
		l.point(`#thread-pane`)
		l.await("the list of a fresh page", `(async () => {
			const shown = (root) => [...root.querySelectorAll("#conversations > *")].map(r => r.className + r.id + r.dataset.sort + r.querySelector("a.row").className + r.querySelector(".row-preview").textContent.trim() + r.querySelector(".row-flags").textContent.trim()).join("\n");
			const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
			return shown(document) === shown(fresh) && document.getElementById("arrivals").hidden;
		})()`)
	}
}
