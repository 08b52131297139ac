package store

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// address is EBERBACH_REDIS taken apart.
type address struct {
	tls            bool
	user, password string
	hosts          []string // host:port
	db             int
	master         string
}

// ParseAddress reads EBERBACH_REDIS: one redis:// or rediss:// URL; for a cluster followed by the other nodes'
// host:port, separated by commas; for Sentinel with ?master=NAME and the sentinels' addresses. The path (/0) and
// ?master= may stand after any of the hosts. Errors say how to mend it and never repeat any of it: a password may be
// anywhere in an address that cannot be read.
func ParseAddress(text string) (*redis.UniversalOptions, error) {
	a, err := parseAddress(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("the Redis address cannot be read: %w", err)
	}
	options := &redis.UniversalOptions{
		Addrs: a.hosts, MasterName: a.master, DB: a.db, Username: a.user, Password: a.password,
		// A frozen server must not hold a page: half a second to connect, less than one to answer, one more try.
		DialTimeout: 500 * time.Millisecond, ReadTimeout: 700 * time.Millisecond, WriteTimeout: 700 * time.Millisecond,
		PoolTimeout: 700 * time.Millisecond, DialerRetries: 1, MaxRetries: 1, MinRetryBackoff: 5 * time.Millisecond, MaxRetryBackoff: 50 * time.Millisecond,
		// What most answers fit into. A connection would keep 64 kB, one for pipelines 256 kB, and the heap grows by three times that.
		ReadBufferSize: 8 << 10, WriteBufferSize: 8 << 10, PipelineReadBufferSize: 8 << 10, PipelineWriteBufferSize: 8 << 10,
		ContextTimeoutEnabled:    true,
		Protocol:                 2, // of RESP3 only push messages would be new, for which every read would have to look first
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if a.tls {
		host, _, _ := net.SplitHostPort(a.hosts[0]) // complete has joined it
		options.TLSConfig = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	}
	return options, nil
}

func parseAddress(text string) (a address, err error) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme != "redis" && scheme != "rediss" {
		return a, errors.New("it must begin with redis:// or rediss://, such as redis://127.0.0.1:6379/0")
	}
	if strings.Contains(rest, "://") {
		return a, errors.New("write redis:// once, at the beginning, and of the other hosts only host:port")
	}
	a.tls = scheme == "rediss"
	// First of all, because a password may hold commas.
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		if a.user, a.password, err = userinfo(rest[:i]); err != nil {
			return a, err
		}
		rest = rest[i+1:]
	}
	var path, query string
	for i, host := range strings.Split(rest, ",") {
		var p, q string
		host, q, _ = strings.Cut(host, "?")
		host, p, _ = strings.Cut(host, "/")
		if p != "" && path != "" || q != "" && query != "" {
			return a, errors.New("the database (/0) and ?master= may stand in it once")
		}
		path, query = path+p, query+q
		if host = strings.TrimSpace(host); host == "" && i > 0 {
			continue // a comma at the end
		}
		a.hosts = append(a.hosts, host)
	}
	if err := a.options(path, query); err != nil {
		return a, err
	}
	return a, a.complete()
}

func userinfo(text string) (user, password string, err error) {
	u, err := url.Parse("redis://" + text + "@host")
	if err != nil || u.User == nil || u.Hostname() != "host" {
		return "", "", errors.New("write special characters of the password percent-encoded (/ as %2F, ? as %3F, # as %23, % as %25)")
	}
	password, _ = u.User.Password()
	return u.User.Username(), password, nil
}

// options reads what stands behind the hosts.
func (a *address) options(path, query string) (err error) {
	if path = strings.TrimSuffix(path, "/"); path != "" {
		if a.db, err = strconv.Atoi(path); err != nil || a.db < 0 {
			return errors.New("after the host comes a database number, such as /0")
		}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("after ? comes master=NAME")
	}
	for name, list := range values {
		if name != "master" || len(list) != 1 || list[0] == "" {
			return errors.New("the only option is ?master=NAME, once; time limits and pools are set by the program")
		}
		a.master = list[0]
	}
	return nil
}

// complete fills in ports and checks what the parts mean together.
func (a *address) complete() error {
	port := "6379"
	if a.master != "" {
		port = "26379"
	}
	for i, h := range a.hosts {
		full, ok := hostPort(h, port)
		if !ok {
			return fmt.Errorf("number %d of its hosts is no host:port, such as redis.example.org:6379 or [::1]:6379", i+1)
		}
		a.hosts[i] = full
	}
	if len(a.hosts) > 1 && a.master == "" && a.db != 0 {
		return errors.New("a cluster has only the database 0")
	}
	return nil
}

// hostPort completes a host with the port.
func hostPort(text, port string) (string, bool) {
	u, err := url.Parse("redis://" + text)
	host := ""
	if err == nil {
		host = u.Hostname()
	}
	if err != nil || u.User != nil || u.Host != text || strings.ContainsAny(text, " \t") ||
		strings.Contains(host, ":") && !strings.HasPrefix(text, "[") {
		return "", false
	}
	if host == "" {
		host = "localhost"
	}
	if u.Port() != "" {
		port = u.Port()
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return "", false
	}
	return net.JoinHostPort(host, port), true
}
