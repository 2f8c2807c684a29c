package handlers_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tagline/handlers"
	"tagline/web"
)

// from is a sign-in of a device that nobody knows, from an address.
func (d door) from(address, name, password string) (status int, page string) {
	d.t.Helper()
	form := url.Values{"username": {name}, "password": {password}}.Encode()
	r := httptest.NewRequestWithContext(d.t.Context(), "POST", d.URL+"/login", strings.NewReader(form))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = netip.AddrPortFrom(netip.MustParseAddr(address), 1234).String()
	w := httptest.NewRecorder()
	d.Config.Handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

// One address that guessed once a second kept out every new device of that name for ever.
func TestOneNetworkCannotUseUpANamesLimit(t *testing.T) {
	for name, guesser := range map[string]func(n int) string{
		"one address":        func(int) string { return "192.0.2.7" },
		"addresses of a /24": func(n int) string { return fmt.Sprintf("192.0.2.%d", n%250) },
		"addresses of a /48": func(n int) string { return fmt.Sprintf("2001:db8:0:%x::%x", n%65536, n) },
	} {
		t.Run(name, func(t *testing.T) {
			d := newDoor(t)
			refused, words := 0, ""
			for n := range 120 {
				status, page := d.from(guesser(n), "anna", "wrong")
				if status == http.StatusTooManyRequests {
					refused, words = refused+1, page
				}
				d.ms.Add(time.Second.Milliseconds())
			}
			if refused < 90 {
				t.Errorf("only %d of 120 guesses were refused", refused)
			}
			for _, part := range []string{"from your network", "Wait ", "device on which you have signed in before", "one-time link"} {
				if !strings.Contains(words, part) {
					t.Errorf("the page does not say %q", part)
				}
			}
			if status, _ := d.from("198.51.100.4", "anna", password); status != http.StatusSeeOther {
				t.Errorf("from elsewhere the person was answered %d", status)
			}
		})
	}
}

// A name in other letters has no limit of its own.
func TestANameHasOneLimitHoweverItIsTyped(t *testing.T) {
	spellings := []string{"Émile", "e\u0301mile", "ÉMILE", "É\u200bmile"} // there is nobody of that name
	d := newDoor(t)
	for n := range 20 + len(spellings) {
		want := http.StatusUnauthorized
		if n >= 20 {
			want = http.StatusTooManyRequests
		}
		typed := spellings[n%len(spellings)]
		if status, _ := d.from(fmt.Sprintf("192.0.2.%d", n), typed, "wrong"); status != want {
			t.Errorf("guess %d, at %+q, is answered %d, want %d", n, typed, status, want)
		}
	}
}

func TestANameThatIsTooLongIsRefusedFirst(t *testing.T) {
	d := newDoor(t)
	long := strings.Repeat("x", 59_000)
	for n := range 200 { // more than any limit allows: nothing is counted, and nothing is hashed
		status, page := d.from("192.0.2.7", fmt.Sprint(n, long), "wrong")
		if status != http.StatusUnauthorized || len(page) > 10_000 {
			t.Fatalf("attempt %d was answered %d with %d bytes", n, status, len(page))
		}
	}
	if status, _ := d.from("192.0.2.7", "anna", password); status != http.StatusSeeOther {
		t.Errorf("then the right one was answered %d", status)
	}
}

// 64 connections with made-up names kept the owner out on a known device for 32 seconds.
func TestAFloodOfStrangersDoesNotHoldUpAKnownDevice(t *testing.T) {
	d := newDoor(t)
	anna := d.signIn("anna")
	var end atomic.Bool
	done := make(chan int, 64)
	began := make(chan bool, 64)
	for n := range 64 {
		go func() {
			busy := 0
			for i := 0; !end.Load(); i++ {
				status, _ := d.from(fmt.Sprintf("10.%d.%d.1", n, i%250), fmt.Sprint("made up ", n, " ", i), "wrong")
				if status == http.StatusServiceUnavailable {
					busy++
				}
				if i == 0 {
					began <- true
				}
			}
			done <- busy
		}()
	}
	<-began
	start := time.Now()
	status, _ := d.submit(anna, "/login", url.Values{"username": {"anna"}, "password": {password}})
	took := time.Since(start)
	form := url.Values{"password": {"wrong"}, "new_password": {password}, "password_again": {password}}
	again, page := d.submit(anna, "/settings/account/password", form)
	end.Store(true)
	for range 64 {
		<-done
	}
	if status != http.StatusSeeOther || took > 10*time.Second {
		t.Errorf("on a known device the person was answered %d after %v", status, took)
	}
	if again != http.StatusUnprocessableEntity {
		t.Errorf("to the password typed again the answer is %d: %.300s", again, page)
	}
}

func TestWideNetworks(t *testing.T) {
	for address, want := range map[string]string{
		"192.0.2.7": "192.0.2.0/24", "2001:db8:0:1ff::1": "2001:db8::/48", "::1": "::/48",
	} {
		if got := web.WideNetwork(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s is of %s, want %s", address, got, want)
		}
	}
}

// To bring a long text into one form takes far more memory than the text: that is not even tried.
func TestALongNameIsNotReadToItsEnd(t *testing.T) {
	for _, letter := range []string{"ﷺ", "ﬃ", "a", "\u0344", "👩"} {
		name := strings.Repeat(letter, 59_000/len(letter))
		if n := testing.AllocsPerRun(3, func() {
			if !handlers.LongTyped(name) {
				t.Errorf("a name of many %q is not too long", letter)
			}
		}); n != 0 {
			t.Errorf("a name of many %q takes %.0f pieces of memory", letter, n)
		}
	}
}
