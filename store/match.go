package store

import (
	"cmp"
	"slices"
	"time"
)

// Which reports are about the same message? TextLink gives no id that is always there, so the answer is a matter of
// rank (TextLink docs, webhooks): a failure belongs to the send with the same custom_id, else the same textlink_id,
// else the same text and timestamp, else the last unfailed one with the same text before the failure: within a minute
// where both are dated. It takes a send after the failure only if nothing else claims that. It must not depend on the
// order in which reports arrive, so match looks at all of them at once and joins the best pairs first. What was written
// here is one more report, the first of its message: the others about it join by custom_id, else by text and time.

// aboutThen is how far the timestamps of a send and its failure may lie apart where nothing but the text ties them
// together.
const aboutThen = time.Minute

// leastMillis is the least timestamp that can be in milliseconds (2001): smaller ones are in another unit, and say
// nothing of a minute.
const leastMillis = 1_000_000_000_000

// sendsFirst is how much later than its failure, by arrival, a send without a certain link to it may stand. TextLink
// reports the send first, but the two can overtake each other on the way.
const sendsFirst = 10 * time.Minute

// hardlyAfter is how much later than its failure a send may be dated and still count as before it: a clock may cut
// seconds off.
const hardlyAfter = time.Second

// The ranks of a link between two reports, best first.
const (
	again = iota // the same send, or the same failure, told twice with more or fewer ids
	byCustomID
	byTextlinkID
	byTime
	byMinute
	byText
	byNearness  // a reply, and what TextLink tells of the same text soon after
	bySendAfter // byMinute or byText, but the send is dated after the failure: rather a later one of the same text
	// a reply, and what TextLink tells of the same text within minutes although it dates that long before or after
	byArrival
	unlinked
)

// link is a pair of reports that may be about the same message.
type link struct {
	a, b  *report // for a send and its failure: the send, the failure
	rank  int
	agree int   // how much else agrees, more is better
	gap   int64 // ms between a send and its failure where only text and time tie them together, less is better
}

// match divides the reports into messages. The result depends on what the reports say, not on their order.
func match(reports []*report, window time.Duration) []conclusion {
	groups := map[*report]*group{}
	for _, r := range reports {
		groups[r] = &group{r}
	}
	for _, l := range links(reports, window) {
		a, b := groups[l.a], groups[l.b]
		if a == b || a.contradicts(b, window) {
			continue
		}
		*a = append(*a, *b...)
		for _, r := range *b {
			groups[r] = a
		}
	}
	var messages []conclusion
	for _, r := range reports {
		if g := groups[r]; (*g)[0] == r {
			messages = append(messages, conclude(*g))
		}
	}
	return messages
}

// group is the reports of one message.
type group []*report

// contradicts tells whether the two groups cannot be one message: a message is written once, sent once and fails once,
// by one SIM card, and nothing is told of it before it is tried. An id that both have says more than a SIM card.
func (g group) contradicts(other *group, window time.Duration) bool {
	certain, routes := false, false
	for _, a := range g {
		for _, b := range *other {
			if differentIDs(a, b) || a.precedes(b) || b.precedes(a) ||
				a.kind == b.kind && linkOf(a, b, window).rank == unlinked {
				return true
			}
			certain = certain || sameID(a, b)
			routes = routes || a.kind != kindReply && b.kind != kindReply && differentRoutes(a, b)
		}
	}
	return routes && !certain
}

// sameID tells whether both reports carry the same id.
func sameID(a, b *report) bool {
	return a.customID != "" && a.customID == b.customID || a.textlinkID != 0 && a.textlinkID == b.textlinkID
}

// links returns the possible pairs, best first.
func links(reports []*report, window time.Duration) []link {
	var all []link
	for i, a := range reports {
		for _, b := range reports[:i] {
			if l := linkOf(a, b, window); l.rank != unlinked {
				all = append(all, l)
			}
		}
	}
	slices.SortFunc(all, compareLinks)
	return all
}

// linkOf ranks what ties two reports together.
func linkOf(a, b *report, window time.Duration) link {
	if a.kind == kindReply || b.kind == kindReply {
		return linkOfReply(a, b)
	}
	if a.kind == KindFailed && b.kind == KindSent || a.kind == b.kind && compareReports(b, a) < 0 {
		a, b = b, a
	}
	l := link{a: a, b: b, rank: unlinked}
	if differentIDs(a, b) || differentRoutes(a, b) && !sameID(a, b) {
		return l
	}
	sharesTime, sharesText := sameTime(a, b), sameText(a, b)
	undated := a.timestamp == nil || b.timestamp == nil
	if a.kind == b.kind {
		if sharesText && (sharesTime || a.timestamp == nil && b.timestamp == nil && within(a, b, window)) {
			l.rank = again
		}
		return l
	}
	switch {
	case a.customID != "" && a.customID == b.customID:
		l.rank = byCustomID
	case a.textlinkID != 0 && a.textlinkID == b.textlinkID:
		l.rank = byTextlinkID
	case sharesText && sharesTime:
		l.rank = byTime
	case sharesText && aboutSameTime(a, b):
		l.rankByTime(byMinute, *a.timestamp-*b.timestamp)
	case sharesText && undated && a.dated() <= b.arrivedAt+sendsFirst.Milliseconds():
		l.rankByTime(byText, a.dated()-b.arrivedAt)
	}
	if sharesTime {
		l.agree += 4
	}
	if sharesText {
		l.agree += 2
	}
	if a.textlinkID != 0 && a.textlinkID == b.textlinkID {
		l.agree++
	}
	return l
}

// rankByTime ranks a send and a failure of the same text. after is how much later the send is, ms; negative if it is
// earlier.
func (l *link) rankByTime(rank int, after int64) {
	l.rank, l.gap = rank, max(after, -after)
	if after > hardlyAfter.Milliseconds() {
		l.rank = bySendAfter
	}
}

// compareLinks orders by rank, then by how much agrees and the gap, then the newest send and the newest failure first,
// and last by content so that nothing is left to chance.
func compareLinks(x, y link) int {
	return cmp.Or(
		cmp.Compare(x.rank, y.rank),
		cmp.Compare(y.agree, x.agree),
		cmp.Compare(x.gap, y.gap),
		cmp.Compare(y.a.dated(), x.a.dated()),
		compareNumbers(x.b.timestamp, y.b.timestamp),
		compareReports(x.a, y.a),
		compareReports(x.b, y.b),
	)
}

// compareReports orders by what the reports say: more ids first, and by arrival only between reports that say the same.
func compareReports(a, b *report) int {
	return cmp.Or(
		cmp.Compare(b.customID, a.customID),
		cmp.Compare(b.textlinkID, a.textlinkID),
		compareNumbers(a.timestamp, b.timestamp),
		slices.Compare(a.textKey, b.textKey),
		compareArrivals(a, b),
		compareNumbers(a.simCardID, b.simCardID),
		compareNumbers(asNumber(a.portal), asNumber(b.portal)),
		cmp.Compare(a.id, b.id),
	)
}

// compareArrivals orders reports without a timestamp by the only time that there is.
func compareArrivals(a, b *report) int {
	if a.timestamp != nil || b.timestamp != nil {
		return 0
	}
	return cmp.Compare(a.arrivedAt, b.arrivedAt)
}

// compareNumbers orders greater numbers first, so later times, and absent ones last.
func compareNumbers(a, b *int64) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return cmp.Compare(*b, *a)
}

func asNumber(b *bool) *int64 {
	if b == nil {
		return nil
	}
	n := int64(0)
	if *b {
		n = 1
	}
	return &n
}
