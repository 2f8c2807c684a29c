package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Tests of faults run the built program under strace and know webhooks by marks in their texts.

var markPattern = regexp.MustCompile(`cut-\d+-\d+-`)

const webhookSecret = "the-secret-of-webhooks"

// withoutRaceDetector runs the test again in a build without the race detector, which would make these tests ten times
// slower and finds nothing in them: what they test runs in other processes. It tells whether the test is done so.
func withoutRaceDetector(t *testing.T) bool {
	t.Helper()
	if !raceDetector {
		return false
	}
	out, err := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-run", "^"+t.Name()+"$", ".").CombinedOutput()
	t.Logf("without the race detector:\n%s", out)
	if err != nil {
		t.Fail()
	}
	if bytes.Contains(out, []byte("--- SKIP: "+t.Name())) {
		t.Skip("skipped there")
	}
	return true
}

// needStrace skips the test where processes cannot be traced.
func needStrace(t *testing.T) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), "strace", "-f", "-o", os.DevNull, "true").CombinedOutput(); err != nil {
		t.Skipf("this test needs strace and the permission to trace (Debian, Ubuntu: sudo apt-get install strace): %v %s", err, out)
	}
}

// buildWith builds the program with changes in a source file, as pairs of what stands there and what shall: what tests
// of faults need otherwise is no setting of the program.
func buildWith(t *testing.T, source string, changes ...string) string {
	t.Helper()
	content, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	for pair := range slices.Chunk(changes, 2) {
		if n := strings.Count(string(content), pair[0]); n != 1 {
			t.Fatalf("%s has %q %d times", source, pair[0], n)
		}
		content = bytes.Replace(content, []byte(pair[0]), []byte(pair[1]), 1)
	}
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	paths, err := json.Marshal(map[string]map[string]string{"Replace": {source: changed}})
	if err == nil {
		err = errors.Join(os.WriteFile(overlay, paths, 0o600),
			os.WriteFile(changed, content, 0o600))
	}
	file := filepath.Join(dir, "tagline")
	if err == nil {
		_, err = buildAs(file, "-overlay", overlay)
	}
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// traced is the program under strace.
type traced struct {
	program *exec.Cmd
	stderr  *output
	url     string
	record  string // strace's record of calls, complete after kill
}

// trace starts the program on a database under strace with more arguments.
func trace(t *testing.T, program, db string, strace ...string) *traced {
	t.Helper()
	p := &traced{stderr: newOutput(), record: filepath.Join(t.TempDir(), "record")}
	// -D makes the program our child, and strace its companion: it can be killed and waited for.
	args := append([]string{"-D", "-f", "-y", "-o", p.record}, strace...)
	args = append(args, program, "serve", "--addr", "localhost:0", "--db", db, "--webhook-secret", webhookSecret)
	p.program = exec.Command("strace", args...)
	p.program.Stderr = p.stderr
	if err := p.program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	p.url = p.stderr.await(t, `"url":"([^"]+)"`)
	return p
}

// kill ends the program at once and waits until strace has ended, too.
func (p *traced) kill() {
	_ = p.program.Process.Kill()
	_ = p.program.Wait() // strace holds the other end of stderr
}

// dispatch posts a webhook with the mark and padding in its text, and tells whether it was acknowledged.
func dispatch(t *testing.T, client *http.Client, url, mark string, padding int) bool {
	t.Helper()
	body, _ := json.Marshal(map[string]any{
		"secret": webhookSecret, "phone_number": "+1555010" + mark[4:5], "text": mark + strings.Repeat("x", padding), "timestamp": 1748463114559,
	})
	resp, err := client.Post(url+"/webhooks/sent", "application/json", bytes.NewReader(body))
	if err != nil {
		t.Errorf("%s: %v", mark, err)
		return false
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, resp.Body)
	if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("%s was answered %d", mark, resp.StatusCode)
	}
	return resp.StatusCode == http.StatusOK
}

func (p *traced) said() string {
	p.stderr.mu.Lock()
	defer p.stderr.mu.Unlock()
	return p.stderr.text.String()
}

// call is one system call as strace saw it.
type call struct {
	name   string
	path   string // of the file it is about
	fd     string // with what strace knows of it
	data   []byte
	offset int64 // of a write; the length of a truncation
	failed bool
	// Where in the record it began and ended. Calls of several threads overlap.
	begin, end int
}

var (
	linePattern = regexp.MustCompile(`^(\d+) +(\w+)\((.*)$`)
	donePattern = regexp.MustCompile(`^(\d+) +<\.\.\. (\w+) resumed>(.*)$`)
	fdPattern   = regexp.MustCompile(`^(\d+)<([^>]*)>(\(deleted\))?`)
)

