package server

import (
	"net/http"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
	"demarche/graph"
)

// silence takes an answer and forgets it.
type silence struct{ header http.Header }

func (s silence) Header() http.Header            { return s.header }
func (s silence) Write(part []byte) (int, error) { return len(part), nil }
func (s silence) WriteHeader(int)                {}

// BenchmarkServer measures what stands around an operation: alone, with the answer run each time, and kept.
func BenchmarkServer(b *testing.B) {
	path := dbtest.File(b, dbtest.Catalog(), dbtest.Articles())
	reader, err := db.OpenReader(b.Context(), path)
	if err != nil {
		b.Fatal(err)
	}
	defer reader.Close()
	for _, of := range []struct {
		name    string
		handler http.Handler
	}{
		{"alone", graph.NewHandler(reader, graph.Options{})},
		{"run", serverOf(b, path, Options{AnswerCache: -1})},
		{"kept", serverOf(b, path, Options{})},
	} {
		b.Run(of.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				request, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/graphql", strings.NewReader(countBody))
				if err != nil {
					b.Fatal(err)
				}
				request.RemoteAddr = "127.0.0.1:9999"
				request.Header.Set("Content-Type", "application/json")
				of.handler.ServeHTTP(silence{http.Header{}}, request)
			}
		})
	}
}
