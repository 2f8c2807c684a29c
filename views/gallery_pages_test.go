package views

import (
	"time"

	"tagline/store"
)

// tags are changes of every sort: one that flapped, one whose conversation is out of sight, one without a name.
func (c canned) tags() TagList {
	at := c.ago(0) - (48 * time.Hour).Milliseconds()
	all := moves("1 Cold Warm 5", "2 Warm Hot 60", "2 Hot Warm 61", "2 Warm Cold 63", "2 Cold Warm 64", "3 Hot Rented 2000", "4 Cold Hot 2400")
	for n := range all {
		one := &all[n]
		one.At += at
		one.Subuser, one.Contact, one.ConversationID = 6, c.maria().Contact, 5
		switch one.ContactID {
		case 2:
			one.Contact.Name = arabicName
		case 3:
			one.ConversationID, one.Contact.Name, one.Subuser = 0, "", store.Main
		case 4:
			one.Contact.Name, one.To, one.From, one.Source = longName, "", longName, store.Observed
		}
	}
	return TagList{Changes: all, Next: "/tags?before=1"}
}

func (c canned) tagCounts() store.TagCounts {
	names := []string{"", "Cold", "Warm", "Hot", "Rented", "مهتم", "Lost", longName}
	counts := store.TagCounts{Changes: 380, Cut: true}
	for n := range 12 {
		counts.Flows = append(counts.Flows, store.TagFlow{From: names[n%4], To: names[(n+n/4+1)%len(names)], Count: 90 - 7*n})
	}
	for n, tag := range append(names[1:], "Waits", "Called", "Visits") {
		counts.Stays = append(counts.Stays, store.TagStay{Tag: tag, Count: 40 - 3*n, Median: int64(n*n) * time.Hour.Milliseconds()})
	}
	return counts
}

func (c canned) tagsHall() hall {
	v, f, l := c.Viewer, TagsFilter{Days: 30}, c.tags()
	narrow := TagsFilter{Tags: []string{"Hot", "Cold"}, Subusers: []store.SubuserID{6}, From: "2026-11-01"}
	choices := TagChoices{Subusers: []store.SubuserID{store.Main, 6, 8}, Tags: []string{"Cold", "Hot", "Warm", longName}}
	page := Tags{Viewer: v, Filter: f, Nav: c.navigation(), Choices: choices, Counts: c.tagCounts(), List: l}
	narrowed := page
	narrowed.Filter = narrow
	lines := foldTags(l.Changes)
	return hall{"Tags", []exhibit{
		{"TagsSummary", "tags", []state{
			{"many", TagsSummary(f, c.tagCounts())}, {"unfolded", unfolded(TagsSummary(f, c.tagCounts()))},
			{"one", TagsSummary(f, store.TagCounts{Changes: 1, Flows: []store.TagFlow{{To: "Cold", Count: 1}}})},
		}},
		{"TagsList", "tags", []state{
			{"", TagsList(v, f, l)}, {"nothing, for admins", TagsList(v, f, TagList{})}, {"nothing, for agents", TagsList(c.agent(), f, TagList{})},
			{"nothing matches", TagsList(v, narrow, TagList{})},
		}},
		{"TagRow", "tag-rows", []state{{"newest", TagRow(v, lines[0])}, {"flapped", unfolded(TagRow(v, lines[2]))}}},
		{"TagsPage", "wide", []state{{"30 days", TagsPage(page)}, {"narrowed", TagsPage(narrowed)}, {"nothing", TagsPage(Tags{Viewer: v, Filter: f})}}},
	}}
}

