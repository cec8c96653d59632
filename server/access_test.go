package server

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
)

const secret = "0123456789abcdef0123456789abcdef"

func tokensOf(t testing.TB, token string) *Tokens {
	t.Helper()
	hash := sha256.Sum256([]byte(token))
	tokens, err := ReadTokens(strings.NewReader("# who may\n\nanalyst sha256:" + hex.EncodeToString(hash[:]) + " # until May\n"))
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

func TestReadTokensRefuses(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"", "it holds no token"},
		{"# nothing\n", "it holds no token"},
		{"analyst\n", "line 1 is not NAME sha256:HASH"},
		{"# one\nanalyst " + secret, "line 2 is not NAME sha256:HASH"},
		{"analyst sha256:beef", "line 1: the hash is not of 64 hexadecimal digits"},
		{"analyst sha256:" + strings.Repeat("g", 64), "line 1: the hash is not of 64 hexadecimal digits"},
		{"analyst sha256:" + strings.Repeat("a", 66), "line 1: the hash is not of 64 hexadecimal digits"},
	} {
		if _, err := ReadTokens(strings.NewReader(test.text)); err == nil || err.Error() != test.want {
			t.Errorf("%q: got %v, want %s", test.text, err, test.want)
		}
	}
	for _, token := range []string{"short", "has a space in it, and more", `quoted"0123456789abcdef`, "semicolon;0123456789abcdef", "not-ascii-é-0123456789"} {
		if err := new(Tokens).Add("x", token); err == nil {
			t.Errorf("token %q: got no error", token)
		}
	}
}

