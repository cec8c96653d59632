package db

import (
	"regexp"
	"strings"
)

// Description says what a table or view of the file holds, in the words of the schema's comments.
type Description struct {
	Name    string
	Kind    DescribedKind
	About   string
	Columns []ColumnDescription // none of an index
}

// DescribedKind is what a Description is of.
type DescribedKind string

// The kinds.
const (
	TableDescribed DescribedKind = "TABLE"
	ViewDescribed  DescribedKind = "VIEW"
	IndexDescribed DescribedKind = "VIRTUAL TABLE" // a full-text index
)

// ColumnDescription says what a column holds.
type ColumnDescription struct{ Name, About string }

var (
	createLine = regexp.MustCompile(`^CREATE (TABLE|VIEW|VIRTUAL TABLE) ([a-z_]+)`)
	columnLine = regexp.MustCompile(`^  ([a-z][a-z0-9_]*)\b.*?-- (.+)$`)
)

// Describe lists all tables, views and full-text indexes in the order of the schema. The comment before a statement says
// what it makes, also for those that follow without an empty line; the one behind a column is its own.
func Describe() []Description {
	var found []Description
	var about []string
	inside, said := false, false
	for line := range strings.Lines(schema) {
		line = strings.TrimRight(line, "\n")
		comment, isComment := strings.CutPrefix(line, "-- ")
		switch create := createLine.FindStringSubmatch(line); {
		case create != nil:
			found = append(found, Description{Kind: DescribedKind(create[1]), Name: create[2], About: strings.Join(about, " ")})
			inside, said = create[1] != string(IndexDescribed), true
		case inside && strings.HasPrefix(line, ")"):
			inside = false
		case inside:
			if column := columnLine.FindStringSubmatch(line); column != nil {
				last := &found[len(found)-1]
				last.Columns = append(last.Columns, ColumnDescription{column[1], column[2]})
			}
		case isComment && said:
			about, said = []string{comment}, false
		case isComment:
			about = append(about, comment)
		case line == "":
			about, said = nil, false
		}
	}
	return found
}
