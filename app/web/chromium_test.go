package web

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// chromium is one running browser. It is shared, for its start takes longer than most pages: each test has a context of its
// own in it, with cookies and storage that no other test sees.
type chromium struct {
	once sync.Once
	ctx  context.Context
	stop func()
	err  error
}

// chromiums are by language, which a browser has from its start.
var chromiums = map[string]*chromium{"de": {}, "en": {}}

// inChromium is a context in the running browser of the language, which is started when there is none yet.
func inChromium(t *testing.T, lang string) context.Context {
	t.Helper()
	c := chromiums[lang]
	c.once.Do(func() { c.err = c.start(lang) })
	if c.err != nil {
		t.Fatalf("the browser tests need Chromium; make tools installs it: %v", c.err)
	}
	return c.ctx
}

// start starts a browser that knows the address eberbach.test for this machine, so that pages can be seen over plain HTTP
// on a name that browsers do not trust as they trust localhost.
func (c *chromium) start(lang string) error {
	path, err1 := exec.LookPath("chromium-headless-shell") // Debian's Chromium without windows, which takes a third less time
	dir, err2 := os.MkdirTemp("", "eberbach-chromium-")
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(dir),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("host-resolver-rules", "MAP eberbach.test 127.0.0.1"),
		chromedp.Flag("accept-lang", lang),
		// Nobody looks: no room for more of a picture than what is in sight, no threads that get scripts ready for long use.
		// A third of the time that a page and axe take.
		chromedp.Flag("force-gpu-mem-available-mb", "1"), chromedp.Flag("js-flags", "--single-threaded"),
		chromedp.Flag("disable-features", "Translate,SpareRendererForSitePerProcess")) // no process for a page that may never come
	allocated, end := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeAll := chromedp.NewContext(allocated)
	c.ctx, c.stop = ctx, func() { closeAll(); end(); _ = os.RemoveAll(dir) }
	return chromedp.Do(ctx)
}

// stopChromiums ends what is running, after the last test.
func stopChromiums() {
	for _, c := range chromiums {
		if c.stop != nil {
			c.stop()
		}
	}
}

// axeSource is the script that checks accessibility.
var axeSource = sync.OnceValues(func() (string, error) {
	axe, err := os.ReadFile(filepath.Join("testdata", "browser", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		err = fmt.Errorf("the browser tests need axe-core; make tools installs it: %w", err)
	}
	return string(axe), err
})
