package views

// shortcut is one line of the dialog that lists all keys.
type shortcut struct {
	Keys  []string // pressed one after the other
	Does  string
	Needs string // what must be on the page: "list", "thread", or the element that carries this key; "" is always
	Go    string // where it leads, for keys after g
}

type shortcutGroup struct {
	Name      string
	Shortcuts []shortcut
}

var shortcutGroups = []shortcutGroup{
	{"Conversations", []shortcut{
		{Keys: []string{"j"}, Does: "Next", Needs: "list"},
		{Keys: []string{"k"}, Does: "Previous", Needs: "list"},
		{Keys: []string{"Enter"}, Does: "Open", Needs: "list"},
		{Keys: []string{"e"}, Does: "Done, and open the next", Needs: "e"},
		{Keys: []string{"h"}, Does: "Snooze", Needs: "h"},
		{Keys: []string{"u"}, Does: "Mark as unread", Needs: "u"},
		{Keys: []string{"a"}, Does: "Assign", Needs: "a"},
		{Keys: []string{"t"}, Does: "Tag", Needs: "t"},
		{Keys: []string{"r"}, Does: "Reply", Needs: "r"},
		{Keys: []string{"n"}, Does: "Add a note", Needs: "n"},
		{Keys: []string{"Esc"}, Does: "Back to the list", Needs: "thread"},
	}},
	{"Go to", []shortcut{
		{Keys: []string{"g", "i"}, Does: "Inbox", Go: "/inbox"},
		{Keys: []string{"g", "u"}, Does: "Unread", Go: "/inbox?view=unread"},
		{Keys: []string{"g", "f"}, Does: "Failed", Go: "/inbox?view=failed"},
		{Keys: []string{"g", "s"}, Does: "Snoozed", Go: "/inbox?view=snoozed"},
		{Keys: []string{"g", "d"}, Does: "Done", Go: "/inbox?view=done"},
	}},
	{"Everywhere", []shortcut{
		{Keys: []string{"c"}, Does: "New conversation", Needs: "c"},
		{Keys: []string{"/"}, Does: "Search", Needs: "/"},
		{Keys: []string{"?"}, Does: "Show these keys"},
	}},
}

// last is the key that distinguishes it.
func (s shortcut) last() string { return s.Keys[len(s.Keys)-1] }
