package views

import (
	"path/filepath"

	"tagline/store"
)

// Privacy is the page on which contacts are exported and deleted, and where it is said for how long what is kept.
type Privacy struct {
	Viewer      Viewer
	Change      int64
	Number      string // to export, as it was typed
	ExportError string
	Delete      string // to delete, as it was typed
	DeleteError string
	Deleted     bool // one has just been
	Deletions   []store.Deletion
	Copies      []store.Copy // made before the last deletion was at its end
	Clock       store.Clock
	ClockError  string
	Waits       []KeptFor // what goes once the clock is confirmed
	Kept        []KeptFor
	KeptError   string
	Saved       bool
	Asks        bool   // something would go at once: it is asked whether that is meant
	Confirm     string // what is meant then
}

// KeptFor is for how long one kind is kept.
type KeptFor struct {
	store.Retention
	Kind  store.Perishable
	Typed string // days, as they were typed
	Wrong bool
	Goes  int // how many would go at once
}

// busy tells whether something of a deleted contact may be on the disk yet.
func (p Privacy) busy() bool { return len(p.Deletions) > 0 && p.Deletions[0].EndedAt == 0 }

func (k KeptFor) label() string {
	switch k.Kind {
	case store.PerishableDeliveries:
		return "Webhook bodies"
	case store.PerishableMessages:
		return "Messages"
	case store.PerishableTagChanges:
		return "Tag changes"
	}
	return "Audit log"
}

// goes says how many of them would go.
func (k KeptFor) goes() string {
	switch k.Kind {
	case store.PerishableDeliveries:
		return plural(k.Goes, "webhook body", "webhook bodies")
	case store.PerishableMessages:
		return plural(k.Goes, "message", "messages")
	case store.PerishableTagChanges:
		return plural(k.Goes, "tag change", "tag changes")
	}
	return plural(k.Goes, "entry of the audit log", "entries of the audit log")
}

func fileName(path string) string { return filepath.Base(path) }
