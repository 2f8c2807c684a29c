package store_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// export compares all that the export says with the model, as sorted lines.
func (p *trial) export() error {
	var out bytes.Buffer
	if err := p.store.Export(p.ctx, &out); err != nil {
		return err
	}
	var got []string
	scanner := bufio.NewScanner(&out)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		var o object
		if err := json.Unmarshal(scanner.Bytes(), &o); err != nil {
			return err
		}
		got = append(got, o.line())
	}
	want := p.exported()
	slices.Sort(got)
	slices.Sort(want)
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			return differ("export, from where it differs", head(got, i), head(want, i))
		}
	}
	return nil
}

func head(lines []string, from int) string {
	return strings.Join(lines[min(from, len(lines)):min(from+3, len(lines))], "\n")
}

// line is what the model knows of an exported object.
func (o object) line() string {
	keys := map[string][]string{
		"contact":      {"phone_number", "name", "tag"},
		"conversation": {"id", "subuser_id", "phone_number", "inbound", "outbound", "failed", "open_failures", "last_message_id", "last_text", "last_direction", "last_state", "last_at", "first_at", "done"},
		"message":      {"id", "conversation_id", "subuser_id", "phone_number", "direction", "state", "text", "timestamp", "doubtful", "arrived_at", "sim_card_id", "custom_id", "textlink_id", "failed_at"},
		"tag_change":   {"subuser_id", "phone_number", "from", "to", "at", "source"},
		"delivery":     {"id", "kind", "arrived_at"},
	}
	kind := o["type"].(string)
	line := kind
	for _, key := range keys[kind] {
		switch v := o[key].(type) {
		case float64:
			line += fmt.Sprintf("|%.0f", v)
		case nil:
			line += "|"
		default:
			line += fmt.Sprintf("|%v", v)
		}
	}
	return line
}

// exported is the model's export.
func (p *trial) exported() []string {
	var all []string
	add := func(kind string, values ...any) {
		line := kind
		for _, v := range values {
			line += "|" + written(v)
		}
		all = append(all, line)
	}
	numbers := map[string]bool{}
	for _, e := range p.past {
		if e.do != telling {
			continue
		}
		numbers[e.thread.number] = true
		add("delivery", e.id, e.fact.kind, e.arrived)
	}
	for number := range numbers {
		c := p.past.contact(number)
		add("contact", number, c.name, c.tag)
		for _, t := range c.changes {
			add("tag_change", int64(t.Subuser), number, t.From, t.To, t.At, t.Source)
		}
	}
	for _, th := range p.past.threads() {
		c := p.summary(th, "")
		add("conversation", c.ID, int64(th.subuser), th.number, c.Inbound, c.Outbound, c.Failed, c.OpenFailures, c.LastMessageID, c.LastText,
			c.LastDirection, c.LastState, c.LastAt, c.FirstAt, c.Done)
		for _, m := range p.past.sayings(th) {
			add("message", m.id, c.ID, int64(th.subuser), th.number, m.direction, m.state, m.text, m.timestamp, m.doubtful, m.arrived, m.sim,
				m.customID, m.textlink, m.failedAt)
		}
	}
	return all
}

// written writes what is absent as nothing.
func written(v any) string {
	if v == int64(0) {
		return ""
	}
	return fmt.Sprint(v)
}
