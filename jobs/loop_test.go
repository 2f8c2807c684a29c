package jobs

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tagline/store"
)

func testEnv(t *testing.T) Env {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tagline.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return Env{Store: s, Now: time.Now, Log: slog.New(slog.DiscardHandler)}
}

// next waits for the next run of a job.
func next(t *testing.T, runs <-chan struct{}) {
	t.Helper()
	select {
	case <-runs:
	case <-time.After(20 * time.Second):
		t.Fatal("the job did not run")
	}
}

func TestALoopRunsAtTheStartWhenWokenAndWhenItAskedTo(t *testing.T) {
	runs, woken := make(chan struct{}), make(chan struct{})
	pauses := []time.Duration{UntilWoken, UntilWoken, time.Millisecond, UntilWoken}
	l := StartLoop(testEnv(t), "job", func() <-chan struct{} { return woken },
		func(context.Context) (time.Duration, error) {
			runs <- struct{}{}
			pause := pauses[0]
			pauses = pauses[1:]
			return pause, nil
		})
	next(t, runs)
	l.Wake()
	next(t, runs)
	woken <- struct{}{}
	next(t, runs)
	next(t, runs) // after the millisecond
	l.Close()
	if len(pauses) != 0 {
		t.Errorf("%d runs are missing", len(pauses))
	}
}

func TestAJobThatPanicsRunsAgainAndHealthIsRed(t *testing.T) {
	env, runs := testEnv(t), make(chan struct{})
	failures := 2
	l := StartLoop(env, "the part", nil, func(context.Context) (time.Duration, error) {
		runs <- struct{}{}
		if failures--; failures == 1 {
			panic("as told")
		} else if failures == 0 {
			return 0, errors.New("as told")
		}
		return UntilWoken, nil
	})
	defer l.Close()
	for range 3 {
		next(t, runs)
	}
	if health := env.Store.Health(); health.Level != store.Red || !strings.Contains(health.Message, "the part") {
		t.Errorf("health is %+v", health)
	}
}

func TestAClosedLoopHasEnded(t *testing.T) {
	started, ended := make(chan struct{}), false
	l := StartLoop(testEnv(t), "job", nil, func(ctx context.Context) (time.Duration, error) {
		close(started)
		<-ctx.Done()
		ended = true
		return UntilWoken, ctx.Err()
	})
	<-started
	l.Close()
	if !ended {
		t.Error("Close returned while the work went on")
	}
}
