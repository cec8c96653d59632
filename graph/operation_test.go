package graph

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"demarche/db"
	"demarche/db/dbtest"
)

func observedHandler(t *testing.T, options Options) http.Handler {
	t.Helper()
	reader, err := db.OpenReader(t.Context(), dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return NewHandler(reader, options)
}

func post(t *testing.T, handler http.Handler, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder
}

func TestObserveIsToldOfEachOperation(t *testing.T) {
	var seen []*Operation
	handler := observedHandler(t, Options{Observe: func(_ context.Context, o *Operation) { seen = append(seen, o) }})
	const document = `query Newest { raises(first: 3) { nodes { quote article { title } } } }`
	for _, body := range []string{
		`{"query":"` + document + `"}`,
		`{"query":"` + document + `"}`,
		`{"query":"{ nothing }"}`,
		`{"query":"query Lost { issue(slug: \"none\") { name } article(externalId: \"a1\") { title } raises(after: \"no\") { totalCount } }"}`,
	} {
		post(t, handler, body)
	}
	if len(seen) != 4 {
		t.Fatalf("got %d operations, want 4", len(seen))
	}
	for i, o := range seen {
		if o.Duration <= 0 || time.Since(o.Start) > time.Hour || o.Document == "" {
			t.Errorf("operation %d: got %+v, want its document, its start and its duration", i, o)
		}
	}
	if seen[0].Name != "Newest" || seen[0].Known || !seen[1].Known || seen[0].Document != document {
		t.Errorf("got %+v and %+v, want Newest with its document, known the second time", seen[0], seen[1])
	}
	if o := seen[1]; len(o.Ran) != 1 || o.Ran[0].Rows != 4 || !strings.Contains(o.Ran[0].SQL, "SELECT") || o.Cost != 13 || o.Codes != nil {
		t.Errorf("got %+v, want one statement with four rows, a cost of 13, no code", o)
	}
	if o := seen[2]; !slices.Equal(o.Codes, []string{"GRAPHQL_VALIDATION_FAILED"}) || o.Cost != 0 || o.Ran != nil {
		t.Errorf("got %+v, want a document that is not valid, without a statement", o)
	}
	if o := seen[3]; o.Name != "Lost" || !slices.Equal(o.Codes, []string{CodeNotFound, CodeBadInput}) {
		t.Errorf("got %+v, want Lost with %s and %s", o, CodeNotFound, CodeBadInput)
	}
}

func TestAdmitRefuses(t *testing.T) {
	var asked int
	handler := observedHandler(t, Options{Admit: func(_ context.Context, cost int) error {
		asked = cost
		return &Later{Code: CodeRate, Message: "wait", After: 1500 * time.Millisecond}
	}})
	answer := post(t, handler, `{"query":"{ raises(first: 3) { nodes { quote } } }"}`)
	want := `{"errors":[{"message":"wait","extensions":{"code":"RATE_LIMITED","retryAfter":2}}]}` + "\n"
	if got := answer.Body.String(); answer.Code != http.StatusTooManyRequests || got != want {
		t.Errorf("got %d %s, want 429 %s", answer.Code, got, want)
	}
	if got := answer.Header().Get("Retry-After"); got != "2" {
		t.Errorf("Retry-After: got %q, want 2", got)
	}
	if asked != 7 {
		t.Errorf("cost: got %d, want 7", asked)
	}
}
