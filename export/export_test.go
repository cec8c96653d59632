package export

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"demarche/db"
	"demarche/db/dbtest"
)

func openReader(t *testing.T) *db.Reader {
	t.Helper()
	reader, err := db.OpenReader(context.Background(), dbtest.File(t, dbtest.Catalog(), dbtest.Articles()))
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

// written is what an export of the small graph writes.
func written(t *testing.T, reader *db.Reader, dataset, format, query string) []byte {
	t.Helper()
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	request, err := Parse(dataset, format, values)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	ctx := context.Background()
	if err := reader.LongView(ctx, func(v *db.View) error { return request.Write(ctx, v, &out) }); err != nil {
		t.Fatalf("%s.%s?%s: %v", dataset, format, query, err)
	}
	return out.Bytes()
}

// table is what a format says: names, and rows of values as text, null for what is not known.
type table struct {
	names []string
	rows  [][]string
}

func readCSV(t *testing.T, data []byte) table {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return table{lines[0], lines[1:]}
}

// readObjects reads JSON objects with the order of their names.
func readObjects(t *testing.T, data []byte, list bool) table {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	next := func() json.Token {
		token, err := decoder.Token()
		if err != nil {
			t.Fatalf("%v in %s", err, data)
		}
		return token
	}
	var found table
	if list {
		next()
	}
	for decoder.More() {
		next()
		var names, row []string
		for decoder.More() {
			names, row = append(names, fmt.Sprint(next())), append(row, fmt.Sprint(next()))
		}
		next()
		if found.names != nil && !slices.Equal(names, found.names) {
			t.Errorf("got names %q after %q, want the same in each row", names, found.names)
		}
		found.names, found.rows = names, append(found.rows, row)
	}
	return found
}

func readParquet(t *testing.T, data []byte) table {
	t.Helper()
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var found table
	fields := file.Schema().Fields()
	for _, field := range fields {
		found.names = append(found.names, field.Name())
	}
	for _, group := range file.RowGroups() {
		rows := group.Rows()
		defer rows.Close()
		for buffer := make([]parquet.Row, 1); ; {
			n, err := rows.ReadRows(buffer)
			if n == 1 {
				row := make([]string, len(fields))
				for i, value := range buffer[0] {
					logical := fields[i].Type().LogicalType()
					switch {
					case value.IsNull():
						row[i] = "<nil>"
					case logical != nil && logical.Date != nil:
						row[i] = time.Unix(int64(value.Int32())*86400, 0).UTC().Format(time.DateOnly)
					case value.Kind() == parquet.Double:
						row[i] = strconv.FormatFloat(value.Double(), 'g', -1, 64)
					default:
						row[i] = value.String()
					}
				}
				found.rows = append(found.rows, row)
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	return found
}

// TestFormatsAgree: each table says the same in each format; CSV alone does not tell an empty text from one that is not known.
func TestFormatsAgree(t *testing.T) {
	reader := openReader(t)
	for _, test := range []struct {
		dataset, query string
		rows           int
	}{
		{"raises", "", 9}, {"raises", "by=JPN&min-confidence=0.99", 0}, {"articles", "", 6}, {"issues", "", 3}, {"issues", "per=pair", 7},
		{"pairs", "", 5}, {"periods", "unit=day&since=2025-02-06&until=2025-02-10", 4}, {"periods", "", 24}, {"parties", "", 4},
	} {
		t.Run(test.dataset+"?"+test.query, func(t *testing.T) {
			want := readObjects(t, written(t, reader, test.dataset, "json", test.query), true)
			if len(want.rows) != test.rows {
				t.Fatalf("json: got %d rows, want %d", len(want.rows), test.rows)
			}
			lines := written(t, reader, test.dataset, "jsonl", test.query)
			if got := bytes.Count(lines, []byte("\n")); got != test.rows {
				t.Errorf("jsonl: got %d lines, want %d", got, test.rows)
			}
			for format, got := range map[string]table{
				"jsonl":   readObjects(t, lines, false),
				"parquet": readParquet(t, written(t, reader, test.dataset, "parquet", test.query)),
			} {
				if test.rows > 0 && !slices.Equal(got.names, want.names) {
					t.Errorf("%s: got columns %q, want %q", format, got.names, want.names)
				}
				compareRows(t, format, got.rows, want.rows)
			}
			for _, row := range want.rows {
				for i, value := range row {
					if value == "<nil>" {
						row[i] = ""
					}
				}
			}
			got := readCSV(t, written(t, reader, test.dataset, "csv", test.query))
			if test.rows > 0 && !slices.Equal(got.names, want.names) {
				t.Errorf("csv: got columns %q, want %q", got.names, want.names)
			}
			compareRows(t, "csv", got.rows, want.rows)
		})
	}
}

func compareRows(t *testing.T, format string, got, want [][]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: got %d rows, want %d", format, len(got), len(want))
		return
	}
	for i := range got {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("%s: got row %q, want %q", format, got[i], want[i])
		}
	}
}

func TestParquetTypes(t *testing.T) {
	data := written(t, openReader(t), "articles", "parquet", "")
	file, err := parquet.OpenFile(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for _, field := range file.Schema().Fields() {
		types[field.Name()] = fmt.Sprint(field.Type(), " ", field.Optional())
	}
	for name, want := range map[string]string{
		"id": "STRING false", "summary": "STRING true", "published": "DATE true", "is_foreign": "BOOLEAN false", "raise_count": "INT(64,true) false",
	} {
		if got := types[name]; got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}

// TestMemory: what a format keeps does not grow with what has been written.
func TestMemory(t *testing.T) {
	text := strings.Repeat("Ministers met in Tokyo on Monday. ", 100)
	article := db.Export{Table: db.ExportArticles}
	row := []driver.Value{"a1", "Ministers meet", nil, text, "2025-02-07", "Wire", nil, "en", int64(0), nil, int64(2), "JP US", "tariffs"}
	const rows = 6_000 // 20 MB
	const bound = 16 << 20
	for _, format := range tableFormats {
		out, err := newRowWriter(format.Name, "articles", article.Columns(), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		var most uint64
		for i := range rows {
			if err := out.write(row); err != nil {
				t.Fatal(err)
			}
			if i%1000 == 999 {
				runtime.GC()
				var memory runtime.MemStats
				runtime.ReadMemStats(&memory)
				most = max(most, memory.HeapAlloc)
			}
		}
		if err := out.close(); err != nil {
			t.Fatal(err)
		}
		if most > bound {
			t.Errorf("%s: got %d MB in memory, want at most %d", format.Name, most>>20, bound>>20)
		}
	}
}

func TestParse(t *testing.T) {
	for _, test := range []struct{ dataset, query, want string }{
		{"raises", "by=JP&by=KR&act=request&modality=Asserted&since=2025-01-01&until=2025-12-31&min-confidence=0.5&text=cars", ""},
		{"periods", "unit=WEEK", ""},
		{"raises", "bye=JP", "bye: raises has no such parameter, it has by, with, "},
		{"raises", "unit=day", "unit: raises has no such parameter"},
		{"raises", "by=JP&by=", "by: it is empty: give it a value, or leave it out"},
		{"raises", "since=2025-01-01&since=2025-01-02", "since: it is given 2 times, and means one thing"},
		{"raises", "since=2025-02-30", `since: "2025-02-30" is no date`},
		{"raises", "act=shout", `act: unknown "shout": it is one of AGREE, CONSULT`},
		{"raises", "modality=MAYBE", `modality: unknown "MAYBE"`},
		{"raises", "min-confidence=NaN", `min-confidence: want a number between 0 and 1, not "NaN"`},
		{"raises", "min-confidence=1.5", `min-confidence: want a number between 0 and 1`},
		{"periods", "unit=century", `unit: unknown "century": it is month, day, week or year`},
		{"issues", "per=article", `per: unknown "article": it is issue or pair`},
		{"pairs", "columns=by,wth", `columns: "wth": want names out of by,by_name,with,`},
		{"pairs", "columns=by,by", `columns: "by": want names out of`},
		{"pairs", "first=0", `first: want a number of rows, 1 or more, not "0"`},
		{"graph", "first=1", "first: graph has no such parameter"},
		{"graph", "per=article", `per: unknown "article": it is pair or issue`},
	} {
		values, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Parse(test.dataset, Formats(test.dataset)[0].Name, values)
		var mistake *ParameterError
		if test.want == "" && err != nil {
			t.Errorf("%s?%s: got error %v, want none", test.dataset, test.query, err)
		}
		if test.want != "" && (!errors.As(err, &mistake) || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s?%s: got error %v, want %q", test.dataset, test.query, err, test.want)
		}
	}
	var mistake *ParameterError
	if _, err := Parse("raises", "gexf", nil); !errors.As(err, &mistake) || mistake.Name != "format" {
		t.Errorf("raises.gexf: got error %v, want one of the format", err)
	}
}

// TestPart: some columns in an order of one's own, and the first rows.
func TestPart(t *testing.T) {
	reader := openReader(t)
	got := string(written(t, reader, "pairs", "csv", "columns=raise_count,with,by&first=2"))
	if want := "raise_count,with,by\n4,US,JP\n2,CN,JP\n"; got != want {
		t.Errorf("csv: got %q, want %q", got, want)
	}
	parquet := readParquet(t, written(t, reader, "periods", "parquet", "unit=year&columns=published_count,period&first=1"))
	compareRows(t, "parquet", parquet.rows, [][]string{{"1", "2024-01-01"}})
}

// TestEveryParameterCounts: each condition changes what is exported.
func TestEveryParameterCounts(t *testing.T) {
	reader := openReader(t)
	all := string(written(t, reader, "raises", "jsonl", ""))
	for _, query := range []string{"by=JP", "with=Japan", "between=CN&between=EU", "issue=tariffs", "area=security", "act=consult", "speaker=donald-trump",
		"source=ap", "article=a1", "since=2025-03-01", "until=2025-02-07", "min-confidence=0.7", "text=steel", "modality=future"} {
		if got := string(written(t, reader, "raises", "jsonl", query)); got == all {
			t.Errorf("raises?%s: got all raises, want fewer", query)
		}
	}
	articles := string(written(t, reader, "articles", "jsonl", ""))
	for _, query := range []string{"by=JP", "mentions=EU", "source=ap", "article=a1", "since=2025-03-01", "text=steel"} {
		if got := string(written(t, reader, "articles", "jsonl", query)); got == articles || got == "" {
			t.Errorf("articles?%s: got all articles or none, want some", query)
		}
	}
}

// FuzzParse: whatever an address asks for is a request or a mistake in one parameter.
func FuzzParse(f *testing.F) {
	for _, query := range []string{"by=JP&since=2025-01-01", "columns=by,with&first=3", "min-confidence=1e-3&act=request", "per=pair&unit=day", "text=%00"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		for _, dataset := range Datasets() {
			request, err := Parse(dataset, Formats(dataset)[0].Name, values)
			var mistake *ParameterError
			if (request == nil) != errors.As(err, &mistake) {
				t.Errorf("%s?%s: got %v and %v, want one of them", dataset, query, request, err)
			}
		}
	})
}
