package text

import "testing"

func TestNameFinderFindsHoweverItIsTyped(t *testing.T) {
	for _, of := range []struct {
		name  string
		found []string
		not   []string
	}{
		{"Émile O’Neill", []string{"", "emile", "ÉMILE", "e\u0301mile", "o'neill", "o´ne", "ile  o", "Ｅmile"},
			[]string{"emil o", "oneill", "émilé x"}},
		{"Straße 12", []string{"strasse", "STRASSE 1", "straße", "١٢", "１２"}, []string{"strase", "21"}},
		{"ガイド", []string{"ｶﾞｲﾄﾞ", "カ\u3099イ", "ガイド"}, []string{"ガド"}},
		{"مـــرحبا علي", []string{"مرحبا", "على", "علی"}, []string{"مرحبه"}},
		{"Été–2026", []string{"ete-", "é—2026", "-2026"}, []string{"ete2026"}},
		{"İzmir", []string{"izmir", "IZMIR", "ızmir", "i̇zmir"}, []string{"zmri"}},
		{"👍 ok", []string{"👍", "👍 o", "OK"}, []string{"👎"}},
	} {
		for _, typed := range of.found {
			if found, _ := NameFinder(typed)(of.name); !found {
				t.Errorf("%+q does not find %s", typed, of.name)
			}
		}
		for _, typed := range of.not {
			if found, _ := NameFinder(typed)(of.name); found {
				t.Errorf("%+q finds %s", typed, of.name)
			}
		}
	}
	if _, begins := NameFinder("EMI")("Émile"); !begins {
		t.Error("Émile does not begin with EMI")
	}
	if _, begins := NameFinder("mile")("Émile"); begins {
		t.Error("Émile begins with mile")
	}
}
