package store

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func TestWhoSignsInOnAFullDiskStaysSignedIn(t *testing.T) {
	p := admit(t, Options{})
	anna, err := p.CreateUser(t.Context(), User{Name: "anna", Role: Admin}, "")
	if err != nil {
		t.Fatal(err)
	}
	end := p.options.Now().Add(time.Hour)
	if err := p.CreateSession(t.Context(), []byte("old"), anna.ID, false, end); err != nil {
		t.Fatal(err)
	}
	signedIn := func(want ...string) {
		t.Helper()
		for _, sum := range []string{"old", "new", "gone", "half"} {
			_, err := p.SessionUser(t.Context(), []byte(sum))
			if is := strings.Contains(strings.Join(want, " "), sum); (err == nil) != is || err != nil && err != ErrNotFound {
				t.Errorf("session %s: %v", sum, err)
			}
		}
	}
	away := p.path + ".away" // nothing can be stored, as on a full disk
	rename(t, p.path, away)
	for _, sum := range []string{"new", "gone"} {
		if err := p.CreateSession(t.Context(), []byte(sum), anna.ID, false, end); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.CreateSession(t.Context(), []byte("half"), anna.ID, true, end); err != nil {
		t.Fatal(err)
	}
	if err := p.CreateSession(t.Context(), []byte("none"), anna.ID+1, false, end); err != ErrNotFound {
		t.Errorf("who is not there: %v", err)
	}
	signedIn("old", "new", "gone")
	if user, err := p.MFAPendingUser(t.Context(), []byte("half")); err != nil || user.ID != anna.ID {
		t.Errorf("halfway is %+v, %v", user, err)
	}
	for _, sum := range []string{"old", "new"} {
		if ends, err := p.SessionEnds(t.Context(), []byte(sum)); err != nil || !ends.Equal(time.UnixMilli(end.UnixMilli())) {
			t.Errorf("session %s ends at %v, %v", sum, ends, err)
		}
	}
	access, err := p.Access(t.Context(), anna.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, sum := range []string{"old", "gone"} {
		if err := p.DeleteSession(t.Context(), []byte(sum)); err != nil {
			t.Error(err)
		}
	}
	if p.SameAccess(anna.ID, access) {
		t.Error("open pages do not learn of a sign-out")
	}
	signedIn("new")
	rename(t, away, p.path)
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	signedIn("new")
	if p.effects.unstored.some.Load() {
		t.Error("they are remembered although they are stored")
	}
	if sessions, err := p.Sessions(t.Context(), anna.ID, nil); err != nil || len(sessions) != 1 {
		t.Errorf("stored are %+v, %v", sessions, err)
	}
	if err := p.SetPassword(t.Context(), anna.ID, "x"); err != nil {
		t.Fatal(err)
	}
	signedIn()
}

func TestACodeIsTakenOnceAlsoWhileItCannotBeStored(t *testing.T) {
	p := admit(t, Options{})
	anna, err := p.CreateUser(t.Context(), User{Name: "anna", Role: Admin}, "hash")
	if err == nil {
		err = p.OfferFactor(t.Context(), anna.ID, "KEY")
	}
	if err == nil {
		err = p.AddFactor(t.Context(), anna.ID, 7, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	away := p.path + ".away"
	rename(t, p.path, away)
	for step, want := range map[int64]error{7: ErrNotFound, 6: ErrNotFound} {
		if err := p.TakeStep(t.Context(), anna.ID, step); err != want {
			t.Errorf("step %d: %v", step, err)
		}
	}
	for n, want := range []error{nil, ErrNotFound} {
		if err := p.TakeStep(t.Context(), anna.ID, 8); err != want {
			t.Errorf("the %d. time: %v", n+1, err)
		}
	}
	rename(t, away, p.path)
	if err := p.tell("+1"); err != nil {
		t.Fatal(err)
	}
	if err := p.TakeStep(t.Context(), anna.ID, 8); err != ErrNotFound {
		t.Errorf("after that: %v", err)
	}
}

func TestARecoveryCodeIsTakenOnceAlsoWhileItCannotBeStored(t *testing.T) {
	p := admit(t, Options{})
	anna, err := p.CreateUser(t.Context(), User{Name: "anna", Role: Admin}, "hash")
	if err == nil {
		err = p.AddFactor(t.Context(), anna.ID, 7, [][]byte{[]byte("one"), []byte("two")})
	}
	if err != nil {
		t.Fatal(err)
	}
	away := p.path + ".away"
	rename(t, p.path, away)
	take := func(when string, user int64, code string, want error) {
		t.Helper()
		if err := p.TakeCode(t.Context(), user, []byte(code)); err != want {
			t.Errorf("%s, code %s: %v, want %v", when, code, err, want)
		}
	}
	take("while nothing can be stored", anna.ID, "wrong", ErrNotFound)
	take("while nothing can be stored, by somebody else", anna.ID+1, "one", ErrNotFound)
	take("while nothing can be stored", anna.ID, "one", nil)
	take("a second time", anna.ID, "one", ErrNotFound)
	rename(t, away, p.path)
	take("afterwards", anna.ID, "one", ErrNotFound)
	take("afterwards", anna.ID, "two", nil)
	var used, left int
	const counts = `SELECT (SELECT count(*) FROM audit WHERE action = ?), (SELECT count(*) FROM recovery_codes)`
	if err := p.reads.QueryRowContext(t.Context(), counts, CodeUsed).Scan(&used, &left); err != nil || used != 2 || left != 0 {
		t.Errorf("%d uses are noted and %d codes left, %v", used, left, err)
	}
	if p.effects.unstored.some.Load() {
		t.Error("the code is remembered although it is stored")
	}
}

// While nothing can be stored so much is remembered and no more: one more is an error, and what there is still holds.
func TestNoMoreIsRememberedThanHasRoom(t *testing.T) {
	for kind, fill := range map[string]func(p *patient, user int64, n int) error{
		"sessions that begin": func(p *patient, user int64, n int) error {
			return p.CreateSession(t.Context(), fmt.Append(nil, "session ", n), user, false, p.options.Now().Add(time.Hour))
		},
		"sessions that end": func(p *patient, _ int64, n int) error {
			return p.DeleteSession(t.Context(), fmt.Append(nil, "stored ", n))
		},
		"recovery codes": func(p *patient, user int64, n int) error {
			return p.TakeCode(t.Context(), user, fmt.Append(nil, "code ", n))
		},
	} {
		t.Run(kind, func(t *testing.T) {
			p := admit(t, Options{})
			var codes [][]byte
			for n := range unstoredMost + 1 {
				codes = append(codes, fmt.Append(nil, "code ", n))
			}
			anna, err := p.CreateUser(t.Context(), User{Name: "anna", Role: Admin}, "hash")
			if err == nil {
				err = p.AddFactor(t.Context(), anna.ID, 7, codes)
			}
			if err != nil {
				t.Fatal(err)
			}
			away := p.path + ".away"
			rename(t, p.path, away)
			for n := range unstoredMost {
				if err := fill(p, anna.ID, n); err != nil {
					t.Fatalf("the %d. is %v", n+1, err)
				}
			}
			if err := fill(p, anna.ID, unstoredMost); err == nil {
				t.Error("one more was taken")
			}
			if err := p.TakeCode(t.Context(), anna.ID, codes[unstoredMost]); err != ErrNotFound {
				t.Errorf("a code for which there is no room: %v", err)
			}
			rename(t, away, p.path)
			if err := p.tell("+1"); err != nil {
				t.Fatal(err)
			}
			if err := fill(p, anna.ID, unstoredMost); err != nil || p.effects.unstored.some.Load() {
				t.Errorf("once it can be stored: %v", err)
			}
		})
	}
}
