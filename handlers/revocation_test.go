package handlers_test

import (
	"crypto/rand"
	"crypto/sha256"
	stdjson "encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"tagline/store"
	"tagline/web"
)

// listening is an open page's socket as a test sees it.
type listening struct {
	*websocket.Conn
	t testing.TB
}

// frame is what the page is sent.
type frame struct {
	Change  int64
	View    int
	Content string
	Stale   bool
	More    bool // the content goes on in the next one
}

// listen opens the socket of a page as it was rendered at the change.
func (s *site) listen(client *http.Client, page string, change int64) *listening {
	s.t.Helper()
	l, err := s.dial(client, page, change)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { l.Close() })
	return l
}

// dial is listen where the server may refuse.
func (s *site) dial(client *http.Client, page string, change int64) (*listening, error) {
	screen, _ := stdjson.Marshal(map[string]any{"page": page, "change": change})
	dialer := websocket.Dialer{Jar: client.Jar}
	conn, resp, err := dialer.Dial("ws"+strings.TrimPrefix(s.URL, "http")+"/live?screen="+url.QueryEscape(string(screen)), http.Header{"Origin": {s.URL}})
	if resp != nil && err != nil {
		err = fmt.Errorf("%w: %s", err, resp.Status)
	}
	return &listening{conn, s.t}, err
}

