package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// subscribe returns when the subscription holds.
func subscribe(t *testing.T, s *redis.PubSub) *redis.PubSub {
	t.Helper()
	t.Cleanup(func() { _ = s.Close() })
	_, err := s.Receive(t.Context())
	must(t, err)
	return s
}

func TestPublish(t *testing.T) {
	ctx := t.Context()
	e := start(t, t.TempDir())
	c := e.Client()
	one := subscribe(t, c.Subscribe(ctx, "class:1"))
	pattern := subscribe(t, c.PSubscribe(ctx, "class:*"))
	must(t, c.Publish(ctx, "class:2", "other").Err())
	_, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.Incr(ctx, "n")
		p.Publish(ctx, "class:1", "look")
		return nil
	})
	must(t, err)
	for s, want := range map[*redis.PubSub]string{one: "[class:1 look]", pattern: "[class:2 other][class:1 look]"} {
		got := ""
		for len(got) < len(want) {
			m, err := s.ReceiveMessage(ctx)
			must(t, err)
			got += fmt.Sprintf("[%s %s]", m.Channel, m.Payload)
		}
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	must(t, one.Unsubscribe(ctx))
	if _, err := one.Receive(ctx); err != nil {
		t.Errorf("the answer to the unsubscribing: %v", err)
	}
	if n := c.Publish(ctx, "class:1", "again").Val(); n != 1 {
		t.Errorf("%d subscribers after one left, want 1", n)
	}
	if m, err := one.ReceiveTimeout(ctx, 20*time.Millisecond); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("received %v, %v after it left", m, err)
	}
}

// Whoever is told to look again sees what the message was about, on disk.
func TestMessageThenRead(t *testing.T) {
	ctx := t.Context()
	e := start(t, t.TempDir())
	c := e.Client()
	messages := subscribe(t, c.Subscribe(ctx, "look"))
	seen := make(chan error, 1)
	go func() {
		for i := 1; i <= 50; i++ {
			<-messages.Channel()
			if n, err := c.Get(ctx, "n").Int(); n < i {
				seen <- fmt.Errorf("message %d, but the counter is %d (%w)", i, n, err)
				return
			}
		}
		seen <- nil
	}()
	for range 50 {
		_, err := c.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Incr(ctx, "n")
			p.Publish(ctx, "look", "")
			return nil
		})
		must(t, err)
	}
	must(t, <-seen)
}

// A subscriber who does not read holds up nobody.
func TestSlowSubscriber(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	e := start(t, t.TempDir())
	c := e.Client()
	subscribe(t, c.Subscribe(ctx, "channel"))
	for range 200 {
		must(t, c.Publish(ctx, "channel", strings.Repeat("m", 1000)).Err())
	}
	must(t, c.Set(ctx, "k", "v", 0).Err())
}

// All commands of a pipeline are sent before the first reply is read.
func TestLargePipeline(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	e := start(t, t.TempDir())
	c := e.Client()
	value := strings.Repeat("v", 5000)
	for name, send := range map[string]func(context.Context, func(redis.Pipeliner) error) ([]redis.Cmder, error){
		"pipeline": c.Pipelined, "transaction": c.TxPipelined,
	} {
		_, err := send(ctx, func(p redis.Pipeliner) error {
			for i := range 500 {
				p.HSet(ctx, name, i, value)
			}
			return nil
		})
		must(t, err)
		cmds, err := send(ctx, func(p redis.Pipeliner) error {
			for i := range 500 {
				p.HGet(ctx, name, fmt.Sprint(i))
			}
			return nil
		})
		must(t, err)
		for _, cmd := range cmds {
			if cmd.(*redis.StringCmd).Val() != value {
				t.Fatalf("%s: wrong value", name)
			}
		}
	}
}

func TestPipe(t *testing.T) {
	a, b := newPipe()
	if n, err := a.Write([]byte("hello")); n != 5 || err != nil {
		t.Fatal(n, err)
	}
	p := make([]byte, 3)
	for _, want := range []string{"hel", "lo"} {
		if n, err := b.Read(p); string(p[:n]) != want || err != nil {
			t.Errorf("read %q, %v, want %q", p[:n], err, want)
		}
	}
	must(t, b.SetReadDeadline(time.Now().Add(10*time.Millisecond)))
	if _, err := b.Read(p); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("past the deadline: %v", err)
	} else if wrong, ok := err.(net.Error); !ok || !wrong.Timeout() {
		t.Errorf("%v is no timeout", err)
	}
	must(t, b.SetReadDeadline(time.Time{}))
	go a.Write([]byte("x"))
	if n, err := b.Read(p); n != 1 || err != nil {
		t.Errorf("after the deadline was lifted: %d, %v", n, err)
	}

	// A side that never reads is cut off; what is there can still be read.
	chunk := make([]byte, 16<<20)
	for range maxUnread / len(chunk) {
		if _, err := a.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := a.Write(chunk); !errors.Is(err, errNotReading) {
		t.Errorf("beyond what may be unread: %v", err)
	}
	if n, err := io.Copy(io.Discard, b); n != maxUnread || err != nil {
		t.Errorf("read %d bytes, %v", n, err)
	}
	must(t, a.Close())
	if _, err := a.Read(p); err != io.EOF {
		t.Errorf("read when closed: %v", err)
	}
	if _, err := b.Write(p); err != io.ErrClosedPipe {
		t.Errorf("write when closed: %v", err)
	}
}
