package db_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

// newRaises are the quotes and places of what came behind a place.
func newRaises(t *testing.T, reader *db.Reader, filter db.RaiseFilter, after db.Arrival, limit int) (quotes []string, places []db.Arrival, last db.Arrival) {
	t.Helper()
	err := reader.View(context.Background(), func(view *db.View) error {
		last = view.LastArrival()
		rows, err := view.Select(context.Background(), &db.Query{From: db.NewRaises, After: after, Raises: filter, Page: db.Page{Limit: limit},
			Columns: []db.Column{{Name: "quote"}, {Name: "batch"}, {Name: "id"}}})
		if err != nil {
			return err
		}
		for i := range rows.Len() {
			row := rows.Row(i)
			quotes = append(quotes, row[1].(string))
			places = append(places, db.Arrival{Batch: row[2].(int64), Raise: row[3].(int64)})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return quotes, places, last
}

func TestNewRaisesComeInTheOrderOfCommits(t *testing.T) {
	ctx := context.Background()
	articles := dbtest.Articles()
	path := dbtest.File(t, dbtest.Catalog(), articles[:1])
	reader, err := db.OpenReader(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	put := func(batch ...db.Article) {
		t.Helper()
		if _, err := writer.PutArticles(ctx, batch); err != nil {
			t.Fatal(err)
		}
	}
	none, _, start := newRaises(t, reader, db.RaiseFilter{}, db.Arrival{Batch: 1, Raise: math.MaxInt64}, 10)
	if len(none) != 0 || start.Batch != 1 {
		t.Fatalf("got %q up to %v, want nothing up to batch 1", none, start)
	}
	put(articles[4])              // three raises
	put(articles[1], articles[3]) // one raise each
	put(articles[5])              // none
	all, places, last := newRaises(t, reader, db.RaiseFilter{}, start, 10)
	if len(all) != 5 || last.Batch != 3 || !strings.HasPrefix(all[0], "China and") {
		t.Fatalf("got %q up to %v, want five raises, those of a5 first, up to batch 3", all, last)
	}
	for i := range places {
		if rest, _, _ := newRaises(t, reader, db.RaiseFilter{}, places[i], 10); !slices.Equal(rest, all[i+1:]) {
			t.Errorf("behind %v: got %q, want %q", places[i], rest, all[i+1:])
		}
	}
	if some, _, _ := newRaises(t, reader, db.RaiseFilter{With: []string{"CN"}}, start, 10); len(some) != 3 {
		t.Errorf("with China: got %q, want three", some)
	}
	for text, want := range map[string]int{"protest": 1, "discuss OR protested": 3, `trade "`: 3, "nothing": 0} {
		if some, _, _ := newRaises(t, reader, db.RaiseFilter{Text: &text}, start, 10); len(some) != want {
			t.Errorf("text %s: got %q, want %d", text, some, want)
		}
	}
	// A page has one row more than its limit, from which is seen that it goes on.
	if some, _, _ := newRaises(t, reader, db.RaiseFilter{}, start, 1); !slices.Equal(some, all[:2]) {
		t.Errorf("limit 1: got %q, want %q", some, all[:2])
	}

	// What a changed article has is new, and stands once, where it came last. What was stored before stays.
	changed := articles[4]
	changed.Fingerprint = "f2"
	put(changed)
	put(changed)
	if again, _, now := newRaises(t, reader, db.RaiseFilter{}, start, 10); len(again) != 5 || now.Batch != 4 ||
		!slices.Equal(again, append(slices.Clone(all[3:]), all[:3]...)) {
		t.Errorf("changed: got %q up to %v, want those of a5 last", again, now)
	}
	// What is taken away is not told of, and its number is not given again.
	if _, err := writer.RemoveArticles(ctx, []string{"a5"}); err != nil {
		t.Fatal(err)
	}
	if rest, _, now := newRaises(t, reader, db.RaiseFilter{}, start, 10); len(rest) != 2 || now.Batch != 4 {
		t.Errorf("removed: got %q up to %v, want two raises up to batch 4", rest, now)
	}
	put(changed)
	if rest, _, now := newRaises(t, reader, db.RaiseFilter{}, db.Arrival{Batch: 4, Raise: math.MaxInt64}, 10); len(rest) != 3 || now.Batch != 5 {
		t.Errorf("put again: got %q up to %v, want three raises up to batch 5", rest, now)
	}
}

// TestFarBehind: whoever is so far behind that something may have been missed is told.
func TestFarBehind(t *testing.T) {
	ctx := context.Background()
	path := dbtest.File(t, dbtest.Catalog(), nil)
	writer, err := db.OpenWriter(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	for i := range 260 {
		article := dbtest.Articles()[i%2]
		article.Fingerprint = fmt.Sprint(i)
		if _, err := writer.PutArticles(ctx, []db.Article{article}); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := db.OpenReader(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	err = reader.View(ctx, func(view *db.View) error {
		_, err := view.Select(ctx, &db.Query{From: db.NewRaises, After: db.Arrival{Batch: 3}, Page: db.Page{Limit: 1}})
		return err
	})
	var invalid *db.Invalid
	if !errors.As(err, &invalid) {
		t.Errorf("got %v, want Invalid", err)
	}
	if rest, _, _ := newRaises(t, reader, db.RaiseFilter{}, db.Arrival{Batch: 4}, 10); len(rest) != 4 {
		t.Errorf("256 batches behind: got %d raises, want the 4 of two articles", len(rest))
	}
}
