package web

import (
	"errors"
	"slices"
	"strconv"

	"eberbach/app/annot"
	"eberbach/app/quiz"
	"eberbach/app/school"
)

// readNote reads a note from a form; one without an id is to be mended, and the page says how.
func (r *request) readNote(source string, u annot.Unit, form quiz.Response) (n annot.Note, p *NotePage, err error) {
	if p, err = r.notePage(source, u); err != nil {
		return n, p, err
	}
	p.Seed = seedOf(form)
	p.NoteForm = r.readNoteForm(form)
	place, chosen := p.readPlace(form)
	p.choose(chosen)
	p.NoteForm.Page = p.Page
	if p.Message+p.SentenceFault+p.WordsFault != "" {
		return n, p, nil
	}
	n = annot.Note{Kind: p.Kind, Source: source, Lang: r.lang, Unit: u.ID, Of: p.Of, Selector: annot.Select(u.Text, place), Words: p.Words, Made: r.now.Unix()}
	from, err := school.Drawn(p.Seed, "note")
	if err == nil {
		n.ID, err = school.NewID(from)
	}
	return n, p, err
}

// readNoteForm reads kind and words, and says what is wrong with them. Words with a highlight make it a note.
func (r *request) readNoteForm(form quiz.Response) NoteForm {
	f := NoteForm{Page: r.page("", "own.all"), Kind: annot.Kind(typed(form, kindField)), Words: annot.Clean(typed(form, wordsField))}
	if !slices.Contains(annot.Kinds, f.Kind) {
		f.Kind = annot.Highlight
	}
	if f.Kind == annot.Highlight && f.Words != "" {
		f.Kind = annot.Comment
	}
	switch {
	case f.Kind == annot.Comment && f.Words == "":
		f.WordsFault = f.T("own.no_words")
	case annot.TooLong(f.Words):
		f.WordsFault = f.T("own.too_long", "Most", annot.MostWords)
	}
	return f
}

// readPlace is the stretch of the text that a form means, and the numbers of the sentences that are chosen in it.
func (p *NotePage) readPlace(form quiz.Response) (place annot.Range, chosen []int) {
	if typed(form, exactField) != "" {
		return p.readSelection(form), nil
	}
	sentences := p.Unit.Sentences()
	for _, v := range form[sentenceField] {
		if n, err := strconv.Atoi(v); err == nil && n >= 0 && n < len(sentences) {
			chosen = append(chosen, n)
		}
	}
	if !p.Several() {
		chosen = []int{0}
	}
	switch {
	case typed(form, ofField) != p.Of:
		p.Message = p.T("own.changed")
		return place, nil
	case len(chosen) == 0:
		p.SentenceFault = p.T("own.no_sentence")
		return place, nil
	}
	place = annot.Range{Start: sentences[slices.Min(chosen)].Start, End: sentences[slices.Max(chosen)].End}
	for n := slices.Min(chosen); n <= slices.Max(chosen); n++ { // what lies between belongs to it
		chosen = append(chosen, n)
	}
	return p.bounded(trimmed(p.Unit.Text, place)), chosen
}

// readSelection is the stretch that the script has sent.
func (p *NotePage) readSelection(form quiz.Response) annot.Range {
	start, err1 := strconv.Atoi(typed(form, startField))
	end, err2 := strconv.Atoi(typed(form, endField))
	if errors.Join(err1, err2) != nil {
		start, end = -1, -1
	}
	s := annot.Selector{Quote: annot.Quote{Words: typed(form, exactField), Prefix: typed(form, prefixField), Suffix: typed(form, suffixField)}, Start: start, End: end}
	place, err := s.Locate(p.Unit.Text)
	if err != nil {
		p.Message = p.T("own.changed")
		return place
	}
	return p.bounded(place)
}

func (p *NotePage) bounded(place annot.Range) annot.Range {
	if start, end := annot.Points(p.Unit.Text, place); end-start > annot.MostQuote {
		p.SentenceFault = p.T("own.too_much")
	}
	return place
}
