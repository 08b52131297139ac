package web

import (
	"strings"
	"testing"
	"time"

	"eberbach/app/school"
)

// TestBrowserClasses goes the teacher's way from a new class to its end, and has axe look at every page in every state.
func TestBrowserClasses(t *testing.T) {
	t.Parallel()
	each(t, looks, func(t *testing.T, run look) {
		t.Parallel()
		w := newWorld(t)
		b := openBrowser(t, w.url, run.lang, run.width, run.dark)
		b.becomeTeacher()
		c := b.makeClass(w)
		b.giveLessons(c)
		b.lookAtGiven(c)
		b.changeGiven(c)
		b.runClass(c)
	})
}

// makeClass makes the first class, on the first page.
func (b *browser) makeClass(w *world) *schoolClass {
	b.fillIn("new", map[string]string{nameField: " ", endsField: "2020-01-01"})
	b.refusedWith("a class, refused", "new-"+nameField)
	b.fillIn("new", map[string]string{nameField: "9b Politik", endsField: time.Now().AddDate(0, 6, 0).Format(dayForm)})
	b.clean("a class without anything")
	parts := strings.Split(b.at(), "/")
	c := &schoolClass{world: w, Class: school.Class{ID: parts[len(parts)-1]}}
	c.Class = c.room().Class
	return c
}

// giveLessons gives a lesson and looks at the class before and after somebody is there.
func (b *browser) giveLessons(c *schoolClass) {
	b.press(`main a[href$="/assign"]`)
	b.clean("give")
	b.fillIn("assign", map[string]string{dueField: "2020-01-01T10:00", limitField: "x"})
	b.refusedWith("give, refused", "assign-"+whatField)
	if open := eval[bool](b, `document.querySelector("#assign details").open`); !open {
		b.t.Error("what is to be mended is folded away")
	}
	b.teach("/classes/" + c.ID + "/assign?lesson=" + theLesson)
	b.fillIn("assign", nil)
	b.clean("a class that nobody has joined")
	pupils := c.pupils(3)
	c.handsIn(pupils[0], c.given(1))
	c.begins(pupils[1], c.given(1))
	b.teach("/classes/" + c.ID + "/assign?lesson=who-can-read")
	b.js(`document.querySelector("[value=test]").click()`)
	b.fillIn("assign", map[string]string{limitField: "20", dueField: time.Now().AddDate(0, 0, 2).Format(momentForm)})
	for _, pupil := range pupils {
		c.handsIn(pupil, c.given(2))
	}
	b.teach("/classes/" + c.ID)
	b.clean("a class at work")
	if n := eval[int](b, `document.querySelectorAll(".tally").length`); n != 2 {
		b.t.Errorf("%d tallies are drawn", n)
	}
	b.teach("/classes/new")
	b.fillIn("new", map[string]string{nameField: "10c"})
	b.teach("")
	b.clean("classes")
}

// lookAtGiven looks at what was given, gives one pupil more time, releases results and takes the task back.
func (b *browser) lookAtGiven(c *schoolClass) {
	path := "/classes/" + c.ID + "/assignments/"
	b.teach(path + "1")
	b.clean("homework")
	b.js(`document.querySelectorAll("main details").forEach(d => { d.open = true })`)
	b.clean("homework, all open")
	b.fillIn("longer", map[string]string{untilField: "2020-01-01T10:00"})
	b.refusedWith("more time, refused", "longer-"+pupilField)
	id := c.room().Present()[2].ID
	b.fillIn("longer", map[string]string{pupilField: id, untilField: time.Unix(c.given(1).Due, 0).AddDate(0, 0, 2).Format(momentForm)})
	b.clean("more time for one")
	b.teach(path + "2")
	b.clean("a test")
	b.press(`form[action$="/release"] button`)
	b.clean("a test, released")
	b.js(`document.querySelectorAll("main details").forEach(d => { d.open = true })`)
	b.press(`form[action$="/withdraw"] button`)
	b.clean("taken back")
	b.press(`form[action$="/withdraw"] button`)
	b.teach(path + "1/copy")
	b.clean("the same for another class")
	b.js(`document.querySelector("[type=checkbox]").checked = false`)
	b.fillIn("copy", nil)
	b.clean("the same for no class")
}

// changeGiven changes an assignment: what it means is shown first.
func (b *browser) changeGiven(c *schoolClass) {
	b.teach("/classes/" + c.ID + "/assignments/1/edit")
	b.clean("change")
	b.fillIn("change", map[string]string{dueField: ""})
	b.refusedWith("change, refused", "change-"+dueField)
	b.teach("/classes/" + c.ID + "/assignments/1/edit")
	b.fillIn("change", map[string]string{attemptsField: "1", lateField: "close"})
	b.clean("what a change means")
	b.press(`button[name="back"]`)
	if got := eval[string](b, `document.querySelector("#change-attempts").value`); got != "1" {
		b.t.Errorf("back in the form, there are %s attempts", got)
	}
	b.fillIn("change", nil)
	b.press(`button[name="confirm"]`)
	b.clean("changed")
	if a := c.given(1); a.Attempts != 1 || a.Late != school.LateClose {
		b.t.Errorf("stored is %+v", a)
	}
}

// runClass goes through the settings to the end of the class.
func (b *browser) runClass(c *schoolClass) {
	b.teach("/classes/" + c.ID + "/settings")
	b.clean("settings")
	b.js(`document.querySelector("[name=holidays-from]").value = "2027-01-06"; document.querySelector("[name=holidays-to]").value = "2026-12-23"`)
	b.fillIn("settings", map[string]string{nameField: ""})
	b.refusedWith("settings, refused", "settings-"+nameField)
	b.teach("/classes/" + c.ID + "/settings")
	b.press(`form[action$="/staff"] button`)
	b.clean("an invitation")
	link := eval[string](b, `document.querySelector("#link").value`)
	b.teach("/classes/" + c.ID + "/settings")
	b.clean("settings, with an invitation")
	b.teach("/staff/" + c.ID + "." + strings.Repeat("A", 43))
	b.open(link)
	if at := b.at(); !strings.HasSuffix(at, c.ID) {
		b.t.Errorf("the owner's own invitation leads to %s", at)
	}
	c.ends(time.Now().AddDate(0, 0, 3).Format(dayForm))
	b.teach("/classes/" + c.ID)
	b.clean("a class that ends soon")
	b.press(`form[action$="/extend"] button`)
	b.clean("a class that is extended")
	b.teach("/classes/" + c.ID + "/settings")
	b.press(`form[action$="/archive"] button`)
	b.clean("an archived class")
	b.teach("")
	b.clean("classes, one archived")
	b.teach("/assign?lesson=" + theLesson)
	b.clean("give it to the only class")
	b.open("/" + b.lang + "/lessons/" + theLesson + "/teacher")
	b.clean("a lesson's page for teachers")
	b.teach("/classes/" + c.ID + "/delete")
	b.clean("delete")
	b.fillIn("delete", map[string]string{nameField: "x"})
	b.refusedWith("delete, refused", "delete-"+nameField)
	b.fillIn("delete", map[string]string{nameField: c.Name})
	b.clean("deleted")
}
