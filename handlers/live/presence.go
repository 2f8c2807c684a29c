package live

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"tagline/views"
)

// presence knows in front of whom each conversation is open, and who writes in it. It is kept nowhere: pages say so
// anew when they come back.
type presence struct {
	mu   sync.Mutex
	open map[int64]map[*pageSession]views.Present // by conversation
}

func newPresence() *presence {
	return &presence{open: map[int64]map[*pageSession]views.Present{}}
}

// move notes that the conversation is what the socket's page shows now, 0 for none, and tells the others who have it
// open, and those who have the one open that it showed before.
func (p *presence) move(l *pageSession, conversation int64, who views.Present) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before, was := p.open[l.room][l]
	if was && l.room == conversation && before == who {
		return
	}
	if was {
		delete(p.open[l.room], l)
		p.tell(l.room)
	}
	if l.room = conversation; conversation == 0 {
		return
	}
	p.tell(conversation)
	if p.open[conversation] == nil {
		p.open[conversation] = map[*pageSession]views.Present{}
	}
	p.open[conversation][l] = who
}

// tell wakes the sockets whose pages show the conversation.
func (p *presence) tell(conversation int64) {
	sockets := p.open[conversation]
	if len(sockets) == 0 {
		delete(p.open, conversation)
	}
	for l := range sockets {
		select {
		case l.moved <- struct{}{}:
		default: // it was woken and has not looked yet
		}
	}
}

// others are the people besides me who have the conversation open, each once, by name.
func (p *presence) others(conversation, me int64) []views.Present {
	p.mu.Lock()
	defer p.mu.Unlock()
	people := map[int64]views.Present{}
	for _, who := range p.open[conversation] {
		if who.UserID == me {
			continue
		}
		who.Writing = who.Writing || people[who.UserID].Writing
		people[who.UserID] = who
	}
	return slices.SortedFunc(maps.Values(people), func(a, b views.Present) int {
		return strings.Compare(a.Name, b.Name)
	})
}
