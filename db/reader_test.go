package db_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

func openReader(t testing.TB, path string) *db.Reader {
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

// TestCheckFinds breaks a file in every way that Check looks for.
func TestCheckFinds(t *testing.T) {
	for _, test := range []struct{ name, sql, want string }{
		{"quote", "UPDATE raises SET quote = quote || '!'", "its quote is not"},
		{"further evidence", "UPDATE evidence SET quote_start = quote_start + 1", "its quote is not"},
		{"text", "UPDATE articles SET text = 'x' WHERE external_id = 'a1'", "a mention lies outside"},
		{"source", "UPDATE raises SET source_id = NULL WHERE source_id = (SELECT min(id) FROM sources)", "its source or story is not that of"},
		{"story", "UPDATE articles SET copy_of_id = NULL", "copy_of_id is null"},
		{"foreign", "UPDATE articles SET is_foreign = 1", "foreign one with raises"},
		{"about", "DELETE FROM article_nodes WHERE article_id = (SELECT min(article_id) FROM article_nodes)", "article_nodes lacks"},
		{"about too much", "INSERT INTO article_nodes SELECT (SELECT id FROM articles WHERE external_id = 'a6'), 1, '2024-01-01'", "has too many"},
		{"day", "UPDATE article_nodes SET published = '1999-01-01'", "another day"},
		{"count", "UPDATE raise_counts SET story_count = 7 WHERE issue_id = 0", "raise_counts"},
		{"count gone", "DELETE FROM raise_counts WHERE by_id = 0", "raise_counts"},
		{"sources", "UPDATE raise_sources SET raise_count = 9", "raise_sources"},
		{"speakers", "DELETE FROM speaker_counts", "speaker_counts"},
		{"reference", "PRAGMA foreign_keys = OFF; UPDATE raises SET speaker_id = 999 WHERE speaker_id IS NOT NULL", "not there"},
		{"search", "INSERT INTO raises_fts (raises_fts, rowid, quote) SELECT 'delete', id, quote FROM raises LIMIT 1", "raises_fts is not in step"},
		{"nodes' search", "DROP TRIGGER nodes_update; UPDATE nodes SET name = 'Atlantis' WHERE key = 'JP'", "nodes_fts is not in step"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := dbtest.File(t, dbtest.Catalog(), dbtest.Articles())
			if out, err := exec.Command("sqlite3", path, test.sql).CombinedOutput(); err != nil {
				t.Skipf("sqlite3: %v: %s", err, out)
			}
			findings, err := db.Check(context.Background(), path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(strings.Join(findings, "\n"), test.want) {
				t.Errorf("got %q, want a finding with %q", findings, test.want)
			}
		})
	}
}

// TestPutAtRandom replaces articles by others many times over; counts must stay what Check counts anew.
func TestPutAtRandom(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "graph.db")
	catalog, generated := dbtest.Generate(dbtest.Size{Parties: 4, Leaders: 4, Issues: 3, Articles: 60, Raises: 150})
	pool := slices.Collect(generated)
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if err := writer.PutCatalog(ctx, catalog); err != nil {
		t.Fatal(err)
	}
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 40 {
		var batch []db.Article
		for _, at := range random.Perm(12)[:1+random.IntN(8)] {
			// Few ids and many contents: articles change, become copies of each other, and lose all raises.
			article := pool[random.IntN(20)]
			article.ExternalID = fmt.Sprintf("id-%d", at)
			article.Published = fmt.Sprintf("2025-01-%02d", 1+random.IntN(28))
			article.Source = []string{"", "AP", "ap ", "AFP"}[random.IntN(4)]
			article.Raises = slices.Clone(article.Raises)
			if random.IntN(4) == 0 {
				article.Raises = nil
			}
			for i := range article.Raises {
				article.Raises[i].On = []string{"", article.Published, "2024-12-31"}[random.IntN(3)]
			}
			article.Fingerprint = fmt.Sprint(round, at)
			batch = append(batch, article)
		}
		if _, err := writer.PutArticles(ctx, batch); err != nil {
			t.Fatal(err)
		}
		if round%5 == 4 {
			checkClean(t, path)
		}
	}
}

