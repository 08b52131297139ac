// Package web is the only part of Eberbach that knows HTTP: routes, forms and pages.
package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/prometheus/client_golang/prometheus"

	"eberbach/app/lesson"
	"eberbach/app/quiz"
	"eberbach/app/store"
)

// Limits of a request. No page of ours sends more than a few kB.
const (
	maxBody       = 64 << 10         // bytes
	maxHeader     = 8 << 10          // bytes, and as much memory for each connection
	requestWithin = 15 * time.Second // from its first byte to its last, so a client that drips holds a connection no longer
	writeBuffer   = 16 << 10         // bytes a connection: a compressed lesson with its headers goes out in one write, not in two
	patience      = 1500 * time.Millisecond
	drainWithin   = 10 * time.Second
)

// Config is what a server is made of.
type Config struct {
	Store  *store.Store
	Files  Files
	Author bool   // somebody is writing the files: read them again when one has changed, and show their faults
	Origin string // public origin such as https://eberbach.example; with https, cookies are sent over TLS only
	TLS    bool   // what Serve listens on is encrypted; the same holds for cookies then

	// Network is the origin by which others on the same network reach the machine, such as http://192.168.0.7:3000. It is
	// what is printed and shown for them where there is no Origin.
	Network string

	Operator
	SignUp  SignUp
	Proxies []netip.Prefix // whose X-Forwarded-For is believed, see ParseProxies
	Log     *slog.Logger
	Now     func() time.Time
	Metrics prometheus.Registerer // of what is measured; nil: nothing is
}

// Operator is how to reach whoever runs Eberbach; each is "" for none.
type Operator struct {
	Contact string // where corrections go, an e-mail address or an https address
	Imprint string // https address of the imprint
	Privacy string // whom to ask about privacy, an e-mail address or an https address
}

// SignUp says who may have a teacher's account.
type SignUp string

// Who may sign up.
const (
	SignUpOpen   SignUp = "open"   // everybody
	SignUpInvite SignUp = "invite" // whoever has an invitation
	SignUpClosed SignUp = "closed" // nobody
)

// Server answers requests. Make one with New.
type Server struct {
	Config
	app     *fiber.App
	current atomic.Pointer[site]
	secure  bool
	guard   *http.CrossOriginProtection
	kept    sync.Map // hashes of the editions that are safe in the store
	watch   watcher
	hashing chan struct{} // a place for each passphrase that is being hashed
	queued  atomic.Int64  // passphrases that wait for a place
	looking chan struct{} // a place for each code that is being looked up
	live    *hub
	meter   *meter // nil: nothing is measured

	deadlines deadlines // of what is asked of the store

	leaving atomic.Bool // see Drain

	hashPatience time.Duration // for how long a passphrase waits; a test lowers it

	previewed string // the one lesson of a preview, see NewPreview
}

// New reads and checks all files and makes a server of them. Lesson files with faults are an error, unless an author is
// at work on them.
func New(c Config) (*Server, error) {
	s := newServer(c)
	if err := s.load(); err != nil {
		return nil, err
	}
	s.routes(s.app)
	return s, nil
}

// newServer is a server without anything to show and without routes.
func newServer(c Config) *Server {
	s := &Server{Config: c, guard: http.NewCrossOriginProtection(), hashing: make(chan struct{}, hashesAtOnce), looking: make(chan struct{}, lookupsAtOnce), live: newHub(c.Store, c.Log), hashPatience: hashPatience}
	u, err := url.Parse(c.Origin)
	s.secure = c.TLS || err == nil && u.Scheme == "https"
	s.meter = newMeter(c.Metrics, s)
	s.app = fiber.New(fiber.Config{
		Immutable:             true, // strings outlive the handler: the store keeps some of them
		DisableStartupMessage: true,
		BodyLimit:             maxBody,
		ReadBufferSize:        maxHeader,
		WriteBufferSize:       writeBuffer,
		ReadTimeout:           requestWithin,
		WriteTimeout:          15 * time.Second,
		IdleTimeout:           75 * time.Second,
		ErrorHandler:          s.unread,
		GETOnly:               false,

		DisablePreParseMultipartForm: true, // no form of ours has files
	})
	s.app.Server().Handler = s.headersAnyway(s.app.Server().Handler)
	return s
}

// load reads all files anew.
func (s *Server) load() error {
	var loaded *site
	var err error
	switch last := s.current.Load(); {
	case !s.Author:
		loaded, err = loadSite(s.Files, s.Operator, s.Now())
	case last == nil:
		loaded, err = loadAuthored(s.Files, s.Operator, s.Now(), nil)
	default:
		loaded, err = loadAuthored(s.Files, s.Operator, s.Now(), last.module)
	}
	if err != nil {
		return err
	}
	loaded.preview = s.previewed != ""
	s.current.Store(loaded)
	return nil
}

func (s *Server) site() *site { return s.current.Load() }

// KeepEditions stores the questions of every lesson, so that attempts can name their versions. It is tried again with
// the first attempt at a lesson when the store was away at the start.
func (s *Server) KeepEditions(ctx context.Context) error {
	for _, e := range s.site().editions {
		if err := s.keepEdition(ctx, e); err != nil {
			return fmt.Errorf("questions of %s: %w", e.Lesson, err)
		}
	}
	return nil
}

func (s *Server) keepEdition(ctx context.Context, e quiz.Edition) error {
	if _, ok := s.kept.Load(e.ID); ok {
		return nil
	}
	e.Since = s.Now().UnixMilli() // unless it was stored before
	if err := s.Store.KeepEdition(ctx, e); err != nil {
		return err
	}
	s.kept.Store(e.ID, true)
	return nil
}

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(l) }

// Drain says to whoever asks for readiness that this process is about to stop, so that a load balancer sends it nothing
// new. It goes on answering; each connection ends with its answer, lest a request be on its way when it is cut.
func (s *Server) Drain() { s.leaving.Store(true) }

// Ready says whether requests should be sent here: until Drain. That the store is away is no reason to send them to
// another process, which has the same store; lessons can be read without it.
func (s *Server) Ready() bool { return !s.leaving.Load() }

// Shutdown ends the live views, which would run on, stops accepting, lets what runs finish, and returns.
func (s *Server) Shutdown() error {
	s.live.close()
	return s.app.ShutdownWithTimeout(drainWithin)
}

// random is where ids and secrets come from.
var random = rand.Reader

// Module is the lessons as they are served now; a *FaultsError when their author has faults to mend.
func (s *Server) Module() (*lesson.Module, error) {
	if s.Author {
		if err := s.refresh(); err != nil {
			return nil, err
		}
	}
	site := s.site()
	if len(site.faults) > 0 {
		return nil, &FaultsError{site.faults}
	}
	return site.module, nil
}
