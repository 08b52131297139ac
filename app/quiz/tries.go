package quiz

// DefaultPenalty is what each earlier try takes off the fraction, where a question says nothing else.
const DefaultPenalty = 1.0 / 3

// mostTries is how many tries a question has in Practice at most.
const mostTries = 3

// MaxTries is how many tries the question has in Practice: one more than it has hints, for a further try without a
// hint would only be guessing.
func (q *Question) MaxTries() int { return min(len(q.Hints)+1, mostTries) }

func (q *Question) penalty() float64 {
	if q.Penalty != nil {
		return *q.Penalty
	}
	return DefaultPenalty
}

// gradeTries is the fraction that tries at a question have earned: that of the last one − earlier tries x penalty,
// not below 0. Where a question has parts this is counted back for each part: what cost a part is only the tries
// before the one from which on it stayed as it is in the last.
func gradeTries(q *Question, tries []Response) float64 {
	last := tries[len(tries)-1]
	body, ok := q.Body.(Parted)
	if !ok || len(tries) == 1 {
		return round7(max(Grade(q, last)-float64(len(tries)-1)*q.penalty(), 0))
	}
	parts := body.Parts(last)
	for k := range parts {
		stable := len(tries) - 1 // the first try from which on the part is as it is now
		for stable > 0 && body.Parts(tries[stable-1])[k].Fraction == parts[k].Fraction {
			stable--
		}
		parts[k].Fraction = max(parts[k].Fraction-float64(stable)*q.penalty(), 0)
	}
	return round7(min(max(gradeParts(parts), 0), 1))
}

// responses reads the tries, oldest first.
func (ans *Answer) responses() []Response {
	list := make([]Response, len(ans.Tries))
	for i, try := range ans.Tries {
		list[i] = try.Response()
	}
	return list
}
