package quiz

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/json"
	"slices"
)

// Pool is a set of questions of which each attempt asks some.
type Pool struct {
	ID   string `json:"id"`
	Take int    `json:"take"` // how many of its questions an attempt asks
}

// Edition is the version of a whole quiz: the questions of a lesson in their order.
type Edition struct {
	Lesson    string
	Questions []*Question
	Pools     []Pool
	Percent   bool   // results are shown in percent, not in points
	NoScore   bool   // right and wrong are shown, but nothing is counted
	Missed    bool   // for attempts at what was missed: questions, and after them the same ones in other words
	ID        string // the hash, where it has been worked out already
	Since     int64  // when it was first stored, Unix milliseconds; no part of the hash
}

// Named is the edition with its hash worked out.
func (e Edition) Named() Edition { return e.NamedBy(e.Hashes()) }

// NamedBy is Named where the hashes of the questions are known, in their order.
func (e Edition) NamedBy(hashes []string) Edition {
	e.ID = e.hash(hashes)
	return e
}

// Hash names the edition by its lesson, the versions of its questions, and how they are drawn and shown.
func (e Edition) Hash() string {
	if e.ID != "" {
		return e.ID
	}
	return e.hash(e.Hashes())
}

func (e Edition) hash(hashes []string) string {
	data, _ := json.Marshal(hashes) // strings and numbers always have a JSON form
	if len(e.Pools) > 0 || e.Percent {
		more, _ := json.Marshal(map[string]any{"pools": e.Pools, "percent": e.Percent})
		data = append(data, more...)
	}
	if e.NoScore {
		data = append(data, "no score"...)
	}
	if e.Missed {
		data = append(data, "missed"...)
	}
	return hash(append([]byte(e.Lesson+"\x00"), data...))
}

// Hashes are the questions' hashes in the quiz's order.
func (e Edition) Hashes() []string {
	list := make([]string, len(e.Questions))
	for i, q := range e.Questions {
		list[i] = q.Hash()
	}
	return list
}

// Index is the place of the question with this id, or -1.
func (e Edition) Index(id string) int {
	return slices.IndexFunc(e.Questions, func(q *Question) bool { return q.ID == id })
}

// draw chooses the questions of one attempt: all that are in no pool, and of each pool the ones met least, then by
// SHA-256 of seed and id. The places are in the edition's order; nil when there is nothing to choose.
func (e Edition) draw(seed string, seen map[string]int) []int {
	if len(e.Pools) == 0 {
		return nil
	}
	drawn := []int{}
	pools := map[string][]int{}
	for i, q := range e.Questions {
		if e.pool(q.Pool) == nil {
			drawn = append(drawn, i)
		} else {
			pools[q.Pool] = append(pools[q.Pool], i)
		}
	}
	for id, places := range pools {
		rank := func(i int) []byte {
			sum := sha256.Sum256([]byte(seed + "\x00" + id + "\x00" + e.Questions[i].ID))
			return sum[:]
		}
		slices.SortStableFunc(places, func(a, b int) int {
			return cmp.Or(cmp.Compare(seen[e.Questions[a].ID], seen[e.Questions[b].ID]), bytes.Compare(rank(a), rank(b)))
		})
		drawn = append(drawn, places[:min(e.pool(id).Take, len(places))]...)
	}
	slices.Sort(drawn)
	return drawn
}

func (e Edition) pool(id string) *Pool {
	for i := range e.Pools {
		if e.Pools[i].ID == id && id != "" {
			return &e.Pools[i]
		}
	}
	return nil
}
