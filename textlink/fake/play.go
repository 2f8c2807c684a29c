package fake

// The demo plays a letting agency, Alder & Pine: the main account is its office, subuser 6 lets, 7 repairs, 9 looks
// after short stays. What they and their customers wrote is in office.go, lettings.go, repairs.go and stays.go, and
// what they go on writing in smalltalk.go.
const (
	office   int64 = 0
	lettings int64 = 6
	repairs  int64 = 7
	stays    int64 = 9
)

// SIM cards as TextLink numbers them, two for each account.
const (
	officeSIM1, officeSIM2     int64 = 123, 124
	lettingsSIM1, lettingsSIM2 int64 = 131, 132
	repairsSIM1, repairsSIM2   int64 = 141, 142
	staysSIM1, staysSIM2       int64 = 151, 152
)

// person is a contact; without a name the number is no contact in TextLink, and can't have a tag.
type person struct{ name, number string }

// conversation is what a person and one account wrote, in the order of time.
type conversation struct {
	with         person
	subuser, sim int64
	lines        []line
}

// line is one stage direction. When is "12d 16:02" (that many days ago, at that time of the day), "0d 09:12" (this
// morning, see moment) or "25m" and "2h" (that long ago).
type line struct {
	act  act
	when string
	text string // the message, or the tag
}

type act int

const (
	theyWrite  act = iota
	weWrite        // in TextLink's console
	weAutomate     // over the API
	weFail         // as weWrite, but the message doesn't go out
	isTagged       // the tag that TextLink gives with the next message they write
	tagHook        // TextLink's tag hook, which carries no time: only for the last minutes
)

func in(when, text string) line    { return line{theyWrite, when, text} }
func out(when, text string) line   { return line{weWrite, when, text} }
func auto(when, text string) line  { return line{weAutomate, when, text} }
func fails(when, text string) line { return line{weFail, when, text} }
func tag(name string) line         { return line{isTagged, "", name} }
func hook(when, name string) line  { return line{tagHook, when, name} }

// play is all of it. It is a function so that nobody can change what the next caller gets.
func play() []conversation {
	var all []conversation
	all = append(all, officeTalks()...)
	all = append(all, lettingsTalks()...)
	all = append(all, repairsTalks()...)
	return append(all, staysTalks()...)
}
