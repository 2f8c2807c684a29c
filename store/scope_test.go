package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tagline/store"
	"tagline/store/text"
)

// unscoped are the exported methods of a store without a scope, by why they need none. A new one belongs here only if
// one of the reasons holds for it; a read of conversations, messages, contacts, tags or notes takes a scope.
var unscoped = map[string]string{
	"about people, sessions and ways in, decided by who asks": `Access SameAccess KnowDevice KnowsDevice Factor OfferFactor AddFactor RemoveFactor SetCodes
		TakeStep TakeCode AddLink LinkUser UseLink SetPassword Staff Person Invite SetAccess Disable Enable EndAllSessions CreateSession DeleteSession
		EndSession EndOtherSessions Sessions TouchSession SessionUser SessionEnds MFAPendingUser CreateUser CreateFirstAdmin HasUsers Users UserByName User
		APITokens AddAPIToken RevokeAPIToken TokenUser TouchAPIToken AnsweredCall`,
	"somebody's own": `SetNotifications NotifyViews SetPreferences SavedViews SaveView DeleteView Subscribe Unsubscribe ForgetSubscription Endpoints
		Subscriber Subscribed`,
	"words for replies, one's own or everybody's": `CannedReplies AddCannedReply ChangeCannedReply DeleteCannedReply`,
	"for admins, who see everything": `Audit AuditLog Deliveries Delivery UnparsedAfter CountUnparsed Refusals RefusedSince RecordRefusals Keys AddToken
		CurrentToken AddSecret RevokeKey CurrentPushKeys SetNames OptWords SetOptWords Activity LastSeen Quiet Swaps Export
		DeleteContact Deletions ExportContact Retentions SetRetention ConfirmClock Expired Copies
		Targets Target StuckTargets AddTarget ChangeTarget DeleteTarget PauseTarget ResumeTarget ForwardAttempts ForwardAgain ForwardSince NoteSample`,
	"numbers without content, which every socket holds against its scope": `Identity ChangeNumber ChangesSince`,
	"what webhooks bring":                             `RecordReceived RecordSent RecordFailed RecordTag RecordOnly Process`,
	"what the snooze job works on, asked by nobody":   `SnoozeChanged WakeDue`,
	"what is removed behind the writes":               `RetentionChanged FinishDeletions Expire HastenForwards Clock FollowClock TrustClock`,
	"what asks TextLink for tags, asked by nobody":    `TagsRequested DueTags StartTag RepeatTags AcceptTag RefuseTag`,
	"what the search index works on, asked by nobody": `Committed IndexSearch`,
	"what the forwarder works on, asked by nobody":    `Forwarding TakeForwards DueForwards NextForward EndForward`,
	"what the outbox works on, asked by nobody":       `HoldLate HoldLateTags RepliesQueued DueSends StartSend EndSend RefuseSend LoseSend LoseSends`,
	"the state of the store":                          `Health BacksUp BackUp BackupAge Broken Failing Describe Collect Close`,
	"for tests only":                                  `AddThen Do FillDirectly Index IndexSome Path Plans SearchBehind Waiting DeleteAudit`,
}

// ownWays are methods whose answer is the same to everybody here; tests of their own are about them. People are the
// colleagues, who hide from nobody; a note that was not deleted cannot be restored; contacts are listed after an id, of
// which there is one here, and looked up by their number (see the matrix of the API, and its test of numbers); the
// contact has no other conversation.
var ownWays = []string{"People", "RestoreNote", "Contacts", "FindContact", "OtherConversations"}

// Every method of a store says whose eyes it reads for, or is known to need none.
func TestEveryReadTakesAScope(t *testing.T) {
	known := map[string]bool{}
	for _, names := range unscoped {
		for _, name := range strings.Fields(names) {
			known[name] = true
		}
	}
	for method := range methods() {
		name := method.Name
		if takesScope(method) == known[name] {
			t.Errorf("%s takes a scope: %v; known to need none: %v", name, takesScope(method), known[name])
		}
		delete(known, name)
	}
	for name := range known {
		t.Errorf("there is no method %s", name)
	}
}

