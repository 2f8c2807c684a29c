package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tagline/cli"
)

// built is the program as people run it, built once: tests start, kill and trace it.
var (
	builtIn string // the folder it is built in, removed after the tests
	built   = sync.OnceValues(build)
)

func build() (string, error) { return buildAs(filepath.Join(builtIn, "tagline")) }

// buildAs builds the program into the file.
func buildAs(file string, flags ...string) (string, error) {
	if out, err := exec.Command("go", append(append([]string{"build", "-o", file}, flags...), ".")...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
}

// buildRelease builds it into the file as a release is built, with a version or without.
func buildRelease(file, version string) (string, error) {
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X tagline/cli.release="+version, "-o", file, ".")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return file, nil
}

// freeAddr is an address on this machine where a program can listen.
func freeAddr(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// binary returns the path of the built program.
func binary(t testing.TB) string {
	t.Helper()
	file, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestMain(m *testing.M) {
	if addr := os.Getenv("TAGLINE_BARE"); addr != "" {
		panic(serveBare(addr)) // this is what a benchmark compares with
	}
	if err := os.Chdir(".."); err != nil { // where the program is built, and every path begins
		panic(err)
	}
	dir, err := os.MkdirTemp("", "tagline-test-")
	if err != nil {
		panic(err)
	}
	builtIn = dir
	code := m.Run()
	if canariesFound() && code == 0 {
		code = 1
	}
	closeChromium()
	autocert := goleak.IgnoreAnyFunction("golang.org/x/crypto/acme/autocert.(*Manager).deactivatePendingAuthz") // nothing ends it
	if err := goleak.Find(autocert); err != nil && code == 0 {                                                  // where a test failed, that is what is to be read
		fmt.Fprintln(os.Stderr, "what tests started in the background goes on:", err)
		code = 1
	}
	os.RemoveAll(dir)
	os.Exit(code)
}

// server is a running program.
type server struct {
	url    string
	stdout *output
	stderr *output
	stop   func()
}

// output collects what a program prints and lets tests wait for it.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

// newOutput returns an output that is looked through after all tests.
func newOutput() *output {
	o := &output{more: make(chan struct{}, 1)}
	canaries.mu.Lock()
	defer canaries.mu.Unlock()
	canaries.outputs = append(canaries.outputs, o)
	return o
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	select {
	case o.more <- struct{}{}:
	default:
	}
	return o.text.Write(p)
}

// await returns the first group of the pattern's first match, or fails after a while.
func (o *output) await(t testing.TB, pattern string) string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	deadline := time.After(30 * time.Second)
	for {
		o.mu.Lock()
		found := re.FindStringSubmatch(o.text.String())
		text := o.text.String()
		o.mu.Unlock()
		if found != nil {
			return found[1]
		}
		select {
		case <-o.more:
		case <-deadline:
			t.Fatalf("%q was not printed; got\n%s", pattern, text)
		}
	}
}

func noEnv(string) string { return "" }

// over are the tests whose server ends since they have. A tab that was opened before it still asks for it.
var over sync.Map

// serve runs the program in this process until the test ends.
func serve(t testing.TB, args ...string) *server {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	stdout, stderr := newOutput(), newOutput()
	ended := make(chan error, 1)
	args = append([]string{"serve", "--addr", "localhost:0"}, args...)
	go func() { ended <- cli.Run(ctx, args, noEnv, strings.NewReader(""), stdout, stderr) }()
	stop := sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	t.Cleanup(func() { over.Store(t, true); stop() })
	return &server{url: stderr.await(t, `"url":"([^"]+)"`), stdout: stdout, stderr: stderr, stop: stop}
}

// command runs a command to its end.
func command(t testing.TB, stdin string, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := cli.Run(t.Context(), args, noEnv, strings.NewReader(stdin), &stdout, &stderr)
	return stdout.String(), err
}

// webhooks returns the four addresses by kind, of a database that is made if it is not there yet.
func webhooks(t testing.TB, db, url string) map[string]string {
	t.Helper()
	if _, err := os.Stat(db); err != nil {
		makeDatabase(t, db)
	}
	out, err := command(t, "", "webhooks", "--db", db, "--url", url)
	if err != nil {
		t.Fatal(err)
	}
	urls := map[string]string{}
	for _, match := range regexp.MustCompile(`(?m)^(\w+)\s+(http\S+)$`).FindAllStringSubmatch(out, -1) {
		if len(match[2]) >= 300 {
			t.Errorf("the %s address has %d characters, TextLink takes 300", match[1], len(match[2]))
		}
		urls[match[1]] = match[2]
	}
	if len(urls) != 4 {
		t.Fatalf("webhooks printed\n%s", out)
	}
	return urls
}

// payload is one of TextLink's example bodies.
func payload(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("textlink", "testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// post sends a body and returns status and answer.
func post(t testing.TB, url string, body []byte) (int, string) {
	t.Helper()
	keepPostSecret(url, body)
	resp, err := http.Post(url, "application/json", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

// exported returns the lines of an export by type.
func exported(t testing.TB, db string) map[string][]map[string]any {
	t.Helper()
	out, err := command(t, "", "export", "--db", db)
	if err != nil {
		t.Fatal(err)
	}
	objects := map[string][]map[string]any{}
	lines := bufio.NewScanner(strings.NewReader(out))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var o map[string]any
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		kind := o["type"].(string)
		objects[kind] = append(objects[kind], o)
	}
	return objects
}
