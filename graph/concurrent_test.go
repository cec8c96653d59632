package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

// TestWhileLoading asks from many sides while articles are being stored. Every answer is of one state of the graph:
// lists are as long as their counts say.
func TestWhileLoading(t *testing.T) {
	ctx := context.Background()
	path := dbtest.File(t, dbtest.Catalog(), nil)
	reader := open(t, path)
	articles := dbtest.Articles()
	stop := make(chan struct{})
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				response := Execute(ctx, reader, `{
					dataset { raiseCount }
					raises(first: 100) { totalCount nodes { id article { raises { totalCount nodes { id } } } } }
					issues { edges { raiseCount } }
				}`, nil, "")
				var data struct {
					Dataset struct{ RaiseCount int }
					Raises  struct {
						TotalCount int
						Nodes      []struct {
							Article struct {
								Raises struct {
									TotalCount int
									Nodes      []struct{ ID string }
								}
							}
						}
					}
					Issues struct{ Edges []struct{ RaiseCount int } }
				}
				if err := json.Unmarshal(response.Data, &data); err != nil || len(response.Errors) > 0 {
					t.Errorf("got %v, %v", response.Errors, err)
					return
				}
				sum := 0
				for _, edge := range data.Issues.Edges {
					sum += edge.RaiseCount
				}
				if want := data.Dataset.RaiseCount; data.Raises.TotalCount != want || len(data.Raises.Nodes) != want || sum != want {
					t.Errorf("got %d raises, %d nodes and %d by issue, want %d", data.Raises.TotalCount, len(data.Raises.Nodes), sum, want)
				}
				for _, node := range data.Raises.Nodes {
					if raises := node.Article.Raises; raises.TotalCount != len(raises.Nodes) || raises.TotalCount == 0 {
						t.Errorf("got %d raises of an article, counted %d", len(raises.Nodes), raises.TotalCount)
					}
				}
			}
		})
	}
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 30 {
		batch := articles[round%len(articles):][:1]
		if round%2 == 1 {
			batch = dbtest.Articles()
			for i := range batch {
				batch[i].Fingerprint = fmt.Sprint(round)
				if i%2 == 0 {
					batch[i].Raises = nil
				}
			}
		}
		if _, err := writer.PutArticles(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	group.Wait()
	if err := writer.Close(); err != nil {
		t.Error(err)
	}
}
