package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tagline/store"
)

// audience is a program with a team whose pages are open. The messages that are posted are numbered, and written by
// some contacts in turn.
type audience struct {
	*measured
	db       string
	sessions []string
	shows    map[string]openPage // what each page shows at first, by path

	mu    sync.Mutex
	posts map[int]*numbered
	next  int
	long  string // what makes the messages longer
}

// numbered is one posted message, with when its frames came.
type numbered struct {
	sent, answered time.Time
	frames         []time.Time
}

// benchContacts is how many contacts write in turn.
const benchContacts = 50

// newAudience starts the program with so many people who may see every message.
func newAudience(b *testing.B, people int) *audience {
	b.Helper()
	s := &audience{db: filepath.Join(b.TempDir(), "live.db"), shows: map[string]openPage{}, posts: map[int]*numbered{}}
	s.sessions = sessions(b, s.db, people, store.User{Role: store.Agent, Subusers: []store.SubuserID{store.Main}})
	// One address may have 1,024 connections; behind a proxy there are many visitors.
	b.Setenv("TAGLINE_TRUSTED_PROXIES", "127.0.0.1,::1")
	s.measured = startProgram(b, s.db)
	for n := range benchContacts {
		if err := s.say(n, "message about to open the conversation"); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

// say posts one message of a contact.
func (s *audience) say(contact int, text string) error {
	body := fmt.Sprintf(`{"phone_number":"+155501%02d","text":%q,"timestamp":%d}`,
		contact, text, time.Now().UnixMilli()+s.posted.Add(1))
	return postBody(http.DefaultClient, strings.TrimSuffix(s.hook, "sent")+"received", body)
}

// sayNumbered posts the next message and notes when.
func (s *audience) sayNumbered() error {
	s.mu.Lock()
	n := s.next
	s.next++
	p := &numbered{sent: time.Now()}
	s.posts[n] = p
	s.mu.Unlock()
	err := s.say(n%benchContacts, fmt.Sprintf("message about as long as what people write to each other, number %d", n)+s.long)
	s.mu.Lock()
	defer s.mu.Unlock()
	p.answered = time.Now()
	return err
}

// open opens the page of the n-th socket, and returns when the server has said something.
func (s *audience) open(n int, path string) *websocket.Conn {
	s.b.Helper()
	s.mu.Lock()
	page, loaded := s.shows[path]
	if !loaded {
		page = openPage{url: "http://" + measuredAddr, path: path, session: s.sessions[0]}
		if err := page.load(); err != nil {
			s.b.Error(err)
		}
		s.shows[path] = page
	}
	s.mu.Unlock()
	page.session = s.sessions[n%len(s.sessions)]
	conn, err := page.connect()
	if err == nil {
		_, _, err = conn.ReadMessage()
	}
	if err != nil {
		s.b.Error(err)
		return nil
	}
	s.b.Cleanup(func() { conn.Close() })
	return conn
}

// openAll opens the pages of so many sockets, eight at a time, and reads what they are sent.
func (s *audience) openAll(sockets int, path func(n int) string) {
	s.b.Helper()
	var all sync.WaitGroup
	for first := range 8 {
		all.Go(func() {
			for n := first; n < sockets; n += 8 {
				conn := s.open(n, path(n))
				if conn == nil {
					return
				}
				go s.read(conn)
			}
		})
	}
	all.Wait()
	if s.b.Failed() {
		s.b.FailNow()
	}
}

// read takes frames until the socket ends, and notes which messages they show.
func (s *audience) read(conn *websocket.Conn) {
	for {
		_, frame, err := conn.ReadMessage()
		if err != nil {
			return
		}
		s.note(frame, time.Now())
	}
}

func (s *audience) note(frame []byte, at time.Time) {
	for {
		_, after, found := bytes.Cut(frame, []byte(", number "))
		if !found {
			return
		}
		end := 0
		for end < len(after) && after[end] >= '0' && after[end] <= '9' {
			end++
		}
		n, _ := strconv.Atoi(string(after[:end]))
		frame = after[end:]
		s.mu.Lock()
		if p := s.posts[n]; p != nil {
			p.frames = append(p.frames, at)
		}
		s.mu.Unlock()
	}
}

// span is what a while of messages at a fixed rate showed.
type span struct {
	posts, deliveries int
	p50, last, after  time.Duration // to the middle frame, to a message's last one, and from the answer to its first
	worst             time.Duration // to the last frame of all
	answer, slowest   time.Duration // to the middle answer, and to the slowest
	cpu               time.Duration
}

// messages posts so many a second, whether those before were answered or not, and waits for their frames: one for each
// socket that shows them.
func (s *audience) messages(rate float64, lasts time.Duration, frames int) span {
	s.b.Helper()
	s.mu.Lock()
	begin := s.next
	s.mu.Unlock()
	used, began := s.cpu(), time.Now()
	var all sync.WaitGroup
	for n := range int(rate * lasts.Seconds()) {
		time.Sleep(time.Until(began.Add(time.Duration(float64(n) / rate * float64(time.Second)))))
		all.Go(func() {
			if err := s.sayNumbered(); err != nil {
				s.b.Error(err)
			}
		})
	}
	all.Wait()
	for wait := time.Now(); !s.delivered(begin, frames); time.Sleep(10 * time.Millisecond) {
		if time.Since(wait) > 20*time.Second {
			s.b.Errorf("not every message reached %d sockets", frames)
			break
		}
	}
	return s.sum(begin, s.cpu()-used)
}

func (s *audience) delivered(begin, frames int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := begin; n < s.next; n++ {
		if len(s.posts[n].frames) < frames {
			return false
		}
	}
	return true
}

func (s *audience) sum(begin int, used time.Duration) span {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all, last, after, answers []time.Duration
	for n := begin; n < s.next; n++ {
		p := s.posts[n]
		answers = append(answers, p.answered.Sub(p.sent))
		slices.SortFunc(p.frames, time.Time.Compare)
		for i, at := range p.frames {
			all = append(all, at.Sub(p.sent))
			if i == 0 {
				after = append(after, at.Sub(p.answered))
			}
			if i == len(p.frames)-1 {
				last = append(last, at.Sub(p.sent))
			}
		}
	}
	r := span{posts: s.next - begin, deliveries: len(all), cpu: used, answer: middle(answers), slowest: slices.Max(answers)}
	if len(all) > 0 {
		r.p50, r.last, r.after, r.worst = middle(all), middle(last), middle(after), slices.Max(all)
	}
	return r
}

// middle is the median.
func middle(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// each is what one delivery cost the program.
func (r span) each() time.Duration { return r.cpu / time.Duration(max(1, r.deliveries)) }

// ms and us write a duration as the tables do.
func ms(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1e3) }
func us(d time.Duration) string { return fmt.Sprintf("%.1f", d.Seconds()*1e6) }

// cpu is what the program has used, by itself and in the system.
func (p *measured) cpu() time.Duration {
	p.b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.cmd.Process.Pid))
	if err != nil {
		p.b.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond // USER_HZ is 100
}

// sockets is how many the program says are open, sent how many frames it has sent.
func (s *audience) sockets() int { return s.metric("tagline_sockets") }
func (s *audience) sent() int    { return s.metric("tagline_frames_total") }

func (s *audience) metric(name string) int {
	resp, err := http.Get("http://" + measuredMetrics + "/metrics")
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	n, _ := strconv.Atoi(string(regexp.MustCompile(`(?m)^` + name + ` (\d+)`).FindSubmatch(body)[1]))
	return n
}
