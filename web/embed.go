// Package web serves the pages of the program, built from this folder with npm and Vite into dist and embedded in the
// binary: one application under all of its addresses, and the playground (GraphiQL), a document of its own. Nothing they
// load comes from another origin.
//
// dist holds every file as brotli and as gzip; clients that take neither are served what gzip unpacks. It is not
// committed. A binary built without it serves one page in place of all others, which says how to get them; the API does
// not need them.
package web

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// The pattern takes in dist where it has been built, and always dist-missing.html, without which a build
// from a fresh clone would stop.
//
//go:embed all:dist*
var files embed.FS

// A page loads files of its own origin only; the graph is drawn from pictures that it makes itself.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; " +
	"style-src 'self'; img-src 'self' data: blob:; font-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Monaco, the playground's editor, writes its style sheets at run time and keeps its icon font in one of them;
// scripts are files without exception.
const playgroundPolicy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Built says whether the binary holds the pages, packed: which is the last that is done to them.
func Built() bool {
	_, err := fs.Stat(files, "dist/index.html.gz")
	return err == nil
}

// Handler serves the pages and the files that they load; any other path is 404, to a browser as a page that says so,
// and any method but GET and HEAD 405.
func Handler() http.Handler {
	serve := serveMissing
	if Built() {
		serve = servePages()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "pages are read with GET; GraphQL is at /graphql", http.StatusMethodNotAllowed)
			return
		}
		serve(w, r)
	})
}

// isPage says whether the application has a page at a path. Below the last group a page is about something whose name
// follows; whether the graph knows it is for the page to say.
func isPage(target string) bool {
	switch target {
	case "/", "/about", "/connect", "/raises", "/search":
		return true
	}
	section, name, found := strings.Cut(strings.TrimPrefix(target, "/"), "/")
	if !found || name == "" {
		return false
	}
	switch section {
	case "article", "connect", "issue", "leader", "pair", "party":
		return true
	}
	return false
}

func servePages() http.HandlerFunc {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // only a malformed literal can fail
	}
	return func(w http.ResponseWriter, r *http.Request) {
		switch target := r.URL.Path; {
		case isPage(target):
			serveFile(w, r, dist, "index.html", http.StatusOK, policy)
		case target == "/playground":
			serveFile(w, r, dist, "playground.html", http.StatusOK, playgroundPolicy)
		case isFile(dist, target):
			serveFile(w, r, dist, strings.TrimPrefix(target, "/"), http.StatusOK, policy)
		case strings.Contains(r.Header.Get("Accept"), "text/html"):
			serveFile(w, r, dist, "index.html", http.StatusNotFound, policy)
		default:
			http.NotFound(w, r)
		}
	}
}

// isFile says whether a path is that of a built file. Its packed forms and the pages themselves are not asked for by name.
func isFile(dist fs.FS, target string) bool {
	name := strings.TrimPrefix(target, "/")
	if !fs.ValidPath(name) || path.Ext(name) == ".html" || strings.HasPrefix(name, ".") {
		return false
	}
	_, err := fs.Stat(dist, name+".gz")
	return err == nil
}

// serveFile answers with a file in the smallest form that the client takes.
func serveFile(w http.ResponseWriter, r *http.Request, dist fs.FS, name string, status int, policy string) {
	coding, suffix := "", ".gz"
	accepted := r.Header.Get("Accept-Encoding")
	switch {
	case accepts(accepted, "br"):
		coding, suffix = "br", ".br"
	case accepts(accepted, "gzip"):
		coding = "gzip"
	}
	content, err := fs.ReadFile(dist, name+suffix)
	if err == nil && coding == "" {
		content, err = unpack(content)
	}
	if err != nil {
		http.Error(w, "the file cannot be read", http.StatusInternalServerError)
		return
	}
	setHeaders(w, policy)
	header := w.Header()
	if strings.HasPrefix(name, "assets/") {
		// Vite puts a hash of the content into these names.
		header.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	header.Set("Content-Type", contentType(name))
	header.Set("Vary", "Accept-Encoding")
	if coding != "" {
		header.Set("Content-Encoding", coding)
	}
	header.Set("Content-Length", strconv.Itoa(len(content)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(content)
	}
}

// accepts says whether an Accept-Encoding takes a coding that it names.
func accepts(accepted, coding string) bool {
	for part := range strings.SplitSeq(accepted, ",") {
		name, parameter, _ := strings.Cut(part, ";")
		if !strings.EqualFold(strings.TrimSpace(name), coding) {
			continue
		}
		weight, given := strings.CutPrefix(strings.ReplaceAll(parameter, " ", ""), "q=")
		value, err := strconv.ParseFloat(weight, 64)
		return !given || err == nil && value > 0
	}
	return false
}

func unpack(packed []byte) ([]byte, error) {
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(reader)
}

// contentType does not ask the machine's tables for what browsers are strict about.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".ttf":
		return "font/ttf"
	}
	return mime.TypeByExtension(path.Ext(name))
}

func serveMissing(w http.ResponseWriter, r *http.Request) {
	if p := r.URL.Path; !isPage(p) && p != "/playground" {
		http.NotFound(w, r)
		return
	}
	setHeaders(w, policy)
	http.ServeFileFS(w, r, files, "dist-missing.html")
}

func setHeaders(w http.ResponseWriter, policy string) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cache-Control", "no-cache")
}
