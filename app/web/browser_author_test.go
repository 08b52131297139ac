package web

import (
	"strings"
	"testing"
)

// TestBrowserAuthor has axe look at what authors see: a preview, its worksheet and its key, faults in place of a lesson
// and in the list, and the line about them on other pages.
func TestBrowserAuthor(t *testing.T) {
	t.Parallel()
	each(t, looks, func(t *testing.T, run look) {
		t.Parallel()
		w := newPreview(t, "testdata/workshop", kindsLesson)
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.open("/")
		if at := b.at(); at != "/"+run.lang+"/lessons/"+kindsLesson {
			t.Errorf("/ leads to %s", at)
		}
		b.clean("preview")
		b.linksLead("preview")
		b.open(b.at() + "/worksheet")
		b.clean("worksheet of the preview")
		b.press(`a[href$="?key=1"]`)
		b.clean("key")
		b.linksLead("key")
		d := newDesk(t)
		w = newWorld(t, d.author)
		d.write("workshop/lesson.yaml", "minutes: 10", "minutes: soon")
		d.write("kinds/lesson.yaml", "minutes: 10", "minutes: 10\nvalid_until: \"2020-01-01\"")
		b = openBrowser(t, w.url, run.lang, run.width, run.dark)
		for what, path := range map[string]string{"faults in place of a lesson": "/lessons/workshop", "list of faults": "/faults", "module with a fault": "/", "404 with a fault": "/nowhere"} {
			b.open("/" + run.lang + path)
			b.clean(what)
		}
		b.open("/" + run.lang + "/")
		b.press(".faulty a")
		if at := b.at(); at != "/"+run.lang+"/faults" {
			t.Errorf("the line about faults leads to %s", at)
		}
	})
}

// linksLead follows every link of the page that stays on this server: each leads to a page, and to a place in it.
func (b *browser) linksLead(what string) {
	b.t.Helper()
	dead := eval[[]string](b, `(async () => { const dead = [];
	  for (const href of new Set([...document.links].map(a => a.href).filter(h => h.startsWith(location.origin)))) {
	    const answer = await fetch(href), page = new DOMParser().parseFromString(await answer.text(), "text/html"), id = new URL(href).hash.slice(1);
	    if (!answer.ok || id && !page.getElementById(id)) dead.push(href); }
	  return dead; })()`)
	if len(dead) > 0 {
		b.t.Errorf("%s: dead links: %s", what, strings.Join(dead, ", "))
	}
}
