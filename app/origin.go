package main

import (
	"net"
	"strconv"
	"strings"
)

// origin is where links lead to.
func (s *settings) origin(at net.Addr) string {
	if s.url != "" {
		return strings.TrimSuffix(s.url, "/")
	}
	_, port, _ := net.SplitHostPort(at.String())
	return s.scheme() + "localhost:" + port
}

// scheme is what an address begins with that leads here directly.
func (s *settings) scheme() string {
	if s.cert != "" {
		return "https://"
	}
	return "http://"
}

// networkOrigins are the origins by which others on the same network reach what listens on the address; none when only
// this machine does.
func (s *settings) networkOrigins(addr net.Addr) (out []string) {
	tcp, ok := addr.(*net.TCPAddr)
	if !ok || tcp.IP.IsLoopback() {
		return nil
	}
	hosts := []string{tcp.IP.String()}
	if tcp.IP.IsUnspecified() {
		hosts = networkAddresses()
	}
	for _, host := range hosts {
		out = append(out, s.scheme()+net.JoinHostPort(host, strconv.Itoa(tcp.Port)))
	}
	return out
}

// reachedAt is the one of them that pupils are shown: the first, or else an address that works on this machine alone.
func (s *settings) reachedAt(addr net.Addr) string {
	if origins := s.networkOrigins(addr); len(origins) > 0 {
		return origins[0]
	}
	_, port, _ := net.SplitHostPort(addr.String())
	return s.scheme() + "localhost:" + port
}

// networkAddresses are the addresses by which others on the same network reach this machine.
func networkAddresses() (out []string) {
	addrs, _ := net.InterfaceAddrs()
	for _, a := range addrs {
		if n, ok := a.(*net.IPNet); ok && n.IP.IsGlobalUnicast() && n.IP.To4() != nil {
			out = append(out, n.IP.String())
		}
	}
	return out
}
