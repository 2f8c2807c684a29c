package handlers

import (
	"context"
	"math"
	"slices"

	"github.com/a-h/templ"

	"tagline/store"
	"tagline/views"
)

// What the parts of a page weigh at most, in bytes of HTML as they are sent. A page has 300 KB; the rest is for its
// head, its menus, the composer and what is known of the contact.
const (
	pageWeight     = 280 << 10 // a page with an open thread; a moment that cannot be divided may take some more
	listWeight     = 92 << 10  // rows loaded at once
	threadWeight   = 110 << 10 // a part of a thread
	leastThread    = 24 << 10  // that a heavy page leaves to its thread
	usualWeight    = 150 << 10 // rows and a thread, of which no page is too heavy
	timelineWeight = 24 << 10  // a part of a contact's tag timeline
)

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// weigh is how many bytes something takes in a page. It is rendered to know: an estimate would be wrong as soon as a
// template changes.
func weigh(ctx context.Context, part templ.Component) (int, error) {
	var n counter
	err := part.Render(ctx, &n)
	return int(n), err
}

// fitting is how many of all fit into so many bytes together, at least one, and what these weigh.
func fitting[T any](ctx context.Context, all []T, room int, render func(T) templ.Component) (n, weight int, err error) {
	for i, one := range all {
		w, err := weigh(ctx, render(one))
		if err != nil {
			return 0, 0, err
		}
		if weight+w > room && i > 0 {
			return i, weight, nil
		}
		weight += w
	}
	return len(all), weight, nil
}

// weighed is an item of a thread with its weight.
type weighed struct {
	views.ThreadItem
	weight int
}

// isAside tells whether the item stands among the messages without being one.
func (w weighed) isAside() bool { return w.Kind == views.ChangeItem || w.Kind == views.NoteItem }

// positionOr is where a part can be cut at the item: a message or an aside. At dividers it is the other position.
func (w weighed) positionOr(other store.Position) store.Position {
	switch {
	case w.Kind == views.MessageItem:
		return w.Message.Position()
	case w.isAside():
		return store.Position{At: w.At}
	}
	return other
}

// weighThread weighs what the part of a thread shows. Asides are as heavy as all of their moment, and all but the first
// of them as nothing: a position divides no moment's asides.
func weighThread(ctx context.Context, v views.Viewer, t views.Thread) (items []weighed, err error) {
	moment := 0 // where its first aside is
	for _, item := range views.ThreadItems(v, t) {
		w := weighed{ThreadItem: item}
		if w.weight, err = weigh(ctx, views.ThreadLine(v.Through(t.SIMCards), item)); err != nil {
			return nil, err
		}
		if w.isAside() && len(items) > 0 && items[moment].isAside() && items[moment].At == w.At {
			items[moment].weight += w.weight
			w.weight = 0
		} else {
			moment = len(items)
		}
		items = append(items, w)
	}
	return items, nil
}

// weightOf is what the items weigh together.
func weightOf(items []weighed) (sum int) {
	for _, item := range items {
		sum += item.weight
	}
	return sum
}

// newest is where a thread's part begins whose last items fit into room; the zero Position where all do. One message
// stays in any case.
func newest(items []weighed, room int) store.Position {
	var start store.Position
	for i, item := range slices.Backward(items) {
		need := item.weight
		if item.isAside() && start.At == item.At {
			need = 0 // weighed with what begins the part
		} else if item.ID() != "" {
			need += asidesAt(items[:i], item.At)
		}
		if room < need && start != (store.Position{}) {
			return start
		}
		room -= item.weight
		start = item.positionOr(start)
	}
	return store.Position{}
}

// asidesAt is what the asides of a moment weigh, at the end of items.
func asidesAt(items []weighed, at int64) (weight int) {
	for _, item := range slices.Backward(items) {
		if item.At != at {
			break
		}
		if item.isAside() {
			weight += item.weight
		}
	}
	return weight
}

// oldest is where a thread's part ends whose first items fit into room; the zero Position where all do. One item stays
// in any case.
func oldest(items []weighed, room int) store.Position {
	var end store.Position
	for _, item := range items {
		if room -= item.weight; room < 0 && end != (store.Position{}) {
			return end
		}
		end = item.positionOr(end)
	}
	return store.Position{}
}

// mostAtOnce is how many tag changes, and how many notes, of one millisecond a thread shows. There are more only where
// somebody makes up times; the timeline has them all.
const mostAtOnce = 5

// fewAtOnce leaves out what is more than that, in the order of time.
func fewAtOnce[T any](all []T, at func(T) int64) []T {
	var kept []T
	for i, one := range all {
		if i < mostAtOnce || at(all[i-mostAtOnce]) != at(one) {
			kept = append(kept, one)
		}
	}
	return kept
}

// completeFrom and completeUntil are the first and the last moment of which all is known where there is more before, or
// after, what was read; the outermost if it is the only one.
func completeFrom[T any](all []T, at func(T) int64) int64 {
	i := slices.IndexFunc(all, func(one T) bool { return at(one) > at(all[0]) })
	return at(all[max(i, 0)])
}

func completeUntil[T any](all []T, at func(T) int64) int64 {
	last := at(all[len(all)-1])
	until := int64(math.MinInt64)
	for _, one := range all {
		if at(one) < last {
			until = at(one)
		}
	}
	if until == math.MinInt64 {
		return last
	}
	return until
}

func changeAt(c store.TagChange) int64 { return c.At }

func noteAt(n store.Note) int64 { return n.At }
