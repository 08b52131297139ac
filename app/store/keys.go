package store

import "strings"

// This file is the only place that builds a key. Every key of one learner carries the tag {u:ID}, and every key of one
// teacher {t:ID}, so that they lie on one slot of a cluster and one write can touch them together.

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

// {t:ID} hash: a teacher's account.
// Fields: name, pass (argon2id), created (Unix seconds), lang, seen (YYYY-MM-DD), code:HASH (a recovery code that is
// left, of school.HashCode), codes ("SESSION UNIX", new recovery codes may be shown to that session), reset ("HASH UNIX",
// a reset link and its end), gone (deletion has begun). Owner: the teacher.
// Expiry: school.TeacherKept after the day last seen; until the user name is theirs, and while it is deleted, a day.
func teacherKey(id string) string { return "{t:" + id + "}" }

// {t:ID}:s hash: the browsers in which the teacher is signed in, one field a session, named by its id:
// "SEEN CREATED HASH DEVICE", day last used, Unix seconds, hash of the secret. Owner: the teacher.
// Expiry: school.SessionKept after the last of them was used.
func sessionsKey(id string) string { return teacherKey(id) + ":s" }

// {t:ID}:c set: ids of the classes that the teacher belongs to. Owner: the teacher. Expiry: as {t:ID}.
func teacherClassesKey(id string) string { return teacherKey(id) + ":c" }

// tn:NAME string: id of the teacher with the user name, which is a school.NameKey. Owner: the teacher.
// Expiry: as {t:ID}; for the seconds of a sign-up, see CreateTeacher.
func teacherNameKey(name string) string { return "tn:" + name }

// ti:HASH hash: an invitation to sign up, under the school.HashCode of its code.
// Fields: created (Unix seconds), by (id of the account that is made with it), at (since when, Unix seconds).
// Owner: whoever has the code. Expiry: school.InviteKept.
func inviteKey(hash string) string { return "ti:" + hash }

// ls:DAY string: random bytes that the addresses in limitKey are hashed with on that day. Owner: the program.
// Expiry: two days; then nobody can tell any more whose address a hash was.
func saltKey(day string) string { return "ls:" + day }

// lf:KIND:HASH string: how often somebody has failed at something of that kind; HASH is the day's HMAC of an account
// or a network address. Owner: the program. Expiry: 15 minutes after the first failure.
func limitKey(kind, hash string) string { return "lf:" + kind + ":" + hash }