// What lies outside of a scope answers like what does not exist, whatever is asked. That it answers otherwise to those
// who may see it shows that the scope is what makes the difference: a method that forgot its own would be found here.
func TestOutsideOfAScopeNothingIsThere(t *testing.T) {
	const others, missing = 1, 999 // the id of whatever there is in subuser 7, and of nothing
	agent := store.Scope{Subusers: []store.SubuserID{6}}
	for method := range methods() {
		if !takesScope(method) {
			continue
		}
		ask := func(scope store.Scope, id int64) string { return answer(t, method, scope, id) }
		told := ask(agent, others)
		if told != ask(agent, missing) || strings.Contains(told, "zq") {
			t.Errorf("%s tells of what is outside: %s", method.Name, told)
		}
		if !slices.Contains(ownWays, method.Name) && ask(store.Everything, others) == told {
			t.Errorf("%s says the same to everybody, so nothing is shown: %s", method.Name, told)
		}
	}
}

func methods() func(yield func(reflect.Method) bool) {
	return func(yield func(reflect.Method) bool) {
		for all, i := reflect.TypeFor[*store.Store](), 0; i < all.NumMethod(); i++ {
			if !yield(all.Method(i)) {
				return
			}
		}
	}
}

func takesScope(m reflect.Method) bool {
	for i := range m.Type.NumIn() {
		if m.Type.In(i) == reflect.TypeFor[store.Scope]() {
			return true
		}
	}
	return false
}

// answer is what the method returns in a world of subuser 7 alone, where every id is 1 and every text has zq in it.
func answer(t *testing.T, m reflect.Method, scope store.Scope, id int64) string {
	t.Helper()
	c := newClock()
	s := open(t, c, nil)
	person(t, s, "anna", store.Admin)
	tell(t, s, c, fact{kind: store.KindFailed, subuser: 7, number: "+1zq", text: "zq failed"})
	tell(t, s, c, fact{kind: store.KindReceived, subuser: 7, number: "+1zq", text: "zq text", name: "zq name", tag: "zq tag", sim: 3})
	note, err := s.AddNote(t.Context(), store.Everything, 1, 1, "zq note")
	changes, _, changed := s.TagChangesIn(t.Context(), store.Everything, 1, store.TagPart{Limit: 1 << 20})
	_, _, draft := s.KeepDraft(t.Context(), store.Everything, 1, 1, store.Draft{Text: "zq draft"})
	names := s.SetNames(t.Context(), store.Names{Subusers: map[store.SubuserID]string{7: "zq subuser"}}) // those of SIM cards are shown beside what went through them only
	if err := errors.Join(err, changed, draft, names, s.IndexSearch(t.Context())); err != nil {
		t.Fatal(err)
	}
	args := []reflect.Value{reflect.ValueOf(s)}
	for i := 1; i < m.Type.NumIn(); i++ {
		args = append(args, argument(t, m.Type.In(i), scope, id))
	}
	own := map[string]int64{"DeleteNote": note.ID, "Note": note.ID, "NoteAt": note.ID, "ContactChange": changes[0].ID, "Search": 99} // those that are not 1
	if last := len(args) - 1; own[m.Name] != 0 && id == 1 {
		args[last] = reflect.ValueOf(own[m.Name])
	}
	if strings.HasPrefix(m.Name, "Download") {
		args[len(args)-2] = reflect.ValueOf(int64(0)) // from the first on
	}
	call := m.Func.Call
	if m.Type.IsVariadic() {
		call = m.Func.CallSlice
	}
	var words []string
	for _, result := range call(args) {
		words = append(words, fmt.Sprintf("%+v", result.Interface()))
	}
	return strings.Join(words, ", ")
}

// argument is one that asks for the id, or for everything there is.
func argument(t *testing.T, kind reflect.Type, scope store.Scope, id int64) reflect.Value {
	t.Helper()
	for _, value := range []any{
		scope, id, []int64{id}, 1, text.ParseTerms("zq"), store.NewReply{User: 1, Conversation: id, Text: "zq", TextKey: []byte{1}, CustomID: "one"},
		store.Bulk{Action: store.BulkDone}, []store.Was{{ID: id, Value: 1}},
		store.Period{From: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}, func() string { return "one" }, anyWay, true, "zq",
	} {
		if reflect.TypeOf(value) == kind {
			return reflect.ValueOf(value)
		}
	}
	if kind == reflect.TypeFor[context.Context]() {
		return reflect.ValueOf(t.Context())
	}
	return reflect.Zero(kind)
}
