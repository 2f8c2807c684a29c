package fake

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// The crowd is a large account: what a year leaves behind in a busy one, for demos and measurements of size.
const (
	crowdSubusers = 50 // the main account among them
	crowdTags     = 200
	crowdContacts = 80_000 // some write to more than one subuser
	talkLength    = 10     // messages of a conversation, on average
	crowdPast     = 365 * 24 * time.Hour
)

// PlayCrowd posts that many messages, and the failures and tags that come with them, over so many connections at once.
// Each conversation is told in its order, but not one after the other.
func (c Console) PlayCrowd(ctx context.Context, now time.Time, messages, connections int) error {
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: connections}}
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var talk, told atomic.Int64
	var tellers sync.WaitGroup
	for range connections {
		tellers.Go(func() {
			for ctx.Err() == nil {
				steps := crowdTalk(now, int(talk.Add(1))-1)
				if told.Add(int64(len(steps))) > int64(messages+len(steps)) {
					return
				}
				if err := c.Play(ctx, steps); err != nil {
					cancel(err)
				}
			}
		})
	}
	tellers.Wait()
	return context.Cause(ctx)
}

// crowdTalk is the n-th conversation of the crowd, always the same.
func crowdTalk(now time.Time, n int) []Step {
	rng := rand.New(rand.NewPCG(uint64(n), 7)) // #nosec G115 G404 -- made-up talk, the same each time
	c := conversation{with: crowdPerson(n % crowdContacts), subuser: int64(n*7/3) % crowdSubusers}
	c.sim = 1 + c.subuser*2 + rng.Int64N(2)
	at := now.Add(-time.Duration(rng.Int64N(int64(crowdPast))))
	var steps []Step
	tag, talks := "", smallTalk()
	for range 1 + rng.IntN(2*talkLength-1) {
		e := talks[rng.IntN(len(talks))]
		if rng.IntN(12) == 0 {
			tag = crowdTag(rng)
		}
		if rng.IntN(2) == 0 {
			steps = append(steps, receivedStep(c, at, fmt.Sprintf("%s (%d)", e.question, rng.IntN(1000)), tag))
		} else {
			steps = append(steps, crowdAnswer(rng, c, at, e.answer)...)
		}
		at = at.Add(time.Duration(rng.Int64N(int64(now.Sub(at)/4 + time.Minute))))
	}
	return steps
}

// crowdAnswer is one of our messages; one in fifty fails.
func crowdAnswer(rng *rand.Rand, c conversation, at time.Time, text string) []Step {
	text = fmt.Sprintf("%s (%d)", text, rng.IntN(1000))
	steps := []Step{sentStep(c, at, text, true)}
	if rng.IntN(50) == 0 {
		steps = append(steps, failedStep(c, at, at.Add(failsAfter), text, 1_000_000+rng.Int64N(1_000_000_000)))
	}
	return steps
}

// crowdTag favours the tags that everybody knows.
func crowdTag(rng *rand.Rand) string {
	if rng.IntN(2) == 0 {
		return tagCycle[rng.IntN(len(tagCycle))]
	}
	return fmt.Sprintf("Campaign %03d", 1+rng.IntN(crowdTags-len(tagCycle)))
}

var (
	givenNames = [...]string{"Ada", "Ben", "Chloé", "Đorđe", "Emil", "Fatima", "Grace", "Hiro", "Inês", "Jonas", "Kofi",
		"Lucía", "Mehmet", "Nora", "Oksana", "Priya", "Quentin", "Rosa", "Søren", "Thị Mai"}
	familyNames = [...]string{"Abara", "Bianchi", "Costa", "Díaz", "Eriksen", "Fischer", "García", "Haddad", "Ivanova",
		"Jensen", "Kowalska", "López", "Müller", "Novák", "Okafor", "Petrov", "Quinn", "Rossi", "Şahin",
		"Tanaka", "Usman", "Varga", "Wang"}
)

// crowdPerson has one of the numbers kept for fiction: 555-01xx in some area code.
func crowdPerson(n int) person {
	name := givenNames[n%len(givenNames)] + " " + familyNames[n/len(givenNames)%len(familyNames)]
	if n%5 == 4 {
		name = ""
	}
	return person{name, fmt.Sprintf("+1%d55501%02d", 200+n/100%800, n%100)}
}
