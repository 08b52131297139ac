package embedded

import (
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

const (
	fileName = "eberbach.db"
	// format is the version of what is in the file. Raise it when an older
	// program would misread or lose something. 2: progress is no JSON any more.
	format = 2
	// lockPatience is for a program that is just being restarted.
	lockPatience = 500 * time.Millisecond
)

var (
	metaBucket = []byte("meta")
	formatKey  = []byte("format")
	trialKey   = []byte("trial")
	keysBucket = []byte("keys")
)

// disk is the file: a bucket with a record per key, and one that says which
// version wrote it.
type disk struct {
	db    *bolt.DB
	fault func(string) error
}

func openDisk(dir string, fault func(string) error) (*disk, error) {
	path := filepath.Join(dir, fileName)
	db, err := bolt.Open(path, 0o600, &bolt.Options{
		Timeout: lockPatience, FreelistType: bolt.FreelistMapType, NoStatistics: true,
	})
	if errors.Is(err, bolterrors.ErrTimeout) {
		return nil, fmt.Errorf("%w: %s (stop the other program or choose another directory)", ErrInUse, dir)
	}
	if err != nil {
		return nil, fmt.Errorf("embedded store: open %s: %w", path, err)
	}
	d := &disk{db: db, fault: fault}
	if err := errors.Join(d.prepare(), syncDir(dir)); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

// prepare checks the version, and writes it into a file that is new or older. It
// changes nothing in a file that is not ours to change.
func (d *disk) prepare() error {
	version := uint64(0)
	err := d.db.View(func(tx *bolt.Tx) error {
		if meta := tx.Bucket(metaBucket); meta != nil {
			version, _ = binary.Uvarint(meta.Get(formatKey))
		}
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("embedded store: %w", err)
	case version > format:
		return fmt.Errorf("%w: %s has format %d, this program reads up to %d; start the newer program again, or put back a copy from before the update",
			ErrNewerFormat, d.db.Path(), version, format)
	case version == format:
		return nil
	}
	if err := d.db.Update(fill); err != nil {
		return fmt.Errorf("embedded store: new or older file: %w", err)
	}
	return nil
}

// fill makes what every file has.
func fill(tx *bolt.Tx) error {
	_, err := tx.CreateBucketIfNotExists(keysBucket)
	if err != nil {
		return err
	}
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	return meta.Put(formatKey, binary.AppendUvarint(nil, format))
}

// update is one transaction on the keys: all of it is on disk when it returns
// nil, none of it is valid when it returns an error.
func (d *disk) update(change func(keys *bolt.Bucket) error) error {
	return d.db.Update(func(tx *bolt.Tx) error {
		if err := d.fault("commit"); err != nil {
			return err
		}
		return change(tx.Bucket(keysBucket))
	})
}

// trial finds out whether a transaction succeeds.
func (d *disk) trial() error {
	return d.update(func(keys *bolt.Bucket) error {
		now, err := time.Now().MarshalBinary()
		if err != nil {
			return err
		}
		return keys.Tx().Bucket(metaBucket).Put(trialKey, now)
	})
}

// each calls fn with every key.
func (d *disk) each(fn func(key string, r record) error) error {
	return d.db.View(func(tx *bolt.Tx) error {
		return tx.Bucket(keysBucket).ForEach(func(k, v []byte) error {
			r, err := decode(v)
			if err != nil {
				return fmt.Errorf("embedded store: %s: key %q: %w", d.db.Path(), k, err)
			}
			return fn(string(k), r)
		})
	})
}

func (d *disk) close() error {
	if d == nil {
		return nil
	}
	return d.db.Close()
}
