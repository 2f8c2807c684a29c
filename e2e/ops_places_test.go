package e2e

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"tagline/cli"
)

// In the wrong folder a command that made a database would report success on one that no server knows.
func TestOnlyTheServerMakesADatabase(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	backup := filepath.Join(t.TempDir(), "backup.db")
	makeDatabase(t, backup)
	for _, place := range []string{"", "other.db", "empty.db", "folder"} {
		args := []string{}
		switch place {
		case "empty.db":
			if err := os.WriteFile(place, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		case "folder":
			if err := os.Mkdir(place, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		if place != "" {
			args = []string{"--db", place}
		}
		want := filepath.Join(dir, "tagline.db")
		if place != "" {
			want = filepath.Join(dir, place)
		}
		for _, words := range []string{"webhooks", "user add anna --role admin --password-stdin", "user list", "export", "check", "backup copy.db"} {
			_, err := command(t, password+"\n", append(strings.Fields(words), args...)...)
			if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "--db") {
				t.Errorf("%s with %q: %v", words, place, err)
			}
		}
	}
	if _, err := command(t, "", "restore", backup); err == nil || !strings.Contains(err.Error(), "name it with --db") {
		t.Errorf("restored in a folder that has no database: %v", err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 2 { // empty.db and folder
		t.Errorf("the folder holds %v", entries)
	}
	if info, err := os.Stat("empty.db"); err != nil || info.Size() > 0 {
		t.Errorf("empty.db is %v, %v", info, err)
	}
}

func TestEverySuccessNamesTheDatabase(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	makeDatabase(t, "tagline.db")
	for _, words := range []string{"webhooks", "user add anna --role admin --password-stdin", "user list", "check", "backup copy.db", "restore --db tagline.db copy.db", "restore --db fresh.db copy.db"} {
		out, err := command(t, password+"\n", strings.Fields(words)...)
		if want := filepath.Join(dir, "tagline.db"); err != nil || !strings.Contains(out, want) && !strings.Contains(out, filepath.Join(dir, "fresh.db")) {
			t.Errorf("%s printed %q, %v", words, out, err)
		}
	}
	var stderr bytes.Buffer
	if err := cli.Run(t.Context(), []string{"export"}, noEnv, nil, io.Discard, &stderr); err != nil || !strings.Contains(stderr.String(), filepath.Join(dir, "tagline.db")) {
		t.Errorf("export logged %s, %v", &stderr, err)
	}
}

func TestHelpAndVersionAnswer(t *testing.T) {
	for words, want := range map[string][]string{
		"help": {"serve", "user add", "TAGLINE_DB"}, "-h": {"serve", "user add"}, "--help": {"serve"}, "help user": {"user add", "user list"}, "help user add": {"--role"},
		"help serve": {"--trusted-proxies"}, "help help": {"help"}, "serve --help": {"--trusted-proxies"}, "user add -h": {"--role"}, "--version": {"tagline "}, "help version": {"version"},
	} {
		out, err := command(t, "", strings.Fields(words)...)
		for _, word := range want {
			if err != nil || !strings.Contains(out, word) {
				t.Errorf("%s answered %v without %q:\n%s", words, err, word, out)
			}
		}
	}
	if _, err := command(t, "", "help", "frobnicate"); err == nil || !strings.Contains(err.Error(), "frobnicate") {
		t.Errorf("help for what is no command: %v", err)
	}
	// A variable of a container that tells a version must neither be taken for the flag nor keep the server from
	// starting.
	env := func(name string) string {
		return map[string]string{"TAGLINE_VERSION": "1.2", "TAGLINE_HELP": "1"}[name]
	}
	if err := cli.Run(t.Context(), []string{"version"}, env, nil, io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
}

// kong stops at the first error; all of them are to be mended in one go, wherever they stand.
func TestAllParsingErrorsAreReportedTogether(t *testing.T) {
	for _, c := range []struct {
		words string
		want  []string
		not   []string
	}{
		{"--adr=1 --repeat-window 5 --backup-keep x --url ftp://x --webhook-secret-file /nowhere --db", []string{"unknown flag --adr", `--repeat-window is "5"`, `--backup-keep is "x"`, "--url is", "--webhook-secret-file", "--db needs a value"}, nil},
		{"serve --bogus 3 --other=4 --session-idle soon", []string{"--bogus", "--other", `--session-idle is "soon"`}, []string{"unexpected argument"}},
		{"serve --session-idle -5s --send-pace -1s --backup-keep -2", []string{"--session-idle is -5s", "--send-pace is -1s", "--backup-keep is -2"}, []string{"unknown flag"}},
		{"serve --addr --url --backup-every=x", []string{"--addr needs a value", "--url needs a value", "--backup-every"}, []string{"--addr is"}},
		{"serve --alert-failures=1.5 --api-key-file /nowhere --send-pace x --smtp-url-file /nowhere --tls-authority-file /nowhere --trusted-proxies a,b", []string{"--alert-failures", "--api-key-file", "--send-pace", "--smtp-url-file", "--tls-authority-file", `"a"`, `"b"`}, nil},
		{"user add anna --bogus --role boss --subuser x", []string{"--bogus", "--role", "--subuser"}, nil},
		{"healthcheck --addr nowhere --bogus", []string{"--addr", "--bogus"}, nil},
		{"demo --size many --addr nowhere", []string{"--size", "--addr"}, nil},
		{"serve --tls-email nobody --http-addr nope --tls-authority x",
			[]string{`--tls-email is "nobody"`, "--http-addr", "--tls-authority"}, nil},
		{"serve --tls-domain a --tls-email A<a@b.example> --http-addr :99999",
			[]string{"--tls-domain", "--tls-email", "--http-addr"}, nil},
		{"serve --db= --addr nope", []string{"--db: name a file", "--addr"}, nil},
		{"webhooks --db= --url x", []string{"--db: name a file", "--url"}, nil},
		{"user list --db= --bogus", []string{"--db: name a file", "--bogus"}, nil},
		{"frobnicate --bogus -x", []string{"frobnicate", "--bogus", "-x"}, nil},
	} {
		_, err := command(t, "", strings.Fields(c.words)...)
		if err == nil {
			t.Errorf("%s was accepted", c.words)
			continue
		}
		for _, want := range c.want {
			if strings.Count(err.Error(), want) != 1 {
				t.Errorf("%s: %q is not there once in %v", c.words, want, err)
			}
		}
		for _, not := range c.not {
			if strings.Contains(err.Error(), not) {
				t.Errorf("%s: %q is in %v", c.words, not, err)
			}
		}
	}
	env := func(name string) string {
		return map[string]string{"TAGLINE_SESSION_IDLE": "12", "TAGLINE_QUIET_AFTER": "1 day"}[name]
	}
	err := cli.Run(t.Context(), []string{"serve", "--backup-keep=x"}, env, nil, io.Discard, io.Discard)
	for _, want := range []string{"--session-idle", "--quiet-after", "--backup-keep"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named in %v", want, err)
		}
	}
}

// What is likely meant otherwise is warned of at the start, and only that.
func TestTheStartWarnsOfWhatIsNotUsed(t *testing.T) {
	dir := t.TempDir()
	blocked := filepath.Join(dir, "file")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TAGLINE_DATABSE", "canary-in-a-variable")
	s := serve(t, "--db", filepath.Join(dir, "tagline.db"), "--backup-dir", filepath.Join(blocked, "backups"), "--backup-every", "24h")
	s.stop()
	log := s.stderr.text.String()
	if !strings.Contains(log, "TAGLINE_DATABSE") || strings.Contains(log, "canary-in-a-variable") || !strings.Contains(log, "no backup can be written") || strings.Contains(log, "socket unit") {
		t.Errorf("the log is\n%s", log)
	}
	if err := os.Unsetenv("TAGLINE_DATABSE"); err != nil {
		t.Fatal(err)
	}
	quiet := serve(t, "--db", filepath.Join(dir, "tagline.db"), "--backup-dir", filepath.Join(dir, "backups"), "--backup-every", "24h")
	quiet.stop()
	if log := quiet.stderr.text.String(); strings.Contains(log, "WARN") {
		t.Errorf("without a reason the log warns:\n%s", log)
	}
}

// A service that is stopped is started by the next connection as long as its socket unit is not stopped, too.
func TestNothingIsRestoredUnderASocketUnit(t *testing.T) {
	dir := t.TempDir()
	db, backup := filepath.Join(dir, "tagline.db"), filepath.Join(dir, "backup.db")
	makeDatabase(t, backup)
	address, file := listen(t)
	t.Setenv("TAGLINE_ADDR", address)
	a := &activated{t: t, db: db, file: file}
	a.start()
	a.stop()
	if log := a.stderr.text.String(); !strings.Contains(log, `"flag":"--addr"`) {
		t.Errorf("--addr under a socket unit is not warned of:\n%s", log)
	}
	before, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	_, err = command(t, "", "restore", "--db", db, backup)
	if err == nil || !strings.Contains(err.Error(), "systemctl stop tagline.socket tagline.service") {
		t.Errorf("restored while the socket unit listens: %v", err)
	}
	if after, err := os.ReadFile(db); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the database was changed, %v", err)
	}
	if _, err := command(t, "", "restore", "--db", filepath.Join(dir, "try.db"), backup); err != nil {
		t.Errorf("another file cannot be restored meanwhile: %v", err)
	}
	closeListener(t, file)
	if _, err := command(t, "", "restore", "--db", db, backup); err != nil {
		t.Errorf("not restored after the socket unit was stopped: %v", err)
	}
	s := serve(t, "--db", db) // by itself
	s.stop()
	if _, err := os.Stat(db + ".socket"); err == nil {
		t.Error("a server that opened its port itself left the note of a socket unit")
	}
}

// closeListener ends listening, also for whoever else holds the socket.
func closeListener(t *testing.T, file *os.File) {
	t.Helper()
	raw, err := file.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Control(func(fd uintptr) { err = syscall.Shutdown(int(fd), syscall.SHUT_RDWR) }); err != nil {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatal(err)
	}
}
