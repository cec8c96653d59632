package export

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"demarche/db"
)

// Parameter is a condition or choice of an export: a flag of the command line, or a parameter of an address.
type Parameter struct {
	Name    string
	Value   string // what its value is called in a help text
	About   string
	Many    bool   // may be given more than once, and holds when any of its values does
	Default string // where it is not given

	of []string // the datasets that have it, nil for all
}

var parameters = []Parameter{
	{Name: "by", Value: "PARTY", About: "PARTY that raises: code, name or alias", Many: true},
	{Name: "with", Value: "PARTY", About: "PARTY that it is raised with", Many: true},
	{Name: "between", Value: "PARTY", About: "PARTY; both are among these, in either direction", Many: true},
	{Name: "issue", Value: "SLUG", About: "SLUG of the issue", Many: true},
	{Name: "area", Value: "AREA", About: "AREA of the issue", Many: true},
	{Name: "act", Value: "ACT", About: "manner of the raise, an ACT: " + strings.Join(db.Acts(), ", "), Many: true},
	{Name: "modality", Value: "MODALITY", About: "MODALITY: " + strings.Join(db.Modalities(), ", "), Many: true},
	{Name: "speaker", Value: "SLUG", About: "SLUG of the leader who speaks", Many: true},
	{Name: "source", Value: "SOURCE", About: "SOURCE of the article, in any letter case", Many: true},
	{Name: "article", Value: "ID", About: "ID of the article, as it came with it", Many: true},
	{Name: "mentions", Value: "PARTY", About: "PARTY that the article names", Many: true, of: []string{string(db.ExportArticles)}},
	{Name: "since", Value: "DAY", About: "first DAY, YYYY-MM-DD; leaves out what has no date"},
	{Name: "until", Value: "DAY", About: "last DAY, YYYY-MM-DD; leaves out what has no date"},
	{Name: "min-confidence", Value: "CONFIDENCE", About: "least CONFIDENCE, between 0 and 1"},
	{Name: "text", Value: "CONDITION", About: "full-text CONDITION on the quote (of articles: on title, summary and text)"},
	{Name: "per", Value: "WHAT", About: "WHAT a row counts: issue, or pair for each issue of every pair", Default: "issue", of: []string{string(db.ExportIssues)}},
	{Name: "per", Value: "WHAT", About: "WHAT an edge is for: pair, or issue for each issue of every pair", Default: "pair", of: []string{Graph}},
	{Name: "columns", Value: "NAMES", About: "NAMES of the columns to write, in this order, a comma between (default all)", of: tableNames()},
	{Name: "first", Value: "NUMBER", About: "NUMBER of rows after which to stop (default all)", of: tableNames()},
	{Name: "unit", Value: "UNIT", About: "UNIT of time: day, week, month or year", Default: "month", of: []string{string(db.ExportPeriods)}},
}

func tableNames() []string { return Datasets()[:len(db.ExportTables())] }

// Parameters lists those of a dataset.
func Parameters(dataset string) []Parameter {
	var found []Parameter
	for _, parameter := range parameters {
		if parameter.of == nil || slices.Contains(parameter.of, dataset) {
			found = append(found, parameter)
		}
	}
	return found
}

// ParameterError is a mistake in a parameter that shows without a graph.
type ParameterError struct {
	Name    string // of the parameter
	Message string
}

// Error names the parameter and says what is wrong.
func (e *ParameterError) Error() string { return e.Name + ": " + e.Message }

