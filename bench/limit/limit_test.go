package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"demarche/bench"
	"demarche/db"
	"demarche/graph"
)

func ask(t *testing.T, handler http.Handler, request *http.Request) string {
	t.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusOK {
		t.Fatalf("%s: got status %d, %s", request.URL, recorder.Code, recorder.Body)
	}
	return recorder.Body.String()
}

// TestAnswersAreThoseOfDemarche compares byte by byte, over several pairs and articles.
func TestAnswersAreThoseOfDemarche(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	size := bench.Size{Parties: 40, Leaders: 80, Articles: 200, Raises: 2000}
	if err := bench.Write(t.Context(), path, size, 1); err != nil {
		t.Fatal(err)
	}
	reader, err := db.OpenReader(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	p, err := newPool(path)
	if err != nil {
		t.Fatal(err)
	}
	ours, limit := graph.NewHandler(reader, graph.Options{}), newHandler(p)
	compare := func(question bench.Question) string {
		t.Helper()
		body, err := json.Marshal(map[string]any{"query": question.Query, "variables": question.Variables})
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequest("POST", "/graphql", strings.NewReader(string(body)))
		request.Header.Set("Content-Type", "application/json")
		want := ask(t, ours, request)
		if got := ask(t, limit, httptest.NewRequest("GET", question.Limit, nil)); got != want {
			t.Errorf("%s of %v: got %s, want %s", question.Limit, question.Variables, got, want)
		}
		return want
	}
	questions := bench.Questions("")
	for _, pair := range [][2]string{{"JP", "US"}, {"US", "JP"}, {"US", "EU"}, {"FR", "NATO"}, {"US", "US"}} {
		for _, question := range questions[:2] {
			question.Variables = map[string]any{"by": pair[0], "with": pair[1]}
			question.Limit = strings.NewReplacer("JP", pair[0], "US", pair[1]).Replace(question.Limit)
			answer := compare(question)
			if question.Name == "Q1" {
				question.Limit += "&counts=1"
				compare(question)
			}
			if pair == [2]string{"US", "JP"} && !strings.Contains(answer, `"slug"`) {
				t.Errorf("%s of %v: got no issue, want some to compare", question.Name, pair)
			}
		}
	}
	for number := range size.Articles {
		question := questions[2]
		question.Variables = map[string]any{"id": bench.ArticleID(number)}
		question.Limit = "/q3?id=" + bench.ArticleID(number)
		compare(question)
	}
}

func TestUnknownArticleIsNotFound(t *testing.T) {
	path := filepath.Join(t.TempDir(), "graph.db")
	if err := bench.Write(t.Context(), path, bench.Size{Parties: 10, Leaders: 10, Articles: 5, Raises: 20}, 1); err != nil {
		t.Fatal(err)
	}
	p, err := newPool(path)
	if err != nil {
		t.Fatal(err)
	}
	recorder := httptest.NewRecorder()
	newHandler(p).ServeHTTP(recorder, httptest.NewRequest("GET", "/q3?id=none", nil))
	if recorder.Code != http.StatusNotFound {
		t.Errorf("got status %d, want 404", recorder.Code)
	}
}
