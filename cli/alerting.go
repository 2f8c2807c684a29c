package cli

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/mail"
	"net/url"
	"time"

	"tagline/jobs"
)

// alerting is how admins are told of trouble who look at no page.
type alerting struct {
	AlertURL      string   `name:"alert-url" placeholder:"URL" help:"Where trouble is posted to as JSON, with a field “text” as chat services take it."`
	AlertMail     []string `name:"alert-mail" placeholder:"ADDRESS" help:"Who gets mails about trouble."`
	AlertFrom     string   `name:"alert-from" placeholder:"ADDRESS" help:"Whom they come from; by default tagline at the host of --url."`
	SMTPURL       string   `name:"smtp-url" placeholder:"URL" help:"The server that takes mails, like smtp://user:password@mail.example.com:587, or smtps:// for TLS from the start."`
	SMTPURLFile   string   `name:"smtp-url-file" placeholder:"FILE" help:"A file that holds it."`
	AlertFailures int      `name:"alert-failures" default:"10" placeholder:"COUNT" help:"How many messages fail within two hours before that is trouble; 0 for never (10)."`

	post *url.URL `kong:"-"`
	smtp *url.URL `kong:"-"`
}

// alertEvery is how often trouble is looked for.
const alertEvery = 30 * time.Second

// check also reads the file.
func (c *alerting) check() error {
	var problems []error
	address, err := lineFromFile("smtp-url", c.SMTPURL, c.SMTPURLFile)
	if err != nil {
		problems = append(problems, err)
	}
	if c.smtp = serverURL(address, "smtp", "smtps"); address != "" && c.smtp == nil { // it holds a password
		problems = append(problems,
			errors.New("--smtp-url cannot be used; write smtp://user:password@host:587 or smtps://user:password@host:465, "+
				"with "+ports))
	}
	if len(c.AlertMail) > 0 && address == "" {
		problems = append(problems, errors.New("--alert-mail needs a server that takes mails; name it with --smtp-url"))
	}
	for _, a := range append(c.AlertMail, c.AlertFrom) {
		if _, err := mail.ParseAddress(a); a != "" && err != nil {
			problems = append(problems,
				fmt.Errorf("%q is no mail address; write one like admin@example.com in --alert-mail and --alert-from", a))
		}
	}
	if c.post = serverURL(c.AlertURL, "http", "https"); c.AlertURL != "" && c.post == nil { // it may hold a secret
		problems = append(problems,
			errors.New("--alert-url cannot be used; write an address that begins with https://, with "+ports))
	}
	if c.AlertFailures < 0 {
		problems = append(problems, fmt.Errorf("--alert-failures is %d; write a count, or 0 for never", c.AlertFailures))
	}
	return errors.Join(problems...)
}

// notifiers send alerts; none where no destination is set.
func (c alerting) notifiers(origin *url.URL) []func(context.Context, jobs.AlertNote) error {
	var all []func(context.Context, jobs.AlertNote) error
	if c.AlertURL != "" {
		all = append(all, c.postNote)
	}
	if len(c.AlertMail) > 0 {
		from := cmp.Or(c.AlertFrom, "tagline@"+origin.Hostname())
		all = append(all, func(ctx context.Context, n jobs.AlertNote) error { return c.mailNote(ctx, from, n) })
	}
	return all
}

type alertCommand struct {
	public
	domain
	alerting
}

func (c *alertCommand) check() error { return errors.Join(c.public.check(), c.alerting.check()) }

// Run sends a note that says that it is a test.
func (c *alertCommand) Run(p *program) error {
	origin := c.origin(c.TLSDomain, &net.TCPAddr{Port: defaultPort})
	notifiers := c.notifiers(origin)
	if len(notifiers) == 0 {
		return errors.New("nobody is told of trouble; say whom with --alert-url or --alert-mail")
	}
	n := jobs.AlertNote{Origin: origin.String(),
		Ended: []jobs.Alert{{Key: "test", Words: "This is a test; nothing is wrong.", Since: time.Now()}}}
	for _, notify := range notifiers {
		if err := notify(p.ctx, n); err != nil {
			return fmt.Errorf("the note was not taken: %w", err)
		}
	}
	_, err := fmt.Fprintln(p.stdout, "The note was taken; see whether it arrives.")
	return err
}

// postNote posts the note as JSON.
func (c alerting) postNote(ctx context.Context, n jobs.AlertNote) error {
	body, err := json.Marshal(struct {
		Text string `json:"text"`
		jobs.AlertNote
	}{n.Subject() + "\n\n" + n.Text(), n})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, c.post.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Close = true // the next one is minutes away: by then the other side has closed the connection
	// Where it is sent on to nobody has named.
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	var refused *url.Error
	if errors.As(err, &refused) {
		err = refused.Err // the address may hold a secret
	}
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)); err != nil {
		return err
	}
	if resp.StatusCode/100 == 3 {
		return fmt.Errorf("--alert-url answered %s: it sends us on to another address; write that one, if it is right",
			resp.Status)
	}
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("--alert-url answered %s", resp.Status)
	}
	return nil
}
