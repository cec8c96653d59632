package graph

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"

	"demarche/db"
	"demarche/db/dbtest"
)

var update = flag.Bool("update", false, "write the answers of testdata anew")

func openSmall(t testing.TB) *db.Reader {
	t.Helper()
	return open(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
}

func open(t testing.TB, path string) *db.Reader {
	t.Helper()
	reader, err := db.OpenReader(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	})
	return reader
}

// indent is an answer as it stands in testdata.
func indent(t *testing.T, response *graphql.Response) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	write(recorder, jsonType, http.StatusOK, response)
	var out bytes.Buffer
	if err := json.Indent(&out, recorder.Body.Bytes(), "", "  "); err != nil {
		t.Fatalf("%v in %s", err, recorder.Body)
	}
	return strings.TrimRight(out.String(), "\n") + "\n"
}

// TestAnswers runs each query of testdata. A first line "# {…}" holds its variables.
func TestAnswers(t *testing.T) {
	reader := openSmall(t)
	files, err := filepath.Glob("testdata/*.graphql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no queries in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".graphql"), func(t *testing.T) {
			query, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var variables map[string]any
			if line, _, _ := strings.Cut(string(query), "\n"); strings.HasPrefix(line, "# {") {
				if err := json.Unmarshal([]byte(line[2:]), &variables); err != nil {
					t.Fatal(err)
				}
			}
			got := indent(t, Execute(context.Background(), reader, string(query), variables, ""))
			golden := strings.TrimSuffix(file, ".graphql") + ".json"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestHTTP asks over HTTP what Execute answers, in both methods and media types.
func TestHTTP(t *testing.T) {
	handler := NewHandler(openSmall(t), Options{MaxBody: 1000})
	const query = `query ($by: PartyRef) { issues(raisedBy: $by) { totalCount } }`
	const data = `{"data":{"issues":{"totalCount":2}}}` + "\n"
	post := func(body string) *http.Request {
		request := httptest.NewRequest("POST", "/graphql", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/json; charset=utf-8")
		return request
	}
	encoded, err := json.Marshal(map[string]any{"query": query, "variables": map[string]any{"by": "jpn"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, accept string
		request      *http.Request
		status       int
		want         string
	}{
		{"post", "", post(string(encoded)), 200, data},
		{"post response+json", graphqlType, post(string(encoded)), 200, data},
		{"get", "", httptest.NewRequest("GET", "/graphql?query="+url.QueryEscape(query)+"&variables="+url.QueryEscape(`{"by": "JP"}`), nil), 200, data},
		{"syntax", "", post(`{"query": "{"}`), 200, `"code":"GRAPHQL_PARSE_FAILED"`},
		{"syntax response+json", graphqlType, post(`{"query": "{"}`), 400, `"code":"GRAPHQL_PARSE_FAILED"`},
		{"validation", graphqlType, post(`{"query": "{ nothing }"}`), 400, `"code":"GRAPHQL_VALIDATION_FAILED"`},
		{"two operations", "", post(`{"query": "query A { __typename } query B { __typename }"}`), 200, `the document has 2 operations: choose one with operationName`},
		{"another operation", "", post(`{"query": "query A { __typename } query C { __typename }", "operationName": "B"}`), 200, `no operation \"B\": it has A, C`},
		{"no operation", "", post(`{"query": " "}`), 200, `no operation provided`},
		{"field error", graphqlType, post(`{"query": "{ raises(first: 1000) { totalCount } }"}`), 200, `"data":null`},
		{"no JSON", "", post(`hello`), 400, `"code":"BAD_REQUEST"`},
		{"no query", "", post(`{}`), 400, `no query`},
		{"large", "", post(`{"query": "` + strings.Repeat("#", 2000) + `"}`), 413, `too large`},
		{"form", "", httptest.NewRequest("POST", "/graphql", strings.NewReader("query={}")), 415, `Content-Type`},
		{"method", "", httptest.NewRequest("DELETE", "/graphql", nil), 405, `only GET and POST`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.accept != "" {
				test.request.Header.Set("Accept", test.accept)
			}
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, test.request)
			if got := recorder.Body.String(); recorder.Code != test.status || !strings.Contains(got, test.want) {
				t.Errorf("got %d %s, want %d %s", recorder.Code, got, test.status, test.want)
			}
			if !json.Valid(recorder.Body.Bytes()) {
				t.Errorf("got no JSON: %s", recorder.Body)
			}
		})
	}
}

// TestInternal: what is our fault is logged with its reason and served without.
func TestInternal(t *testing.T) {
	path := dbtest.File(t, dbtest.Catalog(), dbtest.Articles())
	var log bytes.Buffer
	handler := NewHandler(open(t, path), Options{Logger: slog.New(slog.NewTextHandler(&log, nil))})
	// A file that is so when it is opened is refused.
	if out, err := exec.Command("sqlite3", path, "DROP VIEW raises_flat; ALTER TABLE articles RENAME TO elsewhere;").CombinedOutput(); err != nil {
		t.Skipf("sqlite3: %v: %s", err, out)
	}
	for _, query := range []string{
		`{ node(id: "QXJ0aWNsZToyYzNhNDI0OWQ3NzA3") { ... on Article { title } } }`,
		`{ articles { nodes { title } } }`,
		`{ raises { nodes { article { title } } } }`,
		`{ dataset { articleCount } }`,
	} {
		log.Reset()
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest("GET", "/graphql?query="+url.QueryEscape(query), nil))
		got := recorder.Body.String()
		if !strings.Contains(got, CodeInternal) || strings.Contains(got, "SELECT") || strings.Contains(got, "no such") || strings.Contains(got, path) {
			t.Errorf("%s: got %s", query, got)
		}
		// A connection that was there finds no table; one that is opened now says what is wrong with the file.
		if !strings.Contains(log.String(), "no such table") && !strings.Contains(log.String(), "has no table articles") {
			t.Errorf("%s: the log says %q", query, log.String())
		}
	}
}
