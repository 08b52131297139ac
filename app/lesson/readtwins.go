package lesson

import (
	"eberbach/app/quiz"
)

// readTwins reads the questions in other words, where there are any.
func (r *lessonReader) readTwins(id string) {
	file := join(id, "twins.yaml")
	if !exists(r.files, file) {
		return
	}
	doc, ok := readYAML(r.files, file, &r.faults)
	if !ok {
		return
	}
	r.l.Twins = map[string]*quiz.Question{}
	for _, node := range doc.entries(doc.root, "twins.yaml") {
		var t quiz.Twin
		if !doc.decode(node, &t) {
			continue
		}
		at := lineAt(node, "question")
		q := r.questionByID(t.Question)
		switch {
		case q == nil:
			r.faults.add(doc.file, at, "there is no question %q in quiz.yaml; mend the id", t.Question)
			continue
		case !q.Scored():
			r.faults.add(doc.file, at, "question %q is not graded and never reviewed; take its twin away", t.Question)
			continue
		case r.l.Twins[t.Question] != nil:
			r.faults.add(doc.file, at, "question %q has two twins; leave one", t.Question)
			continue
		}
		for _, lang := range quiz.Languages {
			if t.Stem[lang] == q.Stem[lang] {
				r.faults.add(doc.file, lineAt(node, "stem"), "the twin of %q asks in the very words of the question (%s); reword its stem", t.Question, lang)
			}
		}
		twin, err := q.Reworded(t)
		if err != nil {
			r.faults.add(doc.file, line(node), "the twin of %q does not fit it: %v", t.Question, err)
			continue
		}
		if text := q.Turned(twin); text != "" {
			r.faults.add(doc.file, line(node), "the twin of %q says “%s”, which the question has as something else; what is right there would be wrong here, so use other words", t.Question, text)
			continue
		}
		r.l.Twins[t.Question] = twin
	}
}

// readTeacher reads the teacher's page, where there is one.
func (r *lessonReader) readTeacher(id string) {
	r.l.Teacher = r.bothLanguages(join(id, "teacher."), ".md", r.doc.file)
}
