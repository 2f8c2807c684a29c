package views

import (
	"strconv"

	"tagline/store"
)

// TargetURL is the page of a target.
func TargetURL(id int64) string { return "/settings/targets/" + strconv.FormatInt(id, 10) }

// AttemptsID is the list of what a target was called with.
const AttemptsID = "attempts"

// TargetNewsURL is where there are calls that are newer than those on the page.
func TargetNewsURL(p TargetPageProps) string {
	return TargetURL(p.Target.ID) + "/news?after=" + strconv.FormatInt(p.Newest, 10)
}

// Targets is the page of all targets, for admins.
type Targets struct {
	Viewer  Viewer
	Change  int64
	Targets []store.Target
	New     TargetForm
}

// TargetForm is what an admin decides about a target.
type TargetForm struct {
	store.Target
	All     bool              // webhooks of every subuser
	Choices []store.SubuserID // that can be ticked
	More    string            // others, as they were typed
	Error   string
}

// TargetPageProps is the page of one target.
type TargetPageProps struct {
	Viewer   Viewer
	Change   int64
	Target   store.Target
	Form     *TargetForm
	Attempts []store.ForwardAttempt
	Newest   int64  // the id of the newest call that the page shows
	Older    string // where the next page of the log is, or ""
	Saved    bool
	Since    string // from when on everything is sent again, as it was typed
	Again    string // what was put back into the queue, in words
	Error    string
	Sample   *store.ForwardAttempt // how a call with a sample ended just now
}

// targetState is a target's state in words.
func targetState(g store.Target) string {
	switch {
	case g.PausedAt != 0:
		return "Paused"
	case g.FailingSince != 0:
		return "Failing"
	}
	return ""
}

// attemptResult is how a call ended, in words.
func attemptResult(a store.ForwardAttempt) string {
	if a.Status == 0 {
		return "No answer"
	}
	return strconv.Itoa(a.Status)
}

// attemptFate is what becomes of a body that was not taken, or "".
func attemptFate(a store.ForwardAttempt) string {
	switch {
	case a.Error == "" || a.DeliveryID == 0:
		return ""
	case a.GaveUp:
		return "Given up"
	}
	return "Tried again"
}

func attemptWhat(a store.ForwardAttempt) string {
	if a.DeliveryID == 0 {
		return "Sample"
	}
	return hookName(a.Kind)
}
