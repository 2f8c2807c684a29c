package handlers

import (
	"bytes"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"image/png"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/text/unicode/norm"

	"tagline/store"
	"tagline/textutil"
	"tagline/views"
	"tagline/web"
)

const (
	totpStep      = 30 * time.Second
	recoveryCodes = 10
)

// showCode asks somebody for the second factor who has given the password.
func (a *signIn) showCode(w http.ResponseWriter, r *http.Request) error {
	if _, err := a.mfaPending(r); err != nil {
		return askAgain(w, r, err)
	}
	return web.Render(w, r, http.StatusOK, views.CodePage(views.Code{Next: safeNext(r.FormValue("next"))}))
}

// giveCode lets somebody in by a code of their app, or by one of their recovery codes.
func (a *signIn) giveCode(w http.ResponseWriter, r *http.Request) error {
	user, err := a.mfaPending(r)
	if err != nil {
		return askAgain(w, r, err)
	}
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	next := safeNext(form.Get("next"))
	again := func(status int, words string) error {
		return web.Render(w, r, status, views.CodePage(views.Code{Next: next, Error: words}))
	}
	r = r.WithContext(store.As(r.Context(), a.actor(r, user)))
	attempt, err := a.proof(r, user)
	if err != nil {
		return err
	}
	if why, wait := attempt.begin(); wait > 0 {
		return again(tooMany(w, why, wait))
	}
	err = a.takeCode(r, user, form.Get("code"))
	if errors.Is(err, store.ErrNotFound) {
		if err := a.note(r.Context(), store.SignInRefused, "second factor"); err != nil {
			return err
		}
		return again(http.StatusUnauthorized,
			"This code is not right, or it has been used. Wait for the next one in your app and type that.")
	}
	if err != nil {
		return err
	}
	attempt.undo()
	if err := a.startSession(w, r, user); err != nil {
		return err
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
	return nil
}

// mfaPending returns who has given a password and has yet to give a code, or store.ErrNotFound.
func (a *signIn) mfaPending(r *http.Request) (store.User, error) {
	sum := a.sessions.Sum(r)
	if sum == nil {
		return store.User{}, store.ErrNotFound
	}
	return a.store.MFAPendingUser(r.Context(), sum)
}

// askAgain sends somebody to the sign-in page who has not got halfway, or whose time there is over.
func askAgain(w http.ResponseWriter, r *http.Request, err error) error {
	if !errors.Is(err, store.ErrNotFound) {
		return err
	}
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

// proof is an attempt of somebody who has shown part of who they are; on a device of theirs it counts by itself.
func (a *signIn) proof(r *http.Request, user store.User) (attempt, error) {
	key, device := strconv.FormatInt(user.ID, 10), a.devices.Sum(r)
	known, err := a.store.KnowsDevice(r.Context(), user.Name, device)
	if known {
		key += string(device)
	}
	return attempt{{a.limits.proof, key, tooManyHere}}, err
}

// takeCode takes a code, once; one that is not right is store.ErrNotFound.
func (a *signIn) takeCode(r *http.Request, user store.User, typed string) error {
	typed = plainCode(typed)
	factor, err := a.store.Factor(r.Context(), user.ID)
	if err != nil {
		return err
	}
	if step, ok := stepOf(factor.Key, typed, a.now()); ok {
		return a.store.TakeStep(r.Context(), user.ID, step)
	}
	return a.store.TakeCode(r.Context(), user.ID, web.HashToken(typed))
}

// plainCode is a code without what is put between its groups, in the letters and digits that it is shown in.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		if digit, ok := textutil.Digit(r); ok {
			return rune(digit)
		}
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, strings.ToLower(norm.NFKC.String(typed)))
}

// stepOf returns which step a code belongs to: the present one, or one beside it, for clocks that are not quite right.
func stepOf(key, code string, now time.Time) (step int64, ok bool) {
	for _, off := range []time.Duration{0, -totpStep, totpStep} {
		at := now.Add(off)
		want, err := totp.GenerateCode(key, at)
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at.Unix()/int64(totpStep.Seconds()), true
		}
	}
	return step, ok
}

