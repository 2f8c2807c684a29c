package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	neturl "net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// TestInstallingOnACleanDebian does what docs/deployment.md says on a Debian that boots with systemd: the proxy first,
// then TLS without one, then an upgrade while webhooks come. make e2e-install fetches what it takes.
func TestInstallingOnACleanDebian(t *testing.T) {
	root := os.Getenv("TAGLINE_DEBIAN")
	if root == "" {
		t.Skip("make e2e-install makes the Debian")
	}
	d := boot(t, root)
	d.bring("tagline", buildVersion(t, "v1"), 0o755)
	for _, file := range glob(t, "deploy/*") {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		d.bring(file, content, 0o644)
	}
	d.bring("/etc/hosts", []byte("127.0.0.1 localhost\n"), 0o644)
	install, tls, upgrade := deploymentSteps(t)

	began := time.Now()
	d.run(install)
	d.await("tagline", `version\W+v1`)
	t.Logf("installed in %v", time.Since(began).Round(time.Second))
	d.run("systemctl is-active tagline.socket tagline.service && systemctl is-enabled tagline.socket tagline.service")
	if owner := d.run("stat -c '%U %a' /var/lib/tagline/tagline.db"); owner != "tagline 600" {
		t.Errorf("the database is %s", owner)
	}
	t.Log(d.run("systemd-analyze security tagline.service --no-pager | tail -1"))
	d.behindNginx()
	d.run("caddy validate --adapter caddyfile --config deploy/Caddyfile")

	ca := startAuthority(t, "127.0.0.1:80", "127.0.0.1:443")
	trusted, err := os.ReadFile(ca.file)
	if err != nil {
		t.Fatal(err)
	}
	d.bring("/etc/tagline-authority.pem", trusted, 0o644)
	d.run("systemctl stop nginx && printf 'TAGLINE_TLS_AUTHORITY=" + ca.directory + "\\nTAGLINE_TLS_AUTHORITY_FILE=/etc/tagline-authority.pem\\n' >> /etc/tagline.env")
	d.run(tls)
	d.await("tagline", `"msg":"certificate","domain":"inbox.example.com"`)

	hooks := d.connect(ca.trust)
	d.upgradeUnderLoad(upgrade, hooks, ca.trust)
	d.run("runuser -u tagline -- tagline check --db /var/lib/tagline/tagline.db")
}

// deploymentSteps are the commands that docs/deployment.md gives for systemd, for TLS without a proxy, and for an
// upgrade.
func deploymentSteps(t *testing.T) (install, tls, upgrade string) {
	t.Helper()
	page, err := os.ReadFile("docs/deployment.md")
	if err != nil {
		t.Fatal(err)
	}
	first := func(heading string) string {
		_, section, _ := strings.Cut(string(page), "\n## "+heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		block := regexp.MustCompile("(?s)```sh\n(.*?)```").FindStringSubmatch(section)
		if block == nil {
			t.Fatalf("docs/deployment.md has no commands below %q", heading)
		}
		return block[1]
	}
	return first("systemd"), first("TLS without a proxy"), first("Upgrade")
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	return files
}

func buildVersion(t *testing.T, version string) []byte {
	t.Helper()
	file, err := buildRelease(filepath.Join(t.TempDir(), "tagline"), version)
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// debian is one that is booted, from a copy of its files that is thrown away. It shares our network.
type debian struct {
	t      *testing.T
	root   string
	leader string // the process id of its first process
}

func boot(t *testing.T, root string) debian {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "debian")
	if out, err := exec.Command("cp", "-a", root, copied).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	machine := startBeside(t, "systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--console=passive", "--machine=tagline-e2e", "--boot", "--directory", copied, "--", "--show-status=no")
	d := debian{t: t, root: copied}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) { // nothing tells when it is up
		out, _ := exec.Command("pgrep", "-P", fmt.Sprint(machine.Process.Pid)).Output()
		if d.leader = strings.TrimSpace(string(out)); d.leader != "" {
			if out, _ := d.command("systemctl is-system-running --wait").CombinedOutput(); strings.TrimSpace(string(out)) == "running" || strings.TrimSpace(string(out)) == "degraded" {
				return d
			}
		}
		if time.Now().After(deadline) {
			t.Fatal("it does not boot")
		}
	}
}

func (d debian) command(script string) *exec.Cmd {
	return exec.Command("nsenter", "-t", d.leader, "-m", "-u", "-i", "-p", "sh", "-ec", "cd /root\n"+script)
}

// run runs commands as root and returns what they print.
func (d debian) run(script string) string {
	d.t.Helper()
	out, err := d.command(script).CombinedOutput()
	if err != nil {
		log, _ := d.command("journalctl -u tagline -u nginx -o cat --no-pager | tail -30").CombinedOutput()
		d.t.Fatalf("%s\n%v: %s\n%s", script, err, out, log)
	}
	return strings.TrimSpace(string(out))
}

// bring puts a file there, in root's home unless it says where.
func (d debian) bring(name string, content []byte, mode os.FileMode) {
	d.t.Helper()
	if !filepath.IsAbs(name) {
		name = filepath.Join("/root", name)
	}
	name = filepath.Join(d.root, name)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(name, content, mode); err != nil {
		d.t.Fatal(err)
	}
}

