// Command report runs "go test" once for each group of arguments, the groups separated by "--". It prints what plain
// "go test" prints, and at the end the slowest tests, the skipped ones with their reason, and the failed ones.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// event is a line of "go test -json".
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64 // seconds
}

// result is how a test ended.
type result struct {
	name    string
	elapsed float64
	reason  string // why it was skipped
}

// summary collects what is printed at the end.
type summary struct{ slowest, skipped, failed []result }

func main() {
	began, all, ok := time.Now(), summary{}, true
	for group := range slices.Values(groups(os.Args[1:])) {
		ok = all.run(group) && ok
	}
	all.print(os.Stdout)
	fmt.Printf("\nThe tests took %s.\n", time.Since(began).Round(time.Second))
	if !ok {
		os.Exit(1)
	}
}

// groups splits the arguments at each "--".
func groups(args []string) (groups [][]string) {
	for {
		i := slices.Index(args, "--")
		if i < 0 {
			return append(groups, args)
		}
		groups, args = append(groups, args[:i]), args[i+1:]
	}
}

// run runs "go test" with the arguments and tells whether it passed.
func (s *summary) run(args []string) bool {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	s.read(out, os.Stdout)
	return cmd.Wait() == nil
}

// read takes the events and prints what belongs to no test, and the output of tests that fail.
func (s *summary) read(events io.Reader, to io.Writer) {
	outputs := map[string]*strings.Builder{} // of the tests under way
	lines := bufio.NewReader(events)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var e event
		if json.Unmarshal(line, &e) != nil {
			fmt.Fprintf(to, "%s", line)
			continue
		}
		s.take(e, outputs, to)
	}
	for _, output := range outputs { // a panic or the time limit ended them
		fmt.Fprint(to, output)
	}
}

func (s *summary) take(e event, outputs map[string]*strings.Builder, to io.Writer) {
	name := e.Package + " " + e.Test
	if e.Test == "" {
		if e.Output != "PASS\n" {
			fmt.Fprint(to, e.Output)
		}
		return
	}
	if outputs[name] == nil {
		outputs[name] = &strings.Builder{}
	}
	if e.Action == "output" && !strings.HasPrefix(e.Output, "=== ") {
		outputs[name].WriteString(e.Output)
	}
	done := result{name: name, elapsed: e.Elapsed}
	switch e.Action {
	case "skip":
		before, _, _ := strings.Cut(outputs[name].String(), "--- SKIP")
		done.reason = strings.TrimSpace(before)
		s.skipped = append(s.skipped, done)
	case "fail":
		s.failed = append(s.failed, done)
		fmt.Fprint(to, outputs[name])
		fallthrough
	case "pass":
		if !strings.Contains(e.Test, "/") {
			s.slowest = append(s.slowest, done)
		}
	default:
		return
	}
	delete(outputs, name)
}

// named is how many of the slowest tests are named.
const named = 10

func (s *summary) print(to io.Writer) {
	slices.SortFunc(s.slowest, func(a, b result) int { return cmp.Compare(b.elapsed, a.elapsed) })
	fmt.Fprintln(to, "\nThe slowest tests:")
	for _, r := range s.slowest[:min(named, len(s.slowest))] {
		fmt.Fprintf(to, "  %6.1f s  %s\n", r.elapsed, r.name)
	}
	if len(s.skipped) > 0 {
		fmt.Fprintln(to, "\nSkipped:")
	}
	for _, r := range s.skipped {
		fmt.Fprintf(to, "  %s: %s\n", r.name, r.reason)
	}
	if len(s.failed) > 0 {
		fmt.Fprintln(to, "\nFailed:")
	}
	for _, r := range s.failed {
		fmt.Fprintf(to, "  %s\n", r.name)
	}
}
