package db_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

// TestViews: what analysts read with a program of their own is what the program itself says.
func TestViews(t *testing.T) {
	path := dbtest.File(t, dbtest.Catalog(), dbtest.Articles())
	ask := func(sql string) []string {
		t.Helper()
		out, err := exec.Command("sqlite3", "-readonly", path, sql).CombinedOutput()
		if errors.Is(err, exec.ErrNotFound) {
			t.Skip("sqlite3 is not installed")
		}
		if err != nil {
			t.Fatalf("%s: %v: %s", sql, err, out)
		}
		return strings.Split(strings.TrimSuffix(string(out), "\n"), "\n")
	}
	reader := openReader(t, path)
	for _, test := range []struct {
		sql    string
		export db.Export
		cells  []int // of the export's rows
	}{
		{`SELECT by_code, by_name, with_code, with_name, raise_count, story_count, article_count, source_count, issue_count,
			coalesce(first_on, '<nil>'), coalesce(last_on, '<nil>'), back_count FROM pairs ORDER BY raise_count DESC, 1, 3`,
			db.Export{Table: db.ExportPairs}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}},
		{`SELECT by_code, by_name, with_code, with_name, issue, issue_name, area, raise_count, story_count, article_count, source_count,
			coalesce(first_on, '<nil>'), coalesce(last_on, '<nil>'), printf('%.6g', share) FROM issues_by_pair ORDER BY raise_count DESC, 1, 3, 5`,
			db.Export{Table: db.ExportIssues, ByPair: true}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}},
		{`SELECT m.month, sum(raise_count), a.article_count FROM raises_by_month m JOIN articles_by_month a USING (month) GROUP BY 1`,
			db.Export{Table: db.ExportPeriods, Unit: db.MonthDimension}, []int{0, 1, 6}},
		{`SELECT month, raise_count, story_count, article_count FROM raises_by_month WHERE by_code = 'JP' AND with_code = 'US'`,
			db.Export{Table: db.ExportPeriods, Unit: db.MonthDimension, Raises: db.RaiseFilter{By: []string{"JP"}, With: []string{"US"}}}, []int{0, 1, 2, 3}},
		{`SELECT article, by_code, with_code, issue, act, modality, coalesce(speaker, '<nil>'), part, quote, quote_start, quote_end,
			coalesce(said_on, '<nil>'), confidence, title, coalesce(url, '<nil>'), coalesce(source, '<nil>'), coalesce(published, '<nil>')
			FROM raises_flat ORDER BY 1, 8, 10, 2, 3, 4`,
			db.Export{Table: db.ExportRaises}, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}},
	} {
		var want []string
		err := reader.View(context.Background(), func(v *db.View) error {
			return v.Export(context.Background(), &test.export, func(row []driver.Value) error {
				if row[0] == nil || row[1] == nil || row[1] == int64(0) {
					return nil // a month without raises
				}
				var cells []string
				for _, i := range test.cells {
					if number, real := row[i].(float64); real {
						cells = append(cells, fmt.Sprintf("%.6g", number))
					} else {
						cells = append(cells, fmt.Sprint(row[i]))
					}
				}
				want = append(want, strings.Join(cells, "|"))
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := ask(test.sql); !slices.Equal(got, want) {
			t.Errorf("%s\ngot\n%s\nwant\n%s", test.sql, strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	got := ask(`SELECT count(*), count(DISTINCT f.story), min(length(explanation) > 0), sum(e.position > 0) FROM raises_flat f
		JOIN raise_evidence e USING (raise_id) JOIN articles a ON a.id = f.article_id AND a.external_id = f.article`)
	if want := []string{"10|4|1|1"}; !slices.Equal(got, want) {
		t.Errorf("ids and stories: got %q, want %q", got, want)
	}
}