// TestEveryRouteAsksForAToken walks what the server has; what is free is named here.
func TestEveryRouteAsksForAToken(t *testing.T) {
	handler := newServer(t, Options{Tokens: tokensOf(t, secret)})
	for _, path := range []string{"/healthz", "/readyz", "/login"} {
		if got := ask(t, handler, call{path: path}); got.StatusCode != http.StatusOK {
			t.Errorf("%s: got %s, want it free", path, got.Status)
		}
	}
	for _, path := range []string{"/assets/none.js", "/icon.svg", "/theme.js"} {
		if got := ask(t, handler, call{path: path}); got.StatusCode == http.StatusUnauthorized {
			t.Errorf("%s: got %s, want it free", path, got.Status)
		}
	}
	calls := []call{
		countCall(nil), {path: countPath()}, {path: "/graphql", header: map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"}},
		{path: "/graphql", method: http.MethodDelete}, {path: "/schema.graphql"}, {path: "/metrics"}, {path: "/export/raises.csv"},
		{path: "/graphql/stream?query=x"}, {path: "/"}, {path: "/playground"}, {path: "/nothing"}, {path: "/assets/../metrics"},
	}
	for _, c := range calls {
		for name, header := range map[string]map[string]string{
			"nothing":       {},
			"another token": {"Authorization": "Bearer " + strings.Replace(secret, "0", "1", 1)},
			"the hash":      {"Authorization": "Bearer " + hex.EncodeToString(tokensOf(t, secret).entries[0].hash[:])},
			"a password":    {"Authorization": "Basic " + secret},
			"wrong cookie":  {"Cookie": "demarche_token=x"},
		} {
			with := c
			with.header = maps.Clone(header)
			for key, value := range c.header {
				with.header[key] = value
			}
			got := ask(t, handler, with)
			if got.StatusCode != http.StatusUnauthorized && got.StatusCode != http.StatusTemporaryRedirect && got.StatusCode != http.StatusMovedPermanently {
				t.Errorf("%s %s with %s: got %s, want 401", c.method, c.path, name, got.Status)
			}
			if strings.HasPrefix(c.path, "/graphql") && !strings.Contains(got.body, `"code":"UNAUTHENTICATED"`) {
				t.Errorf("%s with %s: got %s, want a GraphQL error", c.path, name, got.body)
			}
		}
	}
	for name, header := range map[string]map[string]string{
		"header":           {"Authorization": "Bearer " + secret},
		"lower-case":       {"Authorization": "bearer " + secret},
		"cookie":           {"Cookie": "demarche_token=" + secret},
		"header of cookie": {"Authorization": "Bearer " + secret, "Cookie": "demarche_token=stale"},
	} {
		if got := ask(t, handler, countCall(header)); got.StatusCode != http.StatusOK || !strings.Contains(got.body, `"articleCount":`) {
			t.Errorf("%s: got %s %s, want an answer", name, got.Status, got.body)
		}
	}
}

func TestLogIn(t *testing.T) {
	handler := newServer(t, Options{Tokens: tokensOf(t, secret)})
	page := map[string]string{"Accept": "text/html,application/xhtml+xml"}
	got := ask(t, handler, call{path: "/pair/JP/US?issue=tariffs", header: page})
	if want := "/login?next=%2Fpair%2FJP%2FUS%3Fissue%3Dtariffs"; got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != want {
		t.Fatalf("a page: got %s to %s, want 303 to %s", got.Status, got.Header.Get("Location"), want)
	}
	form := ask(t, handler, call{path: got.Header.Get("Location"), header: page})
	if !strings.Contains(form.body, `value="/pair/JP/US?issue=tariffs"`) {
		t.Errorf("the form does not know where to go next: %s", form.body)
	}
	style := form.body[strings.Index(form.body, "<style>")+len("<style>") : strings.Index(form.body, "</style>")]
	if style != loginCSS {
		t.Errorf("style of the form: got %q, want the text that the policy has the hash of", style)
	}
	if policy := form.Header.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || !strings.Contains(policy, "form-action 'self'") {
		t.Errorf("policy: got %s", policy)
	}

	send := func(token, next string, header map[string]string) answered {
		all := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
		maps.Copy(all, header)
		return ask(t, handler, call{method: http.MethodPost, path: "/login", body: url.Values{"token": {token}, "next": {next}}.Encode(), header: all})
	}
	for token, want := range map[string]int{"": http.StatusBadRequest, "wrong": http.StatusUnauthorized, secret + "0": http.StatusUnauthorized} {
		if got := send(token, "/", nil); got.StatusCode != want || got.Header.Get("Set-Cookie") != "" || !strings.Contains(got.body, `role="alert"`) {
			t.Errorf("log-in with %q: got %s and cookie %q, want %d and the form again", token, got.Status, got.Header.Get("Set-Cookie"), want)
		}
	}
	if got := send(secret, "/", map[string]string{"Sec-Fetch-Site": "cross-site"}); got.StatusCode != http.StatusForbidden {
		t.Errorf("log-in from another site: got %s, want 403", got.Status)
	}
	if got := send(strings.Repeat("x", maxLogin), "/", nil); got.StatusCode != http.StatusBadRequest {
		t.Errorf("log-in with a huge form: got %s, want 400", got.Status)
	}

	in := send(" "+secret+"\n", "/pair/JP/US?issue=tariffs", nil)
	if in.StatusCode != http.StatusSeeOther || in.Header.Get("Location") != "/pair/JP/US?issue=tariffs" {
		t.Fatalf("log-in: got %s to %s", in.Status, in.Header.Get("Location"))
	}
	cookie := in.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || cookie.Path != "/" {
		t.Errorf("cookie: got %s", in.Header.Get("Set-Cookie"))
	}
	if sign := in.Cookies()[1]; sign.Name != loginCookie || sign.HttpOnly || sign.Value != "1" {
		t.Errorf("sign of the log-in: got %s, want one that pages can see and that does not hold the token", sign)
	}
	if over := send(secret, "/", map[string]string{"X-Forwarded-Proto": "https"}); !over.Cookies()[0].Secure {
		t.Errorf("cookie behind TLS: got %s, want Secure", over.Header.Get("Set-Cookie"))
	}
	if got := ask(t, handler, countCall(map[string]string{"Cookie": cookie.String()})); got.StatusCode != http.StatusOK {
		t.Errorf("an operation after the log-in: got %s", got.Status)
	}
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example"} {
		if got := send(secret, next, nil).Header.Get("Location"); got != "/" {
			t.Errorf("next=%q: led to %q, want /", next, got)
		}
	}

	out := ask(t, handler, call{method: http.MethodPost, path: "/logout"})
	if cookie := out.Cookies()[0]; out.Header.Get("Location") != "/login" || cookie.MaxAge >= 0 || cookie.Value != "" {
		t.Errorf("log-out: got %s, cookie %s", out.Status, out.Header.Get("Set-Cookie"))
	}
	if sign := out.Cookies()[1]; sign.Name != loginCookie || sign.MaxAge >= 0 {
		t.Errorf("sign of the log-in after the log-out: got %s, want it gone", sign)
	}
	if got := ask(t, handler, call{path: "/logout", header: map[string]string{"Authorization": "Bearer " + secret}}); got.Header.Get("Set-Cookie") != "" {
		t.Errorf("GET /logout: got %s and %s, want no change", got.Status, got.Header.Get("Set-Cookie"))
	}
}

