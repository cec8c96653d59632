package db_test

import (
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

// TestEvidenceIsLookedUp wants the sentences of a page of raises to cost what the page holds, not what the archive does.
func TestEvidenceIsLookedUp(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	for _, count := range []int{1, 3} {
		var sql string
		err := reader.View(t.Context(), func(v *db.View) error {
			raises, err := v.Select(t.Context(), &db.Query{From: db.Raises, Columns: []db.Column{{Name: "id"}}, Page: db.Page{Limit: count}})
			if err != nil {
				return err
			}
			var parents []int64
			for i := range count {
				parents = append(parents, raises.Row(i)[1].(int64))
			}
			rows, err := v.Select(t.Context(), &db.Query{From: db.RaiseEvidence, Columns: []db.Column{{Name: "quote"}}, Parents: parents})
			if err == nil && rows.Len() < count {
				t.Errorf("of %d raises: got %d sentences, want at least one each", count, rows.Len())
			}
			sql = v.Ran()[1].SQL
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		steps, err := reader.Explain(t.Context(), sql)
		if err != nil {
			t.Fatal(err)
		}
		plan := strings.Join(steps, "\n")
		if strings.Contains(plan, "SCAN r") || strings.Contains(plan, "SCAN e") || strings.Contains(plan, "MATERIALIZE") {
			t.Errorf("of %d raises: got a plan that reads whole tables:\n%s", count, plan)
		}
	}
}
