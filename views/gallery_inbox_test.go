package views

import (
	"github.com/a-h/templ"

	"tagline/store"
	"tagline/store/text"
)

func (c canned) listHall() hall {
	v, f, i := c.Viewer, store.Filter{}, c.inbox(store.Filter{})
	failed := c.inbox(store.Filter{View: store.ViewFailed})
	narrowed := c.inbox(c.narrow())
	return hall{"Conversations", []exhibit{
		{"ConversationRow", "rows", c.rowStates()},
		{"ConversationRows", "rows", []state{{"", ConversationRows(v, f, i.List)}}},
		{"ConversationList", "list", c.emptyStates()},
		{"ListBody", "list", []state{
			{"selected", but(ListBody(i), `type="checkbox" name="conversation" value="11"`, `type="checkbox" name="conversation" value="11" checked`)},
			{"narrowed", ListBody(narrowed)},
			{"failed", ListBody(failed)},
		}},
		{"ListPane", "pane", []state{
			{"inbox", ListPane(i)},
			{"trouble", ListPane(Inbox{Viewer: v, Trouble: c.trouble()})},
		}},
		{"FailureGroup", "rows", []state{
			{"", FailureGroup(v, f, failed.List.Conversations[0], c.messages()[4:5], false)},
			{"current", FailureGroup(v, f, failed.List.Conversations[0], c.messages()[4:5], true)},
		}},
		{"FailureGroups", "rows", []state{{"", FailureGroups(v, f, failed.List)}}},
		{"BulkSaid", "", []state{{"tags", BulkSaid(TagsAskedWords("Warm", 12))}, {"nothing", BulkSaid(TagsAskedWords("Warm", 0))}}},
		{"BulkResult", "", []state{
			{"done", BulkResult(BulkDone{Bulk: store.Bulk{Action: store.BulkDone}, Was: []store.Was{{ID: 5, Value: 1}}})},
			{"assigned", BulkResult(BulkDone{Bulk: store.Bulk{Action: store.BulkAssign, Assignee: 2}, Name: "Ben Okafor", Was: []store.Was{{ID: 5}}})},
			{"nothing", BulkResult(BulkDone{})},
		}},
		{"TagChip", "", []state{
			{"cold", TagChip("Cold")}, {"warm", TagChip("Warm")}, {"hot", TagChip("Hot")}, {"other", TagChip("Rented")},
			{"Arabic", TagChip("مهتم")}, {"long", TagChip(longName)}, {"invisible", TagChip("\u3164")},
		}},
		{"TroubleNotice", "rows", []state{{"well", TroubleNotice(v, Trouble{})}, {"disk and webhook", TroubleNotice(v, c.trouble())}}},
		{"FilterPanel", "pane", []state{{"", but(ListPane(narrowed), `class="filter-menu"`, `class="filter-menu" open`)}, {"folded", FilterPanel(i)}}},
		{"FilterChips", "list", []state{{"one of each", FilterChips(narrowed)}, {"one", FilterChips(c.inbox(store.Filter{Tags: []string{"Hot"}}))}}},
		{"SaveForm", "list", []state{
			{"", unfolded(SaveForm(narrowed))},
			{"refused", SaveForm(Inbox{Viewer: v, Save: SaveView{Name: "Hot, north", Shared: true, Error: "You have a view of this name. Choose another one."}})},
		}},
	}}
}

func (c canned) rowStates() []state {
	all, words := c.conversations()
	var states []state
	for n, one := range all {
		states = append(states, state{words[n], ConversationRow(c.Viewer, store.Filter{}, one, false)})
	}
	return append(states, state{"current", ConversationRow(c.Viewer, store.Filter{}, c.maria(), true)})
}

// emptyStates are the list of each view with nothing in it.
func (c canned) emptyStates() []state {
	states := []state{
		{"nothing ever, for admins", ConversationList(Inbox{Viewer: c.Viewer, Empty: true})},
		{"nothing ever, for agents", ConversationList(Inbox{Viewer: c.agent(), Empty: true})},
		{"nothing matches", ConversationList(Inbox{Viewer: c.Viewer, Filter: c.narrow()})},
		{"nobody waits", ConversationList(Inbox{Viewer: c.Viewer, Filter: store.Filter{Sort: store.SortWaiting}})},
	}
	for _, link := range viewLinks {
		states = append(states, state{link.Name, ConversationList(Inbox{Viewer: c.Viewer, Filter: store.Filter{View: link.View}})})
	}
	return states
}

func (c canned) searchHall() hall {
	v, f := c.Viewer, store.Filter{Text: "rent"}
	nothing := Search{Terms: text.ParseTerms("rent")}
	older := nothing
	older.Older = "/search?q=rent&before=1"
	narrow := c.narrow()
	narrow.Text = "rent"
	return hall{"Search", []exhibit{{"SearchResults", "list", []state{
		{"found", SearchResults(v, f, c.found(), 0)},
		{"found, one open", SearchResults(v, f, c.found(), 5)},
		{"nothing typed", SearchResults(v, store.Filter{}, Search{}, 0)},
		{"nothing to search for", SearchResults(v, store.Filter{Text: "!"}, Search{}, 0)},
		{"nothing found", SearchResults(v, f, nothing, 0)},
		{"nothing within the filters", SearchResults(v, narrow, nothing, 0)},
		{"nothing so far", SearchResults(v, f, older, 0)},
	}}}}
}

func (c canned) navHall() hall {
	v, n := c.Viewer, c.navigation()
	connection := func(state string) templ.Component {
		return but(Connection(), `data-state="live"`, `data-state="`+state+`"`)
	}
	return hall{"Navigation and notices", []exhibit{
		{"Nav", "pane", []state{
			{"inbox", Nav(v, store.Filter{}, n)},
			{"narrowed, unfolded", unfolded(Nav(v, c.narrow(), n))},
			{"agent, nothing yet", unfolded(Nav(c.agent(), store.Filter{}, Navigation{}))},
		}},
		{"NavViews", "nav", []state{{"saved view", NavViews(v, store.Filter{View: store.ViewUnread}, n)}, {"tags", NavViews(v, store.Filter{View: TagsPlace}, n)}}},
		{"Connection", "", []state{
			{"live", Connection()}, {"reconnecting", connection("reconnecting")}, {"offline", connection("offline")}, {"elsewhere", connection("elsewhere")},
		}},
		{"Toasted", "toasts", []state{
			{"with undo", Toasted(DoneToast(true, 5))},
			{"without", Toasted(DismissedToast(false, 2, nil))},
			{"asks", Toasted(RetryQuestion(108, 123))},
			{"long", Toasted(Toast{Words: "Assigned to " + longName + ".", Undo: "/conversations/5/assign"})},
		}},
		{"Toasts", "", []state{{"empty", Toasts()}}},
		{"Shortcuts", "", []state{{"shown", Shortcuts()}}},
		{"UpgradeNotice", "", []state{{"shown", unhidden(UpgradeNotice())}}},
		{"PreferencesNow", "", []state{{"never seen", PreferencesNow(v.User)}}},
	}}
}
