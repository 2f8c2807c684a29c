// Package static holds what browsers load besides pages: style sheets, scripts and icons, each under a name that
// carries a hash of its content.
package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Prefix is where Handler expects to be mounted.
const Prefix = "/static/"

//go:embed dist vendor/*.js *.svg
var embedded embed.FS

// hashLength is how many hex digits of a file's SHA-256 go into its name.
const hashLength = 12

// types are the content types by extension. They are spelt out because mime's table differs between machines.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

// file is one embedded file as it is served.
type file struct {
	address     string // hashed, below Prefix
	contentType string
	content     []byte
	compressed  func() []byte // made when it is first asked for: starting must not wait for it
}

// catalogue finds files by the name they have in this folder and by their hashed address.
type catalogue struct {
	byName    map[string]*file
	byAddress map[string]*file
}

var files = mustIndex(embedded)

// URL returns the hashed address of an embedded file, named as in this folder ("dist/page.css"). It panics if there
// is none: names are constants, so a test that renders the page meets the mistake first.
func URL(name string) string {
	f, ok := files.byName[name]
	if !ok {
		panic("static: no file " + strconv.Quote(name))
	}
	return f.address
}

// Handler serves every file at its hashed address, to be kept for good: another content has another address.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
			return
		}
		f, ok := files.byAddress[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", f.contentType)
		content := f.content
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			content = f.compressed()
		}
		h.Set("Content-Length", strconv.Itoa(len(content)))
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
		h.Set("X-Content-Type-Options", "nosniff")
		if r.Method == http.MethodGet {
			_, _ = w.Write(content) // the reader has gone if this fails
		}
	})
}

// mustIndex reads every file once. It panics where the embedded folder holds what has no content type.
func mustIndex(folder fs.FS) catalogue {
	found := catalogue{byName: map[string]*file{}, byAddress: map[string]*file{}}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, name)
		if err == nil {
			found.add(name, content)
		}
		return err
	})
	if err != nil {
		panic("static: " + err.Error())
	}
	return found
}

func (c catalogue) add(name string, content []byte) {
	f := &file{address: Prefix + hashed(name, content), contentType: contentType(name), content: content}
	f.compressed = sync.OnceValue(func() []byte { return compress(content) })
	c.byName[name] = f
	c.byAddress[f.address] = f
}

func compress(content []byte) []byte {
	var small bytes.Buffer
	z, err := gzip.NewWriterLevel(&small, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	_, _ = z.Write(content) // memory takes everything
	_ = z.Close()
	return small.Bytes()
}

// hashed puts a hash of the content before the extension: "dist/page.css" becomes "dist/page.0123456789ab.css".
func hashed(name string, content []byte) string {
	sum := sha256.Sum256(content)
	ext := path.Ext(name)
	return strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:])[:hashLength] + ext
}

func contentType(name string) string {
	t, ok := types[path.Ext(name)]
	if !ok {
		panic("static: no content type for " + strconv.Quote(name))
	}
	return t
}