// readCalls reads strace's record.
func readCalls(t *testing.T, record string) []*call {
	t.Helper()
	f, err := os.Open(record)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, 1<<20)
	var calls []*call
	begun := map[string]*call{}      // by thread
	beginning := map[string]string{} // what was said of it then
	for n := 0; ; n++ {
		line, err := lines.ReadString('\n')
		if err == io.EOF {
			return calls
		}
		if err != nil {
			t.Fatal(err)
		}
		line = strings.TrimSuffix(line, "\n")
		if m := linePattern.FindStringSubmatch(line); m != nil {
			c := &call{name: m[2], begin: n, end: -1}
			calls = append(calls, c)
			said, unfinished := strings.CutSuffix(m[3], " <unfinished ...>")
			if unfinished {
				begun[m[1]], beginning[m[1]] = c, said
				c.parse(t, said)
				continue
			}
			c.end = n
			c.parse(t, said)
		} else if m := donePattern.FindStringSubmatch(line); m != nil && begun[m[1]] != nil {
			c := begun[m[1]]
			c.end = n
			c.parse(t, beginning[m[1]]+m[3])
			delete(begun, m[1])
		}
	}
}

// parse reads what stands behind the name and the bracket: arguments and, if it has ended, the result.
func (c *call) parse(t *testing.T, said string) {
	t.Helper()
	rest := said
	if m := fdPattern.FindString(rest); m != "" {
		c.fd = m
		_, c.path, _ = strings.Cut(strings.TrimSuffix(m, ">"), "<")
		rest = rest[len(m):]
	}
	rest = strings.TrimPrefix(strings.TrimLeft(rest, ", "), "AT_FDCWD")
	if start := strings.IndexByte(rest, '"'); start >= 0 && (start == 0 || strings.HasPrefix(rest, "<")) {
		var text []byte
		text, rest = unescape(rest[start+1:])
		if strings.HasPrefix(rest, "...") {
			t.Fatalf("strace has cut a %s of %s short", c.name, c.path)
		}
		c.data = text
	}
	arguments, result, _ := strings.Cut(rest, ") ")
	c.failed = strings.Contains(result, "= -1 ")
	if c.name == "pwrite64" || c.name == "ftruncate" {
		numbers := strings.Split(strings.Trim(strings.TrimSuffix(arguments, ")"), ", "), ", ")
		var err error
		if c.offset, err = strconv.ParseInt(numbers[len(numbers)-1], 10, 64); err != nil {
			t.Fatalf("%v in %s(…%s", err, c.name, rest)
		}
	}
}

// unescape reads a string up to its closing quote, and returns it and what follows.
func unescape(s string) (text []byte, rest string) {
	text = make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return text, s[i+1:]
		case s[i] != '\\':
			text = append(text, s[i])
		case s[i+1] >= '0' && s[i+1] <= '7':
			octal := 0
			for digits := 0; digits < 3 && s[i+1] >= '0' && s[i+1] <= '7'; digits++ {
				octal = octal*8 + int(s[i+1]-'0')
				i++
			}
			text = append(text, byte(octal))
		default:
			i++
			if at := strings.IndexByte(`ntrvf`, s[i]); at >= 0 {
				text = append(text, "\n\t\r\v\f"[at])
			} else {
				text = append(text, s[i])
			}
		}
	}
	return text, ""
}

// acknowledgements are the calls that begin to answer 200, by the mark of the webhook they answer.
func acknowledgements(calls []*call) map[string]*call {
	asked := map[string]string{} // by connection
	answers := map[string]*call{}
	for _, c := range calls {
		if !strings.Contains(c.fd, "<socket:") {
			continue
		}
		if mark := markPattern.Find(c.data); c.name == "read" && mark != nil {
			asked[c.fd] = string(mark)
		}
		if c.name == "write" && bytes.HasPrefix(c.data, []byte("HTTP/1.1 200 ")) && asked[c.fd] != "" {
			answers[asked[c.fd]] = c
			delete(asked, c.fd)
		}
	}
	return answers
}

// eachClient runs do for eight clients at once, each with a connection of its own.
func eachClient(do func(n int, client *http.Client)) {
	var clients sync.WaitGroup
	for n := range 8 {
		clients.Go(func() {
			transport := &http.Transport{MaxConnsPerHost: 1}
			defer transport.CloseIdleConnections()
			do(n, &http.Client{Transport: transport})
		})
	}
	clients.Wait()
}
