package views

import (
	"time"

	"tagline/store"
)

func (c canned) staff() []store.Person {
	return []store.Person{
		{User: store.User{ID: c.Viewer.User.ID, Name: "anna", Role: store.Admin, All: true, SecondFactor: true}, SeenAt: c.ago(time.Minute)},
		{User: store.User{ID: 2, Name: longName, Role: store.Agent, Subusers: []store.SubuserID{store.Main, 6, 8}}, SeenAt: c.ago(48 * time.Hour)},
		{User: store.User{ID: 3, Name: arabicName, Role: store.Agent, All: true, ReadOnly: true, NeedsFactor: true}, Waiting: true, Link: c.ago(-time.Hour)},
		{User: store.User{ID: 4, Name: "quinn", Role: store.Agent, Subusers: []store.SubuserID{6}}, Waiting: true},
		{User: store.User{ID: 5, Name: "rosa", Role: store.Agent, Subusers: []store.SubuserID{6}, Disabled: true}},
	}
}

func (c canned) access(u store.User, wrong string) AccessForm {
	return AccessForm{User: u, Choices: []store.SubuserID{store.Main, 6, 8}, More: "12", Error: wrong}
}

func (c canned) peopleStates() []state {
	page := People{Viewer: c.Viewer, People: c.staff(), Invite: c.access(store.User{Role: store.Agent}, "")}
	made, refused := page, page
	made.Made = MadeLink{Name: "piet", Address: "https://inbox.example.com/link/0123456789abcdef0123456789abcdef0123456789a"}
	refused.Invite = c.access(store.User{Name: "anna", Role: store.Agent, All: true}, "Somebody has this user name already. Choose another one.")
	return []state{{"several", PeoplePage(page)}, {"invited", PeoplePage(made)}, {"refused", PeoplePage(refused)}}
}

func (c canned) personStates() []state {
	var states []state
	for _, p := range c.staff() {
		access := c.access(p.User, "")
		states = append(states, state{p.Name, PersonPage(PersonForm{Viewer: c.Viewer, Person: p, Access: &access})})
	}
	p, access := c.staff()[1], c.access(store.User{Role: store.Agent}, "Choose at least one subuser: this agent would see nothing.")
	return append(states,
		state{"link made", PersonPage(PersonForm{Viewer: c.Viewer, Person: p, Access: &access, Made: "https://inbox.example.com/link/0123456789abcdef0123456789abcdef0123456789a"})},
		state{"last admin", PersonPage(PersonForm{Viewer: c.Viewer, Person: p, Access: &access, Error: "Nothing was changed: this is the only active admin."})})
}

func (c canned) accountStates() []state {
	page := Account{Viewer: c.Viewer, Sessions: []store.Session{
		{ID: 1, Device: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", Address: "203.0.113.7", CreatedAt: c.ago(time.Hour), SeenAt: c.ago(time.Minute), Own: true},
		{ID: 2, Device: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", Address: "2001:db8:0:1:2:3:4:5", CreatedAt: c.ago(50 * time.Hour), SeenAt: c.ago(3 * time.Hour)},
		{ID: 3, CreatedAt: c.ago(60 * time.Hour), SeenAt: c.ago(9 * time.Hour)},
	}}
	needed, on, refused := page, page, page
	needed.Viewer.User.NeedsFactor = true
	on.Viewer.User.SecondFactor, on.CodesLeft, on.Saved = true, 9, "sessions"
	refused.PasswordError, refused.Sessions = "Your present password is another one. Type it again.", page.Sessions[:1]
	return []state{{"", AccountPage(page)}, {"factor required", AccountPage(needed)}, {"factor on", AccountPage(on)}, {"refused", AccountPage(refused)}}
}

func (c canned) factor(wrong string) Factor {
	return Factor{Viewer: c.Viewer, Picture: "data:image/gif;base64,R0lGODlhAQABAAAAACw=", Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Error: wrong}
}

func (c canned) auditStates() []state {
	page := Audit{Viewer: c.Viewer, People: []store.User{{ID: 1, Name: "anna"}, {ID: 2, Name: longName}}, Next: "/settings/audit?before=1", Entries: []store.Entry{
		{ID: 4, At: c.ago(time.Minute), UserID: 1, Name: "anna", Action: store.SignedIn, Address: "2001:db8:0:1:2:3:4:5"},
		{ID: 3, At: c.ago(time.Hour), Action: store.SignInRefused, Subject: "anna", Address: "203.0.113.7"},
		{ID: 2, At: c.ago(30 * time.Hour), UserID: 1, Name: longName, Action: store.AccessChanged, Subject: arabicName + ": agent, subuser 6, read only", Address: "203.0.113.7"},
		{ID: 1, At: c.ago(40 * time.Hour), Name: "command on the server", Action: store.Exported, Subject: "everything"},
	}}
	return []state{{"", AuditPage(page)}, {"nothing", AuditPage(Audit{Viewer: c.Viewer, Chosen: AuditChoice{Action: string(store.Exported), From: "2026-11-01"}})}}
}
