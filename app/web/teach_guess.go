package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"eberbach/app/school"
)

// How often somebody may fail within 15 minutes. A school is one address, and all of it may sign in in one break: only
// failures count.
const (
	accountFailures = 10
	addressFailures = 50
)

// Hashing a passphrase takes 64 MiB, so few run at once and the others wait for a while.
const hashesAtOnce = 2

// hashPatience is for how long.
const hashPatience = 8 * time.Second

var errBusy = errors.New("web: too many passphrases are being checked")

// limitError says that somebody has failed too often and may go on after a while.
type limitError struct{ wait time.Duration }

func (e *limitError) Error() string { return fmt.Sprintf("web: failed too often, again in %v", e.wait) }

// minutes is the wait in whole minutes, as it is told.
func (e *limitError) minutes() int { return int((e.wait + time.Minute - 1) / time.Minute) }

// limited is a *limitError when somebody has failed too often at something of the kind: the account most of all, unless
// it is "", and the request's address.
func (s *Server) limited(r *request, kind, account string) error {
	for _, l := range []struct {
		who  string
		most int
	}{{account, accountFailures}, {s.address(r.Ctx), addressFailures}} {
		if l.who == "" {
			continue
		}
		wait, err := s.Store.Limited(r.ctx(), kind, l.who, l.most, s.Now())
		if err != nil {
			return err
		}
		if wait > 0 {
			return &limitError{wait}
		}
	}
	return nil
}

// failed counts a failure of the account, unless it is "", and of the request's address.
func (s *Server) failed(r *request, kind, account string) error {
	err := s.Store.Failed(r.ctx(), kind, s.address(r.Ctx), s.Now())
	if account != "" {
		err = errors.Join(err, s.Store.Failed(r.ctx(), kind, account, s.Now()))
	}
	return err
}

// guess has a secret checked that is worth guessing, and counts the failure when it is not right. The count is read when
// the check's turn has come, so that many guesses sent at once do not all slip past it.
func (s *Server) guess(r *request, kind, account string, check func() (bool, error)) (right bool, err error) {
	if err := s.limited(r, kind, ""); err != nil {
		return false, err
	}
	leave, err := s.queueToHash()
	if err != nil {
		return false, err
	}
	defer leave()
	r.renew()
	if err := s.limited(r, kind, account); err != nil {
		return false, err
	}
	right, err = check()
	r.renew()
	if err != nil || right {
		return right, err
	}
	return false, s.failed(r, kind, account)
}

// queueToHash waits until another passphrase may be hashed; leave ends it.
func (s *Server) queueToHash() (leave func(), err error) {
	s.queued.Add(1)
	defer s.queued.Add(-1)
	ctx, cancel := context.WithTimeout(context.Background(), s.hashPatience)
	defer cancel()
	return queue(ctx, s.hashing)
}

// queue waits for one of the places; leave gives it back.
func queue(ctx context.Context, places chan struct{}) (leave func(), err error) {
	select {
	case places <- struct{}{}:
		return func() { <-places }, nil
	case <-ctx.Done():
		return nil, errBusy
	}
}

// hash is a new passphrase's hash, made when its turn has come.
func (s *Server) hash(r *request, passphrase string) (string, error) {
	leave, err := s.queueToHash()
	if err != nil {
		return "", err
	}
	defer leave()
	hash, err := school.HashPassphrase(passphrase)
	r.renew()
	return hash, err
}
