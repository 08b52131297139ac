package lesson

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"eberbach/app/quiz"
)

// Brought is what becomes of the lesson files when a text is brought in, and what its author should know.
type Brought struct {
	Files    map[string][]byte // new contents by name
	Document *Document
	Notes    Faults // what was left out or put together, and what is missing
}

// ErrRefused is a text that cannot be brought in as it is; the faults say why.
var ErrRefused = errors.New("lesson: the text is refused")

// Import makes a document of a text: passages numbered in their order, groups by its headings, and an entry in
// sources.yaml with what is known of it. It writes no annotation and no translation. With ErrRefused, Notes are why.
func Import(files fs.FS, f Foreign) (*Brought, error) {
	b := bring(f)
	source, lang := b.known(f.Source)
	b.checkNew(files, source, lang)
	free := b.freeLetter(files)
	if len(b.refusals) > 0 {
		return &Brought{Notes: b.refusals}, ErrRefused
	}
	d := &Document{ID: source.ID, Letter: free, Lang: lang, Source: source.ID}
	d.Groups = b.groups(lang, func(int) DocumentPassage { return DocumentPassage{} })
	number(d, 0)
	sources, err := fs.ReadFile(files, "sources.yaml")
	if err != nil {
		return nil, err
	}
	b.missing(source, bytes.Count(sources, []byte("\n"))+2) // behind an empty line
	out := &Brought{Document: d, Notes: b.notes, Files: map[string][]byte{
		d.file():       writeDocument(d),
		"sources.yaml": append(slices.Clip(sources), writeSource(source, sources)...),
	}}
	return out, out.sound(files)
}

// known puts together what the caller and the text itself say of its source; the caller goes first.
func (b *brought) known(s Source) (source Source, lang string) {
	for into, other := range map[*string]string{
		&s.Title: b.front["title"], &s.Publisher: b.front["publisher"],
		&s.URL: b.front["url"], &s.Date: b.front["date"], &s.Lang: b.front["lang"],
	} {
		if *into == "" {
			*into = other
		}
	}
	if s.Title == "" {
		s.Title = b.title()
	}
	for _, into := range []*string{&s.Title, &s.Publisher, &s.URL, &s.Date, &s.Lang} {
		*into = fold(*into)
	}
	return s, s.Lang
}

