// Package lesson reads lesson files, checks them, and prepares their text for the pages once.
package lesson

import (
	"errors"
	"html/template"
	"slices"

	"eberbach/app/annot"
	"eberbach/app/quiz"
)

// Text is one text in every language.
type Text = quiz.Text

// Module is everything that the lesson files hold, checked and ready to show.
type Module struct {
	ID          string      `yaml:"id"`
	Title       Text        `yaml:"title"`
	Lead        Text        `yaml:"lead"`
	Themes      []Theme     `yaml:"themes"`
	Thread      []Thread    `yaml:"thread,omitempty"` // what runs through all lessons, step by step
	Declaration Declaration `yaml:"-"`
	Glossary    []Term      `yaml:"-"`
	Sources     Sources     `yaml:"-"`
	Help        Help        `yaml:"-"`
	Lessons     []*Lesson   `yaml:"-"` // in the order of the themes

	// About is the page on how the module was made, by language; nil when there is none.
	About map[string]*Page `yaml:"-"`
}

// Thread is a step of what runs through all lessons.
type Thread struct {
	Title Text `yaml:"title"`
	Text  Text `yaml:"text"`
}

// Theme is one of the module's themes with the ids of its lessons in order.
type Theme struct {
	ID      string   `yaml:"id"`
	Title   Text     `yaml:"title"`
	Lead    Text     `yaml:"lead"`
	Lessons []string `yaml:"lessons"`
	Untimed bool     `yaml:"untimed,omitempty"` // no time limit in its lessons: child protection
}

// Lesson is one lesson with its text in each language and its quiz.
type Lesson struct {
	ID            string       `yaml:"id"`
	Theme         string       `yaml:"theme"`
	Minutes       int          `yaml:"minutes"`
	Title         Text         `yaml:"title"`
	Lead          Text         `yaml:"lead"`
	Objectives    []Objective  `yaml:"objectives"`
	Competences   []Competence `yaml:"competences"`
	Controversial bool         `yaml:"controversial,omitempty"`
	AsOf          string       `yaml:"as_of,omitempty"`       // YYYY-MM: when what it says was true
	ValidUntil    string       `yaml:"valid_until,omitempty"` // YYYY-MM-DD: when somebody must look again

	Notice *Notice `yaml:"notice,omitempty"`

	Annotations    []Annotation     `yaml:"-"`
	Misconceptions []Misconception  `yaml:"-"`
	Questions      []*quiz.Question `yaml:"-"`
	Pools          []quiz.Pool      `yaml:"-"`
	Percent        bool             `yaml:"-"` // results are shown in percent
	NoScore        bool             `yaml:"-"` // nothing is counted
	Pages          map[string]*Page `yaml:"-"` // by language
	Teacher        map[string]*Page `yaml:"-"` // the teacher's page by language; nil when there is none

	// Twins are the questions in other words, by id: the same key, to be asked later.
	Twins map[string]*quiz.Question `yaml:"-"`

	hashes map[*quiz.Question]string // of questions and twins as they were read
}

// Notice stands before a section that somebody may not want to read, and offers an equal one. Which of them a pupil
// takes is their own business: it is kept nowhere but in the questions of their attempt.
type Notice struct {
	Section     string `yaml:"section"`     // address of the section behind the notice
	Alternative string `yaml:"alternative"` // address of the equal section
	Text        Text   `yaml:"text"`
}

// Objective completes "Afterwards you can …".
type Objective struct {
	ID   string `yaml:"id"`
	Text Text   `yaml:"text"`
}

// Competence names a competence of a published framework and the version that is meant.
type Competence struct {
	Frame   string `yaml:"frame"`
	Version string `yaml:"version"`
	Ref     string `yaml:"ref"`
	Text    Text   `yaml:"text"`
}

// Annotation is a note on an exact quote of a passage.
type Annotation struct {
	ID      string   `yaml:"id"`
	Passage string   `yaml:"passage"`
	Kind    string   `yaml:"kind"`
	Quote   Text     `yaml:"quote"`
	Prefix  Text     `yaml:"prefix,omitempty"`
	Suffix  Text     `yaml:"suffix,omitempty"`
	Text    Text     `yaml:"text"`
	Sources []string `yaml:"sources,omitempty"`
}

// AnnotationKinds are the kinds of notes.
var AnnotationKinds = []string{"term", "actor", "claim", "power", "evidence", "context", "open"}

// Misconception is a typical wrong thought that wrong options stand for.
type Misconception struct {
	ID   string `yaml:"id"`
	Text Text   `yaml:"text"`
}

// Source is a published text that facts come from.
type Source struct {
	ID         string `yaml:"id"`
	Title      string `yaml:"title"`
	Publisher  string `yaml:"publisher"`
	Date       string `yaml:"date,omitempty"` // YYYY, YYYY-MM or YYYY-MM-DD, as far as it is known
	Seen       string `yaml:"seen,omitempty"` // when it was read, of a page that gives no date
	URL        string `yaml:"url"`
	Lang       string `yaml:"lang,omitempty"`
	Confidence string `yaml:"confidence,omitempty"`
}

// Sources are the module's sources by id.
type Sources map[string]*Source

