package db

import (
	"context"
	"fmt"
	"sync"
)

// Revisions tell whether the file has changed: while the number stays the same nobody has committed anything. Numbers
// of two Revisions cannot be compared. It is for concurrent use.
type Revisions struct {
	mutex sync.Mutex
	conn  *readConn
}

// Revisions opens a connection of its own, as the number that SQLite gives is one of the connection.
func (r *Reader) Revisions(ctx context.Context) (*Revisions, error) {
	c, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	return &Revisions{conn: c}, nil
}

// Now is the number of what is committed at some moment between call and return.
func (s *Revisions) Now(ctx context.Context) (int64, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	// It takes microseconds, which is less than the goroutine that the driver would watch the context with.
	value, err := s.conn.one(context.WithoutCancel(ctx), "PRAGMA data_version")
	if err != nil {
		return 0, err
	}
	number, ok := value.(int64)
	if !ok {
		return 0, fmt.Errorf("PRAGMA data_version gave %v", value)
	}
	return number, nil
}

// Close closes the connection.
func (s *Revisions) Close() error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.conn.close()
}
