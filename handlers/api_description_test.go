package handlers_test

import (
	"bytes"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// description is openapi.json, against which calls and answers are held. OpenAPI 3.1 writes with JSON Schema what may
// be sent, so a validator of that does; a library for OpenAPI takes minutes to compile.
type description struct {
	all     map[string]any
	schemas *jsonschema.Compiler
}

// describedIn is the server's address in the description, before every path.
const describedIn = "/api/v1"

// rules reads the description, which must be one of OpenAPI 3.1 itself.
func rules(t testing.TB) description {
	t.Helper()
	text, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	all, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	d := description{all: all.(map[string]any), schemas: jsonschema.NewCompiler()}
	d.schemas.AssertFormat()
	if err := d.schemas.AddResource("openapi.json", all); err != nil {
		t.Fatal(err)
	}
	standard, err := d.schemas.Compile("testdata/openapi-3.1.schema.json")
	if err == nil {
		err = standard.Validate(all)
	}
	if err != nil {
		t.Fatalf("the description: %v", err)
	}
	return d
}

// find follows the names into the description, and references to where they lead. It returns nil if there is nothing.
func (d description) find(names ...string) (pointer string, found map[string]any) {
	found = d.all
	for _, name := range names {
		found, _ = found[name].(map[string]any)
		pointer += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
		if to, ok := found["$ref"].(string); ok {
			pointer, found = d.find(strings.Split(strings.TrimPrefix(to, "#/"), "/")...)
		}
	}
	return pointer, found
}

// fits holds the value against the schema that stands at the pointer.
func (d description) fits(pointer string, value any) error {
	schema, err := d.schemas.Compile("openapi.json#" + pointer + "/schema")
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// holds holds a body against the contents that are described under the names.
func (d description) holds(header http.Header, body string, names ...string) error {
	media, _, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return err
	}
	pointer, content := d.find(append(names, "content", media)...)
	if content == nil {
		return fmt.Errorf("no content of the type %s is described", media)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return err
	}
	return d.fits(pointer, value)
}

func (d description) operation(req *http.Request) []string {
	return []string{"paths", strings.TrimPrefix(req.URL.Path, describedIn), strings.ToLower(req.Method)}
}

// answer holds an answer against what is described for the call.
func (d description) answer(req *http.Request, resp *http.Response, body string) error {
	names := append(d.operation(req), "responses", strconv.Itoa(resp.StatusCode))
	_, described := d.find(names...)
	if described == nil {
		return fmt.Errorf("the status %d is not described", resp.StatusCode)
	}
	problems := []error{d.holds(resp.Header, body, names...)}
	headers, _ := described["headers"].(map[string]any)
	for name := range headers {
		if value := resp.Header.Get(name); value != "" {
			pointer, _ := d.find(append(names, "headers", name)...)
			problems = append(problems, d.fits(pointer, d.read(pointer, []string{value})))
		}
	}
	return errors.Join(problems...)
}

// request holds a call against its description.
func (d description) request(req *http.Request, body string) error {
	names := d.operation(req)
	_, operation := d.find(names...)
	if operation == nil {
		return fmt.Errorf("%s %s is not described", req.Method, req.URL.Path)
	}
	var problems []error
	query := req.URL.Query()
	parameters, _ := operation["parameters"].([]any)
	for _, one := range parameters {
		to := one.(map[string]any)["$ref"].(string)
		pointer, parameter := d.find(strings.Split(strings.TrimPrefix(to, "#/"), "/")...)
		name := parameter["name"].(string)
		sent := req.Header.Values(name)
		if parameter["in"] == "query" {
			sent = query[name]
			query.Del(name)
		}
		if len(sent) > 0 {
			if err := d.fits(pointer, d.read(pointer, sent)); err != nil {
				problems = append(problems, fmt.Errorf("%s: %w", name, err))
			}
		} else if parameter["required"] == true {
			problems = append(problems, errors.New(name+" is missing"))
		}
	}
	for name := range query {
		problems = append(problems, errors.New(name+" is not described"))
	}
	if operation["requestBody"] != nil {
		problems = append(problems, d.holds(req.Header, body, append(names, "requestBody")...))
	}
	return errors.Join(problems...)
}

// read makes of texts what the schema at the pointer is about: a list, a number, or the text itself.
func (d description) read(pointer string, sent []string) any {
	_, schema := d.find(append(strings.Split(strings.TrimPrefix(pointer, "/"), "/"), "schema")...)
	each := schema
	if schema["type"] == "array" {
		each = schema["items"].(map[string]any)
	}
	values := make([]any, len(sent))
	for i, text := range sent {
		values[i] = text
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && each["type"] == "integer" {
			values[i] = n
		}
	}
	if schema["type"] == "array" {
		return values
	}
	if len(values) > 1 {
		return values // one is described
	}
	return values[0]
}
