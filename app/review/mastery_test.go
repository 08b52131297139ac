package review

import (
	"testing"
	"time"
)

func TestGrasp(t *testing.T) {
	right := func(stability float64) Card {
		return Card{State: Review, Stability: stability, Rated: Good, Last: time.Unix(1, 0)}
	}
	wrong := Card{State: Relearning, Stability: 90, Rated: Again}
	for _, test := range []struct {
		name  string
		cards []Card
		of    int
		want  Grasp
	}{
		{"nothing", nil, 3, NotStarted},
		{"met and left", []Card{{}}, 3, NotStarted},
		{"one of three", []Card{right(90)}, 3, Shaky},
		{"the only one", []Card{right(2)}, 1, Solid},
		{"half of two right", []Card{right(2), wrong}, 2, Shaky},
		{"two of three right", []Card{right(2), right(2), wrong}, 5, Solid},
		{"half of it holds a month", []Card{right(2), right(30)}, 5, Lasts},
		{"less than half holds a month", []Card{right(2), right(29), right(40)}, 5, Solid},
		{"held long, and the last answers were wrong", []Card{right(90), wrong, wrong}, 3, Shaky},
	} {
		if got, _, _ := GraspOf(test.cards, test.of); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}
