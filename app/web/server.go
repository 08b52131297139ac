// Package web is the only part of Eberbach that knows HTTP: routes, forms and pages.
package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/quiz"
	"eberbach/app/store"
)

// Limits of a request. No page of ours sends more than a few kB.
const (
	maxBody     = 64 << 10 // bytes
	maxHeader   = 16 << 10 // bytes
	patience    = 1500 * time.Millisecond
	drainWithin = 10 * time.Second
)

// Config is what a server is made of.
type Config struct {
	Store  *store.Store
	Files  Files
	Dev    bool   // read the files again whenever one of them has changed
	Origin string // public origin such as https://eberbach.example; with https, cookies are sent over TLS only
	Log    *slog.Logger
	Now    func() time.Time
}

// Server answers requests. Make one with New.
type Server struct {
	Config
	app     *fiber.App
	current atomic.Pointer[site]
	secure  bool
	guard   *http.CrossOriginProtection
	kept    sync.Map // hashes of the editions that are safe in the store
	watch   watcher
}

// New reads and checks all files and makes a server of them.
func New(c Config) (*Server, error) {
	s := &Server{Config: c, guard: http.NewCrossOriginProtection()}
	if u, err := url.Parse(c.Origin); err == nil && u.Scheme == "https" {
		s.secure = true
	}
	loaded, err := loadSite(c.Files, c.Now())
	if err != nil {
		return nil, err
	}
	s.current.Store(loaded)
	s.app = fiber.New(fiber.Config{
		Immutable:             true, // strings outlive the handler: the store keeps some of them
		DisableStartupMessage: true,
		BodyLimit:             maxBody,
		ReadBufferSize:        maxHeader,
		ReadTimeout:           15 * time.Second,
		WriteTimeout:          15 * time.Second,
		IdleTimeout:           75 * time.Second,
		ErrorHandler:          s.fail,
		GETOnly:               false,
	})
	s.routes(s.app)
	return s, nil
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
	if err := s.Store.KeepEdition(ctx, e); err != nil {
		return err
	}
	s.kept.Store(e.ID, true)
	return nil
}

// Serve answers on the listener until Shutdown.
func (s *Server) Serve(l net.Listener) error { return s.app.Listener(l) }

// Shutdown stops accepting, lets what runs finish, and returns.
func (s *Server) Shutdown() error { return s.app.ShutdownWithTimeout(drainWithin) }

// random is where ids and secrets come from.
var random = rand.Reader

// watcher notices that a file has changed, for Dev.
type watcher struct {
	mu   sync.Mutex
	last time.Time
}

// changed says whether any file is newer than at the last call.
func (w *watcher) changed(trees ...fs.FS) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	newest := w.last
	for _, tree := range trees {
		_ = fs.WalkDir(tree, ".", func(_ string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // a file may vanish while an editor saves it
			}
			if info, err := d.Info(); err == nil && info.ModTime().After(newest) {
				newest = info.ModTime()
			}
			return nil
		})
	}
	changed := newest.After(w.last)
	w.last = newest
	return changed
}

// forget makes the next look find a change: the last one could not be read.
func (w *watcher) forget() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = time.Time{}
}

// reload reads the files again when one has changed; what is wrong with them is the answer to the request.
func (s *Server) reload(c *fiber.Ctx) error {
	if s.watch.changed(s.Files.Lessons, s.Files.Views, s.Files.Static) {
		loaded, err := loadSite(s.Files, s.Now())
		if err != nil {
			s.watch.forget()
			return c.Status(fiber.StatusInternalServerError).SendString(err.Error())
		}
		s.current.Store(loaded)
	}
	return c.Next()
}
