package server

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"demarche/graph"
)

// exchange is what is known of the operations of one request, or socket, while it lasts.
type exchange struct {
	client string

	mutex      sync.Mutex
	operations int    // that have ended
	operation  string // name of the last one
	failed     bool   // one had errors
}

type exchangeKey struct{}

// follow begins an exchange.
func follow(r *http.Request) (*http.Request, *exchange) {
	seen := &exchange{client: client(r)}
	return r.WithContext(context.WithValue(r.Context(), exchangeKey{}, seen)), seen
}

// followed begins an exchange with each request.
func followed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, _ = follow(r)
		next.ServeHTTP(w, r)
	})
}

// clientOf is who asks for the operation that ctx is of.
func clientOf(ctx context.Context) string {
	if seen, found := ctx.Value(exchangeKey{}).(*exchange); found {
		return seen.client
	}
	return ""
}

func (e *exchange) saw(o *graph.Operation) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	e.operations++
	e.operation = o.Name
	e.failed = e.failed || len(o.Codes) > 0
}

// observe is told of every operation that the graph has answered, over whichever transport.
func (s *Server) observe(ctx context.Context, o *graph.Operation) {
	who := ""
	if seen, found := ctx.Value(exchangeKey{}).(*exchange); found {
		seen.saw(o)
		who = seen.client
	}
	s.metrics.operation(o)
	s.log(ctx, o, who)
	if s.options.Slow > 0 && o.Duration >= s.options.Slow {
		s.logSlow(ctx, o)
	}
	s.trace(ctx, o)
}

// answeredFromCache is told of each answer that was at hand.
func (s *Server) answeredFromCache(r *http.Request, operation string, start time.Time) {
	took := time.Since(start)
	s.metrics.hit(operation, took)
	if s.logger.Enabled(r.Context(), slog.LevelDebug) {
		s.logger.DebugContext(r.Context(), "operation", "operation", operation, "status", "ok", "cached", true,
			"duration", took, "client", client(r))
	}
}

// level is at which an operation is logged: what ends well is of interest to those alone who look closer.
func level(codes []string) slog.Level {
	for _, code := range codes {
		if code == graph.CodeInternal || code == graph.CodeTimeout {
			return slog.LevelWarn
		}
	}
	if len(codes) > 0 {
		return slog.LevelInfo
	}
	return slog.LevelDebug
}

// log writes a line on an operation. It holds nothing that the client wrote but the operation's name: documents and variables may
// hold what is nobody's business.
func (s *Server) log(ctx context.Context, o *graph.Operation, who string) {
	level := level(o.Codes)
	if !s.logger.Enabled(ctx, level) {
		return
	}
	status := "ok"
	if len(o.Codes) > 0 {
		status = strings.Join(o.Codes, ",")
	}
	rows := 0
	for _, ran := range o.Ran {
		rows += ran.Rows
	}
	s.logger.LogAttrs(ctx, level, "operation", slog.String("operation", o.Name), slog.String("hash", o.Hash), slog.String("status", status),
		slog.Duration("duration", o.Duration), slog.Int("cost", o.Cost), slog.Int("statements", len(o.Ran)), slog.Int("rows", rows),
		slog.String("client", who))
}

// explainTime bounds how long SQLite may take to say how it goes about a slow operation's statements.
const explainTime = time.Second

// logSlow writes a line on each statement of an operation that took long, with the way that SQLite takes it.
func (s *Server) logSlow(ctx context.Context, o *graph.Operation) {
	s.logger.WarnContext(ctx, "slow operation", "operation", o.Name, "hash", o.Hash, "duration", o.Duration, "cost", o.Cost,
		"statements", len(o.Ran))
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), explainTime)
	defer cancel()
	for _, ran := range o.Ran {
		steps, err := s.reader.Explain(ctx, ran.SQL)
		if err != nil {
			steps = []string{"no plan: " + err.Error()}
		}
		s.logger.WarnContext(ctx, "slow operation's statement", "hash", o.Hash, "duration", ran.Time, "rows", ran.Rows, "sql", ran.SQL,
			"plan", strings.Join(steps, "; "))
	}
}
