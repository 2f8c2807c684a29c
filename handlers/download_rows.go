package handlers

import (
	"context"

	"tagline/store"
)

// downloads are the files that can be taken along. Each returns up to limit rows after an id, and the last id that it
// looked at.
func (a *downloads) files(limit int) map[string]func(ctx context.Context, user store.User, f store.Filter,
	after int64) ([]fields, int64, error) {
	return map[string]func(context.Context, store.User, store.Filter, int64) ([]fields, int64, error){
		"conversations": func(ctx context.Context, user store.User, f store.Filter, after int64) ([]fields, int64, error) {
			return a.conversationRows(ctx, user, f, after, limit)
		},
		"messages": func(ctx context.Context, user store.User, f store.Filter, after int64) ([]fields, int64, error) {
			return a.messageRows(ctx, user, f, false, after, limit)
		},
		"failures": func(ctx context.Context, user store.User, f store.Filter, after int64) ([]fields, int64, error) {
			return a.messageRows(ctx, user, f, true, after, limit)
		},
		"tag-changes": func(ctx context.Context, user store.User, f store.Filter, after int64) ([]fields, int64, error) {
			return a.tagChangeRows(ctx, user, f, after, limit)
		},
	}
}

func (a *downloads) conversationRows(ctx context.Context, user store.User, f store.Filter, after int64,
	limit int) ([]fields, int64, error) {
	list, err := a.store.DownloadConversations(ctx, user.Scope(), user.ID, f, after, limit)
	names := a.namesFor(user)
	rows := make([]fields, len(list))
	for i, c := range list {
		rows[i] = fields{
			{"conversation_id", c.ID}, {"phone_number", c.Contact.PhoneNumber}, {"name", c.Contact.Name}, {"tag", c.Contact.Tag},
			{"opted_out", c.Contact.OptedOut},
			{"subuser_id", c.Subuser.String()}, {"subuser", names.Subusers[c.Subuser]}, {"state", placeWord(c)},
			{"assignee", c.AssigneeName},
			{"inbound", c.Inbound}, {"outbound", c.Outbound}, {"failed", c.Failed}, {"open_failures", c.OpenFailures},
			{"first_at", moment(c.FirstAt)}, {"last_at", moment(c.LastAt)}, {"last_direction", string(c.LastDirection)},
			{"last_text", c.LastText},
		}
		after = c.ID
	}
	return rows, after, err
}

// placeWord is where a conversation stands.
func placeWord(c store.Conversation) string {
	switch {
	case c.Done:
		return "done"
	case c.SnoozedUntil != 0:
		return "snoozed"
	}
	return "open"
}

func (a *downloads) messageRows(ctx context.Context, user store.User, f store.Filter, failed bool, after int64,
	limit int) ([]fields, int64, error) {
	list, err := a.store.DownloadMessages(ctx, user.Scope(), user.ID, f, failed, after, limit)
	names := a.namesFor(user)
	rows := make([]fields, len(list))
	for i, m := range list {
		c, card := m.Conversation, ""
		if m.SIMCardID != nil {
			card = names.SIMCards[*m.SIMCardID]
		}
		rows[i] = fields{
			{"message_id", m.ID}, {"conversation_id", c.ID}, {"at", moment(m.At)}, {"direction", string(m.Direction)},
			{"state", string(m.State)},
			{"phone_number", c.Contact.PhoneNumber}, {"name", c.Contact.Name}, {"text", m.Text}, {"author", m.Author},
			{"subuser_id", c.Subuser.String()}, {"subuser", names.Subusers[c.Subuser]},
			{"sim_card_id", m.SIMCardID}, {"sim_card", card},
			{"failed_at", moment(value(m.FailedAt))}, {"dismissed", m.Dismissed},
		}
		after = m.ID
	}
	return rows, after, err
}

func (a *downloads) tagChangeRows(ctx context.Context, user store.User, f store.Filter, after int64,
	limit int) ([]fields, int64, error) {
	list, err := a.store.DownloadTagChanges(ctx, user.Scope(), f, after, limit)
	names := a.namesFor(user)
	rows := make([]fields, len(list))
	for i, c := range list {
		rows[i] = fields{
			{"at", moment(c.At)}, {"phone_number", c.Contact.PhoneNumber}, {"name", c.Contact.Name}, {"from", c.From},
			{"to", c.To}, {"author", c.Author},
			{"source", string(c.Source)}, {"subuser_id", c.Subuser.String()}, {"subuser", names.Subusers[c.Subuser]},
		}
		after = c.ID
	}
	return rows, after, err
}
