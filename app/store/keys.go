package store

import "strings"

// This file is the only place that builds a key. Every key of one learner carries the tag {u:ID}, so that they lie on
// one slot of a cluster and one write can touch them together.

// {u:ID} hash: the learner.
// Fields: secret (hex SHA-256), created (Unix seconds), seen (YYYY-MM-DD). Owner: the learner.
// Expiry: 12 months after the day last seen.
func learnerKey(id string) string { return "{u:" + id + "}" }

// {u:ID}:p hash: where the learner stands, one field a lesson: JSON of school.Progress.
// Written together with the attempt it sums up. Owner: the learner. Expiry: as {u:ID}.
func progressKey(id string) string { return learnerKey(id) + ":p" }

// {u:ID}:l:LESSON hash: a learner's work on one lesson, one field an attempt, named by its id:
// "REV STORED", the revision and quiz.Attempt's stored form. Owner: the learner. Expiry: as {u:ID}.
func workKey(id, lesson string) string { return learnerKey(id) + ":l:" + lesson }

// workPattern matches the workKey of every learner; lessons are slugs, so nothing in it has a meaning to SCAN.
func workPattern(lesson string) string { return workKey("*", lesson) }

// learnerIn is the id in a workKey.
func learnerIn(workKey string) string {
	id, _, _ := strings.Cut(strings.TrimPrefix(workKey, "{u:"), "}")
	return id
}

// q:HASH string: one version of a question, JSON of quiz.Question. HASH is made of all that is shown and graded, so
// a value never changes. Owner: the module. Expiry: none; attempts may name it as long as they live.
func questionKey(hash string) string { return "q:" + hash }

// e:HASH string: one edition of a quiz, JSON of its lesson, its questions' hashes in order, how they
// are drawn and shown, and since when it is stored. Never changes.
// Owner: the module. Expiry: none.
func editionKey(hash string) string { return "e:" + hash }
