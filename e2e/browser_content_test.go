package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// oddities are contents that would break out of a page that does not expect them.
var oddities = []struct{ name, contact, tag, text string }{
	{"plain", "Ana", "Warm", "Is it still free?"},
	{"right to left with numbers", "شركة النور 24 (Beirut)", "مهم", "السعر 1,200$ أو 1,100$ (نهائي) https://example.com/عرض?a=1 !"},
	{"overrides", "\u202eanA\u202d", "\u202eoppositE", "Pay \u202egpj.exe\u202c now \u2067left open https://example.com/\u202egnp.x"},
	{"stacked marks", "Zo" + strings.Repeat("\u0301\u030a\u0323", 80) + "e", "Z" + strings.Repeat("\u0301\u0330", 120), "a" + strings.Repeat("\u0301\u0324", 500) + " b"},
	{"emoji", strings.Repeat("👨‍👩‍👧‍👦", 36), "😀", strings.Repeat("😀", 16_000)},
	{"long words", strings.Repeat("Donaudampfschiff", 16), strings.Repeat("tag", 80), strings.Repeat("w", 700) + " https://example.com/" + strings.Repeat("path", 200)},
	{"east Asian", "株式会社" + strings.Repeat("漢字", 60), "重要", strings.Repeat("これは長い文章です。", 60)},
	{"lines", "New\nline", "a\tb", "first" + strings.Repeat("\n", 20_000) + "last"},
	{"few lines", "\r\n x", "", strings.Repeat("line\n", 30)},
	{"invisible", "\u200b\u200d\u2060\ufeff", "\u200b", "\u200b\u200c\u2060"},
	{"controls", "Bell\u0007\u001b[31m", "n\u0000l", "\u0007\u001b[31mred\u0000 \u0085 \u007f"},
	{"markup", "<script>alert(1)</script>", "<b>", "<img src=x onerror=alert(1)> &amp; {{7*7}}"},
}

// These hold what others wrote.
const foreign = `.row-name, .row-preview, .chip, .text, #thread-title, .details dd, .stay-name b, .failures a, .nav-name`

// spill lists what is wider than its pane, and rows and messages that overlap.
const spill = `[
	...[document.documentElement, ...document.querySelectorAll("#nav .nav-scroll, .list-scroll, #thread, #contact, .thread-head, .list-head")].
		filter(e => e.scrollWidth > e.clientWidth).map(e => "wider than its pane: " + (e.id || e.className || e.tagName)),
	...[...document.querySelectorAll(".row-holder"), ...document.querySelectorAll("#thread > *")].flatMap(e => {
		const next = e.nextElementSibling, box = e.getBoundingClientRect();
		return next && box.height && box.bottom > next.getBoundingClientRect().top + 0.5 ? ["overlaps the next: " + e.id] : [];
	}),
	...[...document.querySelectorAll(".row *, .thread-head *, .message *, #contact *")].filter(e => e.checkVisibility() && !e.closest(".hidden-words, .bubble-menu")).flatMap(e => {
		const around = e.closest(".row, .thread-head, .message, #contact"), box = e.getBoundingClientRect(), room = around.getBoundingClientRect();
		for (let up = e.parentElement; up !== around.parentElement; up = up.parentElement) if (up !== around && getComputedStyle(up).overflow !== "visible") return [];
		return box.right > room.right + 0.5 || box.left < room.left - 0.5 ? ["leaves its box: " + e.tagName + "." + e.className] : [];
	}),
]`

