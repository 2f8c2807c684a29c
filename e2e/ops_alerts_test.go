package e2e

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// mailbox is a mail server that takes one mail.
func mailbox(t *testing.T) (addr string, mails <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	taken := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		lines := bufio.NewReader(conn)
		say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
		say("220 mail.example.com")
		var said strings.Builder
		for {
			line, err := lines.ReadString('\n')
			if err != nil {
				return
			}
			switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
			case "EHLO":
				say("250-mail.example.com\r\n250 AUTH PLAIN")
			case "AUTH":
				said.WriteString(line)
				say("235 welcome")
			case "DATA":
				say("354 go on")
				for line != ".\r\n" && err == nil {
					line, err = lines.ReadString('\n')
					said.WriteString(line)
				}
				say("250 taken")
			case "QUIT":
				say("221 bye")
				taken <- said.String()
				return
			default:
				said.WriteString(line)
				say("250 fine")
			}
		}
	}()
	return listener.Addr().String(), taken
}

func TestATestNoteGoesOutByMailAndPost(t *testing.T) {
	addr, mails := mailbox(t)
	posts := make(chan map[string]any, 1)
	chat := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		posts <- body
	}))
	defer chat.Close()
	out, err := command(t, "", "alert-test", "--url", "https://inbox.example.com", "--alert-url", chat.URL+"/hook", "--smtp-url", "smtp://anna:canary@"+addr,
		"--alert-mail", "admin@example.com,Ops <ops@example.com>")
	if err != nil {
		t.Fatal(out, err)
	}
	if body := <-posts; !strings.Contains(body["text"].(string), "This is a test; nothing is wrong.") || body["origin"] != "https://inbox.example.com" {
		t.Errorf("posted %v", body)
	}
	said := <-mails
	for _, line := range []string{"AUTH PLAIN ", "MAIL FROM:<tagline@inbox.example.com>", "RCPT TO:<admin@example.com>", "RCPT TO:<ops@example.com>"} {
		if !strings.Contains(said, line) {
			t.Errorf("%q was not said in\n%s", line, said)
		}
	}
}

// Notes go to the address that the admin named and to no other, which could be one inside.
func TestNotesAreNotSentOn(t *testing.T) {
	inside := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the note was sent on") }))
	defer inside.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		chat := httptest.NewServer(http.RedirectHandler(inside.URL+"/canary", status))
		if _, err := command(t, "", "alert-test", "--alert-url", chat.URL); err == nil || !strings.Contains(err.Error(), "another address") || strings.Contains(err.Error(), "canary") {
			t.Errorf("with %d: %v", status, err)
		}
		chat.Close()
	}
}

// A password is never sent in clear to another machine, and stands in no message about what went wrong.
func TestSecretsOfAlertsStayHidden(t *testing.T) {
	for _, args := range []string{
		"--alert-url http://localhost:1/canary --alert-mail=", "--smtp-url smtp://anna:canary@localhost:1 --alert-mail a@example.com", "--smtp-url canary --alert-mail a@example.com",
		"--alert-url ftp://canary/",
	} {
		_, err := command(t, "", append([]string{"alert-test"}, strings.Fields(args)...)...)
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%s: %v", args, err)
		}
	}
	if _, err := command(t, "", "alert-test"); err == nil || !strings.Contains(err.Error(), "--alert-mail") {
		t.Error(err)
	}
	if _, err := command(t, "", "alert-test", "--alert-mail", "a@example.com"); err == nil || !strings.Contains(err.Error(), "--smtp-url") {
		t.Error(err)
	}
	if _, err := command(t, "", "alert-test", "--alert-mail", "nobody", "--smtp-url", "smtp://localhost"); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Error(err)
	}
	refusing := httptest.NewServer(http.NotFoundHandler())
	defer refusing.Close()
	if _, err := command(t, "", "alert-test", "--alert-url", refusing.URL); err == nil || !strings.Contains(err.Error(), "404") {
		t.Error(errors.Join(errors.New("a note that was refused counts as taken"), err))
	}
}
