package web

import (
	"fmt"
	"hash/fnv"
	"io/fs"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/i18n"
	"eberbach/app/lesson"
)

// watcher notices that a file has changed.
type watcher struct {
	mu   sync.Mutex
	last uint64
}

// fingerprint changes with the name, the size and the time of any file. The newest time alone would miss a file that was
// put back as it had been.
func fingerprint(trees ...fs.FS) uint64 {
	sum := fnv.New64a()
	for _, tree := range trees {
		_ = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil {
				return nil // a file may vanish while an editor saves it
			}
			if info, err := d.Info(); err == nil {
				fmt.Fprintln(sum, name, info.Size(), info.ModTime().UnixNano())
			}
			return nil
		})
	}
	return sum.Sum64()
}

// reload reads the files again when one has changed. Requests that come meanwhile wait, so that whoever saves a file and
// then asks for a page sees the change. Faults of lesson files are shown where they belong; views that cannot be read
// are the answer to every request.
func (s *Server) reload(c *fiber.Ctx) error {
	if err := s.refresh(); err != nil {
		return c.Status(fiber.StatusInternalServerError).SendString(err.Error())
	}
	return c.Next()
}

func (s *Server) refresh() error {
	s.watch.mu.Lock()
	defer s.watch.mu.Unlock()
	now := fingerprint(s.Files.Lessons, s.Files.Views, s.Files.Static)
	if now == s.watch.last {
		return nil
	}
	if err := s.load(); err != nil {
		return err // and the next request tries again
	}
	s.watch.last = now
	return nil
}

// Faults says how many faults the lesson files have now; without an author there are none.
func (s *Server) Faults() int { return len(s.site().faults) }

// empty says whether there is nothing to be shown but faults.
func (s *site) empty() bool { return len(s.module.Themes) == 0 }

// faultsAt are the faults that a page stands back for: those of the lesson on the lesson's own page, those of the
// declaration on its page, the others of the files that all share on the front page. A page that cannot be shown because
// of shared faults shows all of them.
func (s *site) faultsAt(path string) lesson.Faults {
	shared := s.faults.Shared()
	switch id, isLesson := strings.CutPrefix(path, "/lessons/"); {
	case isLesson && !strings.Contains(id, "/"):
		if own := s.faults.Of(id); len(own) > 0 || s.module.Lesson(id) != nil {
			return own
		}
		return shared
	case path == "/declaration" && !s.empty():
		return s.faults.Of("declaration")
	case path == "/declaration", path == "/":
		return shared
	}
	return nil
}

// faultsFirst answers with faults in place of the page that they keep from being as its author wants it.
func (s *Server) faultsFirst(c *fiber.Ctx) error {
	lang, path, _ := strings.Cut(strings.TrimPrefix(c.Path(), "/"), "/")
	here := s.site().faultsAt("/" + path)
	if c.Method() == fiber.MethodPost || !i18n.Known(lang) || len(here) == 0 {
		return c.Next()
	}
	return s.inLanguage(c, lang, func(r *request) error {
		r.Status(fiber.StatusInternalServerError)
		return r.sendPage("author/faults", r.faultsPage("/"+path, here, nil))
	})
}

// FaultsPage names faults, each with its place and how to mend it.
type FaultsPage struct {
	Page
	Faults    lesson.Faults
	Warnings  lesson.Faults
	Shown     bool // the page stands in for another one
	Elsewhere int  // faults elsewhere
}

// faults is the list of all faults and warnings.
func (s *Server) faults(r *request) error {
	return r.sendPage("author/faults", r.faultsPage("/faults", r.site.faults, r.site.warnings))
}

func (r *request) faultsPage(path string, here, warnings lesson.Faults) *FaultsPage {
	return &FaultsPage{Page: r.page(path, "faults.title"), Faults: here, Warnings: warnings, Shown: path != "/faults", Elsewhere: len(r.site.faults) - len(here)}
}

// Faulty is how many faults the author has still to mend, for a line on every page.
func (p Page) Faulty() int { return len(p.site.faults) }

// Preview says whether the page is part of a preview.
func (p Page) Preview() bool { return p.site.preview }
