package graph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/executor"
	"github.com/99designs/gqlgen/graphql/handler"
	"github.com/99designs/gqlgen/graphql/handler/extension"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"demarche/db"
)

// Options bound what one operation may ask for; a zero field stands for its default. What goes past a bound is
// refused with an error whose extensions.code is LIMIT (TIMEOUT for the last).
type Options struct {
	MaxBody       int64         // bytes of a request, default 1 MiB
	MaxTokens     int           // tokens of a document, default 2,000
	MaxAliases    int           // aliased fields of a document, default 100
	MaxDepth      int           // fields inside of fields, default 20
	MaxFields     int           // fields with fragments expanded, default 5,000
	MaxStatements int           // SQL statements, default 50
	MaxCost       int           // values of the answer as its page sizes allow them, default 500,000
	MaxDocuments  int           // parsed documents that are kept with their plans, default 1,000
	Timeout       time.Duration // of an operation, default 10 s
	Logger        *slog.Logger  // default slog.Default()

	// Admit is asked before an operation of that Cost runs and may refuse it with Later; nil lets all in.
	Admit func(ctx context.Context, cost int) error
	// Observe is told of each operation that has ended; it keeps nothing of it. Nil where nobody wants to know.
	Observe func(ctx context.Context, operation *Operation)
}

// WithDefaults has a value in every field that has a default.
func (o Options) WithDefaults() Options {
	o.MaxBody = cmp.Or(o.MaxBody, 1<<20)
	o.MaxTokens = cmp.Or(o.MaxTokens, 2000)
	o.MaxAliases = cmp.Or(o.MaxAliases, 100)
	o.MaxDepth = cmp.Or(o.MaxDepth, 20)
	o.MaxFields = cmp.Or(o.MaxFields, 5000)
	o.MaxStatements = cmp.Or(o.MaxStatements, 50)
	o.MaxCost = cmp.Or(o.MaxCost, 500_000)
	o.MaxDocuments = cmp.Or(o.MaxDocuments, 1000)
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	return o
}

// SDL is the schema as clients see it.
func SDL() string { return sources[0].Input }

// NewHandler serves GraphQL over HTTP: POST with a JSON body, and GET with the same in the query string.
func NewHandler(reader *db.Reader, options Options) http.Handler {
	s := newSchema(reader, options)
	server := handler.New(s)
	server.SetQueryCache(s.documents)
	server.SetParserTokenLimit(s.options.MaxTokens)
	server.SetErrorPresenter(s.presentError)
	server.SetRecoverFunc(s.recovered)
	server.Use(extension.Introspection{})
	server.AddTransport(&transport{s})
	return server
}

// Execute answers one operation without HTTP. Values of variables are as JSON decodes them; operationName may be
// empty where the document has one operation. The answer's errors are those that a client would see.
func Execute(ctx context.Context, reader *db.Reader, query string, variables map[string]any, operationName string) *graphql.Response {
	s := newSchema(reader, Options{})
	e := executor.New(s)
	e.SetQueryCache(s.documents)
	e.SetParserTokenLimit(s.options.MaxTokens)
	e.SetErrorPresenter(s.presentError)
	e.SetRecoverFunc(s.recovered)
	e.Use(extension.Introspection{})
	return s.dispatch(graphql.StartOperationTrace(ctx), e, &graphql.RawParams{Query: query, Variables: variables, OperationName: operationName})
}

// schema is gqlgen's executable schema with plans in the place of resolvers.
type schema struct {
	graphql.ExecutableSchema // parses and introspects
	reader                   *db.Reader
	options                  Options
	documents                *documents
	buffers                  *sync.Pool // of *[]byte, for the data of answers
}

// buffer is room for an answer's data.
func (s *schema) buffer() []byte {
	if pooled, found := s.buffers.Get().(*[]byte); found {
		return (*pooled)[:0]
	}
	return make([]byte, 0, 16<<10)
}

// maxBuffer bounds the room that is kept for further answers.
const maxBuffer = 1 << 20

// recycle takes the data of an answer that nobody reads any more.
func (s *schema) recycle(data []byte) {
	if data != nil && cap(data) <= maxBuffer {
		s.buffers.Put(&data)
	}
}

func newSchema(reader *db.Reader, options Options) *schema {
	options = options.WithDefaults()
	return &schema{NewExecutableSchema(Config{}), reader, options, newDocuments(options.MaxDocuments), &sync.Pool{}}
}

// dispatch answers one request: both ways in, HTTP and Execute, lead here.
func (s *schema) dispatch(ctx context.Context, e graphql.GraphExecutor, params *graphql.RawParams) *graphql.Response {
	ctx, seen := s.observed(ctx)
	if seen != nil {
		seen.Document = params.Query
		_, seen.Known = s.documents.Get(ctx, params.Query)
	}
	response := s.answer(ctx, e, params)
	s.tell(ctx, seen, response)
	return response
}

func (s *schema) answer(ctx context.Context, e graphql.GraphExecutor, params *graphql.RawParams) *graphql.Response {
	operation, failures := e.CreateOperationContext(ctx, params)
	if failures != nil {
		if operation.Doc != nil && operation.Operation == nil {
			failures[0].Message = notChosen(operation.Doc.Operations, params.OperationName)
		}
		return e.DispatchError(graphql.WithOperationContext(ctx, operation), failures)
	}
	seenBy(ctx).Name = operation.Operation.Name
	responses, ctx := e.DispatchOperation(ctx, operation)
	response := responses(ctx)
	if response == nil { // the time was over before anything was answered
		response = &graphql.Response{Errors: gqlerror.List{present(ctx, s.options.Logger, &fault{err: context.Cause(ctx)})}}
	}
	return response
}

