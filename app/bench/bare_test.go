//go:build bench

package bench

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"eberbach/app/store/embedded"
)

// bare is the server that Eberbach is measured against: Fiber handlers that send the same bytes, headers included, from
// memory and make the same trips to the database with the same commands, and decide nothing.
type bare struct {
	db        redis.UniversalClient
	page      recorded // as prepared, compressed
	learners  recorded // the page with a learner's part, compressed
	question  recorded
	result    recorded
	gradebook recorded
	redirect  recorded // what an answer leads to

	mu      sync.Mutex
	started []string // ids of a class's worth of learners
}

// recorded is an answer of Eberbach.
type recorded struct {
	head [][2]string
	body []byte
}

// create and save make the same calls as the store's scripts.
var create = redis.NewScript(`
redis.call('HSETNX', KEYS[1], 'secret', ARGV[1])
redis.call('HSETNX', KEYS[1], 'created', ARGV[2])
redis.call('HSETNX', KEYS[1], 'seen', ARGV[3])
redis.call('HSETNX', KEYS[2], ARGV[4], ARGV[5])
redis.call('HSETNX', KEYS[3], ARGV[6], ARGV[7])
for i = 1, 3 do redis.call('EXPIREAT', KEYS[i], ARGV[8]) end
return 1`)

var save = redis.NewScript(`
local learner = redis.call('HMGET', KEYS[1], 'secret', 'gone', 'm:')
if not learner[1] or learner[2] or learner[3] then return 'gone' end
redis.call('HGET', KEYS[2], ARGV[1])
redis.call('HGET', KEYS[3], ARGV[4])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[4], ARGV[6])
return 'ok'`)

// What a bare attempt is stored as: of the size of a real one.
var (
	attemptValue  = "7 " + strings.Repeat("x", 480)
	progressValue = strings.Repeat("x", 110)
	year          = 365 * 24 * time.Hour
)

func serveBare() {
	b := &bare{
		page: mustRead("page"), learners: mustRead("learners"), question: mustRead("question"), result: mustRead("result"),
		gradebook: mayRead("gradebook"), redirect: mustRead("answer"),
	}
	if dir := os.Getenv("BENCH_DATA"); dir != "" {
		engine, err := embedded.Open(dir)
		if err != nil {
			panic(err)
		}
		b.db = engine.Client()
	} else {
		b.db = redis.NewUniversalClient(&redis.UniversalOptions{Addrs: strings.Split(os.Getenv("BENCH_REDIS"), ","), DisableIdentity: true})
	}
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/page", func(c *fiber.Ctx) error { return b.page.send(c) })
	app.Get("/learners", b.lesson)
	app.Post("/start", b.start)
	app.Post("/answer/:id", b.answer)
	app.Get("/question/:id", b.questionPage)
	app.Get("/result/:id", b.resultPage)
	app.Get("/gradebook", b.gradebookPage)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString("http://" + l.Addr().String() + "\n")
	if err := app.Listener(l); err != nil {
		panic(err)
	}
}

// mayRead is mustRead of what only some runs have.
func mayRead(name string) recorded {
	if _, err := os.Stat(os.Getenv("BENCH_BYTES") + "/" + name); err != nil {
		return recorded{}
	}
	return mustRead(name)
}

func mustRead(name string) (r recorded) {
	head, err := os.ReadFile(os.Getenv("BENCH_BYTES") + "/" + name + ".head")
	if err == nil {
		r.body, err = os.ReadFile(os.Getenv("BENCH_BYTES") + "/" + name)
	}
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(head)) {
		field, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		r.head = append(r.head, [2]string{field, value})
	}
	return r
}

func (r *recorded) send(c *fiber.Ctx) error {
	for _, h := range r.head {
		c.Response().Header.Set(h[0], h[1])
	}
	return c.Send(r.body)
}

// sendOn answers like a form that was taken.
func (b *bare) sendOn(c *fiber.Ctx, id string) error {
	c.Location("/answer/" + id)
	c.Status(fiber.StatusSeeOther)
	return b.redirect.send(c)
}

func keys(id string) (learner, work, progress string) {
	learner = "{u:" + id + "}"
	return learner, learner + ":l:lesson", learner + ":p"
}

func (b *bare) lesson(c *fiber.Ctx) error {
	learner, _, progress := keys(c.Cookies("eberbach"))
	_, err := b.db.Pipelined(c.Context(), func(p redis.Pipeliner) error {
		p.HGetAll(c.Context(), learner)
		p.HGetAll(c.Context(), progress)
		return nil
	})
	if err != nil {
		return err
	}
	return b.learners.send(c)
}

func (b *bare) start(c *fiber.Ctx) error {
	var random [10]byte
	_, _ = rand.Read(random[:])
	id := hex.EncodeToString(random[:])[:16]
	learner, work, progress := keys(id)
	ctx := context.Background()
	err := create.Run(ctx, b.db, []string{learner, work, progress}, strings.Repeat("x", 64), 1, "2026-01-01", "attempt", attemptValue,
		"lesson", progressValue, time.Now().Add(year).Unix()).Err()
	if err != nil {
		return err
	}
	b.mu.Lock()
	if len(b.started) < pupils {
		b.started = append(b.started, id)
	}
	b.mu.Unlock()
	return b.sendOn(c, id)
}

func (b *bare) read(c *fiber.Ctx, id string) error {
	learner, work, progress := keys(id)
	_, err := b.db.Pipelined(c.Context(), func(p redis.Pipeliner) error {
		p.HGetAll(c.Context(), learner)
		p.HGet(c.Context(), progress, "lesson")
		p.HGet(c.Context(), work, "attempt")
		return nil
	})
	return err
}

func (b *bare) answer(c *fiber.Ctx) error {
	id := c.Params("id")
	if err := b.read(c, id); err != nil {
		return err
	}
	learner, work, progress := keys(id)
	err := save.Run(c.Context(), b.db, []string{learner, work, progress}, "attempt", "6", attemptValue, "lesson", progressValue, progressValue,
		time.Now().Add(year).Unix()).Err()
	if err != nil {
		return err
	}
	return b.sendOn(c, id)
}

func (b *bare) resultPage(c *fiber.Ctx) error {
	if err := b.read(c, c.Params("id")); err != nil {
		return err
	}
	return b.result.send(c)
}

func (b *bare) questionPage(c *fiber.Ctx) error {
	if err := b.read(c, c.Params("id")); err != nil {
		return err
	}
	return b.question.send(c)
}

// gradebookPage reads a class and then where each of its learners stands, as Eberbach does.
func (b *bare) gradebookPage(c *fiber.Ctx) error {
	if err := b.db.HGetAll(c.Context(), "{c:class}").Err(); err != nil {
		return err
	}
	b.mu.Lock()
	ids := slices.Clone(b.started)
	b.mu.Unlock()
	_, err := b.db.Pipelined(c.Context(), func(p redis.Pipeliner) error {
		for _, id := range ids {
			learner, _, progress := keys(id)
			p.HGetAll(c.Context(), learner)
			p.HGetAll(c.Context(), progress)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return b.gradebook.send(c)
}
