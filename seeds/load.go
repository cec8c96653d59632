package seeds

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed *.tsv articles/*.txt
var files embed.FS

// Load parses the tables that the binary carries.
func Load() (*Seeds, error) {
	return LoadFS(files)
}

// Version names the state of the tables that the binary carries: 12 hex digits of a SHA-256 over them.
func Version() string {
	hash := sha256.New()
	for _, t := range (&Seeds{}).tables() {
		data, err := fs.ReadFile(files, t.file)
		if err != nil {
			continue
		}
		fmt.Fprintf(hash, "%s %d\n", t.file, len(data))
		hash.Write(data)
	}
	return hex.EncodeToString(hash.Sum(nil))[:12]
}

// LoadFS parses the tables at the root of fsys. A table that is not there is empty, but a folder without any
// is an error. Errors name file and line: `leaders.tsv:41: …`; all faulty lines are named, joined into one
// error. What the rows mean is left to Lint.
func LoadFS(fsys fs.FS) (*Seeds, error) {
	s := &Seeds{lines: map[string][]int{}}
	var errs []error
	found := 0
	for _, t := range s.tables() {
		data, err := fs.ReadFile(fsys, t.file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read seeds: %w", err)
		}
		found++
		lines, faults := t.parse(data)
		s.lines[t.file] = lines
		errs = append(errs, faults...)
	}
	if found == 0 {
		return nil, errors.New("read seeds: no table here: want at least one of countries.tsv, organizations.tsv, leaders.tsv …")
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

// table says how the rows of one file become values.
type table struct {
	file    string
	columns []string // the header line, in order
	row     func(r *row)
}

// tables lists every table, each filling its slice of s.
func (s *Seeds) tables() []table {
	return []table{
		{"countries.tsv", []string{"code", "alpha3", "name", "aliases", "adjectives", "demonyms", "capitals", "seats", "region"}, func(r *row) {
			s.Countries = append(s.Countries, Country{
				Code: r.need(0), Alpha3: r.need(1), Name: r.need(2), Aliases: r.list(3), Adjectives: r.list(4),
				Demonyms: r.list(5), Capitals: r.list(6), Seats: r.list(7), Region: r.text(8),
			})
		}},
		{"organizations.tsv", []string{"code", "name", "aliases", "bodies", "members"}, func(r *row) {
			s.Organizations = append(s.Organizations, Organization{
				Code: r.need(0), Name: r.need(1), Aliases: r.list(2), Bodies: r.list(3), Members: r.list(4),
			})
		}},
		{"collectives.tsv", []string{"names", "members"}, func(r *row) {
			s.Collectives = append(s.Collectives, Collective{Names: r.list(0), Members: r.list(1)})
		}},
		{"leaders.tsv", []string{"slug", "name", "aliases", "surname", "pronoun", "party"}, func(r *row) {
			s.Leaders = append(s.Leaders, Leader{
				Slug: r.need(0), Name: r.need(1), Aliases: r.list(2), Surname: r.need(3), Pronoun: r.text(4), Party: r.need(5),
			})
		}},
		{"offices.tsv", []string{"id", "party", "title", "aliases", "role", "collegial"}, func(r *row) {
			s.Offices = append(s.Offices, Office{
				ID: r.need(0), Party: r.need(1), Title: r.need(2), Aliases: r.list(3), Role: Role(r.need(4)), Collegial: r.yes(5),
			})
		}},
		{"terms.tsv", []string{"office", "leader", "since", "until", "source", "checked"}, func(r *row) {
			s.Terms = append(s.Terms, Term{
				Office: r.need(0), Leader: r.need(1), Since: r.day(2), Until: r.day(3), Source: r.need(4), Checked: r.day(5),
			})
		}},
		{"clashes.tsv", []string{"name", "choose", "context", "instead", "why"}, func(r *row) {
			s.Clashes = append(s.Clashes, Clash{
				Name: r.need(0), Choose: r.text(1), Context: r.list(2), Instead: r.text(3), Why: r.need(4),
			})
		}},
		{"issues.tsv", []string{"slug", "name", "area", "description"}, func(r *row) {
			s.Issues = append(s.Issues, Issue{Slug: r.need(0), Name: r.need(1), Area: r.need(2), Description: r.need(3)})
		}},
		{"issue_cues.tsv", []string{"issue", "phrase", "weight"}, func(r *row) {
			s.IssueCues = append(s.IssueCues, IssueCue{Issue: r.need(0), Phrase: r.need(1), Weight: r.number(2)})
		}},
		{"act_cues.tsv", []string{"act", "lemma", "kind", "pattern"}, func(r *row) {
			s.ActCues = append(s.ActCues, ActCue{Act: r.need(0), Lemma: r.need(1), Kind: r.need(2), Pattern: r.need(3)})
		}},
	}
}

// parse reads a file: comment lines, the header, then a row a line. It returns the line of each row.
func (t table) parse(data []byte) (lines []int, faults []error) {
	text := strings.TrimPrefix(string(data), "\ufeff")
	header := false
	line := 0
	r := &row{table: t}
	lines = make([]int, 0, strings.Count(text, "\n"))
	for text != "" {
		var content string
		content, text, _ = strings.Cut(text, "\n")
		content = strings.TrimSuffix(content, "\r")
		line++
		if content == "" || !header && strings.HasPrefix(content, "#") {
			continue
		}
		r.cells = r.cells[:0]
		for cell := range strings.SplitSeq(content, "\t") {
			r.cells = append(r.cells, cell)
		}
		if !header {
			if !slices.Equal(r.cells, t.columns) {
				return nil, []error{fmt.Errorf("%s:%d: header is %q, want the columns %q, tab-separated", t.file, line, r.cells, t.columns)}
			}
			header = true
			continue
		}
		if len(r.cells) != len(t.columns) {
			r.errs = append(r.errs, fmt.Errorf("%s:%d: %d cells, want %d (%s)", t.file, line, len(r.cells), len(t.columns), strings.Join(t.columns, ", ")))
			continue
		}
		r.line = line
		t.row(r)
		lines = append(lines, line)
	}
	if !header {
		return nil, []error{fmt.Errorf("%s:1: no header, want the columns %q, tab-separated", t.file, t.columns)}
	}
	return lines, r.errs
}

// row is the line of a table that is being turned into a value; it collects what is wrong with the lines.
type row struct {
	table table
	cells []string
	line  int
	errs  []error
}

func (r *row) fail(column int, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s: %s", r.table.file, r.line, r.table.columns[column], fmt.Sprintf(format, args...)))
}

func (r *row) text(column int) string {
	cell := r.cells[column]
	if strings.TrimSpace(cell) != cell {
		r.fail(column, "%q has space around it", cell)
	}
	return cell
}

func (r *row) need(column int) string {
	if r.cells[column] == "" {
		r.fail(column, "is empty")
	}
	return r.text(column)
}

func (r *row) list(column int) []string {
	cell := r.text(column)
	if cell == "" {
		return nil
	}
	list := strings.Split(cell, "|")
	for i, item := range list {
		if item == "" || strings.TrimSpace(item) != item {
			r.fail(column, "item %d of %q is empty or has space around it", i+1, cell)
		}
	}
	return list
}

func (r *row) day(column int) string {
	cell := r.cells[column]
	if cell == "" {
		return ""
	}
	if _, err := time.Parse(time.DateOnly, cell); err != nil {
		r.fail(column, "%q is no day, want YYYY-MM-DD", cell)
	}
	return cell
}

func (r *row) number(column int) float64 {
	number, err := strconv.ParseFloat(r.cells[column], 64)
	if err != nil {
		r.fail(column, "%q is no number", r.cells[column])
	}
	return number
}

func (r *row) yes(column int) bool {
	switch r.cells[column] {
	case "yes":
		return true
	case "":
		return false
	}
	r.fail(column, "%q: want yes or nothing", r.cells[column])
	return false
}

// Articles gives the sample articles that the binary carries, by file name.
func Articles() ([]SampleArticle, error) {
	names, err := fs.Glob(files, "articles/*.txt")
	if err != nil {
		return nil, fmt.Errorf("list sample articles: %w", err)
	}
	var articles []SampleArticle
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, fmt.Errorf("read sample article: %w", err)
		}
		a, err := parseArticle(data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		a.ID = path.Base(name)
		articles = append(articles, a)
	}
	return articles, nil
}

// parseArticle reads the front matter between two lines `---`, then the text.
func parseArticle(data []byte) (SampleArticle, error) {
	var a SampleArticle
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	rest, ok := strings.CutPrefix(string(data), "---\n")
	if !ok {
		return a, errors.New("line 1 is not ---, want front matter")
	}
	front, text, ok := strings.Cut(rest, "\n---\n")
	if !ok {
		return a, errors.New("front matter has no closing line ---")
	}
	for i, line := range strings.Split(front, "\n") {
		key, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		switch key {
		case "title":
			a.Title = value
		case "published":
			if _, err := time.Parse(time.DateOnly, value); err != nil {
				return a, fmt.Errorf("line %d: published %q is no day, want YYYY-MM-DD", i+2, value)
			}
			a.Published = value
		case "source":
			a.Source = value
		default:
			return a, fmt.Errorf("line %d: unknown key %q, want title, published or source", i+2, key)
		}
	}
	a.Text = strings.TrimSpace(text)
	if a.Title == "" || a.Text == "" {
		return a, errors.New("title or text is empty")
	}
	return a, nil
}
