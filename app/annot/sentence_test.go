package annot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSentences writes each text with "|" where one sentence ends and the next begins.
func TestSentences(t *testing.T) {
	tests := map[string][]string{
		"plain": {
			"",
			"Eins",
			"Eins.",
			"Eins. |Zwei.",
			"1. Die Minister sind sich einig. |Zwei.",
			"12. The ministers agree. |13. |Two.",
			"2022. |Das war das Jahr.",
			"Eins! |Zwei? |Drei.",
			"Eins?! |Zwei.",
			"Eins.  \n |Zwei.",
			"  Eins. |Zwei.  ",
			"Eins.Zwei.",
			"Eins. zwei.",
			"Das ist so. |Österreich auch.",
			"It is so. |Éire, too.",
			"Das ist gut 👍. |Zwei.",
			"Siehe eberbach.de. |Danach weiter.",
			"Version 2.5 gilt. |Zwei.",
			"Sie fragt: Warum? |Weil es so ist.",
			"a.m.",
			"kleingeschrieben. danach geht es weiter",
			"Version 2.2 gilt. |Art. 8 auch.",
			"Wirklich? |Ja! |Nun …  |Weiter.",
			"They met (see E1.) |Later they left.",
			"„Gut.“ |Das sagte er. |„Sehr gut!“ |Das auch.",
			". . .",
		},
		"German abbreviations": {
			"Das gilt z. B. Kindern.",
			"Das gilt z.\u202fB. Kindern.",
			"Das gilt z.B. Kindern.",
			"Das heißt d. h. Eltern. |Zwei.",
			"Kinder bzw. Jugendliche. |Zwei.",
			"Rund ca. 5 Fälle. |Zwei.",
			"Vgl. Art. 5 Abs. 2 Nr. 3 GG. |Zwei.",
			"Siehe S. 12 dort. |Zwei.",
			"Frau Dr. Weber und Prof. Meier. |Zwei.",
			"Rund 5 Mio. Menschen und 2 Mrd. Euro. |Zwei.",
			"Das ist i. d. R. Sache der Länder.",
			"Das ist m. E. Unsinn.",
			"Im Jahr 44 v. Chr. Danach nicht.",
			"Der sog. Staatstrojaner. |Zwei.",
			"Städte u. a. Mainz. |Zwei.",
			"Es geht um Geld usw. |Zwei.",
		},
		"English abbreviations": {
			"Some services, e.g. Signal. |Two.",
			"That is, i.e. The Hague.",
			"Mr. Smith and Mrs. Jones met Ms. Lee. |Two.",
			"Art. 5 para. 2 of Reg. 2016. |Two.",
			"Privacy vs. Security. |Two.",
			"St. Goar is near. |Two.",
			"The U.S. Congress met. |Two.",
			"J. R. Smith spoke. |Two.",
			"It says No. |Two.",
		},
		"dates": {
			"Am 18. November 2022 war es. |Zwei.",
			"Am 18.\u00a0November 2022 war es. |Zwei.",
			"Am 18.\u202fNovember\u202f2022 war es. |Zwei.",
			"Am 18. November, einem Freitag. |Zwei.",
			"Es war am 18. November. |Zwei.",
			"Am 1. Mai war es. |Zwei.",
			"Am 3. März und am 4. Oktober. |Zwei.",
			"Am 18. Nov. 2022 war es. |Zwei.",
			"Vom 17. bis 18. November. |Zwei.",
			"Am 17. und 18. November. |Zwei.",
			"Am 18.11.2022. |Zwei.",
			"It was 18 November 2022. |Two.",
			"It was 2022. |November came.",
			"Es waren 18. |Zwei fehlten.",
			"Es war im November. |18 Fälle folgten.",
			"Es war im Jahr 2022. |Danach kam 2023.",
			"Er heißt Jan. |Dann ging er.",
			"Er heißt Jan. |„So“, sagt sie.",
			"Es waren 18. |Novemberwetter kam.",
			"On Nov. 18 it was. |Two.",
		},
		"quotes and brackets": {
			"Er sagte: „Nein.“ |Dann ging er.",
			"Er sagte: »Nein.« |Dann ging er.",
			"Er fragte: „Warum?“ |Dann ging er.",
			"„Warum?“, fragte er. |Dann ging er.",
			"„Warum?“ fragte er. |Dann ging er.",
			"Eins. |„Zwei“ heißt es. |‚Drei‘ auch.",
			"Eins. |»Zwei« heißt es. |«Drei» auch.",
			"He said: “No.” |Then he left.",
			"He said: \"No.\" |Then he left.",
			"One. |“Two” it says. |‘Three’, too.",
			"One. |\"Two\" it says. |'Three', too.",
			"Eins (Zwei). |Drei.",
			"Eins. |(Zwei.) |Drei.",
			"Eins. |[Zwei.] |Drei.",
			"Eins (zwei.) |Drei.",
			"Vereine (Sport u. a.) Menschen helfen.",
			"Ein Satz (vgl. Art. 5 Abs.) Und weiter.",
			"Er sagte: „(Nein.)“ |Dann ging er.",
		},
		"numbers": {
			"Es sind 1\u202f000\u202f000. |Zwei.",
			"Es sind 999 900. |Zwei.",
			"Es sind 8,3. |Zwei.",
			"Es sind 1.000 Fälle. |Zwei.",
			"Es sind 90 %. |Zwei.",
			"Eins. |18 Fälle folgen. |1\u202f000 auch.",
			"Die G7. |Zwei.",
		},
		"ellipsis": {
			"Und dann … |Ende.",
			"Und dann ... |Ende.",
			"Und dann … kam es. |Ende.",
			"Und dann ... kam es. |Ende.",
			"Wir […] Staaten handeln. |Zwei.",
			"Wir (…) Staaten handeln. |Zwei.",
			"Wir [...] Staaten handeln. |Zwei.",
			"Das war’s … |„Ende“, sagt sie.",
			"Er sagte: „Und dann …“ |Dann ging er.",
		},
	}
	for name, texts := range tests {
		t.Run(name, func(t *testing.T) {
			for _, marked := range texts {
				want := strings.Split(marked, "|")
				if marked == "" {
					want = nil
				}
				text := strings.ReplaceAll(marked, "|", "")
				var got []string
				for _, r := range Sentences(text) {
					got = append(got, text[r.Start:r.End])
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%q (-want +got):\n%s", text, diff)
				}
			}
		})
	}
}
