package quiz

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestOutcomes(t *testing.T) {
	questions := questionsByID(t)
	floors := []string{"the door", "the stairs", "the clock", "the bells"}
	at := func(passage, quote, zitat string) []Evidence {
		return []Evidence{{Passage: passage, Quote: Text{"de": zitat, "en": quote}}}
	}
	tests := []struct {
		name, question string
		response       Response
		want           []Outcome
	}{
		{
			"choice right", "border", chosen("city"),
			[]Outcome{{Yours: []string{"a city"}, Solution: []string{"a city"}, Whys: []string{"It has a town charter."}, Right: true}},
		},
		{
			"choice wrong: why it is wrong, and where it says so", "border", chosen("river"),
			[]Outcome{{
				Yours: []string{"a river"}, Solution: []string{"a city"}, Whys: []string{"The river is called Rhine."},
				Evidence: at("T2", "the river is called Rhine", "der Fluss heißt Rhein"),
			}},
		},
		{
			"choice not given: why the right one is right", "border", nil,
			[]Outcome{{Solution: []string{"a city"}, Whys: []string{"It has a town charter."}}},
		},
		{
			"choices all", "rivers", chosen("rhine", "elbe", "danube"),
			[]Outcome{{
				Yours: []string{"the Rhine", "the Elbe River", "the Danube"}, Solution: []string{"the Rhine", "the Elbe River", "the Danube"},
				Whys: []string{"It flows north.", "It ends near Cuxhaven.", "It flows east."}, Right: true, Evidence: at("T3", "near Cuxhaven", "bei Cuxhaven"),
			}},
		},
		{
			"choices one missed", "rivers", chosen("rhine", "danube"),
			[]Outcome{{
				Yours: []string{"the Rhine", "the Danube"}, Solution: []string{"the Rhine", "the Elbe River", "the Danube"},
				Whys: []string{"It flows north.", "It flows east."},
			}},
		},
		{
			"choices one too many", "mostly-right", chosen("rhine", "elbe", "danube", "alps"),
			[]Outcome{{
				Yours: []string{"the Rhine", "the Elbe River", "the Danube", "the Alps"}, Solution: []string{"the Rhine", "the Elbe River", "the Danube"},
				Whys: []string{"It flows.", "It flows.", "It flows.", "Mountains."},
			}},
		},
		{
			"match: one outcome a prompt, blanks without an answer", "capitals",
			Response{"bonn": {"city"}, "main": {"lake"}},
			[]Outcome{
				{
					Prompt: "Bonn on the Rhine", Yours: []string{"City"}, Solution: []string{"City"}, Whys: []string{"Bonn has a city council."}, Right: true,
					Evidence: at("T2", "a city council", "einen Stadtrat"),
				},
				{Prompt: "the Main", Yours: []string{"Lake"}, Solution: []string{"River"}, Whys: []string{"It joins the Rhine at Mainz."}},
				{Prompt: "Mainz on the Rhine", Solution: []string{"City"}, Whys: []string{"Mainz has one, too."}},
			},
		},
		{
			"number right, as it was typed", "share",
			Response{"number": {"8,35"}, "value": {"8.35"}},
			[]Outcome{{
				Yours: []string{"8,35\u00a0percent"}, Typed: true, Solution: []string{"8.3\u00a0percent"}, Whys: []string{"90 of 1,090."}, Right: true,
				Evidence: at("T2", "only 90 right", "nur 90 richtig"),
			}},
		},
		{
			"number wrong without a unit", "inhabitants",
			Response{"number": {"7"}, "value": {"7"}},
			[]Outcome{{Yours: []string{"7"}, Typed: true, Solution: []string{"1,000.5"}, Whys: []string{"Look again."}}},
		},
		{
			"number not given", "frost", nil,
			[]Outcome{{Solution: []string{"−0.3\u00a0°C"}, Whys: []string{"Look at the thermometer."}}},
		},
		{
			"choice right in part", "landmark", chosen("rhineland"),
			[]Outcome{{Yours: []string{"in the Rhineland"}, Solution: []string{"in Cologne"}, Whys: []string{"Yes, but where?"}}},
		},
		{
			"true-false: its words are in the catalogues", "confluence", chosen("false"),
			[]Outcome{{Yours: []string{""}, Solution: []string{""}, Whys: []string{"It does not flow into the Danube."}, Evidence: at("T2", "near Mainz", "bei Mainz")}},
		},
		{
			"order right", "floors", ranks("door 1 stairs 2 clock 3 bells 4"),
			[]Outcome{{Yours: floors, Solution: floors, Right: true}},
		},
		{
			"order wrong: the reasons of what is not in order", "floors", ranks("door 2 stairs 1 clock 3 bells 4"),
			[]Outcome{{Yours: []string{"the stairs", "the door", "the clock", "the bells"}, Solution: floors, Whys: []string{"At the very bottom.", "Right behind it."}}},
		},
		{
			"order not given", "floors", nil,
			[]Outcome{{Solution: floors, Whys: []string{"At the very bottom.", "Right behind it.", "Below the bells.", "At the very top."}}},
		},
		{
			"order: evidence of what is not in order", "downstream", ranks("basel 1 strasbourg 5 mannheim 2 mainz 3 cologne 4"),
			[]Outcome{{
				Yours: []string{"Basel", "Mannheim", "Mainz", "Cologne", "Strasbourg"}, Solution: []string{"Basel", "Strasbourg", "Mannheim", "Mainz", "Cologne"},
				Whys: []string{"The Ill joins it."}, Evidence: at("T2", "on the Ill", "an der Ill"),
			}},
		},
		{
			"classify: one outcome a statement", "album",
			Response{"ferry": {"real"}, "castle": {"drawn"}},
			[]Outcome{
				{Prompt: "the ferry", Yours: []string{"real"}, Solution: []string{"real"}, Whys: []string{"It did run."}, Right: true},
				{Prompt: "the castle", Yours: []string{"drawn"}, Solution: []string{"faked"}, Whys: []string{"It is not on the Main at all."}},
				{Prompt: "the map", Solution: []string{"drawn"}, Whys: []string{"Maps are drawn."}},
			},
		},
		{
			"gaps: what was chosen is explained, else what is right", "ferry-ride",
			Response{"river": {"Danube"}, "town": {"munich"}, "_lang": {"en"}},
			[]Outcome{
				{Yours: []string{"Danube"}, Typed: true, Solution: []string{"Rhine"}, Whys: []string{"That one flows east."}},
				{Yours: []string{"Munich"}, Solution: []string{"Cologne"}, Whys: []string{"That is on the Isar."}, Evidence: at("T3", "on the Isar", "an der Isar")},
				{Solution: []string{"the North Sea"}, Whys: []string{"There it flows."}},
			},
		},
		{
			"short right", "big-river",
			Response{"answer": {"rhine"}, "_lang": {"en"}},
			[]Outcome{{Yours: []string{"rhine"}, Typed: true, Solution: []string{"Rhine"}, Whys: []string{"Cologne is on the Rhine."}, Right: true, Evidence: at("T2", "on its banks", "am Ufer")}},
		},
		{
			"short not given", "inscription", nil,
			[]Outcome{{Solution: []string{"TOWN * HALL"}, Whys: []string{"Go there."}}},
		},
		{
			"mark: one missed and one too many", "letter",
			Response{"mark": {"long", "best", "arches"}},
			[]Outcome{{
				Yours:    []string{"the bridge is 40 metres long", "None is better", "It has three arches"},
				Solution: []string{"the bridge is 40 metres long", "it has stood since 1908", "It has three arches"},
				Whys:     []string{"With a tape measure.", "Better at what?", "With one's fingers."}, Evidence: at("T2", "40 metres", "40 Meter"),
			}},
		},
		{
			"panel: one of two at the top", "new-ferry", chosen("evening"),
			[]Outcome{{Yours: []string{"in the evening"}, Solution: []string{"in the evening"}, Whys: []string{"For the theatre."}, Right: true}},
		},
		{
			"panel: neither of them", "new-ferry", chosen("night"),
			[]Outcome{{Yours: []string{"at night"}, Solution: []string{"in the morning", "in the evening"}, Whys: []string{"For the station."}}},
		},
		{"position: nothing to look back on", "town-square", Response{seenField: {"1"}}, nil},
		{"own words: nothing to look back on", "my-town", Response{wordsField: {"A town."}}, nil},
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
func inAuthorsOrder(q *Question, v View) []Item {
	items := q.Items(v)
	slices.SortStableFunc(items, func(a, b Item) int {
		return slices.Index(authorsOrder(q.Body), nameOf(a)) - slices.Index(authorsOrder(q.Body), nameOf(b))
	})
	return items
}

// authorsOrder are the names of the items that are shuffled, as the file has them.
func authorsOrder(body Body) (names []string) {
	switch b := body.(type) {
	case *Choice:
		return idsOf(b.Options)
	case *Choices:
		return idsOf(b.Options)
	case *Match:
		for _, p := range b.pairs() {
			names = append(names, p.prompt)
		}
	case *Classify:
		for _, p := range b.pairs() {
			names = append(names, p.prompt)
		}
	case *Order:
		for _, thing := range b.Things {
			names = append(names, thing.ID)
		}
	case *Panel:
		for _, o := range b.Options {
			names = append(names, o.ID)
		}
	}
	return names
}

func idsOf(options []Option) (ids []string) {
	for _, o := range options {
		ids = append(ids, o.ID)
	}
	return ids
}
