package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestThePageOfTagsFollowsWhatHappens(t *testing.T) {
	t.Parallel()
	everyWay(t, pageOfTags)
}

func pageOfTags(t *testing.T, w way) {
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	tag := func(number, tag, more string) {
		post(t, urls["tag"], []byte(fmt.Sprintf(`{"phone_number":%q,"tag":%q,"name":"Mira Novak"%s}`, number, tag, more)))
	}
	b := w.newTab(t)
	b.signIn(server.url, "anna")
	b.navigate(w.width)
	b.click(`#nav a[href="/tags"]`)
	b.see(`.tags .empty`, "No tag changed in the last 30 days")
	b.live()
	if b.count(`#nav a[href="/tags"][aria-current=page]`) != 1 || b.count(`#nav [aria-current=page]`) != 1 {
		t.Error("the navigation does not say where we are")
	}

	// A change appears by itself, and the charts count it.
	post(t, urls["received"], []byte(`{"phone_number":"+15550100","text":"Hi","name":"Mira Novak","tag":"Cold"}`))
	b.see(`[data-tag-row]`, "Mira Novak")
	b.see(`[data-tag-row]`, "observed")
	b.see(`.flows`, "Cold")
	tag("+15550100", "Warm", `,"subuser_id":6`)
	b.see(`[data-tag-row]:first-child`, "Warm")
	b.see(`[data-tag-row]:first-child`, "Subuser 6")
	b.see(`[data-stay=Cold]`, "under 1 min")
	b.await("the charts", `document.getElementById("tags-summary").dataset.changes === "2" && document.querySelectorAll(".flows path").length === 2`)
	if b.count(`.tags .empty`) != 0 && eval[bool](b, `document.querySelector(".tags .empty").checkVisibility()`) {
		t.Error("the list says that it is empty")
	}

	// Back to where it was: both changes fold into one line that unfolds.
	tag("+15550100", "Cold", "")
	b.see(`[data-tag-row]:first-child`, "flapped 1×")
	if n := b.count(`[data-tag-row]`); n != 2 {
		t.Errorf("%d lines, want the fold and the beginning", n)
	}
	b.click(`.tag-flapped summary`)
	b.see(`.tag-flapped[open] li:first-child`, "Main account")
	b.see(`.tag-flapped[open] li:last-child`, "Subuser 6")

	// Only what fits the filter appears, and the filter is in the address.
	tag("+15550101", "Hot", "")
	b.await("the third contact's line", `document.querySelectorAll("[data-tag-row]").length === 3`)
	b.open(server.url + "/tags") // what can be chosen is as of when the page was opened
	b.click(`.tags-choice:nth-of-type(2) summary`)
	b.click(`input[name=tag][value=Hot]`)
	b.click(`.tags-choice[open] .button.primary`)
	b.await("the filter", `location.search.includes("tag=Hot") && document.querySelectorAll("[data-tag-row]").length === 1`)
	b.live()
	tag("+15550102", "Cold", "")
	tag("+15550101", "VIP", "")
	b.see(`[data-tag-row]:first-child`, "VIP")
	if n := b.count(`[data-tag-row]`); n != 2 {
		t.Errorf("%d changes from or to Hot, want 2", n)
	}
	b.await("the charts of Hot", `document.getElementById("tags-summary").dataset.changes === "2"`)
	b.click(`.chip.filter`)
	b.await("all changes", `!location.search.includes("tag=") && document.querySelectorAll("[data-tag-row]").length === 5`)

	// A line leads to the conversation; its timeline can be narrowed to one subuser, and stays so.
	b.click(`a.tag-contact`)
	b.await("the conversation", `location.pathname.startsWith("/conversations/")`)
	b.live()
	if n := b.count(`.timeline > li`); n != 2 {
		t.Errorf("%d stays in the timeline, want Cold (flapped) and the first message", n)
	}
	if w.width < 1100 {
		b.click(`.thread-contact`)
	}
	b.click(`.narrow a[title="Subuser 6"]`)
	b.await("the narrow timeline", `location.search === "?timeline=6" && document.querySelector(".narrow [aria-current]").innerText === "6"`)
	b.see(`.timeline`, "Warm")
	tag("+15550100", "Lost", "")
	tag("+15550100", "Hot", `,"subuser_id":6`)
	b.see(`.timeline`, "Hot")
	if words := b.text(`.timeline`); strings.Contains(words, "Lost") || strings.Contains(words, "Cold") {
		t.Errorf("the timeline of subuser 6 says %s", words)
	}
}

func TestThePageOfTagsFitsItsWindow(t *testing.T) {
	t.Parallel()
	server := demoServer(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	for _, width := range []int64{320, 390, 759, 760, 899, 900, 1099, 1100, 1440} {
		b.size(width, 844)
		b.open(server.url + "/tags?days=90&tag=Warm&tag=Hot&tag=Cold&subuser=main&subuser=6")
		b.live()
		b.fits(fmt.Sprintf("the filtered tags at %d", width))
		b.open(server.url + "/tags?days=90")
		b.live()
		b.see(`[data-tag-row]`, "Warm")
		if eval[bool](b, `[...document.querySelectorAll(".tags-scroll, .tags-card, .tag-row")].some(e => e.scrollWidth > e.clientWidth + 1)`) {
			t.Errorf("something in the tags is too wide at %d", width)
		}
		b.fits(fmt.Sprintf("the tags at %d", width))
	}
}

// TestTagScreenshots takes pictures to look at; nothing compares them.
func TestTagScreenshots(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("TAGLINE_SCREENSHOTS")
	if dir == "" {
		t.Skip("make screenshots says where to put them")
	}
	server := demoServer(t)
	b := newTab(t)
	b.signIn(server.url, "anna")
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		for name, size := range map[string][2]int64{"desktop": {1440, 900}, "phone": {390, 844}} {
			b.size(size[0], size[1])
			b.open(server.url + "/tags")
			b.live()
			b.shoot(filepath.Join(dir, fmt.Sprintf("tags-%s-%s.png", name, scheme)))
			eval[any](b, `document.querySelector("#tag-changes-title").scrollIntoView()`)
			eval[any](b, `(document.querySelector(".tag-flapped") ?? {}).open = true`)
			b.shoot(filepath.Join(dir, fmt.Sprintf("tags-list-%s-%s.png", name, scheme)))
		}
	}
}
