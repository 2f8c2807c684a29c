package e2e

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func TestInsightsCountWhatHappenedAndDownloadsHoldIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	now := time.Now().UnixMilli()
	for n := range 40 {
		at := now - int64(n)*7*3_600_000
		post(t, d.urls["received"], fmt.Appendf(nil, `{"phone_number":"+1415555%04d","text":"Question %d","tag":"Warm","subuser_id":%d,"timestamp":%d}`, n%9, n, 6+n%2, at))
		kind := "sent"
		if n%5 == 0 {
			kind = "failed"
		}
		post(t, d.urls[kind], fmt.Appendf(nil, `{"phone_number":"+1415555%04d","text":"Answer %d","subuser_id":%d,"sim_card_id":%d,"timestamp":%d}`, n%9, n, 6+n%2, 131+n%2, at+300_000))
	}
	post(t, d.urls["tag"], []byte(`{"phone_number":"+14155550003","tag":"Hot","subuser_id":6}`))
	b := newTab(t)
	b.signIn(d.url, "anna")
	b.click(`.nav-link[href="/insights"]`)
	b.see("#insights .tile:nth-child(4)", "5 min")
	b.see("#insights", "Busiest hours")
	b.see("#insights .movements", "Warm")
	if dir := os.Getenv("TAGLINE_SCREENSHOTS"); dir != "" {
		b.look("insights")
		b.open(d.url + "/download")
		b.look("download")
		b.open(d.url + "/settings/privacy")
		b.look("privacy")
		b.open(d.url + "/insights")
	}
	if n := eval[int](b, `document.querySelectorAll(".day-bars rect").length`); n < 10 {
		t.Errorf("the picture has %d bars", n)
	}
	b.size(390, 844)
	if wide := eval[int](b, `document.documentElement.scrollWidth`); wide > 390 {
		t.Errorf("on a phone the page is %d wide", wide)
	}
	b.size(1440, 900)
	b.click(`.insight-form a[href*="from="]`)
	b.await("a week", `new URL(location).searchParams.get("from") && document.querySelectorAll(".table-behind tbody tr").length === 7`)

	piet := newTab(t)
	piet.signIn(d.url, "piet")
	piet.open(d.url + "/insights")
	piet.see("#insights", "Subuser 6")
	if page := eval[string](piet, `document.querySelector("#insights").textContent`); strings.Contains(page, "Subuser 7") {
		t.Error("an agent of subuser 6 is told of subuser 7")
	}
	b.open(d.url + "/inbox?tag=Hot")
	b.click(".filter-button")
	b.click(`.filter-panel a[href="/download?tag=Hot"]`)
	b.see(".download-list", "2 conversations")
}
