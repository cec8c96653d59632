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

	"github.com/rs/cors"

	"demarche/db"
	"demarche/export"
	"demarche/graph"
	"demarche/web"
)

// Options say what a Server answers and to whom; a zero field stands for its default.
type Options struct {
	Graph graph.Options // limits of one operation

	Tokens  *Tokens  // those that clients may show; where there are none, and no Issuer, nobody is asked
	Issuer  *Issuer  // whose tokens clients may show
	Hosts   []string // names that clients may call the server by, beside those of loopback
	Origins []string // of pages that may ask, as https://example.org, beside the server's own

	HeaderTimeout   time.Duration // in which a request's header must arrive, default 10 s
	IdleTimeout     time.Duration // that a connection is kept without a request, default 2 min
	ShutdownTimeout time.Duration // that running requests may go on after the end was asked for, default 10 s
}

// WithDefaults has a value in every field that has a default.
func (o Options) WithDefaults() Options {
	o.HeaderTimeout = cmp.Or(o.HeaderTimeout, 10*time.Second)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 2*time.Minute)
	o.ShutdownTimeout = cmp.Or(o.ShutdownTimeout, 10*time.Second)
	return o
}

// Server answers HTTP over one graph.
type Server struct {
	reader      *db.Reader
	options     Options
	loginPolicy string
	handler     http.Handler
}

// New makes a server over a reader, which it does not close.
func New(reader *db.Reader, options Options) (*Server, error) {
	for _, origin := range options.Origins {
		if err := CheckOrigin(origin); err != nil {
			return nil, err
		}
	}
	s := &Server{reader: reader, options: options.WithDefaults(), loginPolicy: loginPolicy()}
	s.handler = setHeaders(s.checkHost(s.allowOrigins(s.checkOrigin(s.routes()))))
	return s, nil
}

// CheckOrigin says what is wrong with one of Options.Origins.
func CheckOrigin(origin string) error {
	if err := http.NewCrossOriginProtection().AddTrustedOrigin(origin); err != nil {
		return fmt.Errorf("%q is not of the form https://example.org: %w", origin, err)
	}
	return nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// allowOrigins lets browsers hand answers to pages of the origins that may ask.
func (s *Server) allowOrigins(next http.Handler) http.Handler {
	if len(s.options.Origins) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins: s.options.Origins,
		AllowedMethods: []string{http.MethodGet, http.MethodHead, http.MethodPost},
		AllowedHeaders: []string{"Accept", "Authorization", "Content-Type", "If-None-Match"},
		ExposedHeaders: []string{"ETag", "Retry-After"},
		MaxAge:         600, // seconds that a browser need not ask again
	}).Handler(next)
}

// routes are of two kinds: what anybody may have, and all else, for which guard asks for a token where the server has any.
func (s *Server) routes() http.Handler {
	pages := web.Handler()
	guarded := http.NewServeMux()
	guarded.Handle("/graphql", graph.NewHandler(s.reader, s.options.Graph))
	guarded.Handle(export.Path, export.NewHandler(s.reader, export.HandlerOptions{}))
	guarded.HandleFunc("GET /schema.graphql", serveSchema)
	guarded.Handle("/", pages)

	open := http.NewServeMux()
	open.HandleFunc("GET /healthz", s.serveHealth)
	open.HandleFunc("GET /readyz", s.serveReadiness)
	open.HandleFunc("GET /login", s.serveLogin)
	open.HandleFunc("POST /login", s.takeLogin)
	open.HandleFunc("POST /logout", s.logOut)
	open.Handle("/assets/", pages)
	open.Handle("/icon.svg", pages)
	open.Handle("/", s.guard(guarded))
	return open
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
