package server

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strings"
)

// tokenCookie holds the token of a browser that has logged in.
const tokenCookie = "demarche_token"

// loginCookie tells the pages that there is somebody to log out; they cannot see the token.
const loginCookie = "demarche_login"

// maxLogin bounds the form of a log-in, in bytes; a JWT takes a few thousand.
const maxLogin = 64 << 10

var (
	//go:embed login.html
	loginHTML string
	//go:embed login.css
	loginCSS string

	loginPage = template.Must(template.New("login").Parse(loginHTML))
)

// loginPolicy lets the page of the log-in do what it must: show its one style sheet and icon, and send its form.
func loginPolicy() string {
	hash := sha256.Sum256([]byte(loginCSS))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) + "'; img-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

// localPath is where to go after the log-in: a path of this server, whatever a link says.
func localPath(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

func (s *Server) serveLogin(w http.ResponseWriter, r *http.Request) {
	next := localPath(r.URL.Query().Get("next"))
	if _, _, known := s.holder(r.Context(), shownToken(r)); known || !s.asksForToken() {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	s.showLogin(w, http.StatusOK, next, "")
}

func (s *Server) takeLogin(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxLogin)
	token := strings.TrimSpace(r.PostFormValue("token"))
	next := localPath(r.PostFormValue("next"))
	switch _, _, known := s.holder(r.Context(), token); {
	case known:
		http.SetCookie(w, s.cookie(r, token, 0))
		http.SetCookie(w, s.sign(r, 0))
		http.Redirect(w, r, next, http.StatusSeeOther)
	case token == "":
		s.showLogin(w, http.StatusBadRequest, next, "Enter the token that you were given.")
	default:
		s.showLogin(w, http.StatusUnauthorized, next, "This token is not known here, or it is no longer valid.")
	}
}

func (s *Server) logOut(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, s.cookie(r, "", -1))
	http.SetCookie(w, s.sign(r, -1))
	http.Redirect(w, r, "/login", http.StatusSeeOther)
}

// cookie keeps a token for as long as the browser runs; a negative age takes it away.
func (s *Server) cookie(r *http.Request, token string, age int) *http.Cookie {
	return &http.Cookie{
		Name: tokenCookie, Value: token, Path: "/", MaxAge: age,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https"),
	}
}

// sign goes with the cookie of the token and says nothing but that there is one.
func (s *Server) sign(r *http.Request, age int) *http.Cookie {
	cookie := s.cookie(r, "1", age)
	cookie.Name, cookie.HttpOnly = loginCookie, false
	return cookie
}

func (s *Server) showLogin(w http.ResponseWriter, status int, next, failure string) {
	var page bytes.Buffer
	err := loginPage.Execute(&page, map[string]any{"Style": template.CSS(loginCSS), "Next": next, "Failure": failure})
	if err != nil {
		panic(err) // only a broken template can fail
	}
	header := w.Header()
	header.Set("Content-Security-Policy", s.loginPolicy)
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	w.Write(page.Bytes())
}
