package bench

import (
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"demarche/db"
	"demarche/db/dbtest"
)

func TestGenerateIsTheSameForTheSameSeed(t *testing.T) {
	size := Size{Parties: 50, Leaders: 100, Articles: 200, Raises: 2000}
	digest := func(seed uint64) string {
		catalog, articles, err := Generate(size, seed)
		if err != nil {
			t.Fatal(err)
		}
		hash := sha256.New()
		encoder := json.NewEncoder(hash)
		if err := encoder.Encode(catalog); err != nil {
			t.Fatal(err)
		}
		for article := range articles {
			if err := encoder.Encode(article); err != nil {
				t.Fatal(err)
			}
		}
		return fmt.Sprintf("%x", hash.Sum(nil))
	}
	if first, second := digest(1), digest(1); first != second {
		t.Errorf("got %s and %s for one seed, want the same graph", first, second)
	}
	if first, second := digest(1), digest(2); first == second {
		t.Errorf("got the same graph for two seeds, want two")
	}
}

func TestGenerateHasTheShapeOfNews(t *testing.T) {
	size := SizeOf(20_000)
	catalog, articles, err := Generate(size, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := [3]int{len(catalog.Parties), len(catalog.Leaders), len(catalog.Issues)}; got != [3]int{200, 2000, 98} {
		t.Errorf("got %v parties, leaders and issues, want 200, 2000 and 98", got)
	}
	count, raises, quotes := 0, 0, 0
	pairs := map[string]int{}
	for article := range articles {
		count++
		raises += len(article.Raises)
		for _, raise := range article.Raises {
			quotes += utf8.RuneCountInString(raise.Evidence[0].Quote)
			pairs[raise.By+"→"+raise.With]++
		}
	}
	if count != size.Articles || raises != size.Raises {
		t.Errorf("got %d articles with %d raises, want %d with %d", count, raises, size.Articles, size.Raises)
	}
	if mean := quotes / raises; mean < 140 || mean > 170 {
		t.Errorf("got quotes of %d characters on average, want about 150", mean)
	}
	// A few thousand of a million.
	if got := float64(pairs["JP→US"]) / float64(raises); got < 0.002 || got > 0.009 {
		t.Errorf("got %.4f of the raises for JP→US, want between 0.002 and 0.009", got)
	}
}

// tables are compared row by row.
var tables = map[string]string{
	"nodes":          "SELECT * FROM nodes ORDER BY id",
	"sources":        "SELECT * FROM sources ORDER BY id",
	"articles":       "SELECT * FROM articles ORDER BY id",
	"story_keys":     "SELECT * FROM story_keys ORDER BY 1, 2",
	"mentions":       "SELECT * FROM mentions ORDER BY 1, 2, 3, 4, 5",
	"article_nodes":  "SELECT * FROM article_nodes ORDER BY 1, 2",
	"raises":         "SELECT * FROM raises ORDER BY id",
	"raise_counts":   "SELECT * FROM raise_counts ORDER BY 1, 2, 3",
	"raise_sources":  "SELECT * FROM raise_sources ORDER BY 1, 2, 3, 4",
	"speaker_counts": "SELECT * FROM speaker_counts ORDER BY 1, 2, 3, 4",
	"schema":         "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name",
}

func dump(t *testing.T, path, query string) []string {
	t.Helper()
	file, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := file.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	var lines []string
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, fmt.Sprint(values...))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestWriteMakesTheTablesOfTheWriter(t *testing.T) {
	size := Size{Parties: 40, Leaders: 80, Articles: 150, Raises: 1500}
	quick, usual := filepath.Join(t.TempDir(), "quick.db"), filepath.Join(t.TempDir(), "usual.db")
	if err := Write(t.Context(), quick, size, 1); err != nil {
		t.Fatal(err)
	}
	catalog, articles, err := Generate(size, 1)
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Write(t, usual, catalog, articles)
	for table, query := range tables {
		got, want := dump(t, quick, query), dump(t, usual, query)
		if len(want) == 0 {
			t.Errorf("%s: no rows to compare", table)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %d rows, want %d, or they differ", table, len(got), len(want))
		}
	}
	findings, err := db.Check(t.Context(), quick)
	if err != nil || len(findings) > 0 {
		t.Errorf("got %v, %s, want a file that is whole", err, strings.Join(findings, "\n"))
	}
}
