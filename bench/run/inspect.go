package main

import (
	"context"
	"encoding/json"
	"fmt"

	"demarche/bench"
	"demarche/db"
	"demarche/graph"
)

// subject is a graph with the questions that fit it.
type subject struct {
	questions  []bench.Question // that servers are compared by
	graph      []bench.Question // that Demarche alone answers
	statements map[string]int64 // SQL statements of each question
}

// raisesOfArticle is how many raises the article of Q3 has: as many as the average.
const raisesOfArticle = 10

// inspect finds the article and the nodes to ask for, and counts the statements of each question.
func inspect(ctx context.Context, path string) (subject, error) {
	found := subject{statements: map[string]int64{}}
	reader, err := db.OpenReader(ctx, path)
	if err != nil {
		return found, err
	}
	defer reader.Close()
	ask := func(query string, variables map[string]any, into any) error {
		response := graph.Execute(ctx, reader, query, variables, "")
		if len(response.Errors) > 0 {
			return fmt.Errorf("ask %s: %w", path, response.Errors)
		}
		return json.Unmarshal(response.Data, into)
	}
	article := ""
	for number := 0; article == ""; number++ {
		var answer struct {
			Article *struct{ Raises struct{ TotalCount int } }
		}
		id := bench.ArticleID(number)
		if err := ask(`query($id: String!) { article(externalId: $id) { raises { totalCount } } }`, map[string]any{"id": id}, &answer); err != nil {
			return found, err
		}
		if answer.Article == nil {
			return found, fmt.Errorf("%s has no article with %d raises: make a larger graph", path, raisesOfArticle)
		}
		if answer.Article.Raises.TotalCount == raisesOfArticle {
			article = id
		}
	}
	found.questions = bench.Questions(article)
	var parties struct{ Most, Second, Least, LeastBut struct{ ID, Name string } }
	catalog, _, err := bench.Generate(bench.SizeOf(1), 1)
	if err != nil {
		return found, err
	}
	last := len(catalog.Parties) - 1
	if err := ask(`query($least: PartyRef!, $leastBut: PartyRef!) {
		most: party(ref: "US") { id name } second: party(ref: "JP") { id name } least: party(ref: $least) { id name } leastBut: party(ref: $leastBut) { id name }
	}`, map[string]any{"least": catalog.Parties[last].Code, "leastBut": catalog.Parties[last-1].Code}, &parties); err != nil {
		return found, err
	}
	found.graph = []bench.Question{
		bench.Paths("P1", parties.Second.Name+" to "+parties.Most.Name, parties.Second.ID, parties.Most.ID),
		bench.Paths("P2", parties.Second.Name+" to "+parties.Least.Name, parties.Second.ID, parties.Least.ID),
		bench.Paths("P3", parties.LeastBut.Name+" to "+parties.Least.Name, parties.LeastBut.ID, parties.Least.ID),
		bench.Around("N1", parties.Most.Name, parties.Most.ID),
		bench.Around("N2", parties.Least.Name, parties.Least.ID),
		bench.AroundWithIssues("N3", parties.Most.Name, parties.Most.ID),
	}
	for _, question := range append(found.questions, found.graph...) {
		before := reader.Statements()
		var answer any
		if err := ask(question.Query, question.Variables, &answer); err != nil {
			return found, err
		}
		found.statements[question.Name] = reader.Statements() - before
	}
	return found, nil
}
