package handlers

// Routes lists the patterns of the table, so that tests can walk it.
func (a *App) Routes() []string {
	var patterns []string
	for _, route := range a.routes() {
		patterns = append(patterns, route.pattern)
	}
	return patterns
}
