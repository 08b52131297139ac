package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"
)

// parsed is what of an address' options depends on the address.
type parsed struct {
	Addrs               []string
	Master              string
	DB                  int
	User, Password, TLS string // TLS: the name to be proven
}

func TestParseAddress(t *testing.T) {
	for text, want := range map[string]parsed{
		"redis://127.0.0.1:6379/0":                  {Addrs: []string{"127.0.0.1:6379"}},
		" redis://localhost\n":                      {Addrs: []string{"localhost:6379"}},
		"redis://":                                  {Addrs: []string{"localhost:6379"}},
		"redis://:7000":                             {Addrs: []string{"localhost:7000"}},
		"redis://r.example/":                        {Addrs: []string{"r.example:6379"}},
		"redis://[::1]:7000/3":                      {Addrs: []string{"[::1]:7000"}, DB: 3},
		"redis://[::1]":                             {Addrs: []string{"[::1]:6379"}},
		"redis://:geheim@r.example:7000/2":          {Addrs: []string{"r.example:7000"}, DB: 2, Password: "geheim"},
		"redis://school:geheim@r.example":           {Addrs: []string{"r.example:6379"}, User: "school", Password: "geheim"},
		"redis://:ge,hei@m@r.example":               {Addrs: []string{"r.example:6379"}, Password: "ge,hei@m"},
		"redis://:ge%2Fhei%3Fm%23%25@r.example":     {Addrs: []string{"r.example:6379"}, Password: "ge/hei?m#%"},
		"rediss://:geheim@r.example:6380":           {Addrs: []string{"r.example:6380"}, Password: "geheim", TLS: "r.example"},
		"rediss://[::1]:6380":                       {Addrs: []string{"[::1]:6380"}, TLS: "::1"},
		"redis://a:7000,b:7001,c":                   {Addrs: []string{"a:7000", "b:7001", "c:6379"}},
		"redis://a:7000/0, b:7001 , ":               {Addrs: []string{"a:7000", "b:7001"}},
		"redis://a:7000,b:7001/0":                   {Addrs: []string{"a:7000", "b:7001"}},
		"rediss://u:geheim@a:7000,b:7001":           {Addrs: []string{"a:7000", "b:7001"}, User: "u", Password: "geheim", TLS: "a"},
		"redis://s1:26379/1?master=eb,s2:26379,s3":  {Addrs: []string{"s1:26379", "s2:26379", "s3:26379"}, Master: "eb", DB: 1},
		"redis://:geheim@s1,s2/1?master=eb":         {Addrs: []string{"s1:26379", "s2:26379"}, Master: "eb", DB: 1, Password: "geheim"},
		"redis://s1?master=eb":                      {Addrs: []string{"s1:26379"}, Master: "eb"},
		"rediss://:geheim@s1,s2?master=my%20master": {Addrs: []string{"s1:26379", "s2:26379"}, Master: "my master", Password: "geheim", TLS: "s1"},
	} {
		o, err := ParseAddress(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := parsed{Addrs: o.Addrs, Master: o.MasterName, DB: o.DB, User: o.Username, Password: o.Password}
		if o.TLSConfig != nil {
			got.TLS = o.TLSConfig.ServerName
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", text, diff)
		}
		if o.ReadTimeout <= 0 || o.DialTimeout <= 0 || !o.ContextTimeoutEnabled {
			t.Errorf("%s: no time limits", text)
		}
	}
}

// TestClientOf checks which kind of client an address leads to.
func TestClientOf(t *testing.T) {
	for text, want := range map[string]func(redis.UniversalClient) bool{
		"redis://127.0.0.1:1":                           isSingle,
		"redis://127.0.0.1:1,127.0.0.1:2":               func(c redis.UniversalClient) bool { _, ok := c.(*redis.ClusterClient); return ok },
		"redis://127.0.0.1:1,127.0.0.1:2/4?master=eb":   isSingle,
		"redis://127.0.0.1:1/4?master=eb,127.0.0.1:222": isSingle,
	} {
		s, err := Open(Config{Address: text})
		must(t, err)
		if !want(s.db) {
			t.Errorf("%s leads to a %T", text, s.db)
		}
		must(t, s.Close())
	}
}

func isSingle(c redis.UniversalClient) bool { _, ok := c.(*redis.Client); return ok }

// TestAddressErrors gives addresses that cannot be meant. Each error says what to do and nothing of the address.
func TestAddressErrors(t *testing.T) {
	const secret = "geheim"
	for text, want := range map[string]string{
		"":                                      "redis://127.0.0.1:6379/0",
		"geheim":                                "must begin with redis://",
		"localhost:6379":                        "must begin with redis://",
		"http://:geheim@r.example":              "must begin with redis://",
		"unix:///run/geheim.sock":               "must begin with redis://",
		"REDIS://:geheim@r.example":             "must begin with redis://",
		"redis://:ge/geheim@r.example:6379/0":   "percent-encoded",
		"redis://u:12/geheim@r.example:6379/0":  "percent-encoded",
		"redis://:12?geheim@r.example":          "percent-encoded",
		"redis://:geheim#1@r.example":           "percent-encoded",
		"redis://:geheim%@r.example":            "percent-encoded",
		"redis://:geheim 1@r.example":           "percent-encoded",
		"redis://r.example/geheim":              "database number",
		"redis://r.example/-1":                  "database number",
		"redis://r.example/0/geheim":            "database number",
		"redis://r.example/0#geheim":            "database number",
		"redis://r.example:geheim":              "number 1 of its hosts",
		"redis://r.example:0":                   "number 1 of its hosts",
		"redis://r.example:65536":               "number 1 of its hosts",
		"redis://r.example#geheim":              "number 1 of its hosts",
		"redis://r.example geheim":              "number 1 of its hosts",
		"redis://::1:6379":                      "number 1 of its hosts",
		"redis://a,b:c:d":                       "number 2 of its hosts",
		"redis://a:1,redis://b:2":               "write redis:// once",
		"redis://:geheim@a:1,redis://:geheim@b": "write redis:// once",
		"redis://a:1/1,b:2/1":                   "may stand in it once",
		"redis://a?master=x,b?master=y":         "may stand in it once",
		"redis://a/1,b":                         "a cluster has only the database 0",
		"redis://a?password=geheim":             "the only option is ?master=NAME",
		"redis://a?geheim":                      "the only option is ?master=NAME",
		"redis://a?master=":                     "the only option is ?master=NAME",
		"redis://a?master=x&master=y":           "the only option is ?master=NAME",
		"redis://a?read_timeout=5s":             "the only option is ?master=NAME",
		"redis://a?master=%zz":                  "master=NAME",
	} {
		o, err := ParseAddress(text)
		if err == nil {
			t.Errorf("%s is taken as %v", text, o.Addrs)
			continue
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q says nothing of %q", text, err, want)
		}
		if strings.Contains(err.Error(), secret) {
			t.Errorf("%s: the error gives it away: %v", text, err)
		}
		if text == "" {
			continue // Open takes that as the embedded engine
		}
		if _, err := Open(Config{Address: text}); err == nil {
			t.Errorf("%s can be opened", text)
		}
	}
}

func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{"redis://u:p@a:1,b:2/0?master=x", "rediss://[::1]", "redis://@,,?&/", "redis://:%zz@[", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := ParseAddress(text)
		if err != nil {
			return
		}
		if len(o.Addrs) == 0 || o.DB < 0 || len(o.Addrs) > 1 && o.MasterName == "" && o.DB != 0 {
			t.Errorf("%q: %+v", text, o)
		}
		for _, a := range o.Addrs {
			if _, ok := hostPort(a, "1"); !ok {
				t.Errorf("%q: host %q", text, a)
			}
		}
	})
}
