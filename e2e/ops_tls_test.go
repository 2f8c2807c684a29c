package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const tlsDomain = "inbox.example.com"

// ownCertificate is a key and a certificate that nobody but the pool trusts, as PEM.
func ownCertificate(t *testing.T, name string) (key, certificate []byte, trust *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(80 * 24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	trust = x509.NewCertPool()
	trust.AppendCertsFromPEM(certificate)
	return pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: ec}), certificate, trust
}

// encrypted is a server that speaks TLS, and how it is reached although its domain leads nowhere.
type encrypted struct {
	*server
	addr, plain string
	trust       *x509.CertPool
}

func (e encrypted) client(config *tls.Config) *http.Client {
	config.RootCAs = e.trust
	if config.ServerName == "" {
		config.ServerName = tlsDomain
	}
	return &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, Transport: &http.Transport{TLSClientConfig: config, ForceAttemptHTTP2: true, DisableKeepAlives: true}}
}

func (e encrypted) request(method, url string) *http.Request {
	r, err := http.NewRequest(method, url, nil)
	if err != nil {
		panic(err)
	}
	r.Host = tlsDomain
	return r
}

// obtained puts a certificate in its place beside a database in dir, as one that was obtained before.
func obtained(t *testing.T, dir string) (trust *x509.CertPool) {
	t.Helper()
	key, certificate, trust := ownCertificate(t, tlsDomain)
	if err := os.Mkdir(filepath.Join(dir, "certificates"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "certificates", tlsDomain), append(key, certificate...), 0o600); err != nil {
		t.Fatal(err)
	}
	return trust
}

// encryptedServer runs one whose certificate was obtained before.
func encryptedServer(t *testing.T, db string) encrypted {
	t.Helper()
	trust := obtained(t, filepath.Dir(db))
	inbox := serve(t, "--db", db, "--tls-domain", tlsDomain, "--http-addr", "localhost:0", "--tls-authority", "https://localhost:1/nobody-is-there")
	return encrypted{inbox, inbox.stderr.await(t, `"msg":"listening","addr":"([^"]+)"`), inbox.stderr.await(t, `"msg":"in clear","addr":"([^"]+)"`), trust}
}

