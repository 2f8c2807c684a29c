package views

import (
	"context"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"tagline/static"
)

// The gallery shows every component with canned data, to look at while working on style sheets. A hall is a part of it,
// an exhibit one component in the states that matter.
type hall struct {
	Title    string
	Exhibits []exhibit
}

type exhibit struct {
	Component string
	Room      string // the element it stands in on a page, open; see rooms
	States    []state
}

type state struct {
	Name  string
	Shown templ.Component
}

// rooms are what style sheets expect around a component, with what closes it.
var rooms = map[string][2]string{
	"":         {"", ""},
	"pane":     {"", ""},
	"wide":     {"", ""},
	"rows":     {`<section class="pane list">`, `</section>`},
	"list":     {`<section id="list" class="pane list"><div id="list-body">`, `</div></section>`},
	"head":     {`<section class="pane list"><header class="list-head">`, `</header></section>`},
	"messages": {`<section class="pane thread"><div id="thread">`, `</div></section>`},
	"thread":   {`<section class="pane thread">`, `</section>`},
	"tools":    {`<section class="pane thread"><header class="thread-head"><div class="thread-tools">`, `</div></header></section>`},
	"contact":  {`<aside class="pane contact">`, `</aside>`},
	"nav":      {`<nav class="pane nav"><div class="nav-scroll">`, `</div></nav>`},
	"log":      {`<div class="log">`, `</div>`},
	"lines":    {`<div class="log"><div class="deliveries">`, `</div></div>`},
	"line":     {`<div class="log"><div class="deliveries"><details class="delivery" open>`, `</details></div></div>`},
	"body":     {`<div class="log"><div class="deliveries"><div class="delivery"><div class="delivery-body">`, `</div></div></div></div>`},
	"ticks":    {`<ul class="ticks">`, `</ul>`},
	"tags":     {`<div class="tags-body">`, `</div>`},
	"tag-rows": {`<div class="tags-body"><ol class="tag-rows">`, `</ol></div>`},
	"toasts":   {`<div id="toasts">`, `</div>`},
}

func TestTheGalleryForgetsNoComponent(t *testing.T) {
	known := components(t)
	exhibited := map[string]bool{"Document": true} // around all of them
	for _, h := range galleryHalls() {
		for _, e := range h.Exhibits {
			if exhibited[e.Component] = true; known[e.Component] == nil {
				t.Errorf("%s is no component", e.Component)
			}
		}
	}
	called := called(t)
	for name, f := range known {
		if ast.IsExported(name) && !carries(f) && !(exhibited[name] && called[name]) {
			t.Errorf("the gallery does not show %s: add it to a file gallery_*_test.go", name)
		}
	}
}

func TestTheStatesInTheGalleryDiffer(t *testing.T) {
	for _, h := range galleryHalls() {
		for _, e := range h.Exhibits {
			if _, ok := rooms[e.Room]; !ok {
				t.Errorf("%s stands in no room: %q", e.Component, e.Room)
			}
			names := map[string]string{}
			for _, s := range e.States {
				html := rendered(t, s.Shown)
				if other, same := names[html]; same {
					t.Errorf("%s looks the same in the states %q and %q", e.Component, other, s.Name)
				}
				names[html] = s.Name
			}
		}
	}
}

// TestGallery writes the gallery to where make gallery says; it opens from the disk.
func TestGallery(t *testing.T) {
	files := galleryFiles(t)
	dir := os.Getenv("TAGLINE_GALLERY")
	if dir == "" {
		dir = t.TempDir()
	}
	content, err := os.ReadFile("testdata/gallery.css")
	if err != nil {
		t.Fatal(err)
	}
	files["gallery.css"] = string(content)
	address := regexp.MustCompile(`"` + static.Prefix + `[^"]+"`)
	for _, html := range files {
		for _, quoted := range address.FindAllString(html, -1) {
			name := strings.Trim(quoted, `"`)
			answer := httptest.NewRecorder()
			static.Handler().ServeHTTP(answer, httptest.NewRequest("GET", name, nil))
			if answer.Code != 200 {
				t.Fatalf("%s: %d", name, answer.Code)
			}
			save(t, filepath.Join(dir, name), answer.Body.String())
		}
	}
	// Scripts would follow links that lead nowhere; without the deferred ones times stay as they were written.
	deferred := regexp.MustCompile(`<script src="[^"]*" defer[^>]*></script>`)
	for name, html := range files {
		save(t, filepath.Join(dir, name), strings.ReplaceAll(deferred.ReplaceAllString(html, ""), `"`+static.Prefix, `"static/`))
	}
}

