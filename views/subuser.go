package views

import (
	"strconv"

	"tagline/store"
)

// subuserName is what people call a subuser.
func (v Viewer) subuserName(id store.SubuserID) string {
	if name := v.Names.Subusers[id]; name != "" {
		return name
	}
	switch id {
	case store.Main:
		return "Main account"
	case store.NoSubuser:
		return "Outside of what you may see"
	}
	return "Subuser " + id.String()
}

// simCardName is what people call a SIM card.
func (v Viewer) simCardName(id int64) string {
	if name := v.Names.SIMCards[id]; name != "" {
		return name
	}
	return "SIM " + strconv.FormatInt(id, 10)
}

// SIMCardName is what people call a SIM card, where it is searched for.
func (v Viewer) SIMCardName(id int64) string { return v.simCardName(id) }

// SubuserName is what people call a subuser, where it is searched for.
func (v Viewer) SubuserName(id store.SubuserID) string { return v.subuserName(id) }

// subuserMark is what stands in a subuser's small circle: its number until it has a name.
func (v Viewer) subuserMark(id store.SubuserID) string {
	if name := v.Names.Subusers[id]; name != "" {
		return firstLetter(name)
	}
	if id == store.Main {
		return "M"
	}
	return id.String()
}

// plural writes "1 failure", "2 failures".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
