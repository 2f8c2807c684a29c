package store

import (
	"slices"
	"testing"
)

// Sends and failures look alike: whose URL gets the other webhook's bodies tells which of them is swapped.
func TestSwapsArePairsOfWebhooks(t *testing.T) {
	for name, test := range map[string]struct{ found, want []Swap }{
		"a failure that looks like a send": {
			[]Swap{{KindReceived, KindSent}, {KindFailed, KindReceived}}, []Swap{{KindReceived, KindFailed}},
		},
		"a send that looks like a failure": {[]Swap{{KindSent, KindTag}, {KindTag, KindFailed}}, []Swap{{KindSent, KindTag}}},
		"each looks like itself": {
			[]Swap{{KindReceived, KindFailed}, {KindFailed, KindReceived}}, []Swap{{KindReceived, KindFailed}},
		},
		"only one of them has come": {[]Swap{{KindReceived, KindSent}}, []Swap{{KindReceived, KindSent}}},
		"nothing":                   {},
	} {
		if got := swaps(test.found); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}