var dateAt = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2})?)?$`)

// checkNew refuses what cannot be the source of a new document.
func (b *brought) checkNew(files fs.FS, s Source, lang string) {
	if !slug.MatchString(s.ID) {
		b.refuse(1, "--id %q: use small letters, digits and single hyphens", s.ID)
	} else if _, err := fs.Stat(files, s.ID); err == nil {
		b.refuse(1, "--id %s: there is a folder of this name already; take another id, or --update when this is a later version of its text", s.ID)
	}
	if !slices.Contains(quiz.Languages, lang) {
		b.refuse(1, "--lang %q: say in which language the text is, one of %s", lang, strings.Join(quiz.Languages, ", "))
	}
	if s.URL != "" && !strings.HasPrefix(s.URL, "https://") {
		b.refuse(1, "--url %q: the address must begin with https://", s.URL)
	}
	if s.Date != "" && !dateAt.MatchString(s.Date) {
		b.refuse(1, "--date %q: write it as 2026, 2026-11 or 2026-11-24", s.Date)
	}
	if strings.ContainsFunc(s.Title+s.Publisher+s.URL, noText) {
		b.refuse(1, "title, publisher and address are words; take the control signs out of them")
	}
	sources, faults := readSourceIDs(files)
	if slices.Contains(sources, s.ID) {
		b.refuse(1, "--id %s: sources.yaml has a source of this name already; take another id", s.ID)
	}
	b.refusals = append(b.refusals, faults...)
}

// readSourceIDs are the ids in sources.yaml, whose entries may still lack something.
func readSourceIDs(files fs.FS) (ids []string, faults Faults) {
	doc, ok := readYAML(files, "sources.yaml", &faults)
	if !ok {
		return nil, faults
	}
	for _, node := range doc.entries(doc.root, "sources.yaml") {
		if id := child(node, "id"); id != nil {
			ids = append(ids, scalar(id))
		}
	}
	return ids, faults
}

// missing names what nobody has said of the source.
func (b *brought) missing(s Source, line int) {
	var keys []string
	for _, k := range []struct{ key, value string }{{"title", s.Title}, {"publisher", s.Publisher}, {"url", s.URL}} {
		if k.value == "" {
			keys = append(keys, k.key)
		}
	}
	if len(keys) > 0 {
		b.note("sources.yaml", line, "source %q has no %s; write what is missing, check names it until then", s.ID, strings.Join(keys, " and no "))
	}
}

var passageBlock = regexp.MustCompile(`(?m)^:::passage[ \t]+([A-Z])\d`)

// freeLetter is the first letter that no document and no lesson's own passages have.
func (b *brought) freeLetter(files fs.FS) string {
	taken := map[string]bool{"E": true, "T": true} // the declaration's, and the usual one of a lesson's own
	pages, _ := fs.Glob(files, "*/lesson.*.md")
	for _, file := range pages {
		data, _ := fs.ReadFile(files, file)
		for _, m := range passageBlock.FindAllSubmatch(data, -1) {
			taken[string(m[1])] = true
		}
	}
	for l := range documentsIn(files) {
		taken[l] = true
	}
	for l := 'A'; l <= 'Z'; l++ {
		if !taken[string(l)] {
			return string(l)
		}
	}
	b.refuse(1, "every letter for the numbers of passages is taken; take a document away that no lesson shows")
	return ""
}

func documentsIn(files fs.FS) map[string]*Document {
	r := &reader{files: files, m: &Module{}, documents: map[string]*Document{}}
	r.readDocuments()
	return r.documents
}

// groups are the text's passages under its headings. earlier gives what a passage already has of its own, by its place
// among the passages.
func (b *brought) groups(lang string, earlier func(i int) DocumentPassage) (out []DocumentGroup) {
	taken := map[string]bool{}
	n := 0
	for _, p := range b.parts {
		switch {
		case p.level > 0:
			out = append(out, DocumentGroup{ID: slugOf(p.text, taken), Title: Partial{lang: p.text}})
			continue
		case len(out) == 0:
			out = append(out, DocumentGroup{ID: slugOf("start", taken)})
		}
		passage := earlier(n)
		passage.Text = maps.Clone(passage.Text)
		if passage.Text == nil {
			passage.Text = Partial{}
		}
		passage.Text[lang] = p.text
		group := &out[len(out)-1]
		group.Passages = append(group.Passages, passage)
		n++
	}
	return out
}

// number gives the passages without a number the next ones, and returns the last.
func number(d *Document, last int) int {
	for _, p := range d.all() {
		if p.ID == "" {
			last++
			p.ID = fmt.Sprintf("%s%d", d.Letter, last)
		}
	}
	return last
}

var notInSlug = regexp.MustCompile(`[^a-z0-9]+`)

var transcribed = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "ß", "ss")

// longestSlug keeps the id of a long heading short.
const longestSlug = 40

// slugOf makes an id of a heading that no other one has.
func slugOf(title string, taken map[string]bool) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFD.String(transcribed.Replace(strings.ToLower(title))))
	id := strings.Trim(notInSlug.ReplaceAllString(plain, "-"), "-")
	id = strings.TrimRight(id[:min(len(id), longestSlug)], "-")
	if id == "" {
		id = "part"
	}
	for n, first := 2, id; taken[id]; n++ {
		id = fmt.Sprintf("%s-%d", first, n)
	}
	taken[id] = true
	return id
}

// sound reads what would be written, as the program will, and compares it with what is meant.
func (b *Brought) sound(files fs.FS) error {
	after := overlay{files, b.Files}
	read := documentsIn(after)[b.Document.Letter]
	if read == nil || !reflect.DeepEqual(plainDocument(read), plainDocument(b.Document)) {
		return fmt.Errorf("%s would not say what the text says; nothing is written, please report this text as a fault of the program", b.Document.file())
	}
	was, _ := readSourceIDs(files)
	now, faults := readSourceIDs(after)
	if len(faults) > 0 || len(now) < len(was) || !slices.Equal(now[:len(was)], was) {
		return errors.New("sources.yaml cannot be added to; end it with a list entry and bring the text again")
	}
	return nil
}

// plainDocument is a document without the lines that it was read from.
func plainDocument(d *Document) Document {
	out := *d
	out.Groups = nil
	for _, g := range d.Groups {
		passages := g.Passages
		g.Passages = nil
		for _, p := range passages {
			p.line = 0
			g.Passages = append(g.Passages, p)
		}
		out.Groups = append(out.Groups, g)
	}
	return out
}

// overlay is files with some of them in another state.
type overlay struct {
	fs.FS
	changed map[string][]byte
}

// ReadFile implements fs.ReadFileFS.
func (o overlay) ReadFile(name string) ([]byte, error) {
	if data, ok := o.changed[name]; ok {
		return data, nil
	}
	return fs.ReadFile(o.FS, name)
}

// Glob implements fs.GlobFS.
func (o overlay) Glob(pattern string) ([]string, error) {
	names, err := fs.Glob(o.FS, pattern)
	for name := range o.changed {
		if ok, _ := path.Match(pattern, name); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, err
}