// notChosen says why a name chooses none of a document's operations.
func notChosen(operations ast.OperationList, name string) string {
	if name == "" {
		return fmt.Sprintf("the document has %d operations: choose one with operationName", len(operations))
	}
	names := make([]string, len(operations))
	for i, operation := range operations {
		names[i] = cmp.Or(operation.Name, "one without a name") // which is then the only one
	}
	return fmt.Sprintf("the document has no operation %q: it has %s", name, strings.Join(names, ", "))
}

// Exec answers an operation by its plan; it takes the place of the generated method.
func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	found, err := s.plan(operation)
	if err != nil {
		graphql.AddError(ctx, err)
		return nil
	}
	r := &run{schema: s, plan: found, variables: operation.Variables, arguments: map[*compiled]arguments{}}
	cost, err := r.cost(s.options.MaxCost)
	if err == nil && s.options.Admit != nil {
		err = s.options.Admit(ctx, cost)
	}
	if err != nil {
		graphql.AddError(ctx, err)
		return nil
	}
	seenBy(ctx).Cost = cost
	return func(ctx context.Context) *graphql.Response { return s.execute(ctx, operation, r) }
}

func (s *schema) plan(operation *graphql.OperationContext) (*plan, error) {
	key := planKey{operation.Operation, conditions(operation.Doc, operation.Variables)}
	if found := s.documents.plan(operation.Doc, key); found != nil {
		return found, nil
	}
	if aliases := countAliases(operation.Doc); aliases > s.options.MaxAliases {
		return nil, limitf("the document has %d aliases, at most %d are allowed: ask in several requests", aliases, s.options.MaxAliases)
	}
	made, err := s.compile(operation.Doc, operation.Operation, operation.Variables)
	if err != nil {
		return nil, err
	}
	if statements := made.results + made.fetches; statements > s.options.MaxStatements {
		return nil, limitf("the operation takes up to %d statements, at most %d are allowed: ask in several requests", statements, s.options.MaxStatements)
	}
	s.documents.keep(operation.Doc, key, made)
	return made, nil
}

func countAliases(document *ast.QueryDocument) int {
	count := 0
	var visit func(set ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selected := range set {
			switch selected := selected.(type) {
			case *ast.Field:
				if selected.Alias != selected.Name {
					count++
				}
				visit(selected.SelectionSet)
			case *ast.InlineFragment:
				visit(selected.SelectionSet)
			}
		}
	}
	for _, operation := range document.Operations {
		visit(operation.SelectionSet)
	}
	for _, fragment := range document.Fragments {
		visit(fragment.SelectionSet)
	}
	return count
}

func (s *schema) execute(ctx context.Context, operation *graphql.OperationContext, r *run) *graphql.Response {
	ctx, cancel := context.WithTimeout(ctx, s.options.Timeout)
	defer cancel()
	response := &graphql.Response{}
	err := s.reader.View(ctx, func(view *db.View) error {
		r.view = view
		r.introspect = func(c *compiled) ([]byte, error) { return s.introspect(ctx, operation, c) }
		response.Data = r.answer(ctx, s.buffer())
		if s.options.Observe != nil {
			seenBy(ctx).Ran = slices.Clone(view.Ran())
		}
		for _, fault := range r.faults {
			response.Errors = append(response.Errors, present(ctx, s.options.Logger, fault))
		}
		if view.LiteralText() {
			graphql.RegisterExtension(ctx, "fullText", "a full-text condition is no valid query and was taken word by word")
		}
		return nil
	})
	if err != nil {
		response.Data = append(s.buffer(), "null"...)
		response.Errors = gqlerror.List{present(ctx, s.options.Logger, &fault{err: err})}
	}
	return response
}

// introspect has gqlgen answer one field of the operation: __schema or __type.
func (s *schema) introspect(ctx context.Context, operation *graphql.OperationContext, c *compiled) ([]byte, error) {
	set := make(ast.SelectionSet, len(c.merged))
	for i, field := range c.merged {
		set[i] = field
	}
	alone := *operation.Operation
	alone.SelectionSet = set
	ctx = graphql.WithOperationContext(ctx, &graphql.OperationContext{
		RawQuery: operation.RawQuery, Variables: operation.Variables, OperationName: operation.OperationName,
		Doc: operation.Doc, Operation: &alone, DisableIntrospection: operation.DisableIntrospection,
		RecoverFunc: operation.RecoverFunc, ResolverMiddleware: operation.ResolverMiddleware,
		RootResolverMiddleware: operation.RootResolverMiddleware, Stats: operation.Stats,
	})
	response := s.ExecutableSchema.Exec(ctx)(ctx)
	// {"alias":value} is what it writes; the value is wanted.
	if front := 1 + len(c.key); len(response.Data) > front {
		return response.Data[front : len(response.Data)-1], nil
	}
	return []byte("null"), nil
}

// presentError is for errors that come from gqlgen itself, or from Exec before there is an answer.
func (s *schema) presentError(ctx context.Context, err error) *gqlerror.Error {
	var known *gqlerror.Error
	if errors.As(err, &known) && strings.HasPrefix(known.Message, "exceeded token limit") {
		return present(ctx, s.options.Logger, &fault{err: limitf("the document has more than %d tokens: ask in several requests", s.options.MaxTokens)})
	}
	if errors.As(err, &known) && (known.Err == nil || known.Extensions["code"] != nil) {
		return known
	}
	return present(ctx, s.options.Logger, &fault{err: err})
}

func (s *schema) recovered(ctx context.Context, reason any) error {
	s.options.Logger.ErrorContext(ctx, "operation panicked", "reason", reason, "stack", string(debug.Stack()))
	return errors.New("panic")
}