func TestTLSWithoutAProxy(t *testing.T) {
	db := databaseWithTeam(t, "anna --role admin")
	e := encryptedServer(t, db)
	if e.url != "https://"+tlsDomain {
		t.Errorf("its address is %s", e.url)
	}
	e.stderr.await(t, `("msg":"certificate","domain":"inbox.example.com","until":)`)
	if out, err := command(t, "", "webhooks", "--db", db, "--tls-domain", tlsDomain); err != nil || !strings.Contains(out, "https://"+tlsDomain+"/webhooks/") {
		t.Errorf("webhooks go to %s: %v", out, err)
	}

	resp, err := e.client(&tls.Config{}).Do(e.request("GET", "https://"+e.addr+"/login"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 200 || resp.ProtoMajor != 2 || !strings.HasPrefix(resp.Header.Get("Strict-Transport-Security"), "max-age=") {
		t.Errorf("answered %d by %s, %v", resp.StatusCode, resp.Proto, resp.Header)
	}
	for name, config := range map[string]*tls.Config{
		"another name": {ServerName: "example.org"}, "an old version": {MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10},
	} {
		if resp, err := e.client(config).Do(e.request("GET", "https://"+e.addr+"/")); err == nil {
			resp.Body.Close()
			t.Errorf("%s is served", name)
		}
	}

	// Pages follow over TLS like without. The way of the socket is the same; only an ended session is refused here.
	dialer := websocket.Dialer{TLSClientConfig: &tls.Config{ServerName: tlsDomain, RootCAs: e.trust}, NetDial: func(string, string) (net.Conn, error) { return net.Dial("tcp", e.addr) }}
	conn, _, err := dialer.Dial("wss://"+tlsDomain+"/live?screen="+`%7B%22page%22%3A%22%2Finbox%22%7D`, http.Header{"Origin": {e.url}, "Cookie": {"__Host-tagline=" + sessionID("anna", 0)}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, frame, err := conn.ReadMessage(); err != nil {
		t.Errorf("the socket says %s, %v", frame, err)
	}

	if out, err := command(t, "", "healthcheck", "--addr", e.addr, "--tls-domain", tlsDomain); err != nil {
		t.Errorf("healthcheck: %s, %v", out, err)
	}
}

func TestWhatComesInClearIsSentToThePublicOriginOrRefused(t *testing.T) {
	e := encryptedServer(t, filepath.Join(t.TempDir(), "tagline.db"))
	for _, c := range []struct {
		method, host, path string
		status             int
		to                 string
	}{
		{"GET", tlsDomain, "/conversations/1?timeline=6", 301, "https://" + tlsDomain + "/conversations/1?timeline=6"},
		{"GET", "evil.example", "//evil.example/x", 301, "https://" + tlsDomain + "//evil.example/x"},
		{"POST", tlsDomain, "/login", 403, ""},
		{"POST", tlsDomain, "/webhooks/token/sent", 403, ""},
		{"GET", tlsDomain, "/webhooks/token/sent", 403, ""}, // no redirect either: TextLink follows none
		{"GET", tlsDomain, "/.well-known/acme-challenge/unknown", 404, ""},
	} {
		r := e.request(c.method, "http://"+e.plain+c.path)
		r.Host = c.host
		resp, err := e.client(&tls.Config{}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status || resp.Header.Get("Location") != c.to {
			t.Errorf("%s %s: %d to %q, want %d to %q", c.method, c.path, resp.StatusCode, resp.Header.Get("Location"), c.status, c.to)
		}
	}
}

func TestTheFlagsOfTLSMustFitTogether(t *testing.T) {
	for args, want := range map[string]string{
		"--tls-domain localhost":                                           "--tls-domain",
		"--tls-domain 192.0.2.7":                                           "--tls-domain",
		"--tls-domain https://inbox.example.com":                           "--tls-domain",
		"--tls-domain a.example --url https://b.example":                   "--url",
		"--tls-domain a.example --url http://a.example":                    "--url",
		"--tls-domain a.example --http-addr 80":                            "--http-addr",
		"--tls-domain a.example --tls-authority http://ca.example":         "--tls-authority",
		"--tls-domain a.example --tls-authority-file /dev/null":            "--tls-authority-file",
		"--tls-domain a.example --tls-authority-file /nowhere/to/be/found": "--tls-authority-file",
	} {
		if _, err := command(t, "", strings.Fields("serve --db /nowhere/tagline.db "+args)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", args, err)
		}
	}
}

// Without a certificate the log says so in words, and the program goes on: TextLink may come another way.
func TestWithoutACertificateTheLogSaysWhatToLookAt(t *testing.T) {
	inbox := serve(t, "--db", filepath.Join(t.TempDir(), "tagline.db"), "--tls-domain", tlsDomain, "--http-addr", "localhost:0", "--tls-authority", "https://localhost:1/nobody-is-there")
	inbox.stderr.await(t, `("level":"WARN","msg":"there is no certificate: does the domain lead here)`)
}

// An authority of one's own makes the certificate: make e2e-tls fetches Pebble, which behaves like Let's Encrypt's, and
// says where it is.
func TestACertificateComesFromAnAuthority(t *testing.T) {
	plain, people := freeAddr(t), freeAddr(t)
	ca := startAuthority(t, plain, people)
	dir := t.TempDir()
	inbox := serve(t, "--db", filepath.Join(dir, "tagline.db"), "--addr", people, "--http-addr", plain, "--tls-domain", tlsDomain, "--tls-authority", ca.directory, "--tls-authority-file", ca.file)
	inbox.stderr.await(t, `("msg":"certificate","domain":"inbox.example.com")`)
	e := encrypted{inbox, people, plain, ca.trust}
	page, err := e.client(&tls.Config{}).Do(e.request("GET", "https://"+people+"/healthz"))
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	info, err := os.Stat(filepath.Join(dir, "certificates", tlsDomain))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the certificate is kept as %v, %v", info, err)
	}
}

// authority makes certificates that it trusts.
type authority struct {
	directory string         // the address of its ACME directory
	file      string         // by which its own address is trusted
	trust     *x509.CertPool // of what it makes
}

// startAuthority runs one for which every domain leads to this machine; it looks at the two addresses.
func startAuthority(t *testing.T, plain, people string) (a authority) {
	t.Helper()
	programs := os.Getenv("TAGLINE_PEBBLE")
	if programs == "" {
		t.Skip("make e2e-tls fetches the authority")
	}
	dir := t.TempDir()
	key, certificate, _ := ownCertificate(t, "localhost")
	acme, management, names := freeAddr(t), freeAddr(t), freeAddr(t)
	port := func(addr string) (n int) { _, _ = fmt.Sscanf(addr, "127.0.0.1:%d", &n); return n }
	a.directory, a.file = fmt.Sprintf("https://localhost:%d/dir", port(acme)), filepath.Join(dir, "cert.pem")
	config, err := json.Marshal(map[string]any{"pebble": map[string]any{"listenAddress": acme, "managementListenAddress": management,
		"certificate": a.file, "privateKey": filepath.Join(dir, "key.pem"), "httpPort": port(plain), "tlsPort": port(people)}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"key.pem": key, "cert.pem": certificate, "pebble.json": config} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	startBeside(t, filepath.Join(programs, "pebble-challtestsrv"), "-dnsserver", names, "-management", freeAddr(t), "-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "")
	startBeside(t, filepath.Join(programs, "pebble"), "-config", filepath.Join(dir, "pebble.json"), "-dnsserver", names)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	var resp *http.Response
	for deadline := time.Now().Add(20 * time.Second); resp == nil; {
		if resp, err = client.Get("https://" + management + "/roots/0"); err != nil && time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	defer resp.Body.Close()
	roots, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	a.trust = x509.NewCertPool()
	a.trust.AppendCertsFromPEM(roots)
	return a
}

// startBeside runs a program until the test ends; what it said is shown where the test failed.
func startBeside(t *testing.T, program string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s:\n%s", program, &said)
		}
	})
	return cmd
}

// systemd hands over both sockets, in the order of the unit. One too few would have people talk to the wrong one.
func TestBothSocketsCanBeInherited(t *testing.T) {
	dir := t.TempDir()
	trust := obtained(t, dir)
	addr, people := listen(t)
	plain, clear := listen(t)
	start := func(files ...*os.File) (*exec.Cmd, *output) {
		said := newOutput()
		cmd := exec.Command("sh", "-c", fmt.Sprintf(`LISTEN_FDS=%d LISTEN_PID=$$ exec "$0" serve --db "$1" --tls-domain %s`, len(files), tlsDomain), binary(t), filepath.Join(dir, "tagline.db"))
		cmd.ExtraFiles, cmd.Stderr = files, said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		return cmd, said
	}
	program, said := start(people)
	if err := program.Wait(); err == nil {
		t.Error("it starts with one socket")
	}
	said.await(t, `(hands over 1 sockets, and 2 are needed)`)

	program, said = start(people, clear)
	defer func() { _ = program.Wait() }()
	defer func() { _ = program.Process.Kill() }()
	said.await(t, `("inherited":true)`)
	e := encrypted{addr: addr, plain: plain, trust: trust}
	for url, want := range map[string]int{"https://" + addr + "/healthz": 200, "http://" + plain + "/healthz": 301} {
		resp, err := e.client(&tls.Config{}).Do(e.request("GET", url))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s answers %d", url, resp.StatusCode)
		}
	}
}
