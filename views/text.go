package views

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tagline/store"
	"tagline/textutil"
)

// legible is a text with its control characters as pictures: browsers draw nothing for them.
func legible(text string) string { return textutil.Legible(text) }

// blank tells whether there is nothing in a name that can be seen.
func blank(name string) bool { return textutil.Blank(name) }

// What is longer than this is folded to its beginning. The longest SMS, of 1,530 characters, is not.
const (
	wholeLength = 1600 // characters
	wholeLines  = 40
	wholeWeight = 2400 // bytes in a page
	foldLength  = 600
	foldLines   = 15
	foldWeight  = 1800
	partWeight  = 48 << 10 // of what is loaded at once when a text is unfolded
)

// linkWeight is how many bytes a link takes besides its address, which stands in it twice.
const linkWeight = 160

// weight is about how many bytes a text takes in a page: some characters are written in several, and addresses are
// links.
func weight(text string) int {
	sum := 0
	for _, r := range text {
		sum += runeWeight(r)
	}
	if strings.Contains(text, "://") {
		for _, part := range spans(text) {
			if part.Link {
				sum += linkWeight + len(part.Text)
			}
		}
	}
	return sum
}

// Weight is about how many bytes a text takes in a page.
func Weight(text string) int { return weight(text) }

func runeWeight(r rune) int {
	switch {
	case r == '&' || r == '"' || r == '\'' || r == '<' || r == '>':
		return len("&#34;")
	case unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t':
		return len("\u2400")
	}
	return utf8.RuneLen(r)
}

// MessageWeight is about how many bytes a message takes in a page.
func MessageWeight(m store.Message) int {
	room := 1200
	if standsAlone(m) || m.Reply != nil {
		room = 2800 // what became of it, and what can be done
	}
	return room + min(weight(m.Text), wholeWeight)
}

// fold returns the beginning of a text that is too long to be shown whole, and whether it is.
func fold(text string) (head string, folded bool) {
	if utf8.RuneCountInString(text) <= wholeLength && strings.Count(text, "\n") < wholeLines &&
		weight(text) <= wholeWeight {
		return text, false
	}
	n, lines, weight := 0, 0, 0
	end := strings.IndexFunc(text, func(r rune) bool {
		if r == '\n' {
			lines++
		}
		n++
		weight += runeWeight(r)
		return lines == foldLines || n > foldLength || weight > foldWeight
	})
	if end < 0 {
		end = len(text) // it is short, and weighs much for its links
	}
	return text[:whole(text, end)], true
}

// whole moves an end on to where no character is cut, within reason.
func whole(text string, end int) int {
	for range longestCluster {
		r, size := utf8.DecodeRuneInString(text[end:])
		if size == 0 || !joined(text[:end], r) {
			break
		}
		end += size
	}
	return end
}

// textPart is what is loaded at once of a long text, from a byte on: as much as a page can take, to the end of a word
// if there is one. next is where the rest begins, 0 where nothing is left.
func textPart(text string, from int) (part string, next int) {
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	rest := text[min(from, len(text)):]
	end, sum := len(rest), 0
	for i, r := range rest {
		if sum += runeWeight(r) + strings.Count(rest[i:min(i+3, len(rest))], "://")*2*linkWeight; sum > partWeight {
			end = i
			break
		}
	}
	if end == len(rest) {
		return rest, 0
	}
	if space := strings.LastIndexAny(rest[:end], " \n"); space > end/2 {
		end = space + 1
	} else {
		end = whole(rest, end)
	}
	if end == len(rest) {
		return rest, 0
	}
	return rest[:end], from + end
}

// joined tells whether a character belongs to the one before it: a mark, or a part of an emoji.
func joined(before string, r rune) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	const joiner = '\u200d'
	return unicode.IsMark(r) || r == joiner || last == joiner || 0x1f3fb <= r && r <= 0x1f3ff
}
