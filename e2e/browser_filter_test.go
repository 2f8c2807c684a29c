package e2e

import (
	"fmt"
	"net/http"
	neturl "net/url"
	"testing"
	"time"
)

// crowded is a server with 130 conversations of three tags, subusers and SIM cards, and the admin anna.
func crowded(t *testing.T) *server {
	t.Helper()
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	for n := range 130 {
		post(t, urls["received"], fmt.Appendf(nil, `{"phone_number":"+1555%04d","text":"Message %d","tag":%q,"subuser_id":%d,"sim_card_id":%d}`,
			n, n, []string{"Hot", "Warm", "Cold"}[n%3], 6+n%2, 1+n%5))
	}
	return server
}

// at waits until the address is the path with its query, and the list has the rows.
func (b tab) at(address string, rows int) {
	b.t.Helper()
	b.await(fmt.Sprintf("%d rows at %s", rows, address), fmt.Sprintf(
		`location.pathname + location.search === %s && document.querySelectorAll("#conversations [data-conversation]").length === %d`, quoted(address), rows))
}

// tap clicks, or taps, in the middle of what is seen of an element.
func (b tab) tap(selector string) {
	b.t.Helper()
	b.await(selector, fmt.Sprintf(`(e => e && e.checkVisibility())(document.querySelector(%s))`, quoted(selector)))
	b.click(selector)
}

// navigate opens the pane of views where it is a sheet.
func (b tab) navigate(width int64) {
	b.t.Helper()
	if width < 900 {
		b.tap(`.list-menu`)
	}
}

func TestFiltersAreCombinedTakenAwayAndKept(t *testing.T) {
	t.Parallel()
	everyWay(t, func(t *testing.T, w way) {
		server := crowded(t) // of its own: a view that is saved stands on every page
		b := w.newTab(t)
		b.signIn(server.url, "anna")
		b.live()
		combine(b)
		narrow(b)
		keep(b, w.width)
	})
}

// combine chooses two tags and a subuser in the panel and takes them away again, chip by chip.
func combine(b tab) {
	b.t.Helper()
	b.tap(`.filter-button`)
	for _, choice := range []string{`[name=tag][value=Hot]`, `[name=tag][value=Warm]`, `[name=subuser][value="6"]`} {
		b.tap(`.filter-panel ` + choice)
	}
	b.tap(`.filter-panel .primary`)
	b.at("/inbox?subuser=6&tag=Hot&tag=Warm", 43)
	if b.count(`.filter-menu[open]`) != 0 {
		b.t.Error("the panel is still open")
	}
	b.fits("a list with chips")
	for _, address := range []string{"/inbox?tag=Hot&tag=Warm", "/inbox?tag=Warm", "/inbox"} {
		b.tap(`.filter-chips li:first-child a`)
		b.await(address, fmt.Sprintf(`location.pathname + location.search === %s`, quoted(address)))
	}
	b.at("/inbox", 50)
	if b.count(`.filters`) != 0 || eval[int](b, `document.querySelectorAll(".filter-panel :checked:not(option)").length`) != 0 {
		b.t.Error("a filter that was taken away is still shown")
	}
	// What somebody ticks and does not apply is gone when the list is another one.
	b.tap(`.filter-button`)
	b.tap(`.filter-panel [name=tag][value=Cold]`)
	b.tap(`.filter-panel .panel-foot a`)
	b.await("nothing to be ticked", `!document.querySelector(".filter-menu[open]") && document.querySelectorAll(".filter-panel :checked:not(option)").length === 0`)
}

// narrow asks for days, a SIM card and an order.
func narrow(b tab) {
	b.t.Helper()
	b.tap(`.filter-button`)
	b.tap(`.filter-panel [name=sim][value="2"]`)
	b.choose(`.filter-panel [name=sort]`, "oldest", "o")
	b.tap(`.preset`)
	b.tap(`.filter-panel .primary`)
	today := time.Now().Format("2006-01-02")
	b.at("/inbox?sim=2&from="+today+"&until="+today+"&sort=oldest", 26)
	if first := b.text(`#conversations > :first-child .row-preview`); first != "Message 1" {
		b.t.Errorf("the oldest is %q", first)
	}
	if chips := b.text(`.filter-chips`); b.count(`.filter-chips li`) != 3 {
		b.t.Errorf("the chips are %q", chips)
	}
}

