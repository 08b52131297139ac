package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"eberbach/app/store"
)

// Bounds of live views.
const (
	mostViews     = 1000 // of this process; a browser that gets none looks by itself from time to time
	mostViewsOf   = 20   // of one owner
	mostAnnounced = 1000 // classes that wait to be announced; more are not, and their views look by themselves
)

// pace is how often live views do what.
type pace struct {
	rest     time.Duration // at least, between two looks at the same thing
	again    time.Duration // at most, for an announcement may have been lost
	within   time.Duration // how long a look may take
	announce time.Duration // collects what is announced, so that 30 answers a second make a few messages
	beat     time.Duration // a viewer hears something at least so often, so that each side notices when the other is gone
	life     time.Duration // of one answer to a viewer; then the browser asks anew
	send     time.Duration // how long a browser may take to accept an event
	retry    time.Duration // after which a browser whose line was cut asks anew, and up to as long again
}

// The rest is also at least breather times as long as the look took, so that a large class costs a sixth of the time.
const breather = 5

func defaultPace() pace {
	return pace{
		rest: time.Second, again: 10 * time.Second, within: 5 * time.Second, announce: 100 * time.Millisecond,
		beat: 15 * time.Second, life: 10 * time.Minute, send: 15 * time.Second, retry: 2 * time.Second,
	}
}

// sight is what one browser watches.
type sight struct {
	owner string // whose view it is, to bound how many they have
	class string // whose announcements say that it may have changed

	// key names what is looked at: those of the same key see the same state, which is read once for all of them.
	// store.ErrNotFound says that it is gone, and ends their views.
	key  string
	look func(context.Context) (state any, err error)

	// face names what a state looks like, and can be compared: those of the same face get the same HTML, which is drawn
	// once for all of them.
	face any
	draw func(state any) ([]byte, error)

	admits func(state any) bool // false ends this view
}

// picture is a state as it goes to the browsers of one face.
type picture struct {
	id    string // the same for the same content
	event []byte
}

// outOfDate is shown in place of a state that cannot be read anew.
var outOfDate = &picture{event: []byte("event: stale\ndata: 1\n\n")}

// hub lets browsers watch what changes. State is read when somebody announces that it may have changed, and from time to
// time, for all that watch it together. Whoever comes gets the state first, and then what it changes to: of states that
// follow each other faster than a browser takes them, it gets the last one.
type hub struct {
	pace
	store *store.Store
	log   *slog.Logger
	ear   *store.Listener

	mu       sync.Mutex
	watches  map[string]*watch // by sight.key
	views    int
	owners   map[string]int // views of each
	pending  map[string]bool
	telling  bool // a goroutine announces what is pending
	closed   chan struct{}
	isClosed bool
	running  sync.WaitGroup
}

// watch is something that is watched, and by whom.
type watch struct {
	sight // of the first who came; owner, face and draw are the viewers'
	views map[*view]bool
	wake  chan struct{} // something may have changed
	stop  chan struct{} // nobody is left

	state    any
	pictures map[any]*picture // by face
}

// view is one browser that watches.
type view struct {
	sight
	watch *watch
	wake  chan struct{} // its picture is another
	gone  chan struct{} // its view ends
}

func newHub(s *store.Store, log *slog.Logger) *hub {
	h := &hub{pace: defaultPace(), store: s, log: log, watches: map[string]*watch{}, owners: map[string]int{}, pending: map[string]bool{}, closed: make(chan struct{})}
	h.ear = s.Listen(h.heard)
	return h
}

// errViews says that as many views are open as may be.
var errViews = errors.New("web: no more live views")

// join lets a browser watch; leave ends it.
func (h *hub) join(s sight) (*view, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.isClosed || h.views >= mostViews || h.owners[s.owner] >= mostViewsOf {
		return nil, errViews
	}
	h.views++
	h.owners[s.owner]++
	w := h.watches[s.key]
	if w == nil {
		w = &watch{sight: s, views: map[*view]bool{}, wake: make(chan struct{}, 1), stop: make(chan struct{}), pictures: map[any]*picture{}}
		h.watches[s.key] = w
		h.running.Go(func() { h.keep(w) })
	}
	v := &view{sight: s, watch: w, wake: make(chan struct{}, 1), gone: make(chan struct{})}
	w.views[v] = true
	return v, nil
}

// open is how many browsers watch.
func (h *hub) open() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.views
}

// leave ends a view; it may be called again. The last one ends the watch.
func (h *hub) leave(v *view) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.remove(v)
}

func (h *hub) remove(v *view) {
	w := v.watch
	if !w.views[v] {
		return
	}
	close(v.gone)
	delete(w.views, v)
	h.views--
	if h.owners[v.owner]--; h.owners[v.owner] == 0 {
		delete(h.owners, v.owner)
	}
	if len(w.views) == 0 {
		close(w.stop)
		delete(h.watches, w.key)
	}
}

// close ends all views and returns when nothing runs any more. Whoever comes later is refused.
func (h *hub) close() {
	h.mu.Lock()
	if !h.isClosed {
		h.isClosed = true
		close(h.closed)
	}
	for _, w := range h.watches {
		for v := range w.views {
			h.remove(v)
		}
	}
	h.mu.Unlock()
	h.running.Wait()
}

