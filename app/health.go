package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/urfave/cli/v3"
)

// healthCommand asks the serve on this machine how it is, where there is no curl to do it: in a container.
func healthCommand() *cli.Command {
	return &cli.Command{
		Name: "health", Usage: "ask the serve on this machine whether its database answers; exit status 0 when it does, else 1",
		Flags: []cli.Flag{addrFlag(), certFlag()},
		Action: func(ctx context.Context, c *cli.Command) error {
			if faults := addressFaults("addr", c.String("addr")); len(faults) > 0 {
				return cli.Exit(faults[0].Error(), exitConfig)
			}
			if err := askHealth(ctx, c.String("addr"), c.String("cert") != ""); err != nil {
				return cli.Exit("health: "+err.Error(), 1)
			}
			fmt.Fprintln(c.Root().Writer, "ok")
			return nil
		},
	}
}

// askHealth asks the address on which serve listens, from the same machine.
func askHealth(ctx context.Context, addr string, encrypted bool) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // which does not have to be looked up
	}
	scheme := "http"
	if encrypted {
		scheme = "https"
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	// The certificate is for the name that others use. No secret is sent, and what comes back is yes or no.
	transport := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}}
	answer, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("serve says %s", answer.Status)
	}
	return nil
}
