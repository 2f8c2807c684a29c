package textlink

import "errors"

// ErrMisplaced is returned for a body that another webhook posts: the URLs are swapped in TextLink's console.
var ErrMisplaced = errors.New("it does not fit this webhook's URL; two URLs may be swapped in TextLink's console")

// LooksLike returns the webhook whose body this is by its fields (TextLink docs, webhooks), "" if that can't be told.
// Sends and failures have the same fields, so each is taken for the other wherever it came.
//
// Received messages have neither portal nor ids, sends and failures neither name nor tag, tag changes no text.
func (e Event) LooksLike() Kind {
	labelled := e.Name != "" || e.HasTag
	switch {
	case e.TestSample() || e.PhoneNumber == "":
		return "" // samples are alike for all webhooks
	case !e.HasText && e.HasTag:
		return Tag
	case !e.HasText:
		return ""
	case e.Outbound && (e.Kind == Sent || e.Kind == Failed):
		return e.Kind
	case e.Outbound && e.TextlinkID != 0:
		return Failed // as in the example; a send's body may carry an id as well
	case e.Outbound:
		return Sent
	case labelled || e.Kind == Received || e.Kind == Tag:
		return Received
	}
	return ""
}

// Misplaced returns ErrMisplaced for an event whose body another webhook posts.
func (e Event) Misplaced() error {
	if like := e.LooksLike(); like != "" && like != e.Kind {
		return ErrMisplaced
	}
	return nil
}

// Candidates returns the webhooks whose body a misplaced one may be.
func (e Event) Candidates() []Kind {
	switch like := e.LooksLike(); {
	case e.Misplaced() == nil:
		return nil
	case like == Sent || like == Failed:
		return []Kind{Sent, Failed}
	default:
		return []Kind{like}
	}
}
