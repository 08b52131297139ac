package school

// NoteRules is how a class shares what its members have noted on the texts. The notes themselves lie with their owners.
type NoteRules struct {
	Since  int64           // Unix seconds: since when notes may be shown to it and marks are counted; 0 for not at all
	First  bool            // who has shown one of their own sees those of others, passage by passage
	Hidden map[string]bool // ids of notes that a teacher has hidden from the others
}

// MostHidden bounds how many notes a class hides.
const MostHidden = 5000

// On says whether the class shares notes.
func (r NoteRules) On() bool { return r.Since > 0 }

// Counts says whether what a member marked at a time, in Unix seconds, counts in the class's figures: they had been told
// by then that it would.
func (r NoteRules) Counts(m Member, at int64) bool {
	return r.On() && at >= r.Since && at >= m.Joined
}

// FewestTold is from how many people on it is told how many there are: fewer might be known by name.
const FewestTold = 3
