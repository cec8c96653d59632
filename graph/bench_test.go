package graph

import (
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"demarche/db/dbtest"
)

// BenchmarkQuestions asks the three questions that the project measures itself by, through the whole handler. The
// graph is written once into DEMARCHE_BENCH where that names a file, else anew in each run.
func BenchmarkQuestions(b *testing.B) {
	path := os.Getenv("DEMARCHE_BENCH")
	if path == "" {
		path = filepath.Join(b.TempDir(), "graph.db")
	}
	if _, err := os.Stat(path); err != nil {
		catalog, articles := dbtest.Generate(dbtest.Size{Parties: 200, Leaders: 2000, Issues: 98, Articles: 10_000, Raises: 100_000})
		dbtest.Write(b, path, catalog, articles)
	}
	handler := NewHandler(open(b, path), Options{})
	for _, question := range []struct{ name, query string }{
		{"Q1", `{ issues(raisedBy: "JP", raisedWith: "US") { edges { raiseCount articleCount firstOn lastOn node { slug name area } } } }`},
		{"Q2", `{ raises(filter: { by: ["JP"], with: ["US"] }, first: 50) { nodes { id quote on act confidence issue { slug name } speaker { name } article { title published } } } }`},
		{"Q3", `{ article(externalId: "generated/77") { title text published raises(first: 50) { nodes { quote by { code name } with { code name } issue { slug name } } } issues { slug } countries { code } } }`},
		{"paths", `{ paths(from: "Q291bnRyeTpKUA", to: "Q291bnRyeTpVUw") { nodes { id } links { raiseCount } } }`},
		{"neighborhood", `{ neighborhood(id: "Q291bnRyeTpKUA", depth: 2) { nodes { id } links { raiseCount issues { slug } } } }`},
	} {
		body, err := json.Marshal(map[string]string{"query": question.query})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(question.name, func(b *testing.B) {
			b.ReportAllocs()
			before := processTime(b)
			defer func() {
				// On a machine with other work this says more than the time that passed.
				b.ReportMetric(float64((processTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
			}()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					request := httptest.NewRequest("POST", "/graphql", strings.NewReader(string(body)))
					request.Header.Set("Content-Type", "application/json")
					recorder := httptest.NewRecorder()
					handler.ServeHTTP(recorder, request)
					if recorder.Code != 200 || strings.Contains(recorder.Body.String(), `"errors"`) {
						b.Fatalf("got %d %s", recorder.Code, recorder.Body)
					}
				}
			})
		})
	}
}

// processTime is the user and system time of this process.
func processTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
