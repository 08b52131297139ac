package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/urfave/cli/v3"

	"eberbach/app/store"
	"eberbach/app/web"
	"eberbach/lessons"
	"eberbach/static"
	"eberbach/views"
)

// settings are what serve is told by flags and environment.
type settings struct {
	place
	addr, url, log, lessons   string
	contact, imprint, privacy string
	signup, proxies           string
	dev                       bool

	cert, key string // files; "" for no TLS
	admin     string // address; "" for none
	drain     time.Duration
}

func serveCommand() *cli.Command {
	return &cli.Command{
		Name: "serve", Usage: "answer requests",
		Flags: append(placeFlags(),
			addrFlag(),
			urlFlag(),
			certFlag(),
			stringFlag("key", "", "`FILE` with the certificate's private key, PEM"),
			stringFlag("admin", "", "`ADDRESS` for /metrics and /readyz, such as 127.0.0.1:9090; not for the open network (default: none)"),
			&cli.DurationFlag{Name: "drain", Usage: "`TIME` to go on answering after SIGTERM while /readyz says 503, such as 5s (default: 5s with --admin, else 0s)", HideDefault: true, Sources: cli.EnvVars("EBERBACH_DRAIN")},
			stringFlag("signup", "", "`WHO` may have a teacher's account: open, invite or closed (default: open when only this machine can reach it, else invite)"),
			stringFlag("imprint", "", "`ADDRESS` of the imprint, https://…, linked from every page"),
			stringFlag("privacy", "", "`ADDRESS` of whom to ask about privacy: an e-mail address or https://…"),
			stringFlag("proxies", "", "`LIST` of addresses and networks of proxies whose X-Forwarded-For is believed, such as 127.0.0.1,10.0.0.0/8"),
			stringFlag("contact", "", "`ADDRESS` for corrections, shown on the page about the module: an e-mail address or https://…"),
			stringFlag("log", "text", "`FORMAT` of the log: text, json or off"),
			lessonsFlag("", "`DIR` of lesson files to serve instead of those in the binary, read again on every change; faults are shown in the pages"),
			&cli.BoolFlag{Name: "dev", Usage: "read lessons, views and static files from this folder and again on every change", Sources: cli.EnvVars("EBERBACH_DEV")},
		),
		Action: func(ctx context.Context, c *cli.Command) error {
			s := settings{
				place: placeOf(c), addr: c.String("addr"), url: c.String("url"), log: c.String("log"), lessons: c.String("lessons"),
				contact: c.String("contact"), imprint: c.String("imprint"), privacy: c.String("privacy"),
				signup: c.String("signup"), proxies: c.String("proxies"), dev: c.Bool("dev"),
				cert: c.String("cert"), key: c.String("key"), admin: c.String("admin"), drain: c.Duration("drain"),
			}
			if s.admin != "" && !c.IsSet("drain") {
				s.drain = drainFor
			}
			if faults := s.faults(); len(faults) > 0 {
				return cli.Exit(errors.Join(faults...).Error(), exitConfig)
			}
			return serve(ctx, s, c.Root().Writer, c.Root().ErrWriter)
		},
	}
}

// faults names everything that is wrong with the settings at once.
func (s *settings) faults() (faults []error) {
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	faults = append(faults, addressFaults("addr", s.addr)...)
	if s.admin != "" {
		faults = append(faults, addressFaults("admin", s.admin)...)
	}
	if s.drain < 0 {
		add("--drain %v is no time to wait; write it as 5s, or 0s for none", s.drain)
	}
	faults = append(faults, certificateFaults(s.cert, s.key, s.url)...)
	faults = append(faults, s.place.faults()...)
	faults = append(faults, urlFaults(s.url)...)
	for _, to := range []struct{ flag, value string }{{"contact", s.contact}, {"privacy", s.privacy}} {
		if to.value != "" && !webAddress(to.value) && !mailAddress.MatchString(to.value) {
			add("--%s %q is neither an e-mail address nor begins with https://; write one of them", to.flag, to.value)
		}
	}
	if s.imprint != "" && !webAddress(s.imprint) {
		add("--imprint %q is no address of a page; write it as https://school.example/imprint", s.imprint)
	}
	switch web.SignUp(s.signup) {
	case "", web.SignUpOpen, web.SignUpInvite, web.SignUpClosed:
	default:
		add("--signup %q is not known; it is open, invite or closed", s.signup)
	}
	if _, bad := web.ParseProxies(s.proxies); len(bad) > 0 {
		add("--proxies: %s is no address and no network; write them as 127.0.0.1,10.0.0.0/8", strings.Join(bad, ", "))
	}
	if s.log != "text" && s.log != "json" && s.log != "off" {
		add("--log %q is not known; it is text, json or off", s.log)
	}
	if s.lessons != "" && !isDir(s.lessons) {
		add("--lessons %s is no folder; name the folder that holds module.yaml, or begin one with eberbach new", s.lessons)
	}
	if s.dev {
		for _, dir := range []string{"lessons", "views", "static"} {
			if !isDir(dir) {
				add("--dev needs the folder %s here; start it in the source tree", dir)
			}
		}
	}
	return faults
}