func (c canned) pagesHall() hall {
	v := c.Viewer
	delivery := c.deliveries()[2]
	delivery.Alone = true
	return hall{"Pages", []exhibit{
		{"InboxPage", "wide", c.inboxStates()},
		{"DeliveriesPage", "wide", []state{{"everything", DeliveriesPage(c.log())}, {"nothing yet", DeliveriesPage(Log{Viewer: v})}}},
		{"DeliveryPage", "wide", []state{{"not understood", DeliveryPage(v, 0, delivery)}}},
		{"ConnectPage", "wide", c.connectStates()},
		{"KeysPage", "wide", c.keysStates()},
		{"ChoicesPage", "wide", []state{{"found", ChoicesPage(c.choices())}, {"nothing", ChoicesPage(Choices{Viewer: v, Title: "Tags", Kind: "tags", Find: "zz"})}}},
		{"ChoiceOptions", "wide", []state{{"found", ChoiceOptions(c.choices().Found)}}},
		{"NamesPage", "wide", c.namesStates()},
		{"OptOutPage", "wide", c.optOutStates()},
		{"RetryPage", "wide", []state{{"asks", RetryPage(5, 108, 123)}}},
		{"InsightsPage", "wide", []state{
			{"some days", InsightsPage(c.insights())},
			{"nothing", InsightsPage(InsightsShown{Viewer: v, From: "2026-11-24", Until: "2026-11-25", Insights: store.Insights{Days: make([]store.DayCount, 2)}, Error: "The first day is after the last. Shown are the last 30 days."})},
		}},
		{"DownloadPage", "wide", []state{
			{"a view", DownloadPage(Download{Viewer: v, Counts: store.DownloadCounts{Conversations: 12, Messages: 1240, Failures: 1}})},
			{"some days", DownloadPage(Download{Viewer: v, Filter: store.Filter{From: "2026-11-01", Tags: []string{longName}}, Counts: store.DownloadCounts{}})},
		}},
		{"PrivacyPage", "wide", c.privacyStates()},
		{"TargetsPage", "wide", c.targetsStates()},
		{"TargetPage", "wide", c.targetStates()},
		{"TargetNews", "", []state{{"nothing new", TargetNews(TargetPageProps{Viewer: v})}, {"a call", TargetNews(TargetPageProps{Viewer: v, Newest: 3, Attempts: c.attempts()[:1]})}}},
		{"PreferencesPage", "wide", []state{
			{"as they are", PreferencesPage(PreferencesForm{Viewer: v, Chosen: v.User.Preferences})},
			{"saved", PreferencesPage(PreferencesForm{Viewer: v, Chosen: v.User.Preferences, Saved: true})},
			{"refused", PreferencesPage(PreferencesForm{Viewer: v, Chosen: v.User.Preferences, Error: "That cannot be chosen. Choose again."})},
		}},
		{"PeoplePage", "wide", c.peopleStates()},
		{"PersonPage", "wide", c.personStates()},
		{"AccountPage", "wide", c.accountStates()},
		{"AuditPage", "wide", c.auditStates()},
		{"FactorPage", "wide", []state{{"new", FactorPage(c.factor(""))}, {"wrong", FactorPage(c.factor("This code is not right."))}}},
		{"CodesPage", "wide", []state{{"", CodesPage(Codes{Viewer: v, Codes: []string{"abcd-efgh-ijkl-mnop", "2345-abcd-efgh-ijkl"}})}}},
		{"CodePage", "wide", []state{{"empty", CodePage(Code{})}, {"wrong", CodePage(Code{Error: "This code is not right."})}}},
		{"LinkPage", "wide", []state{{"empty", LinkPage(Link{Action: "/link/key", Name: "piet", Place: atHome})}, {"wrong", LinkPage(Link{Action: "/link/key", Name: longName, Error: "The two passwords differ."})}}},
		{"NotificationSettings", "wide", []state{
			{"no views", NotificationSettings(PreferencesForm{Viewer: v, Chosen: v.User.Preferences})},
			{"some views", NotificationSettings(PreferencesForm{Viewer: v, Chosen: store.Preferences{NotifySome: true}, Views: c.navigation().Saved, Notify: []int64{1}})},
		}},
		{"NotePage", "wide", []state{{"refused", NotePage(NoteDraft{ConversationID: 5, Text: "Too much", Error: "A note has at most 4,000 characters."})}}},
		{"ReplyPage", "wide", []state{{"asks", ReplyPage(v, Composer{Conversation: c.maria(), Text: "Yes, ten is fine.", Ask: "Somebody has answered since you began to write."})}}},
		{"CannedRepliesPage", "wide", c.cannedStates()},
		{"NewConversationPage", "wide", c.newConversationStates()},
		{"SignInPage", "wide", []state{
			{"empty", SignInPage(SignIn{Place: atHome})}, {"elsewhere", SignInPage(SignIn{Place: Place{Origin: "https://inbox.example.com", URL: "https://inbox.example.com/login", Doubtful: true}})}, {"wrong", SignInPage(SignIn{Username: "anna", Error: "That name and password don't match."})}, {"nobody yet", SignInPage(SignIn{Nobody: true})},
		}},
		{"SetUpPage", "wide", []state{
			{"empty", SetUpPage(SetUp{Action: "/setup/token", Place: atHome})}, {"wrong", SetUpPage(SetUp{Action: "/setup/token", Username: "anna", Error: "The two passwords differ."})},
		}},
		{"FailurePage", "wide", []state{
			{"signed in", FailurePage(Failure{Viewer: &v, Status: 404, Title: "Not found", Advice: "There is nothing here, or you may not see it."})},
			{"signed out", FailurePage(Failure{Status: 500, Title: "Something went wrong", Advice: "Try again in a moment."})},
		}},
	}}
}

