package handlers_test

import (
	"bytes"
	"context"
	encoding "encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"text/tabwriter"
	"time"

	"tagline/handlers"
	"tagline/jobs"
	"tagline/store"
	"tagline/textlink"
	"tagline/web"
)

// BenchmarkIngest measures webhooks over HTTP beside three baselines on the same machine in the same run, because
// machines differ and are noisy: quote the ratios. make bench runs it and prints the table. The baselines are bare
// handlers: one only decodes and answers; one runs our statements in one transaction a request ("alone"), one with
// group commit ("together").
func BenchmarkIngest(b *testing.B) {
	rounds := time.Duration(3) // seconds a cell
	if testing.Short() {
		rounds = 1
	}
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(out, "\nconnections\tTagline/s\tp50 ms\tp99 ms\tdecode only/s\talone/s\ttogether/s\t"+
		"against together\tagainst alone\t")
	for b.Loop() {
		for _, connections := range []int{1, 16, 64, 256} {
			cell := func(serve func(b *testing.B) http.Handler) figures {
				return load(b, serve(b), connections, rounds*time.Second)
			}
			ours, bare := alternate(cell, tagline, bareGroup)
			a, alone := cell(decodeOnly), cell(bareAlone)
			fmt.Fprintf(out, "%d\t%.0f\t%.1f\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f %%\t%.1f\t\n", connections, ours.rate, ours.p50, ours.p99,
				a.rate, alone.rate, bare.rate, 100*ours.rate/bare.rate, ours.rate/alone.rate)
			b.ReportMetric(100*ours.rate/bare.rate, fmt.Sprintf("%%of-bare-%d", connections))
		}
	}
	out.Flush()
}

// alternate measures two in turn, three times each, and returns the run with the median rate of each: what the
// machine does besides hits both.
func alternate(cell func(func(*testing.B) http.Handler) figures, x, y func(*testing.B) http.Handler) (figures, figures) {
	var xs, ys []figures
	for range 3 {
		xs, ys = append(xs, cell(x)), append(ys, cell(y))
	}
	return median(xs), median(ys)
}

func median(runs []figures) figures {
	slices.SortFunc(runs, func(a, b figures) int { return int(a.rate - b.rate) })
	return runs[len(runs)/2]
}

// figures are what one load measured: requests a second, and milliseconds.
type figures struct{ rate, p50, p99 float64 }

// bodies counts up over all loads, so that no body is a repeat.
var bodies atomic.Int64

// load posts distinct webhooks over the number of connections for a while.
func load(b *testing.B, handler http.Handler, connections int, d time.Duration) figures {
	server := httptest.NewServer(handler)
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var times []time.Duration
	var clients sync.WaitGroup
	began := time.Now()
	for range connections {
		clients.Go(func() {
			var own []time.Duration
			for time.Since(began) < d {
				n := bodies.Add(1)
				kind := [...]string{"received", "sent"}[n%2]
				body := fmt.Sprintf(`{"phone_number":"+1555%07d","text":"This is message number %d, about as long as people write.","timestamp":%d,"sim_card_id":123}`,
					n%5000, n, 1748463114559+n)
				sent := time.Now()
				resp, err := client.Post(server.URL+"/webhooks/"+benchToken+"/"+kind, json, strings.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK {
					b.Errorf("answered %d", resp.StatusCode)
					return
				}
				own = append(own, time.Since(sent))
			}
			mu.Lock()
			times = append(times, own...)
			mu.Unlock()
		})
	}
	clients.Wait()
	took := time.Since(began)
	slices.Sort(times)
	at := func(q float64) float64 { return float64(times[int(q*float64(len(times)-1))].Microseconds()) / 1000 }
	return figures{rate: float64(len(times)) / took.Seconds(), p50: at(.5), p99: at(.99)}
}

const benchToken = "BENCHMARKBENCHMARKBENCHMARK"

func benchStore(b *testing.B) *store.Store {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "tagline.db"), store.Options{Serve: true})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

func tagline(b *testing.B) http.Handler {
	s := benchStore(b)
	if err := s.AddToken(b.Context(), benchToken); err != nil {
		b.Fatal(err)
	}
	env, caller := jobs.Env{Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)}, jobs.NewDestinationCaller(time.Now)
	app, err := handlers.New(b.Context(), handlers.Deps{
		Store: s, Hub: web.NewHub[store.Change](), Origin: &url.URL{Scheme: "http", Host: "localhost"}, Now: env.Now, Log: env.Log,
		Destinations: caller, QuietAfter: 24 * time.Hour, SessionLife: 7 * 24 * time.Hour,
	})
	if err != nil {
		b.Fatal(err)
	}
	background, err := jobs.Start(b.Context(), env, jobs.Settings{Caller: caller})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		app.Close()
		background.Close()
	})
	return app.Handler()
}

func decodeOnly(*testing.B) http.Handler {
	return bareHandler(func(context.Context, store.Kind, []byte, textlink.Event) error { return nil })
}

func bareGroup(b *testing.B) http.Handler { return bareHandler(recordPlainly(benchStore(b))) }

func bareAlone(b *testing.B) http.Handler {
	var one sync.Mutex
	keep := recordPlainly(benchStore(b))
	return bareHandler(func(ctx context.Context, kind store.Kind, body []byte, e textlink.Event) error {
		one.Lock()
		defer one.Unlock()
		return keep(ctx, kind, body, e)
	})
}

func recordPlainly(s *store.Store) func(context.Context, store.Kind, []byte, textlink.Event) error {
	return func(ctx context.Context, kind store.Kind, body []byte, e textlink.Event) error {
		d := store.Delivery{Kind: kind, ArrivedAt: time.Now().UnixMilli(), PhoneNumber: e.PhoneNumber, Body: body}
		r := store.Report{PhoneNumber: e.PhoneNumber, Text: e.Text, TextKey: e.TextKey, Timestamp: e.Timestamp, SIMCardID: e.SIMCardID}
		var err error
		if kind == store.KindReceived {
			_, err = s.RecordReceived(ctx, d, r)
		} else {
			_, err = s.RecordSent(ctx, d, r)
		}
		return err
	}
}

// bareHandler reads, decodes, stores and answers, and does nothing else.
func bareHandler(keep func(context.Context, store.Kind, []byte, textlink.Event) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body bytes.Buffer
		_, err := body.ReadFrom(r.Body)
		kind := store.Kind(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:])
		if err == nil {
			var e textlink.Event
			if e, err = textlink.Decode(textlink.Kind(kind), body.Bytes()); err == nil {
				err = keep(r.Context(), kind, body.Bytes(), e)
			}
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", json)
		_ = encoding.NewEncoder(w).Encode(map[string]bool{"ok": true})
	})
}
