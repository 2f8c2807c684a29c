package handlers

import (
	"slices"

	"tagline/web"
)

// LongReads bound what takes long to read.
func (a *App) LongReads() *web.Slots { return a.longReads }

// Routes lists the patterns of the table, so that tests can walk it.
func (a *App) Routes() []string {
	var patterns []string
	for _, route := range a.routes() {
		patterns = append(patterns, route.pattern)
	}
	return patterns
}

// ParseFilter is what pages and sockets read addresses with.
var ParseFilter = parseFilter

// What is a push service's and what is not.
var CheckSubscription = checkSubscription

// APIRoutes are the routes of the API.
func APIRoutes() (all []string) {
	for _, route := range (&apiHandlers{}).apiRoutes() {
		all = append(all, route.pattern)
	}
	slices.Sort(all)
	return all
}

// LongTyped tells of a name as it is typed that nobody can have.
var LongTyped = longTyped
