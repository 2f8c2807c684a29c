package views

import (
	"slices"

	"tagline/store"
)

// assigneeName is whose the conversation is, in the words of the menu.
func assigneeName(v Viewer, c store.Conversation) string {
	switch {
	case c.Assignee == 0:
		return "Unassigned"
	case c.Assignee == v.User.ID:
		return "Me"
	case c.AssigneeName == "":
		return "Somebody who left"
	}
	return c.AssigneeName
}

func assigneeWords(v Viewer, c store.Conversation) string {
	if c.Assignee == 0 {
		return "Assigned to nobody"
	}
	if c.Assignee == v.User.ID {
		return "Assigned to me"
	}
	return "Assigned to " + assigneeName(v, c)
}

// assignees are the choices of the menu: nobody (0), oneself, then colleagues, and how many of those are left out.
func assignees(v Viewer, t Thread) (choices []store.User, left int) {
	choices = []store.User{{Name: "Unassigned"}}
	for _, u := range t.People {
		if u.ID == v.User.ID {
			choices = append(choices, store.User{ID: u.ID, Name: "Me"})
		}
	}
	some, left := few(t.People)
	for _, u := range some {
		if u.ID != v.User.ID {
			choices = append(choices, u)
		}
	}
	assigned := func(u store.User) bool { return u.ID == t.Conversation.Assignee }
	if i := slices.IndexFunc(t.People, assigned); left > 0 && i >= len(some) && t.People[i].ID != v.User.ID {
		choices = append(choices, t.People[i])
	}
	return choices, left
}

// AssignedToast says whose the conversation is now, and gives it back.
func AssignedToast(v Viewer, before, after store.Conversation) Toast {
	return Toast{Words: assigneeWords(v, after) + ".", Undo: conversationPath(after.ID, "/assign", store.Filter{}),
		Fields: []Field{{"assignee", number(before.Assignee)}}}
}
