package db

import (
	"context"
	"database/sql/driver"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDescribe: everything in a file is described, each column of it, and nothing that is not there.
func TestDescribe(t *testing.T) {
	c := mustOpen(t, filepath.Join(t.TempDir(), "graph.db"))
	var want []string
	// Full-text indexes have tables of their own, which nobody reads.
	err := c.query(context.Background(), `SELECT s.name, coalesce(group_concat(CASE WHEN s.sql LIKE 'CREATE VIRTUAL%' THEN NULL ELSE i.name END), '')
		FROM sqlite_schema s, pragma_table_info(s.name) i
		WHERE s.type IN ('table', 'view') AND s.name NOT GLOB '*_fts_*' GROUP BY s.name`, nil, func(row []driver.Value) error {
		want = append(want, row[0].(string)+": "+row[1].(string))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, description := range Describe() {
		var names []string
		for _, column := range description.Columns {
			names = append(names, column.Name)
			if column.About == "" {
				t.Errorf("%s.%s: got no word on it", description.Name, column.Name)
			}
		}
		if description.About == "" || strings.Contains(description.About, "--") {
			t.Errorf("%s: got %q, want a sentence", description.Name, description.About)
		}
		got = append(got, description.Name+": "+strings.Join(names, ","))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, description := range Describe() {
		if description.Name == "raises_flat" && description.About != "One line a raise, with names instead of ids: the view to begin with." {
			t.Errorf("raises_flat: got %q", description.About)
		}
	}
}
