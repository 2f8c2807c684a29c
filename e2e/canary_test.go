package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
)

// canaries are what no program in these tests may say on its way: secrets, and what people write to each other.
// Whatever any of them printed is looked through after all tests.
var canaries = struct {
	mu      sync.Mutex
	what    map[string]string // by the words
	outputs []*output
}{what: map[string]string{
	password:                "a password",
	webhookSecret:           "a webhook secret",
	"s3cret-for-tests":      "a webhook secret",
	"canary-secret":         "a webhook secret",
	apiKey:                  "an API key",
	strings.Repeat("x", 30): "a session",
}}

// apiKey is TextLink's, in tests.
const apiKey = "key-to-the-api"

// shortestCanary is how long words must be that are in a log for no other reason, in bytes.
const shortestCanary = 12

func keepSecret(words, what string) {
	if len(words) < shortestCanary {
		return
	}
	canaries.mu.Lock()
	defer canaries.mu.Unlock()
	canaries.what[words] = what
}

var hookToken = regexp.MustCompile(`/webhooks/([A-Za-z0-9_-]{20,})/`)

// keepPostSecret does so with what is in a webhook.
func keepPostSecret(url string, body []byte) {
	if token := hookToken.FindStringSubmatch(url); token != nil {
		keepSecret(token[1], "a webhook token")
	}
	var said struct {
		Text string `json:"text"`
		Name string `json:"name"`
	}
	_ = json.Unmarshal(body, &said) // what cannot be read holds no message
	keepSecret(said.Text, "a message")
	keepSecret(said.Name, "a name")
}

// canariesFound prints what was told, and tells whether anything was.
func canariesFound() (sang bool) {
	canaries.mu.Lock()
	defer canaries.mu.Unlock()
	for _, o := range canaries.outputs {
		for words, what := range canaries.what {
			if before, _, told := strings.Cut(o.text.String(), words); told {
				sang = true
				fmt.Fprintf(os.Stderr, "FAIL: %s, %q, was told by a program, after: …%s\n", what, words, before[max(0, len(before)-300):])
			}
		}
	}
	return sang
}