// Parse reads a request; its errors are all of ParameterError. Whether the parties exist is for Verify. The dataset must be one
// of Datasets.
func Parse(dataset, format string, values url.Values) (*Request, error) {
	formats := Formats(dataset)
	i := slices.IndexFunc(formats, func(f Format) bool { return f.Name == format })
	if i < 0 {
		return nil, &ParameterError{"format", fmt.Sprintf("unknown %q: it is %s", format, FormatNames(dataset))}
	}
	request := &Request{Dataset: dataset, Format: formats[i]}
	p := parser{values: values}
	known := Parameters(dataset)
	for _, name := range slices.Sorted(maps.Keys(values)) {
		i := slices.IndexFunc(known, func(k Parameter) bool { return k.Name == name })
		switch {
		case i < 0:
			names := make([]string, len(known))
			for i, parameter := range known {
				names[i] = parameter.Name
			}
			p.fail(name, "%s has no such parameter, it has %s", dataset, strings.Join(names, ", "))
		case slices.Contains(values[name], ""):
			p.fail(name, "it is empty: give it a value, or leave it out")
		case len(values[name]) > 1 && !known[i].Many:
			p.fail(name, "it is given %d times, and means one thing", len(values[name]))
		}
	}

	export := db.Export{Raises: p.filter(), Mentions: values["mentions"]}
	if dataset != Graph {
		export.Table = db.ExportTable(dataset)
	}
	switch dataset {
	case string(db.ExportIssues):
		export.ByPair = p.choice("per", "issue", "pair") == "pair"
	case string(db.ExportPeriods):
		export.Unit = db.Dimension(strings.ToUpper(p.choice("unit", "month", "day", "week", "year")))
	case Graph:
		export.Table = db.ExportPairs
		if p.choice("per", "pair", "issue") == "issue" {
			export.Table, export.ByPair = db.ExportIssues, true
		}
		request.nodes = db.Export{Table: db.ExportParties, Raises: export.Raises}
	}
	request.table = export
	if dataset != Graph {
		p.part(request)
	}
	if p.err != nil {
		return nil, p.err
	}
	return request, nil
}

// part reads which columns and rows of a table are wanted.
func (p *parser) part(request *Request) {
	all := request.table.Columns()
	request.columns = all
	if written := p.values.Get("columns"); written != "" {
		request.columns, request.places = nil, nil
		for _, name := range strings.Split(written, ",") {
			i := slices.IndexFunc(all, func(c db.ExportColumn) bool { return c.Name == name })
			if i < 0 || slices.Contains(request.places, i) {
				names := make([]string, len(all))
				for i, column := range all {
					names[i] = column.Name
				}
				p.fail("columns", "%q: want names out of %s, each once", name, strings.Join(names, ","))
				return
			}
			request.columns, request.places = append(request.columns, all[i]), append(request.places, i)
		}
	}
	if written := p.values.Get("first"); written != "" {
		rows, err := strconv.Atoi(written)
		if err != nil || rows < 1 {
			p.fail("first", "want a number of rows, 1 or more, not %q", written)
		}
		request.first = rows
	}
}

// parser reads values and keeps the first thing that is wrong.
type parser struct {
	values url.Values
	err    *ParameterError
}

func (p *parser) fail(name, format string, arguments ...any) {
	if p.err == nil {
		p.err = &ParameterError{name, fmt.Sprintf(format, arguments...)}
	}
}

func (p *parser) filter() db.RaiseFilter {
	filter := db.RaiseFilter{
		By: p.values["by"], With: p.values["with"], Between: p.values["between"], Issue: p.values["issue"], Area: p.values["area"],
		Act: p.words("act", db.Acts()), Modality: p.words("modality", db.Modalities()),
		Speaker: p.values["speaker"], Source: p.values["source"], Article: p.values["article"],
		Since: p.day("since"), Until: p.day("until"),
	}
	if text := p.values.Get("text"); text != "" {
		filter.Text = &text
	}
	if written := p.values.Get("min-confidence"); written != "" {
		least, err := strconv.ParseFloat(written, 64)
		if err != nil || !(least >= 0 && least <= 1) { // NaN is neither
			p.fail("min-confidence", "want a number between 0 and 1, not %q", written)
		}
		filter.MinConfidence = &least
	}
	return filter
}

// words are values in capitals, each of which must be known.
func (p *parser) words(name string, known []string) []string {
	var words []string
	for _, value := range p.values[name] {
		word := strings.ToUpper(value)
		if !slices.Contains(known, word) {
			p.fail(name, "unknown %q: it is one of %s", value, strings.Join(known, ", "))
		}
		words = append(words, word)
	}
	return words
}

func (p *parser) day(name string) db.Date {
	written := p.values.Get(name)
	if written == "" {
		return ""
	}
	day, err := db.ParseDate(written)
	if err != nil {
		p.fail(name, "%v", err)
	}
	return day
}

// choice is one of a few words, the first where it is not given.
func (p *parser) choice(name string, words ...string) string {
	written := strings.ToLower(p.values.Get(name))
	if written == "" {
		return words[0]
	}
	if !slices.Contains(words, written) {
		p.fail(name, "unknown %q: it is %s", p.values.Get(name), orList(words))
	}
	return written
}
