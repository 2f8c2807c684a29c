package views

import (
	"strconv"

	"tagline/store"
)

// NamesForm is the names as they are, or as they were typed when the form comes back.
type NamesForm struct {
	Viewer   Viewer
	Change   int64
	Subusers []NameField
	SIMCards []NameField
	Find     string // what was looked for
	Many     bool   // there are more than are shown
	Saved    bool
	Error    string // why it came back
}

// NameField is one subuser or SIM card with its name.
type NameField struct {
	Field   string // in the form
	Label   string // what it is called without a name
	Name    string
	Wrong   bool            // the name cannot be taken
	Subuser store.SubuserID // either this
	SIMCard int64           // or this
}

// SubuserField is the field of a subuser.
func SubuserField(id store.SubuserID, name string) NameField {
	return NameField{Field: "subuser-" + id.String(), Label: Viewer{}.subuserName(id), Name: name, Subuser: id}
}

// SIMCardField is the field of a SIM card.
func SIMCardField(id int64, name string) NameField {
	return NameField{Field: "sim-" + strconv.FormatInt(id, 10), Label: Viewer{}.simCardName(id), Name: name, SIMCard: id}
}
