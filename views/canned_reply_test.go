package views

import (
	"testing"

	"tagline/store"
)

// A placeholder is filled however it was typed; what is none stays as it is.
func TestPlaceholdersAreFilledHoweverTheyAreTyped(t *testing.T) {
	maria := store.Contact{PhoneNumber: "+14155550134", Name: "Maria"}
	nobody := store.Contact{PhoneNumber: "+14155550134"}
	viewer := Viewer{User: store.User{Name: "anna"}}
	for _, test := range []struct {
		text  string
		of    store.Contact
		want  string
		about string
	}{
		{"Hi { name }!", maria, "Hi Maria!", "spaces"},
		{"Hi {  Name}, {NUMBER }", maria, "Hi Maria, +1 415-555-0134", "spaces and case"},
		{"Hi {{name}}, {{ agent }}", maria, "Hi Maria, anna", "two pairs, as other programs have them"},
		{"Hi { {Name} }", maria, "Hi Maria", "two pairs apart"},
		{"Bonjour {\u00a0name\u00a0}\u00a0!", maria, "Bonjour Maria\u00a0!", "spaces that do not break"},
		{"こんにちは｛name｝", maria, "こんにちはMaria", "wide braces"},
		{"｛ＮＡＭＥ｝さん", maria, "Mariaさん", "wide letters"},
		{"{\u200ename\u200f} שלום", maria, "Maria שלום", "marks of direction"},
		{"{na\u00adme}", maria, "Maria", "a soft hyphen"},
		{"{\tagent\t}", maria, "anna", "tabs"},
		{"{name}{agent}", maria, "Mariaanna", "side by side"},
		{"{Name} {name} {NAME}", maria, "Maria Maria Maria", "more than one"},
		{"Hi { name }!", nobody, "Hi!", "a name that is not known"},
		{"Hi {{ name }}, it is { agent }", nobody, "Hi, it is anna", "the same in two pairs"},
		{"{first_name} {names} {name|there} {Kunde}", maria, "{first_name} {names} {name|there} {Kunde}", "other words, which are asked about"},
		{`{"name": 1} {} { } {{}}`, maria, `{"name": 1} {} { } {{}}`, "other braces"},
		{"{name", maria, "{name", "no end"},
	} {
		if got := filled(viewer, test.of, test.text); got != test.want {
			t.Errorf("%s: %q becomes %q, want %q", test.about, test.text, got, test.want)
		}
	}
	braces := store.Contact{Name: "{agent}"}
	if got := filled(viewer, braces, "{name}"); got != "{agent}" {
		t.Errorf("a name in braces is filled again: %q", got)
	}
}
