package jobs

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tagline/store"
)

const (
	alertWait = 20 * time.Second // for a note to be taken
	alertPart = "telling of trouble"
	// alertsKept bounds the notes that wait for a notifier that fails: the oldest go first.
	alertsKept = 20
	// failuresWithin is the time in which failed messages are counted, in words and in hours of an Activity.
	failuresHours, failuresWithin = 2, "the last two hours"
)

// Alerting is how admins are told of trouble who look at no page.
type Alerting struct {
	// Notifiers send a note. One that fails is retried at the next look.
	Notifiers []func(context.Context, AlertNote) error
	Every     time.Duration // between looks
	Failures  int           // how many messages fail within two hours before that is trouble; 0: never
	Backups   time.Duration // how old the newest backup may be; 0: any
	Quiet     time.Duration // how long an active webhook may be silent
	Origin    string        // what people reach Tagline at

	Health    func() store.Health     // of storing, and of what else admins should know
	SwapWords func(store.Swap) string // which two webhook URLs are probably swapped
}

// alerts look for trouble and tell of it.
type alerts struct {
	Env
	Alerting
	watch *watch
	tell  [][]AlertNote // what waits, by notifier
}

// startAlerts begins to tell admins of trouble.
func startAlerts(env Env, alerting Alerting) *Loop {
	al := &alerts{Env: env, Alerting: alerting, watch: newWatch(), tell: make([][]AlertNote, len(alerting.Notifiers))}
	return StartLoop(env, alertPart, nil, func(ctx context.Context) (time.Duration, error) {
		al.check(ctx)
		return al.Every, nil
	})
}

// check tells what has changed, and what could not be told before.
func (al *alerts) check(ctx context.Context) {
	note := al.watch.update(al.Now(), al.wrong(ctx))
	note.Origin = al.Origin
	for i, notify := range al.Notifiers {
		if !note.empty() {
			al.tell[i] = append(al.tell[i], note)
		}
		al.tell[i] = al.tell[i][max(0, len(al.tell[i])-alertsKept):]
		for len(al.tell[i]) > 0 && al.sent(ctx, notify, al.tell[i][0]) {
			al.tell[i] = al.tell[i][1:]
		}
	}
}

func (al *alerts) sent(ctx context.Context, notify func(context.Context, AlertNote) error, n AlertNote) bool {
	sending, cancel := context.WithTimeout(ctx, alertWait)
	defer cancel()
	err := notify(sending, n)
	if err != nil && ctx.Err() == nil {
		al.Log.Warn("an alert could not be sent; it is tried again", "alert", n.Subject(), "error", err)
	}
	return err == nil
}

// wrong is all that is wrong now.
func (al *alerts) wrong(ctx context.Context) []Alert {
	var wrong []Alert
	if health := al.Health(); health.Level != store.Green {
		wrong = append(wrong, Alert{Key: "health-" + string(health.Level), Words: health.Message})
	}
	if age, made := al.Store.BackupAge(); al.Backups > 0 && (!made || age > al.Backups) {
		wrong = append(wrong, Alert{Key: "backup-old", Words: "There is no backup newer than " + al.Backups.String() +
			". Tagline's log says what became of the last one."})
	}
	reading, cancel := context.WithTimeout(ctx, alertWait)
	defer cancel()
	more, err := al.missed(reading)
	if err != nil && ctx.Err() == nil {
		al.Log.Warn("what webhooks do could not be looked at", "error", err)
	}
	return append(wrong, more...)
}

// missed is what is wrong with what webhooks bring: one is silent, or too much fails.
func (al *alerts) missed(ctx context.Context) ([]Alert, error) {
	now := al.Now()
	var wrong []Alert
	quiet, err := al.Store.Quiet(ctx, now, al.Quiet)
	for kind, at := range quiet {
		wrong = append(wrong, Alert{Key: "quiet-" + string(kind),
			Words: fmt.Sprintf("Nothing has come through the webhook “%s” since %s. Is the phone on, and the address in "+
				"TextLink's console still the one on the page Connect TextLink?",
				kind, time.UnixMilli(at).UTC().Format(alertStamp))})
	}
	if err != nil {
		return wrong, err
	}
	swaps, err := al.Store.Swaps(ctx)
	for _, s := range swaps {
		wrong = append(wrong, Alert{Key: "swap-" + string(s.Kind),
			Words: al.SwapWords(s) + " Messages are kept in the log of webhooks, but not shown, until they are set right."})
	}
	if err != nil {
		return wrong, err
	}
	stuck, err := al.Store.StuckTargets(ctx)
	for _, g := range stuck {
		wrong = append(wrong, Alert{Key: "target-" + strconv.FormatInt(g.ID, 10),
			Words: fmt.Sprintf("Nothing was passed on to “%s” for a day. It is paused, and what is for it waits until "+
				"somebody resumes it on the page Pass on.", g.Name)})
	}
	if err != nil || al.Failures == 0 {
		return wrong, err
	}
	activity, err := al.Store.Activity(ctx, now)
	for _, a := range activity {
		if a.Kind != store.KindFailed {
			continue
		}
		failed := 0
		for _, n := range a.Hours[len(a.Hours)-failuresHours:] {
			failed += n
		}
		if failed >= al.Failures {
			wrong = append(wrong,
				Alert{Key: "failures",
					Words: fmt.Sprintf(
						"%d messages or more failed in %s. Look at the view Failed: is it one SIM card, or one phone that is off?",
						al.Failures, failuresWithin)})
		}
	}
	return wrong, err
}
