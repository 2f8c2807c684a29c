package fake

import "fmt"

// theme is what people ask about again and again, each time about another place and day: the demo goes on with themes
// once its story is told.
type theme struct {
	subuser, sim     int64
	with             []person // in turn
	question, answer string   // %[1]s is the place, %[2]s the day, %[3]s the time
}

// No two of the numbers of places, days and times have a common divisor, so that each place meets each day.
var (
	themePlaces = [...]string{"Pine Street 14", "Elm Court 2B", "Maple 7", "Birch Row 9", "Orchard Lane 3", "Quay House 1",
		"Harbour View 5", "Mill Road 22"}
	themeDays  = [...]string{"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"}
	themeTimes = [...]string{"8:30", "9:15", "10", "11:30", "1 pm", "2:45", "4 pm", "5:30", "6 pm"}
)

// themeTurns is how often a theme comes up before one of its questions would come again.
const themeTurns = len(themePlaces) * len(themeDays)

func themes() []theme {
	return []theme{
		{lettings, lettingsSIM1, []person{maria, stranger},
			"Could I see %[1]s on %[2]s as well? Any time after %[3]s is fine.",
			"%[2]s at %[3]s works. The entrance of %[1]s is in the yard."},
		{repairs, repairsSIM1, []person{frank}, "%[1]s is done. Can do the next one %[2]s at %[3]s",
			"%[2]s, %[3]s, thanks Frank. Invoice for %[1]s to the office please."},
		{stays, staysSIM2, []person{daniel, charlie}, "Is %[1]s free again from %[2]s? We would arrive around %[3]s.",
			"From %[2]s, yes. The keys of %[1]s are in the box from %[3]s on."},
		{office, officeSIM2, []person{helen}, "A neighbour wants to see %[1]s. May I send him to you on %[2]s, %[3]s?",
			"Please do, %[2]s at %[3]s. I will have the papers for %[1]s ready."},
		{repairs, repairsSIM1, []person{olu, neighbor}, "The light in the stairwell of %[1]s has been out since %[2]s.",
			"Thank you! An electrician looks at it in %[1]s today, around %[3]s. Sorry that it took since %[2]s."},
		{lettings, lettingsSIM2, []person{stranger, maria},
			"What are the heating costs in %[1]s? I have to tell my bank by %[2]s.",
			"About 95 a month in %[1]s. You will have it in writing before %[2]s."},
		{stays, staysSIM1, []person{amina}, "We booked %[1]s until %[2]s. Could we stay until %[3]s that day?",
			"%[3]s on %[2]s is fine, nobody comes to %[1]s before the evening."},
		{office, officeSIM2, []person{tom}, "Deposit for %[1]s came in on %[2]s. Whose is it?",
			"The new tenant of %[1]s, it was due on %[2]s. Receipt follows by %[3]s."},
		{office, officeSIM1, []person{padraig}, "Could somebody read the meters in %[1]s while I'm away? Back on %[2]s.",
			"The caretaker goes to %[1]s anyway, he writes to you before %[2]s."},
		{stays, staysSIM2, []person{guest, charlie}, "left a book in %[1]s on %[2]s, blue cover. any luck?",
			"Found it under the sofa of %[1]s! We keep it for you; it was there since %[2]s."},
	}
}

// strangersAsk is what numbers write that nobody knows yet.
func strangersAsk() []theme {
	return []theme{
		{lettings, lettingsSIM1, nil, "Hello, is %[1]s still to let? I could come on %[2]s.",
			"Hello! It is. %[2]s at %[3]s? We meet in front of %[1]s."},
		{stays, staysSIM1, nil, "Hi, how much is %[1]s from %[2]s, two nights?",
			"Hi! 190 for both nights in %[1]s, from %[2]s 3 pm. Shall we hold it?"},
		{office, officeSIM1, nil,
			"Good day, I own a flat beside %[1]s and look for somebody to manage it. Are you in on %[2]s?",
			"Good day! We are, until 6 pm. We know %[1]s well; see you on %[2]s."},
	}
}

// after is the n-th exchange of some themes. It is nothing once one would come again.
func after(all []theme, n int) (e exchange, told bool) {
	t, round := all[n%len(all)], n/len(all)
	if round >= themeTurns {
		return exchange{}, false
	}
	fill := func(text string) string {
		return fmt.Sprintf(text+"%[4]s", themePlaces[round%len(themePlaces)], themeDays[round%len(themeDays)],
			themeTimes[round%len(themeTimes)], "")
	}
	e = exchange{subuser: t.subuser, sim: t.sim, question: fill(t.question), answer: fill(t.answer)}
	if len(t.with) > 0 {
		e.with = t.with[round%len(t.with)]
	}
	return e, true
}
