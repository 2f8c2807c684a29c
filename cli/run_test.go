package cli

import (
	"bytes"
	"strings"
	"testing"
)

// command runs a command to its end and returns what it prints.
func command(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := Run(t.Context(), args, func(string) string { return "" }, strings.NewReader(stdin), &stdout, &stderr)
	return stdout.String(), err
}
