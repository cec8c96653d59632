package cmd

import (
	"context"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"demarche/graph"
	"demarche/server"
)

// serving is what the flags of serve say.
type serving struct {
	address          string
	public           bool
	token, tokenFile string
	issuer, audience string
	options          server.Options
}

// groups are the flags of serve, their defaults those of the packages that they are for.
func (s *serving) groups() []flagGroup {
	s.options.Graph = graph.Options{}.WithDefaults()
	s.options = s.options.WithDefaults()
	o, limits := &s.options, &s.options.Graph

	who := pflag.NewFlagSet("", pflag.ContinueOnError)
	who.StringVar(&s.address, "addr", "127.0.0.1:8080", "`ADDRESS` to listen on; port 0 takes a free one")
	who.StringArrayVar(&o.Hosts, "host", nil, "`NAME` that clients may call the server by, beside localhost; may be repeated")
	who.StringVar(&s.tokenFile, "token-file", "", "`FILE` of the tokens that clients may show, a line a token: NAME sha256:HASH")
	who.StringVar(&s.token, "token", "", "`TOKEN` that clients may show; whoever lists the processes of this machine sees it")
	who.StringVar(&s.issuer, "oidc-issuer", "", "`URL` of the OpenID Connect issuer whose tokens clients may show")
	who.StringVar(&s.audience, "oidc-audience", "", "`NAME` that tokens of the issuer are made out to")
	who.BoolVar(&s.public, "public", false, "ask nobody for a token, though other machines can reach the address")
	who.StringArrayVar(&o.Origins, "cors-origin", nil, "`ORIGIN` of web pages that may ask, as https://app.example.org; may be repeated")

	one := pflag.NewFlagSet("", pflag.ContinueOnError)
	one.Var(byteSize{&limits.MaxBody}, "max-body", "`SIZE` of a request's body")
	one.IntVar(&limits.MaxTokens, "max-tokens", limits.MaxTokens, "`TOKENS` of a document")
	one.IntVar(&limits.MaxAliases, "max-aliases", limits.MaxAliases, "`FIELDS` of a document that have an alias")
	one.IntVar(&limits.MaxDepth, "max-depth", limits.MaxDepth, "`FIELDS` inside of fields")
	one.IntVar(&limits.MaxFields, "max-fields", limits.MaxFields, "`FIELDS`, with fragments expanded")
	one.IntVar(&limits.MaxStatements, "max-statements", limits.MaxStatements, "SQL `STATEMENTS`")
	one.IntVar(&limits.MaxCost, "max-cost", limits.MaxCost, "`VALUES` of the answer, as its page sizes allow them")
	one.DurationVar(&limits.Timeout, "timeout", limits.Timeout, "`TIME` until it is stopped")

	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	all.IntVar(&limits.MaxDocuments, "max-documents", limits.MaxDocuments, "parsed `DOCUMENTS` that are kept")
	all.DurationVar(&o.HeaderTimeout, "header-timeout", o.HeaderTimeout, "`TIME` in which the header of a request must arrive")
	all.DurationVar(&o.IdleTimeout, "idle-timeout", o.IdleTimeout, "`TIME` that a connection is kept without a request")
	all.DurationVar(&o.ShutdownTimeout, "shutdown-timeout", o.ShutdownTimeout, "`TIME` that running requests may go on after the server was told to stop")

	return []flagGroup{{"Who may ask", who}, {"Limits of one operation", one}, {"Limits of the server", all}}
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