// cannedReplies are one of Anna's own, one that she shares, and a colleague's.
func (c canned) cannedReplies() []store.CannedReply {
	return []store.CannedReply{
		{ID: 1, UserID: 1, Name: "greet", Text: "Hello {name}, how can I help?\n{agent}"},
		{ID: 2, UserID: 2, Author: "Ben Okafor", Name: "hours", Text: "We are open from 9 to 5.", Shared: true},
		{ID: 3, UserID: 1, Name: "terms", Text: galleryText[:300], Shared: true},
	}
}

func (c canned) cannedStates() []state {
	all := CannedReplies{Viewer: c.Viewer, All: c.cannedReplies()}
	saved, refused, agent := all, all, all
	saved.Saved, agent.Viewer = true, c.agent()
	refused.Typed, refused.Error = store.CannedReply{ID: 1, Name: "terms", Text: "Hello", Shared: true}, "There is one of that name already."
	return []state{
		{"nothing yet", CannedRepliesPage(CannedReplies{Viewer: c.Viewer})}, {"some", CannedRepliesPage(all)}, {"saved", CannedRepliesPage(saved)},
		{"refused", CannedRepliesPage(refused)}, {"of an agent", CannedRepliesPage(agent)},
	}
}

func (c canned) newConversationStates() []state {
	one := NewConversation{Viewer: c.Viewer, Subusers: []store.SubuserID{6}, Subuser: 6, Once: "A"}
	several, refused, asked := one, one, one
	asked.Number, asked.Text, asked.Ask = "+1 415 555 0134", "Hello", OptedOutQuestion
	several.Subusers, several.SIMCards = []store.SubuserID{store.Main, 6, 7}, []int64{123, 131}
	refused.Number, refused.Text, refused.Error, refused.Wrong = "415 555 0134", "Hello", "Begin the number with + and the country.", "number"
	return []state{
		{"one subuser", NewConversationPage(one)}, {"several", NewConversationPage(several)}, {"refused", NewConversationPage(refused)},
		{"opted out", NewConversationPage(asked)},
		{"no key", NewConversationPage(NewConversation{Viewer: c.Viewer, Off: "To answer from here, start Tagline with TextLink's API key."})},
	}
}

func (c canned) optOutStates() []state {
	saved := OptOut{Viewer: c.Viewer, Out: "Abmelden\nno more\nتوقف", In: "Wieder da", Saved: true}
	refused := OptOut{Viewer: c.Viewer, Out: "Abmelden\nabmelden", Error: "“Abmelden” and “abmelden” are the same word. Leave one out. Nothing was saved yet.", Wrong: "out"}
	return []state{{"none of their own", OptOutPage(OptOut{Viewer: c.Viewer})}, {"saved", OptOutPage(saved)}, {"refused", OptOutPage(refused)}}
}

func (c canned) inboxStates() []state {
	full, trouble := c.inbox(store.Filter{}), c.inbox(c.narrow())
	thread := c.thread()
	full.Thread, full.List.Open = &thread, 10
	trouble.Trouble = c.trouble()
	return []state{
		{"list", InboxPage(c.inbox(store.Filter{}))},
		{"thread", InboxPage(full)},
		{"failed", InboxPage(c.inbox(store.Filter{View: store.ViewFailed}))},
		{"narrowed, trouble", InboxPage(trouble)},
		{"search", InboxPage(c.searched(store.Filter{Text: "rent"}, c.found()))},
		{"nothing yet", InboxPage(Inbox{Viewer: c.Viewer, Empty: true})},
	}
}

func (c canned) connectStates() []state {
	page := Connect{Viewer: c.Viewer}
	for _, kind := range store.Kinds {
		page.Hooks = append(page.Hooks, Hook{Kind: kind, URL: "https://inbox.example.com/webhooks/0123456789abcdef0123456789abcdef/" + string(kind)})
	}
	begun := page
	begun.Local, begun.Error, begun.Secret = true, "A secret has at least 8 characters.", "short"
	all := page
	all.HasSecret, all.Hooks = true, nil
	for _, h := range page.Hooks {
		h.LastSeen = c.ago(time.Minute)
		all.Hooks = append(all.Hooks, h)
	}
	swapped := all
	swapped.Swaps = []store.Swap{{Kind: store.KindReceived, With: store.KindFailed}}
	return []state{{"new", ConnectPage(page)}, {"refused", ConnectPage(begun)}, {"all arrived", ConnectPage(all)}, {"swapped", ConnectPage(swapped)}}
}

