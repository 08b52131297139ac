package store

import (
	"strings"

	"eberbach/app/school"
)

// This file is the only place that builds a key. Every key of one learner carries the tag {u:ID}, every key of one class
// {c:ID}, every key of one teacher {t:ID}, so that they lie on one slot of a cluster and one write can touch them together.

// {u:ID} hash: the learner.
// Fields: secret (hex SHA-256), created (Unix seconds), seen (YYYY-MM-DD), gone (deletion has begun), code (hash of the
// recovery code), calendar ("NONCE HASH": what the address of the calendar is made of, and its hash), d:HASH of a further
// browser's secret (Unix seconds since when, and the only class it sees), m:CLASS (the learner who has the work for the
// class now, and whether this one has been told).
// Owner: the learner. Expiry: 12 months after the day last seen.
func learnerKey(id string) string { return "{u:" + id + "}" }

// {u:ID}:p hash: where the learner stands, one field a task: school.Progress's stored form.
// Written together with the attempt it sums up. Owner: the learner. Expiry: as {u:ID}.
func progressKey(id string) string { return learnerKey(id) + ":p" }

// {u:ID}:l:TASK hash: a learner's work on one task, one field an attempt, named by its id:
// "REV STORED", the revision and quiz.Attempt's stored form. Owner: the learner. Expiry: as {u:ID}.
func workKey(id, task string) string { return learnerKey(id) + ":l:" + task }

// workPattern matches the workKey of every learner for the lesson's tasks, and for those of lessons whose ids begin with
// it; lessons are slugs, so nothing in it has a meaning to SCAN.
func workPattern(lesson string) string { return workKey("*", lesson) + "*" }

// placeIn is the learner and task in a workKey.
func placeIn(workKey string) (Place, bool) {
	id, _, _ := strings.Cut(strings.TrimPrefix(workKey, "{u:"), "}")
	text, _ := taskIn(workKey)
	task, ok := school.ParseTask(text)
	return Place{id, task}, ok
}

// taskIn is the task in a workKey, as it stands there; not ok: it is no such key.
func taskIn(key string) (task string, ok bool) {
	_, task, ok = strings.Cut(key, "}:l:")
	return task, ok
}

// {u:ID}:c hash: the classes a learner has joined, one field a class: JSON of school.Membership. The class has the other
// half; both say that somebody is in it. Owner: the learner. Expiry: as {u:ID}.
func membershipsKey(id string) string { return learnerKey(id) + ":c" }

// {u:ID}:n hash: what teachers say to a learner, one field an attempt for a class, named by its id: JSON of school.Comment.
// Owner: the learner, whom alone it is shown to beside the class's teachers. Expiry: as {u:ID}.
func commentsKey(id string) string { return learnerKey(id) + ":n" }

// {u:ID}:h hash: the learner's own notes on the texts, one field a note, named by its id: JSON of its kind, lesson or
// declaration, language, piece of text and its hash, the words that are marked with those around them and their place, what
// the learner has written, when it was made and changed, and the classes that it is shown to.
// Owner: the learner, whom alone it is shown to beside those classes. Expiry: as {u:ID}.
func notesKey(id string) string { return learnerKey(id) + ":h" }

// {u:ID}:refs set: keys elsewhere that point to the learner, to be removed with them. Written before those are.
// Owner: the learner. Expiry: as {u:ID}.
func refsKey(id string) string { return learnerKey(id) + ":refs" }

// {u:ID}:r hash: what a learner has in review. Fields: LESSON/QUESTION of a card (review.Card's stored form), =LESSON/QUESTION
// of an answer of the day ("REP CERTAINTY VARIANT SENT"), day ("DAY DONE DONENEW", and how many were answered on it), zone
// (IANA name), rev (counts the changes). Owner: the learner. Expiry: as {u:ID}.
func reviewKey(id string) string { return learnerKey(id) + ":r" }

