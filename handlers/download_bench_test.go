package handlers_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// BenchmarkDownload measures the messages of a large account as CSV files, those of open conversations and those of
// done ones, over HTTP: rows a second in all, in the first tenth and in the last one, and how much memory the process
// takes beyond what it had.
func BenchmarkDownload(b *testing.B) {
	s := largeSite(b, time.Now)
	anna := s.signIn("anna")
	server := httptest.NewServer(s.app.Handler())
	defer server.Close()
	for b.Loop() {
		all := 0
		for _, view := range []string{"inbox", "done"} {
			before, most := resident(), 0
			read := arrivals(b, anna, server.URL+"/download/messages.csv?view="+view, func() { most = max(most, resident()) })
			tenth := len(read) / 10
			rate := func(from, to int) float64 { return float64(to-from) / read[to].Sub(read[from]).Seconds() }
			last := len(read) - 1
			fmt.Printf("\n%d messages of %s as CSV: %.0f rows/s; the first tenth %.0f, the last %.0f; %d MB more memory\n",
				last, view, rate(0, last), rate(0, tenth), rate(last-tenth, last), most-before)
			all += last
		}
		if all < largeMessages*9/10 {
			b.Errorf("%d rows are too few", all)
		}
	}
}

// arrivals returns when each line of a download came, the first after that of the names. now and then it calls look.
func arrivals(b *testing.B, client *http.Client, url string, look func()) []time.Time {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url, nil)
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	began := time.Now()
	resp, err := client.Do(request)
	if err != nil || resp.StatusCode != http.StatusOK {
		b.Fatal(resp, err)
	}
	defer resp.Body.Close()
	came := []time.Time{began}
	scanner := bufio.NewScanner(resp.Body)
	for scanner.Scan() {
		came = append(came, time.Now())
		if len(came)%50_000 == 0 {
			look()
		}
	}
	if err := scanner.Err(); err != nil {
		b.Fatal(err)
	}
	return came[:len(came)-1]
}
