// Package dbtest builds small graphs for the tests of db and graph, and large ones for their benchmarks.
//
// The small graph, drawn (by ─issue→ with, day, speaker; a1 … are the articles):
//
//	a1 2025-02-07 "Reuters"  JP ─tariffs→ US  2025-02-07  Ishiba   (2 sentences)
//	                         JP ─trade→ US    2025-02-07
//	                         US ─defence→ JP  2025-02-06  Trump
//	a2 2025-02-08 "reuters " JP ─tariffs→ US  2025-02-08
//	a3 2025-02-09 "AP"       copy of a2, with its raise
//	a4 undated    no source  JP ─tariffs→ CN  undated
//	a5 2025-11-01 "AP"       CN ─trade→ EU, EU ─trade→ CN, JP ─trade→ CN  Takaichi
//	a6 2024-01-01 "Le Monde" in French: no raises
package dbtest

import (
	"context"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"demarche/db"
)

// Catalog is that of the small graph.
func Catalog() db.Catalog {
	return db.Catalog{
		SeedsVersion: "s1", ExtractorVersion: "x1",
		Parties: []db.Party{
			{Kind: db.Country, Code: "JP", Alpha3: "JPN", Name: "Japan", Capital: "Tokyo", Region: "East Asia", Demonyms: []string{"Japanese"}},
			{Kind: db.Country, Code: "US", Alpha3: "USA", Name: "United States", Aliases: []string{"U.S.", "America"}, Capital: "Washington", Region: "North America", Demonyms: []string{"American"}},
			{Kind: db.Country, Code: "CN", Alpha3: "CHN", Name: "China", Capital: "Beijing", Region: "East Asia", Demonyms: []string{"Chinese"}},
			{Kind: db.Country, Code: "FR", Alpha3: "FRA", Name: "France", Capital: "Paris", Region: "Western Europe", Demonyms: []string{"French"}},
			{Kind: db.Organization, Code: "EU", Name: "European Union", Aliases: []string{"E.U."}, Members: []string{"FR"}},
		},
		Leaders: []db.Leader{
			{Slug: "shigeru-ishiba", Name: "Shigeru Ishiba", Party: "JP", Offices: []db.Office{{Title: "Prime Minister", Party: "JP", Since: "2024-10-01", Until: "2025-10-21"}}},
			{Slug: "sanae-takaichi", Name: "Sanae Takaichi", Party: "JP", Offices: []db.Office{{Title: "Prime Minister", Party: "JP", Since: "2025-10-21"}}},
			{Slug: "donald-trump", Name: "Donald Trump", Party: "US", Aliases: []string{"Donald J. Trump"}, Offices: []db.Office{
				{Title: "President", Party: "US", Since: "2017-01-20", Until: "2021-01-20"}, {Title: "President", Party: "US", Since: "2025-01-20"}}},
		},
		Issues: []db.Issue{
			{Slug: "tariffs", Name: "Tariffs", Description: "Duties on goods that cross a border.", Area: "trade"},
			{Slug: "trade", Name: "Trade", Description: "Commerce between two economies as a whole.", Area: "trade"},
			{Slug: "defence", Name: "Defence", Description: "Armed forces, their alliances and what they cost.", Area: "security"},
		},
	}
}