// TestReaderSees: what another connection commits is there at once, catalog included.
func TestReaderSees(t *testing.T) {
	ctx := context.Background()
	articles := dbtest.Articles()
	path := dbtest.File(t, dbtest.Catalog(), articles[:2])
	reader := openReader(t, path)
	look := func(wantArticles int64, wantParty bool) (version string) {
		t.Helper()
		err := reader.View(ctx, func(v *db.View) error {
			dataset, err := v.Dataset(ctx)
			if err != nil {
				return err
			}
			if dataset.Articles != wantArticles {
				t.Errorf("got %d articles, want %d", dataset.Articles, wantArticles)
			}
			if _, err := v.Party("Wakanda"); (err == nil) != wantParty {
				t.Errorf("Wakanda: got %v, want it known: %v", err, wantParty)
			}
			version = dataset.Version
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return version
	}
	before := look(2, false)
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	if _, err := writer.PutArticles(ctx, articles); err != nil {
		t.Fatal(err)
	}
	after := look(6, false)
	if before == after {
		t.Errorf("the version stayed %s", after)
	}
	catalog := dbtest.Catalog()
	catalog.Parties = append(catalog.Parties, db.Party{Kind: db.Country, Code: "WK", Name: "Wakanda"})
	if err := writer.PutCatalog(ctx, catalog); err != nil {
		t.Fatal(err)
	}
	look(6, true)
	if err := writer.PutCatalog(ctx, dbtest.Catalog()); err != nil {
		t.Fatal(err)
	}
	if got := look(6, false); got != after {
		t.Errorf("got version %s, want %s again", got, after)
	}
}

func TestParty(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), nil))
	err := reader.View(context.Background(), func(v *db.View) error {
		for ref, want := range map[string]string{
			"JP": "JP", "jpn": "JP", "Japan": "JP", " japan ": "JP", "the United States": "US", "u.s.": "US", "AMERICA": "US", "eu": "EU", "E.U.": "EU",
		} {
			if got, err := v.Party(ref); err != nil || got.Key != want {
				t.Errorf("%q: got %v, %v, want %s", ref, got, err, want)
			}
		}
		for ref, want := range map[string]string{
			"Jpan":  `unknown party "Jpan": did you mean Japan (JP)?`,
			"":      `unknown party "": pass a code`,
			"Xyzzy": `unknown party "Xyzzy": pass a code`,
		} {
			if _, err := v.Party(ref); err == nil || !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%q: got %v, want %s", ref, err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestFilters compares filters made at random with what a loop over the exported raises finds.
func TestFilters(t *testing.T) {
	ctx := context.Background()
	catalog, articles := dbtest.Generate(dbtest.Size{Parties: 5, Leaders: 5, Issues: 14, Articles: 120, Raises: 400})
	all := slices.Collect(articles)
	for i := range all {
		if i%7 == 0 {
			for j := range all[i].Raises {
				all[i].Raises[j].On = ""
			}
		}
	}
	reader := openReader(t, dbtest.File(t, catalog, all))
	random := rand.New(rand.NewPCG(5, 6))
	pick := func(values []string) []string {
		if random.IntN(4) > 0 {
			return nil
		}
		picked := []string{}
		for range random.IntN(4) {
			picked = append(picked, values[random.IntN(len(values))])
		}
		return picked
	}
	var codes, slugs, areas, leaders, sources []string
	for _, party := range catalog.Parties {
		codes = append(codes, party.Code)
	}
	for _, issue := range catalog.Issues {
		slugs, areas = append(slugs, issue.Slug), append(areas, issue.Area)
	}
	for _, leader := range catalog.Leaders {
		leaders = append(leaders, leader.Slug)
	}
	for i := range 20 {
		sources = append(sources, fmt.Sprintf("PAPER %d ", i))
	}
	var make func(depth int) db.RaiseFilter
	several := func(depth int) []db.RaiseFilter {
		if depth == 0 || random.IntN(3) > 0 {
			return nil
		}
		filters := []db.RaiseFilter{}
		for range random.IntN(3) {
			filters = append(filters, make(depth-1))
		}
		return filters
	}
	make = func(depth int) db.RaiseFilter {
		f := db.RaiseFilter{By: pick(codes), With: pick(codes), Between: pick(codes), Issue: pick(slugs), Area: pick(areas), Act: pick(db.Acts()),
			Speaker: pick(leaders), Source: pick(sources), And: several(depth), Or: several(depth)}
		if random.IntN(5) == 0 {
			f.Since = db.Date(fmt.Sprintf("20%d-06-15", 16+random.IntN(9)))
		}
		if random.IntN(5) == 0 {
			f.Until = max(f.Since, db.Date(fmt.Sprintf("20%d-06-15", 17+random.IntN(9))))
		}
		if random.IntN(5) == 0 {
			least := random.Float64()
			f.MinConfidence = &least
		}
		if random.IntN(6) == 0 {
			f.Text = &[]string{"steel", "\"talks trade\"", "steel AND treaty", "nothing"}[random.IntN(4)]
		}
		if depth > 0 && random.IntN(3) == 0 {
			inner := make(depth - 1)
			f.Not = &inner
		}
		return f
	}
	areaOf := map[string]string{}
	for _, issue := range catalog.Issues {
		areaOf[issue.Slug] = issue.Area
	}
	in := func(values []string, value string) bool { return values == nil || slices.Contains(values, value) }
	words := func(quote string) []string {
		return strings.FieldsFunc(strings.ToLower(quote), func(r rune) bool { return r == ' ' || r == '.' || r == ':' })
	}
	var passes func(f db.RaiseFilter, a db.Article, r db.Raise) bool
	passes = func(f db.RaiseFilter, a db.Article, r db.Raise) bool {
		folded := []string(nil)
		for i, source := range f.Source {
			if i == 0 {
				folded = []string{}
			}
			folded = append(folded, strings.ToLower(strings.TrimSpace(source)))
		}
		if f.Source != nil && folded == nil {
			folded = []string{}
		}
		ok := in(f.By, r.By) && in(f.With, r.With) && in(f.Between, r.By) && in(f.Between, r.With) && in(f.Issue, r.Issue) && in(f.Area, areaOf[r.Issue]) &&
			in(f.Act, r.Act) && (f.Speaker == nil || r.Speaker != "" && slices.Contains(f.Speaker, r.Speaker)) && in(folded, strings.ToLower(a.Source)) &&
			(f.Since == "" || r.On != "" && r.On >= string(f.Since)) && (f.Until == "" || r.On != "" && r.On <= string(f.Until)) &&
			(f.MinConfidence == nil || r.Confidence >= *f.MinConfidence)
		found := words(r.Evidence[0].Quote)
		text := ""
		if f.Text != nil {
			text = *f.Text
		}
		switch text {
		case "steel", "nothing":
			ok = ok && slices.Contains(found, text)
		case "steel AND treaty":
			ok = ok && slices.Contains(found, "steel") && slices.Contains(found, "treaty")
		case "\"talks trade\"":
			ok = ok && strings.Contains(strings.Join(found, " "), "talks trade")
		}
		for _, inner := range f.And {
			ok = ok && passes(inner, a, r)
		}
		if f.Or != nil {
			any := false
			for _, inner := range f.Or {
				any = any || passes(inner, a, r)
			}
			ok = ok && any
		}
		return ok && (f.Not == nil || !passes(*f.Not, a, r))
	}
	matched := 0
	for range 150 {
		filter := make(2)
		want := []string{}
		for _, a := range all {
			for _, r := range a.Raises {
				if passes(filter, a, r) {
					want = append(want, a.ExternalID+" "+r.By+" "+r.With+" "+r.Issue)
				}
			}
		}
		got := []string{}
		if err := reader.View(ctx, func(v *db.View) error {
			return v.Export(ctx, &db.Export{Table: db.ExportRaises, Raises: filter}, func(row []driver.Value) error {
				got = append(got, fmt.Sprint(row[0], " ", row[1], " ", row[2], " ", row[3]))
				return nil
			})
		}); err != nil {
			t.Fatalf("%+v: %v", filter, err)
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("%+v: got %d raises, want %d", filter, len(got), len(want))
		}
		var count driver.Value
		err := reader.View(ctx, func(v *db.View) error {
			rows, err := v.Count(ctx, &db.Query{From: db.Raises, Raises: filter})
			if err == nil {
				count = rows.Row(0)[1]
			}
			return err
		})
		if err != nil || count != int64(len(want)) {
			t.Fatalf("%+v: counted %v, %v, want %d", filter, count, err, len(want))
		}
		matched += len(want)
		if got := walk(t, reader, filter, db.Order{Field: db.ByDay, Ascending: random.IntN(2) == 0}); got != len(want) {
			t.Fatalf("%+v: pages held %d raises, want %d", filter, got, len(want))
		}
	}
	if matched < 400 {
		t.Errorf("the filters matched %d raises in all: they test too little", matched)
	}
}

// walk reads a list of raises page by page, wants it in order and each raise once, and returns its length.
func walk(t *testing.T, reader *db.Reader, filter db.RaiseFilter, order db.Order) int {
	t.Helper()
	ctx := context.Background()
	seen := map[int64]bool{}
	last := ""
	query := db.Query{From: db.Raises, Raises: filter, Order: order, Columns: []db.Column{{Name: "said_on"}, {Name: "id"}}, Page: db.Page{Limit: 40}}
	for {
		var rows db.Rows
		err := reader.View(ctx, func(v *db.View) error {
			found, err := v.Select(ctx, &query)
			if err == nil {
				rows = db.Rows{Values: slices.Clone(found.Values), Width: found.Width} // the view's own go with it
			}
			return err
		})
		if err != nil {
			t.Fatalf("%+v: %v", filter, err)
		}
		for i := range min(rows.Len(), 40) {
			row := rows.Row(i)
			day, dated := row[1].(string)
			if !dated {
				day = map[bool]string{true: "9999", false: "0000"}[order.Ascending]
			}
			if last != "" && (day < last) == order.Ascending && day != last {
				t.Fatalf("%+v: %s comes after %s", filter, day, last)
			}
			last = day
			if id := row[2].(int64); seen[id] {
				t.Fatalf("%+v: raise %d comes twice", filter, id)
			} else {
				seen[id] = true
			}
			query.Page.After = query.Cursor(row[1], row[2].(int64))
		}
		if rows.Len() <= 40 {
			return len(seen)
		}
	}
}

// TestArticleFilters does for articles what TestFilters does for raises.
func TestArticleFilters(t *testing.T) {
	ctx := context.Background()
	catalog, generated := dbtest.Generate(dbtest.Size{Parties: 6, Leaders: 4, Issues: 8, Articles: 150, Raises: 260})
	all := slices.Collect(generated)
	about := map[string][]string{}
	for i := range all {
		if i%9 == 0 {
			all[i].Published = ""
		}
		for _, raise := range all[i].Raises {
			about[all[i].ExternalID] = append(about[all[i].ExternalID], raise.By, raise.With, raise.Issue)
		}
	}
	reader := openReader(t, dbtest.File(t, catalog, all))
	random := rand.New(rand.NewPCG(8, 9))
	pick := func(among ...string) []string {
		if random.IntN(3) > 0 {
			return nil
		}
		picked := []string{}
		for range random.IntN(4) {
			picked = append(picked, among[random.IntN(len(among))])
		}
		return picked
	}
	codes := []string{}
	for _, party := range catalog.Parties {
		codes = append(codes, party.Code)
	}
	for range 200 {
		f := db.ArticleFilter{Mentions: pick(codes...), MentionsAll: pick(codes...), Issue: pick("issue-0", "issue-1", "issue-5"), Source: pick("paper 0", "PAPER 1 ", "paper 9")}
		if random.IntN(4) == 0 {
			f.Since = "2019-01-01"
		}
		if random.IntN(4) == 0 {
			f.Until = "2022-06-30"
		}
		want := []string{}
		for _, a := range all {
			any := func(asked []string) bool {
				return asked == nil || slices.ContainsFunc(asked, func(key string) bool { return slices.Contains(about[a.ExternalID], key) })
			}
			every := !slices.ContainsFunc(f.MentionsAll, func(key string) bool { return !slices.Contains(about[a.ExternalID], key) })
			source := f.Source == nil || slices.ContainsFunc(f.Source, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), a.Source) })
			if any(f.Mentions) && every && any(f.Issue) && source && (f.Since == "" || a.Published >= string(f.Since)) &&
				(f.Until == "" || a.Published != "" && a.Published <= string(f.Until)) {
				want = append(want, a.ExternalID)
			}
		}
		query := db.Query{From: db.Articles, Articles: f, Columns: []db.Column{{Name: "external_id"}, {Name: "published"}, {Name: "id"}}, Page: db.Page{Limit: 7}}
		got := []string{}
		var counted driver.Value
		for more := true; more; {
			err := reader.View(ctx, func(v *db.View) error {
				rows, err := v.Select(ctx, &query)
				if err != nil {
					return err
				}
				more = rows.Len() > 7
				for i := range min(7, rows.Len()) {
					row := rows.Row(i)
					got = append(got, row[1].(string))
					query.Page.After = query.Cursor(row[2], row[3].(int64))
				}
				count, err := v.Count(ctx, &query)
				if err == nil {
					counted = count.Row(0)[1]
				}
				return err
			})
			if err != nil {
				t.Fatalf("%+v: %v", f, err)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || counted != int64(len(want)) {
			t.Fatalf("%+v: got %d articles, counted %v, want %d", f, len(got), counted, len(want))
		}
	}
}
