package cmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// answerWriter returns what writes a response in the named format: json, table, csv, or "" for what suits the
// writer. As json it is the whole response; table and csv hold its data, in columns as they were selected.
func answerWriter(format string, w io.Writer) (func(*graphql.Response, []selected) error, error) {
	width, terminal := terminalWidth(w)
	if format == "" && terminal {
		format = "table"
	}
	switch format {
	case "", "json":
		return func(response *graphql.Response, _ []selected) error { return writeJSON(w, response) }, nil
	case "table":
		return func(response *graphql.Response, selection []selected) error {
			return writeTables(w, response.Data, selection, width)
		}, nil
	case "csv":
		return func(response *graphql.Response, selection []selected) error {
			return writeCSV(w, response.Data, selection)
		}, nil
	}
	return nil, usagef("unknown --format %q: it is json, table or csv", format)
}

// terminalWidth returns the columns of the terminal that w is, if it is one.
func terminalWidth(w io.Writer) (int, bool) {
	file, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0, false
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0, true
	}
	return width, true
}

func writeJSON(w io.Writer, response *graphql.Response) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(response); err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	return nil
}

func writeTables(w io.Writer, data json.RawMessage, selection []selected, width int) error {
	fields, err := decodeAnswer(data)
	if err != nil {
		return err
	}
	lists := findLists(fields, selection)
	for i, list := range lists {
		if len(lists) > 1 {
			if i > 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintln(w, list.name)
		}
		grid := newGrid(list, tableCell)
		if len(grid.rows) == 0 {
			fmt.Fprintln(w, "no rows")
			continue
		}
		if _, err := fmt.Fprintln(w, renderTable(grid, width)); err != nil {
			return err
		}
		if list.total != nil {
			fmt.Fprintf(w, "%d of %v\n", len(grid.rows), list.total)
		}
	}
	return nil
}

func writeCSV(w io.Writer, data json.RawMessage, selection []selected) error {
	fields, err := decodeAnswer(data)
	if err != nil {
		return err
	}
	lists := findLists(fields, selection)
	if len(lists) != 1 {
		names := make([]string, len(lists))
		for i, list := range lists {
			names[i] = list.name
		}
		return fmt.Errorf("csv holds one list, and this answer has %d (%s): ask for one, or take --format json",
			len(lists), strings.Join(names, ", "))
	}
	grid := newGrid(lists[0], csvCell)
	out := csv.NewWriter(w)
	if len(grid.columns) > 0 {
		out.Write(grid.columns)
	}
	for _, row := range grid.rows {
		out.Write(row)
	}
	out.Flush()
	return out.Error()
}

// member is a member of a JSON object. Objects are []member rather than maps, to keep the order of the query;
// lists are []any, and other values as encoding/json has them, with json.Number.
type member struct {
	name  string
	value any
}

func decodeAnswer(data json.RawMessage) ([]member, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	value, err := decodeValue(decoder)
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	object, ok := value.([]member)
	if !ok {
		return nil, fmt.Errorf("read the answer: got %T, want an object", value)
	}
	return object, nil
}

func decodeValue(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	object, list := []member{}, []any{}
	for decoder.More() {
		name := ""
		if delim == '{' {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			name = key.(string)
		}
		value, err := decodeValue(decoder)
		if err != nil {
			return nil, err
		}
		if delim == '{' {
			object = append(object, member{name, value})
		} else {
			list = append(list, value)
		}
	}
	if _, err := decoder.Token(); err != nil {
		return nil, err
	}
	if delim == '{' {
		return object, nil
	}
	return list, nil
}

func lookUp(object []member, name string) (any, bool) {
	for _, m := range object {
		if m.name == name {
			return m.value, true
		}
	}
	return nil, false
}

// rows is a list of an answer, by its name there.
type rows struct {
	name    string
	columns []string // as they were selected
	values  []any
	total   any // totalCount of a connection, nil where it is not told
}

// findLists returns what of the root fields is laid out as rows: the edges or nodes of a connection, each list
// of an object that has nodes and more (a graph's nodes and links), a list itself, else the one value.
func findLists(fields []member, selection []selected) []rows {
	var found []rows
	for _, field := range fields {
		inner := below(selection, field.name)
		switch value := field.value.(type) {
		case nil:
			found = append(found, rows{name: field.name, columns: columnsOf(inner, "")})
		case []any:
			found = append(found, rows{name: field.name, columns: columnsOf(inner, ""), values: value})
		case []member:
			found = append(found, listsOf(field.name, value, inner)...)
		default:
			found = append(found, rows{name: field.name, values: []any{value}})
		}
	}
	return found
}

func listsOf(name string, object []member, selection []selected) []rows {
	var lists []member
	connection := false
	for _, m := range object {
		if _, ok := m.value.([]any); ok {
			lists = append(lists, m)
			connection = connection || m.name == "edges" || m.name == "nodes"
		}
	}
	if !connection {
		return []rows{{name: name, columns: columnsOf(selection, ""), values: []any{object}}}
	}
	total, _ := lookUp(object, "totalCount")
	if edges, ok := lookUp(lists, "edges"); ok {
		lists = []member{{"edges", edges}} // the nodes stand on them
	}
	var found []rows
	for _, list := range lists {
		found = append(found, rows{name: name + "." + list.name, columns: columnsOf(below(selection, list.name), ""), values: list.value.([]any)})
	}
	if len(found) == 1 {
		found[0].name, found[0].total = name, total
	}
	return found
}

// grid is rows laid out in columns; every row has a cell for each column.
type grid struct {
	columns []string
	rows    [][]string
}

