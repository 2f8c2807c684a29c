package views

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// named are names in the gallery that people or TextLink may write in any script.
var named = []string{"Maria Ochoa", "Anna Weber", "Ben Okafor", "North team", "Spare phone", longName, arabicName}

// A name among words stands apart from them, so that one written from right to left does not turn them around.
func TestNamesOfAnyDirectionStandApart(t *testing.T) {
	found := map[string]int{}
	for _, h := range galleryHalls() {
		for _, e := range h.Exhibits {
			for _, s := range e.States {
				doc, err := html.Parse(strings.NewReader(rendered(t, s.Shown)))
				if err != nil {
					t.Fatal(err)
				}
				for node := range doc.Descendants() {
					i := slices.IndexFunc(named, func(name string) bool {
						return node.Type == html.TextNode && strings.Contains(node.Data, name)
					})
					if i < 0 {
						continue
					}
					found[named[i]]++
					if !last(node, named[i]) && !isolated(node) {
						t.Errorf("%s, %s: %q turns around what stands beside it, in <%s %v>",
							e.Component, s.Name, node.Data, node.Parent.Data, node.Parent.Attr)
					}
				}
			}
		}
	}
	for _, name := range named {
		if found[name] == 0 {
			t.Errorf("the gallery shows %q nowhere", name)
		}
	}
}

// last tells whether nothing but a full stop comes after a name within its element: there is nothing to turn around.
func last(text *html.Node, name string) bool {
	alone := text.PrevSibling == nil && strings.TrimSpace(text.Data) == name && text.Parent.Data != "b"
	block := slices.Contains([]string{"p", "button"}, text.Parent.Data) || hasClass(text.Parent, "toast-words")
	return text.NextSibling == nil && (alone || block && strings.HasSuffix(strings.TrimRight(text.Data, ". "), name))
}

func hasClass(node *html.Node, class string) bool {
	return slices.Contains(node.Attr, html.Attribute{Key: "class", Val: class})
}

// isolated tells whether a text has a direction of its own, or stands where nothing but text is or nobody sees it.
func isolated(text *html.Node) bool {
	plain := []string{"bdi", "option", "textarea", "title", "script"}
	for node := range text.Ancestors() {
		apart := slices.ContainsFunc(node.Attr, func(a html.Attribute) bool {
			return a.Key == "dir" && a.Val == "auto"
		})
		if apart || hasClass(node, "hidden-words") || slices.Contains(plain, node.Data) {
			return true
		}
	}
	return false
}