// Declaration is the restated statement in numbered passages.
type Declaration struct {
	Title    Text    `yaml:"title"`
	Lead     Text    `yaml:"lead,omitempty"` // what it is, for the front page; without it that does not speak of it
	Intro    Text    `yaml:"intro"`
	Official string  `yaml:"official"` // the source that holds the official text
	Groups   []Group `yaml:"groups"`
}

// Group is a run of the declaration's passages under one heading.
type Group struct {
	ID       string     `yaml:"id"`
	Title    Text       `yaml:"title"`
	Passages []EPassage `yaml:"passages"`
}

// EPassage is one passage of the declaration in every language.
type EPassage struct {
	ID      string   `yaml:"id"`
	Sources []string `yaml:"sources"`
	Text    Text     `yaml:"text"`
}

// Help is the help lines by country.
type Help struct {
	Checked   string    `yaml:"checked"`
	Countries []Country `yaml:"countries"`
}

// Country is a country's help lines.
type Country struct {
	ID    string     `yaml:"id"`
	Name  Text       `yaml:"name"`
	Lines []HelpLine `yaml:"lines"`
}

// HelpLine is somebody to call or write to.
type HelpLine struct {
	Name   string `yaml:"name"`
	Number string `yaml:"number,omitempty"`
	URL    string `yaml:"url,omitempty"`
	Note   Text   `yaml:"note"`
	Source string `yaml:"source"`
}

// Page is a lesson's text in one language, cut into blocks.
type Page struct {
	Sections []*Section
	Blocks   []*Block
	Cited    []*Source // in the order of their numbers, from 1
	Words    int
	links    []link
}

// Section is a heading of a page with the blocks up to the next one. What stands before the first heading is a section
// without either.
type Section struct {
	ID, Title string
	Blocks    []*Block
}

// Block is a stretch of a page. Kind says which of the other fields are set.
type Block struct {
	Kind      string        // prose, passage, dots, figure, perspectives, discuss or question
	HTML      template.HTML // prose, discuss, perspectives: sanitised
	Passage   *Passage
	Dots      *Dots
	Figure    *Figure
	Positions []Position
	Question  *quiz.Question
	arg       string // passage id or question id
	line      int
}

// Passage is a numbered piece of text in one language with its notes.
type Passage struct {
	ID        string
	Text      string
	Cites     []Cite
	Sentences []Sentence
}

// Sentence is a sentence of a passage with the notes whose quotes end in it.
type Sentence struct {
	ID     string // "T4-2": the address of the sentence
	Pieces []Piece
	Notes  []Note
	Last   bool // the passage's sources stand after it
}

// Piece is a stretch of a sentence with the kind of the note that hangs on it, if one does.
type Piece struct {
	annot.Piece
	Kind string
}

// Note is an annotation in one language.
type Note struct {
	ID, Kind, Text, Quote string
	Cites                 []Cite
}

// Cite is a source with its number on the page.
type Cite struct {
	Number int
	Source *Source
}

// Dots is a figure of many dots of which some are filled, to make a share visible.
type Dots struct {
	Hit, Of                            int
	Caption, HitLabel, MissLabel, Note string
}

// The grid in which dots are drawn, in the units of the picture.
const (
	dotsInRow  = 25
	dotSpacing = 20
)

// Circle is one dot with its centre.
type Circle struct {
	X, Y int
	Hit  bool
}

// Circles are the dots, row by row, the filled ones first.
func (d *Dots) Circles() []Circle {
	out := make([]Circle, d.Of)
	for i := range out {
		out[i] = Circle{dotSpacing/2 + i%dotsInRow*dotSpacing, dotSpacing/2 + i/dotsInRow*dotSpacing, i < d.Hit}
	}
	return out
}

// Width of the picture.
func (d *Dots) Width() int { return min(d.Of, dotsInRow) * dotSpacing }

// Height of the picture.
func (d *Dots) Height() int { return (d.Of + dotsInRow - 1) / dotsInRow * dotSpacing }

// Position is one named view of something disputed.
type Position struct {
	ID, Title, By string
	HTML          template.HTML
	Cites         []Cite
	words, line   int
}

// Allows says whether attempts at a lesson may follow the rules: where somebody may have to pause, no clock runs.
func (m *Module) Allows(lesson string, rules quiz.Rules) error {
	if err := rules.Check(); err != nil {
		return err
	}
	for _, t := range m.Themes {
		if t.Untimed && rules.Limit > 0 && slices.Contains(t.Lessons, lesson) {
			return ErrUntimed
		}
	}
	return nil
}

// ErrUntimed is a time limit where there must be none.
var ErrUntimed = errors.New("lesson: the lessons of this theme have no time limit")

// Lesson returns the lesson with the id, or nil.
func (m *Module) Lesson(id string) *Lesson {
	for _, l := range m.Lessons {
		if l.ID == id {
			return l
		}
	}
	return nil
}

// Parts are the sections of which one is chosen for the quiz; a lesson without a notice has the one part "".
func (l *Lesson) Parts() []string {
	if l.Notice == nil {
		return []string{""}
	}
	return []string{l.Notice.Section, l.Notice.Alternative}
}

// Expired says whether the lesson's facts are past their date on a day, YYYY-MM-DD.
func (l *Lesson) Expired(day string) bool { return l.ValidUntil != "" && l.ValidUntil < day }

// Title is the title of the section with the address.
func (p *Page) Title(section string) string {
	for _, s := range p.Sections {
		if s.ID == section {
			return s.Title
		}
	}
	return ""
}
