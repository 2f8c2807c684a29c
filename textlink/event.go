// Package textlink speaks with the provider: it reads the webhook bodies that TextLink posts.
//
// "TextLink docs" in a comment means the provider's public documentation. Where that is silent, or where integrators
// have seen something else, the code works either way: TextLink does not retry, so a body that is refused is lost for
// good.
package textlink

import (
	"fmt"
	"time"
)

// Kind is what a webhook reports. The body does not say; the URL it was posted to does (TextLink docs, webhooks).
type Kind string

const (
	Received Kind = "received" // a message arrived
	Sent     Kind = "sent"     // a send was dispatched, which is less than delivered
	Failed   Kind = "failed"   // a dispatched message failed; its Sent came first, or will come
	Tag      Kind = "tag"      // a contact's tag changed
)

// Kinds returns all kinds in the order in which TextLink's console lists them.
func Kinds() []Kind { return []Kind{Received, Sent, Failed, Tag} }

// Event is one webhook body. Strings are valid UTF-8 (what was not became U+FFFD) and may contain NUL.
type Event struct {
	Kind Kind

	// Secret is nil when the body carries none (absent or null). A number or boolean is its JSON text, an array or
	// object its raw text.
	Secret *string

	// PhoneNumber is '+' and digits where it could be read so, else the string that came, without the white space
	// around it; "" if absent or not usable.
	PhoneNumber string

	Text string

	// HasText says that the body has a text, even an empty one: a message always does, a tag change never. A null
	// counts as one only in the body of a message.
	HasText bool

	// TextKey identifies Text when repeats are looked for: the first 16 bytes of the SHA-256 of Text. Where reading
	// lost something it is that of the raw JSON token, so that two different unreadable texts never look alike. Never
	// nil.
	TextKey []byte

	// Timestamp is Unix milliseconds; nil if absent, null or not usable. A number that can't be true is kept, see
	// Doubtful, unless it is 0 or less: that is how programs write that they know no time, and two messages without a
	// time are not of the same time.
	Timestamp *int64

	// Doubtful says that a timestamp was sent that can't be used or can't be true, whenever it arrived. See also
	// DoubtfulAt.
	Doubtful bool

	SIMCardID  *int64 // nil if absent or not usable
	Portal     *bool  // sent from TextLink's own console; nil if absent or not usable
	CustomID   string // what our API call passed, if any
	TextlinkID int64  // TextLink's message id, 0 if none
	Outbound   bool   // there is a portal or an id, even one that can't be read: only sends and failures have them

	Name string

	// Tag is the contact's tag on Received and the new one on Tag. HasTag says that it came and was a string or number,
	// even if empty: an empty tag is a removed one, which is something else than no news.
	Tag    string
	HasTag bool

	Subuser int64 // 0 is the main account: absent, null, empty or 0. -1 is nobody: it can't be read
}

// SamplePhoneNumber and SampleText are what the console's "Test webhooks" sends (TextLink docs, webhooks).
const (
	SamplePhoneNumber = "+11234567890"
	SampleText        = "Working!"
)

// Sample is a body like those of the console's "Test webhooks".
func Sample(kind Kind, at time.Time) []byte {
	if kind == Tag {
		return fmt.Appendf(nil, `{"secret":"","phone_number":%q,"tag":"Test"}`, SamplePhoneNumber)
	}
	return fmt.Appendf(nil, `{"secret":"","phone_number":%q,"text":%q,"timestamp":%d}`,
		SamplePhoneNumber, SampleText, at.UnixMilli())
}

// TestSample reports whether the event came from the console's "Test webhooks": such events belong in the delivery log,
// not in the inbox. It also answers for an event that Decode returned along with an error.
func (e Event) TestSample() bool {
	if e.PhoneNumber != SamplePhoneNumber {
		return false
	}
	return e.Text == SampleText || e.Kind == Tag && !e.HasTag
}

const (
	// aheadOfArrival is how much later than its arrival a message may be dated. Clocks differ by seconds; what is dated
	// later would stand above everything that is really new until its time has come.
	aheadOfArrival = int64(2 * time.Minute / time.Millisecond)

	// No TextLink message is older than 2010-01-01T00:00Z, and none that this program sees is from 2200-01-01T00:00Z or
	// later. In between only the arrival can tell.
	earliest = int64(1262304000000)
	latest   = int64(7258118400000)
)

// DoubtfulAt reports whether the timestamp can't be trusted given when the event arrived (Unix milliseconds): it is
// Doubtful anyway, or lies more than two minutes after the arrival. An event without any timestamp is not doubtful.
func (e Event) DoubtfulAt(arrived int64) bool {
	return e.Doubtful || e.Timestamp != nil && *e.Timestamp-aheadOfArrival > arrived
}
