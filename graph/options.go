package graph

import (
	"cmp"
	"context"
	"log/slog"
	"runtime"
	"time"
)

// Options bound what one operation, one connection and all clients together may ask for; a zero field stands for its
// default. What goes past a bound is refused with an error whose extensions.code stands in brackets, LIMIT where none does.
type Options struct {
	// A request, before it is understood.
	MaxBody     int64 // bytes of its body, default 256 KiB [TOO_LARGE]
	MaxDocument int   // bytes of a document, default 64 KiB
	MaxTokens   int   // tokens of a document, default 2,000
	MaxValues   int   // values of the variables, those inside of lists and objects too, default 2,000
	MaxLiteral  int   // bytes of one text, in the document or in a variable, default 16 KiB

	// A document, before it is validated. Fields are counted with fragments expanded, each as often as it is spread.
	MaxDepth         int // fields inside of fields, default 20
	MaxIntrospection int // lists of fields, input fields, interfaces and possible types of the schema inside of each other, default 2
	MaxFields        int // fields of an operation, default 5,000
	MaxRootFields    int // fields of an operation that stand at its root, default 50
	MaxRepeats       int // times that one response key stands in one selection, default 50
	MaxAliases       int // aliased fields of a document, default 100
	MaxDirectives    int // directives of a document, default 200; on one field or fragment at most 5
	MaxVariables     int // variables of an operation, default 100

	// An operation, before it runs.
	MaxWords      int // words of full-text conditions, AND, OR and NOT among them, default 50
	MaxStatements int // SQL statements, default 50
	MaxCost       int // values of the answer as its page sizes allow them, and what finding them is worth in values, default 500,000; an article's text counts as 100

	MaxAnswer     int           // bytes of an answer, about, default 16 MiB: lists that go past it are refused
	MaxErrors     int           // errors of an answer, default 20; a last one says how many more there were
	MaxDocuments  int           // parsed documents that are kept with their plans, default 1,000, and at most 32 MiB of them
	MaxOperations int           // operations at once, default 1,024 [BUSY, status 503]
	MaxDear       int           // of them such as take long, default one less than there are processors, at least 1; others of the kind wait
	MaxWaiting    int           // operations of one client that wait so, default 16 [BUSY, status 503]
	Timeout       time.Duration // of an operation, also while it waits, default 10 s [TIMEOUT]

	// Subscriptions.
	MaxConnections   int           // WebSockets and event streams at once, default 1,000 [BUSY, status 503]
	MaxSubscriptions int           // operations at once on one WebSocket, default 20
	InitTimeout      time.Duration // in which a WebSocket has to be initialised, default 3 s [closed with 4408]
	KeepAlive        time.Duration // between signs of life on WebSockets and event streams, default 15 s
	Poll             time.Duration // between looks for new raises, while anybody subscribes, default 250 ms
	Origins          []string      // hosts or origins, app.example.org or https://app.example.org, whose pages may open WebSockets beside the server's own

	// NoIntrospection refuses __schema and __type [INTROSPECTION_DISABLED], and suggests nothing where a name is wrong.
	NoIntrospection bool
	// Documents are the only ones that run, where it is not nil: others are refused [DOCUMENT_NOT_TRUSTED].
	Documents *Documents

	Logger *slog.Logger // default slog.Default()

	// Client says who asks, so that clients take turns where operations wait; nil takes all for one.
	Client func(ctx context.Context) string
	// Admit is asked before an operation of that Cost runs, and over WebSockets also before it is read (CostOfBytes), and may refuse it
	// with Later; nil lets all in.
	Admit func(ctx context.Context, cost int) error
	// Observe is told of each operation that has ended, and of each subscription that has begun; it keeps nothing of it.
	// Nil where nobody wants to know.
	Observe func(ctx context.Context, operation *Operation)
}

// maxDirectivesHere bounds the directives of one field or fragment: the schema has two that may stand there.
const maxDirectivesHere = 5

// WithDefaults has a value in every field that has a default.
func (o Options) WithDefaults() Options {
	o.MaxBody = cmp.Or(o.MaxBody, 256<<10)
	o.MaxDocument = cmp.Or(o.MaxDocument, 64<<10)
	o.MaxTokens = cmp.Or(o.MaxTokens, 2000)
	o.MaxValues = cmp.Or(o.MaxValues, 2000)
	o.MaxLiteral = cmp.Or(o.MaxLiteral, 16<<10)
	o.MaxDepth = cmp.Or(o.MaxDepth, 20)
	o.MaxIntrospection = cmp.Or(o.MaxIntrospection, 2)
	o.MaxFields = cmp.Or(o.MaxFields, 5000)
	o.MaxRootFields = cmp.Or(o.MaxRootFields, 50)
	o.MaxRepeats = cmp.Or(o.MaxRepeats, 50)
	o.MaxAliases = cmp.Or(o.MaxAliases, 100)
	o.MaxDirectives = cmp.Or(o.MaxDirectives, 200)
	o.MaxVariables = cmp.Or(o.MaxVariables, 100)
	o.MaxWords = cmp.Or(o.MaxWords, 50)
	o.MaxStatements = cmp.Or(o.MaxStatements, 50)
	o.MaxCost = cmp.Or(o.MaxCost, 500_000)
	o.MaxAnswer = cmp.Or(o.MaxAnswer, 16<<20)
	o.MaxErrors = cmp.Or(o.MaxErrors, 20)
	o.MaxDocuments = cmp.Or(o.MaxDocuments, 1000)
	o.MaxOperations = cmp.Or(o.MaxOperations, 1024)
	o.MaxDear = cmp.Or(o.MaxDear, max(1, runtime.GOMAXPROCS(0)-1))
	o.MaxWaiting = cmp.Or(o.MaxWaiting, 16)
	o.Timeout = cmp.Or(o.Timeout, 10*time.Second)
	o.MaxConnections = cmp.Or(o.MaxConnections, 1000)
	o.MaxSubscriptions = cmp.Or(o.MaxSubscriptions, 20)
	o.InitTimeout = cmp.Or(o.InitTimeout, 3*time.Second)
	o.KeepAlive = cmp.Or(o.KeepAlive, 15*time.Second)
	o.Poll = cmp.Or(o.Poll, 250*time.Millisecond)
	o.Logger = cmp.Or(o.Logger, slog.Default())
	if o.Client == nil {
		o.Client = func(context.Context) string { return "" }
	}
	return o
}
