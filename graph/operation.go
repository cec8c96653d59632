package graph

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"

	"demarche/db"
)

// Operation is one operation that was asked for, and what became of it: what Options.Observe is told.
type Operation struct {
	Name         string        // as the document has it, "" where it has none or was not understood
	Document     string        // its text
	Hash         string        // SHA-256 of that, in hexadecimal digits; "" where it was not understood
	Known        bool          // the document had been parsed before
	Subscription bool          // a subscription, which has begun
	Cost         int           // values of the answer as its page sizes allow them, 0 where it was refused before that was known
	Ran          []db.Ran      // SQL statements
	Codes        []string      // extensions.code of each error of the answer
	Start        time.Time     // when it was asked for
	Duration     time.Duration // until its answer was there
}

// CostOfBytes is what a client is to pay for so many bytes of a request, in values, whatever becomes of it: to read and refuse them
// takes time too.
func CostOfBytes(count int64) int { return int(count / 64) }

// Later refuses an operation that may be asked again after a while.
type Later struct {
	Code    string        // CodeRate or CodeBusy
	Message string        // a sentence for the client
	After   time.Duration // rounded up to seconds in the answer
}

func (e *Later) Error() string { return e.Message }

// Seconds is After as clients are told it: at least one.
func (e *Later) Seconds() int { return int((max(e.After, 1) + time.Second - 1) / time.Second) }

// laterStatus is the HTTP status of an answer that is refused with Later, and its Retry-After; 0 for all others.
func laterStatus(response *graphql.Response) (status int, after string) {
	if len(response.Errors) == 0 || response.Data != nil {
		return 0, ""
	}
	extensions := response.Errors[0].Extensions
	switch extensions["code"] {
	case CodeRate:
		status = http.StatusTooManyRequests
	case CodeBusy:
		status = http.StatusServiceUnavailable
	default:
		return 0, ""
	}
	return status, fmt.Sprint(extensions["retryAfter"])
}

// tell says what became of a task.
func (s *schema) tell(ctx context.Context, t *task, response *graphql.Response) {
	if s.options.Observe == nil {
		return
	}
	seen := &Operation{Document: t.request.Query, Known: t.known, Cost: t.price.values, Ran: t.ran, Start: t.start, Duration: time.Since(t.start)}
	if t.document != nil {
		seen.Document, seen.Hash = t.document.text, t.document.hash
	}
	if t.operation != nil {
		seen.Name, seen.Subscription = t.operation.Name, t.operation.Operation == ast.Subscription
	}
	for _, failure := range response.Errors {
		code, _ := failure.Extensions["code"].(string)
		seen.Codes = append(seen.Codes, code)
	}
	s.options.Observe(ctx, seen)
}
