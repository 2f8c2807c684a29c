package textlink

import "testing"

func TestKeysAreTakenInAnyLetterCase(t *testing.T) {
	e, err := Decode(Received, []byte(`{"Phone_Number":"+1","TEXT":"hi","Subuser_ID":6,"SeCrEt":"s","\u004Eame":"Mira"}`))
	if err != nil || e.PhoneNumber != "+1" || e.Text != "hi" || e.Subuser != 6 || *e.Secret != "s" || e.Name != "Mira" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestExactLowerCaseKeyWins(t *testing.T) {
	for _, members := range []string{
		`"name":"exact","Name":"other"`, `"NAME":"other","name":"exact"`, `"NAME":"other","name":"exact","Name":"another"`,
		`"name":"first","Name":"other","name":"exact","nAME":"another"`, `"Name":"other","n\u0061me":"exact"`,
	} {
		if e := received(t, members); e.Name != "exact" {
			t.Errorf("%s: %q", members, e.Name)
		}
	}
}

func TestLastOfEqualKeysWins(t *testing.T) {
	for _, members := range []string{`"name":"first","name":"last"`, `"Name":"first","NAME":"last"`,
		`"NAME":"first","Name":"second","NAME":"last"`} {
		if e := received(t, members); e.Name != "last" {
			t.Errorf("%s: %q", members, e.Name)
		}
	}
}

func TestNullHidesNoValue(t *testing.T) {
	for _, members := range []string{`"name":"Mira","name":null`, `"name":null,"Name":"Mira"`, `"Name":"Mira","name":null`,
		`"name":null,"name":"Mira"`} {
		if e := received(t, members); e.Name != "Mira" {
			t.Errorf("%s: %q", members, e.Name)
		}
	}
}

func TestKeysInsideOtherValuesAreNotOurs(t *testing.T) {
	if e := received(t, `"x":{"secret":"s","subuser_id":6},"y":[{"tag":"Hot"}]`); e.Secret != nil ||
		e.Subuser != 0 || e.HasTag {
		t.Errorf("%+v", e)
	}
}
