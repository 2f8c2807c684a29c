package cli

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"tagline/web"
)

// defaultAddr is where the server listens where nothing else is said, and defaultPort its port.
const (
	defaultAddr = "localhost:8080"
	defaultPort = 8080
)

type database struct {
	DB string `name:"db" default:"tagline.db" type:"path" placeholder:"FILE" help:"The database file (tagline.db)."`
}

type public struct {
	URL string `name:"url" placeholder:"URL" help:"The address at which people and TextLink reach Tagline. By default http://localhost with the port of --addr, so http://localhost:8080."`
}

type secret struct {
	WebhookSecret     string `name:"webhook-secret" placeholder:"SECRET" help:"The webhook secret set in TextLink. It can also be set on the Connect TextLink page."`
	WebhookSecretFile string `name:"webhook-secret-file" placeholder:"FILE" help:"A file that holds the webhook secret."`
}

type limits struct {
	RepeatWindow time.Duration `name:"repeat-window" default:"5s" placeholder:"TIME" help:"For how long a webhook without a timestamp counts as a repeat of the same one, like 5s."`
	QuietAfter   time.Duration `name:"quiet-after" default:"24h" placeholder:"TIME" help:"How long a webhook that was active may be silent before admins are told, like 24h."`
}

func (c limits) check() error {
	var problems []error
	if c.RepeatWindow <= 0 {
		problems = append(problems, fmt.Errorf("--repeat-window is %s; write a time above zero, like 5s", c.RepeatWindow))
	}
	if c.QuietAfter <= 0 {
		problems = append(problems, fmt.Errorf("--quiet-after is %s; write a time above zero, like 24h", c.QuietAfter))
	}
	return errors.Join(problems...)
}

// signIns is how long sign-ins last, and whose word is taken for where they come from.
type signIns struct {
	SessionIdle    time.Duration `name:"session-idle" default:"12h" placeholder:"TIME" help:"After how long without use people must sign in again, like 12h."`
	SessionLife    time.Duration `name:"session-life" default:"168h" placeholder:"TIME" help:"After how long people must sign in again in any case, like 168h."`
	TrustedProxies []string      `name:"trusted-proxies" placeholder:"ADDRESS" help:"Proxies whose X-Forwarded-For is believed: addresses or ranges, like 127.0.0.1,10.0.0.0/8. None by default."`
	proxies        web.Proxies   `kong:"-"`
}

// check also reads the proxies.
func (c *signIns) check() error {
	var problems []error
	if c.SessionIdle <= 0 {
		problems = append(problems, fmt.Errorf("--session-idle is %s; write a time above zero, like 12h", c.SessionIdle))
	}
	if c.SessionLife <= 0 {
		problems = append(problems, fmt.Errorf("--session-life is %s; write a time above zero, like 168h", c.SessionLife))
	}
	var err error
	if c.proxies, err = web.ParseProxies(c.TrustedProxies); err != nil {
		problems = append(problems, fmt.Errorf("--trusted-proxies: %s; write addresses or ranges, like 127.0.0.1,10.0.0.0/8",
			strings.ReplaceAll(err.Error(), "\n", ", ")))
	}
	return errors.Join(problems...)
}

type address struct {
	Addr string `name:"addr" default:"localhost:8080" placeholder:"HOST:PORT" help:"Where to listen (localhost:8080)."`
}

func (c address) check() error {
	return checkListenAddress("addr", c.Addr, "localhost:8080 or :8080")
}

func (c public) check() error {
	if c.URL == "" {
		return nil
	}
	if _, err := web.ParseOrigin(c.URL); err != nil {
		return fmt.Errorf("--url is %q; write the public origin, like https://inbox.example.com, without a path", c.URL)
	}
	return nil
}

// origin is the public origin, by default the domain of --tls-domain, else on this machine at the port that is listened
// on.
func (c public) origin(domain string, listening net.Addr) *url.URL {
	address := c.URL
	if address == "" && domain != "" {
		address = "https://" + domain
	}
	if origin, err := web.ParseOrigin(address); err == nil {
		return origin
	}
	_, port, _ := net.SplitHostPort(listening.String())
	return &url.URL{Scheme: "http", Host: net.JoinHostPort("localhost", port)}
}

// check also reads the secret from its file.
func (c *secret) check() (err error) {
	c.WebhookSecret, err = lineFromFile("webhook-secret", c.WebhookSecret, c.WebhookSecretFile)
	return err
}

// configuration reports all that is wrong at once.
func configuration(err error) error {
	return fmt.Errorf("the configuration cannot be used (see “tagline help”):\n  - %s",
		strings.ReplaceAll(err.Error(), "\n", "\n  - "))
}
