package cli

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"tagline/jobs"
	"tagline/textlink"
	"tagline/textlink/fake"
)

type sending struct {
	APIKey     string        `name:"api-key" placeholder:"KEY" help:"TextLink's API key: with it people can answer. A subuser's own key is added like 6=KEY, after a space."`
	APIKeyFile string        `name:"api-key-file" placeholder:"FILE" help:"A file that holds it, or several on lines of their own."`
	APIURL     string        `name:"api-url" placeholder:"URL" help:"Where TextLink's API is; https://textlinksms.com by default."`
	APITagPath string        `name:"api-tag-path" placeholder:"PATH" help:"The path of the call that changes a tag; /api/update-contect-tag by default, as TextLink's documentation spells it."`
	SendPace   time.Duration `name:"send-pace" default:"4s" placeholder:"TIME" help:"How long a SIM card rests from one message to the next, like 4s."`

	sending *jobs.Sending `kong:"-"` // nil without a key
}

// check also makes the client.
func (c *sending) check() error {
	var problems []error
	key, err := fromFile("api-key", c.APIKey, c.APIKeyFile)
	if err != nil {
		problems = append(problems, err)
	}
	keys, err := textlink.ParseKeys(key)
	if err != nil {
		problems = append(problems, fmt.Errorf("--api-key cannot be used: %w", err))
	}
	if c.APIURL != "" && serverURL(c.APIURL, "http", "https") == nil {
		problems = append(problems, fmt.Errorf("--api-url is %q; write it like %s, with %s", c.APIURL,
			textlink.DefaultURL, ports))
		c.APIURL = ""
	}
	client, err := textlink.NewClient(c.APIURL, c.APITagPath, keys)
	if err != nil {
		problems = append(problems, fmt.Errorf("--api-url or --api-tag-path cannot be used: %w", err))
	}
	if c.SendPace < 0 {
		problems = append(problems, fmt.Errorf("--send-pace is %s; write a time like 4s", c.SendPace))
	}
	if len(problems) == 0 && !keys.Empty() {
		c.sending = &jobs.Sending{Client: client, Pace: c.SendPace}
	}
	return errors.Join(problems...)
}

// startFakeAPI runs the demo's TextLink until the program ends and returns how to send through it.
func (p *program) startFakeAPI(api *fake.API) (*jobs.Sending, error) {
	listener, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with the program
	keys, err := textlink.ParseKeys("demo")
	if err != nil {
		return nil, err
	}
	client, err := textlink.NewClient("http://"+listener.Addr().String(), "", keys)
	return &jobs.Sending{Client: client, Pace: time.Second}, err
}