// await waits until the journal of the unit has what the pattern finds, and returns the last of it.
func (d debian) await(unit, pattern string) string {
	d.t.Helper()
	re := regexp.MustCompile(pattern)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(100 * time.Millisecond) { // the journal of another machine
		out, _ := d.command("journalctl -o cat --no-pager -u " + unit).CombinedOutput()
		if found := re.FindAllString(string(out), -1); len(found) > 0 {
			return found[len(found)-1]
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("%q is not in the journal of %s:\n%s", pattern, unit, out)
		}
	}
}

// behindNginx looks at pages and their sockets through the proxy of the example.
func (d debian) behindNginx() {
	d.t.Helper()
	key, certificate, trust := ownCertificate(d.t, tlsDomain)
	d.bring("/etc/letsencrypt/live/inbox.example.com/privkey.pem", key, 0o600)
	d.bring("/etc/letsencrypt/live/inbox.example.com/fullchain.pem", certificate, 0o600)
	d.run("rm -f /etc/nginx/sites-enabled/default && cp deploy/nginx.conf /etc/nginx/sites-enabled/tagline && nginx -t && systemctl restart nginx")
	client := toDomain(trust)
	resp, err := client.Get("https://" + tlsDomain + "/login")
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 {
		d.t.Errorf("behind nginx the page to sign in answers %d", resp.StatusCode)
	}
	dialer := websocket.Dialer{TLSClientConfig: &tls.Config{RootCAs: trust}, NetDial: func(string, string) (net.Conn, error) { return net.Dial("tcp", "127.0.0.1:443") }}
	_, resp, err = dialer.Dial("wss://"+tlsDomain+"/live?screen=%7B%7D", http.Header{"Origin": {"https://" + tlsDomain}})
	if err == nil || resp == nil || resp.StatusCode != http.StatusUnauthorized && resp.StatusCode != http.StatusSeeOther {
		d.t.Errorf("behind nginx a socket of nobody is answered %v, %v", resp, err)
	}
}

// toDomain is a client for which the domain leads to this machine.
func toDomain(trust *x509.CertPool) *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: trust},
		DialContext: func(ctx context.Context, _, addr string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, "tcp", strings.Replace(addr, tlsDomain, "127.0.0.1", 1))
		}}}
}

// connect makes the first admin with the link in the journal, and returns the addresses that the page shows then.
func (d debian) connect(trust *x509.CertPool) map[string]string {
	d.t.Helper()
	link := d.await("tagline", `https://inbox\.example\.com/setup/\w+`)
	client := toDomain(trust)
	r, err := http.NewRequest("POST", link, strings.NewReader(neturl.Values{"username": {"anna"}, "password": {password}, "password_again": {password}}.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://"+tlsDomain)
	resp, err := client.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	if resp, err = client.Get("https://" + tlsDomain + "/settings/connect"); err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	hooks := map[string]string{}
	for _, found := range regexp.MustCompile(`https://inbox\.example\.com/webhooks/\w+/(\w+)`).FindAllStringSubmatch(string(page), -1) {
		hooks[found[1]] = found[0]
	}
	if len(hooks) != 4 {
		d.t.Fatalf("the page shows %v after %s", hooks, link)
	}
	return hooks
}

// upgradeUnderLoad puts a newer version in its place while webhooks come, each on a connection of its own.
func (d debian) upgradeUnderLoad(upgrade string, hooks map[string]string, trust *x509.CertPool) {
	d.t.Helper()
	d.bring("tagline", buildVersion(d.t, "v2"), 0o755)
	done, posted, longest := make(chan struct{}), 0, time.Duration(0)
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			client := toDomain(trust)
			for i := 0; ; i++ {
				select {
				case <-done:
					return
				default:
				}
				body := fmt.Sprintf(`{"phone_number":"+1555%07d","text":"number %d of %d","timestamp":%d}`, n, i, n, 1748463114559+i)
				began := time.Now()
				resp, err := client.Post(hooks["received"], "application/json", strings.NewReader(body))
				if err == nil {
					resp.Body.Close()
				}
				mu.Lock()
				if posted++; err != nil || resp.StatusCode != 200 {
					d.t.Errorf("webhook %d of %d: %v, %v", i, n, resp, err)
				}
				longest = max(longest, time.Since(began))
				mu.Unlock()
			}
		})
	}
	for range 3 { // there and back and there
		d.run(upgrade)
	}
	d.await("tagline", `version\W+v2`)
	close(done)
	all.Wait()
	kept := d.run("runuser -u tagline -- tagline export --db /var/lib/tagline/tagline.db | grep -c '\"type\":\"message\"'")
	if kept != fmt.Sprint(posted) {
		d.t.Errorf("%d webhooks were answered and %s messages are kept", posted, kept)
	}
	d.t.Logf("%d webhooks were answered with 200 while the service was upgraded three times; the longest took %v", posted, longest.Round(time.Millisecond))
}
