package views

import (
	"time"

	"tagline/store"
)

func (c canned) trouble() Trouble {
	return Trouble{
		Stuck:  []StuckTarget{{1, "Zapier"}},
		Health: store.Health{Level: store.Red, Message: "The disk is full. New messages cannot be stored: make room."},
		Quiet:  []QuietHook{{Kind: store.KindTag, LastSeen: c.ago(30 * time.Hour)}},
		Swaps:  []store.Swap{{Kind: store.KindReceived, With: store.KindFailed}},
	}
}

// misplaced is the body of a send or a failure at the URL of received messages.
func (c canned) misplaced() Delivery {
	d := c.delivery(90, store.KindReceived, store.Unparsed, `{"phone_number":"+14155550134","text":"Hello","portal":true}`)
	d.Candidates = []store.Kind{store.KindSent, store.KindFailed}
	return d
}

func (c canned) delivery(id int64, kind store.Kind, outcome store.Outcome, body string) Delivery {
	return Delivery{Delivery: store.Delivery{ID: id, Kind: kind, ArrivedAt: c.ago(time.Duration(100-id) * time.Minute), Outcome: outcome, Subuser: 6,
		PhoneNumber: "+14155550134", Body: []byte(body)}, Text: "Thanks! Can I come by tomorrow at ten?"}
}

// deliveries are one of each outcome, and one that could be understood by now.
func (c canned) deliveries() []Delivery {
	const body = `{"phone_number":"+14155550134","text":"Thanks! Can I come by tomorrow at ten?","sim_card_id":123}`
	all := []Delivery{
		c.delivery(95, store.KindReceived, store.Stored, body),
		c.delivery(94, store.KindSent, store.Duplicate, body),
		c.delivery(93, store.KindFailed, store.Unparsed, "{\"text\":\"cut \u202eoff\x00 "),
		c.delivery(92, store.KindTag, store.Test, `{"test":true}`),
		c.delivery(91, store.KindReceived, store.Unparsed, `{"number":1}`),
		c.delivery(90, store.KindReceived, store.Stored, body),
	}
	all[2].PhoneNumber, all[2].Why = "", "It is no JSON: it ends too early"
	all[5].Text, all[5].PhoneNumber = galleryText, "PARCELBOX"
	return all
}

func (c canned) refusals() RefusalList {
	return RefusalList{Today: 43, Next: "/settings/webhooks/refusals?before=1", Refusals: []store.Refusal{
		{ID: 3, At: c.ago(time.Minute), Cause: store.BadCredentials, Address: "203.0.113.7", Method: "POST", Path: "/webhooks/…/received",
			ContentType: "application/json", UserAgent: "curl/8.5", ContentLength: 2048, Head: []byte(`{"secret":"…","text":"…"}`), Missed: 41},
		{ID: 2, At: c.ago(time.Hour), Cause: store.WrongMethod, Address: "2001:db8::17", Method: "GET", Path: "/webhooks/…/sent", ContentLength: -1},
	}}
}

func (c canned) log() Log {
	l := Log{Viewer: c.Viewer, Trouble: c.trouble(), Unparsed: 2, Deliveries: DeliveryList{Deliveries: c.deliveries(), Next: "/settings/webhooks?before=1"},
		Refusals: c.refusals(), Filter: LogFilter{Kind: store.KindReceived, Number: "+14155550134"}}
	for k, kind := range store.Kinds {
		a := store.Activity{Kind: kind, LastSeen: c.ago(time.Duration(k) * time.Hour), Outcomes: map[store.Outcome]int{store.Stored: 40, store.Duplicate: 3 * k, store.Unparsed: k}}
		for hour := range a.Hours {
			a.Hours[hour] = (hour*hour + 5*k) % 13 * (3 - k)
		}
		l.Activity = append(l.Activity, a)
	}
	l.Activity[3] = store.Activity{Kind: store.KindTag}
	return l
}

func (c canned) logHall() hall {
	v, l, all := c.Viewer, c.log(), c.deliveries()
	alone := all[0]
	alone.Alone = true
	return hall{"Webhooks", []exhibit{
		{"TroubleBanner", "log", []state{{"well", TroubleBanner(v, Trouble{})}, {"disk and webhook", TroubleBanner(v, c.trouble())}}},
		{"HookCards", "log", []state{{"", HookCards(l)}}},
		{"OutcomeLinks", "log", []state{{"", OutcomeLinks(l)}, {"narrowed", OutcomeLinks(Log{Filter: LogFilter{Outcome: store.Unparsed}, Activity: l.Activity})}}},
		{"LogList", "log", []state{
			{"", LogList(v, LogFilter{}, l.Deliveries)},
			{"nothing yet", LogList(v, LogFilter{}, DeliveryList{})},
			{"nothing matches", LogList(v, l.Filter, DeliveryList{})},
			{"nothing so far", LogList(v, l.Filter, DeliveryList{Next: "/settings/webhooks?before=1"})},
		}},
		{"DeliveryRow", "lines", []state{
			{"stored", DeliveryRow(v, all[0])}, {"repeat", DeliveryRow(v, all[1])}, {"not understood", DeliveryRow(v, all[2])},
			{"test", DeliveryRow(v, all[3])}, {"can be understood now", DeliveryRow(v, all[4])}, {"long", DeliveryRow(v, all[5])},
		}},
		{"DeliveryLine", "line", []state{{"unfolded", DeliveryLine(v, all[0])}}},
		{"BodyPart", "body", []state{{"whole", BodyPart(all[0], 0)}}},
		{"BodyPartPage", "wide", []state{{"whole", BodyPartPage(c.Viewer, 0, all[0], 0)}}},
		{"DeliveryBody", "body", []state{{"JSON", DeliveryBody(all[0])}, {"exact bytes", unfolded(DeliveryBody(alone))}, {"not understood", DeliveryBody(all[2])}, {"of another webhook", DeliveryBody(c.misplaced())}}},
		{"Processed", "log", []state{{"", Processed(ProcessedWords(2, 1))}}},
		{"RefusalsSection", "log", []state{{"", RefusalsSection(v, l.Refusals)}, {"none", RefusalsSection(v, RefusalList{})}}},
		{"RefusalRows", "lines", []state{{"unfolded", unfolded(RefusalRows(v, l.Refusals))}}},
		{"HookTick", "ticks", []state{
			{"waiting", HookTick(Hook{Kind: store.KindReceived})}, {"arrived", HookTick(Hook{Kind: store.KindSent, LastSeen: c.ago(time.Minute)})},
		}},
	}}
}
