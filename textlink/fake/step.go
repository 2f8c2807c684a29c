package fake

import (
	"time"

	"tagline/textlink"
)

// firstTextlinkID is where TextLink's message ids begin in the demo.
const firstTextlinkID int64 = 100123

func receivedStep(c conversation, at time.Time, text, tag string) Step {
	body := message(c, at, text)
	if c.with.name != "" {
		body["name"] = c.with.name
	}
	if tag != "" {
		body["tag"] = tag
	}
	return Step{at, textlink.Received, body}
}

func sentStep(c conversation, at time.Time, text string, portal bool) Step {
	body := message(c, at, text)
	body["portal"] = portal
	return Step{at, textlink.Sent, body}
}

// failedStep is posted later than the Sent, but carries its timestamp (TextLink docs, webhooks).
func failedStep(c conversation, sent, at time.Time, text string, textlinkID int64) Step {
	body := message(c, sent, text)
	body["portal"] = true
	body["textlink_id"] = textlinkID
	return Step{at, textlink.Failed, body}
}

func tagStep(c conversation, at time.Time, tag string) Step {
	body := map[string]any{"name": c.with.name, "phone_number": c.with.number, "tag": tag}
	addSubuser(body, c)
	return Step{at, textlink.Tag, body}
}

func message(c conversation, at time.Time, text string) map[string]any {
	body := map[string]any{
		"phone_number": c.with.number,
		"text":         text,
		"timestamp":    at.UnixMilli(),
		"sim_card_id":  c.sim,
	}
	addSubuser(body, c)
	return body
}

// addSubuser leaves the main account out, as TextLink does.
func addSubuser(body map[string]any, c conversation) {
	if c.subuser != office {
		body["subuser_id"] = c.subuser
	}
}
