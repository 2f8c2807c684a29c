package store_test

import (
	"cmp"
	"slices"

	"tagline/store"
)

// sendings puts together which reports are about the same outbound message.
func sendings(reports []event) []saying {
	var sends, failures [][]event
	for _, e := range reports {
		if e.fact.kind == store.KindSent {
			sends = gather(sends, e)
		} else {
			failures = gather(failures, e)
		}
	}
	failed := make([][]event, len(sends))
	var all []saying
	var uncertain [][]event
	for _, f := range failures {
		if i := certainSend(f, sends); i >= 0 {
			failed[i] = f
		} else {
			uncertain = append(uncertain, f)
		}
	}
	var left [][]event
	for _, f := range failNearest(uncertain, sends, failed, false) {
		if i := undatedSend(f, sends, failed); i >= 0 {
			failed[i] = f
		} else {
			left = append(left, f)
		}
	}
	for _, f := range failNearest(left, sends, failed, true) {
		all = append(all, said(nil, f, store.Out))
	}
	for i, s := range sends {
		all = append(all, said(s, failed[i], store.Out))
	}
	return all
}

// gather adds a report to those that tell the same thing with more or fewer ids.
func gather(groups [][]event, e event) [][]event {
	for i, g := range groups {
		if !slices.ContainsFunc(g, func(other event) bool { return !tellsTheSame(e.fact, other.fact) }) {
			groups[i] = append(g, e)
			return groups
		}
	}
	return append(groups, []event{e})
}

func tellsTheSame(a, b fact) bool {
	return a.text == b.text && a.timestamp != 0 && a.timestamp == b.timestamp && !contradict(a, b)
}

// contradict tells whether both carry a field that tells messages apart, and it differs.
func contradict(a, b fact) bool {
	return contradictIDs(a, b) || a.sim != 0 && b.sim != 0 && a.sim != b.sim
}

func contradictIDs(a, b fact) bool {
	return a.customID != "" && b.customID != "" && a.customID != b.customID || a.textlink != 0 && b.textlink != 0 && a.textlink != b.textlink
}

// certainSend finds the send that a failure is certainly about: by custom_id, else textlink_id, else text and
// timestamp. -1 is none.
func certainSend(failure []event, sends [][]event) int {
	for _, rule := range []func(s, f fact) bool{
		func(s, f fact) bool { return s.customID != "" && s.customID == f.customID },
		func(s, f fact) bool { return s.textlink != 0 && s.textlink == f.textlink },
		tellsTheSame,
	} {
		for i, send := range sends {
			if anyPair(send, failure, rule) {
				return i
			}
		}
	}
	return -1
}

// failNearest puts together sends that have not failed and failures with their text within a minute, those that are
// least apart first. A send comes before its failure; afterwards says to take the sends that are dated more than a
// second later. It returns the failures that are left.
func failNearest(failures, sends, failed [][]event, afterwards bool) [][]event {
	for {
		best, nearest := [2]int{-1, -1}, [3]int64{}
		for n, f := range failures {
			for i, s := range sends {
				after := s[0].fact.timestamp - f[0].fact.timestamp
				may := failed[i] == nil && s[0].inMillis() && f[0].inMillis() && f[0].fact.text == s[0].fact.text &&
					max(after, -after) <= minute && (after > 1000) == afterwards && !anyPair(s, f, contradict)
				order := [3]int64{max(after, -after), -s[0].fact.timestamp, -f[0].fact.timestamp}
				if may && (best[0] < 0 || slices.Compare(order[:], nearest[:]) < 0) {
					best, nearest = [2]int{n, i}, order
				}
			}
		}
		if best[0] < 0 {
			return failures
		}
		failed[best[1]] = failures[best[0]]
		failures = slices.Delete(slices.Clone(failures), best[0], best[0]+1)
	}
}

// undatedSend finds the newest unfailed send with the text that was there before the failure, where one of them names
// no time; not one with another id. -1 is none.
func undatedSend(failure []event, sends, failed [][]event) int {
	newest := -1
	for i, send := range sends {
		f, s := failure[0], send[0]
		undated := f.fact.timestamp == 0 || s.fact.timestamp == 0
		may := f.fact.text == s.fact.text && undated && !contradict(f.fact, s.fact) && s.place < f.place && failed[i] == nil
		if may && (newest < 0 || s.at() >= sends[newest][0].at()) {
			newest = i
		}
	}
	return newest
}

// inMillis tells whether the event names a time that can be one in milliseconds, rather than a small number.
func (e event) inMillis() bool { return e.fact.timestamp >= 1e12 }

func anyPair(sends, failures []event, rule func(s, f fact) bool) bool {
	for _, s := range sends {
		for _, f := range failures {
			if rule(s.fact, f.fact) {
				return true
			}
		}
	}
	return false
}

// at is when the message was sent: its timestamp, or its arrival where that is absent or can't be true.
func (e event) at() int64 {
	if e.fact.timestamp == 0 || e.fact.doubtful {
		return e.arrived
	}
	return e.fact.timestamp
}

// said makes the message of its reports.
func said(first, failures []event, direction store.Direction) saying {
	all := append(slices.Clone(first), failures...)
	m := saying{id: all[0].id, direction: direction, text: all[0].fact.text, timestamp: all[0].fact.timestamp, doubtful: all[0].fact.doubtful, arrived: all[0].arrived, atHome: true}
	m.state = store.Sent
	if direction == store.In {
		m.state = store.Received
	}
	for _, e := range all {
		m.id, m.arrived = min(m.id, e.id), min(m.arrived, e.arrived)
		m.customID, m.textlink, m.sim = cmp.Or(m.customID, e.fact.customID), cmp.Or(m.textlink, e.fact.textlink), cmp.Or(m.sim, e.fact.sim)
	}
	if len(failures) > 0 {
		m.state, m.failedAt, m.openFailure = store.Failed, failures[0].arrived, true
		if m.timestamp == 0 {
			m.timestamp, m.doubtful = failures[0].fact.timestamp, failures[0].fact.doubtful
		}
	}
	if m.at = min(m.timestamp, m.arrived); m.timestamp == 0 || m.doubtful {
		m.at = m.arrived
	}
	return m
}
