package store_test

import (
	"math/rand/v2"
	"slices"
	"time"

	"tagline/store"
)

// author makes up operations. It keeps to stories for which TextLink's rules have one answer:
//   - plain texts are sent with a timestamp of their own, and fail with the same one; any report may lack the ids;
//   - texts that begin with "Custom" or "Textlink" carry that id in every report, whatever else they lack;
//   - texts that begin with "Bare" may lack timestamps and ids altogether, but are sent so seldom that the newest send is
//     the one that failed.
type author struct {
	rng   *rand.Rand
	ms    int64
	ops   []op
	due   []op // webhooks on their way
	again []op // webhooks that may come again at any time
	ids   int64
	told  map[int64]bool    // timestamps that were given out
	bare  map[bareKey]int64 // when a bare text was last told of
}

type bareKey struct {
	thread
	text string
}

var (
	subusers = []store.SubuserID{store.Main, 6, 7}
	numbers  = []string{"+15550100", "+15550101", "+15550102", "+381690156360", "72645", "ParcelBox"}
	words    = []string{"ok", "ok ", "On my way", "Čekam vas u 3 🙂", "é", "é", "Call me\nback", ""}
	labels   = []string{"Cold", "Warm", "Hot", "cold"}
	names    = []string{"Mira Novak", "Mira", "M. Novak"}
)

const (
	minute = int64(time.Minute / time.Millisecond)
	hour   = 60 * minute
)

// began is when the model's operations begin, Unix ms.
var began = newClock().ms.Load()

func pick[T any](rng *rand.Rand, from []T) T { return from[rng.IntN(len(from))] }

// chance is true in n of 100 cases.
func (a *author) chance(n int) bool { return a.rng.IntN(100) < n }

// write returns the operations of a seed.
func write(seed uint64, length int) []op {
	a := &author{rng: rand.New(rand.NewPCG(seed, 2)), told: map[int64]bool{}, bare: map[bareKey]int64{}}
	for _, person := range []string{"anna", "piet", "ida", "olga"} {
		a.add(op{do: joining, person: person})
	}
	for len(a.ops) < length {
		a.advance()
		if len(a.due) > 0 && a.chance(30) {
			i := a.rng.IntN(len(a.due))
			o := a.due[i]
			a.due = slices.Delete(a.due, i, i+1)
			a.arrive(o)
			continue
		}
		a.something()
	}
	return a.ops[:length]
}

func (a *author) advance() {
	switch n := a.rng.IntN(100); {
	case n < 40:
		a.ms += a.rng.Int64N(1500)
	case n < 75:
		a.ms += a.rng.Int64N(6500)
	case n < 80:
		a.ms += window
	case n < 85:
		a.ms += window + 1
	case n < 95:
		a.ms += a.rng.Int64N(2 * minute)
	default:
		a.ms += a.rng.Int64N(2 * hour)
	}
}

func (a *author) add(o op) {
	o.ms = a.ms
	a.ops = append(a.ops, o)
}

func (a *author) thread() thread { return thread{pick(a.rng, subusers), pick(a.rng, numbers)} }

func (a *author) person() string {
	return pick(a.rng, []string{"anna", "anna", "piet", "piet", "ida", "olga", "tim"})
}

