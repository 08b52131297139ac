package web

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"eberbach/app/annot"
	"eberbach/app/exchange/webanno"
)

// notesData sends one's notes as annotations of the W3C model. What has lost its place is in it, too, as it was made.
func (s *Server) notesData(r *request) error {
	p, err := s.notesPage(r)
	if err != nil {
		return err
	}
	origin := strings.TrimSuffix(cmp.Or(s.Origin, s.Network, "http://localhost"), "/")
	c := webanno.Collection{ID: origin + p.Href("/me/notes.jsonld"), Label: p.Title}
	for _, t := range p.Texts {
		for _, v := range t.Notes {
			c.Items = append(c.Items, annotationOf(origin, p.Page, v))
		}
	}
	out, err := webanno.Write(c)
	if err != nil {
		return err
	}
	return r.sendFile("eberbach.jsonld", webanno.MediaType, out)
}

func annotationOf(origin string, p Page, v NoteView) webanno.Annotation {
	a := webanno.Annotation{
		ID: origin + p.Href("/me/notes/"+v.ID), Motivation: v.Kind.Motivation(), Page: origin + "/" + v.Lang + sourcePath(v.Source), Lang: v.Lang, Fragment: v.Unit,
		Exact: v.Quote.Words, Prefix: v.Prefix, Suffix: v.Suffix, Start: v.Start, End: v.End, Words: v.Words, Created: time.Unix(v.Made, 0),
	}
	if v.Changed > 0 {
		a.Modified = time.Unix(v.Changed, 0)
	}
	return a
}

// sendFile sends what is to be kept as a file.
func (r *request) sendFile(name, contentType string, data []byte) error {
	r.Set(fiber.HeaderContentType, contentType)
	r.Set(fiber.HeaderCacheControl, "no-store")
	r.Set(fiber.HeaderContentDisposition, fmt.Sprintf("attachment; filename=%q", name))
	return r.Send(data)
}

// notesText sends one's notes as Markdown.
func (s *Server) notesText(r *request) error {
	p, err := s.notesPage(r)
	if err != nil {
		return err
	}
	return r.sendFile("eberbach.md", "text/markdown; charset=utf-8", []byte(p.markdown()))
}

func (p *NotesPage) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", plainLine(p.Title))
	for _, t := range p.Texts {
		fmt.Fprintf(&b, "\n## %s\n", plainLine(t.Title))
		for _, v := range t.Notes {
			p.markdownNote(&b, v)
		}
	}
	return b.String()
}

func (p *NotesPage) markdownNote(b *strings.Builder, v NoteView) {
	fmt.Fprintf(b, "\n**%s**, %s, %s\n\n", p.T("own.kind."+string(v.Kind)), plainLine(p.PlaceName(v.Unit, v.UnitTitle)), p.When(time.Unix(v.Made, 0)))
	if v.Lost {
		fmt.Fprintf(b, "%s\n\n", plainLine(p.T("own.lost")))
	}
	for line := range strings.SplitSeq(v.Quote.Words, "\n") {
		fmt.Fprintf(b, "> %s\n>\n", plainLine(line))
	}
	for line := range strings.SplitSeq(v.Words, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			fmt.Fprintf(b, "\n%s\n", plainLine(line))
		}
	}
}

// meaningful are the characters that mean something to Markdown.
var meaningful = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "#", `\#`, "|", `\|`, "~", `\~`)

// plainLine is a line that Markdown shows as it is.
func plainLine(text string) string {
	text = meaningful.Replace(strings.TrimSpace(text))
	switch digits := strings.TrimLeft(text, "0123456789"); {
	case strings.HasPrefix(text, "-"), strings.HasPrefix(text, "+"), strings.HasPrefix(text, "="):
		return `\` + text
	case digits != text && (strings.HasPrefix(digits, ".") || strings.HasPrefix(digits, ")")):
		return text[:len(text)-len(digits)] + `\` + digits
	}
	return text
}

// ExportNote is a note on a text.
type ExportNote struct {
	ID       string     `json:"id"`
	Kind     annot.Kind `json:"kind"`
	Source   string     `json:"source"` // a lesson's id, or "declaration"
	Language string     `json:"language"`
	Place    string     `json:"place"` // number of the passage, or address of the section
	Quote    string     `json:"quote"`
	Prefix   string     `json:"prefix,omitempty"`
	Suffix   string     `json:"suffix,omitempty"`
	Start    int        `json:"start"` // code points
	End      int        `json:"end"`
	Words    string     `json:"words,omitempty"`
	Made     time.Time  `json:"made"`
	Changed  *time.Time `json:"changed,omitempty"`
	ShownTo  []string   `json:"shown_to,omitempty"` // names of classes
	HiddenIn []string   `json:"hidden_in,omitempty"`
	Lost     bool       `json:"lost,omitempty"` // its words are not in the text any more
}

func exportNotes(views []NoteView) []ExportNote {
	out := []ExportNote{}
	for _, v := range views {
		n := ExportNote{v.ID, v.Kind, v.Source, v.Lang, v.Unit, v.Quote.Words, v.Prefix, v.Suffix, v.Start, v.End, v.Words, time.Unix(v.Made, 0).UTC(), nil, nil, nil, v.Lost}
		for _, class := range v.In {
			n.ShownTo = append(n.ShownTo, class.Name)
			if class.Hidden {
				n.HiddenIn = append(n.HiddenIn, class.Name)
			}
		}
		if v.Changed > 0 {
			at := time.Unix(v.Changed, 0).UTC()
			n.Changed = &at
		}
		out = append(out, n)
	}
	return out
}
