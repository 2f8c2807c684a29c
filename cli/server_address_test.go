package cli

import (
	"strings"
	"testing"
)

// Nothing can be called or listened on at such a port, so the program does not start; all of them are said at once.
func TestPortsThatDoNotExistAreConfigurationErrors(t *testing.T) {
	called := map[string]string{
		"--alert-url": "https://hooks.example.com", "--smtp-url": "smtp://mail.example.com",
		"--api-url":       "https://textlink.example.com",
		"--tls-authority": "https://ca.example.com", "--url": "https://inbox.example.com",
	}
	listened := map[string]string{"--addr": "localhost", "--http-addr": "", "--metrics-addr": "localhost",
		"--pprof-addr": "localhost"}
	for _, port := range []string{":65536", ":99999", ":-1", ":x"} {
		args := []string{"serve", "--db", "/nowhere/tagline.db", "--tls-domain", "inbox.example.com"}
		for _, flags := range []map[string]string{called, listened} {
			for flag, host := range flags {
				args = append(args, flag+"="+host+port)
			}
		}
		_, err := command(t, "", args...)
		for _, flags := range []map[string]string{called, listened} {
			for flag := range flags {
				if err == nil || strings.Count(err.Error(), flag+" is ")+strings.Count(err.Error(), flag+" cannot be used") != 1 {
					t.Errorf("%s with the port %s is not there once in: %v", flag, port, err)
				}
			}
		}
	}
	for _, address := range []string{"https://:443/x", "https://example.com:0", "https://", "example.com:443",
		"mailto:x", "https://a b"} {
		if u := serverURL(address, "https"); u != nil {
			t.Errorf("%q is read as %s", address, u)
		}
	}
	for _, address := range []string{"https://example.com:65535/a?b", "https://[::1]:1", "https://example.com:",
		" https://example.com/a\n"} {
		if serverURL(address, "https") == nil {
			t.Errorf("%q is refused", address)
		}
	}
	for _, addr := range []string{":0", ":http", "localhost:65535", "[::1]:80"} {
		if err := checkListenAddress("addr", addr, ":80"); err != nil {
			t.Error(err)
		}
	}
}
