package lesson

import (
	"slices"

	"eberbach/app/quiz"
)

// Edition is the lesson's quiz as it is now, with the part's own questions and those of no part.
func (l *Lesson) Edition(part string) quiz.Edition { return l.edition(part, false) }

// Reserved is the part's quiz for a Test: the questions that Practice and review never show. It may be empty.
func (l *Lesson) Reserved(part string) quiz.Edition { return l.edition(part, true) }

// Missed is what attempts at missed questions draw from: the scored questions of Practice, of all parts, and after them
// their twins, so that an attempt can ask either wording of each.
func (l *Lesson) Missed() quiz.Edition {
	e := quiz.Edition{Lesson: l.ID, Percent: l.Percent, NoScore: l.NoScore, Missed: true}
	var twins []*quiz.Question
	for _, q := range l.Questions {
		if q.Reserve || !q.Scored() {
			continue
		}
		e.Questions = append(e.Questions, q)
		if twin := l.Twins[q.ID]; twin != nil {
			twins = append(twins, twin)
		}
	}
	e.Questions = append(e.Questions, twins...)
	return l.named(e)
}

// Editions are all that attempts at the lesson can be begun with now: of each part the quiz to practise and the one for a
// Test, and the one for missed questions.
func (l *Lesson) Editions() (list []quiz.Edition) {
	for _, part := range l.Parts() {
		list = append(list, l.Edition(part), l.Reserved(part))
	}
	list = append(list, l.Missed())
	return slices.DeleteFunc(list, func(e quiz.Edition) bool { return len(e.Questions) == 0 })
}

func (l *Lesson) edition(part string, reserve bool) quiz.Edition {
	e := quiz.Edition{Lesson: l.ID, Percent: l.Percent, NoScore: l.NoScore, Questions: l.asked(part, reserve)}
	pools := map[string]bool{}
	for _, q := range e.Questions {
		pools[q.Pool] = true
	}
	for _, p := range l.Pools {
		if pools[p.ID] {
			e.Pools = append(e.Pools, p)
		}
	}
	return l.named(e)
}

// asked are the questions of a part, those of Practice or those kept for a Test.
func (l *Lesson) asked(part string, reserve bool) (list []*quiz.Question) {
	for _, q := range l.Questions {
		if (q.Section == "" || q.Section == part) && q.Reserve == reserve {
			list = append(list, q)
		}
	}
	return list
}

// named is the edition with its hash. Each question is in several editions, and was hashed when it was read.
func (l *Lesson) named(e quiz.Edition) quiz.Edition {
	hashes := make([]string, len(e.Questions))
	for i, q := range e.Questions {
		var known bool
		if hashes[i], known = l.hashes[q]; !known {
			hashes[i] = q.Hash()
		}
	}
	return e.NamedBy(hashes)
}

// hash works out the hashes of all questions and their twins.
func (l *Lesson) hash() {
	l.hashes = map[*quiz.Question]string{}
	for _, q := range l.Questions {
		l.hashes[q] = q.Hash()
	}
	for _, q := range l.Twins {
		l.hashes[q] = q.Hash()
	}
}