// Articles are those of the small graph.
func Articles() []db.Article {
	a1 := db.Article{ExternalID: "a1", Title: "Ishiba meets Trump", Summary: "A first visit", Published: "2025-02-07", Source: "Reuters",
		URL:  "https://example.org/a1",
		Text: "Ishiba urged Trump to drop the tariffs on Japan’s steel. Japanese officials also spoke of trade. A day before, Trump asked Japan to spend more on defence. Tokyo said it would raise tariffs <again> & again."}
	a1.Raises = []db.Raise{
		raise(a1, "JP", "US", "tariffs", "REQUEST", "shigeru-ishiba", "2025-02-07", 0.9, "Ishiba urged Trump", "Tokyo said it would"),
		raise(a1, "JP", "US", "trade", "CONSULT", "", "2025-02-07", 0.6, "Japanese officials also"),
		raise(a1, "US", "JP", "defence", "REQUEST", "donald-trump", "2025-02-06", 0.8, "A day before"),
	}
	a1.Mentions = []db.Mention{
		mention(a1, db.Title, db.LeaderNode, "shigeru-ishiba", "Ishiba"), mention(a1, db.Text, db.LeaderNode, "shigeru-ishiba", "Ishiba"),
		mention(a1, db.Text, db.LeaderNode, "donald-trump", "Trump"), mention(a1, db.Text, db.PartyNode, "JP", "Japan"),
		mention(a1, db.Text, db.IssueNode, "tariffs", "tariffs"),
	}
	a2 := db.Article{ExternalID: "a2", Title: "Tokyo renews its plea", Published: "2025-02-08", Source: "reuters ",
		Text: "Japan again asked the United States to spare its cars from tariffs."}
	a2.Raises = []db.Raise{raise(a2, "JP", "US", "tariffs", "REQUEST", "", "2025-02-08", 0.7, "Japan again asked")}
	a2.Mentions = []db.Mention{mention(a2, db.Text, db.PartyNode, "JP", "Japan"), mention(a2, db.Text, db.PartyNode, "US", "United States")}
	a3 := a2
	a3.ExternalID, a3.Published, a3.Source, a3.Title = "a3", "2025-02-09", "AP", "TOKYO renews  its plea"
	a4 := db.Article{ExternalID: "a4", Title: "Notes", Text: "Japan protested to China over tariffs."}
	a4.Raises = []db.Raise{raise(a4, "JP", "CN", "tariffs", "PROTEST", "", "", 0.5, "Japan protested")}
	a4.Mentions = []db.Mention{mention(a4, db.Text, db.PartyNode, "CN", "China")}
	a5 := db.Article{ExternalID: "a5", Title: "Brussels and Beijing", Published: "2025-11-01", Source: "AP",
		Text: "China and the European Union discussed trade. Takaichi spoke with China about trade too."}
	a5.Raises = []db.Raise{
		raise(a5, "CN", "EU", "trade", "CONSULT", "", "2025-11-01", 0.75, "China and the"),
		raise(a5, "EU", "CN", "trade", "CONSULT", "", "2025-11-01", 0.75, "China and the"),
		raise(a5, "JP", "CN", "trade", "CONSULT", "sanae-takaichi", "2025-11-01", 0.85, "Takaichi spoke"),
	}
	a5.Mentions = []db.Mention{mention(a5, db.Text, db.PartyNode, "EU", "European Union"), mention(a5, db.Text, db.LeaderNode, "sanae-takaichi", "Takaichi")}
	a6 := db.Article{ExternalID: "a6", Title: "La France et la Chine", Published: "2024-01-01", Source: "Le Monde", Language: "fr",
		Foreign: true, Text: "La France s'inquiète."}
	articles := []db.Article{a1, a2, a3, a4, a5, a6}
	for i := range articles {
		articles[i].Fingerprint = "f1"
	}
	return articles
}

func raise(a db.Article, by, with, issue, act, speaker, on string, confidence float64, sentences ...string) db.Raise {
	made := db.Raise{By: by, With: with, Issue: issue, Act: act, Modality: "ASSERTED", Speaker: speaker, On: on,
		Confidence: confidence, Rule: "test", Explanation: "drawn by hand"}
	for _, start := range sentences {
		at := strings.Index(a.Text, start)
		end := at + strings.Index(a.Text[at:], ".") + 1
		first := utf8.RuneCountInString(a.Text[:at])
		made.Evidence = append(made.Evidence, db.Evidence{Part: db.Text, Quote: a.Text[at:end],
			Start: first, End: first + utf8.RuneCountInString(a.Text[at:end])})
	}
	return made
}

func mention(a db.Article, part db.Part, kind db.NodeKind, key, word string) db.Mention {
	text := a.Text
	if part == db.Title {
		text = a.Title
	}
	start := utf8.RuneCountInString(text[:strings.Index(text, word)])
	return db.Mention{Kind: kind, Key: key, Part: part, Start: start, End: start + utf8.RuneCountInString(word)}
}

// File writes a graph to a new file of the test and returns its path.
func File(t testing.TB, catalog db.Catalog, articles []db.Article) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "graph.db")
	Write(t, path, catalog, slices.Values(articles))
	return path
}

// Write puts a graph into the file at path.
func Write(t testing.TB, path string, catalog db.Catalog, articles iter.Seq[db.Article]) {
	t.Helper()
	ctx := context.Background()
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := writer.Close(); err != nil {
			t.Error(err)
		}
	}()
	if err := writer.PutCatalog(ctx, catalog); err != nil {
		t.Fatal(err)
	}
	var batch []db.Article
	put := func() {
		if _, err := writer.PutArticles(ctx, batch); err != nil {
			t.Fatal(err)
		}
		batch = batch[:0]
	}
	for article := range articles {
		if batch = append(batch, article); len(batch) == 500 {
			put()
		}
	}
	put()
}
