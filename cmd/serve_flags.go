package cmd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"demarche/graph"
	"demarche/server"
	"demarche/web"
)

// serving is what the flags of serve say.
type serving struct {
	address          string
	public           bool
	token, tokenFile string
	issuer, audience string
	introspection    bool
	documents        string // folder of trusted documents
	logFormat        string
	logLevel         slog.Level
	collector        string // of traces
	answerCache      int64
	options          server.Options
}

// usualRate is what one client may ask for in a second where other machines can reach the server, unless a flag says: the answers of
// some hundred usual operations, or one of the dearest every five seconds.
const usualRate = 100_000 // values

// tokenTime is how often the file of the tokens is looked at.
const tokenTime = 2 * time.Second

// groups are the flags of serve, their defaults those of the packages that they are for.
func (s *serving) groups() []flagGroup {
	s.options.Graph = graph.Options{}.WithDefaults()
	s.options = s.options.WithDefaults()
	o, limits := &s.options, &s.options.Graph

	who := pflag.NewFlagSet("", pflag.ContinueOnError)
	who.StringVar(&s.address, "addr", "127.0.0.1:8080", "`ADDRESS` to listen on; port 0 takes a free one")
	who.StringArrayVar(&o.Hosts, "host", nil, "`NAME` that clients may call the server by, beside localhost; may be repeated")
	who.StringVar(&s.tokenFile, "token-file", "", "`FILE` of the tokens that clients may show, a line a token: NAME sha256:HASH; it is read again when it changes")
	who.StringVar(&s.token, "token", "", "`TOKEN` that clients may show; whoever lists the processes of this machine sees it")
	who.StringVar(&s.issuer, "oidc-issuer", "", "`URL` of the OpenID Connect issuer whose tokens clients may show")
	who.StringVar(&s.audience, "oidc-audience", "", "`NAME` that tokens of the issuer are made out to")
	who.BoolVar(&s.public, "public", false, "ask nobody for a token, though other machines can reach the address")
	who.StringArrayVar(&o.Origins, "cors-origin", nil, "`ORIGIN` of web pages that may ask, as https://app.example.org; may be repeated")

	who.BoolVar(&s.introspection, "introspection", true, "let clients ask for the schema; --introspection=false leaves /schema.graphql alone")
	who.StringVar(&s.documents, "documents", "", "`FOLDER` of .graphql files: these operations alone are run")

	one := pflag.NewFlagSet("", pflag.ContinueOnError)
	one.Var(byteSize{&limits.MaxBody}, "max-body", "`SIZE` of a request's body")
	one.IntVar(&limits.MaxDocument, "max-document", limits.MaxDocument, "`BYTES` of its document")
	one.IntVar(&limits.MaxTokens, "max-tokens", limits.MaxTokens, "`TOKENS` of the document")
	one.IntVar(&limits.MaxLiteral, "max-literal", limits.MaxLiteral, "`BYTES` of one text in document or variables")
	one.IntVar(&limits.MaxVariables, "max-variables", limits.MaxVariables, "`VARIABLES` of an operation")
	one.IntVar(&limits.MaxValues, "max-values", limits.MaxValues, "`VALUES` of the variables, those inside of others too")
	one.IntVar(&limits.MaxDepth, "max-depth", limits.MaxDepth, "`FIELDS` inside of fields")
	one.IntVar(&limits.MaxIntrospection, "max-introspection", limits.MaxIntrospection, "`LISTS` of the schema's fields inside of lists of them")
	one.IntVar(&limits.MaxFields, "max-fields", limits.MaxFields, "`FIELDS`, with fragments expanded")
	one.IntVar(&limits.MaxRootFields, "max-root-fields", limits.MaxRootFields, "`FIELDS` at the root")
	one.IntVar(&limits.MaxRepeats, "max-repeats", limits.MaxRepeats, "`TIMES` that one name of the answer may stand in one selection")
	one.IntVar(&limits.MaxAliases, "max-aliases", limits.MaxAliases, "`FIELDS` of a document that have an alias")
	one.IntVar(&limits.MaxDirectives, "max-directives", limits.MaxDirectives, "`DIRECTIVES` of a document")
	one.IntVar(&limits.MaxWords, "max-words", limits.MaxWords, "`WORDS` that it searches texts for")
	one.IntVar(&limits.MaxStatements, "max-statements", limits.MaxStatements, "SQL `STATEMENTS`")
	one.IntVar(&limits.MaxCost, "max-cost", limits.MaxCost, "`VALUES` of the answer, as its page sizes allow them, and what finding them is worth in values")
	one.IntVar(&limits.MaxAnswer, "max-answer", limits.MaxAnswer, "`BYTES` of the answer")
	one.IntVar(&limits.MaxErrors, "max-errors", limits.MaxErrors, "`ERRORS` of the answer")
	one.DurationVar(&limits.Timeout, "timeout", limits.Timeout, "`TIME` until it is stopped")

	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	all.IntVar(&limits.MaxOperations, "max-operations", limits.MaxOperations, "`OPERATIONS` at once")
	all.IntVar(&limits.MaxDear, "max-dear", limits.MaxDear, "dear `OPERATIONS` at once, those that may take long; one more waits (of as many processors one is left to all others)")
	all.IntVar(&limits.MaxWaiting, "max-waiting", limits.MaxWaiting, "dear `OPERATIONS` of one client that may wait")
	all.IntVar(&o.MaxClients, "max-clients", o.MaxClients, "`CONNECTIONS` at once; one more waits")
	all.IntVar(&limits.MaxDocuments, "max-documents", limits.MaxDocuments, "parsed `DOCUMENTS` that are kept")
	all.IntVar(&o.Rate, "rate", 0, fmt.Sprintf("`VALUES` a second that one client may ask for, on average; 0 for any number (default %d, on a loopback address 0)", usualRate))
	all.IntVar(&o.Burst, "burst", o.Burst, "`VALUES` that it may ask for at once")
	all.DurationVar(&o.HeaderTimeout, "header-timeout", o.HeaderTimeout, "`TIME` in which the header of a request must arrive")
	all.DurationVar(&o.ReadTimeout, "read-timeout", o.ReadTimeout, "`TIME` in which a request must arrive")
	all.DurationVar(&o.WriteTimeout, "write-timeout", o.WriteTimeout, "`TIME` in which it must be answered and sent, subscriptions and downloads apart")
	all.DurationVar(&o.IdleTimeout, "idle-timeout", o.IdleTimeout, "`TIME` that a connection is kept without a request")
	all.DurationVar(&o.ShutdownTimeout, "shutdown-timeout", o.ShutdownTimeout, "`TIME` that running requests may go on after the server was told to stop")

	subscribers := pflag.NewFlagSet("", pflag.ContinueOnError)
	subscribers.IntVar(&limits.MaxConnections, "max-connections", limits.MaxConnections, "WebSockets and event `STREAMS` at once")
	subscribers.IntVar(&limits.MaxSubscriptions, "max-subscriptions", limits.MaxSubscriptions, "`OPERATIONS` at once on one WebSocket")
	subscribers.DurationVar(&limits.InitTimeout, "init-timeout", limits.InitTimeout, "`TIME` in which a WebSocket must be initialised")
	subscribers.DurationVar(&limits.KeepAlive, "keep-alive", limits.KeepAlive, "`TIME` between signs of life")
	subscribers.DurationVar(&limits.Poll, "poll", limits.Poll, "`TIME` between looks for new raises")

	watching := pflag.NewFlagSet("", pflag.ContinueOnError)
	watching.StringVar(&s.logFormat, "log-format", "text", "`FORMAT` of the log on stderr: text or json")
	watching.TextVar(&s.logLevel, "log-level", slog.LevelInfo, "`LEVEL` from which on it is written: debug (each operation), info (refusals), warn, error")
	watching.DurationVar(&o.Slow, "slow", 500*time.Millisecond, "`TIME` from which on an operation is logged with its statements and their plans; 0 logs none")
	watching.StringVar(&s.collector, "otlp-endpoint", "", "`URL` of the OpenTelemetry collector that traces go to, as http://127.0.0.1:4318/v1/traces")

	caching := pflag.NewFlagSet("", pflag.ContinueOnError)
	s.answerCache = o.AnswerCache
	caching.Var(byteSize{&s.answerCache}, "answer-cache", "`SIZE` of the answers that are kept until the graph changes; 0 keeps none")
	caching.StringVar(&o.CacheControl, "cache-control", "", "`TEXT` of the header Cache-Control of answers to GET (default no-cache, with tokens \"private, no-cache\")")

	return []flagGroup{{"Who may ask", who}, {"Limits of one operation", one}, {"Limits of the server", all},
		{"Limits of subscribers", subscribers}, {"Watching", watching}, {"Caching", caching}}
}