// addrFlag is the flag for where serve listens.
func addrFlag() cli.Flag {
	return stringFlag("addr", "127.0.0.1:3000", "`ADDRESS` to listen on; :3000 lets others on the network in")
}

// certFlag is the flag for the certificate that serve shows.
func certFlag() cli.Flag {
	return stringFlag("cert", "", "`FILE` with the certificate and those above it, PEM; with it everything is encrypted, read again when it has changed")
}

func addressFaults(flag, addr string) []error {
	if _, port, err := net.SplitHostPort(addr); err != nil || port == "" {
		return []error{fmt.Errorf("--%s %q is no address; write host:port, such as 127.0.0.1:3000", flag, addr)}
	} else if _, err := net.LookupPort("tcp", port); err != nil {
		return []error{fmt.Errorf("--%s %q: %q is no port; take a number from 0 to 65535", flag, addr, port)}
	}
	return nil
}

// urlFlag is the flag for where others reach what is served.
func urlFlag() cli.Flag {
	return stringFlag("url", "", "public `ORIGIN` such as https://eberbach.example; with https cookies are sent over TLS only")
}

func urlFaults(origin string) []error {
	u, err := url.Parse(origin)
	if origin == "" || err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && (u.Path == "" || u.Path == "/") {
		return nil
	}
	return []error{fmt.Errorf("--url %q is no origin; write it as https://eberbach.example", origin)}
}

func webAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != ""
}

var mailAddress = regexp.MustCompile(`^[^@\s<>"]+@[^@\s<>"]+\.[^@\s<>"]+$`)

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func serve(ctx context.Context, s settings, stdout, stderr io.Writer) error {
	log := logger(s.log, stderr)
	var metrics *prometheus.Registry
	if s.admin != "" {
		metrics = newMetrics()
		s.metrics = metrics
	}
	db, err := s.open()
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	if err := refuseUnrestored(ctx, db); err != nil {
		return err
	}
	l, err := s.listen(log)
	if err != nil {
		return err
	}
	defer l.stop() // when it does not come to serving, too
	collectAsBefore := collectLess()
	server, err := web.New(s.config(db, l.Addr(), log))
	collectAsBefore()
	if err != nil {
		return cli.Exit("eberbach: "+err.Error(), 1)
	}
	defer s.settle(ctx, server, log)()
	room := uint64(roomBeside)
	if s.redis == "" {
		room = roomWithin
		stop, err := serveAdmin(s.data, adminCommands(server, db, s.origin(l.Addr())))
		if err != nil {
			log.Warn("commands that need the database have to wait until this program has ended", "error", err)
		}
		defer stop()
	}
	defer keepRoom(room)()
	server.Network = s.reachedAt(l.Addr())
	greet(stdout, l.Addr(), s)
	if s.admin != "" {
		at, stop, err := serveOperator(s.admin, metrics, server.Ready)
		if err != nil {
			return err
		}
		defer stop()
		fmt.Fprintf(stdout, "  operator: http://%s/metrics\n", at)
	}
	if n := server.Faults(); n > 0 {
		fmt.Fprintf(stdout, "  faults:   %d in the lesson files; see /en/faults, or eberbach check\n", n)
	}
	return serveUntil(ctx, server, l.Listener, s.drain, log)
}

// listener is what serve listens on, and what goes on beside it until stop.
type listener struct {
	net.Listener
	stop func()
}