// issuer is an OpenID Connect provider with one key.
type issuer struct {
	*httptest.Server
	key    *ecdsa.PrivateKey
	signer jose.Signer
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key, signer: signerOf(t, key)}
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(map[string]any{
			"issuer": i.URL, "jwks_uri": i.URL + "/keys", "authorization_endpoint": i.URL + "/auth", "token_endpoint": i.URL + "/token",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: crypto.PublicKey(&key.PublicKey), KeyID: "k", Algorithm: "ES256", Use: "sig"}}})
	})
	i.Server = httptest.NewServer(mux)
	t.Cleanup(i.Close)
	return i
}

func signerOf(t *testing.T, key *ecdsa.PrivateKey) jose.Signer {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: "k"}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return signer
}

func sign(t *testing.T, signer jose.Signer, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

func TestTokensOfAnIssuer(t *testing.T) {
	provider := newIssuer(t)
	ctx := oidc.ClientContext(context.Background(), provider.Client())
	known, err := NewIssuer(ctx, provider.URL, "demarche")
	if err != nil {
		t.Fatal(err)
	}
	handler := newServer(t, Options{Issuer: known, Tokens: tokensOf(t, secret)})
	claims := func(changes map[string]any) map[string]any {
		all := map[string]any{"iss": provider.URL, "aud": "demarche", "sub": "kim", "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix()}
		maps.Copy(all, changes)
		return all
	}
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := sign(t, provider.signer, claims(nil))
	parts := strings.Split(good, ".")
	for _, test := range []struct {
		name, token string
		want        int
	}{
		{"good", good, http.StatusOK},
		{"of the file", secret, http.StatusOK},
		{"over", sign(t, provider.signer, claims(map[string]any{"exp": time.Now().Add(-time.Minute).Unix()})), http.StatusUnauthorized},
		{"for another audience", sign(t, provider.signer, claims(map[string]any{"aud": "other"})), http.StatusUnauthorized},
		{"of another issuer", sign(t, provider.signer, claims(map[string]any{"iss": "https://other.example"})), http.StatusUnauthorized},
		{"signed by a stranger", sign(t, signerOf(t, stranger), claims(nil)), http.StatusUnauthorized},
		{"not signed", parts[0] + "." + parts[1] + ".", http.StatusUnauthorized},
		{"of no algorithm", "eyJhbGciOiJub25lIn0." + parts[1] + ".", http.StatusUnauthorized},
		{"no JWT", "a.b.c", http.StatusUnauthorized},
	} {
		if got := ask(t, handler, countCall(map[string]string{"Authorization": "Bearer " + test.token})); got.StatusCode != test.want {
			t.Errorf("a token %s: got %s, want %d", test.name, got.Status, test.want)
		}
	}
	if _, err := NewIssuer(ctx, provider.URL+"/nobody", "demarche"); err == nil || !strings.Contains(err.Error(), provider.URL+"/nobody") {
		t.Errorf("an address without an issuer: got %v, want an error with the address", err)
	}
}

func TestHosts(t *testing.T) {
	handler := newServer(t, Options{Hosts: []string{"news.example.org", "2001:db8::1"}})
	for host, want := range map[string]int{
		"localhost": 200, "LOCALHOST:80": 200, "localhost.": 200, "127.0.0.1:9000": 200, "127.8.9.1": 200, "[::1]:8080": 200, "[::1]": 200,
		"news.example.org": 200, "News.Example.org:443": 200, "[2001:db8::1]:8080": 200,
		"evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421, "example.org": 421, "192.168.1.5:8080": 421, "0.0.0.0": 421,
		"[::ffff:10.0.0.1]": 421, "127.0.0.1@evil.example": 421,
	} {
		for _, path := range []string{"/healthz", countPath()} {
			if got := ask(t, handler, call{path: path, header: map[string]string{"Host": host}}); got.StatusCode != want {
				t.Errorf("%s of host %s: got %s, want %d", path, host, got.Status, want)
			}
		}
	}
}

func TestOrigins(t *testing.T) {
	handler := newServer(t, Options{Origins: []string{"https://app.example.org"}})
	for _, test := range []struct {
		name   string
		header map[string]string
		socket bool
		want   int
	}{
		{"no browser", nil, false, 200},
		{"the server's page", map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:8080"}, false, 200},
		{"an old browser on the server's page", map[string]string{"Origin": "http://127.0.0.1:8080"}, false, 200},
		{"a named origin", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://app.example.org"}, false, 200},
		{"another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, false, 403},
		{"another port", map[string]string{"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1:9999"}, false, 403},
		{"an old browser on another site", map[string]string{"Origin": "https://evil.example"}, false, 403},
		{"a sandboxed frame", map[string]string{"Origin": "null"}, false, 403},
		{"a socket of another site", map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, true, 403},
		{"a socket of an old browser on another site", map[string]string{"Origin": "https://evil.example"}, true, 403},
	} {
		c := countCall(maps.Clone(test.header))
		if test.socket {
			c = call{path: "/graphql", header: maps.Clone(test.header)}
			maps.Copy(c.header, map[string]string{"Upgrade": "websocket", "Connection": "Upgrade"})
		}
		if got := ask(t, handler, c); got.StatusCode != test.want {
			t.Errorf("%s: got %s, want %d", test.name, got.Status, test.want)
		}
	}
	// Forms, the one thing that a page of elsewhere can send without asking, are no operations.
	for _, form := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"} {
		if got := ask(t, handler, countCall(map[string]string{"Content-Type": form})); got.StatusCode != http.StatusUnsupportedMediaType {
			t.Errorf("%s: got %s, want 415", form, got.Status)
		}
	}
	// GET is free, and what it brings is kept from pages that are not named.
	for origin, want := range map[string]string{"https://app.example.org": "https://app.example.org", "https://evil.example": ""} {
		got := ask(t, handler, call{path: countPath(), header: map[string]string{"Origin": origin, "Sec-Fetch-Site": "cross-site"}})
		if allowed := got.Header.Get("Access-Control-Allow-Origin"); got.StatusCode != 200 || allowed != want {
			t.Errorf("GET from %s: got %s, allowed to %q, want %q", origin, got.Status, allowed, want)
		}
		for _, turn := range []string{"kept", "not modified"} {
			header := map[string]string{"Origin": origin, "Sec-Fetch-Site": "cross-site"}
			if turn == "not modified" {
				header["If-None-Match"] = got.Header.Get("ETag")
			}
			again := ask(t, handler, call{path: countPath(), header: header})
			if allowed := again.Header.Get("Access-Control-Allow-Origin"); allowed != want || !strings.Contains(strings.Join(again.Header.Values("Vary"), ","), "Origin") {
				t.Errorf("GET from %s, %s: got %s, allowed to %q, Vary %q, want %q and Origin", origin, turn, again.Status, allowed, again.Header.Values("Vary"), want)
			}
		}
		got = ask(t, handler, call{method: http.MethodOptions, path: "/graphql", header: map[string]string{
			"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,content-type"}})
		if allowed := got.Header.Get("Access-Control-Allow-Origin"); allowed != want {
			t.Errorf("preflight from %s: allowed to %q, want %q", origin, allowed, want)
		}
	}
	if _, err := New(t.Context(), nil, Options{Origins: []string{"example.org"}}); err == nil {
		t.Error("origin without a scheme: got no error")
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	handler := newServer(t, Options{Tokens: tokensOf(t, secret)})
	for _, c := range []call{{path: "/"}, {path: "/login"}, {path: "/healthz"}, {path: "/nothing"}, {path: "/metrics"}, {path: "/schema.graphql"},
		{path: "/", header: map[string]string{"Authorization": "Bearer " + secret}}, {path: "/", header: map[string]string{"Host": "evil.example"}}} {
		got := ask(t, handler, c)
		policy := got.Header.Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'") || !strings.Contains(policy, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", c.path, policy)
		}
		names := slices.Collect(maps.Keys(got.Header))
		for _, name := range []string{"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy"} {
			if !slices.Contains(names, name) {
				t.Errorf("%s: no %s", c.path, name)
			}
		}
	}
	if got := ask(t, handler, countCall(nil)); got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
		t.Errorf("/graphql: got %v", got.Header)
	}
}
