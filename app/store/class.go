package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"eberbach/app/school"
)

// Fields of a class's hash.
const (
	classFieldName     = "name"
	classFieldLevel    = "level"
	classFieldLang     = "lang"
	classFieldZone     = "zone"
	classFieldEnds     = "ends"
	classFieldCreated  = "created"
	classFieldArchived = "archived"
	classFieldCode     = "code"
	classFieldOwner    = "owner"
	classFieldHolidays = "holidays"
	classFieldAssigned = "assigned"
)

// ErrFull says that there are as many as there may be.
var ErrFull = errors.New("store: no more of them")

// casTries bounds how often a change is decided anew because another was quicker.
const casTries = 50

// classOf reads a class's hash; ErrNotFound when it is empty.
func classOf(id string, fields map[string]string) (school.Class, error) {
	if fields[classFieldOwner] == "" {
		return school.Class{}, ErrNotFound
	}
	created, err1 := strconv.ParseInt(fields[classFieldCreated], 10, 64)
	assigned, err2 := strconv.Atoi("0" + fields[classFieldAssigned])
	c := school.Class{
		ID: id, Name: fields[classFieldName], Level: fields[classFieldLevel], Lang: fields[classFieldLang], Zone: fields[classFieldZone],
		Ends: fields[classFieldEnds], Created: time.Unix(created, 0).UTC(), Archived: fields[classFieldArchived] != "",
		Code: fields[classFieldCode], Owner: fields[classFieldOwner], Assigned: assigned,
	}
	var err3 error
	if list := fields[classFieldHolidays]; list != "" {
		err3 = json.Unmarshal([]byte(list), &c.Holidays)
	}
	if err := errors.Join(err1, err2, err3); err != nil {
		return school.Class{}, fmt.Errorf("store: class %s: %w", classKey(id), err)
	}
	return c, nil
}

// settings are the fields of a class that can be changed, as they are stored.
func settings(c school.Class) ([]any, error) {
	holidays, err := json.Marshal(c.Holidays)
	if len(c.Holidays) == 0 {
		holidays = nil
	}
	archived := ""
	if c.Archived {
		archived = "1"
	}
	return []any{
		classFieldName, c.Name, classFieldLevel, c.Level, classFieldLang, c.Lang, classFieldZone, c.Zone,
		classFieldEnds, c.Ends, classFieldArchived, archived, classFieldHolidays, string(holidays),
	}, err
}

