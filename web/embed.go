// Package web serves the pages of the program: the front page and the playground (GraphiQL), built from this
// folder with npm and Vite into dist and embedded in the binary. Nothing they load comes from another origin.
//
// dist is not committed. A binary built without it serves one page in place of all others, which says how to
// get them; the API does not need them.
package web

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// The pattern takes in dist where it has been built, and always dist-missing.html, without which a build
// from a fresh clone would stop.
//
//go:embed all:dist*
var files embed.FS

// policy lets a page load files of its own origin only. Monaco, the playground's editor, writes its style
// sheets at run time and keeps its icon font in one of them; scripts are files without exception.
const policy = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; " +
	"style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Built says whether the binary holds the pages.
func Built() bool {
	_, err := fs.Stat(files, "dist/index.html")
	return err == nil
}

// Handler serves "/", "/playground" and the files that they load; any other path is 404, and any method but GET
// and HEAD 405.
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

func servePages() http.HandlerFunc {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // only a malformed literal can fail
	}
	return func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		switch name {
		case "":
			name = "index.html"
		case "playground":
			name = "playground.html"
		}
		if info, err := fs.Stat(dist, name); err != nil || info.IsDir() {
			http.NotFound(w, r)
			return
		}
		setHeaders(w)
		if strings.HasPrefix(name, "assets/") {
			// Vite puts a hash of the content into these names.
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		}
		http.ServeFileFS(w, r, dist, name)
	}
}

func serveMissing(w http.ResponseWriter, r *http.Request) {
	if p := path.Clean(r.URL.Path); p != "/" && p != "/playground" {
		http.NotFound(w, r)
		return
	}
	setHeaders(w)
	http.ServeFileFS(w, r, files, "dist-missing.html")
}

func setHeaders(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "same-origin")
	header.Set("Cache-Control", "no-cache")
}
