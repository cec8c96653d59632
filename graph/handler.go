package graph

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"demarche/db"
)

// SDL is the schema as clients see it.
func SDL() string { return sources[0].Input }

// Handler serves GraphQL: over POST with a JSON body, over GET with the same in the query string, and over WebSockets;
// Stream serves server-sent events. It is for concurrent use.
type Handler struct {
	schema *schema
	feed   *feed

	closing chan struct{}   // closed when subscribers are to be told of the end
	ended   context.Context // over when their connections are to be cut
	cut     context.CancelFunc

	mutex       sync.Mutex // guards what follows
	isClosed    bool
	connections int
	idle        chan struct{} // closed when closed and no connection is left
}

// NewHandler makes a handler over a reader, which it does not close.
func NewHandler(reader *db.Reader, options Options) *Handler {
	s := newSchema(reader, options)
	h := &Handler{schema: s, feed: newFeed(s), closing: make(chan struct{}), idle: make(chan struct{})}
	h.ended, h.cut = context.WithCancel(context.Background())
	return h
}

// ServeHTTP answers one request.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		h.serveSocket(w, r)
		return
	}
	h.serveOperation(w, r)
}

// Stream serves operations as server-sent events, each in a request of its own.
func (h *Handler) Stream() http.Handler { return http.HandlerFunc(h.serveStream) }

// Subscribers is how many subscriptions there are.
func (h *Handler) Subscribers() int { return h.feed.count() }

// Close tells subscribers that it is over and waits until their connections have ended; once ctx is over they are cut.
// Requests that are no subscriptions go on being answered.
func (h *Handler) Close(ctx context.Context) error {
	h.mutex.Lock()
	if !h.isClosed {
		h.isClosed = true
		close(h.closing)
		if h.connections == 0 {
			close(h.idle)
		}
	}
	h.mutex.Unlock()
	defer h.cut()
	select {
	case <-h.idle:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("tell subscribers that it is over: %w", ctx.Err())
	}
}

// connect counts a connection that stays, unless there are too many.
func (h *Handler) connect() error {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	switch {
	case h.isClosed:
		return &Later{Code: CodeBusy, Message: "the server is stopping: try again later", After: 5 * time.Second}
	case h.connections >= h.schema.options.MaxConnections:
		return &Later{Code: CodeBusy, Message: "too many subscribers are connected: try again later", After: 5 * time.Second}
	}
	h.connections++
	return nil
}

func (h *Handler) disconnect() {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if h.connections--; h.connections == 0 && h.isClosed {
		close(h.idle)
	}
}

// Execute answers one operation without HTTP. Values of variables are as JSON decodes them; operationName may be
// empty where the document has one operation. The answer's errors are those that a client would see.
func Execute(ctx context.Context, reader *db.Reader, query string, variables map[string]any, operationName string) *graphql.Response {
	return newSchema(reader, Options{}).answer(ctx, &request{Query: query, Variables: variables, OperationName: operationName}, nil)
}

// schema answers operations: gqlgen's executable schema, with plans in the place of resolvers.
type schema struct {
	graphql.ExecutableSchema // knows the types
	reader                   *db.Reader
	options                  Options
	documents                *documents
	buffers                  *sync.Pool    // of *[]byte, for the data of answers
	running                  chan struct{} // holds one for each operation that runs
	dear                     *lane         // that dear ones run in
}

func newSchema(reader *db.Reader, options Options) *schema {
	options = options.WithDefaults()
	return &schema{NewExecutableSchema(Config{}), reader, options, newDocuments(options.MaxDocuments), &sync.Pool{},
		make(chan struct{}, options.MaxOperations), newLane(options.MaxDear, options.MaxWaiting)}
}

// buffer is room for an answer's data.
func (s *schema) buffer() []byte {
	if pooled, found := s.buffers.Get().(*[]byte); found {
		return (*pooled)[:0]
	}
	return make([]byte, 0, 16<<10)
}

// maxBuffer bounds the room that is kept for further answers.
const maxBuffer = 2 << 20

// recycle takes the data of an answer that nobody reads any more.
func (s *schema) recycle(data []byte) {
	if data != nil && cap(data) <= maxBuffer {
		s.buffers.Put(&data)
	}
}

// answer runs a query, however it came. A subscription is handed to subscribe, where there is one, and has no answer
// but its errors.
func (s *schema) answer(ctx context.Context, asked *request, subscribe func(*task) error) (response *graphql.Response) {
	t := &task{request: asked, start: time.Now()}
	defer func() {
		if reason := recover(); reason != nil {
			response = s.recovered(ctx, reason)
		}
		s.tell(ctx, t, response)
	}()
	select {
	case s.running <- struct{}{}:
		defer func() { <-s.running }()
	default:
		return s.refuse(ctx, &Later{Code: CodeBusy, Message: "the server is busy: try again in a moment", After: time.Second})
	}
	err := s.prepare(ctx, t)
	if err == nil && t.operation.Operation == ast.Query {
		return s.execute(ctx, t)
	}
	if err == nil && subscribe == nil {
		err = &codedError{CodeBadRequest, "a subscription has more than one answer: ask for it over a WebSocket (graphql-transport-ws), or as server-sent events on /graphql/stream", nil}
	}
	if err == nil {
		err = subscribe(t)
	}
	if err != nil {
		return s.refuse(ctx, err)
	}
	return &graphql.Response{}
}

// execute runs a query that is prepared.
func (s *schema) execute(ctx context.Context, t *task) *graphql.Response {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	if t.price.isDear() {
		if err := s.dear.enter(ctx, s.options.Client(ctx)); err != nil {
			return s.refuse(ctx, err)
		}
		defer s.dear.leave()
	}
	response := &graphql.Response{}
	err := s.reader.View(ctx, func(view *db.View) error {
		r := s.newRun(t)
		r.view = view
		response.Data = r.answer(ctx, s.buffer())
		if s.options.Observe != nil {
			t.ran = slices.Clone(view.Ran())
		}
		for _, fault := range r.faults {
			response.Errors = append(response.Errors, present(ctx, s.options.Logger, fault))
		}
		if view.LiteralText() {
			response.Extensions = map[string]any{"fullText": "a full-text condition is no valid query and was taken word by word"}
		}
		return nil
	})
	if err != nil {
		response.Data = append(s.buffer(), "null"...)
		response.Errors = gqlerror.List{present(ctx, s.options.Logger, &fault{err: err})}
	}
	response.Errors = s.options.cap(response.Errors)
	return response
}

// refuse answers what cannot run.
func (s *schema) refuse(ctx context.Context, err error) *graphql.Response {
	var known gqlerror.List
	if !errors.As(err, &known) {
		known = gqlerror.List{present(ctx, s.options.Logger, &fault{err: err})}
	}
	return &graphql.Response{Errors: s.options.cap(known)}
}

// recovered logs a panic and answers that something went wrong.
func (s *schema) recovered(ctx context.Context, reason any) *graphql.Response {
	s.options.Logger.ErrorContext(ctx, "operation panicked", "reason", reason, "stack", string(debug.Stack()))
	return s.refuse(ctx, errors.New("panic"))
}
