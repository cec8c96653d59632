package db_test

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"demarche/db"
	"demarche/db/dbtest"
)

// exported gives the rows of an export as lines, their values joined with |.
func exported(t *testing.T, reader *db.Reader, e db.Export) (lines []string) {
	t.Helper()
	err := reader.LongView(context.Background(), func(v *db.View) error {
		return v.Export(context.Background(), &e, func(row []driver.Value) error {
			if got, want := len(row), len(e.Columns()); got != want {
				return fmt.Errorf("got %d values, want one for each of %d columns", got, want)
			}
			cells := make([]string, len(row))
			for i, value := range row {
				cells[i] = fmt.Sprint(value)
			}
			lines = append(lines, strings.Join(cells, "|"))
			return nil
		})
	})
	if err != nil {
		t.Fatalf("%+v: %v", e, err)
	}
	return lines
}

func TestExport(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	half, cars := 0.65, "cars"
	for _, test := range []struct {
		name   string
		export db.Export
		want   []string
	}{
		{"issues", db.Export{Table: db.ExportIssues}, []string{
			"tariffs|Tariffs|trade|4|3|4|2|2025-02-07|2025-02-08|0.4444444444444444",
			"trade|Trade|trade|4|2|2|2|2025-02-07|2025-11-01|0.4444444444444444",
			"defence|Defence|security|1|1|1|1|2025-02-06|2025-02-06|0.1111111111111111",
		}},
		{"issues of a pair", db.Export{Table: db.ExportIssues, Raises: db.RaiseFilter{By: []string{"JP"}, With: []string{"US"}}}, []string{
			"tariffs|Tariffs|trade|3|2|3|2|2025-02-07|2025-02-08|0.75",
			"trade|Trade|trade|1|1|1|1|2025-02-07|2025-02-07|0.25",
		}},
		{"a share is of all issues", db.Export{Table: db.ExportIssues, ByPair: true, Raises: db.RaiseFilter{Issue: []string{"tariffs"}}}, []string{
			"JP|Japan|US|United States|tariffs|Tariffs|trade|3|2|3|2|2025-02-07|2025-02-08|0.75",
			"JP|Japan|CN|China|tariffs|Tariffs|trade|1|1|1|0|<nil>|<nil>|0.5",
		}},
		{"pairs", db.Export{Table: db.ExportPairs}, []string{
			"JP|Japan|US|United States|4|2|3|2|2|2025-02-07|2025-02-08|1|tariffs trade",
			"JP|Japan|CN|China|2|2|2|1|2|2025-11-01|2025-11-01|0|tariffs trade",
			"CN|China|EU|European Union|1|1|1|1|1|2025-11-01|2025-11-01|1|trade",
			"EU|European Union|CN|China|1|1|1|1|1|2025-11-01|2025-11-01|1|trade",
			"US|United States|JP|Japan|1|1|1|1|1|2025-02-06|2025-02-06|4|defence",
		}},
		{"back is under the same conditions", db.Export{Table: db.ExportPairs, Raises: db.RaiseFilter{By: []string{"US"}, Area: []string{"trade", "security"}, MinConfidence: &half}}, []string{
			"US|United States|JP|Japan|1|1|1|1|1|2025-02-06|2025-02-06|3|defence",
		}},
		{"periods", db.Export{Table: db.ExportPeriods, Unit: db.DayDimension, Raises: db.RaiseFilter{By: []string{"Japan"}, Until: "2025-02-10", Since: "2025-01-01"}}, []string{
			"2025-02-07|2|1|1|1|1|1",
			"2025-02-08|2|1|2|2|1|1",
			"2025-02-09|0|0|0|0|<nil>|1",
		}},
		{"periods without articles, and without a date", db.Export{Table: db.ExportPeriods, Unit: db.MonthDimension, Raises: db.RaiseFilter{With: []string{"CN"}}}, []string{
			"2024-01-01|0|0|0|0|<nil>|1",
			"2024-02-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2024-03-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2024-04-01|<nil>|<nil>|<nil>|<nil>|<nil>|0",
			"2024-05-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2024-06-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2024-07-01|<nil>|<nil>|<nil>|<nil>|<nil>|0",
			"2024-08-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2024-09-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2024-10-01|<nil>|<nil>|<nil>|<nil>|<nil>|0",
			"2024-11-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2024-12-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2025-01-01|<nil>|<nil>|<nil>|<nil>|<nil>|0",
			"2025-02-01|0|0|0|0|0|3",
			"2025-03-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2025-04-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2025-05-01|<nil>|<nil>|<nil>|<nil>|<nil>|0",
			"2025-06-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2025-07-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2025-08-01|<nil>|<nil>|<nil>|<nil>|<nil>|0",
			"2025-09-01|<nil>|<nil>|<nil>|<nil>|<nil>|0", "2025-10-01|<nil>|<nil>|<nil>|<nil>|<nil>|0",
			"2025-11-01|2|1|1|1|0.6666666666666666|1",
			"<nil>|1|1|1|0|1|1",
		}},
		{"parties", db.Export{Table: db.ExportParties, Raises: db.RaiseFilter{Issue: []string{"trade"}}}, []string{
			"CN|China|COUNTRY|East Asia|1|2", "EU|European Union|ORGANIZATION|<nil>|1|1",
			"JP|Japan|COUNTRY|East Asia|2|0", "US|United States|COUNTRY|North America|0|1",
		}},
		{"articles by their raises", db.Export{Table: db.ExportArticles, Raises: db.RaiseFilter{With: []string{"US"}, Source: []string{"ap"}}}, []string{
			"a3|TOKYO renews  its plea|<nil>|Japan again asked the United States to spare its cars from tariffs.|2025-02-09|AP|<nil>|<nil>|0|a2|1|JP US|tariffs",
		}},
		{"articles by themselves", db.Export{Table: db.ExportArticles, Raises: db.RaiseFilter{Until: "2024-12-31"}}, []string{
			"a6|La France et la Chine|<nil>|La France s'inquiète.|2024-01-01|Le Monde|<nil>|fr|1|<nil>|0||",
		}},
		{"articles by mention and words", db.Export{Table: db.ExportArticles, Mentions: []string{"US", "EU"}, Raises: db.RaiseFilter{Text: &cars, Article: []string{"a1", "a2"}}}, []string{
			"a2|Tokyo renews its plea|<nil>|Japan again asked the United States to spare its cars from tariffs.|2025-02-08|reuters |<nil>|<nil>|0|<nil>|1|JP US|tariffs",
		}},
		{"raises of an article", db.Export{Table: db.ExportRaises, Raises: db.RaiseFilter{Article: []string{"a4"}}}, []string{
			"a4|JP|CN|tariffs|PROTEST|ASSERTED|<nil>|TEXT|Japan protested to China over tariffs.|0|38|<nil>|0.5|Notes|<nil>|<nil>|<nil>",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := exported(t, reader, test.export); !slices.Equal(got, test.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
	}
}

func TestExportWeeksAndYears(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	for unit, want := range map[db.Dimension][]string{
		db.WeekDimension: {"2025-02-03 4 3", "2025-10-27 3 1"},
		db.YearDimension: {"2024-01-01 0 1", "2025-01-01 8 4", "<nil> 1 1"},
	} {
		filter := db.RaiseFilter{}
		if unit == db.WeekDimension {
			filter.Since, filter.Until = "2025-02-07", "2025-12-31"
		}
		var got []string
		for _, line := range exported(t, reader, db.Export{Table: db.ExportPeriods, Unit: unit, Raises: filter}) {
			if cells := strings.Split(line, "|"); cells[1] != "<nil>" {
				got = append(got, cells[0]+" "+cells[1]+" "+cells[6])
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", unit, got, want)
		}
	}
}

func TestExportRefuses(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	for _, table := range db.ExportTables() {
		e := db.Export{Table: table, Unit: db.MonthDimension, Raises: db.RaiseFilter{By: []string{"Jpan"}}}
		err := reader.LongView(context.Background(), func(v *db.View) error { return v.VerifyExport(&e) })
		var missing *db.NotFound
		if !errors.As(err, &missing) || !strings.Contains(err.Error(), "did you mean Japan (JP)?") {
			t.Errorf("%s: got error %v, want one that suggests Japan", table, err)
		}
	}
	for _, e := range []db.Export{{Table: "rows"}, {Table: db.ExportPeriods, Unit: "CENTURY"}} {
		err := reader.LongView(context.Background(), func(v *db.View) error { return v.VerifyExport(&e) })
		var invalid *db.Invalid
		if !errors.As(err, &invalid) {
			t.Errorf("%+v: got error %v, want Invalid", e, err)
		}
	}
}

func TestExportStops(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	full := errors.New("disk full")
	rows := 0
	err := reader.LongView(context.Background(), func(v *db.View) error {
		return v.Export(context.Background(), &db.Export{Table: db.ExportRaises}, func([]driver.Value) error {
			rows++
			return full
		})
	})
	if !errors.Is(err, full) || rows != 1 {
		t.Errorf("got error %v after %d rows, want %v after 1", err, rows, full)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = reader.LongView(ctx, func(v *db.View) error {
		return v.Export(ctx, &db.Export{Table: db.ExportArticles}, func([]driver.Value) error {
			cancel()
			return nil
		})
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want that it was cancelled", err)
	}
}

// TestExportText: words that are no valid full-text query are looked for as they stand, in every table.
func TestExportText(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	text := "Japan's steel" // an apostrophe is no syntax
	for table, want := range map[db.ExportTable]int{
		db.ExportRaises: 1, db.ExportArticles: 1, db.ExportIssues: 1, db.ExportPairs: 1, db.ExportParties: 2,
	} {
		if got := exported(t, reader, db.Export{Table: table, Raises: db.RaiseFilter{Text: &text}}); len(got) != want {
			t.Errorf("%s: got %q, want %d rows", table, got, want)
		}
	}
}

// TestExportOrder: all raises come in the same order whether or not a condition is put to them.
func TestExportOrder(t *testing.T) {
	reader := openReader(t, dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
	least := 0.0
	all := exported(t, reader, db.Export{Table: db.ExportRaises})
	chosen := exported(t, reader, db.Export{Table: db.ExportRaises, Raises: db.RaiseFilter{MinConfidence: &least}})
	if len(all) != 9 || !slices.Equal(all, chosen) {
		t.Errorf("got\n%s\nand\n%s\nwant the same nine", strings.Join(all, "\n"), strings.Join(chosen, "\n"))
	}
}