// now is the number of the latest change.
func (s *site) now() int64 {
	s.t.Helper()
	n, err := s.store.ChangeNumber(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// next returns the next frame with its whole content, or how the socket was closed.
func (l *listening) next() (f frame, err error) {
	_ = l.SetReadDeadline(time.Now().Add(20 * time.Second))
	content := ""
	for f.More = true; f.More && err == nil; content += f.Content {
		var data []byte
		f = frame{}
		if _, data, err = l.ReadMessage(); err == nil {
			err = stdjson.Unmarshal(data, &f)
		}
	}
	f.Content = content
	return f, err
}

// await reads until a frame holds the words.
func (l *listening) await(words string) frame {
	l.t.Helper()
	for {
		f, err := l.next()
		if err != nil {
			l.t.Fatalf("waiting for %q: %v", words, err)
		}
		if strings.Contains(f.Content, words) {
			return f
		}
	}
}

func (s *site) text(subuser, number int, text string) {
	s.t.Helper()
	body := fmt.Sprintf(`{"phone_number":"+1555%07d","subuser_id":%d,"text":%q,"timestamp":%d}`, number, subuser, text, time.Now().UnixMilli())
	if status, answer := s.post(s.token+"/received", "application/json", body); status != http.StatusOK {
		s.t.Fatalf("answered %d: %s", status, answer)
	}
}

func TestSigningOutClosesTheSessionsSocketsAndNoOther(t *testing.T) {
	s := newSite(t, "")
	here := s.person("anna", store.Admin)
	there := s.signIn("anna")
	first, second := s.listen(here, "/inbox", s.now()), s.listen(there, "/inbox", s.now())
	began := time.Now()
	s.fetch(here, http.MethodPost, "/logout")
	for {
		if _, err := first.next(); websocket.IsCloseError(err, 4401) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
	s.text(6, 1, "still here")
	second.await("still here")
}

func TestASignedOutBrowserThatDoesNotReadIsCutOffSoon(t *testing.T) {
	s := newSite(t, "")
	client := s.person("anna", store.Admin)
	l := s.listen(client, "/inbox", s.now())
	_ = l.NetConn() // nothing is read from it until the server has given up
	text := strings.Repeat("long ", 100)
	for i := range 3000 { // more than the buffers of a connection hold
		s.text(6, i, text)
	}
	s.fetch(client, http.MethodPost, "/logout")
	var last error
	for last == nil {
		_, last = l.next()
	}
	if strings.Contains(last.Error(), "timeout") {
		t.Errorf("the socket ended with %v", last)
	}
}

// storm tells whether a storm blows at full size (make storm), which is too long for every day.
func storm() bool { return os.Getenv("TAGLINE_STORM") != "" }

// enter returns a client with a session of somebody who is there, without a password: hashing many takes long.
func (s *site) enter(user int64) (client *http.Client, sum []byte) {
	s.t.Helper()
	client, sum, err := s.tryEnter(user)
	if err != nil {
		s.t.Fatal(err)
	}
	return client, sum
}

// tryEnter is enter where the person may not be let in.
func (s *site) tryEnter(user int64) (client *http.Client, sum []byte, err error) {
	id := strings.Repeat("x", 43-26) + rand.Text()
	digest := sha256.Sum256([]byte(id))
	client = s.anonymous()
	address, _ := url.Parse(s.URL)
	client.Jar.SetCookies(address, []*http.Cookie{{Name: "tagline", Value: id}})
	return client, digest[:], s.store.CreateSession(s.t.Context(), digest[:], user, false, time.Now().Add(time.Hour))
}

// shown is one socket, with the frames that it was sent and when its session ended.
type shown struct {
	*listening
	sum    []byte
	frames []frame
	code   int
	ended  time.Time
	over   int64 // the change that ended the session
	cut    time.Time
}

// numbers are those of the changes that brought the messages, by text.
func (s *site) numbers() map[string]int64 {
	s.t.Helper()
	list, _, err := s.store.Conversations(s.t.Context(), store.Everything, 0, store.Filter{}, store.Position{}, 100)
	if err != nil {
		s.t.Fatal(err)
	}
	numbers := map[string]int64{}
	for _, c := range list {
		messages, err := s.store.MessagesFrom(s.t.Context(), store.Everything, c.ID, store.Position{})
		if err != nil {
			s.t.Fatal(err)
		}
		for _, m := range messages {
			numbers[m.Text] = m.ID
		}
	}
	return numbers
}

// Messages race with the ends of sessions. Whatever a socket is sent must have been there before its session ended.
func TestNoFrameShowsWhatCameAfterTheSessionEnded(t *testing.T) {
	messages, people := 400, 3
	if storm() {
		messages, people = 10_000, 50
	}
	s := newSite(t, "")
	var all []*shown
	for n := range people {
		user, err := s.store.CreateUser(t.Context(), store.User{Name: fmt.Sprint("person", n), Role: store.Agent, Subusers: []store.SubuserID{7}}, "")
		if err != nil {
			t.Fatal(err)
		}
		for range web.SocketsEach {
			client, sum := s.enter(user.ID)
			all = append(all, &shown{listening: s.listen(client, "/inbox", s.now()), sum: sum})
		}
	}
	var readers, writers sync.WaitGroup
	for _, one := range all {
		readers.Go(func() {
			for {
				f, err := one.next()
				if err != nil {
					if closed, ok := errors.AsType[*websocket.CloseError](err); ok {
						one.code = closed.Code
					}
					one.cut = time.Now()
					return
				}
				one.frames = append(one.frames, f)
			}
		})
	}
	for writer := range 4 {
		writers.Go(func() {
			for n := writer; n < messages; n += 4 {
				s.text(7, n%50, fmt.Sprintf("message %d.", n))
			}
		})
	}
	writers.Go(func() {
		for _, one := range all {
			before := s.now()
			if err := s.store.DeleteSession(t.Context(), one.sum); err != nil {
				t.Error(err)
			}
			one.ended = time.Now()
			changes, err := s.store.ChangesSince(t.Context(), before, 10_000)
			if err != nil {
				t.Error(err)
			}
			for _, c := range changes {
				if c.ConversationID+c.ContactID+c.DeliveryID == 0 {
					one.over = c.Number
				}
			}
		}
	})
	writers.Wait()
	readers.Wait()

	numbers := s.numbers()
	frames, late := 0, time.Duration(0)
	for _, one := range all {
		if one.code != 4401 {
			t.Errorf("a socket ended with %d", one.code)
		}
		late = max(late, one.cut.Sub(one.ended))
		for _, f := range one.frames {
			frames++
			if f.Change > one.over {
				t.Errorf("a frame of change %d, the session ended with %d", f.Change, one.over)
			}
			for _, text := range regexp.MustCompile(`message \d+\.`).FindAllString(f.Content, -1) {
				if numbers[text] > one.over {
					t.Errorf("“%s” came with change %d, the session ended with %d", text, numbers[text], one.over)
				}
			}
		}
	}
	if late > time.Second {
		t.Errorf("a socket was closed %v after its session", late)
	}
	t.Logf("%d messages, %d sessions, %d frames; the last socket was closed %v after its session", messages, len(all), frames, late)
}
