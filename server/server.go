// Package server is everything HTTP around the graph: which path answers what, and what stands before all of them.
//
// Operations are graph's, pages are web's; this package puts them behind one address and stops them in order. It reads
// no flags and knows no file: cmd hands it a reader, Options and a listener.
package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/rs/cors"
	"go.opentelemetry.io/otel/trace"
	"golang.org/x/net/netutil"

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

	AnswerCache  int64  // bytes of answers that are kept until the graph changes, default 64 MB; below 0 none are
	CacheControl string // header of answers to GET, default "no-cache", for clients with a token "private, no-cache"

	Rate  int // values that one client may ask for in a second, on average; 0 bounds nobody
	Burst int // values that one client may ask for at once, where Rate bounds them; default 1,000,000

	MaxClients int // connections at once, default 4,096; one more waits until another ends

	Logger     *slog.Logger         // default graph.Options' own; operations are told at debug where all went well
	Slow       time.Duration        // from which on an operation is logged with its statements; 0 logs none
	Operations []string             // names of operations that are counted apart, each
	Traces     trace.TracerProvider // that spans go to; nil where nobody wants any

	HeaderTimeout   time.Duration // in which a request's header must arrive, default 10 s
	ReadTimeout     time.Duration // in which a request must arrive, default 30 s
	WriteTimeout    time.Duration // in which a request must be answered, sockets and downloads apart, default 1 min
	IdleTimeout     time.Duration // that a connection is kept without a request, default 2 min
	ShutdownTimeout time.Duration // that running requests may go on after the end was asked for, default 10 s
}

// WithDefaults has a value in every field that has a default.
func (o Options) WithDefaults() Options {
	o.AnswerCache = cmp.Or(o.AnswerCache, 64e6)
	o.Burst = cmp.Or(o.Burst, 1_000_000)
	o.MaxClients = cmp.Or(o.MaxClients, 4096)
	o.Graph = o.Graph.WithDefaults()
	o.Logger = cmp.Or(o.Logger, o.Graph.Logger)
	o.HeaderTimeout = cmp.Or(o.HeaderTimeout, 10*time.Second)
	o.ReadTimeout = cmp.Or(o.ReadTimeout, 30*time.Second)
	o.WriteTimeout = cmp.Or(o.WriteTimeout, time.Minute)
	o.IdleTimeout = cmp.Or(o.IdleTimeout, 2*time.Minute)
	o.ShutdownTimeout = cmp.Or(o.ShutdownTimeout, 10*time.Second)
	return o
}

// Server answers HTTP over one graph.
type Server struct {
	reader      *db.Reader
	options     Options
	revisions   *db.Revisions
	logger      *slog.Logger
	metrics     *metrics
	operations  *graph.Handler
	tracer      trace.Tracer // nil where nobody wants traces
	rates       *rates       // nil where nobody is bounded
	loginPolicy string
	handler     http.Handler
}

// New makes a server over a reader, which it does not close, and which must not be closed before the server is.
func New(ctx context.Context, reader *db.Reader, options Options) (*Server, error) {
	for _, origin := range options.Origins {
		if err := CheckOrigin(origin); err != nil {
			return nil, err
		}
	}
	s := &Server{reader: reader, options: options.WithDefaults(), loginPolicy: loginPolicy()}
	if s.options.CacheControl == "" {
		s.options.CacheControl = "no-cache"
		if s.asksForToken() {
			s.options.CacheControl = "private, no-cache"
		}
	}
	revisions, err := reader.Revisions(ctx)
	if err != nil {
		return nil, err
	}
	s.revisions = revisions
	s.logger = s.options.Logger
	s.metrics = newMetrics(s.options.Operations, newContents(reader, s.logger))
	if s.options.Traces != nil {
		s.tracer = s.options.Traces.Tracer("demarche")
	}
	s.options.Graph.Observe = s.observe
	s.options.Graph.Client = clientOf
	for _, origin := range s.options.Origins {
		if address, err := url.Parse(origin); err == nil {
			s.options.Graph.Origins = append(s.options.Graph.Origins, address.Host)
		}
	}
	if s.options.Rate > 0 {
		s.rates = newRates(s.options.Rate, s.options.Burst)
		s.options.Graph.Admit = s.admit
	}
	s.handler = s.traced(setHeaders(s.checkHost(s.allowOrigins(s.checkOrigin(s.routes())))))
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
	compress := compressor()
	pages := compress(web.Handler())
	guarded := http.NewServeMux()
	s.operations = graph.NewHandler(s.reader, s.options.Graph)
	answers := newAnswers(s, compress(s.operations))
	s.metrics.registry.MustRegister(answers, newSubscribers(s.operations))
	guarded.Handle("/graphql", s.boundBodies(answers))
	guarded.Handle("/graphql/stream", s.boundBodies(unhurried(followed(s.operations.Stream()))))
	guarded.Handle("GET /metrics", compress(s.metrics.handler()))
	guarded.Handle(export.Path, s.paid(exportCost, unhurried(compress(export.NewHandler(s.reader, export.HandlerOptions{Logger: s.logger})))))
	guarded.Handle("GET /schema.graphql", compress(http.HandlerFunc(serveSchema)))
	guarded.Handle("/", pages)

	open := http.NewServeMux()
	open.HandleFunc("GET /healthz", s.serveHealth)
	open.HandleFunc("GET /readyz", s.serveReadiness)
	open.HandleFunc("GET /login", s.serveLogin)
	open.HandleFunc("POST /login", s.takeLogin)
	open.HandleFunc("POST /logout", s.logOut)
	open.Handle("/assets/", pages)
	open.Handle("/icon.svg", pages)
	open.Handle("/theme.js", pages)
	open.Handle("/", s.guard(guarded))
	return open
}

// unhurried lifts the times in which a request must be read and answered, for what goes on for as long as clients want it.
func unhurried(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		control := http.NewResponseController(w)
		for _, lift := range []func(time.Time) error{control.SetReadDeadline, control.SetWriteDeadline} {
			if err := lift(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
				return // the connection is gone
			}
		}
		next.ServeHTTP(w, r)
	})
}

func serveSchema(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	io.WriteString(w, graph.SDL())
}

// maxHeader bounds a request's header with its address, in bytes: long operations are sent in bodies.
const maxHeader = 64 << 10

// Close lets go of what the server holds beside the reader.
func (s *Server) Close() error { return s.revisions.Close() }

// Run answers what comes in on the listener until ctx is over; running requests then end in the time that
// Options.ShutdownTimeout gives them. It closes the listener.
func (s *Server) Run(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.options.HeaderTimeout,
		ReadTimeout:       s.options.ReadTimeout,
		WriteTimeout:      s.options.WriteTimeout,
		ErrorLog:          slog.NewLogLogger(s.logger.Handler(), slog.LevelWarn),
		IdleTimeout:       s.options.IdleTimeout,
		MaxHeaderBytes:    maxHeader,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(netutil.LimitListener(listener, s.options.MaxClients)) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve %s: %w", listener.Addr(), err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.options.ShutdownTimeout)
	defer cancel()
	// Subscribers are told first: their connections would not end by themselves.
	untold := s.operations.Close(ending)
	if err := errors.Join(untold, server.Shutdown(ending)); err != nil {
		return fmt.Errorf("stop: requests still ran after %s and were cut off: %w", s.options.ShutdownTimeout, err)
	}
	return nil
}
