package db_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

// drawing is the ties of the generated graph, counted from its raises: by opaque ids.
type drawing map[string]map[string]int64

func (d drawing) add(a, b string) {
	for _, side := range [2][2]string{{a, b}, {b, a}} {
		if d[side[0]] == nil {
			d[side[0]] = map[string]int64{}
		}
		d[side[0]][side[1]]++
	}
}

// TestPaths compares chains with those that trying everything finds.
func TestPaths(t *testing.T) {
	ctx := context.Background()
	catalog, generated := dbtest.Generate(dbtest.Size{Parties: 9, Leaders: 9, Issues: 4, Articles: 30, Raises: 45})
	all := slices.Collect(generated)
	reader := openReader(t, dbtest.File(t, catalog, all))
	id := func(kind db.NodeKind, key string) string { return db.GlobalID{Kind: kind, Key: key}.String() }
	ties := drawing{}
	for _, article := range all {
		for _, raise := range article.Raises {
			ties.add(id(db.CountryNode, raise.By), id(db.CountryNode, raise.With))
			if raise.Speaker != "" {
				ties.add(id(db.LeaderNode, raise.Speaker), id(db.CountryNode, raise.By))
				ties.add(id(db.LeaderNode, raise.Speaker), id(db.CountryNode, raise.With))
			}
		}
	}
	type chain struct {
		ids     []string
		weakest int64
	}
	naive := func(from, to string, maxLength int) []chain {
		var found []chain
		var extend func(ids []string, weakest int64)
		extend = func(ids []string, weakest int64) {
			here := ids[len(ids)-1]
			if here == to {
				found = append(found, chain{slices.Clone(ids), weakest})
				return
			}
			if len(ids) > maxLength {
				return
			}
			for next, count := range ties[here] {
				if !slices.Contains(ids, next) {
					extend(append(slices.Clone(ids), next), min(weakest, count))
				}
			}
		}
		extend([]string{from}, 1<<62)
		slices.SortFunc(found, func(a, b chain) int {
			return cmp.Or(cmp.Compare(len(a.ids), len(b.ids)), cmp.Compare(b.weakest, a.weakest), slices.Compare(a.ids, b.ids))
		})
		return found
	}
	err := reader.View(ctx, func(v *db.View) error {
		ends := slices.Concat(v.Countries, v.Leaders)
		for _, from := range ends {
			for _, to := range ends {
				if from == to {
					continue
				}
				want := naive(from.GlobalID, to.GlobalID, 4)
				want = want[:min(len(want), 5)]
				got, err := v.Paths(ctx, db.Vertex{Node: from}, db.Vertex{Node: to}, 4, 5)
				if err != nil {
					return err
				}
				var gotIDs, wantIDs []string
				for _, path := range got {
					line := ""
					for i, vertex := range path.Vertices {
						line += vertex.GlobalID() + " "
						if i > 0 && path.Ties[i-1].RaiseCount != ties[path.Vertices[i-1].GlobalID()][vertex.GlobalID()] {
							t.Errorf("%s to %s: tie %d has %d raises", from.Key, to.Key, i, path.Ties[i-1].RaiseCount)
						}
					}
					gotIDs = append(gotIDs, line)
				}
				for _, c := range want {
					line := ""
					for _, id := range c.ids {
						line += id + " "
					}
					wantIDs = append(wantIDs, line)
				}
				if !slices.Equal(gotIDs, wantIDs) {
					t.Errorf("%s to %s: got %v, want %v", from.Key, to.Key, gotIDs, wantIDs)
				}
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEnds: issues and articles stand only at ends, and their ties are those of their raises.
func TestEnds(t *testing.T) {
	ctx := context.Background()
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	err := reader.View(ctx, func(v *db.View) error {
		find := func(kind db.NodeKind, key string) db.Vertex {
			return db.Vertex{Node: v.Find(db.GlobalID{Kind: kind, Key: key})}
		}
		rows, err := v.Select(ctx, &db.Query{From: db.ArticleByExternalID, ExternalID: "a4", Columns: []db.Column{{Name: "id"}}})
		if err != nil {
			return err
		}
		article := db.Vertex{Article: rows.Row(0)[1].(int64)}
		for _, test := range []struct {
			from, to db.Vertex
			want     string
		}{
			{find(db.IssueNode, "defence"), find(db.OrganizationNode, "EU"), "[defence JP CN EU]"},
			{find(db.IssueNode, "tariffs"), article, "[tariffs a4]"},
			{article, find(db.LeaderNode, "donald-trump"), "[a4 JP donald-trump]"},
			{find(db.IssueNode, "defence"), find(db.IssueNode, "tariffs"), "[defence JP tariffs]"},
		} {
			paths, err := v.Paths(ctx, test.from, test.to, 4, 1)
			if err != nil {
				return err
			}
			got := []string{}
			for _, path := range paths {
				for _, vertex := range path.Vertices {
					if vertex.Node == nil {
						got = append(got, "a4")
					} else {
						got = append(got, vertex.Node.Key)
					}
				}
			}
			if fmt.Sprint(got) != test.want {
				t.Errorf("got %v, want %s", got, test.want)
			}
		}
		around, err := v.Neighborhood(ctx, find(db.IssueNode, "tariffs"), 1, 3)
		if err != nil {
			return err
		}
		var names []string
		for _, vertex := range around.Vertices {
			names = append(names, vertex.Node.Key)
		}
		if got := fmt.Sprint(names); got != "[tariffs JP US]" {
			t.Errorf("around tariffs: got %s", got)
		}
		ties := []*db.Tie{}
		for i := range around.Ties {
			ties = append(ties, &around.Ties[i])
		}
		if err := v.TieIssues(ctx, ties); err != nil {
			return err
		}
		for _, tie := range ties {
			if len(tie.Issues) == 0 || tie.RaiseCount == 0 {
				t.Errorf("tie %s to %s has %d raises and issues %v", tie.Source.Node.Key, tie.Target.Node.Key, tie.RaiseCount, tie.Issues)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestTieIssuesKept: issues of ties come from memory the second time, in either direction, until something is loaded.
func TestTieIssuesKept(t *testing.T) {
	ctx := context.Background()
	articles := dbtest.Articles()
	path := dbtest.File(t, dbtest.Catalog(), articles[:1])
	reader := openReader(t, path)
	look := func(from, to string) (issues string, statements int64) {
		t.Helper()
		err := reader.View(ctx, func(v *db.View) error {
			end := func(code string) db.Vertex {
				return db.Vertex{Node: v.Find(db.GlobalID{Kind: db.CountryNode, Key: code})}
			}
			tie := &db.Tie{Source: end(from), Target: end(to)}
			before := reader.Statements()
			if err := v.TieIssues(ctx, []*db.Tie{tie}); err != nil {
				return err
			}
			for _, issue := range tie.Issues {
				issues += issue.Key + " "
			}
			statements = reader.Statements() - before
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return issues, statements
	}
	first, _ := look("JP", "US")
	if again, statements := look("US", "JP"); again != first || first == "" || statements != 0 {
		t.Errorf("got %q by %d statements, want %q by none", again, statements, first)
	}
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	more := articles[0]
	more.ExternalID = "more"
	more.Raises = slices.Clone(more.Raises[:1])
	more.Raises[0].Issue, more.Raises[0].By, more.Raises[0].With, more.Raises[0].Speaker = "defence", "CN", "US", ""
	if _, err := writer.PutArticles(ctx, []db.Article{more}); err != nil {
		t.Fatal(err)
	}
	if got, _ := look("CN", "US"); got != "defence " {
		t.Errorf("after loading: got %q, want %q", got, "defence ")
	}
	if _, statements := look("JP", "US"); statements != 1 {
		t.Errorf("after loading: got %d statements, want the issues read anew by 1", statements)
	}
}
