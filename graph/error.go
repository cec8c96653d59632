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

// The extensions.code of errors.
const (
	CodeBadRequest      = "BAD_REQUEST"               // the request holds no operation that can be run here
	CodeTooLarge        = "TOO_LARGE"                 // its body is too large
	CodeParse           = "GRAPHQL_PARSE_FAILED"      // the document is no GraphQL
	CodeInvalid         = "GRAPHQL_VALIDATION_FAILED" // the document or its variables do not fit the schema
	CodeNotPersisted    = "PERSISTED_QUERY_NOT_FOUND" // no document of that hash is known: send its text along
	CodeNotTrusted      = "DOCUMENT_NOT_TRUSTED"      // only known documents run here, and this is none
	CodeNoIntrospection = "INTROSPECTION_DISABLED"    // the schema cannot be asked for here

	CodeNotFound = "NOT_FOUND"      // a name or slug is unknown; the message suggests
	CodeBadInput = "BAD_USER_INPUT" // an argument's value cannot be used
	CodeLimit    = "LIMIT"          // the operation asks for more than one operation may
	CodeTimeout  = "TIMEOUT"        // the operation took longer than it may
	CodeRate     = "RATE_LIMITED"   // the client asks for more than it may in a while; extensions.retryAfter has seconds
	CodeBusy     = "BUSY"           // all clients together ask for more than the server does at once; likewise
	CodeInternal = "INTERNAL"       // our fault; the log says more
)

// codedError is what is wrong with a request, before anything runs.
type codedError struct {
	code, message string
	at            *ast.Position // in the document, or nil
}

func (e *codedError) Error() string { return e.message }

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
		coded    *codedError
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
	case errors.As(f.err, &coded):
		code, shown.Message = coded.code, coded.message
		if coded.at != nil {
			shown.Locations = []gqlerror.Location{{Line: coded.at.Line, Column: coded.at.Column}}
		}
	case errors.As(f.err, &later):
		code, shown.Message = later.Code, later.Message
		shown.Extensions["retryAfter"] = later.Seconds()
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