// listen takes the address, and the certificate where there is one.
func (s *settings) listen(log *slog.Logger) (*listener, error) {
	l, err := net.Listen("tcp", s.addr)
	if err != nil {
		return nil, cli.Exit(fmt.Sprintf("eberbach: %v; choose another address with --addr", err), exitConfig)
	}
	if s.cert == "" {
		return &listener{l, func() { _ = l.Close() }}, nil
	}
	cert, err := readCertificate(s.cert, s.key, log)
	if err != nil {
		return nil, cli.Exit("eberbach: "+errors.Join(err, l.Close()).Error(), exitConfig)
	}
	if s.metrics != nil {
		cert.watch(s.metrics)
	}
	deaf := cert.rereadOnHangup()
	return &listener{tls.NewListener(l, cert.config()), func() { deaf(); _ = l.Close() }}, nil
}

// clock is what the pages go by; a test sets it wrong.
var clock = time.Now

// config is what the server is made of.
func (s *settings) config(db *store.Store, at net.Addr, log *slog.Logger) web.Config {
	proxies, _ := web.ParseProxies(s.proxies) // checked before
	return web.Config{
		Store: db, Files: s.files(), Author: s.dev || s.lessons != "", Origin: s.url,
		Operator: web.Operator{Contact: s.contact, Imprint: s.imprint, Privacy: s.privacy},
		SignUp:   s.signUp(at), Proxies: proxies, Log: log, Now: clock, TLS: s.cert != "", Metrics: s.metrics,
	}
}

// signUp is who may sign up: as it was said, else everybody where nobody but this machine can come.
func (s *settings) signUp(at net.Addr) web.SignUp {
	if s.signup != "" {
		return web.SignUp(s.signup)
	}
	if tcp, ok := at.(*net.TCPAddr); ok && tcp.IP.IsLoopback() && s.proxies == "" && s.url == "" {
		return web.SignUpOpen
	}
	return web.SignUpInvite
}

// files are what is served: what is in the binary, but for what the settings name.
func (s *settings) files() web.Files {
	files := web.Files{Lessons: lessons.FS, Views: views.FS, Static: static.FS}
	if s.dev {
		files = web.Files{Lessons: os.DirFS("lessons"), Views: os.DirFS("views"), Static: os.DirFS("static")}
	}
	if s.lessons != "" {
		files.Lessons = os.DirFS(s.lessons)
	}
	return files
}

// settle stores the questions while the first requests are answered: whoever begins an attempt stores its own. Then the start is
// over, and its memory is given back. What it returns waits for the end of it.
func (s *settings) settle(ctx context.Context, server *web.Server, log *slog.Logger) (wait func()) {
	var kept sync.WaitGroup
	kept.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		if err := server.KeepEditions(ctx); err != nil {
			log.Warn("the database does not answer yet; lessons can be read, quizzes wait", "error", err)
		}
		giveBack(s.data)
	})
	return kept.Wait
}

// serveUntil answers until the context ends, says for a while that it is about to stop, and finishes what runs.
func serveUntil(ctx context.Context, server *web.Server, l net.Listener, drain time.Duration, log *slog.Logger) error {
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return cli.Exit(fmt.Sprintf("eberbach: %v", err), 1)
	case <-ctx.Done():
	}
	log.Info("stopping", "drain", drain)
	server.Drain()
	select {
	case err := <-failed:
		return cli.Exit(fmt.Sprintf("eberbach: %v", err), 1)
	case <-time.After(drain):
	}
	if err := server.Shutdown(); err != nil {
		return cli.Exit(fmt.Sprintf("eberbach: stopping took too long: %v", err), 1)
	}
	_ = l.Close() // told to stop before it began to serve, it would begin now and never end
	<-failed
	return nil
}

func logger(format string, w io.Writer) *slog.Logger {
	switch format {
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil))
	case "off":
		return slog.New(slog.DiscardHandler)
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// greet prints where Eberbach can be reached, and what it keeps the answers in.
func greet(w io.Writer, addr net.Addr, s settings) {
	_, port, _ := net.SplitHostPort(addr.String())
	fmt.Fprintf(w, "Eberbach %s\n  here:     %slocalhost:%s\n", version, s.scheme(), port)
	for _, origin := range s.networkOrigins(addr) {
		fmt.Fprintf(w, "  network:  %s\n", origin)
	}
	if s.lessons != "" {
		fmt.Fprintf(w, "  lessons:  from %s, read again on every change\n", s.lessons)
	}
	if s.redis != "" {
		fmt.Fprintln(w, "  answers:  in Redis")
		return
	}
	fmt.Fprintf(w, "  answers:  in %s (embedded; good for a few thousand learners, for more use --redis)\n", s.data)
}
