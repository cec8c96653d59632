// Package export writes what the graph holds in the formats of other tools: tables as CSV, JSON, JSONL and Parquet, the
// graph of parties as GEXF and GraphML.
//
// A Request is read from parameters that are the same on the command line (as flags) and in an address (as its query),
// and is written to any io.Writer; the handler serves it over HTTP. Rows go out as the database finds them, so that
// memory does not grow with what is exported, and all of an export is of one snapshot.
//
// What is in a table, and its SQL, is db's; this package knows formats alone.
package export

import (
	"bufio"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"demarche/db"
)

// Graph is the dataset that is not a table: parties as nodes, raises between them as edges.
const Graph = "graph"

// Datasets lists the names of all datasets, the tables first.
func Datasets() []string {
	names := make([]string, 0, len(db.ExportTables())+1)
	for _, table := range db.ExportTables() {
		names = append(names, string(table))
	}
	return append(names, Graph)
}

// Format is a way to write a dataset.
type Format struct {
	Name      string // also the suffix of its files
	MediaType string
}

var tableFormats = []Format{
	{"jsonl", "application/x-ndjson"},
	{"csv", "text/csv; charset=utf-8; header=present"},
	{"json", "application/json"},
	{"parquet", "application/vnd.apache.parquet"},
}

var graphFormats = []Format{
	{"gexf", "application/gexf+xml"},
	{"graphml", "application/graphml+xml"},
}

// Formats lists those that a dataset is written in, the usual one first; nil where there is no such dataset.
func Formats(dataset string) []Format {
	switch {
	case dataset == Graph:
		return graphFormats
	case slices.Contains(Datasets(), dataset):
		return tableFormats
	}
	return nil
}

// FormatNames lists them as a sentence has them: "jsonl, csv, json or parquet".
func FormatNames(dataset string) string {
	var names []string
	for _, format := range Formats(dataset) {
		names = append(names, format.Name)
	}
	return orList(names)
}

func orList(names []string) string {
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}

// ColumnGroup is columns that stand together.
type ColumnGroup struct {
	Title   string
	Columns []db.ExportColumn
}

// Columns describes what a dataset holds, for a help text.
func Columns(dataset string) []ColumnGroup {
	nodes, edges := db.Export{Table: db.ExportParties}, db.Export{Table: db.ExportPairs}
	pairs := db.Export{Table: db.ExportIssues, ByPair: true}
	switch table := db.ExportTable(dataset); table {
	case Graph:
		return []ColumnGroup{
			{"Nodes, whose id is a party's code and whose label its name", nodes.Columns()[labelColumns:]},
			{"Edges, whose weight is raise_count", edges.Columns()[endColumns:]},
			{"Edges with --per issue", pairs.Columns()[endColumns:]},
		}
	case db.ExportIssues:
		plain := db.Export{Table: table}
		return []ColumnGroup{{"Columns", plain.Columns()}, {"Before them with --per pair", pairs.Columns()[:len(pairs.Columns())-len(plain.Columns())]}}
	default:
		plain := db.Export{Table: table}
		return []ColumnGroup{{"Columns", plain.Columns()}}
	}
}

// Request is one export.
type Request struct {
	Dataset string
	Format  Format

	table db.Export // of a table: itself; of the graph: its edges
	nodes db.Export // of the graph: its nodes

	columns []db.ExportColumn // of a table: those that are wanted
	places  []int             // of them among all columns, nil where all are wanted
	first   int               // rows of a table after which to stop, 0 for all
}

// Verify says what the graph has against the request, such as a party that it does not know.
func (r *Request) Verify(v *db.View) error { return v.VerifyExport(&r.table) }

// Write writes the export. What has been written when an error comes is not the whole.
func (r *Request) Write(ctx context.Context, v *db.View, w io.Writer) error {
	out := bufio.NewWriterSize(w, bufferBytes)
	if err := r.write(ctx, v, out); err != nil {
		return err
	}
	return out.Flush()
}

// bufferBytes is what is written at once.
const bufferBytes = 64 << 10

func (r *Request) write(ctx context.Context, v *db.View, w io.Writer) error {
	if r.Dataset == Graph {
		return r.writeGraph(ctx, v, w)
	}
	rows, err := newRowWriter(r.Format.Name, r.Dataset, r.columns, w)
	if err != nil {
		return err
	}
	written, wanted := 0, make([]driver.Value, len(r.columns))
	err = v.Export(ctx, &r.table, func(row []driver.Value) error {
		if r.places != nil {
			for i, place := range r.places {
				wanted[i] = row[place]
			}
			row = wanted
		}
		if err := rows.write(row); err != nil {
			return err
		}
		if written++; written == r.first {
			return errEnough
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return err
	}
	return rows.close()
}

// errEnough ends an export of which the first rows are wanted.
var errEnough = errors.New("enough")

// rowWriter writes rows in one format.
type rowWriter interface {
	write(row []driver.Value) error // which is not kept
	close() error                   // writes what follows the last row
}

func newRowWriter(format, dataset string, columns []db.ExportColumn, w io.Writer) (rowWriter, error) {
	switch format {
	case "csv":
		return newCSVWriter(columns, w)
	case "json":
		return &jsonWriter{encoder: newObjectEncoder(columns), w: w, list: true}, nil
	case "jsonl":
		return &jsonWriter{encoder: newObjectEncoder(columns), w: w}, nil
	case "parquet":
		return newParquetWriter(dataset, columns, w), nil
	}
	return nil, fmt.Errorf("no table is written as %q", format)
}