func TestContentOfAnyKindStaysInItsPlace(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "tagline.db")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	at := time.Now().Add(-5 * 24 * time.Hour).UnixMilli()
	for i, o := range oddities {
		send := func(kind, text string, at int64) {
			body, _ := json.Marshal(map[string]any{"phone_number": fmt.Sprintf("+1555%04d", 1000+i), "name": o.contact, "tag": o.tag, "text": text, "timestamp": at})
			if status, answer := post(t, urls[kind], body); status != http.StatusOK {
				t.Fatalf("%s was answered %d: %s", o.name, status, answer)
			}
		}
		send("received", "before", at-int64(i)*1000-3)
		send("sent", o.text, at-int64(i)*1000-2)
		send("failed", o.text+" ", at-int64(i)*1000-1)
		send("received", o.text, at-int64(i)*1000)
		send("received", "after", at-int64(i)*1000+1)
		send("received", o.text, at-int64(i)*1000+2)
	}
	if _, err := command(t, password+"\n", "user", "add", "anna", "--db", db, "--role", "admin", "--password-stdin"); err != nil {
		t.Fatal(err)
	}
	b := newTab(t)
	b.signIn(server.url, "anna")
	if n := b.count(`[data-conversation]`); n != len(oddities) {
		t.Fatalf("%d conversations", n)
	}
	links := eval[[]string](b, `[...document.querySelectorAll("[data-conversation]")].map(e => e.href)`)
	// What is opened unread changes a moment later.
	eval[any](b, `Promise.all([...document.querySelectorAll("[data-conversation]")].map(e => fetch("/conversations/" + e.dataset.conversation + "/read", {method: "POST"})))`)
	b.await("all to be read", `!document.querySelector("#conversations .count")`)
	for _, width := range []int64{1440, 390} {
		b.size(width, 900)
		b.open(server.url + "/inbox")
		b.live()
		b.contained(fmt.Sprintf("the list at %d", width))
		for i, link := range links {
			what := fmt.Sprintf("%s at %d", oddities[i].name, width)
			b.open(link)
			b.live()
			b.contained(what)
			eval[any](b, `document.querySelectorAll(".fold").forEach(f => f.open = true)`)
			for _, fault := range eval[[]string](b, spill) {
				t.Errorf("%s, unfolded: %s", what, fault)
			}
		}
	}
	if eval[bool](b, `!!document.querySelector("img, #thread b")`) {
		t.Error("markup in a text became markup of the page")
	}
}

// contained fails where something others wrote reaches beyond its place, with its box or only with its ink.
func (b tab) contained(what string) {
	b.t.Helper()
	for _, fault := range eval[[]string](b, spill) {
		b.t.Errorf("%s: %s", what, fault)
	}
	with := b.picture()
	eval[any](b, `document.querySelectorAll(`+quoted(foreign)+`).forEach(e => e.style.visibility = "hidden")`)
	without := b.picture()
	boxes := eval[[][4]float64](b, `[...document.querySelectorAll(`+quoted(foreign)+`)].map(e => e.getBoundingClientRect()).map(r => [r.left - 1, r.top - 1, r.right + 1, r.bottom + 1])`)
	eval[any](b, `document.querySelectorAll(`+quoted(foreign)+`).forEach(e => e.style.visibility = "")`)
	scale := float64(with.Bounds().Dx()) / eval[float64](b, `innerWidth`)
	if at, spilt := inkBeyond(with, without, boxes, scale); spilt {
		b.t.Errorf("%s: ink at %v is in no place of its own", what, at)
	}
}

func (b tab) picture() image.Image {
	b.t.Helper()
	data, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		b.t.Fatal(err)
	}
	return picture
}

// specks are pixels that differ by chance, at a corner that is painted anew.
const specks = 4

// inkBeyond finds a pixel outside of all boxes in which two pictures differ, if there are more than specks.
func inkBeyond(a, b image.Image, boxes [][4]float64, scale float64) (image.Point, bool) {
	size := a.Bounds()
	spilt := 0
	for y := size.Min.Y; y < size.Max.Y; y++ {
		for x := size.Min.X; x < size.Max.X; x++ {
			if alike(a.At(x, y), b.At(x, y)) {
				continue
			}
			inside := false
			for _, box := range boxes {
				px, py := float64(x)/scale, float64(y)/scale
				inside = inside || px >= box[0] && px <= box[2] && py >= box[1] && py <= box[3]
			}
			if !inside {
				spilt++
			}
			if spilt > specks {
				return image.Pt(x, y), true
			}
		}
	}
	return image.Point{}, false
}

// alike tells whether nobody would see the difference: the same corner is not always painted quite the same.
func alike(a, b color.Color) bool {
	const slight = 0x1800
	ar, ag, ab, _ := a.RGBA()
	br, bg, bb, _ := b.RGBA()
	return max(ar, br)-min(ar, br) < slight && max(ag, bg)-min(ag, bg) < slight && max(ab, bb)-min(ab, bb) < slight
}
