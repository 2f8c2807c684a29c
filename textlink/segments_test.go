package textlink

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func TestTextsTakeAsManySegmentsAsTheTableSays(t *testing.T) {
	content, err := os.ReadFile("testdata/segments.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Parts   [][2]any
		Unicode bool
		Units   int
		SMS     int
	}
	if err := json.Unmarshal(content, &cases); err != nil || len(cases) < 60 {
		t.Fatalf("%d cases, %v", len(cases), err)
	}
	for _, c := range cases {
		var text strings.Builder
		for _, part := range c.Parts {
			text.WriteString(strings.Repeat(part[0].(string), int(part[1].(float64))))
		}
		if got, want := Count(text.String()), (Segments{c.Unicode, c.Units, c.SMS}); got != want {
			t.Errorf("%v is %+v, want %+v", c.Parts, got, want)
		}
	}
}
