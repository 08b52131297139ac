package store

import (
	"context"
	"errors"
	"maps"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// Announce tells every process that listens that something about the classes is another than it was. It says nothing of
// what: whoever hears it looks again. Nobody may rely on hearing it.
func (s *Store) Announce(ctx context.Context, classes ...string) error {
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, id := range classes {
			p.Publish(ctx, liveChannel(id), "")
		}
		return nil
	})
	if err != nil {
		s.relocate(ctx)
	}
	return failure(err)
}

// relocate has a cluster's client ask where the slots are by now: a master that did not answer may have been replaced, and
// by itself the client would go on with what it knows for a while.
func (s *Store) relocate(ctx context.Context) {
	if cluster, ok := s.db.(*redis.ClusterClient); ok {
		cluster.ReloadState(ctx)
	}
}

// Times of a Listener.
const (
	listenPatience = 5 * time.Second        // a connection that is silent for so long is asked whether it is there
	listenPause    = 100 * time.Millisecond // before the first further try to connect; each one after it waits twice as long
	listenMost     = 2 * time.Second
)

// Listener hears announcements about the classes that it follows, over one connection. While it follows none it has neither
// connection nor goroutine.
type Listener struct {
	s        *Store
	heard    func(class string)
	patience time.Duration // listenPatience

	mu      sync.Mutex
	classes map[string]int // by channel, how often each is followed
	pubsub  *redis.PubSub  // nil while there is none
	stop    chan struct{}  // ends the goroutine; nil while there is none
}

// Listen makes a Listener. It calls heard for each announcement about a class that it follows, and when it begins to hear
// of the class: after Follow, and after each time that the connection was lost, for something may have been said meanwhile.
// heard must not wait for anything.
func (s *Store) Listen(heard func(class string)) *Listener {
	return &Listener{s: s, heard: heard, patience: listenPatience, classes: map[string]int{}}
}

// Follow begins to listen for a class; as often as it is called, Unfollow has to be. It may wait for a connection.
func (l *Listener) Follow(class string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	channel := liveChannel(class)
	l.classes[channel]++
	if l.classes[channel] == 1 && l.pubsub != nil {
		_ = l.pubsub.Subscribe(context.Background(), channel) // what fails is noticed by who receives
	}
	if l.stop == nil {
		l.stop = make(chan struct{})
		go l.run(l.stop)
	}
}

// Unfollow ends what Follow began.
func (l *Listener) Unfollow(class string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	channel := liveChannel(class)
	if l.classes[channel]--; l.classes[channel] > 0 {
		return
	}
	delete(l.classes, channel)
	if len(l.classes) > 0 {
		if l.pubsub != nil {
			_ = l.pubsub.Unsubscribe(context.Background(), channel)
		}
		return
	}
	close(l.stop)
	if l.pubsub != nil {
		_ = l.pubsub.Close()
	}
	l.pubsub, l.stop = nil, nil
}

// run receives over one connection after the other, until stop is closed.
func (l *Listener) run(stop chan struct{}) {
	for pause := listenPause; ; pause = min(2*pause, listenMost) {
		pubsub := l.connect(stop)
		if pubsub == nil {
			return
		}
		if l.receive(pubsub) {
			pause = listenPause
		}
		l.disconnect(pubsub)
		l.s.relocate(context.Background())
		select {
		case <-stop:
			return
		case <-time.After(pause):
		}
	}
}

// connect subscribes to all that is followed; nil when stop is closed, for then another goroutine may be at it.
func (l *Listener) connect(stop chan struct{}) *redis.PubSub {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stop != stop {
		return nil
	}
	l.pubsub = l.s.db.Subscribe(context.Background(), slices.Collect(maps.Keys(l.classes))...)
	return l.pubsub
}

func (l *Listener) disconnect(pubsub *redis.PubSub) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = pubsub.Close() // it may be closed already
	if l.pubsub == pubsub {
		l.pubsub = nil
	}
}

// receive hears until the connection is lost, and reports whether there was one. A server that is frozen, or a line that
// is cut without a word, shows in that a silent connection does not answer.
func (l *Listener) receive(pubsub *redis.PubSub) (connected bool) {
	for asked := false; ; {
		message, err := pubsub.ReceiveTimeout(context.Background(), l.patience)
		var timeout net.Error
		switch {
		case errors.As(err, &timeout) && timeout.Timeout() && !asked && connected:
			if pubsub.Ping(context.Background()) != nil {
				return connected
			}
			asked = true
			continue
		case err != nil:
			return connected
		}
		connected, asked = true, false
		switch m := message.(type) {
		case *redis.Subscription:
			if m.Kind == "subscribe" {
				l.pass(m.Channel)
			}
		case *redis.Message:
			l.pass(m.Channel)
		}
	}
}

// pass hands on what was heard, unless nobody follows that class any more.
func (l *Listener) pass(channel string) {
	l.mu.Lock()
	follows := l.classes[channel] > 0
	l.mu.Unlock()
	if follows {
		l.heard(classOfChannel(channel))
	}
}
