package graph

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

const eventType = "text/event-stream"

// serveStream answers one operation as server-sent events, in the "distinct connections" mode of npm's graphql-sse: an
// event next for each answer, then one that is called complete. What is wrong with the operation comes as an answer too.
func (h *Handler) serveStream(w http.ResponseWriter, r *http.Request) {
	if !acceptsEvents(r.Header.Get("Accept")) {
		refused := &badRequest{http.StatusNotAcceptable, "answers come as " + eventType + " here: accept that, or ask on /graphql"}
		write(w, jsonType, refused.status, refused.response())
		return
	}
	asked, refused := h.readRequest(w, r)
	if refused != nil {
		write(w, jsonType, refused.status, refused.response())
		return
	}
	if err := h.connect(); err != nil {
		h.refuseConnection(w, r, err)
		return
	}
	defer h.disconnect()
	s := &stream{writer: w, control: http.NewResponseController(w)}
	header := w.Header()
	header.Set("Content-Type", eventType+"; charset=utf-8")
	header.Set("Cache-Control", "no-cache")
	// A proxy that gathers answers would hold events back.
	header.Set("X-Accel-Buffering", "no")
	// The client sees that it is connected before anything happens.
	if s.write(":\n\n") != nil || r.Method == http.MethodHead {
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	defer context.AfterFunc(h.ended, cancel)()
	rest := s.keepAlive(h.schema.options.KeepAlive, cancel)
	failed := h.serve(ctx, asked, s.next)
	rest()
	if failed != nil && s.next(appendAnswer(nil, &graphql.Response{Errors: failed})) != nil {
		return
	}
	_ = s.write("event: complete\ndata:\n\n") // whoever is gone needs it no more
}

// acceptsEvents reports whether an Accept header, which may be absent, allows for events.
func acceptsEvents(accept string) bool {
	return accept == "" || strings.Contains(accept, eventType) || strings.Contains(accept, "*/*") || strings.Contains(accept, "text/*")
}

// stream writes events.
type stream struct {
	mutex   sync.Mutex
	writer  http.ResponseWriter
	control *http.ResponseController
}

// next sends an answer; JSON as it is written here has no line ends.
func (s *stream) next(answer []byte) error {
	return s.write("event: next\ndata: " + string(answer) + "\n\n")
}

func (s *stream) write(event string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	// Where deadlines cannot be set, as in tests, a client may take its time.
	_ = s.control.SetWriteDeadline(time.Now().Add(sendTime))
	if _, err := s.writer.Write([]byte(event)); err != nil {
		return &sendError{err}
	}
	if err := s.control.Flush(); err != nil {
		return &sendError{err}
	}
	return nil
}

// keepAlive sends comments, so that nobody in between takes the connection for dead, until rest is called, after which it
// writes nothing more, or until the client does not take one, which lost is called for.
func (s *stream) keepAlive(every time.Duration, lost func()) (rest func()) {
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-stop:
				return
			case <-ticker.C:
				if s.write(":\n\n") != nil {
					lost()
					return
				}
			}
		}
	})
	return func() {
		close(stop)
		group.Wait()
	}
}
