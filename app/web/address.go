package web

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// ParseProxies reads a list of addresses and networks, such as "127.0.0.1, 10.0.0.0/8". What is none of both comes back
// in bad.
func ParseProxies(list string) (proxies []netip.Prefix, bad []string) {
	for _, text := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' }) {
		if p, err := netip.ParsePrefix(text); err == nil {
			proxies = append(proxies, p.Masked())
		} else if a, err := netip.ParseAddr(text); err == nil {
			proxies = append(proxies, netip.PrefixFrom(a, a.BitLen()))
		} else {
			bad = append(bad, text)
		}
	}
	return proxies, bad
}

// address is where a request comes from, for counting failures and nothing else. The other end of the connection counts;
// what X-Forwarded-For says only as far as proxies that the operator has named have written it. Of IPv6 it is the
// network, for a household has many addresses.
func (s *Server) address(c *fiber.Ctx) string {
	at, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	at = at.Unmap()
	var hops []string
	for _, line := range c.Request().Header.PeekAll(fiber.HeaderXForwardedFor) {
		hops = append(hops, strings.Split(string(line), ",")...)
	}
	for _, hop := range slices.Backward(hops) {
		if !s.trusts(at) {
			break
		}
		before, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		at = before.Unmap().WithZone("")
	}
	if at.Is6() {
		if network, err := at.Prefix(64); err == nil {
			return network.String()
		}
	}
	return at.String()
}

func (s *Server) trusts(at netip.Addr) bool {
	return slices.ContainsFunc(s.Proxies, func(p netip.Prefix) bool { return p.Contains(at) })
}
