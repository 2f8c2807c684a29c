package handlers_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// BenchmarkDownload measures the messages of a large account as a CSV file, over HTTP: rows a second in all, in the
// first tenth and in the last one, and how much memory the process takes beyond what it had.
func BenchmarkDownload(b *testing.B) {
	s := largeSite(b, time.Now)
	anna := s.signIn("anna")
	server := httptest.NewServer(s.app.Handler())
	defer server.Close()
	const tenth = largeMessages / 10
	for b.Loop() {
		before, most := resident(), 0
		began := time.Now()
		request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, server.URL+"/download/messages.csv?view=all", nil)
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		resp, err := anna.Do(request)
		if err != nil || resp.StatusCode != http.StatusOK {
			b.Fatal(resp, err)
		}
		var tenths []time.Duration
		rows, last := -1, began // the first line has the names
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); rows++ {
			if rows > 0 && rows%tenth == 0 {
				tenths = append(tenths, time.Since(last))
				last, most = time.Now(), max(most, resident())
			}
		}
		resp.Body.Close()
		took := time.Since(began)
		rate := func(rows int, took time.Duration) float64 { return float64(rows) / took.Seconds() }
		fmt.Printf("\n%d messages as CSV: %.0f rows/s; the first tenth %.0f, the last %.0f; %d MB more memory\n",
			rows, rate(rows, took), rate(tenth, tenths[0]), rate(tenth, tenths[len(tenths)-1]), most-before)
		if rows < largeMessages*9/10 {
			b.Error("rows are missing")
		}
	}
}
