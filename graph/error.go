package graph

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"demarche/db"
)

// The extensions.code of errors. Documents that do not parse or do not fit the schema have gqlgen's
// GRAPHQL_PARSE_FAILED and GRAPHQL_VALIDATION_FAILED.
const (
	CodeNotFound = "NOT_FOUND"      // a name or slug is unknown; the message suggests
	CodeBadInput = "BAD_USER_INPUT" // an argument's value cannot be used
	CodeLimit    = "LIMIT"          // the operation asks for more than one operation may
	CodeTimeout  = "TIMEOUT"        // the operation took longer than it may
	CodeRate     = "RATE_LIMITED"   // the client asks for more than it may in a while; extensions.retryAfter has seconds
	CodeBusy     = "BUSY"           // all clients together ask for more than the server does at once; likewise
	CodeInternal = "INTERNAL"       // our fault; the log says more
)

// limitError says that an operation asks for more than it may.
type limitError struct{ message string }

func (e *limitError) Error() string { return e.message }

func limitf(format string, args ...any) error { return &limitError{fmt.Sprintf(format, args...)} }

func invalidf(format string, args ...any) error {
	return &db.Invalid{Message: fmt.Sprintf(format, args...)}
}

// fault is an error on its way out of the answer: every field and index that it passes adds itself to the path.
type fault struct {
	err     error
	at      *ast.Position
	reverse ast.Path
}

func (f *fault) under(step ast.PathElement) *fault {
	f.reverse = append(f.reverse, step)
	return f
}

// present turns a fault into what clients see. This is the one place where errors get their codes; errors that are
// neither the client's nor known are logged and not served.
func present(ctx context.Context, log *slog.Logger, f *fault) *gqlerror.Error {
	path := slices.Clone(f.reverse)
	slices.Reverse(path)
	shown := &gqlerror.Error{Err: f.err, Message: f.err.Error(), Path: path}
	if f.at != nil {
		shown.Locations = []gqlerror.Location{{Line: f.at.Line, Column: f.at.Column}}
	}
	var (
		notFound *db.NotFound
		invalid  *db.Invalid
		limit    *limitError
		later    *Later
		code     string
	)
	shown.Extensions = map[string]any{}
	switch {
	case errors.As(f.err, &notFound):
		code, shown.Message = CodeNotFound, notFound.Message
	case errors.As(f.err, &invalid):
		code, shown.Message = CodeBadInput, invalid.Message
	case errors.As(f.err, &limit):
		code, shown.Message = CodeLimit, limit.message
	case errors.As(f.err, &later):
		code, shown.Message = later.Code, later.Message
		shown.Extensions["retryAfter"] = later.seconds()
	case ctx.Err() != nil:
		// What SQLite or anybody else says of being interrupted is beside the point.
		code, shown.Message = CodeTimeout, "the operation was stopped before its end: ask for less, or in pages"
	default:
		log.ErrorContext(ctx, "operation failed", "error", f.err, "path", path.String())
		code, shown.Message = CodeInternal, "internal error: the server's log says more"
	}
	shown.Err = nil
	shown.Extensions["code"] = code
	return shown
}
