package server

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// The extensions.code of refusals that are made before an operation is read.
const (
	codeUnauthenticated = "UNAUTHENTICATED" // no token, or one that is not known
	codeWrongHost       = "WRONG_HOST"      // the server is called by a name that is not its own
	codeCrossOrigin     = "CROSS_ORIGIN"    // a page of somebody else asks
)

type clientKey struct{}

// client says who asks: the holder of a token, else an address.
func client(r *http.Request) string {
	if name, found := r.Context().Value(clientKey{}).(string); found {
		return name
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// asksForToken says whether clients must show who they are.
func (s *Server) asksForToken() bool { return s.options.Tokens != nil || s.options.Issuer != nil }

// holder says whose token it is, and what is over once it is good no more.
func (s *Server) holder(ctx context.Context, token string) (name string, good context.Context, known bool) {
	if token == "" {
		return "", nil, false
	}
	if s.options.Tokens != nil {
		if name, good, known := s.options.Tokens.holder(token); known {
			return "token:" + name, good, true
		}
	}
	// What has not the form of a JWT is not worth the issuer's time.
	if s.options.Issuer != nil && strings.Count(token, ".") == 2 {
		if name, known := s.options.Issuer.subject(ctx, token); known {
			return "oidc:" + name, context.Background(), true
		}
	}
	return "", nil, false
}

// shownToken is the token of the header, else of the cookie that /login has set.
func shownToken(r *http.Request) string {
	if scheme, token, found := strings.Cut(r.Header.Get("Authorization"), " "); found && strings.EqualFold(scheme, "Bearer") {
		return strings.TrimSpace(token)
	}
	if cookie, err := r.Cookie(tokenCookie); err == nil {
		return cookie.Value
	}
	return ""
}

// guard lets clients through that show a token, where tokens are asked for. A browser that opens a page is led to the log-in.
func (s *Server) guard(next http.Handler) http.Handler {
	if !s.asksForToken() {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, good, known := s.holder(r.Context(), shownToken(r))
		if known {
			ctx := context.WithValue(r.Context(), clientKey{}, name)
			if r.URL.Path != "/graphql" || r.Header.Get("Upgrade") != "" {
				// What goes on for as long as the client wants ends with the token.
				var cancel context.CancelFunc
				ctx, cancel = context.WithCancel(ctx)
				defer cancel()
				defer context.AfterFunc(good, cancel)()
			}
			next.ServeHTTP(w, r.WithContext(ctx))
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		if r.Method == http.MethodGet && !isGraphQL(r) && strings.Contains(r.Header.Get("Accept"), "text/html") {
			http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
			return
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="demarche"`)
		s.refuse(w, r, http.StatusUnauthorized, codeUnauthenticated,
			"this server asks for a token: send it as `Authorization: Bearer TOKEN`, or log in at /login")
	})
}

// checkHost refuses requests that call the server by a name which is not its own: a page of somebody else, whose name was
// made to lead here, would ask so.
func (s *Server) checkHost(next http.Handler) http.Handler {
	names := map[string]bool{"localhost": true}
	for _, name := range s.options.Hosts {
		names[strings.ToLower(strings.Trim(name, "[]"))] = true
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if host, _, err := net.SplitHostPort(name); err == nil {
			name = host
		}
		name = strings.TrimSuffix(strings.ToLower(strings.Trim(name, "[]")), ".")
		if !names[name] {
			if address, err := netip.ParseAddr(name); err != nil || !address.Unmap().IsLoopback() {
				s.refuse(w, r, http.StatusMisdirectedRequest, codeWrongHost,
					"this server is not known by the name that it was called by: whoever runs it can add the name with --host")
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// checkOrigin refuses what pages of other origins send. Reading is free of it, as GET changes nothing and browsers keep the
// answers from such pages; a socket is no reading, though it begins with a GET.
func (s *Server) checkOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	for _, origin := range s.options.Origins {
		if err := protection.AddTrustedOrigin(origin); err != nil {
			panic(err) // New has looked at them
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		checked := r
		if r.Header.Get("Upgrade") != "" {
			sending := *r
			sending.Method = http.MethodPost
			checked = &sending
		}
		if protection.Check(checked) != nil {
			s.refuse(w, r, http.StatusForbidden, codeCrossOrigin,
				"this request comes from a page of another origin: whoever runs the server can add that origin with --cors-origin")
			return
		}
		next.ServeHTTP(w, r)
	})
}
