package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
)

// lookEvery is how often, at most, a visitor's arrival has somebody look whether the certificate's files have changed.
const lookEvery = time.Second

// certificate is a certificate in two files, which are read again when they have changed: a renewed one needs no restart.
// As long as what lies there is no pair, because half of it is written yet, the last one stays.
type certificate struct {
	cert, key string // names of the files
	log       *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	seen    string // state of the files when they were last read
	looked  time.Time
}

func readCertificate(cert, key string, log *slog.Logger) (*certificate, error) {
	c := &certificate{cert: cert, key: key, log: log}
	c.seen, c.looked = c.state(), time.Now()
	pair, err := tls.LoadX509KeyPair(cert, key)
	c.current = &pair
	return c, err
}

// config is TLS with the certificate.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get, NextProtos: []string{"http/1.1"}}
}

func (c *certificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if time.Since(c.looked) >= lookEvery {
		c.look(false)
	}
	return c.current, nil
}

// look reads the files when they have changed, or when they must be. The caller holds mu.
func (c *certificate) look(must bool) {
	c.looked = time.Now()
	state := c.state()
	if state == c.seen && !must {
		return
	}
	c.seen = state
	pair, err := tls.LoadX509KeyPair(c.cert, c.key)
	if err != nil {
		c.log.Error("the certificate cannot be read; the last one stays", "error", err)
		return
	}
	c.current = &pair
	c.log.Info("certificate read", "expires", c.expires())
}

// state tells one content of the files from another; a link that leads elsewhere leads to another file.
func (c *certificate) state() string {
	out := ""
	for _, name := range []string{c.cert, c.key} {
		if info, err := os.Stat(name); err == nil {
			out += fmt.Sprintln(info.ModTime().UnixNano(), info.Size())
		}
	}
	return out
}

// expires is until when the certificate is good.
func (c *certificate) expires() time.Time { return c.current.Leaf.NotAfter }

// watch registers what an operator should be warned of in time.
func (c *certificate) watch(metrics prometheus.Registerer) {
	promauto.With(metrics).NewGaugeFunc(prometheus.GaugeOpts{Name: "eberbach_certificate_expires_seconds", Help: "When the certificate ends, Unix time."}, func() float64 {
		c.mu.Lock()
		defer c.mu.Unlock()
		return float64(c.expires().Unix())
	})
}

// rereadOnHangup has SIGHUP read the files at once, until stop.
func (c *certificate) rereadOnHangup() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangups:
				c.mu.Lock()
				c.look(true)
				c.mu.Unlock()
			}
		}
	}()
	return func() {
		signal.Stop(hangups)
		cancel()
	}
}

// certificateFaults says what is wrong with the flags for a certificate.
func certificateFaults(cert, key, origin string) (faults []error) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	switch {
	case cert == "" && key == "":
		return nil
	case key == "":
		add("--cert %s: it needs its key; name that file with --key", cert)
	case cert == "":
		add("--key %s: it needs its certificate; name that file with --cert", key)
	default:
		if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
			add("--cert %s, --key %s: %w; both must be PEM files that belong together and that this user may read", cert, key, err)
		}
	}
	if strings.HasPrefix(origin, "http://") {
		add("--url %s: with --cert it is reached by https; write https://…", origin)
	}
	return faults
}
