package main

import (
	"strings"
	"testing"
)

// TestListenHere: a preview is not to be reached from another machine, whatever address it is given.
func TestListenHere(t *testing.T) {
	for _, addr := range []string{"127.0.0.1:0", "localhost:0", "127.0.0.2:0"} {
		l, err := listenHere(addr)
		if err != nil {
			t.Errorf("%s: %v", addr, err)
			continue
		}
		_ = l.Close()
	}
	for addr, want := range map[string]string{"0.0.0.0:0": "127.0.0.1", ":0": "127.0.0.1", "[::]:0": "127.0.0.1", "192.0.2.1:0": "127.0.0.1", "here": "host:port"} {
		l, err := listenHere(addr)
		if err == nil {
			_ = l.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", addr, err)
		}
	}
}
