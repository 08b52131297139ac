package lesson

import (
	"fmt"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v4"

	"eberbach/app/annot"
	"eberbach/app/quiz"
)

// lessonReader reads one lesson.
type lessonReader struct {
	*reader
	l        *Lesson
	doc      *document
	annotDoc *document
	annotAt  []*yaml.Node
	quizDoc  *document
	quizAt   []*yaml.Node
	pages    map[string]*pageReader
	passages map[string]Text // what the lesson shows, by passage id
}

func (r *reader) lesson(id string) *Lesson {
	lr := &lessonReader{reader: r, l: &Lesson{Pages: map[string]*Page{}}, pages: map[string]*pageReader{}, passages: map[string]Text{}}
	doc, ok := readYAML(r.files, join(id, "lesson.yaml"), &r.faults)
	if !ok || !doc.decode(doc.root, lr.l) {
		return nil
	}
	lr.doc = doc
	if lr.l.ID != id {
		r.faults.add(doc.file, lineAt(doc.root, "id"), "the id is %q but the folder is called %q; make them the same", lr.l.ID, id)
	}
	lr.readPages(id)
	lr.readAnnotations(id)
	lr.readQuiz(id)
	lr.readTeacher(id)
	lr.build()
	lr.readTwins(id)
	lr.check()
	lr.l.hash()
	return lr.l
}

func (r *lessonReader) readPages(id string) {
	for _, lang := range quiz.Languages {
		file := join(id, "lesson."+lang+".md")
		data, ok := readFile(r.files, file, &r.faults)
		if !ok {
			continue
		}
		page := readPage(file, lang, string(data), r.m.Sources, &r.faults)
		r.pages[lang], r.l.Pages[lang] = page, page.page
		for i := range page.page.Blocks {
			if b := page.page.Blocks[i]; b.Passage != nil {
				r.place(page, b)
			}
		}
	}
}

// place fills in a passage of the declaration or of a document and notes the text of every passage for anchoring.
func (r *lessonReader) place(page *pageReader, b *Block) {
	p := b.Passage
	home := r.homeOf(p.ID)
	switch {
	case home != "" && p.Text != "":
		r.faults.add(page.file, b.line, "%s is a passage of %s; its text stands there, so leave the block empty", p.ID, home)
		p.Text = ""
		return
	case home == "" && p.Text == "":
		r.faults.add(page.file, b.line, "passage %s has no text; write it between the two lines", p.ID)
		return
	case home != "" && !r.fetch(page, b):
		return
	}
	if r.passages[p.ID] == nil {
		r.passages[p.ID] = Text{}
	}
	if r.passages[p.ID][page.lang] != "" {
		r.faults.add(page.file, b.line, "passage %s is on this page twice; give each its own number", p.ID)
	}
	r.passages[p.ID][page.lang] = p.Text
}

// homeOf says where the text of a passage stands when it does not stand in the lesson.
func (r *reader) homeOf(passage string) string {
	if d := r.documents[passage[:1]]; d != nil {
		return fmt.Sprintf("document %q", d.ID)
	}
	if strings.HasPrefix(passage, "E") {
		return "the declaration"
	}
	return ""
}

// fetch takes a passage's text and sources from where they stand.
func (r *lessonReader) fetch(page *pageReader, b *Block) bool {
	p := b.Passage
	if d := r.documents[p.ID[:1]]; d != nil {
		text, ok := r.shown(d, page, b)
		p.Text = text
		p.Cites = append(p.Cites, page.cites(r.existing([]string{d.Source}))...)
		return ok
	}
	e := r.declared[p.ID]
	if e == nil {
		r.faults.add(page.file, b.line, "the declaration has no passage %s; see declaration/passages.yaml", p.ID)
		return false
	}
	p.Text = e.Text[page.lang]
	p.Cites = page.cites(r.existing(e.Sources))
	return true
}

func (r *lessonReader) readAnnotations(id string) {
	doc, ok := readYAML(r.files, join(id, "annotations.yaml"), &r.faults)
	if !ok {
		return
	}
	r.annotDoc = doc
	for _, node := range doc.entries(doc.root, "annotations.yaml") {
		var a Annotation
		if doc.decode(node, &a) {
			r.l.Annotations = append(r.l.Annotations, a)
			r.annotAt = append(r.annotAt, node)
		}
	}
}