// heard wakes whatever hangs on a class.
func (h *hub) heard(class string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, w := range h.watches {
		if w.class == class {
			signal(w.wake)
		}
	}
}

// signal wakes who waits for the channel, or makes the next wait short.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// keep looks until nobody watches any more. It listens first: what changes after a look is announced or seen.
func (h *hub) keep(w *watch) {
	h.ear.Follow(w.class)
	defer h.ear.Unfollow(w.class)
	for {
		begun := time.Now()
		h.look(w)
		rest := max(h.rest, breather*time.Since(begun))
		rest += rand.N(rest/2 + 1) // views that were opened together, as when a lesson begins, would look together for ever
		select {
		case <-w.stop:
			return
		case <-time.After(rest):
		}
		select {
		case <-w.stop:
			return
		case <-w.wake:
		case <-time.After(max(h.again-rest, 0)):
		}
	}
}

// look reads the state and hands it to the viewers. A fault of the program's shows in the log, and as a state that is
// out of date; it does not end the program.
func (h *hub) look(w *watch) {
	defer func() {
		if cause := recover(); cause != nil {
			h.log.Error("panic", "live", w.key, "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			h.hand(w, nil)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), h.within)
	defer cancel()
	state, err := w.look(ctx)
	switch {
	case errors.Is(err, store.ErrNotFound):
		h.endAll(w)
		return
	case err != nil:
		h.log.Warn("live view out of date", "error", err)
		state = nil
	}
	h.hand(w, state)
}

func (h *hub) endAll(w *watch) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for v := range w.views {
		h.remove(v)
	}
}

// hand draws a state for every face and wakes the viewers whose picture is another now; nil is a state that cannot be
// read. Drawing takes a while, so nothing is locked meanwhile: who comes then waits for the next turn.
func (h *hub) hand(w *watch, state any) {
	pictures := map[any]*picture{}
	for face, v := range h.faces(w, state) {
		pictures[face] = h.drawn(v, state)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	w.state = state
	for face, p := range pictures {
		if old := w.pictures[face]; old != nil && old.id == p.id {
			pictures[face] = old
		}
	}
	before := w.pictures
	w.pictures = pictures
	for v := range w.views {
		switch {
		case pictures[v.face] == nil:
			signal(w.wake) // it has come meanwhile
		case pictures[v.face] != before[v.face]:
			signal(v.wake)
		}
	}
}

// faces are the faces to draw, each with one of its viewers. Who may not see the state is no viewer any more.
func (h *hub) faces(w *watch, state any) map[any]*view {
	h.mu.Lock()
	defer h.mu.Unlock()
	faces := map[any]*view{}
	for v := range w.views {
		if state != nil && !v.admits(state) {
			h.remove(v)
			continue
		}
		faces[v.face] = v
	}
	return faces
}

// drawn is the state as the viewer's face has it.
func (h *hub) drawn(v *view, state any) *picture {
	if state == nil {
		return outOfDate
	}
	html, err := v.draw(state)
	if err != nil {
		h.log.Error("live view not drawn", "error", err)
		return outOfDate
	}
	sum := sha256.Sum256(html)
	p := &picture{id: hex.EncodeToString(sum[:8])}
	p.event = []byte("id: " + p.id + "\ndata: " + strings.ReplaceAll(strings.ReplaceAll(string(html), "\r", ""), "\n", "\ndata: ") + "\n\n")
	return p
}

// seen is what the viewer is to see now; nil when there is nothing yet. Where others watch already, who comes with another
// face sees the state that is there.
func (h *hub) seen(v *view) *picture {
	h.mu.Lock()
	p, state := v.watch.pictures[v.face], v.watch.state
	h.mu.Unlock()
	if p != nil || state == nil || !v.admits(state) {
		return p
	}
	p = h.drawn(v, state)
	h.mu.Lock()
	defer h.mu.Unlock()
	if newer := v.watch.pictures[v.face]; newer != nil {
		return newer
	}
	v.watch.pictures[v.face] = p
	return p
}

// announce tells all processes, soon, that something about a class has changed. It waits for nothing: what was stored is
// safe, and a view that hears nothing of it looks by itself.
func (h *hub) announce(class string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if class == "" || h.isClosed || len(h.pending) >= mostAnnounced {
		return
	}
	h.pending[class] = true
	if !h.telling {
		h.telling = true
		h.running.Go(h.tell)
	}
}

// tell announces until nothing is pending.
func (h *hub) tell() {
	for {
		select {
		case <-time.After(h.pace.announce):
		case <-h.closed: // at once, then: others are waiting to hear of it
		}
		h.mu.Lock()
		classes := slices.Collect(maps.Keys(h.pending))
		clear(h.pending)
		h.telling = len(classes) > 0
		h.mu.Unlock()
		if len(classes) == 0 {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		if err := h.store.Announce(ctx, classes...); err != nil {
			h.log.Debug("not announced", "error", err)
		}
		cancel()
	}
}
