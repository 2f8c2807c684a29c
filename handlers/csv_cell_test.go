package handlers

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"
)

func TestNoCellOfASpreadsheetIsAFormula(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "Hello": "Hello", "a=1": "a=1", "1-2": "1-2", "'=1": "'=1", "a@b.com": "a@b.com", "Great, -5 degrees": "Great, -5 degrees", "a; b": "a; b", "well - yes": "well - yes",
		"=1+1": "'=1+1", "@SUM(1)": "'@SUM(1)", "-2+3": "'-2+3", "+1+1": "'+1+1", "＝1+1": "'＝1+1", "＋1+1": "'＋1+1", "－1": "'－1", "＠x": "'＠x", "﹦1": "'﹦1", "﹢1": "'﹢1", "﹣1": "'﹣1", "﹫x": "'﹫x", "−1": "'−1", "⁼1": "'⁼1",
		"  =1+1": "'  =1+1", "\u00a0=1": "'\u00a0=1", "\u200b=1": "'\u200b=1", "\ufeff＝1": "'\ufeff＝1", "\t=1": "'\t'=1", "\tx": "'\tx", "\nx": "'\nx", "\r=1": "'\n'=1", "\"=1": "'\"=1", "\u3000=1": "'\u3000=1",
		";=1+1": ";'=1+1", "a;=1+1;b": "a;'=1+1;b", "a; =1": "a;' =1", "a;\"=1": "a;'\"=1", "x\t=1": "x\t'=1", "x\n=1": "x\n'=1", "x\r=1": "x\n'=1", "x\r\n=1": "x\n'=1", "x,=1": "x,'=1", ";＝1": ";'＝1", "a;;@x": "a;;'@x",
		"+14155550134": "+14155550134", "call;+14155550134": "call;+14155550134", "+14155550134\n=1": "'+14155550134\n'=1", "+14155550134\n*HYPERLINK(1)": "'+14155550134\n*HYPERLINK(1)", "call\n+14155550134\nnow": "call\n+14155550134\nnow", "x;+14155550134\t*1": "x;'+14155550134\t*1", "+1415555013400000": "'+1415555013400000", "+1 415": "'+1 415",
		"a\rb": "a\nb", "a\r\nb": "a\nb", "a\x00b\x1b": "a␀b␛", "\x00=1": "␀=1",
	} {
		if got := csvText(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func FuzzCSVText(f *testing.F) {
	for _, text := range []string{"a\rb", ";=1+1", "=1\t=1\n=1", "\"", "+14155550134;+1", "\u200b ＝", "\x00\r\r\n"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cell := csvText(text)
		if startsFormula(cell, true) && !phoneNumber(cell) {
			t.Errorf("%q becomes %q", text, cell)
		}
		for _, separator := range "\n;\t" {
			for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == '\n' || r == separator }) {
				if startsFormula(part, true) && !phoneNumber(part) {
					t.Errorf("%q becomes %q, in which %q computes", text, cell, part)
				}
			}
		}
		var file bytes.Buffer
		lines := csv.NewWriter(&file)
		lines.UseCRLF = true
		if lines.Write([]string{cell, "x"}) != nil {
			t.Fatal("it cannot be written")
		}
		lines.Flush()
		if rows, err := csv.NewReader(&file).ReadAll(); err != nil || len(rows) != 1 || rows[0][0] != cell {
			t.Errorf("%q is read as %q, %v", cell, rows, err)
		}
	})
}
