package web

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"eberbach/app/school"
)

// course is a class with its teacher's browser and those of its pupils.
type course struct {
	*client // of the teacher
	t       *testing.T
	w       *world
	id      string
	pupils  []*client
	ids     []string // of the pupils
}

// course makes a class in the browser of a teacher, who has an account then, and lets pupils join it.
func (w *world) course(teacher, name string, pupils int) *course {
	w.t.Helper()
	return w.classOf(w.teacher(teacher), name, pupils)
}

// classOf makes a further class of a teacher.
func (w *world) classOf(teacher *client, name string, pupils int) *course {
	w.t.Helper()
	c := &course{client: teacher, t: w.t, w: w}
	made := c.send(c.get("/de/teach/classes/new").want(http.StatusOK).form("/teach/classes"), nameField, name).want(http.StatusSeeOther)
	c.id = strings.TrimPrefix(made.header.Get("Location"), "/de/teach/classes/")
	for i := range pupils {
		c.joins(fmt.Sprintf("%s Otter", []string{"Alter", "Blauer", "Cooler", "Dicker", "Eiliger", "Flinker"}[i%6]))
	}
	return c
}

// joins lets a new pupil join the class.
func (c *course) joins(name string) *client {
	c.t.Helper()
	l, token, err := school.NewLearner(random, time.Now())
	if err == nil {
		err = c.w.server.Store.CreateLearner(c.t.Context(), l, time.Now())
	}
	if err == nil {
		_, err = c.w.server.Store.Join(c.t.Context(), c.id, l.ID, name, time.Now())
	}
	if err != nil {
		c.t.Fatal(err)
	}
	pupil := c.w.client()
	pupil.http.Jar.(*cookiejar.Jar).SetCookies(mustURL(c.t, c.w.url), []*http.Cookie{{Name: c.w.server.cookieName(learnerCookie), Value: token, Path: "/"}})
	c.pupils, c.ids = append(c.pupils, pupil), append(c.ids, l.ID)
	return pupil
}

// path is the path of a page of the class, with the language.
func (c *course) path(page string) string { return "/de/teach/classes/" + c.id + page }

// room is the class as it is stored.
func (c *course) room() *school.Room {
	c.t.Helper()
	room, err := c.w.server.Store.Room(c.t.Context(), c.id)
	if err != nil {
		c.t.Fatal(err)
	}
	return room
}

// give sends the form that gives something, with the fields as names and values, and returns what was given last.
func (c *course) give(fields ...string) school.Assignment {
	c.t.Helper()
	c.send(c.get(c.path("/assign")).want(http.StatusOK).form("/assign"), fields...).to(c.path("?done=given"))
	list := c.room().Assignments
	return list[len(list)-1]
}

// starts begins an assignment as a pupil does, and returns the first question's page.
func (c *course) starts(pupil int, a school.Assignment) *page {
	c.t.Helper()
	form := url.Values{forField: {a.Task(c.id).Ref()}}
	return c.pupils[pupil].follow(c.pupils[pupil].post("/de/lessons/"+a.Lesson+"/quiz", form))
}

// handsIn begins an assignment and hands it in without an answer.
func (c *course) handsIn(pupil int, a school.Assignment) (attempt string) {
	c.t.Helper()
	attempt = strings.Split(c.starts(pupil, a).path, "/")[3]
	c.pupils[pupil].post("/de/attempts/"+attempt+"/finish", nil).to("/de/attempts/" + attempt + "/result")
	return attempt
}
