package graph

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"sync"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"demarche/db"
)

// topic is what subscriptions have in common that ask for the same: their answers are read once for all of them.
type topic struct {
	feed  *feed
	task  *task
	users int // guarded by the feed

	mutex sync.Mutex // guards what follows, and is held while reading
	last  *chunk
}

// topicKey is a document, its chosen operation, and the variables as JSON.
type topicKey struct{ document, operation, variables string }

// chunk is the answers of the raises between two places, at most a page of them.
type chunk struct {
	after, next db.Arrival
	answers     [][]byte // whole responses
	more        bool     // whether the graph had more than the page
	size        int      // bytes
}

// chunkCost is how many values the answers of a chunk may have.
const chunkCost = 20_000

// behind reads what came behind a place. latest is as far as the graph is known to be: nothing is read where the place
// is no less, and what was read for another user of the topic serves if it reaches that far.
func (t *topic) behind(ctx context.Context, place, latest db.Arrival) (*chunk, error) {
	if place.Raise == math.MaxInt64 && place.Batch >= latest.Batch {
		return &chunk{after: place, next: place}, nil
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.last != nil && t.last.after == place && (t.last.more || t.last.next.Batch >= latest.Batch) {
		return t.last, nil
	}
	select {
	case t.feed.schema.running <- struct{}{}:
		defer func() { <-t.feed.schema.running }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	read, err := t.read(ctx, func(*db.View) db.Arrival { return place })
	if err != nil {
		return nil, err
	}
	t.share(read)
	return read, nil
}

// share keeps a chunk for others who ask for the same, in place of the one before, as far as there is room. The topic
// is locked.
func (t *topic) share(read *chunk) {
	if t.last != nil {
		t.feed.shared.Add(-int64(t.last.size))
	}
	t.last = nil
	if read == nil {
		return
	}
	if t.feed.shared.Add(int64(read.size)) > maxShared {
		t.feed.shared.Add(-int64(read.size))
		return
	}
	t.last = read
}

// end is the end of the graph at present; it is also found whether the arguments are good.
func (t *topic) end(ctx context.Context) (db.Arrival, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	read, err := t.read(ctx, (*db.View).LastArrival)
	if err != nil {
		return db.Arrival{}, err
	}
	return read.next, nil
}

// read answers the raises behind a place of the graph. The topic is locked.
func (t *topic) read(ctx context.Context, place func(*db.View) db.Arrival) (*chunk, error) {
	s := t.feed.schema
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	read := &chunk{}
	err := s.reader.View(ctx, func(view *db.View) error {
		r := s.newRun(t.task)
		r.view = view
		read.after, read.next = place(view), view.LastArrival()
		return r.arrivals(ctx, t.task.price.values, read)
	})
	return read, err
}

// arrivals runs the statements of a subscription once for all raises of a chunk, and writes an answer for each raise.
func (r *run) arrivals(ctx context.Context, cost int, read *chunk) error {
	c := r.plan.root.single.fields[0]
	given, err := r.argumentsOf(c)
	if err != nil {
		return err
	}
	query := c.level.query
	if err := given.fill(&query); err != nil {
		return err
	}
	query.After, query.Page = read.after, db.Page{Limit: min(maxPage, max(1, chunkCost*maxPage/max(1, cost)))}
	rows, err := r.view.Select(ctx, &query)
	if err != nil {
		return err
	}
	items := make([]item, min(rows.Len(), query.Page.Limit))
	for i := range items {
		items[i] = c.field.many.node(r, rows.Row(i))
	}
	if read.more = rows.Len() > len(items); read.more {
		last := items[len(items)-1].row
		batch, id := c.level.at[db.Column{Name: "batch"}], c.level.at[db.Column{Name: "id"}]
		read.next = db.Arrival{Batch: last[batch].(int64), Raise: last[id].(int64)}
	}
	r.begin()
	r.gather(ctx, c.shape, items)
	for _, it := range items {
		r.faults = nil
		data, written := r.object(append([]byte{'{'}, c.key...), c.shape, it)
		if data = append(data, '}'); !written {
			data = []byte("null")
		}
		response := &graphql.Response{Data: data}
		for _, fault := range r.faults {
			response.Errors = append(response.Errors, present(ctx, r.schema.options.Logger, fault.under(ast.PathName(c.name))))
		}
		response.Errors = r.schema.options.cap(response.Errors)
		answer := appendAnswer(nil, response)
		read.answers = append(read.answers, answer)
		read.size += len(answer)
	}
	return nil
}

// subscription is one client's place in a topic.
type subscription struct {
	handler *Handler
	topic   *topic
	key     topicKey
	place   db.Arrival
}

// subscribe begins a subscription at the present end of the graph. It must be left with end.
func (h *Handler) subscribe(ctx context.Context, t *task) (*subscription, error) {
	variables, err := json.Marshal(t.variables)
	if err != nil {
		return nil, err
	}
	sub := &subscription{handler: h, key: topicKey{t.document.text, t.operation.Name, string(variables)}}
	sub.topic = h.feed.join(sub.key, t)
	if sub.place, err = sub.topic.end(ctx); err != nil {
		sub.end()
		return nil, err
	}
	return sub, nil
}

func (sub *subscription) end() { sub.handler.feed.leave(sub.key) }

// errClosing ends subscriptions when the handler is closed.
var errClosing = errors.New("the server is stopping")

// run sends the answer of each raise until ctx is over, the handler is closed (errClosing), or something fails.
func (sub *subscription) run(ctx context.Context, send func(answer []byte) error) error {
	for {
		select {
		case <-sub.handler.closing:
			return errClosing
		default:
		}
		moved, latest := sub.handler.feed.next()
		read, err := sub.topic.behind(ctx, sub.place, latest)
		if err != nil {
			return err
		}
		for _, answer := range read.answers {
			if err := send(answer); err != nil {
				return err
			}
		}
		sub.place = read.next
		if read.more {
			continue
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return ctx.Err()
		case <-sub.handler.closing:
			return errClosing
		}
	}
}

// serve runs any operation and hands over each of its answers as a whole. Where it cannot run, or a subscription
// breaks off, the errors are returned; nil means that it came to its end.
func (h *Handler) serve(ctx context.Context, asked *request, send func(answer []byte) error) (failed gqlerror.List) {
	defer func() {
		if reason := recover(); reason != nil {
			failed = h.schema.recovered(ctx, reason).Errors
		}
	}()
	var sub *subscription
	response := h.schema.answer(ctx, asked, func(t *task) (err error) {
		sub, err = h.subscribe(ctx, t)
		return err
	})
	if sub == nil {
		if response.Data == nil {
			return response.Errors
		}
		// Whoever does not take the answer has gone.
		_ = send(appendAnswer(nil, response))
		h.schema.recycle(response.Data)
		return nil
	}
	defer sub.end()
	err := sub.run(ctx, send)
	var unsent *sendError
	if err == nil || errors.Is(err, errClosing) || ctx.Err() != nil || errors.As(err, &unsent) {
		return nil
	}
	return h.schema.refuse(ctx, err).Errors
}

// sendError says that the client did not take an answer.
type sendError struct{ error }
