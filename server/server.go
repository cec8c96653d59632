// Package server is everything HTTP around the graph: which path answers what, and what stands before all of them.
//
// Operations are graph's, pages are web's; this package puts them behind one address and stops them in order. It reads
// no flags and knows no file: cmd hands it a reader, Options and a listener.
package server

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"demarche/db"
	"demarche/graph"
	"demarche/web"
)

// Options say what a Server answers and to whom; a zero field stands for its default.
type Options struct {
	Graph graph.Options // limits of one operation

	HeaderTimeout   time.Duration // in which a request's header must arrive, default 10 s
	IdleTimeout     time.Duration // that a connection is kept without a request, default 2 min
	ShutdownTimeout time.Duration // that running requests may go on after the end was asked for, default 10 s
}

func (o Options) withDefaults() Options {
	o.HeaderTimeout = cmp.Or(o.HeaderTimeout, 10*time.Second)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 2*time.Minute)
	o.ShutdownTimeout = cmp.Or(o.ShutdownTimeout, 10*time.Second)
	return o
}

// Server answers HTTP over one graph.
type Server struct {
	reader  *db.Reader
	options Options
	handler http.Handler
}

// New makes a server over a reader, which it does not close.
func New(reader *db.Reader, options Options) *Server {
	s := &Server{reader: reader, options: options.withDefaults()}
	s.handler = s.routes()
	return s
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", graph.NewHandler(s.reader, s.options.Graph))
	mux.HandleFunc("GET /schema.graphql", serveSchema)
	mux.HandleFunc("GET /healthz", s.serveHealth)
	mux.HandleFunc("GET /readyz", s.serveReadiness)
	mux.Handle("/", web.Handler())
	return mux
}

func serveSchema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, graph.SDL())
}

// Run answers what comes in on the listener until ctx is over; running requests then end in the time that
// Options.ShutdownTimeout gives them. It closes the listener.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.options.HeaderTimeout,
		IdleTimeout:       s.options.IdleTimeout,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.ShutdownTimeout)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return fmt.Errorf("stop: requests still ran after %s and were cut off: %w", s.options.ShutdownTimeout, err)
	}
	return nil
}
