package handlers_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"tagline/jobs"
)

// told is how an admin is told in tests.
type told struct {
	t     *testing.T
	notes chan jobs.AlertNote
}

func (o told) take(_ context.Context, n jobs.AlertNote) error {
	o.notes <- n
	return nil
}

// await waits until of the keys all began or all ended.
func (o told) await(began []string, ended ...string) {
	o.t.Helper()
	left := map[bool][]string{true: slices.Clone(began), false: slices.Clone(ended)}
	for len(left[true])+len(left[false]) > 0 {
		select {
		case n := <-o.notes:
			for starts, alerts := range map[bool][]jobs.Alert{true: n.Began, false: n.Ended} {
				for _, a := range alerts {
					i := slices.Index(left[starts], a.Key)
					if i < 0 {
						o.t.Fatalf("told of %q, %q; waiting for %v", a.Key, a.Words, left)
					}
					left[starts] = slices.Delete(left[starts], i, i+1)
				}
			}
		case <-time.After(20 * time.Second):
			o.t.Fatalf("nobody is told of %v", left)
		}
	}
}

func TestAdminsAreToldOfTrouble(t *testing.T) {
	var clock atomic.Int64
	clock.Store(time.Now().UnixMilli())
	admin := told{t, make(chan jobs.AlertNote, 100)}
	broken := 3 // a way that fails at first
	s := newSiteWith(t, setting{now: func() time.Time { return time.UnixMilli(clock.Load()) }, jobs: jobs.Settings{Alerting: jobs.Alerting{Every: time.Millisecond, Failures: 5, Notifiers: []func(context.Context, jobs.AlertNote) error{
		func(ctx context.Context, n jobs.AlertNote) error {
			if broken--; broken >= 0 {
				return errors.New("as told")
			}
			return admin.take(ctx, n)
		},
	}}}})
	s.text(6, 1, "Hello")

	clock.Add(25 * time.Hour.Milliseconds())
	admin.await([]string{"quiet-received"})
	s.text(6, 1, "Hello again")
	admin.await(nil, "quiet-received")

	for n := range 5 {
		body := fmt.Sprintf(`{"phone_number":"+1555000%d","text":"Not sent","timestamp":%d}`, n, clock.Load())
		if status, answer := s.post(s.token+"/failed", json, body); status != 200 {
			t.Fatal(status, answer)
		}
	}
	admin.await([]string{"failures"})
	s.store.Broken("the part", errors.New("as told"))
	admin.await([]string{"health-red"})
	clock.Add(3 * time.Hour.Milliseconds())
	admin.await(nil, "failures") // what failed in the program is told for minutes of the real clock
}

func TestAdminsAreToldWhenTheNewestBackupIsOld(t *testing.T) {
	admin := told{t, make(chan jobs.AlertNote, 100)}
	newSiteWith(t, setting{jobs: jobs.Settings{Alerting: jobs.Alerting{Every: time.Millisecond, Backups: time.Hour, Notifiers: []func(context.Context, jobs.AlertNote) error{admin.take}}}})
	admin.await([]string{"backup-old"})
}