// quizFile is the outer form of quiz.yaml; the questions are read one by one, since their form differs by kind.
type quizFile struct {
	Misconceptions []Misconception `yaml:"misconceptions,omitempty"`
	Pools          []quiz.Pool     `yaml:"pools,omitempty"`
	Score          string          `yaml:"score,omitempty"`     // points, the default, percent or none
	Certainty      string          `yaml:"certainty,omitempty"` // of every scored question that says nothing else
}

func (r *lessonReader) readQuiz(id string) {
	doc, ok := readYAML(r.files, join(id, "quiz.yaml"), &r.faults)
	if !ok {
		return
	}
	r.quizDoc = doc
	questions := child(doc.root, "questions")
	if questions == nil {
		r.faults.add(doc.file, 1, `"questions" is missing; add it`)
		return
	}
	var all quizFile
	doc.decode(without(doc.root, "questions"), &all)
	r.l.Misconceptions, r.l.Pools = all.Misconceptions, all.Pools
	r.l.Percent, r.l.NoScore = all.Score == "percent", all.Score == "none"
	if all.Score != "" && all.Score != "points" && !r.l.Percent && !r.l.NoScore {
		r.faults.add(doc.file, lineAt(doc.root, "score"), "score is points, percent or none, not %q", all.Score)
	}
	for _, node := range doc.entries(questions, "questions") {
		if q := doc.question(node); q != nil {
			if q.Certainty == "" && q.Scored() {
				q.Certainty = all.Certainty
			}
			r.l.Questions = append(r.l.Questions, q)
			r.quizAt = append(r.quizAt, node)
		}
	}
}

// question reads one question: the common keys into the question, the others into the body of its kind.
func (d *document) question(node *yaml.Node) *quiz.Question {
	kind := child(node, "kind")
	if kind == nil {
		d.faults.add(d.file, line(node), `"kind" is missing; it is one of %s`, strings.Join(quiz.Kinds(), ", "))
		return nil
	}
	body := quiz.NewBody(scalar(kind))
	if body == nil {
		d.faults.add(d.file, line(kind), "unknown kind %q; it is one of %s", scalar(kind), strings.Join(quiz.Kinds(), ", "))
		return nil
	}
	q := &quiz.Question{Body: body}
	common, own := fieldsOf(reflect.TypeOf(*q)), fieldsOf(reflect.TypeOf(body).Elem())
	all := map[string]field{"kind": {typ: reflect.TypeOf("")}}
	for _, set := range []map[string]field{common, own} {
		for k, f := range set {
			all[k] = f
		}
	}
	if !d.shapeStruct(node, all, "a question") || !d.fill(node, q) || !d.fill(node, body) {
		return nil
	}
	for _, f := range body.Check() {
		d.faults.add(d.file, lineAt(node, f.Path), "question %q: %s", q.ID, f.Text)
	}
	return q
}

// build puts notes into the passages and resolves questions and evidence, in every language.
func (r *lessonReader) build() {
	for _, lang := range quiz.Languages {
		page := r.pages[lang]
		if page == nil {
			continue
		}
		for i := range page.page.Blocks {
			b := page.page.Blocks[i]
			switch b.Kind {
			case "passage":
				r.annotate(page, b.Passage)
			case "question":
				b.Question = r.questionByID(b.arg)
				if b.Question == nil {
					r.faults.add(page.file, b.line, "there is no question %q in quiz.yaml; mend the id", b.arg)
				}
			}
		}
	}
	for i, q := range r.l.Questions {
		node := r.quizAt[i]
		if len(q.Evidence) == 0 {
			r.faults.add(r.quizDoc.file, lineAt(node, "evidence"), "question %q names no evidence; say which sentence proves the answer", q.ID)
		}
		r.resolve(node, "evidence", q.ID, q.Evidence)
		q.Body.Places(func(path string, list []quiz.Evidence) { r.resolve(node, path, q.ID, list) })
	}
}

