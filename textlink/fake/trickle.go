package fake

import (
	"fmt"
	"math/rand/v2"
	"time"
)

// Every so many turns something other than a question and its answer happens. No two of the numbers have a common
// divisor, so that in the long run everything meets everything.
const (
	strangerEvery   = 11
	unansweredEvery = 3
	failureEvery    = 7
	tagChangeEvery  = 5
)

// tagCycle is the order in which tags follow each other in live traffic.
var tagCycle = [...]string{"Cold", "Warm", "Hot", "VIP"}

// Trickle returns what happens at one turn of the live demo, ascending: a message comes in now, most are answered
// within half a minute, now and then the answer fails, or the contact's tag changes. The steps are due at their At,
// their timestamps say the same. Turns count from 0; the turn decides what happens, rng only how long it takes. No tags
// come with messages here, so that nobody's own change is undone. Nobody writes the same twice: once all is told there
// are no more steps.
func Trickle(rng *rand.Rand, now time.Time, turn int) []Step {
	e, told := scene(turn)
	if !told {
		return nil
	}
	steps := []Step{receivedStep(e.conversation(), now, e.question, "")}
	at := now.Add(seconds(rng, 4, 15))
	if turn%unansweredEvery != unansweredEvery-1 {
		steps = append(steps, sentStep(e.conversation(), at, e.answer, true))
		if turn%failureEvery == failureEvery-1 {
			sent := at
			at = at.Add(seconds(rng, 2, 6))
			steps = append(steps, failedStep(e.conversation(), sent, at, e.answer, liveTextlinkID+int64(turn)))
		}
		at = at.Add(seconds(rng, 1, 5))
	}
	if turn%tagChangeEvery == tagChangeEvery-1 {
		steps = append(steps, tagChange(now, at, turn/tagChangeEvery))
	}
	return steps
}

// liveTextlinkID is far above what History uses.
const liveTextlinkID = firstTextlinkID + 100_000

func seconds(rng *rand.Rand, least, most int) time.Duration {
	return time.Duration(least)*time.Second + time.Duration(rng.Int64N(int64(most-least)*int64(time.Second)))
}

// scene takes small talk in turn, and sometimes a number that nobody knows. It is nothing once all is told.
func scene(turn int) (e exchange, told bool) {
	n := turn / strangerEvery
	if turn%strangerEvery != strangerEvery-1 {
		return nth(smallTalk(), themes(), turn-n)
	}
	e, told = nth(enquiries(), strangersAsk(), n)
	e.with.number = fmt.Sprintf("+4477009007%02d", n%100)
	return e, told
}

// nth is the n-th of a story and of what comes after it.
func nth(story []exchange, later []theme, n int) (exchange, bool) {
	if n < len(story) {
		return story[n], true
	}
	return after(later, n-len(story))
}

// quietAfter is how many turns the story has. From then on turns are as far from each other as in an office on a usual
// day.
func quietAfter() int { return len(smallTalk()) + len(enquiries()) }

// tagChange is the n-th of the live demo. It goes round the tagged contacts, and round the tags of each from what the
// history left.
func tagChange(now, at time.Time, n int) Step {
	tagged := taggedConversations(now)
	who := tagged[n%len(tagged)]
	left := 0
	for i, name := range tagCycle {
		if name == who.tag {
			left = i
		}
	}
	return tagStep(who.conversation, at, tagCycle[(left+1+n/len(tagged))%len(tagCycle)])
}

// taggedConversations returns the last change of each tagged contact, in the order of the contacts' first.
func taggedConversations(now time.Time) []beat {
	var last []beat
	index := map[person]int{}
	for _, b := range beats(now) {
		if b.tag == "" {
			continue
		}
		i, seen := index[b.with]
		if !seen {
			i = len(last)
			index[b.with] = i
			last = append(last, b)
		}
		last[i] = b
	}
	return last
}