// {u:ID}:gone string: the learner was deleted, and a restore of what was saved before must not bring them back. It is there
// when all their other keys are gone, and says nothing but the id. Owner: the learner.
// Expiry: 12 months after the deletion; by then everything of theirs that may be saved somewhere has expired, too.
func deletedKey(id string) string { return learnerKey(id) + ":gone" }

// rc:HASH string: "LEARNER CLASS", whom the recovery code with the hash lets in, and the only class it shows; no class for
// everything. It counts only while the learner's own keys name the hash, so a code that was replaced is dead.
// Owner: the learner. Expiry: as {u:ID}.
func recoveryKey(hash string) string { return "rc:" + hash }

// ic:HASH string: id of the learner whose days in review the calendar at the address with the hash says. It counts only
// while the learner's own keys name the hash. Owner: the learner. Expiry: as {u:ID}.
func calendarKey(hash string) string { return "ic:" + hash }

// {c:ID} hash: a class. Fields: name, level, lang, zone, ends (YYYY-MM-DD), created (Unix seconds), archived, code (to
// join by), owner (teacher), holidays (JSON), assigned (assignments so far).
// Owner: its teachers. Expiry: 30 days after its last day.
func classKey(id string) string { return "{c:" + id + "}" }

// {c:ID}:m hash: its members, one field a learner: JSON of school.Member. Owner: its teachers, and of the pseudonym the
// learner. Expiry: as {c:ID}.
func membersKey(id string) string { return classKey(id) + ":m" }

// {c:ID}:n hash: the learner of each pseudonym, by the folded name, so that no two are alike. Owner and expiry: as
// {c:ID}:m.
func namesKey(id string) string { return classKey(id) + ":n" }

// {c:ID}:a hash: its assignments. Fields: a number, JSON of school.Assignment; k:KEY of the form that made one, its number.
// Owner: its teachers. Expiry: as {c:ID}.
func assignmentsKey(id string) string { return classKey(id) + ":a" }

// {c:ID}:t hash: its teachers besides the owner, by id: since when, Unix seconds. Owner: its teachers. Expiry: as {c:ID}.
func staffKey(id string) string { return classKey(id) + ":t" }

// {c:ID}:i hash: invitations to teach it, by the hash of the secret in their link: until when, Unix seconds.
// Owner: its teachers. Expiry: as {c:ID}.
func staffInvitesKey(id string) string { return classKey(id) + ":i" }

// {c:ID}:h hash: how the class shares notes on the texts. Fields: on (since when, Unix seconds), first (one's own comes
// before those of others), -NOTE of a hidden note (when it was, Unix seconds). What is noted lies with the learners.
// Owner: its teachers. Expiry: as {c:ID}.
func classNotesKey(id string) string { return classKey(id) + ":h" }

// classKeys are all keys of a class that carry its tag.
func classKeys(id string) []string {
	return []string{classKey(id), membersKey(id), namesKey(id), assignmentsKey(id), staffKey(id), staffInvitesKey(id), classNotesKey(id)}
}

// j:CODE string: the class that the code lets join. It counts only while the class names the code.
// Owner: the class's teachers. Expiry: as {c:ID}.
func joinKey(code string) string { return "j:" + code }

// q:HASH string: one version of a question, JSON of quiz.Question. HASH is made of all that is shown and graded, so
// a value never changes. Owner: the module. Expiry: none; attempts may name it as long as they live.
func questionKey(hash string) string { return "q:" + hash }

// e:HASH string: one edition of a quiz, JSON of its lesson, its questions' hashes in order, how they
// are drawn and shown, and since when it is stored. Never changes.
// Owner: the module. Expiry: none.
func editionKey(hash string) string { return "e:" + hash }

// x:HASH string: one version of a piece of text that somebody has noted something on. Never changes.
// Owner: the module. Expiry: none; notes may name it as long as they live.
func textKey(hash string) string { return "x:" + hash }

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

// demo hash: what the demo has made, so that it can be taken away. Fields: class and learners, each with the JSON that the
// ids of what was made follow from. Owner: the program. Expiry: none; it goes with the demo.
func demoKey() string { return "demo" }

