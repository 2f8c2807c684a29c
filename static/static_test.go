package static

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, method, path string) *http.Response {
	t.Helper()
	w := httptest.NewRecorder()
	Handler().ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w.Result()
}

func TestURLCarriesAHashOfTheContent(t *testing.T) {
	want := regexp.MustCompile(`^/static/dist/page\.[0-9a-f]{12}\.css$`)
	if got := URL("dist/page.css"); !want.MatchString(got) {
		t.Errorf("URL = %q, want it like %s", got, want)
	}
	if hashed("a.css", []byte("1")) == hashed("a.css", []byte("2")) {
		t.Error("different contents share an address")
	}
}

func TestURLPanicsForAnUnknownName(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	URL("css/absent.css")
}

func TestEveryFileIsServedForGoodWithItsType(t *testing.T) {
	for name, f := range files.byName {
		res := get(t, http.MethodGet, f.address)
		body, _ := io.ReadAll(res.Body)
		if res.StatusCode != http.StatusOK || len(body) != len(f.content) {
			t.Errorf("%s: %d with %d bytes", name, res.StatusCode, len(body))
		}
		if cache := res.Header.Get("Cache-Control"); !strings.Contains(cache, "immutable") {
			t.Errorf("%s: Cache-Control %q", name, cache)
		}
		if got := res.Header.Get("Content-Type"); got != contentType(name) {
			t.Errorf("%s: Content-Type %q", name, got)
		}
	}
}

func TestOnlyHashedAddressesAnswer(t *testing.T) {
	for _, path := range []string{
		"/static/", "/static/dist/page.css", "/static/js/page.js", "/static/../static.go",
		"/static/dist/page.000000000000.css",
	} {
		if res := get(t, http.MethodGet, path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d, want 404", path, res.StatusCode)
		}
	}
	if res := get(t, http.MethodPost, URL("dist/page.css")); res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d, want 405", res.StatusCode)
	}
	res := get(t, http.MethodHead, URL("dist/page.css"))
	if body, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusOK || len(body) != 0 {
		t.Errorf("HEAD: %d with %d bytes", res.StatusCode, len(body))
	}
}

// The vendored files are what their package holds: the README names a hash of each, and they still have it.
func TestVendoredFilesAreAsPublished(t *testing.T) {
	readme, err := os.ReadFile("vendor/README.md")
	if err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile("(?m)^\\| `([^`]+\\.js)` \\|.*\\| `([0-9a-f]{64})` \\|$").FindAllStringSubmatch(string(readme), -1)
	listed := map[string]string{}
	for _, row := range rows {
		listed["vendor/"+row[1]] = row[2]
	}
	for name, f := range files.byName {
		if !strings.HasPrefix(name, "vendor/") {
			continue
		}
		sum := sha256.Sum256(f.content)
		if got := hex.EncodeToString(sum[:]); got != listed[name] {
			t.Errorf("%s has SHA-256 %s, vendor/README.md says %q", name, got, listed[name])
		}
		delete(listed, name)
	}
	for name := range listed {
		t.Errorf("vendor/README.md lists %s, which is not there", name)
	}
}

// The policy forbids inline code and eval; our own scripts must not need them.
func TestScriptsNeedNoEval(t *testing.T) {
	forbidden := regexp.MustCompile(`\beval\(|new Function\(|\.style\s*=|setAttribute\(['"](style|on)`)
	for name, f := range files.byName {
		if path.Ext(name) == ".js" && forbidden.Match(f.content) {
			t.Errorf("%s uses %s", name, forbidden.Find(f.content))
		}
	}
}
