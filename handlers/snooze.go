package handlers

import (
	"net/http"
	"net/url"
	"time"

	"tagline/store"
	"tagline/views"
	"tagline/web"
)

const (
	morning       = 9 * time.Hour        // the time at which snoozed conversations come back
	laterToday    = 3 * time.Hour        // and after how long those until later
	longestSnooze = 366 * 24 * time.Hour // more is a slip of the hand
)

// snoozeConversation takes a conversation out of the inbox for a while.
func (a *conversations) snoozeConversation(w http.ResponseWriter, r *http.Request) error {
	c, form, err := a.formAbout(w, r)
	if err != nil {
		return err
	}
	user := person(r)
	until, wrong := snoozedUntil(form, a.now().In(zone(r)))
	if wrong != "" && byScript(r) {
		return web.Render(w, r, http.StatusUnprocessableEntity, views.Toasted(views.Toast{Words: wrong}))
	}
	if wrong != "" {
		return errNotSnoozed(wrong)
	}
	if err := a.store.Snooze(r.Context(), user.Scope(), user.ID, until.UnixMilli(), c.ID); err != nil {
		return visible(err)
	}
	return a.answer(w, r, list(r), views.SnoozedToast(a.viewer(r, user), c.ID, until.UnixMilli()))
}

func errNotSnoozed(why string) error {
	return &web.Error{Status: http.StatusUnprocessableEntity, Title: "This was not snoozed", Advice: why}
}

// snoozedUntil reads until when, for somebody whose clocks show now, and says what is wrong with it, or "".
func snoozedUntil(form url.Values, now time.Time) (until time.Time, wrong string) {
	switch form.Get("until") {
	case "later":
		return now.Add(laterToday).Truncate(time.Minute), ""
	case "tomorrow":
		return morningAfter(now, 1), ""
	case "week":
		return morningAfter(now, 7-(int(now.Weekday())+6)%7), "" // Monday
	case "at":
		return snoozedUntilMoment(form.Get("at"), now)
	}
	return now, "Choose until when: later today, tomorrow, next week, or a day and time."
}

func snoozedUntilMoment(typed string, now time.Time) (until time.Time, wrong string) {
	until, err := store.MomentAt(typed, now.Location())
	switch {
	case err != nil:
		return until, "Choose a day and a time first."
	case !until.After(now):
		return until, "That moment is past. Choose a later one."
	case until.Sub(now) > longestSnooze:
		return until, "That is more than a year away. Choose an earlier day."
	}
	return until, ""
}

// morningAfter is the morning some days later, by the calendar: days on which clocks change are days too.
func morningAfter(now time.Time, days int) time.Time {
	return (store.DayOf(now) + store.Day(days)).At(morning, now.Location())
}
