package e2e

import (
	"fmt"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// firstLoad is the most that a page may weigh with everything it loads, as it comes over the wire, in bytes.
const firstLoad = 120_000

// observed sums up what the browser has measured since the page began.
const observed = `new Promise((resolve) => {
  let shift = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) shift += e.value; }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => {
    const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    resolve({ bytes: all.reduce((sum, e) => sum + e.transferSize, 0), files: all.length, shift });
  }, 300);
})`

type load struct {
	Bytes, Files int
	Shift        float64
}

// A full inbox of an account with many subusers and tags is small on its first load, and nothing in it moves while it
// loads.
func TestPagesAreLightAndStandStill(t *testing.T) {
	db := databaseWithTeam(t, "anna --role admin")
	server := serve(t, "--db", db)
	urls := webhooks(t, db, server.url)
	var posts sync.WaitGroup
	for n := range 200 {
		posts.Go(func() {
			post(t, urls["received"], fmt.Appendf(nil, `{"phone_number":"+1202555%04d","text":"Message %d, about as long as what people write to each other on a phone.","subuser_id":%d,"name":"Contact %d","tag":"Campaign %03d","sim_card_id":%d}`, n, n, n%50, n, n, n%9))
		})
	}
	posts.Wait()
	for _, page := range []string{"/inbox", "/conversations/1"} {
		for _, width := range []int64{1440, 390} {
			b := newTab(t)
			b.size(width, 844)
			b.signIn(server.url, "anna")
			if _, err := chromedp.Call(b.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
				t.Fatal(err)
			}
			b.open(server.url + page)
			b.live()
			got, err := chromedp.Run(b.ctx, chromedp.Evaluate[load](observed, chromedp.EvalAwaitPromise))
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s at %d: %d bytes in %d files, layout shift %.4f", page, width, got.Bytes, got.Files, got.Shift)
			if got.Bytes > firstLoad || got.Bytes < 10_000 {
				t.Errorf("%s at %d weighs %d bytes, more than %d", page, width, got.Bytes, firstLoad)
			}
			if got.Shift > 0.001 {
				t.Errorf("%s at %d moves by %f while it loads", page, width, got.Shift)
			}
		}
	}
}