// check refuses flags that do not go together, or that say nothing.
func (s *serving) check(flags *pflag.FlagSet, groups []flagGroup) error {
	_, _, err := net.SplitHostPort(s.address)
	if err != nil {
		return usagef("--addr %q is no HOST:PORT, such as 127.0.0.1:8080", s.address)
	}
	credentials := s.token != "" || s.tokenFile != "" || s.issuer != ""
	switch {
	case !credentials && !s.public && !isLoopback(hostOf(s.address)):
		return usagef("--addr %s can be reached from other machines: say who may ask with --token-file or --oidc-issuer, or that anybody may with --public", s.address)
	case credentials && s.public:
		return usagef("--public lets anybody ask: leave it out, or the tokens")
	case (s.issuer != "") != (s.audience != ""):
		return usagef("--oidc-issuer and --oidc-audience go together: whose tokens are taken, and made out to whom")
	}
	if s.logFormat != "text" && s.logFormat != "json" {
		return usagef("unknown --log-format %q: it is text or json", s.logFormat)
	}
	if address, err := url.Parse(s.collector); s.collector != "" && (err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https") {
		return usagef("--otlp-endpoint %q is no URL such as http://127.0.0.1:4318/v1/traces", s.collector)
	}
	if s.options.Slow < 0 {
		return usagef("--slow %s is no time", s.options.Slow)
	}
	for _, host := range s.options.Hosts {
		if host == "" || strings.ContainsAny(host, "/ ") {
			return usagef("--host %q is no name such as news.example.org", host)
		}
	}
	for _, origin := range s.options.Origins {
		if err := server.CheckOrigin(origin); err != nil {
			return usagef("--cors-origin %w", err)
		}
	}
	for _, group := range groups {
		if !strings.HasPrefix(group.title, "Limits") {
			continue
		}
		group.flags.VisitAll(func(flag *pflag.Flag) {
			value := flag.Value.String()
			if flag.Name == "rate" && value == "0" {
				return // bounds nobody
			}
			if set := flags.Lookup(flag.Name); set.Changed && (strings.HasPrefix(value, "-") || value == "0" || value == "0s") {
				err = usagef("--%s %s is no limit: give a value above 0", flag.Name, value)
			}
		})
	}
	return err
}