// offerFactor shows a new key to put into an app; it holds once a code of it has been given.
func (a *signIn) offerFactor(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	if user.SecondFactor {
		return a.accountPage(w, r, http.StatusConflict,
			views.Account{FactorError: "You have a second factor. Remove it first to set up another one."})
	}
	status, words, err := a.provePassword(w, r, form.Get("password"))
	if err != nil {
		return err
	}
	if words != "" {
		return a.accountPage(w, r, status, views.Account{FactorError: words})
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Tagline", AccountName: user.Name, Rand: rand.Reader})
	if err == nil {
		err = a.store.OfferFactor(r.Context(), user.ID, key.Secret())
	}
	if err != nil {
		return err
	}
	return a.factorPage(w, r, http.StatusOK, key.Secret(), "")
}

// addFactor makes the offered key the second factor of the person, who has shown with a code that they have it.
func (a *signIn) addFactor(w http.ResponseWriter, r *http.Request) error {
	form, err := readForm(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	factor, err := a.store.Factor(r.Context(), user.ID)
	if err != nil {
		return err
	}
	if factor.Offered == "" {
		http.Redirect(w, r, "/settings/account", http.StatusSeeOther)
		return nil
	}
	attempt, err := a.proof(r, user)
	if err != nil {
		return err
	}
	if why, wait := attempt.begin(); wait > 0 {
		status, words := tooMany(w, why, wait)
		return a.factorPage(w, r, status, factor.Offered, words)
	}
	step, ok := stepOf(factor.Offered, plainCode(form.Get("code")), a.now())
	if !ok {
		return a.factorPage(w, r, http.StatusUnprocessableEntity, factor.Offered,
			"This code is not right. Check that the clock of your phone is, and type the code that the app shows now.")
	}
	attempt.undo()
	words, sums := newCodes()
	if err := a.store.AddFactor(r.Context(), user.ID, step, sums); err != nil {
		return err
	}
	if err := a.startSession(w, r, user); err != nil { // all sessions have ended
		return err
	}
	user.SecondFactor = true
	return web.Render(w, r, http.StatusOK, views.CodesPage(views.Codes{Viewer: a.viewer(r, user), Codes: words}))
}

func (a *signIn) removeFactor(w http.ResponseWriter, r *http.Request) error {
	user, ok, err := a.provenAgain(w, r)
	if !ok {
		return err
	}
	if user.NeedsFactor {
		return a.accountPage(w, r, http.StatusConflict,
			views.Account{FactorError: "An admin requires a second factor. Ask them to remove it, then set up another one."})
	}
	if err := a.store.RemoveFactor(r.Context(), user.ID); err != nil {
		return err
	}
	if err := a.startSession(w, r, user); err != nil {
		return err
	}
	http.Redirect(w, r, "/settings/account?saved=factor", http.StatusSeeOther)
	return nil
}

// renewCodes replaces the person's recovery codes and shows the new ones this once.
func (a *signIn) renewCodes(w http.ResponseWriter, r *http.Request) error {
	user, ok, err := a.provenAgain(w, r)
	if !ok {
		return err
	}
	if !user.SecondFactor {
		return web.NotFound()
	}
	words, sums := newCodes()
	if err := a.store.SetCodes(r.Context(), user.ID, sums); err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, views.CodesPage(views.Codes{Viewer: a.viewer(r, user), Codes: words}))
}

// provenAgain tells whether the form carries the person's password; where it does not, the page has been answered.
func (a *signIn) provenAgain(w http.ResponseWriter, r *http.Request) (store.User, bool, error) {
	user := person(r)
	form, err := readForm(w, r)
	if err != nil {
		return user, false, err
	}
	status, words, err := a.provePassword(w, r, form.Get("password"))
	if err == nil && words != "" {
		err = a.accountPage(w, r, status, views.Account{FactorError: words})
	}
	return user, err == nil && words == "", err
}

// newCodes returns recovery codes as they are shown, and what they are kept as.
func newCodes() (words []string, sums [][]byte) {
	for range recoveryCodes {
		code := strings.ToLower(rand.Text()[:16])
		words = append(words, code[:4]+"-"+code[4:8]+"-"+code[8:12]+"-"+code[12:])
		sums = append(sums, web.HashToken(code))
	}
	return words, sums
}

// factorPage shows the key as a picture and in letters.
func (a *signIn) factorPage(w http.ResponseWriter, r *http.Request, status int, secret, wrong string) error {
	user := person(r)
	picture, err := qrCode(user.Name, secret)
	if err != nil {
		return err
	}
	return web.Render(w, r, status,
		views.FactorPage(views.Factor{Viewer: a.viewer(r, user), Picture: picture, Secret: secret, Error: wrong}))
}

// qrCode is the picture that an app reads the key from, as an address.
func qrCode(name, secret string) (string, error) {
	key, err := otp.NewKeyFromURL(views.FactorURL(name, secret))
	if err != nil {
		return "", err
	}
	picture, err := key.Image(232, 232)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := png.Encode(&b, picture); err != nil {
		return "", err
	}
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