// restore hash: a restore that has begun and not come to its end. Fields: backup (id of the backup), begun (Unix seconds).
// Owner: the program. Expiry: none; it goes when the restore is done.
func restoreKey() string { return "restore" }

// live:CLASS is no key but a channel of PUBLISH: something about the class has changed, look again. A message has no
// content. A cluster hands it to all its nodes, wherever it was sent.
func liveChannel(class string) string { return livePrefix + class }

const livePrefix = "live:"

func classOfChannel(channel string) string { return strings.TrimPrefix(channel, livePrefix) }

// kind is what the keys that one function above makes have in common.
type kind struct {
	value byte // what lies there: hashValue, setValue or textValue
	taken taken
}

// taken says how a backup takes the keys of a kind.
type taken int

const (
	ownersKey   taken = iota // {x:ID} itself: together with all others of its tag
	withOwner                // together with {x:ID}
	afterOwners              // by itself, after all owners
	never
)

// kinds are all kinds of keys, by what shapeOf makes of them. A backup has neither the salts of the days nor what is
// counted under them: kept in a file, a salt would outlive the promise that nobody can tell whose address a hash was.
var kinds = map[string]kind{
	"{u:ID}": {hashValue, ownersKey}, "{u:ID}:p": {hashValue, withOwner}, "{u:ID}:l:": {hashValue, withOwner},
	"{u:ID}:c": {hashValue, withOwner}, "{u:ID}:n": {hashValue, withOwner}, "{u:ID}:refs": {setValue, withOwner}, "{u:ID}:r": {hashValue, withOwner},
	"{u:ID}:h": {hashValue, withOwner}, "{c:ID}:h": {hashValue, withOwner},
	"{c:ID}": {hashValue, ownersKey}, "{c:ID}:m": {hashValue, withOwner}, "{c:ID}:n": {hashValue, withOwner},
	"{c:ID}:a": {hashValue, withOwner}, "{c:ID}:t": {hashValue, withOwner}, "{c:ID}:i": {hashValue, withOwner},
	"{t:ID}": {hashValue, ownersKey}, "{t:ID}:s": {hashValue, withOwner}, "{t:ID}:c": {setValue, withOwner},

	"{u:ID}:gone": {textValue, afterOwners}, "rc:": {textValue, afterOwners}, "ic:": {textValue, afterOwners}, "j:": {textValue, afterOwners},
	"q:": {textValue, afterOwners}, "e:": {textValue, afterOwners}, "x:": {textValue, afterOwners}, "tn:": {textValue, afterOwners}, "ti:": {hashValue, afterOwners},
	"demo": {hashValue, afterOwners},

	"ls:": {textValue, never}, "lf:": {textValue, never}, "restore": {hashValue, never},
}

// shapeOf is what all keys of a kind have in common: with a tag all but its id and a task, else what comes before the
// first colon.
func shapeOf(key string) string {
	if tag, rest, ok := strings.Cut(key, "}"); ok && len(tag) > len("{x:") && tag[0] == '{' && tag[2] == ':' {
		if strings.HasPrefix(rest, ":l:") {
			rest = ":l:"
		}
		return tag[:len("{x:")] + "ID}" + rest
	}
	if i := strings.IndexByte(key, ':'); i >= 0 {
		return key[:i+1]
	}
	return key
}

// kindOf is the kind of a key; not ok: it is none of ours.
func kindOf(key string) (k kind, ok bool) {
	k, ok = kinds[shapeOf(key)]
	return k, ok
}

// ownerOf takes a key with a tag apart into the owner's key and id.
func ownerOf(key string) (owner, id string) {
	tag, _, _ := strings.Cut(key, "}")
	return tag + "}", tag[len("{x:"):]
}

// ownedKeys are all keys of an owner, whose own is the first; tasks are those that a learner has worked on.
func ownedKeys(owner, id string, tasks []string) []string {
	switch owner {
	case learnerKey(id):
		return learnerKeys(id, tasks)
	case classKey(id):
		return classKeys(id)
	}
	return []string{teacherKey(id), sessionsKey(id), teacherClassesKey(id)}
}
