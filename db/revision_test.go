package db_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

func openRevisions(t testing.TB, reader *db.Reader) *db.Revisions {
	t.Helper()
	revisions, err := reader.Revisions(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := revisions.Close(); err != nil {
			t.Error(err)
		}
	})
	return revisions
}

func TestRevisionsMoveWithEachCommit(t *testing.T) {
	articles := dbtest.Articles()
	path := dbtest.File(t, dbtest.Catalog(), articles[:1])
	revisions := openRevisions(t, openReader(t, path))
	now := func() int64 {
		t.Helper()
		number, err := revisions.Now(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return number
	}
	first := now()
	if again := now(); again != first {
		t.Errorf("with nothing committed: got revision %d, want %d again", again, first)
	}
	dbtest.Write(t, path, dbtest.Catalog(), slices.Values(articles))
	if after := now(); after == first {
		t.Errorf("after articles were stored: got revision %d again", after)
	}
}

func TestViewTellsWhatItRan(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	var ran []db.Ran
	err := reader.View(t.Context(), func(v *db.View) error {
		_, err := v.Select(t.Context(), &db.Query{From: db.Raises, Columns: []db.Column{{Name: "quote"}}, Page: db.Page{Limit: 2}})
		ran = slices.Clone(v.Ran())
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(ran) != 1 || ran[0].Rows != 3 || ran[0].Time <= 0 {
		t.Fatalf("got %+v, want one statement with three rows and its time", ran)
	}
	err = reader.View(t.Context(), func(v *db.View) error {
		if len(v.Ran()) != 0 {
			t.Errorf("a new view: got %d statements, want none", len(v.Ran()))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	steps, err := reader.Explain(t.Context(), ran[0].SQL)
	if err != nil || !strings.Contains(strings.Join(steps, "\n"), "raises") {
		t.Errorf("explain: got %q and %v, want steps over raises", steps, err)
	}
}

func BenchmarkRevision(b *testing.B) {
	revisions := openRevisions(b, openReader(b, dbtest.File(b, dbtest.Catalog(), dbtest.Articles())))
	for b.Loop() {
		if _, err := revisions.Now(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