// createClass writes a class unless it is there, and returns its owner and code. Writing the owner over itself gives
// replicas something to wait for in a repeat. KEYS: class. ARGV: expiry, owner, fields and values.
var createClass = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  redis.call('EXPIREAT', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], 'owner', redis.call('HGET', KEYS[1], 'owner'))
end
return redis.call('HMGET', KEYS[1], 'owner', 'code')`)

// CreateClass stores a new class and claims its code. It may be repeated, also with another code, for the id was made once:
// what is there stays. ErrTaken: the code belongs to another class; ErrConflict: the id is another teacher's class.
func (s *Store) CreateClass(ctx context.Context, c school.Class) error {
	if err := s.claim(ctx, c.Code, c); err != nil {
		return err
	}
	fields, err := settings(c)
	if err != nil {
		return err
	}
	args := append([]any{c.Goes().Unix(), c.Owner}, fields...)
	args = append(args, classFieldCreated, c.Created.Unix(), classFieldOwner, c.Owner, classFieldCode, c.Code)
	is, err := s.run(ctx, createClass, []string{classKey(c.ID)}, args...).StringSlice()
	if err != nil {
		return failure(err)
	}
	if is[1] != c.Code { // it was there before, and has another code
		if err := s.drop(ctx, []string{joinKey(c.Code)}); err != nil {
			return err
		}
	}
	if is[0] != c.Owner {
		return ErrConflict
	}
	return s.AddTeacherClass(ctx, c.Owner, c.ID, c.Created)
}

// claimCode takes a join code for a class, unless it is another's, and returns whose it is. KEYS: the code. ARGV: class,
// expiry.
var claimCode = redis.NewScript(`
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return holder end
redis.call('SET', KEYS[1], ARGV[1])
redis.call('EXPIREAT', KEYS[1], ARGV[2])
return ARGV[1]`)

// claim takes a join code for a class; ErrTaken when it is another's.
func (s *Store) claim(ctx context.Context, code string, c school.Class) error {
	holder, err := s.run(ctx, claimCode, []string{joinKey(code)}, c.ID, c.Goes().Unix()).Text()
	if err == nil && holder != c.ID {
		return ErrTaken
	}
	return failure(err)
}

// Class returns a class: one trip.
func (s *Store) Class(ctx context.Context, id string) (school.Class, error) {
	fields, err := s.db.HGetAll(ctx, classKey(id)).Result()
	if err != nil {
		return school.Class{}, failure(err)
	}
	return classOf(id, fields)
}

// Classes returns the classes that are there, in the order of the ids: one trip.
func (s *Store) Classes(ctx context.Context, ids []string) ([]school.Class, error) {
	cmds := make([]*redis.MapStringStringCmd, len(ids))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			cmds[i] = p.HGetAll(ctx, classKey(id))
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	var out []school.Class
	for i, id := range ids {
		c, err := classOf(id, cmds[i].Val())
		if err == nil {
			out = append(out, c)
		} else if !errors.Is(err, ErrNotFound) {
			return nil, err
		}
	}
	return out, nil
}

// ClassByCode returns the class that a join code opens; ErrNotFound when it opens none, or not any more.
func (s *Store) ClassByCode(ctx context.Context, code string) (school.Class, error) {
	id, err := s.db.Get(ctx, joinKey(code)).Result()
	if err != nil {
		return school.Class{}, failure(err)
	}
	c, err := s.Class(ctx, id)
	if err == nil && c.Code != code {
		return school.Class{}, ErrNotFound
	}
	return c, err
}

// Room returns a class with its people and assignments: one trip.
func (s *Store) Room(ctx context.Context, id string) (*school.Room, error) {
	rooms, err := s.Rooms(ctx, []string{id})
	if err != nil {
		return nil, err
	}
	if len(rooms) == 0 {
		return nil, ErrNotFound
	}
	return rooms[0], nil
}

// Rooms returns the classes that are there with their people and assignments, in the order of the ids: one trip.
func (s *Store) Rooms(ctx context.Context, ids []string) ([]*school.Room, error) {
	cmds := make([]roomCmds, len(ids))
	_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			cmds[i] = roomCmds{p.HGetAll(ctx, classKey(id)), p.HGetAll(ctx, membersKey(id)), p.HGetAll(ctx, assignmentsKey(id)), p.HGetAll(ctx, staffKey(id))}
		}
		return nil
	})
	if err != nil {
		return nil, failure(err)
	}
	var out []*school.Room
	for i, id := range ids {
		r, err := cmds[i].read(id)
		if err == nil {
			out = append(out, r)
		} else if !errors.Is(err, ErrNotFound) {
			return nil, err
		}
	}
	return out, nil
}

// roomCmds are the parts of a school.Room on their way.
type roomCmds struct{ class, members, assignments, staff *redis.MapStringStringCmd }

func (cmds roomCmds) read(id string) (*school.Room, error) {
	r := &school.Room{}
	var err error
	if r.Class, err = classOf(id, cmds.class.Val()); err != nil {
		return nil, err
	}
	for learner, data := range cmds.members.Val() {
		m, err := decodeMember(id, learner, data)
		if err != nil {
			return nil, err
		}
		r.Members = append(r.Members, m)
	}
	school.SortMembers(r.Members)
	if r.Assignments, err = decodeAssignments(id, cmds.assignments.Val()); err != nil {
		return nil, err
	}
	r.Teachers = []string{r.Owner}
	var others []string
	for teacher := range cmds.staff.Val() {
		if teacher != r.Owner {
			others = append(others, teacher)
		}
	}
	slices.Sort(others)
	r.Teachers = append(r.Teachers, others...)
	return r, nil
}

// changeClass writes fields of a class that is there and moves the expiry of all its keys. KEYS: the class, then its
// others. ARGV: expiry, fields and values.
var changeClass = redis.NewScript(`
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSET', KEYS[1], unpack(ARGV, 2))
for i = 1, #KEYS do redis.call('EXPIREAT', KEYS[i], ARGV[1]) end
return 1`)

// ChangeClass stores the class's settings: name, level, language, zone, last day, holidays and whether it is archived. What
// is stored last stays. ErrNotFound: it is gone.
func (s *Store) ChangeClass(ctx context.Context, c school.Class) error {
	fields, err := settings(c)
	if err != nil {
		return err
	}
	if err := s.writeClass(ctx, c, fields); err != nil {
		return err
	}
	if c.Code == "" {
		return nil
	}
	return failure(s.db.ExpireAt(ctx, joinKey(c.Code), c.Goes()).Err())
}

func (s *Store) writeClass(ctx context.Context, c school.Class, fields []any) error {
	there, err := s.run(ctx, changeClass, classKeys(c.ID), append([]any{c.Goes().Unix()}, fields...)...).Int()
	if err == nil && there == 0 {
		return ErrNotFound
	}
	return failure(err)
}

// ChangeCode gives a class another join code, or none with ""; the old one is dead from then on. ErrTaken: the code is
// another class's.
func (s *Store) ChangeCode(ctx context.Context, c school.Class, code string) error {
	if code != "" {
		if err := s.claim(ctx, code, c); err != nil {
			return err
		}
	}
	if err := s.writeClass(ctx, c, []any{classFieldCode, code}); err != nil {
		return err
	}
	if c.Code == "" || c.Code == code {
		return nil
	}
	return s.drop(ctx, []string{joinKey(c.Code)})
}

// removeClass deletes all keys of a class. The write before it makes that a repeat has something for replicas to wait for.
// KEYS: the class, then its others.
var removeClass = redis.NewScript(`
redis.call('HSET', KEYS[1], 'name', '')
return redis.call('DEL', unpack(KEYS))`)

// DeleteClass removes a class with its members and assignments. The pupils' work stays theirs. What is cut short can be
// repeated.
func (s *Store) DeleteClass(ctx context.Context, r *school.Room) error {
	for batch := range slices.Chunk(r.Members, scanBatch) {
		_, err := s.db.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, m := range batch {
				p.HDel(ctx, membershipsKey(m.ID), r.ID)
				p.HDel(ctx, learnerKey(m.ID), movedPrefix+r.ID)
			}
			return nil
		})
		if err != nil {
			return failure(err)
		}
	}
	if r.Code != "" {
		if err := s.drop(ctx, []string{joinKey(r.Code)}); err != nil {
			return err
		}
	}
	if err := s.run(ctx, removeClass, classKeys(r.ID)).Err(); err != nil {
		return failure(err)
	}
	for _, teacher := range r.Teachers { // last, for whoever meets a class there that is gone takes it out
		if err := s.RemoveTeacherClass(ctx, teacher, r.ID); err != nil {
			return err
		}
	}
	return nil
}

// outcome runs a script that says what became of a write.
func (s *Store) outcome(ctx context.Context, script *redis.Script, keys []string, args ...any) error {
	said, err := s.run(ctx, script, keys, args...).Text()
	switch {
	case err != nil:
		return failure(err)
	case said == "gone":
		return ErrNotFound
	case said == "conflict":
		return ErrConflict
	case said == "taken":
		return ErrTaken
	case said == "full":
		return ErrFull
	}
	return nil
}