// galleryFiles are the contents by name: the index, and the pages that it leads to.
func galleryFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	var index strings.Builder
	index.WriteString(`<link rel="stylesheet" href="gallery.css"><h1>Gallery</h1>`)
	for _, h := range galleryHalls() {
		fmt.Fprintf(&index, `<section><h2>%s</h2>`, templ.EscapeString(h.Title))
		for _, e := range h.Exhibits {
			fmt.Fprintf(&index, `<article id="%s" data-room="%s"><h3>%[1]s</h3>`, e.Component, e.Room)
			for _, s := range e.States {
				index.WriteString("<figure><figcaption>" + templ.EscapeString(s.Name) + "</figcaption>")
				html := rendered(t, s.Shown)
				if strings.HasPrefix(html, "<!doctype") {
					name := e.Component + "-" + strings.NewReplacer(",", "", " ", "-").Replace(s.Name) + ".html"
					files[name] = html
					html = `<a class="button" href="` + name + `">Open the page</a>`
				}
				index.WriteString(rooms[e.Room][0] + html + rooms[e.Room][1] + "</figure>")
			}
			index.WriteString("</article>")
		}
		index.WriteString("</section>")
	}
	viewer := newCanned().Viewer
	files["index.html"] = rendered(t, around(Document(Page{Viewer: &viewer, Title: "Gallery · Tagline", Name: "gallery"}), index.String()))
	return files
}

// around puts HTML inside a component that takes children.
func around(c templ.Component, html string) templ.Component {
	inside := templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, html)
		return err
	})
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error { return c.Render(templ.WithChildren(ctx, inside), w) })
}

// but is a component as it looks after a click or a script: with each old written as new. An old that is not there
// is a mistake.
func but(c templ.Component, old, new string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		var b strings.Builder
		if err := c.Render(ctx, &b); err != nil {
			return err
		}
		if !strings.Contains(b.String(), old) {
			return fmt.Errorf("%s is not in %s", old, b.String())
		}
		_, err := io.WriteString(w, strings.ReplaceAll(b.String(), old, new))
		return err
	})
}

func unfolded(c templ.Component) templ.Component { return but(c, "<details", "<details open") }

// unhidden shows what a script shows.
func unhidden(c templ.Component) templ.Component { return but(c, " hidden>", ">") }

func save(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// components are the generated functions that return one, by name.
func components(t *testing.T) map[string]*ast.FuncDecl {
	t.Helper()
	all := map[string]*ast.FuncDecl{}
	for _, file := range parsed(t, "*_templ.go") {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Type.Results != nil {
				if result, ok := f.Type.Results.List[0].Type.(*ast.SelectorExpr); ok && result.Sel.Name == "Component" {
					all[f.Name.Name] = f
				}
			}
		}
	}
	return all
}

// carries tells whether a component is a frame that only carries others to an open page: it has parts, and nothing of
// its own that a style sheet could mean.
func carries(f *ast.FuncDecl) bool {
	parts, own := false, false
	ast.Inspect(f, func(n ast.Node) bool {
		if text, ok := n.(*ast.BasicLit); ok && text.Kind == token.STRING {
			parts = parts || strings.Contains(text.Value, "<hx-partial")
			own = own || strings.Contains(text.Value, "class=")
		}
		return true
	})
	return parts && !own
}

// called are the names of the functions that the gallery calls.
func called(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, file := range parsed(t, "gallery*_test.go") {
		ast.Inspect(file, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok {
				if name, ok := call.Fun.(*ast.Ident); ok {
					all[name.Name] = true
				}
			}
			return true
		})
	}
	return all
}

func parsed(t *testing.T, pattern string) []*ast.File {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no files %s: %v", pattern, err)
	}
	files := make([]*ast.File, len(names))
	for i, name := range names {
		if files[i], err = parser.ParseFile(token.NewFileSet(), name, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	return files
}