func (r *lessonReader) annotate(page *pageReader, p *Passage) {
	if p.Text == "" {
		return // named where the page is read
	}
	notes := map[string]Note{}
	var marks []annot.Mark
	for i, a := range r.l.Annotations {
		if a.Passage != p.ID {
			continue
		}
		at, err := annot.Anchor(p.Text, a.Quote[page.lang], a.Prefix[page.lang], a.Suffix[page.lang])
		if err != nil {
			r.faults.add(r.annotDoc.file, lineAt(r.annotAt[i], "quote"), "annotation %q (%s): %v %s; copy the words exactly%s", a.ID, page.lang, err, p.ID, hint(err))
			continue
		}
		for _, id := range a.Sources {
			r.cited(r.annotDoc.file, lineAt(r.annotAt[i], "sources"), id)
		}
		notes[a.ID] = Note{ID: a.ID, Kind: a.Kind, Text: a.Text[page.lang], Quote: a.Quote[page.lang], Cites: page.cites(r.existing(a.Sources))}
		marks = append(marks, annot.Mark{Range: at, ID: a.ID})
	}
	if a, b, ok := annot.Overlap(marks); ok {
		r.faults.add(r.annotDoc.file, 1, "annotations %q and %q (%s) cover the same words; shorten one quote", a, b, page.lang)
		return
	}
	p.Sentences = nil
	cut := annot.Cut(p.Text, marks)
	for i, s := range cut {
		out := Sentence{ID: fmt.Sprintf("%s-%d", p.ID, i+1), Last: i == len(cut)-1}
		for _, piece := range s.Pieces {
			out.Pieces = append(out.Pieces, Piece{piece, notes[piece.Mark].Kind})
			if piece.Closes {
				out.Notes = append(out.Notes, notes[piece.Mark])
			}
		}
		p.Sentences = append(p.Sentences, out)
	}
}

func hint(err error) string {
	if err == annot.ErrAmbiguous {
		return " and add prefix or suffix"
	}
	return ""
}

func (r *lessonReader) questionByID(id string) *quiz.Question {
	for _, q := range r.l.Questions {
		if q.ID == id {
			return q
		}
	}
	return nil
}

// resolve finds the sentence behind each piece of evidence and keeps its address and its words.
func (r *lessonReader) resolve(node *yaml.Node, path, question string, list []quiz.Evidence) {
	for i := range list {
		e := &list[i]
		at := lineAt(node, fmt.Sprintf("%s[%d]", path, i))
		base := "/lessons/" + r.l.ID
		texts := r.passages[e.Passage]
		if d := r.declared[e.Passage]; texts == nil && d != nil {
			texts, base = d.Text, "/declaration"
		}
		if texts == nil && r.inDocument(e.Passage) {
			r.faults.add(r.quizDoc.file, at, "question %q: the lesson does not show passage %s of %s; add :::passage %s or mend the evidence", question, e.Passage, r.homeOf(e.Passage), e.Passage)
			continue
		}
		if texts == nil {
			r.faults.add(r.quizDoc.file, at, "question %q: there is no passage %s in this lesson or in the declaration; mend the evidence", question, e.Passage)
			continue
		}
		e.Path, e.Proof = quiz.Text{}, quiz.Text{}
		for _, lang := range quiz.Languages {
			if texts[lang] == "" {
				continue // named where the page is read
			}
			place, err := annot.Anchor(texts[lang], e.Quote[lang], "", "")
			if err != nil {
				r.faults.add(r.quizDoc.file, at, "question %q (%s): %v %s; copy the words exactly", question, lang, err, e.Passage)
				continue
			}
			sentences := annot.Sentences(texts[lang])
			n, ok := annot.SentenceOf(sentences, place)
			if !ok {
				r.faults.add(r.quizDoc.file, at, "question %q (%s): the quote runs over more than one sentence of %s; name one entry a sentence", question, lang, e.Passage)
				continue
			}
			e.Proof[lang] = strings.TrimSpace(texts[lang][sentences[n].Start:sentences[n].End])
			e.Path[lang] = fmt.Sprintf("%s#%s-%d", base, e.Passage, n+1)
		}
	}
}
