// Command genqlient asks the graph with functions that genqlient generates from operations.graphql. Call it with the
// address of the endpoint; it prints what it found as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"log"
	"net/http"
	"os"

	"github.com/Khan/genqlient/graphql"

	"demarche/examples/genqlient/graph"
)

//go:generate go tool genqlient

type issue struct {
	Slug       string `json:"slug"`
	RaiseCount int    `json:"raiseCount"`
}

func main() {
	endpoint := "http://127.0.0.1:8080/graphql"
	if len(os.Args) > 1 {
		endpoint = os.Args[1]
	}
	if err := run(context.Background(), graphql.NewClient(endpoint, http.DefaultClient)); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, client graphql.Client) error {
	var found struct {
		Issues    []issue             `json:"issues"`
		Raises    []graph.RaiseFields `json:"raises"`
		Refetched *graph.RaiseFields  `json:"refetched"`
	}
	for raise, err := range raises(ctx, client, graph.RaiseFilter{By: []string{"Japan"}, With: []string{"US"}}) {
		if err != nil {
			return err
		}
		found.Raises = append(found.Raises, raise)
	}
	if len(found.Raises) == 0 {
		return errors.New("Japan raises nothing with the US")
	}
	answer, err := graph.Issues(ctx, client, "Japan", "US")
	if err != nil {
		return err
	}
	for _, edge := range answer.Issues.Edges {
		found.Issues = append(found.Issues, issue{edge.Node.Slug, edge.RaiseCount})
	}
	again, err := graph.Raise(ctx, client, found.Raises[len(found.Raises)-1].Id)
	if err != nil {
		return err
	}
	found.Refetched = again.Node
	return json.NewEncoder(os.Stdout).Encode(found)
}

// raises are all raises that pass the filter, page by page.
func raises(ctx context.Context, client graphql.Client, filter graph.RaiseFilter) iter.Seq2[graph.RaiseFields, error] {
	return func(yield func(graph.RaiseFields, error) bool) {
		for after := (*string)(nil); ; {
			answer, err := graph.Raises(ctx, client, filter, after)
			if err != nil {
				yield(graph.RaiseFields{}, err)
				return
			}
			for _, raise := range answer.Raises.Nodes {
				if !yield(raise, nil) {
					return
				}
			}
			if !answer.Raises.PageInfo.HasNextPage {
				return
			}
			after = answer.Raises.PageInfo.EndCursor
		}
	}
}
