package server

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

// newServer serves the small graph of dbtest.
func newServer(t testing.TB, options Options) *Server {
	t.Helper()
	return serverOf(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()), options)
}

// serverOf serves the graph in the file at path.
func serverOf(t testing.TB, path string, options Options) *Server {
	t.Helper()
	reader, err := db.OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	made, err := New(t.Context(), reader, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(made.Close(), reader.Close()); err != nil {
			t.Error(err)
		}
	})
	return made
}

// call is one request; what is empty is left as a browser's address bar would send it.
type call struct {
	method, path, body string
	header             map[string]string // "Host" too
}

// answered is what came back, its body read.
type answered struct {
	*http.Response
	body string
}

func ask(t testing.TB, handler http.Handler, c call) answered {
	t.Helper()
	method := c.method
	if method == "" {
		method = http.MethodGet
	}
	request := httptest.NewRequest(method, c.path, strings.NewReader(c.body))
	request.Host = "127.0.0.1:8080"
	for name, value := range c.header {
		request.Header.Set(name, value)
	}
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	response := recorder.Result()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{response, string(body)}
}

const (
	countQuery = `{ dataset { articleCount } }`
	countBody  = `{"query":"` + countQuery + `"}`
)

// countCall asks how many articles there are, by POST.
func countCall(header map[string]string) call {
	if header == nil {
		header = map[string]string{}
	}
	if header["Content-Type"] == "" {
		header["Content-Type"] = "application/json"
	}
	return call{method: http.MethodPost, path: "/graphql", body: countBody, header: header}
}

// countPath asks the same by GET.
func countPath() string { return "/graphql?query=" + url.QueryEscape(countQuery) }
