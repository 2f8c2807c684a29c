package views

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"tagline/store"
	"tagline/store/text"
)

// Search is what was found, and what it can be narrowed to.
type Search struct {
	Terms    text.Terms
	Found    store.Found
	Tags     []string          // those with the words in their name
	Subusers []store.SubuserID // likewise
	Older    string            // address of what was found before, "" at the end
}

const (
	// shownHits is how many messages of a conversation are shown; the others are folded.
	shownHits = 3
	// snippetLead and snippetLength are how many bytes of a message stand before the first hit, and in all.
	snippetLead   = 36
	snippetLength = 200
	// longestCluster is how many characters are kept together that are drawn as one.
	longestCluster = 24
)

// plainView tells whether a search with the filter asks in all conversations.
func plainView(f store.Filter) bool { return f.View == "" || f.View == store.ViewInbox }

// backName is what the list is called that a thread leads back to.
func backName(f store.Filter) string {
	if f.Text != "" {
		return "search"
	}
	return viewName(f.View)
}

// HitURL is the address of a message beside what was found with it. Its number stands there twice: servers do not
// see what comes after #.
func HitURL(m store.Message, f store.Filter) string {
	return WithQuery(ConversationURL(m.ConversationID, f), "message", strconv.FormatInt(m.ID, 10)) + "#" + MessageID(m.ID)
}

// noteHitURL is the place of a note that was found.
func noteHitURL(n store.FoundNote, f store.Filter) string {
	return WithQuery(ConversationURL(n.Note.ConversationID, f), "note", number(n.Note.ID)) + "#" + NoteID(n.Note.ID)
}

// clearURL is where the field leads when it is cleared.
func clearURL(i Inbox) string {
	if i.Thread != nil {
		return ConversationURL(i.Thread.Conversation.ID, withoutText(i.Filter))
	}
	return InboxURL(withoutText(i.Filter))
}

// targetID is the id of the message or note that a link led to, or "".
func targetID(t Thread) string {
	if t.TargetNote != 0 {
		return NoteID(t.TargetNote)
	}
	if t.Target == 0 {
		return ""
	}
	return MessageID(t.Target)
}

// nameMarks are a contact's name, or number, with what was searched for.
func nameMarks(t text.Terms, c store.Contact) []text.Mark {
	if c.Name == "" {
		return numberMarks(t, c)
	}
	return t.Begun().Marks(clipText(c.Name, longestName))
}

// numberMarks are a contact's number with what was searched for; of senders that are names, the name.
func numberMarks(t text.Terms, c store.Contact) []text.Mark {
	if !strings.ContainsAny(c.PhoneNumber, "0123456789") {
		return t.Begun().Marks(plainNumber(c.PhoneNumber))
	}
	return t.MarksNumber(formatNumber(c.PhoneNumber))
}

// snippet is a part of a text around the first hit, on one line.
func snippet(t text.Terms, all string) []text.Mark {
	all = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, all)
	head := text.Head(all)
	marks := t.Marks(head)
	first := firstHit(marks)
	if first > len(head)/2 && len(head) < len(all) {
		marks = t.Marks(all)
		first = firstHit(marks)
	}
	start := 0
	if first < len(all) && first > snippetLead {
		start = wordBoundary(all, first-snippetLead, first)
	}
	end := len(all)
	if end > start+snippetLength {
		end = boundary(all, start+snippetLength)
	}
	return ellipses(clip(marks, start, end), start > 0, end < len(all))
}

// firstHit is where the first hit begins, in bytes; the end of the text if there is none.
func firstHit(marks []text.Mark) (at int) {
	for _, m := range marks {
		if m.Hit {
			break
		}
		at += len(m.Text)
	}
	return at
}

// clip is what of the marks lies between two places of their text.
func clip(marks []text.Mark, start, end int) []text.Mark {
	var clipped []text.Mark
	at := 0
	for _, m := range marks {
		from, to := max(start-at, 0), min(end-at, len(m.Text))
		if from < to {
			clipped = append(clipped, text.Mark{Text: m.Text[from:to], Hit: m.Hit})
		}
		at += len(m.Text)
	}
	return clipped
}

func ellipses(marks []text.Mark, before, after bool) []text.Mark {
	if before {
		marks = slices.Insert(marks, 0, text.Mark{Text: "…"})
	}
	if after {
		marks = append(marks, text.Mark{Text: "…"})
	}
	return marks
}

// wordBoundary is the beginning of a word from a place on, or any boundary there if no word begins before the end.
func wordBoundary(text string, from, end int) int {
	from = boundary(text, from)
	if from >= end {
		return end
	}
	if space := strings.IndexByte(text[from:end], ' '); space >= 0 {
		return from + space + 1
	}
	return from
}

// boundary is the next place from the one given on where a text can be cut without parting what is drawn as one.
func boundary(text string, at int) int {
	for at < len(text) && !utf8.RuneStart(text[at]) {
		at++
	}
	for range longestCluster {
		if at == 0 || at >= len(text) {
			break
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		before, _ := utf8.DecodeLastRuneInString(text[:at])
		if !attached(before, r) {
			break
		}
		at += size
	}
	return at
}

const (
	joiner       = '\u200d'
	firstFlag    = 0x1f1e6
	lastFlag     = 0x1f1ff
	firstSkin    = 0x1f3fb
	lastSkin     = 0x1f3ff
	firstTagMark = 0xe0020
	lastTagMark  = 0xe007f
)

// attached tells whether r is drawn together with what stands before it.
func attached(before, r rune) bool {
	switch {
	case r == joiner || before == joiner, unicode.Is(unicode.M, r):
		return true
	case firstSkin <= r && r <= lastSkin, firstTagMark <= r && r <= lastTagMark:
		return true
	}
	return firstFlag <= r && r <= lastFlag && firstFlag <= before && before <= lastFlag
}