func (c canned) keysStates() []state {
	token := store.Key{ID: 1, Label: "Addresses", Token: "0123456789abcdef", CreatedAt: c.ago(48 * time.Hour), SeenAt: c.ago(time.Minute)}
	newer := store.Key{ID: 2, Label: "Addresses", Token: "fedcba9876543210", CreatedAt: c.ago(time.Hour)}
	secrets := []store.Key{{ID: 3, Label: "TextLink", CreatedAt: c.ago(time.Hour)}, {Label: "Configuration"}}
	full := Keys{Viewer: c.Viewer, Tokens: []store.Key{newer, token}, Secrets: secrets}
	made, refused := full, full
	made.Made = "correct-horse-battery-staple"
	refused.Label, refused.Secret, refused.Error = "TextLink", "short", "A secret has at least 8 characters."
	return []state{
		{"only addresses", KeysPage(Keys{Viewer: c.Viewer, Tokens: []store.Key{token}})}, {"several", KeysPage(full)}, {"made", KeysPage(made)}, {"refused", KeysPage(refused)},
	}
}

func (c canned) namesStates() []state {
	form := NamesForm{Viewer: c.Viewer, Subusers: []NameField{SubuserField(store.Main, ""), SubuserField(6, "North team")}, SIMCards: []NameField{SIMCardField(123, "Spare phone")}}
	saved, refused := form, form
	saved.Saved = true
	refused.Error = "Two subusers cannot have one name."
	refused.Subusers = []NameField{SubuserField(store.Main, "North team"), form.Subusers[1]}
	refused.Subusers[0].Wrong = true
	return []state{
		{"nothing yet", NamesPage(NamesForm{Viewer: c.Viewer})}, {"named", NamesPage(form)}, {"saved", NamesPage(saved)}, {"refused", NamesPage(refused)},
	}
}

func (c canned) privacyStates() []state {
	p := Privacy{Viewer: c.Viewer}
	for _, kind := range store.Perishables {
		p.Kept = append(p.Kept, KeptFor{Kind: kind, Typed: "0"})
	}
	refused, deleted, asks := p, p, p
	refused.Number, refused.ExportError = "555", "No contact has this number. Begin it with + and the country, like +1 415 555 0134."
	refused.Delete, refused.DeleteError = "+1 415 555 0134", "The two numbers are not the same. Type the number again. Nothing was deleted."
	deleted.Deleted, deleted.Deletions = true, []store.Deletion{{ID: 2, ContactID: 31, BegunAt: c.Viewer.Now.UnixMilli()}, {ID: 1, ContactID: 9, BegunAt: c.Viewer.Now.UnixMilli() - 90_000, EndedAt: c.Viewer.Now.UnixMilli() - 60_000}}
	deleted.Copies = []store.Copy{{File: "/var/lib/tagline/backups/tagline-20261101T120000Z.db", At: c.Viewer.Now.UnixMilli() - 3600_000}}
	deleted.Kept = append([]KeptFor{{Kind: store.PerishableDeliveries, Typed: "90", Retention: store.Retention{Days: 90, RanAt: c.Viewer.Now.UnixMilli() - 60_000, Removed: 1200}}}, p.Kept[1:]...)
	asks.Asks, asks.Confirm, asks.Kept = true, "90 0 0 0 ", append([]KeptFor{{Kind: store.PerishableDeliveries, Typed: "90", Goes: 1200}}, p.Kept[1:]...)
	clock := p
	clock.Clock, clock.ClockError = store.Clock{Now: c.Viewer.Now.UnixMilli(), Reached: c.Viewer.Now.UnixMilli() - 30*24*3600_000}, "The clock says something else now. Nothing was removed; look at it again."
	clock.Waits = []KeptFor{{Kind: store.PerishableMessages, Goes: 5210}, {Kind: store.PerishableAudit, Goes: 12}}
	return []state{{"nothing yet", PrivacyPage(p)}, {"refused", PrivacyPage(refused)}, {"deleted", PrivacyPage(deleted)}, {"asks", PrivacyPage(asks)}, {"clock", PrivacyPage(clock)}}
}

