package quiz

// Guessed is a Body of which it is known what blind guessing earns.
type Guessed interface {
	// Guess is the fraction 0..1 that somebody earns on average who answers all of it at random at the first try, each
	// whole answer as likely as any other. What is to be typed stays open. False: nobody has worked it out.
	Guess() (fraction float64, known bool)
}

// GuessScore is what guessing earns of the question's mark on average, a fraction 0..1 as Grade gives it; false where
// that is not known, or nothing can be earned. Where marks follow certainty a guesser is taken to say "unsure": then a
// wrong answer costs nothing, and a right one earns a third.
func GuessScore(q *Question) (fraction float64, known bool) {
	body, ok := q.Body.(Guessed)
	if !ok || !q.Scored() {
		return 0, false
	}
	fraction, known = body.Guess()
	if q.Certainty == CertaintyMarks {
		fraction = Unsure.Mark(fraction) / mostCertaintyMark
	}
	return fraction, known
}

// guessOne is what one option of several earns on average.
func guessOne(options []Option) float64 {
	if len(options) == 0 {
		return 0
	}
	sum := 0.0
	for i := range options {
		sum += options[i].earns()
	}
	return sum / float64(len(options))
}

// guessSome is the mean of max(hits − wrong, 0) / right over all choices of one thing or more.
func guessSome(right, wrong int) float64 {
	if right == 0 {
		return 0
	}
	sum, all := 0.0, -1.0 // without the empty choice
	for hits := range right + 1 {
		for misses := range wrong + 1 {
			ways := binomial(right, hits) * binomial(wrong, misses)
			all += ways
			sum += ways * float64(max(hits-misses, 0))
		}
	}
	return sum / all / float64(right)
}

// binomial is n over k.
func binomial(n, k int) float64 {
	ways := 1.0
	for i := range k {
		ways = ways * float64(n-i) / float64(i+1)
	}
	return ways
}

// guessPairs is what prompts earn on average when each gets one of the answers.
func guessPairs(prompts, answers int) float64 {
	if prompts == 0 || answers == 0 {
		return 0
	}
	return 1 / float64(answers)
}
