package lesson

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"eberbach/app/annot"
)

// quoteAt is a quote of a passage as it stands in annotations.yaml or quiz.yaml.
type quoteAt struct {
	file    string
	line    int
	id      string     // of the annotation or question that it belongs to
	passage *yaml.Node // its number
	words   *yaml.Node // in the document's language
	annot.Quote
	evidence bool // must lie in one sentence, and has no prefix
}

func (q quoteAt) String() string {
	return fmt.Sprintf("%q in %s of %q", q.Words, scalar(q.passage), q.id)
}

// change is a new value for a scalar of a file.
type change struct {
	node  *yaml.Node
	value string
}

// requote looks for every quote of the document in its new text and writes the changes that follow.
func (u *Update) requote(files fs.FS, old *Document) error {
	names, _ := fs.Glob(files, "*/annotations.yaml")
	quizzes, _ := fs.Glob(files, "*/quiz.yaml")
	for _, name := range append(names, quizzes...) {
		quotes, source, err := quotesIn(files, name, old)
		if err != nil {
			return err
		}
		var changes []change
		for _, q := range quotes {
			changes = append(changes, u.place(q, old)...)
		}
		if len(changes) == 0 {
			continue
		}
		if u.Files[name], err = rewritten(source, changes); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := u.verify(files, name, old, quotes, changes); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// place finds one quote again, reports it and returns what must be changed for it.
func (u *Update) place(q quoteAt, old *Document) []change {
	say := func(list *Faults, format string, args ...any) {
		*list = append(*list, Fault{File: q.file, Line: q.line, Text: q.String() + " " + fmt.Sprintf(format, args...)})
	}
	id := scalar(q.passage)
	was, now := old.passage(id), u.Document.passage(id)
	if was == nil {
		say(&u.Lost, "was in no passage of %q before; mend the number", old.ID)
		return nil
	}
	err := fmt.Errorf("passage %s is gone", id)
	if now != nil {
		var place annot.Place
		if place, err = annot.Reanchor(q.Quote, was.Text[old.Lang], now.Text[old.Lang]); err == nil {
			return u.inPassage(q, now.Text[old.Lang], place, say)
		}
	}
	if other := u.elsewhere(q, old); other != nil {
		say(&u.Moved, "stands in %s now", other.ID)
		return []change{{q.passage, other.ID}}
	}
	say(&u.Lost, "has lost its place: %v; look at the new text, then mend the quote or take %q away", err, q.id)
	return nil
}

// inPassage reports a quote that was found in its own passage, and what must be written so that it is found as it is
// written.
func (u *Update) inPassage(q quoteAt, text string, place annot.Place, say func(*Faults, string, ...any)) []change {
	words := text[place.Start:place.End]
	fits, err := annot.Anchor(text, words, q.Prefix, q.Suffix)
	switch _, whole := annot.SentenceOf(annot.Sentences(text), place.Range); {
	case errors.Is(err, annot.ErrAmbiguous):
		say(&u.Lost, "stands there more than once now; the one that was meant is %s; make the quote longer%s", surrounded(text, place.Range), orPrefix(q))
		return nil
	case err != nil:
		say(&u.Lost, "is still there as %s, but not between its prefix and suffix; mend them", surrounded(text, place.Range))
		return nil
	case fits != place.Range:
		say(&u.Lost, "would be found at another place than %s; make the quote longer%s", surrounded(text, place.Range), orPrefix(q))
		return nil
	case q.evidence && !whole:
		say(&u.Lost, "runs over more than one sentence now, as %s; name one entry a sentence", surrounded(text, place.Range))
		return nil
	case words == q.Words:
		say(&u.Kept, "kept its place")
		return nil
	}
	say(&u.Moved, "reads %q now (%.2f of 1; %s)", words, place.Likeness, place.Why)
	return []change{{q.words, words}}
}

func orPrefix(q quoteAt) string {
	if q.evidence {
		return ""
	}
	return " or give prefix and suffix"
}

// surrounded shows a place with the words around it.
func surrounded(text string, r annot.Range) string {
	const around = 4 // words
	before, after := strings.Fields(text[:r.Start]), strings.Fields(text[r.End:])
	before, after = before[max(0, len(before)-around):], after[:min(around, len(after))]
	return fmt.Sprintf("“%s [%s] %s”", strings.Join(before, " "), text[r.Start:r.End], strings.Join(after, " "))
}

// elsewhere is the one passage that the very words of a quote have come to, or nil. A passage that had them before is
// none: there they meant something else.
func (u *Update) elsewhere(q quoteAt, old *Document) (found *DocumentPassage) {
	for _, p := range u.Document.all() {
		if was := old.passage(p.ID); was != nil && strings.Contains(was.Text[old.Lang], q.Words) {
			continue
		}
		text := p.Text[old.Lang]
		at, err := annot.Anchor(text, q.Words, q.Prefix, q.Suffix)
		if errors.Is(err, annot.ErrAmbiguous) || err == nil && found != nil {
			return nil
		}
		if _, whole := annot.SentenceOf(annot.Sentences(text), at); err == nil && (whole || !q.evidence) {
			found = p
		}
	}
	return found
}

// quotesIn are the quotes in a file that are taken from the document's passages, and the file itself.
func quotesIn(files fs.FS, name string, d *Document) (quotes []quoteAt, source []byte, err error) {
	var faults Faults
	doc, ok := readYAML(files, name, &faults)
	if !ok {
		return nil, nil, fmt.Errorf("%v; nothing is changed before it can be read", faults[0])
	}
	source, err = fs.ReadFile(files, name)
	w := quoteWalker{file: name, letter: d.Letter, lang: d.Lang, evidence: path.Base(name) == "quiz.yaml"}
	w.walk(doc.root, "")
	return w.found, source, err
}

type quoteWalker struct {
	file, letter, lang string
	evidence           bool
	found              []quoteAt
}

// walk looks for entries with a passage and a quote, wherever a kind of question keeps them.
func (w *quoteWalker) walk(node *yaml.Node, id string) {
	for _, v := range list(node) {
		w.walk(v, id)
	}
	if own := child(node, "id"); own != nil && (id == "" || !w.evidence) {
		id = scalar(own)
	}
	passage, words := child(node, "passage"), child(child(node, "quote"), w.lang)
	if passage != nil && words != nil && strings.HasPrefix(scalar(passage), w.letter) && passageID.MatchString(scalar(passage)) {
		in := func(key string) string { return scalar(child(child(node, key), w.lang)) }
		quote := annot.Quote{Words: scalar(words), Prefix: in("prefix"), Suffix: in("suffix")}
		w.found = append(w.found, quoteAt{w.file, line(words), id, passage, words, quote, w.evidence})
	}
	for _, value := range pairs(node) {
		w.walk(value, id)
	}
}

// rewritten is a file with new values for some of its scalars and not a byte changed beside them.
func rewritten(source []byte, changes []change) ([]byte, error) {
	sorted := slices.Clone(changes)
	slices.SortFunc(sorted, func(a, b change) int { // from the end, so that the places before stay right
		return cmp.Or(b.node.Line-a.node.Line, b.node.Column-a.node.Column)
	})
	out := slices.Clone(source)
	for _, c := range sorted {
		start, end, ok := extent(out, c.node)
		if !ok {
			return nil, errUnsafe
		}
		out = slices.Concat(out[:start], []byte(quoted(c.value)), out[end:])
	}
	return out, nil
}

// extent is where a scalar stands in a file, its quotes included; false when it is not on one line in a plain way.
func extent(source []byte, scalar *yaml.Node) (start, end int, ok bool) {
	start, ok = offset(source, scalar)
	line, _, _ := bytes.Cut(source[start:], []byte("\n"))
	rest := string(line)
	length := -1
	switch scalar.Style {
	case yaml.DoubleQuotedStyle:
		length = closingQuote(rest, '"', '\\')
	case yaml.SingleQuotedStyle:
		length = closingQuote(rest, '\'', '\'')
	case 0:
		if strings.HasPrefix(rest, scalar.Value) {
			length = len(scalar.Value)
		}
	}
	return start, start + length, ok && length > 0
}

// offset is the byte of a file at which a node begins; false when there is no such place.
func offset(source []byte, node *yaml.Node) (at int, ok bool) {
	for range node.Line - 1 {
		i := bytes.IndexByte(source[at:], '\n')
		if i < 0 {
			return 0, false
		}
		at += i + 1
	}
	line, _, _ := bytes.Cut(source[at:], []byte("\n"))
	runes := []rune(string(line))
	if node.Column < 1 || node.Column > len(runes) {
		return 0, false
	}
	return at + len(string(runes[:node.Column-1])), true
}

// closingQuote is the length of a quoted scalar at the start of a line, or -1. The escape takes the next byte with it; in
// single quotes the quote itself is the escape.
func closingQuote(s string, quote, escape byte) int {
	if s == "" || s[0] != quote {
		return -1
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == escape && i+1 < len(s) && (escape != quote || s[i+1] == quote):
			i++
		case s[i] == quote:
			return i + 1
		}
	}
	return -1
}

// verify reads a rewritten file again: every quote says what it said or what was meant, and nothing else is in it.
func (u *Update) verify(files fs.FS, name string, old *Document, before []quoteAt, changes []change) error {
	after, _, err := quotesIn(overlay{files, u.Files}, name, old)
	if err != nil || len(after) != len(before) {
		return errUnsafe
	}
	for i, q := range before {
		passage, words := scalar(q.passage), q.Words
		for _, c := range changes {
			switch c.node {
			case q.passage:
				passage = c.value
			case q.words:
				words = c.value
			}
		}
		if scalar(after[i].passage) != passage || after[i].Words != words {
			return errUnsafe
		}
	}
	return nil
}