func (a *author) something() {
	switch n := a.rng.IntN(1000); {
	case n < 220:
		a.receive()
	case n < 380:
		a.send()
	case n < 460 && len(a.again) > 0:
		a.add(pick(a.rng, a.again))
	case n < 510:
		a.add(op{do: telling, thread: a.thread(), fact: fact{kind: store.KindTag, name: a.name(40), tag: pick(a.rng, append(labels, ""))}})
	case n < 580:
		a.add(op{do: reading, thread: a.thread(), person: a.person()})
	case n < 592:
		a.add(op{do: snoozing, thread: a.thread(), person: a.person(), until: a.ms + a.rng.Int64N(2*hour)})
	case n < 600:
		a.add(op{do: waking})
	case n < 630:
		a.add(op{do: closing, thread: a.thread(), person: a.person()})
	case n < 645:
		a.add(op{do: reopening, thread: a.thread(), person: a.person()})
	case n < 665:
		a.add(op{do: unreading, thread: a.thread(), person: a.person()})
	case n < 685:
		a.add(op{do: assigning, thread: a.thread(), person: a.person(), assignee: pick(a.rng, []string{"", "anna", "piet", "ida", "olga", "tim"})})
	case n < 750:
		a.add(op{do: paging, thread: a.thread(), person: a.person(), limit: 1 + a.rng.IntN(9)})
	case n < 880:
		a.add(op{do: listing, person: a.person(), filter: a.filter(), limit: 1 + a.rng.IntN(9)})
	case n < 940:
		a.add(op{do: counting, person: a.person()})
	case n < 985:
		a.add(op{do: profiling, thread: a.thread(), person: a.person()})
	case n < 995:
		a.add(op{do: resuming, limit: a.rng.IntN(30)})
	case n < 999:
		a.add(op{do: exporting})
	default:
		a.add(op{do: joining, person: "tim"})
	}
}

func (a *author) filter() store.Filter {
	f := store.Filter{View: pick(a.rng, []store.View{store.ViewInbox, store.ViewUnread, store.ViewUnanswered, store.ViewFailed, store.ViewDone, store.ViewMine, store.ViewSnoozed})}
	for _, id := range subusers {
		if a.chance(20) {
			f.Subusers = append(f.Subusers, id)
		}
	}
	for _, tag := range append(labels, "") {
		if a.chance(20) {
			f.Tags = append(f.Tags, tag)
		}
	}
	for sim := range int64(4) {
		if a.chance(8) {
			f.SIMCards = append(f.SIMCards, sim+1)
		}
	}
	if a.chance(30) {
		f.Sort = pick(a.rng, []store.Sort{store.SortNewest, store.SortOldest, store.SortWaiting})
	}
	if a.chance(10) {
		f.From = time.UnixMilli(began).UTC().Format("2006-01-02")
	}
	if a.chance(10) {
		f.Until = time.UnixMilli(began + a.ms).UTC().Format("2006-01-02")
	}
	return f
}

func (a *author) name(percent int) string {
	if !a.chance(percent) {
		return ""
	}
	return pick(a.rng, names)
}

// arrive lets a webhook come, now and then twice.
func (a *author) arrive(o op) {
	a.add(o)
	key := bareKey{o.thread, o.fact.text}
	_, bare := a.bare[key]
	if bare {
		a.bare[key] = a.ms
	}
	if a.chance(15) {
		a.ms += pick(a.rng, []int64{0, 1000, 2500})
		a.add(o)
	}
	if o.fact.timestamp != 0 && !bare {
		a.again = append(a.again, o)
	}
}

// receive makes an inbound message.
func (a *author) receive() {
	f := fact{kind: store.KindReceived, text: pick(a.rng, words), name: a.name(30)}
	if a.chance(30) {
		f.tag = pick(a.rng, labels)
	}
	switch n := a.rng.IntN(10); {
	case n < 5:
		f.timestamp = began + a.ms - a.rng.Int64N(3000)
	case n < 6:
		f.timestamp = began + a.ms - a.rng.Int64N(5*hour)
	case n < 7:
		f.timestamp, f.doubtful = (began+a.ms)/1000, true
	}
	if f.timestamp != 0 && !f.doubtful {
		f.name = "" // whether an old message tells news of the name is open
	}
	if a.chance(60) {
		f.sim = a.rng.Int64N(3)
	}
	o := op{do: telling, thread: a.thread(), fact: f}
	a.add(o)
	for a.chance(15) {
		a.ms += pick(a.rng, []int64{0, 2500, window, window + 1})
		twin := o
		if a.chance(50) { // the same words through another SIM card, or through nobody knows which
			twin.fact.sim = a.rng.Int64N(3)
		}
		a.add(twin)
	}
	if f.timestamp != 0 {
		a.again = append(a.again, o)
	}
}
