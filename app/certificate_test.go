package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// issue writes a certificate for localhost and its key to the directory, over those that are there, and returns their names.
func issue(t *testing.T, dir string, serial int64) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

// serial is the number of the certificate that an address shows, 0 when it does not take the versions of TLS.
func serial(t *testing.T, url string, versions ...uint16) int64 {
	t.Helper()
	config := &tls.Config{InsecureSkipVerify: true}
	if len(versions) > 0 {
		config.MinVersion, config.MaxVersion = versions[0], versions[0]
	}
	c, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", strings.TrimPrefix(url, "https://"), config)
	if err != nil {
		return 0
	}
	defer c.Close()
	return c.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func becomes(t *testing.T, want int64, get func() int64) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); get() != want; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("certificate %d is shown, want %d", get(), want)
		}
	}
}

// TestTLS: with a certificate everything is encrypted and says so, and a renewed one is shown without a restart.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := issue(t, dir, 1)
	p := boot(t, "--data", t.TempDir(), "--cert", cert, "--key", key)
	if !strings.HasPrefix(p.url, "https://") {
		t.Fatalf("the printed address is %s", p.url)
	}
	trusted := x509.NewCertPool()
	text, err := os.ReadFile(cert)
	if err != nil || !trusted.AppendCertsFromPEM(text) {
		t.Fatal(err)
	}
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := c.PostForm(p.url+"/en/lessons/false-alarms/quiz", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	cookie := answer.Header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-") || !strings.Contains(cookie, "secure") || answer.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("cookie %q, headers %v", cookie, answer.Header)
	}
	if shown := serial(t, p.url, tls.VersionTLS11); shown != 0 {
		t.Error("TLS 1.1 is taken")
	}
	if shown := serial(t, p.url, tls.VersionTLS12); shown != 1 {
		t.Error("TLS 1.2 is not taken")
	}
	now := func() int64 { return serial(t, p.url) }
	issue(t, dir, 2)
	becomes(t, 2, now)

	// Half a pair is no pair: the last one stays.
	good, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, good[:20], 0o600); err != nil {
		t.Fatal(err)
	}
	for range 15 {
		time.Sleep(lookEvery / 10)
		if now() != 2 {
			t.Fatal("half a key takes the certificate away")
		}
	}
	issue(t, dir, 3)
	becomes(t, 3, now)
	if code := p.stop(); code != 0 {
		t.Errorf("exit status %d:\n%s", code, p.stderr)
	}
}

// TestHangup: SIGHUP has the files read at once, also when nothing shows that they are others.
func TestHangup(t *testing.T) {
	dir := t.TempDir()
	cert, key := issue(t, dir, 1)
	p := boot(t, "--data", t.TempDir(), "--cert", cert, "--key", key)
	when := time.Now().Add(-time.Minute).Truncate(time.Second)
	sizes := func() (n int64) {
		for _, name := range []string{cert, key} {
			info, err := os.Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			n += info.Size()
			if err := os.Chtimes(name, when, when); err != nil {
				t.Fatal(err)
			}
		}
		return n
	}
	size := sizes()
	time.Sleep(2 * lookEvery)
	if serial(t, p.url) != 1 { // which has it look at the files as they are now
		t.Fatal("no certificate")
	}
	for n := int64(2); ; n++ {
		if issue(t, dir, n); sizes() != size { // a signature has a byte more or less
			continue
		}
		if err := p.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		becomes(t, n, func() int64 { return serial(t, p.url) })
		break
	}
	p.stop()
}

// TestNoHandshake: whoever connects and says nothing holds up nobody.
func TestNoHandshake(t *testing.T) {
	cert, key := issue(t, t.TempDir(), 1)
	p := boot(t, "--data", t.TempDir(), "--cert", cert, "--key", key)
	for range 20 {
		c, err := net.Dial("tcp", strings.TrimPrefix(p.url, "https://"))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	if serial(t, p.url) != 1 {
		t.Error("somebody else is not served")
	}
}

// TestCertificateFaults: each says which flag and how to mend it.
func TestCertificateFaults(t *testing.T) {
	cert, key := issue(t, t.TempDir(), 1)
	_, other := issue(t, t.TempDir(), 2)
	for _, c := range []struct{ cert, key, url, want string }{
		{cert, "", "", "--key"},
		{"", key, "", "--cert"},
		{cert, "no-such-file", "", "no-such-file"},
		{cert, other, "", "belong together"},
		{key, cert, "", "PEM"},
		{cert, key, "http://school.example", "https://"},
	} {
		faults := certificateFaults(c.cert, c.key, c.url)
		if len(faults) != 1 || !strings.Contains(faults[0].Error(), c.want) {
			t.Errorf("%+v: %v", c, faults)
		}
	}
	for _, c := range []struct{ cert, key, url string }{{"", "", "http://school.example"}, {cert, key, ""}, {cert, key, "https://school.example"}} {
		if faults := certificateFaults(c.cert, c.key, c.url); len(faults) > 0 {
			t.Errorf("%+v: %v", c, faults)
		}
	}
}
