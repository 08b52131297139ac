package quiz

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOutcomes(t *testing.T) {
	questions := map[string]*Question{}
	for _, q := range allQuestions(t) {
		questions[q.ID] = q
	}
	at := func(passage, quote, zitat string) []Evidence {
		return []Evidence{{Passage: passage, Quote: Text{"de": zitat, "en": quote}}}
	}
	tests := []struct {
		name, question string
		response       Response
		want           []Outcome
	}{
		{"choice right", "border", chosen("city"),
			[]Outcome{{Yours: []string{"a city"}, Solution: []string{"a city"}, Whys: []string{"It has a town charter."}, Right: true}}},
		{"choice wrong: why it is wrong, and where it says so", "border", chosen("river"),
			[]Outcome{{Yours: []string{"a river"}, Solution: []string{"a city"}, Whys: []string{"The river is called Rhine."},
				Evidence: at("T2", "the river is called Rhine", "der Fluss heißt Rhein")}}},
		{"choice not given: why the right one is right", "border", nil,
			[]Outcome{{Solution: []string{"a city"}, Whys: []string{"It has a town charter."}}}},
		{"choices all", "rivers", chosen("rhine", "elbe", "danube"),
			[]Outcome{{Yours: []string{"the Rhine", "the Elbe River", "the Danube"}, Solution: []string{"the Rhine", "the Elbe River", "the Danube"},
				Whys: []string{"It flows north.", "It ends near Cuxhaven.", "It flows east."}, Right: true, Evidence: at("T3", "near Cuxhaven", "bei Cuxhaven")}}},
		{"choices one missed", "rivers", chosen("rhine", "danube"),
			[]Outcome{{Yours: []string{"the Rhine", "the Danube"}, Solution: []string{"the Rhine", "the Elbe River", "the Danube"},
				Whys: []string{"It flows north.", "It flows east."}}}},
		{"choices one too many", "mostly-right", chosen("rhine", "elbe", "danube", "alps"),
			[]Outcome{{Yours: []string{"the Rhine", "the Elbe River", "the Danube", "the Alps"}, Solution: []string{"the Rhine", "the Elbe River", "the Danube"},
				Whys: []string{"It flows.", "It flows.", "It flows.", "Mountains."}}}},
		{"match: one outcome a prompt, blanks without an answer", "capitals", Response{"bonn": {"city"}, "main": {"lake"}},
			[]Outcome{
				{Prompt: "Bonn on the Rhine", Yours: []string{"City"}, Solution: []string{"City"}, Whys: []string{"Bonn has a city council."}, Right: true,
					Evidence: at("T2", "a city council", "einen Stadtrat")},
				{Prompt: "the Main", Yours: []string{"Lake"}, Solution: []string{"River"}, Whys: []string{"It joins the Rhine at Mainz."}},
				{Prompt: "Mainz on the Rhine", Solution: []string{"City"}, Whys: []string{"Mainz has one, too."}},
			}},
		{"number right, as it was typed", "share", Response{"number": {"8,35"}, "value": {"8.35"}},
			[]Outcome{{Yours: []string{"8,35\u00a0percent"}, Solution: []string{"8.3\u00a0percent"}, Whys: []string{"90 of 1,090."}, Right: true,
				Evidence: at("T2", "only 90 right", "nur 90 richtig")}}},
		{"number wrong without a unit", "inhabitants", Response{"number": {"7"}, "value": {"7"}},
			[]Outcome{{Yours: []string{"7"}, Solution: []string{"1,000.5"}, Whys: []string{"Look again."}}}},
		{"number not given", "frost", nil,
			[]Outcome{{Solution: []string{"−0.3\u00a0°C"}, Whys: []string{"Look at the thermometer."}}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := View{Lang: "en", Seed: "seed", Response: test.response, Reveal: true}
			got := Outcomes(inAuthorsOrder(questions[test.question], v))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	if got := Outcomes(nil); got != nil {
		t.Errorf("no items make the outcomes %v", got)
	}
}

// inAuthorsOrder are the items of a view in the order of the file, so that the expectations above read like it.
func inAuthorsOrder(q *Question, v View) (items []Item) {
	var ids []string
	switch b := q.Body.(type) {
	case *Choice:
		ids = idsOf(b.Options)
	case *Choices:
		ids = idsOf(b.Options)
	case *Match:
		for _, p := range b.Prompts {
			ids = append(ids, p.ID)
		}
	default:
		return q.Items(v)
	}
	for _, id := range ids {
		for _, it := range q.Items(v) {
			if it.Form == FormOption && it.Value == id || it.Form == FormSelect && it.Field == id {
				items = append(items, it)
			}
		}
	}
	return items
}

func idsOf(options []Option) (ids []string) {
	for _, o := range options {
		ids = append(ids, o.ID)
	}
	return ids
}
