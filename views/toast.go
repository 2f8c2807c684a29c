package views

import "tagline/store"

// Toast is a short notice of what was done, with the way to undo it.
type Toast struct {
	Words  string
	Undo   string  // the address that undoes it, "" if there is none
	Button string  // what the button says that leads there, "" for Undo
	Fields []Field // posted with it
}

// Field is one value of a form.
type Field struct{ Name, Value string }

// MessageFields are the field "message" for each id.
func MessageFields(ids []int64) []Field {
	fields := make([]Field, len(ids))
	for i, id := range ids {
		fields[i] = Field{"message", number(id)}
	}
	return fields
}

// DoneToast says that conversations were closed or opened.
func DoneToast(done bool, id int64) Toast {
	if done {
		return Toast{Words: "Done.", Undo: conversationPath(id, "/reopen", store.Filter{})}
	}
	return Toast{Words: "Open again.", Undo: conversationPath(id, "/done", store.Filter{})}
}

// RetriedToast says how many of the messages are tried again.
func RetriedToast(n, optedOut, of int) Toast {
	is := plural(n, "message is", "messages are") + " tried again; "
	switch {
	case optedOut > 0 && n+optedOut < of:
		return Toast{Words: is + leftAlone(optedOut) + " The others were tried already."}
	case optedOut > 0:
		return Toast{Words: is + leftAlone(optedOut)}
	case n < of:
		return Toast{Words: is + "the others were already."}
	}
	return Toast{Words: plural(n, "message is tried again.", "messages are tried again.")}
}

// DismissedToast says how many failures were dismissed or opened again.
func DismissedToast(dismissed bool, n int, ids []int64) Toast {
	if dismissed {
		return Toast{Words: plural(n, "failure dismissed.", "failures dismissed."), Undo: "/failures/restore",
			Fields: MessageFields(ids)}
	}
	return Toast{Words: plural(n, "failure is open again.", "failures are open again.")}
}
