package e2e

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	neturl "net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// floodTime is how long sign-ins flood the program; TAGLINE_FLOOD says another time.
func floodTime(b *testing.B) time.Duration {
	b.Helper()
	said := os.Getenv("TAGLINE_FLOOD")
	if said == "" {
		return 5 * time.Second
	}
	d, err := time.ParseDuration(said)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

// BenchmarkSignInFlood measures webhooks of the built program while 200 clients try wrong passwords all the time, each
// from another network and as somebody else, so that no limit helps; beside the same without them. make bench runs it.
func BenchmarkSignInFlood(b *testing.B) {
	b.Setenv("TAGLINE_TRUSTED_PROXIES", "127.0.0.1,::1")
	for b.Loop() {
		p := startProgram(b, filepath.Join(b.TempDir(), "tagline.db"))
		fmt.Printf("\n4 connections, nobody signs in: %s\n", p.load(4, floodTime(b)))
		end := make(chan struct{})
		said := p.flood(200, end)
		fmt.Printf("4 connections, 200 wrong sign-ins at once: %s\n", p.load(4, floodTime(b)))
		close(end)
		fmt.Printf("sign-ins by what they were answered: %v\n", said())
		p.stop()
	}
}

// flood tries to sign in until end. What it returns waits for the clients and says how often they were answered what.
func (p *measured) flood(clients int, end <-chan struct{}) func() map[int]int {
	p.b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	answers, mu, all := map[int]int{}, sync.Mutex{}, sync.WaitGroup{}
	login, _, _ := strings.Cut(p.hook, "/webhooks/")
	for range clients {
		all.Go(func() {
			for {
				select {
				case <-end:
					return
				default:
				}
				status := guess(client, login+"/login")
				mu.Lock()
				answers[status]++
				mu.Unlock()
			}
		})
	}
	return func() map[int]int {
		all.Wait()
		client.CloseIdleConnections()
		return answers
	}
}

// guess tries a password as anybody from anywhere, and returns the answer's status, 0 for none.
func guess(client *http.Client, login string) int {
	form := neturl.Values{"username": {fmt.Sprint("somebody ", rand.Uint64())}, "password": {"wrong"}}
	req, err := http.NewRequest(http.MethodPost, login, strings.NewReader(form.Encode()))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Forwarded-For", fmt.Sprintf("2001:db8:%x:%x::1", rand.Uint32()&0xffff, rand.Uint32()&0xffff))
	resp, err := client.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}
