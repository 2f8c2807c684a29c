package textlink

import "strings"

// The characters of an SMS that needs no Unicode (3GPP TS 23.038): those of the extension table take the room of two.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

// Segments is how a text goes out. A text that does not fit into one SMS goes as several that the phone joins, each
// with a little less room.
type Segments struct {
	Unicode bool // UCS-2, else GSM-7
	Units   int  // septets, or UTF-16 code units
	SMS     int  // at least 1
}

// Count tells how a text goes out. segments.js counts the same as one types.
func Count(text string) Segments {
	costs, unicode := gsmCosts(text)
	whole, part := 160, 153
	if unicode {
		costs, whole, part = utf16Costs(text), 70, 67
	}
	s := Segments{Unicode: unicode, SMS: 1}
	room := part
	for _, cost := range costs {
		s.Units += cost
		if cost > room { // no character is divided
			s.SMS++
			room = part
		}
		room -= cost
	}
	if s.Units <= whole {
		s.SMS = 1
	}
	return s
}

// gsmCosts are the septets of each character, or it is unicode.
func gsmCosts(text string) (costs []int, unicode bool) {
	for _, r := range text {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			costs = append(costs, 1)
		case strings.ContainsRune(gsmExtension, r):
			costs = append(costs, 2)
		default:
			return nil, true
		}
	}
	return costs, false
}

func utf16Costs(text string) []int {
	var costs []int
	for _, r := range text {
		if r > 0xffff {
			costs = append(costs, 2)
		} else {
			costs = append(costs, 1)
		}
	}
	return costs
}
