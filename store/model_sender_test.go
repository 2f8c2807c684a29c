package store_test

import (
	"fmt"

	"tagline/store"
)

// send makes an outbound message: the reports about it, in any order, over some time.
func (a *author) send() {
	th := a.thread()
	a.ids++
	sent := fact{kind: store.KindSent, text: pick(a.rng, words), timestamp: a.stamp(), sim: a.rng.Int64N(3)}
	if a.chance(5) {
		sent.timestamp, sent.doubtful = a.ids, true
	}
	switch a.rng.IntN(6) {
	case 0:
		a.byCustomID(th, sent)
	case 1:
		a.byTextlinkID(th, sent)
	case 2:
		a.barely(th, sent)
	default:
		a.plainly(th, sent)
	}
}

// stamp is a timestamp of about now that nothing else has.
func (a *author) stamp() int64 {
	ms := began + a.ms - a.rng.Int64N(3000)
	for a.told[ms] {
		ms--
	}
	a.told[ms] = true
	return ms
}

// dispatch lets the reports about a message come, in any order and some of them later.
func (a *author) dispatch(th thread, reports ...fact) {
	a.rng.Shuffle(len(reports), func(i, j int) { reports[i], reports[j] = reports[j], reports[i] })
	for i, f := range reports {
		o := op{do: telling, thread: th, fact: f}
		if i == 0 || a.chance(30) {
			a.arrive(o)
			a.ms += a.rng.Int64N(300)
		} else {
			a.due = append(a.due, o)
		}
	}
}

// plainly sends what can be told by its time. Some reports are missing, and repeats carry more ids or fewer.
func (a *author) plainly(th thread, sent fact) {
	var reports []fact
	for _, kind := range []store.Kind{store.KindSent, store.KindSent, store.KindFailed, store.KindFailed} {
		f := sent
		f.kind = kind
		if a.chance(40) {
			f.customID = fmt.Sprint("c", a.ids)
		}
		if a.chance(40) {
			f.textlink = a.ids
		}
		if a.chance(20) {
			f.sim = 0
		}
		if a.chance(50) {
			reports = append(reports, f)
		}
	}
	a.dispatch(th, reports...)
}

// byCustomID sends with a custom_id that tells whatever else differs, even from a message like it at the same time.
func (a *author) byCustomID(th thread, sent fact) {
	sent.text, sent.customID = "Custom "+sent.text, fmt.Sprint("x", a.ids)
	failed := a.vaguely(sent)
	if a.chance(30) {
		failed.text = "Custom, cut off"
	}
	reports := []fact{sent, failed}
	if a.chance(30) {
		twin := sent
		twin.customID += " twin"
		reports = append(reports, twin)
	}
	a.dispatch(th, reports[a.rng.IntN(2):]...)
}

func (a *author) byTextlinkID(th thread, sent fact) {
	sent.text, sent.textlink = "Textlink "+sent.text, a.ids
	a.dispatch(th, []fact{sent, a.vaguely(sent)}[a.rng.IntN(2):]...)
}

// vaguely is the failure of a send, perhaps without a time or with one of its own.
func (a *author) vaguely(sent fact) fact {
	failed := sent
	failed.kind = store.KindFailed
	switch a.rng.IntN(3) {
	case 0:
		failed.timestamp, failed.doubtful = 0, false
	case 1:
		failed.timestamp, failed.doubtful = a.stamp(), false
	}
	return failed
}

// seldom is how far apart sends of a bare text are, in ms: enough for a failure not to be taken for that of the next.
const seldom = 11 * minute

// barely sends what only its text tells, and lets up to two such messages fail later.
func (a *author) barely(th thread, sent fact) {
	sent.text = "Bare " + pick(a.rng, words[:3])
	key := bareKey{th, sent.text}
	if last, before := a.bare[key]; before && a.ms < last+seldom {
		return
	}
	if a.chance(30) {
		sent.timestamp, sent.doubtful = 0, false
	}
	a.bare[key] = a.ms
	a.arrive(op{do: telling, thread: th, fact: sent})
	for range a.rng.IntN(3) {
		failed := fact{kind: store.KindFailed, text: sent.text, sim: sent.sim}
		a.due = append(a.due, op{do: telling, thread: th, fact: failed})
	}
}
