package cli

import (
	"cmp"
	"context"
	"crypto/tls"
	"strconv"
	"time"

	"tagline/jobs"

	"github.com/wneessen/go-mail"
)

// mailNote hands the note to the mail server. Passwords are sent over TLS only, or to this machine.
func (c alerting) mailNote(ctx context.Context, from string, n jobs.AlertNote) error {
	message, err := mailOf(from, c.AlertMail, n, time.Now())
	if err != nil {
		return err
	}
	client, err := c.mailClient()
	if err != nil {
		return err
	}
	return client.DialAndSendWithContext(ctx, message)
}

// mailClient speaks TLS from the start with smtps://, else as soon as the server offers it.
func (c alerting) mailClient() (*mail.Client, error) {
	host, secure := c.smtp.Hostname(), c.smtp.Scheme == "smtps"
	port, err := strconv.Atoi(cmp.Or(c.smtp.Port(), map[bool]string{true: "465", false: "587"}[secure]))
	if err != nil {
		return nil, err
	}
	options := []mail.Option{
		mail.WithPort(port), mail.WithTLSPolicy(mail.TLSOpportunistic),
		mail.WithTLSConfig(&tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}),
	}
	if secure {
		options = append(options, mail.WithSSL())
	}
	if c.smtp.User != nil {
		password, _ := c.smtp.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthPlain), mail.WithUsername(c.smtp.User.Username()),
			mail.WithPassword(password))
	}
	return mail.NewClient(host, options...)
}

func mailOf(from string, to []string, n jobs.AlertNote, now time.Time) (*mail.Msg, error) {
	m := mail.NewMsg()
	if err := m.From(from); err != nil {
		return nil, err
	}
	if err := m.To(to...); err != nil {
		return nil, err
	}
	m.Subject(n.Subject())
	m.SetDateWithValue(now)
	m.SetMessageID()
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(mail.TypeTextPlain, n.Text())
	return m, nil
}
