package views

import "tagline/store"

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

// assignees are the choices of the menu: nobody (0), oneself, then colleagues.
func assignees(v Viewer, t Thread) []store.User {
	choices := []store.User{{Name: "Unassigned"}}
	for _, u := range t.People {
		if u.ID == v.User.ID {
			choices = append(choices, store.User{ID: u.ID, Name: "Me"})
		}
	}
	for _, u := range t.People {
		if u.ID != v.User.ID {
			choices = append(choices, u)
		}
	}
	return choices
}

// AssignedToast says whose the conversation is now, and gives it back.
func AssignedToast(v Viewer, before, after store.Conversation) Toast {
	return Toast{Words: assigneeWords(v, after) + ".", Undo: conversationPath(after.ID, "/assign", store.Filter{}),
		Fields: []Field{{"assignee", number(before.Assignee)}}}
}