// keep saves the list as a view, opens it after a reload and deletes it.
func keep(b tab, width int64) {
	b.t.Helper()
	address := eval[string](b, `location.pathname + location.search`)
	b.tap(`.save-menu summary`)
	b.fill(`.save-panel [name=name]`, "Today, second card")
	b.tap(`.save-panel .button`)
	b.await("the view to be saved", `document.readyState === "complete" && !document.querySelector(".save-menu") && [...document.querySelectorAll("#nav bdi")].some(e => e.textContent === "Today, second card")`)
	b.open(eval[string](b, `location.origin + "/inbox"`))
	b.live()
	b.navigate(width)
	saved := fmt.Sprintf(`#nav a[href="%s"]`, address)
	b.tap(saved)
	b.at(address, 26)
	b.live()
	b.navigate(width)
	b.tap(saved + ` + form button`)
	b.await("the view to be gone", `document.readyState === "complete" && !document.querySelector("#nav form.nav-action")`)
	b.at(address, 26)
}

func TestPagesLoadByThemselvesInEveryOrder(t *testing.T) {
	t.Parallel()
	server := crowded(t)
	for _, width := range []int64{1440, 390} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			b := newTab(t)
			b.size(width, 844)
			b.signIn(server.url, "anna")
			for _, sort := range []string{"", "?sort=oldest", "?sort=waiting"} {
				b.open(server.url + "/inbox" + sort)
				b.live()
				if got := b.count(`[data-conversation]`); got != 50 {
					t.Errorf("%q begins with %d rows", sort, got)
				}
				for _, rows := range []int{100, 130} {
					eval[any](b, `document.querySelector(".list-scroll").scrollTop = 1e6`)
					b.await(fmt.Sprint(rows), fmt.Sprintf(`document.querySelectorAll("[data-conversation]").length === %d`, rows))
				}
				b.await("the end", `!document.querySelector("#more a")`)
				if !eval[bool](b, `(rows => rows.every((row, i) => !i || rows[i-1].dataset.sort > row.dataset.sort))([...document.querySelectorAll("#conversations > [data-sort]")])`) {
					t.Errorf("%q is out of order", sort)
				}
				if asked := eval[int](b, `performance.getEntriesByType("resource").filter(e => e.name.includes("before=")).length`); asked != 2 {
					t.Errorf("%q asked %d times for two pages", sort, asked)
				}
			}
		})
	}
}

func TestAPageThatCannotBeLoadedIsTriedAgainInPlace(t *testing.T) {
	t.Parallel()
	server := crowded(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	eval[any](b, `window.real = fetch, window.fetch = (...all) => String(all[0]).includes("before=") ? Promise.resolve(new Response("<p>No", {status: 503})) : real(...all), 0`)
	eval[any](b, `document.querySelector(".list-scroll").scrollTop = 1e6`)
	b.see(`#more`, "Try again")
	if got := b.count(`[data-conversation]`); got != 50 {
		t.Errorf("%d rows", got)
	}
	eval[any](b, `window.fetch = real, 0`)
	b.click(`#more a`)
	b.await("the second page", `document.querySelectorAll("[data-conversation]").length >= 100`)
}

func TestANameIsSeenInAnOpenTabAtOnce(t *testing.T) {
	t.Parallel()
	server := crowded(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	b.live()
	b.see(`#nav`, "Subuser 6")
	resp, err := signedIn(t, server.url, "anna").PostForm(server.url+"/settings/names", neturl.Values{"subuser-6": {"North office"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("naming was answered %d", resp.StatusCode)
	}
	b.see(`#nav`, "North office")
	b.see(`.row-chips`, "North office")
	b.await("the old name to be gone", `!document.body.innerText.includes("Subuser 6")`)
}

func TestAnUnfoldedFilterOffersWhatCameMeanwhile(t *testing.T) {
	t.Parallel()
	l := newList(t, 2)
	post(t, l.urls["tag"], []byte(`{"phone_number":"+15551001","tag":"Brand new"}`))
	l.see(row(1), "Brand new")
	l.click(`.filter-button`)
	l.see(`#filter-choices`, "Brand new")
}