func (c canned) insights() InsightsShown {
	i := InsightsShown{Viewer: c.Viewer, From: "2026-10-27", Until: "2026-11-25", Nav: Navigation{Counts: store.Counts{Subusers: []store.SubuserCount{{Subuser: 6}, {Subuser: 7}}}}}
	for n := range 30 {
		i.Insights.Days = append(i.Insights.Days, store.DayCount{Day: (store.DayOf(c.Viewer.now()) + store.Day(n-29)).String(), In: 40 + n*7%23, Out: 35 + n*5%31, Failed: n % 4})
		i.Insights.Hours[n%7][8+n%9] += n
	}
	i.Insights.SIMCards = map[int64]store.FailureRate{0: {Out: 10}, 123: {Out: 900, Failed: 4}, 124: {Out: 120, Failed: 31}}
	i.Insights.Subusers = map[store.SubuserID]store.FailureRate{store.Main: {Out: 500, Failed: 5}, 6: {Out: 530, Failed: 30}}
	i.Insights.Answers = store.Answers{Count: 120, Median: 7 * 60_000, P90: 3 * 3_600_000}
	i.Tags.Flows = []store.TagFlow{{From: "Cold", To: "Warm", Count: 31}, {To: longName, Count: 12}, {From: "Hot", Count: 1}}
	return i
}

func (c canned) targets() []store.Target {
	return []store.Target{
		{ID: 1, Name: "Zapier", URL: "https://hooks.example.com/hooks/catch/123456/abcdefghijklmnopqrstuvwxyz", Kinds: store.Kinds, SigningKey: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		{ID: 2, Name: longName, URL: "https://make.example.com/x", Kinds: store.Kinds[:1], FailingSince: c.ago(5), Waiting: 12},
		{ID: 3, Name: arabicName, URL: "http://10.0.0.5/in", Kinds: store.Kinds[1:], Nearby: true, Subusers: []store.SubuserID{6}, PausedAt: c.ago(60), PausedWhy: "It took nothing for a day.", Waiting: 1},
	}
}

func (c canned) targetsStates() []state {
	first := Targets{Viewer: c.Viewer, New: TargetForm{Target: store.Target{Kinds: store.Kinds}, All: true, Choices: []store.SubuserID{store.Main, 6}}}
	refused := first
	refused.Targets = c.targets()
	refused.New = TargetForm{Target: store.Target{Name: "Make", URL: "http://x", Kinds: store.Kinds[:2], Subusers: []store.SubuserID{6}}, Choices: []store.SubuserID{store.Main, 6}, More: "six",
		Error: "“six” is no subuser. Write the numbers that TextLink gives them, like 6, 12."}
	return []state{{"nothing yet", TargetsPage(first)}, {"refused", TargetsPage(refused)}}
}

func (c canned) attempts() []store.ForwardAttempt {
	return []store.ForwardAttempt{
		{ID: 5, DeliveryID: 9, Kind: store.KindReceived, At: c.ago(0), Took: 48, Status: 200, Answer: []byte("{\"status\": \"success\"}")},
		{ID: 4, DeliveryID: 8, Kind: store.KindTag, At: c.ago(1), Took: 15000, Error: "It did not answer within 15 seconds."},
		{ID: 3, DeliveryID: 7, Kind: store.KindSent, At: c.ago(3), Took: 210, Status: 500, Error: "It answered 500 Internal Server Error.", Answer: []byte("<h1>Oh no</h1>\xff"), GaveUp: true},
		{ID: 2, Kind: store.KindReceived, At: c.ago(4), Took: 33, Status: 204},
	}
}

func (c canned) targetStates() []state {
	page := func(g store.Target) TargetPageProps {
		return TargetPageProps{Viewer: c.Viewer, Target: g, Form: &TargetForm{Target: g, All: len(g.Subusers) == 0, Choices: []store.SubuserID{store.Main, 6}}}
	}
	all := c.targets()
	fresh, busy, stuck := page(all[0]), page(all[1]), page(all[2])
	fresh.Saved = true
	busy.Attempts, busy.Older, busy.Sample, busy.Again = c.attempts(), "/settings/targets/2?before=2", &c.attempts()[2], "Sent again: 2."
	stuck.Attempts, stuck.Sample, stuck.Error, stuck.Since = c.attempts()[1:2], &c.attempts()[0], "Nothing was sent again: write the day and the time from when on.", "2026-11-24T10:00"
	return []state{{"new", TargetPage(fresh)}, {"busy", TargetPage(busy)}, {"stuck", TargetPage(stuck)}}
}

var atHome = Place{Origin: "https://inbox.example.com", URL: "https://inbox.example.com/login"}

func (c canned) choices() Choices {
	found := []Choice{{"Hot", "Hot", "/inbox?tag=Hot"}, {"Campaign 7", "Campaign 7", "/inbox?tag=Campaign+7"}, {"12", "Somebody", ""}}
	return Choices{Viewer: c.Viewer, Title: "Tags", Kind: "tags", Find: "o", Found: found, More: true}
}
