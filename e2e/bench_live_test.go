package e2e

import (
	"fmt"
	"testing"
	"time"
)

// BenchmarkLive measures the way from a webhook to the frames of open pages on a program of its own, whose clients are
// in this process: how long it takes, what it costs the program, and what open pages hold. A team may see each message.
// Beside it a bare broadcast of as many bytes over as many sockets, by another program. make bench runs it.
func BenchmarkLive(b *testing.B) {
	for _, part := range []struct {
		name    string
		measure func(*testing.B)
	}{
		{"few", measureFew}, {"many", measureMany}, {"unchanged", measureUnchanged}, {"bare", measureBare},
		{"opening", measureOpening}, {"slow", measureSlow}, {"return", measureReturn},
	} {
		b.Run(part.name, func(b *testing.B) {
			for b.Loop() {
				part.measure(b)
			}
		})
	}
}

func measureFew(b *testing.B) {
	heading()
	for _, people := range []int{1, 20, 100} {
		measureLive(b, people, 1, 5, 50)
	}
}

func measureMany(b *testing.B) {
	heading()
	measureLive(b, 100, 500, 10)
	measureLive(b, 100, 2000, 4)
}

func heading() {
	fmt.Printf("\n| people who may see it | sockets | webhooks/s | webhook to frame p50, last p50 ms | answer to first frame p50 ms | " +
		"CPU a delivery µs | memory MB |\n|---|---|---|---|---|---|---|\n")
}

// spanTime is how long messages are posted at one rate.
const spanTime = 10 * time.Second

func inbox(int) string { return "/inbox" }

// measureLive writes a line for each rate, and two where many pages have just been opened.
func measureLive(b *testing.B, people, sockets int, rates ...float64) {
	s := newAudience(b, people)
	defer s.stop()
	s.openAll(sockets, inbox)
	line := func(rate float64, r span, when string) {
		fmt.Printf("| %d | %d%s | %.0f | %s, %s | %s | %s | %.0f |\n", people, sockets, when, rate, ms(r.p50), ms(r.last), ms(r.after),
			us(r.each()), s.memory())
	}
	if sockets > 1 {
		line(rates[0], s.messages(rates[0], spanTime/2, sockets), " just opened")
	}
	s.messages(10, time.Second, sockets)
	for _, rate := range rates {
		line(rate, s.messages(rate, spanTime, sockets), "")
	}
}

// measureUnchanged has webhooks come that change nothing on 2,000 pages, once the first of each contact has come.
func measureUnchanged(b *testing.B) {
	const sockets, rate = 2000, 10
	fmt.Printf("\n| page (%d sockets of 100 people) | webhooks/s | CPU a webhook and page µs | frames a webhook |\n|---|---|---|---|\n", sockets)
	for _, path := range []string{"/inbox?view=failed", "/inbox?subuser=77", "/inbox?tag=Hot", "/settings/preferences"} {
		s := newAudience(b, 100)
		s.messages(rate, benchContacts/rate*time.Second, 0)
		alone := s.messages(rate, spanTime, 0)
		s.openAll(sockets, func(int) string { return path })
		s.messages(rate, benchContacts/rate*time.Second, 0)
		before := s.sent()
		r := s.messages(rate, spanTime, 0)
		fmt.Printf("| %s | %d | %s | %.1f |\n", path, rate, us((r.cpu-alone.cpu)/time.Duration(r.posts*sockets)),
			float64(s.sent()-before)/float64(r.posts))
		s.stop()
	}
}
