package handlers_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"tagline/store"
)

// glance is one session with an open page, from one permission to the next.
type glance struct {
	*listening
	sees7  bool // what the permission was
	frames []frame
	over   int64 // the change that ended it
	done   chan struct{}
}

// watchAs opens a page in a session of its own.
func (s *site) watchAs(client *http.Client, page string, change int64, sees7 bool) *glance {
	g := &glance{listening: s.listen(client, page, change), sees7: sees7, done: make(chan struct{})}
	go func() {
		defer close(g.done)
		for {
			f, err := g.next()
			if err != nil {
				return
			}
			g.frames = append(g.frames, f)
		}
	}()
	return g
}

// Messages race with changes of what people may see. No frame holds what its person may not see at that moment: nothing
// that came after a permission ended, and nothing at all of a subuser that is not theirs, also where the page resumes
// from when it was.
func TestNoFrameShowsWhatAPermissionTookAway(t *testing.T) {
	messages, permissions := 400, 50
	if storm() {
		messages, permissions = 10_000, 1000
	}
	s := newSite(t, "")
	s.person("anna", store.Admin) // somebody must be
	s.text(6, 6, "six begins.")
	s.text(7, 7, "seven begins.")
	var people []store.User
	for n := range 5 {
		user, err := s.store.CreateUser(t.Context(), store.User{Name: fmt.Sprint("person", n), Role: store.Agent, Subusers: []store.SubuserID{6, 7}}, "")
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, user)
	}
	var writers sync.WaitGroup
	posted := make(chan struct{}) // closed when the last message was
	for writer := range 4 {
		writers.Go(func() {
			for n := writer; n < messages; n += 4 {
				s.text(6+n/4%2, 6+n/4%20, fmt.Sprintf("%s %d.", []string{"six", "seven"}[n/4%2], n))
			}
		})
	}
	go func() { writers.Wait(); close(posted) }()

	open := map[int64][]*glance{}
	var all []*glance
	began := s.now()
	for n := range permissions {
		person := &people[n%len(people)]
		before := s.now()
		s.permit(person, n/len(people))
		over := s.ended(before)
		for _, g := range open[person.ID] {
			g.over = over
		}
		open[person.ID] = nil
		if person.Disabled {
			continue
		}
		for i, page := range []string{"/inbox", "/conversations/2", "/conversations/2"} {
			change := before
			if i == 2 {
				change = max(began, before-200) // as a page that was open long ago
			}
			client, _ := s.enter(person.ID)
			g := s.watchAs(client, page, change, len(person.Subusers) > 1)
			open[person.ID], all = append(open[person.ID], g), append(all, g)
		}
	}
	<-posted
	s.close()
	numbers, anyText := s.numbers(), regexp.MustCompile(`(six|seven) \d+\.`)
	frames, sevens := 0, 0
	for n, g := range all {
		<-g.done
		for _, f := range g.frames {
			frames++
			seven := strings.Contains(f.Content, "seven ")
			if seven && !g.sees7 {
				t.Errorf("session %d was shown %.300s", n, f.Content)
			}
			if seven {
				sevens++
			}
			if g.over != 0 && f.Change > g.over {
				t.Errorf("session %d was sent change %d, it ended with %d", n, f.Change, g.over)
			}
			for _, text := range anyText.FindAllString(f.Content, -1) {
				if g.over != 0 && numbers[text] > g.over {
					t.Errorf("session %d was shown “%s” of change %d, it ended with %d", n, text, numbers[text], g.over)
				}
			}
		}
	}
	if sevens == 0 {
		t.Error("nobody was shown anything that could be taken away")
	}
	t.Logf("%d messages, %d permissions, %d sessions, %d frames, %d of them about what not everybody may see", messages, permissions, len(all), frames, sevens)
}

// permit changes what a person may see, in one of the ways there are.
func (s *site) permit(person *store.User, turn int) {
	s.t.Helper()
	var err error
	switch turn % 5 {
	case 0, 2:
		person.Subusers = []store.SubuserID{6}
		err = s.store.SetAccess(s.t.Context(), *person)
	case 1:
		person.Subusers = []store.SubuserID{6, 7}
		err = s.store.SetAccess(s.t.Context(), *person)
	case 3:
		person.Disabled = true
		err = s.store.Disable(s.t.Context(), person.ID)
	case 4:
		if err = s.store.Enable(s.t.Context(), person.ID); err == nil {
			person.Disabled, person.Subusers, person.ReadOnly = false, []store.SubuserID{6, 7}, !person.ReadOnly
			err = s.store.SetAccess(s.t.Context(), *person)
		}
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// ended is the first change after the number that is about people and nothing else.
func (s *site) ended(before int64) (over int64) {
	s.t.Helper()
	changes, err := s.store.ChangesSince(s.t.Context(), before, 10_000)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range changes {
		if c.ConversationID+c.ContactID+c.DeliveryID == 0 && over == 0 {
			over = c.Number
		}
	}
	return over
}
