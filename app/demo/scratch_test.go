package demo

import (
	"context"
	"fmt"
	"testing"
	"time"

	"eberbach/app/lesson"
	"eberbach/app/school"
	"eberbach/app/store"
	"eberbach/app/store/redistest"
	"eberbach/lessons"
)

func TestScratch(t *testing.T) {
	m, _ := lesson.Read(lessons.FS, time.Now())
	db, err := store.Open(store.Config{Address: redistest.Start(t).URL()})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	r, err := Seed(context.Background(), db, m, Options{Pupils: 35, Seed: 1, Now: now, Passphrase: "some passphrase of mine"})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range r.Given {
		fmt.Printf("%2d %-22s %-9s opens %s due %s limit %d rel %v part %s\n", a.N, a.Lesson, a.Preset, time.Unix(a.Opens, 0).Format("Mon 02.01. 15:04"), time.Unix(a.Due, 0).Format("Mon 02.01. 15:04"), a.Limit, a.Released, a.Part)
	}
	room, _ := db.Room(context.Background(), r.Class.ID)
	var ms []school.Member
	roles := map[string]Role{}
	for _, p := range r.Pupils {
		roles[p.ID] = p.Role
	}
	ms = room.Members
	st, err := db.Standings(context.Background(), room.Class, ms, room.Assignments, now)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range ms {
		line := fmt.Sprintf("%-30s %-8s", p.Name, roles[p.ID])
		for _, a := range room.Assignments {
			s := st[p.ID][a.N]
			cell := "  ."
			if s.Done > 0 {
				cell = fmt.Sprintf("%3.0f", s.Score.Fraction()*100)
			}
			if s.Late {
				cell += "!"
			} else {
				cell += " "
			}
			if s.Open != "" {
				cell += fmt.Sprintf("o%d", s.Given)
			}
			if s.Begun > 1 {
				cell += fmt.Sprintf("x%d", s.Begun)
			}
			line += fmt.Sprintf(" %-8s", cell)
		}
		fmt.Println(line)
	}
}
