package store_test

import (
	"testing"

	"tagline/store"
)

func TestAnOwnOptWordIsHeardInEverySpelling(t *testing.T) {
	for own, heard := range map[string]string{"แจ้งเลิก": "เเจ้งเลิก", "बंद": "बन्द", "ค\u0e33": "ค\u0e4d\u0e32"} {
		d := newDesk(t)
		d.check(d.SetOptWords(t.Context(), store.OptWords{Out: []string{own}}))
		d.hears(heard, d.clock.ms.Load())
		if !d.conversation().Contact.OptedOut {
			t.Errorf("%q is not heard as %q", heard, own)
		}
	}
}
