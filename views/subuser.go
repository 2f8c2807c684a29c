package views

import (
	"strconv"

	"tagline/store"
)

// subuserName is what people call a subuser.
func subuserName(id store.SubuserID) string {
	if id == store.Main {
		return "Main account"
	}
	return "Subuser " + id.String()
}

// subuserMark is what stands in a subuser's small circle.
func subuserMark(id store.SubuserID) string {
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
