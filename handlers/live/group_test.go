package live

import (
	"testing"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

// Pages that were opened one after the other show the same once both were sent the same: it is rendered once then.
func TestPagesThatComeToShowTheSameAreRenderedOnce(t *testing.T) {
	settled, fresh := &shown{warnings: &views.Trouble{}}, &shown{}
	renders := 0
	render := func(was *shown) *rendering {
		renders++
		return &rendering{was: was, shows: &shown{nav: &shownNavigation{}, warnings: &views.Trouble{}}}
	}
	var first, second renderings
	a, b := first.of(settled, render).shows, first.of(fresh, render).shows
	if a != b || renders != 2 {
		t.Errorf("%p and %p after %d renderings", a, b, renders)
	}
	second.of(a, render)
	second.of(b, render)
	if renders != 3 {
		t.Errorf("%d renderings of what two pages show alike, want one", renders-2)
	}
}

// A socket that takes nothing for long catches up on all at once; nobody waits for it.
func TestASlowMemberLeavesItsGroup(t *testing.T) {
	g := &group{members: map[*member]bool{}}
	slow := &member{frames: make(chan *frame, memberFrames)}
	g.members[slow] = true
	for range memberFrames + 1 {
		g.send(slow, &frame{})
	}
	if g.members[slow] {
		t.Error("it is still there")
	}
	for range memberFrames {
		if _, more := <-slow.frames; !more {
			t.Fatal("a frame is lost")
		}
	}
	if _, more := <-slow.frames; more {
		t.Error("it is not told to see for itself")
	}
}

// What is not in a list is known of so many conversations only.
func TestAbsentConversationsAreBounded(t *testing.T) {
	a := absent{}
	for id := range int64(3 * mostAbsent) {
		a.note(&rendering{lackRows: []int64{id}})
	}
	if len(a) > mostAbsent || !a[3*mostAbsent-1] {
		t.Errorf("%d are kept, the last: %v", len(a), a[3*mostAbsent-1])
	}
	if a.note(&rendering{rows: []int64{3*mostAbsent - 1}}); a[3*mostAbsent-1] {
		t.Error("what came back is absent")
	}
}

// Many sockets that are told of something take a while; few take none.
func TestABurstIsCollectedForManySockets(t *testing.T) {
	if web.Pace(1) > time.Millisecond || web.Pace(2000) != 20*time.Millisecond {
		t.Errorf("%v after one, %v after 2,000", web.Pace(1), web.Pace(2000))
	}
}

// A page that nothing changes for long is told how far it is, or it could not catch up after a cut.
func TestAPageThatNothingChangesIsToldHowFarItIs(t *testing.T) {
	g := &group{key: groupKey{me: 1}, members: map[*member]bool{}, view: pageView{page: Page{Kind: OtherPage}}}
	m := &member{frames: make(chan *frame, memberFrames)}
	g.members[m] = true
	for n := range int64(4 * mostSilent) {
		g.show([]store.Change{{Number: n + 1, ConversationID: 1}})
	}
	if n := len(m.frames); n != 3 {
		t.Errorf("told %d times of %d changes", n, 4*mostSilent)
	}
}
