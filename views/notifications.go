package views

import "slices"

// chosenView tells whether the person is told of the view's messages.
func (p PreferencesForm) chosenView(id int64) bool { return slices.Contains(p.Notify, id) }