// newGrid lays out a list. Objects within a row become columns with dotted names; cell writes what is left:
// scalars, nulls and lists. What was not selected and is there all the same comes behind what was.
func newGrid(list rows, cell func(any) string) grid {
	columns := slices.Clone(list.columns)
	filled := map[string]bool{} // by column: whether any row has a value other than null
	for _, column := range columns {
		filled[column] = false
	}
	var laidOut []map[string]string
	for _, value := range list.values {
		row := map[string]string{}
		var flatten func(prefix string, value any)
		flatten = func(prefix string, value any) {
			if object, ok := value.([]member); ok {
				for _, m := range object {
					name := m.name
					if prefix != "" {
						name = prefix + "." + name
					}
					flatten(name, m.value)
				}
				return
			}
			if prefix == "" {
				if value == nil {
					return // a null in a list of objects is an empty row
				}
				prefix = list.name
			}
			if _, known := filled[prefix]; !known {
				columns = append(columns, prefix)
			}
			filled[prefix] = filled[prefix] || value != nil
			row[prefix] = cell(value)
		}
		flatten("", value)
		laidOut = append(laidOut, row)
	}

	// An object that is null in one row and there in another left a column of its own, which holds nothing.
	var g grid
	for _, column := range columns {
		if filled[column] || !hasChild(columns, column) {
			g.columns = append(g.columns, column)
		}
	}
	for _, row := range laidOut {
		cells := make([]string, len(g.columns))
		for i, column := range g.columns {
			cells[i] = row[column]
		}
		g.rows = append(g.rows, cells)
	}
	return g
}

func hasChild(columns []string, parent string) bool {
	for _, column := range columns {
		if strings.HasPrefix(column, parent+".") {
			return true
		}
	}
	return false
}

// csvCell writes a list as JSON: a script can read it back.
func csvCell(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case []any:
		return compactJSON(value)
	default:
		return fmt.Sprint(value)
	}
}

// tableCell writes a list for reading: scalars in a row, objects a line each.
func tableCell(value any) string {
	list, ok := value.([]any)
	if !ok {
		return strings.Join(leaves(value), "")
	}
	separator := ", "
	cells := make([]string, len(list))
	for i, element := range list {
		if _, ok := element.([]member); ok {
			separator = "\n"
		}
		cells[i] = strings.Join(leaves(element), " · ")
	}
	return strings.Join(cells, separator)
}

// leaves returns the values at the ends of an object or list, nulls left out.
func leaves(value any) []string {
	switch value := value.(type) {
	case nil:
		return nil
	case []member:
		var all []string
		for _, m := range value {
			all = append(all, leaves(m.value)...)
		}
		return all
	case []any:
		var all []string
		for _, element := range value {
			all = append(all, leaves(element)...)
		}
		return all
	case json.Number:
		return []string{rounded(value)}
	default:
		return []string{fmt.Sprint(value)}
	}
}

// rounded writes a number with three places behind the point at most.
func rounded(number json.Number) string {
	const places = 3
	_, fraction, found := strings.Cut(number.String(), ".")
	value, err := number.Float64()
	if !found || len(fraction) <= places || err != nil {
		return number.String()
	}
	return strconv.FormatFloat(value, 'f', places, 64)
}

func compactJSON(value any) string {
	var out strings.Builder
	var write func(any)
	write = func(value any) {
		switch value := value.(type) {
		case []member:
			out.WriteByte('{')
			for i, m := range value {
				if i > 0 {
					out.WriteByte(',')
				}
				write(m.name)
				out.WriteByte(':')
				write(m.value)
			}
			out.WriteByte('}')
		case []any:
			out.WriteByte('[')
			for i, element := range value {
				if i > 0 {
					out.WriteByte(',')
				}
				write(element)
			}
			out.WriteByte(']')
		default:
			encoded, err := json.Marshal(value)
			if err != nil {
				panic(err) // the value came out of a JSON decoder
			}
			out.Write(encoded)
		}
	}
	write(value)
	return out.String()
}

// renderTable draws the grid, at most width columns wide where width is known (above 0), by wrapping the cells
// of its widest columns.
func renderTable(g grid, width int) string {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(tableRow(g.columns))
	for _, row := range g.rows {
		t.AppendRow(tableRow(row))
	}
	if width > 0 {
		var configs []table.ColumnConfig
		for i, most := range columnWidths(g, width) {
			configs = append(configs, table.ColumnConfig{Number: i + 1, WidthMax: most, WidthMaxEnforcer: text.WrapSoft})
		}
		t.SetColumnConfigs(configs)
	}
	return t.Render()
}

func tableRow(cells []string) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = cell
	}
	return row
}

// columnWidths shares a line of the given width out: each column has room for its longest word, and what is left
// goes in even parts to those that need more. Where not even the words fit, the table is wider than the line.
func columnWidths(g grid, width int) []int {
	const border = 3
	need, widths := make([]int, len(g.columns)), make([]int, len(g.columns))
	left := width - border*len(g.columns) - 1
	for i, column := range g.columns {
		cells := []string{column}
		for _, row := range g.rows {
			cells = append(cells, row[i])
		}
		widths[i] = 1 // no limit is what zero means to the table
		for _, cell := range cells {
			need[i] = max(need[i], text.LongestLineLen(cell))
			for _, word := range strings.Fields(cell) {
				widths[i] = max(widths[i], text.StringWidth(word))
			}
		}
		left -= widths[i]
	}
	for left > 0 {
		var short []int // columns that need more
		for i := range need {
			if widths[i] < need[i] {
				short = append(short, i)
			}
		}
		if len(short) == 0 {
			break
		}
		share := max(left/len(short), 1)
		for _, i := range short[:min(len(short), left)] {
			more := min(share, need[i]-widths[i])
			widths[i] += more
			left -= more
		}
	}
	return widths
}
