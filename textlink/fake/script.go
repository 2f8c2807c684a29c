package fake

import (
	"slices"
	"time"

	"tagline/textlink"
)

// Step is one webhook of the demo: at At, Body is posted to the URL of Kind. The secret is not in it, see Console.Post.
type Step struct {
	At   time.Time
	Kind textlink.Kind
	Body map[string]any
}

// History returns the past six weeks up to now, ascending and never later than now, to be posted at the start without
// waiting. Times of day are those of now's location. All messages carry their time, the received ones too, which
// TextLink's example of a received message does not but its general one does; else all of it would have arrived today.
// Tags are told by received messages for the same reason.
func History(now time.Time) []Step {
	var steps []Step
	tags := map[person]string{}
	for i, b := range beats(now) {
		if b.tag != "" {
			tags[b.with] = b.tag
		}
		steps = append(steps, b.steps(tags[b.with], firstTextlinkID+int64(i), now)...)
	}
	sortByTime(steps)
	return steps
}

// beat is one line of the play at its time.
type beat struct {
	conversation
	at   time.Time
	act  act
	text string // "" for a tag hook
	tag  string // the contact's new tag, if it changes here
}

// beats returns all lines ascending by time; a tag is part of the message that tells it.
func beats(now time.Time) []beat {
	var all []beat
	for _, c := range play() {
		news := ""
		for _, l := range c.lines {
			switch l.act {
			case isTagged:
				news = l.text
			case tagHook:
				all = append(all, beat{c, moment(l.when, now), l.act, "", l.text})
			case theyWrite:
				all = append(all, beat{c, moment(l.when, now), l.act, l.text, news})
				news = ""
			default:
				all = append(all, beat{c, moment(l.when, now), l.act, l.text, ""})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b beat) int { return a.at.Compare(b.at) })
	return all
}

// failsAfter is how long it takes until TextLink reports that a message failed.
const failsAfter = 20 * time.Second

// steps are the webhooks that a beat leads to, none of them later than now.
func (b beat) steps(tag string, textlinkID int64, now time.Time) []Step {
	switch b.act {
	case theyWrite:
		return []Step{receivedStep(b.conversation, b.at, b.text, tag)}
	case tagHook:
		return []Step{tagStep(b.conversation, b.at, b.tag)}
	case weFail:
		failed := b.at.Add(failsAfter)
		if failed.After(now) {
			failed = now
		}
		return []Step{sentStep(b.conversation, b.at, b.text, true),
			failedStep(b.conversation, b.at, failed, b.text, textlinkID)}
	default:
		return []Step{sentStep(b.conversation, b.at, b.text, b.act == weWrite)}
	}
}

func sortByTime(steps []Step) {
	slices.SortStableFunc(steps, func(a, b Step) int { return a.At.Compare(b.At) })
}
