package db_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

func checkClean(t *testing.T, path string) {
	t.Helper()
	findings, err := db.Check(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	if len(findings) > 0 {
		t.Errorf("check found:\n%s", strings.Join(findings, "\n"))
	}
}

// dump is all that a file holds but for internal ids of nodes and sources, in which files of one graph may differ.
func dump(t *testing.T, path string) string {
	t.Helper()
	out, err := exec.Command("sqlite3", path, `
		SELECT * FROM raises_flat ORDER BY 1, 2, 4, 6;
		SELECT id, external_id, copy_of_id, story FROM articles ORDER BY 1;
		SELECT coalesce(b.key, '*'), coalesce(w.key, '*'), coalesce(i.key, '*'), raise_count, story_count, article_count, source_count,
			issue_count, first_on, last_on FROM raise_counts c LEFT JOIN nodes b ON b.id = by_id LEFT JOIN nodes w ON w.id = with_id
			LEFT JOIN nodes i ON i.id = issue_id ORDER BY 1, 2, 3;
		SELECT value FROM meta WHERE key = 'content';`).CombinedOutput()
	if err != nil {
		t.Skipf("sqlite3: %v: %s", err, out)
	}
	return string(out)
}

func TestPutAnyOrder(t *testing.T) {
	articles := dbtest.Articles()
	path := dbtest.File(t, dbtest.Catalog(), articles)
	checkClean(t, path)
	if got, want := len(exported(t, openReader(t, path), db.Export{Table: db.ExportRaises})), 9; got != want {
		t.Errorf("got %d raises, want %d", got, want)
	}
	want := dump(t, path)
	slices.Reverse(articles)
	other := dbtest.File(t, dbtest.Catalog(), articles)
	checkClean(t, other)
	if got := dump(t, other); got != want {
		t.Errorf("loaded in reverse, got\n%s\nwant\n%s", got, want)
	}
}

func TestPutAgain(t *testing.T) {
	ctx := context.Background()
	path := dbtest.File(t, dbtest.Catalog(), dbtest.Articles())
	before := dump(t, path)
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(articles []db.Article, want db.PutResult) {
		t.Helper()
		got, err := writer.PutArticles(ctx, articles)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("got %+v, want %+v", got, want)
		}
		checkClean(t, path)
	}
	if err := writer.PutCatalog(ctx, dbtest.Catalog()); err != nil {
		t.Fatal(err)
	}
	put(dbtest.Articles(), db.PutResult{})
	if got := dump(t, path); got != before {
		t.Errorf("stored again, got\n%s\nwant\n%s", got, before)
	}
	// Change the articles in every way that moves a count, then bring them back.
	changed := dbtest.Articles()
	changed[0].Raises, changed[0].Source, changed[0].Published = changed[0].Raises[1:], "The Paper", "2025-03-01"
	changed[1].Text = "Now another story: " + changed[1].Text
	changed[1].Raises, changed[1].Mentions = nil, nil
	changed[4].Raises[0].On = ""
	changed[4].Raises[2].Speaker = ""
	for i := range changed {
		changed[i].Fingerprint = "f2"
	}
	put(changed, db.PutResult{Changed: 6, Raises: 7})
	put(dbtest.Articles(), db.PutResult{Changed: 6, Raises: 9})
	if got := dump(t, path); got != before {
		t.Errorf("brought back, got\n%s\nwant\n%s", got, before)
	}
	fingerprints, err := writer.Fingerprints(ctx, []string{"a1", "nowhere"})
	if err != nil || len(fingerprints) != 1 || fingerprints["a1"] != "f1" {
		t.Errorf("got fingerprints %v, %v", fingerprints, err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestPutRefuses(t *testing.T) {
	ctx := context.Background()
	for _, test := range []struct {
		name   string
		change func(*db.Article)
		want   string
	}{
		{"quote", func(a *db.Article) { a.Raises[0].Evidence[0].Start++ }, "is not the quote"},
		{"no evidence", func(a *db.Article) { a.Raises[0].Evidence = nil }, "has no evidence"},
		{"party", func(a *db.Article) { a.Raises[0].By = "XX" }, "unknown party"},
		{"issue", func(a *db.Article) { a.Raises[0].Issue = "weather" }, "unknown issue"},
		{"speaker", func(a *db.Article) { a.Raises[0].Speaker = "nobody" }, "unknown leader"},
		{"itself", func(a *db.Article) { a.Raises[0].With = a.Raises[0].By }, "nothing with itself"},
		{"twice", func(a *db.Article) { a.Raises = append(a.Raises, a.Raises[0]) }, "stands twice"},
		{"mention", func(a *db.Article) { a.Mentions[0].End = 1000 }, "outside its TITLE"},
		{"day", func(a *db.Article) { a.Published = "7 February" }, "is no date"},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "graph.db")
			writer, err := db.OpenWriter(ctx, path)
			if err != nil {
				t.Fatal(err)
			}
			defer writer.Close()
			if err := writer.PutCatalog(ctx, dbtest.Catalog()); err != nil {
				t.Fatal(err)
			}
			articles := dbtest.Articles()
			test.change(&articles[0])
			_, err = writer.PutArticles(ctx, articles)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), `"a1"`) {
				t.Errorf("got %v, want an error on a1 with %q", err, test.want)
			}
			checkClean(t, path)
		})
	}
}
