package graph

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"demarche/db"
)

// feed tells subscriptions when raises were committed. One goroutine looks at the file for all of them, and only while
// there are any: mostly that is to read one number.
type feed struct {
	schema *schema
	shared atomic.Int64 // bytes of chunks that topics keep

	mutex  sync.Mutex // guards what follows
	topics map[topicKey]*topic
	users  int
	moved  chan struct{} // closed when there is more
	latest db.Arrival
	stop   func() // ends the goroutine and waits for that
}

// maxShared bounds the bytes of chunks that are kept for others who ask for the same.
const maxShared = 16 << 20

func newFeed(s *schema) *feed {
	return &feed{schema: s, topics: map[topicKey]*topic{}, moved: make(chan struct{})}
}

// join adds a user of a topic, which is made where nobody had it.
func (f *feed) join(key topicKey, t *task) *topic {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	found := f.topics[key]
	if found == nil {
		found = &topic{feed: f, task: t}
		f.topics[key] = found
	}
	found.users++
	if f.users++; f.users == 1 {
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan struct{})
		f.stop = func() {
			cancel()
			<-ended
		}
		go func() {
			defer close(ended)
			f.watch(ctx)
		}()
	}
	return found
}

// leave takes the user away again. When it returns from the last one, nobody looks at the file any more.
func (f *feed) leave(key topicKey) {
	f.mutex.Lock()
	left := f.topics[key]
	if left.users--; left.users == 0 {
		delete(f.topics, key)
		left.mutex.Lock() // nobody reads it any more
		left.share(nil)
		left.mutex.Unlock()
	}
	stop := func() {}
	if f.users--; f.users == 0 {
		stop = f.stop
	}
	f.mutex.Unlock()
	stop()
}

func (f *feed) count() int {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.users
}

// next is closed once there may be more than is committed now. What is read after it was called holds all that was told
// of before.
func (f *feed) next() (moved <-chan struct{}, latest db.Arrival) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.moved, f.latest
}

// watch looks for commits until ctx is over. The number of the revision is read before the graph: what is committed in
// between is looked at twice, not never.
func (f *feed) watch(ctx context.Context) {
	log := f.schema.options.Logger
	var revisions *db.Revisions
	defer func() {
		if revisions != nil {
			if err := revisions.Close(); err != nil {
				log.Warn("close what watched for raises", "error", err)
			}
		}
	}()
	seen, failing := int64(-1), false
	look := func() (err error) {
		if revisions == nil {
			if revisions, err = f.schema.reader.Revisions(ctx); err != nil {
				return err
			}
		}
		now, err := revisions.Now(ctx)
		if err != nil || now == seen {
			return err
		}
		err = f.schema.reader.View(ctx, func(view *db.View) error {
			f.announce(view.LastArrival())
			return nil
		})
		if err == nil {
			seen = now
		}
		return err
	}
	ticker := time.NewTicker(f.schema.options.Poll)
	defer ticker.Stop()
	for {
		err := look()
		if err != nil && !failing && ctx.Err() == nil {
			log.Error("subscribers are not told of new raises", slog.Any("error", err)) // once, however long it lasts
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// announce wakes those who wait, if there is more than before.
func (f *feed) announce(latest db.Arrival) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	if latest.Batch != f.latest.Batch {
		f.latest = latest
		close(f.moved)
		f.moved = make(chan struct{})
	}
}