// hostOf is the host of an address that check has looked at.
func hostOf(address string) string {
	host, _, _ := net.SplitHostPort(address)
	return host
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// complete sets the options that hang on several flags, or on the program's streams.
func (s *serving) complete(flags *pflag.FlagSet, stderr io.Writer) {
	s.options.AnswerCache = cmp.Or(s.answerCache, -1)
	if !flags.Changed("rate") && !isLoopback(hostOf(s.address)) {
		s.options.Rate = usualRate
	}
	handling := &slog.HandlerOptions{Level: s.logLevel}
	s.options.Logger = slog.New(slog.NewTextHandler(stderr, handling))
	if s.logFormat == "json" {
		s.options.Logger = slog.New(slog.NewJSONHandler(stderr, handling))
	}
	s.options.Graph.Logger = s.options.Logger
	s.options.Graph.NoIntrospection = !s.introspection
	s.options.Operations = web.Operations()
}

// trust reads the documents that alone are run, where there are any.
func (s *serving) trust() error {
	if s.documents == "" {
		return nil
	}
	documents, err := graph.ReadDocuments(os.DirFS(s.documents))
	if err != nil {
		return fmt.Errorf("--documents %s: %w", s.documents, err)
	}
	s.options.Graph.Documents = documents
	s.options.Operations = append(s.options.Operations, documents.Names()...)
	return nil
}

// credentials reads the tokens and asks the issuer, where there are any.
func (s *serving) credentials(ctx context.Context) error {
	if s.tokenFile != "" {
		file, err := os.Open(s.tokenFile)
		if err != nil {
			return fmt.Errorf("read the tokens: %w", err)
		}
		defer file.Close()
		if s.options.Tokens, err = server.ReadTokens(file); err != nil {
			return fmt.Errorf("%s: %w", s.tokenFile, err)
		}
		go s.options.Tokens.Follow(ctx, s.tokenFile, time.Tick(tokenTime), s.options.Logger)
	}
	if s.token != "" {
		if s.options.Tokens == nil {
			s.options.Tokens = &server.Tokens{}
		}
		if err := s.options.Tokens.Add("flag", s.token); err != nil {
			return usagef("--token: %w", err)
		}
	}
	if s.issuer != "" {
		// The connection to the issuer outlives the start.
		issuer, err := server.NewIssuer(ctx, s.issuer, s.audience)
		if err != nil {
			return err
		}
		s.options.Issuer = issuer
	}
	return nil
}

// base is the address of the server as clients may call it.
func (s *serving) base(listener net.Listener) string {
	host, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return "http://" + listener.Addr().String()
	}
	switch {
	case isLoopback(host):
	case len(s.options.Hosts) > 0:
		host = s.options.Hosts[0]
	default:
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(strings.Trim(host, "[]"), port)
}
