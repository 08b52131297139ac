package lesson

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"eberbach/app/annot"
)

// Update is what a later version of a text does to its document and to the quotes that lessons take from it.
type Update struct {
	Brought
	Passages []string // what happened to each passage that is not as it was
	Kept     Faults   // quotes that stand where they stood, in the same words
	Moved    Faults   // quotes whose place or words are others; the change is in Files
	Lost     Faults   // quotes that have no place any more, and how to mend it
}

// UpdateText brings a later version of a document's text. Passages that are the same or nearly the same (annot.Match)
// keep their numbers wherever they stand; new ones get new numbers, and those of passages that are gone are never given
// again. Nothing is lost that the author wrote: translations stay with their passages and are marked where the text
// beside them changed. With ErrRefused, Notes are why.
func UpdateText(files fs.FS, f Foreign) (*Update, error) {
	b := bring(f)
	var old *Document
	for _, d := range documentsIn(files) {
		if d.ID == f.Source.ID {
			old = d
		}
	}
	if old == nil {
		b.refuse(1, "--id %q: there is no document of this name that can be read; see check, or leave --update out to make one", f.Source.ID)
	}
	if f.Source.Title+f.Source.Publisher+f.Source.URL+f.Source.Date+f.Source.Lang != "" {
		b.refuse(1, "--update changes the text alone; change title, publisher, url, date and language in the files")
	}
	if len(b.refusals) > 0 {
		return &Update{Brought: Brought{Notes: b.refusals}}, ErrRefused
	}
	u := &Update{Brought: Brought{Notes: b.notes, Files: map[string][]byte{}}}
	if err := u.renumber(old, b); err != nil {
		return nil, err
	}
	if err := u.requote(files, old); err != nil {
		return nil, err
	}
	u.Files[old.file()] = writeDocument(u.Document)
	return u, u.sound(files)
}

// renumber makes the new document out of the old one and the new text.
func (u *Update) renumber(old *Document, b *brought) error {
	before := old.all()
	now := passageTexts(b.parts)
	kin := annot.Match(texts(before, old.Lang), now)
	d := &Document{ID: old.ID, Letter: old.Letter, Lang: old.Lang, Source: old.Source, Gone: slices.Clone(old.Gone)}
	d.Groups = b.groups(d.Lang, func(i int) DocumentPassage {
		if kin[i].Old < 0 {
			return DocumentPassage{}
		}
		return goesOn(before[kin[i].Old], now[i], d.Lang)
	})
	u.Document = d
	u.report(before, kin, b)
	keepTitles(old, d)
	if last := number(d, lastNumber(old)); last > maxPassages {
		return fmt.Errorf("%s: the numbers of its passages would go up to %d, and they end at %d; make a new document of this text", old.file(), last, maxPassages)
	}
	for i, p := range d.all() {
		if kin[i].Old < 0 {
			u.tell("%s:%d: %s is new", b.file, lineOfPassage(b.parts, i), p.ID)
		}
	}
	return nil
}

// goesOn is what a passage keeps of its earlier version; its translations are marked when its text has changed.
func goesOn(p *DocumentPassage, now, lang string) DocumentPassage {
	out := DocumentPassage{ID: p.ID, Text: p.Text, Changed: slices.Clone(p.Changed)}
	for other := range p.Text {
		if norm.NFC.String(p.Text[lang]) != now && other != lang && !slices.Contains(out.Changed, other) {
			out.Changed = append(out.Changed, other)
		}
	}
	slices.Sort(out.Changed)
	return out
}

// report says which passages changed, moved or went.
func (u *Update) report(before []*DocumentPassage, kin []annot.Kin, b *brought) {
	met := map[int]bool{}
	var order []int
	for i, k := range kin {
		if k.Old < 0 {
			continue
		}
		met[k.Old], order = true, append(order, k.Old)
		if k.Alike < 1 {
			u.tell("%s:%d: %s is nearly the same (%.2f of 1)", b.file, lineOfPassage(b.parts, i), before[k.Old].ID, k.Alike)
		}
	}
	stayed := longestRising(order)
	for i, k := range kin {
		if k.Old >= 0 && !stayed[k.Old] {
			u.tell("%s:%d: %s has moved", b.file, lineOfPassage(b.parts, i), before[k.Old].ID)
		}
	}
	for i, p := range before {
		if !met[i] {
			u.Document.Gone = append(u.Document.Gone, p.ID)
			u.tell("%s:%d: %s is gone", u.Document.file(), p.line, p.ID)
		}
	}
}

func (u *Update) tell(format string, args ...any) {
	u.Passages = append(u.Passages, fmt.Sprintf(format, args...))
}

// longestRising are as many of the numbers as possible that follow each other in rising order: what stayed, when the
// others moved.
func longestRising(list []int) map[int]bool {
	length, from, end := make([]int, len(list)), make([]int, len(list)), -1
	for i := range list {
		length[i], from[i] = 1, -1
		for j := range i {
			if list[j] < list[i] && length[j]+1 > length[i] {
				length[i], from[i] = length[j]+1, j
			}
		}
		if end < 0 || length[i] > length[end] {
			end = i
		}
	}
	out := map[int]bool{}
	for ; end >= 0; end = from[end] {
		out[list[end]] = true
	}
	return out
}

func texts(list []*DocumentPassage, lang string) (out []string) {
	for _, p := range list {
		out = append(out, p.Text[lang])
	}
	return out
}

func passageTexts(parts []textPart) (out []string) {
	for _, p := range parts {
		if p.level == 0 {
			out = append(out, p.text)
		}
	}
	return out
}

// lineOfPassage is where the passage with the number, from 0, begins in the text.
func lineOfPassage(parts []textPart, n int) int {
	for _, p := range parts {
		if p.level > 0 {
			continue
		}
		if n == 0 {
			return p.line
		}
		n--
	}
	return 1
}

// lastNumber is the highest number that was ever given in a document.
func lastNumber(d *Document) (last int) {
	ids := slices.Clone(d.Gone)
	for _, p := range d.all() {
		ids = append(ids, p.ID)
	}
	for _, id := range ids {
		if n, err := strconv.Atoi(id[min(len(id), 1):]); err == nil {
			last = max(last, n)
		}
	}
	return last
}

// keepTitles gives headings that are still there the translations that they had.
func keepTitles(old, d *Document) {
	for i, g := range d.Groups {
		for _, was := range old.Groups {
			if g.Title[d.Lang] == was.Title[d.Lang] && len(g.Title) > 0 {
				d.Groups[i].Title = was.Title
			}
		}
	}
}

// errUnsafe is a file whose quotes cannot be changed without changing anything else in it.
var errUnsafe = errors.New("its quotes cannot be changed by this program; write each of them in double quotes on one line and bring the text again")
