package handlers

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tagline/jobs"
	"tagline/store"
	"tagline/textlink"
	"tagline/views"
	"tagline/web"
)

const (
	processAtOnce = 16               // bodies processed side by side: the writer commits them together
	processWait   = 20 * time.Second // for all; what is left then waits for the next press of the button
)

// process concludes from a kept body what could not be concluded when it came. The credentials were checked then. A
// body that came through another webhook's URL is read as what it is; where that can't be told, as what the person says
// it is, if it can be that. unclear says why it still cannot be understood.
func (a *webhooks) process(ctx context.Context, d store.Delivery,
	said store.Kind) (outcome store.Outcome, unclear, err error) {
	event, unclear := understand(d.Kind, d.Body)
	if candidates := event.Candidates(); len(candidates) == 1 || slices.Contains(candidates, textlink.Kind(said)) {
		if len(candidates) == 1 {
			said = store.Kind(candidates[0])
		}
		d.Kind = said
		event, unclear = understand(d.Kind, d.Body)
	}
	d.Subuser, d.PhoneNumber = store.SubuserID(event.Subuser), event.PhoneNumber
	switch {
	case event.TestSample():
		d.Outcome = store.Test
	case unclear != nil:
		return store.Unparsed, unclear, nil
	}
	outcome, err = a.store.Process(ctx, d, report(event, d.ArrivedAt))
	return outcome, nil, err
}

func (a *webhooks) processDelivery(w http.ResponseWriter, r *http.Request) error {
	d, err := a.oneDelivery(r)
	if err != nil {
		return err
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	said := "It was understood before."
	if d.Outcome == store.Unparsed {
		outcome, unclear, err := a.process(r.Context(), d, store.Kind(form.Get("kind")))
		if err != nil {
			return err
		}
		said = "Understood now: " + views.OutcomeWord(outcome) + "."
		if unclear != nil {
			said = "Still not understood: " + unclear.Error() + "."
		}
	}
	return a.answerProcessed(w, r, views.DeliveryURL(d.ID, ""), said)
}

// processDeliveries goes through everything that was not understood, oldest first.
func (a *webhooks) processDeliveries(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.Context(), processWait)
	defer cancel()
	understood, err := a.processAll(ctx, store.Kind(form.Get("kind")))
	if err != nil && ctx.Err() == nil {
		return err
	}
	left, err := a.store.CountUnparsed(r.Context())
	if err != nil {
		return err
	}
	return a.answerProcessed(w, r, views.DeliveriesURL(views.LogFilter{Outcome: store.Unparsed}),
		views.ProcessedWords(understood, left))
}

// processAll returns how many bodies are understood now. One that cannot be stored does not keep the others waiting.
func (a *webhooks) processAll(ctx context.Context, said store.Kind) (understood int, err error) {
	var last int64
	for {
		batch, err := a.store.UnparsedAfter(ctx, last, processAtOnce)
		if err != nil || len(batch) == 0 {
			return understood, err
		}
		var done atomic.Int64
		var group sync.WaitGroup
		for _, d := range batch {
			last = d.ID
			group.Go(func() {
				var outcome store.Outcome
				err := jobs.Recover(a.store, "processing", func() (err error) {
					outcome, _, err = a.process(ctx, d, said)
					return err
				})
				if err != nil {
					a.log.Error("delivery not processed", "id", d.ID, "error", err)
				} else if outcome != store.Unparsed {
					done.Add(1)
				}
			})
		}
		group.Wait()
		understood += int(done.Load())
	}
}

// answerProcessed tells the page what came of it, or leads there where no script asks.
func (a *webhooks) answerProcessed(w http.ResponseWriter, r *http.Request, page, said string) error {
	if r.Header.Get("HX-Request") != "" {
		return web.Render(w, r, http.StatusOK, views.Processed(said))
	}
	http.Redirect(w, r, page, http.StatusSeeOther)
	return nil
}
