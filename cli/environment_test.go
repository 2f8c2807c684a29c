package cli

import (
	"slices"
	"testing"
)

func TestUnknownVariablesAreNamed(t *testing.T) {
	got := unknownVariables([]string{"TAGLINE_DB=x", "TAGLINE_DATABASE=secret", "PATH=/bin", "TAGLINE_BACKUP_DIR=",
		"tagline_url=x", "TAGLINE_ROLE=admin", "TAGLINE=1", "TAGLINE_VERSION=3", "TAGLINE_=", "=x"})
	if want := []string{"TAGLINE_", "TAGLINE_DATABASE", "TAGLINE_VERSION", "tagline_url"}; !slices.Equal(got, want) {
		t.Errorf("unknown are %q, want %q", got, want)
	}
}
