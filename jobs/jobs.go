package jobs

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Settings are what the jobs do besides reading the store.
type Settings struct {
	Sending  *Sending // nil: replies do not go out
	Alerting Alerting // without Ways nobody is told
	Caller   *DestinationCaller
	Push     Push // without Keys no browser is told
}

// Jobs are all jobs of a server.
type Jobs struct {
	sends   *prometheus.CounterVec
	caller  *caller
	closers []interface{ Close() }
}

// Start runs all jobs until Close. Calls that were out when another process ended are unknown from then on.
func Start(ctx context.Context, env Env, settings Settings) (*Jobs, error) {
	if err := env.loseSends(ctx); err != nil && !env.Store.Failing(err) {
		return nil, err
	}
	if err := env.Store.RepeatTags(ctx); env.Store.Failing(err) {
		// people can read
		env.Log.Error("storing fails: what was being sent when Tagline ended is looked at when it starts the next time",
			"error", err)
	} else if err != nil {
		return nil, fmt.Errorf("read the tags that were asked for: %w", err)
	}
	j := &Jobs{sends: newSendCounter()}
	j.closers = append(j.closers, StartSearchIndex(env), startSnooze(env), startRetention(env),
		startForwarding(env, settings.Caller))
	if len(settings.Alerting.Notifiers) > 0 {
		j.closers = append(j.closers, startAlerts(env, settings.Alerting))
	}
	if env.Store.BacksUp() {
		j.closers = append(j.closers, StartLoop(env, "backup", nil, env.Store.BackUp))
	}
	if settings.Push.Keys.Private != "" {
		j.closers = append(j.closers, startPush(env, settings.Push))
	}
	if settings.Sending != nil {
		j.caller = newCaller(env, *settings.Sending)
		j.closers = append(j.closers, startOutbox(j.caller, j.sends), startTagSync(j.caller))
	}
	return j, nil
}

// Close ends the jobs. How the calls under way ended is noted before it returns.
func (j *Jobs) Close() {
	if j.caller != nil {
		finish := time.AfterFunc(finishWait, j.caller.giveUp)
		defer j.caller.giveUp()
		defer finish.Stop()
	}
	var closing sync.WaitGroup
	for _, one := range j.closers {
		closing.Go(one.Close)
	}
	closing.Wait()
}

// Collectors are the jobs' metrics.
func (j *Jobs) Collectors() []prometheus.Collector { return []prometheus.Collector{j.sends} }
