package db

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"
)

// ExportTable is what an export lists.
type ExportTable string

// The tables.
const (
	ExportRaises   ExportTable = "raises"   // by article, part, start, by, with, issue
	ExportArticles ExportTable = "articles" // by id
	ExportIssues   ExportTable = "issues"   // most raised first
	ExportPairs    ExportTable = "pairs"    // most raises first
	ExportPeriods  ExportTable = "periods"  // in order of time, what is undated last
	ExportParties  ExportTable = "parties"  // by code
)

// ExportTables lists them all.
func ExportTables() []ExportTable {
	return []ExportTable{ExportRaises, ExportArticles, ExportIssues, ExportPairs, ExportPeriods, ExportParties}
}

// Export chooses one table and what of it.
type Export struct {
	Table ExportTable
	// Raises says which raises are listed or counted. Of articles those with such a raise are listed, all where it asks for
	// nothing; there Since, Until, Source and Text are conditions on the article itself.
	Raises   RaiseFilter
	Mentions []string  // of articles: those that name any of these parties
	ByPair   bool      // of issues: one row for each by, with and issue
	Unit     Dimension // of periods: a DAY, WEEK, MONTH or YEAR
}

// ValueType is the type of an exported value.
type ValueType int

// The types, and what a row holds of them.
const (
	TextValue    ValueType = iota // string
	DateValue                     // string, YYYY-MM-DD
	IntegerValue                  // int64
	RealValue                     // float64
	BooleanValue                  // int64, 0 or 1
)

// ExportColumn is a column of an export. Optional ones hold nil where the value is not known.
type ExportColumn struct {
	Name     string
	Type     ValueType
	Optional bool
	About    string // in a few words
}

var pairColumns = []ExportColumn{
	{"by", TextValue, false, "code of the party that raises"},
	{"by_name", TextValue, false, "its name"},
	{"with", TextValue, false, "code of the party that it is raised with"},
	{"with_name", TextValue, false, "its name"},
}

var countColumns = []ExportColumn{
	{"raise_count", IntegerValue, false, "raises"},
	{"story_count", IntegerValue, false, "distinct stories: near-copies of an article count once"},
	{"article_count", IntegerValue, false, "distinct articles"},
	{"source_count", IntegerValue, false, "distinct sources"},
}

var dayColumns = []ExportColumn{
	{"first_on", DateValue, true, "earliest day"},
	{"last_on", DateValue, true, "latest day"},
}

var exportColumns = map[ExportTable][]ExportColumn{
	ExportRaises: {
		{"article", TextValue, false, "id of the article, as it came with it"},
		{"by", TextValue, false, "code of the party that raises"},
		{"with", TextValue, false, "code of the party that it is raised with"},
		{"issue", TextValue, false, "slug of the issue"},
		{"act", TextValue, false, "manner: PLOVER event type"},
		{"modality", TextValue, false, "whether it is reported as done: PLOVER auxiliary mode"},
		{"speaker", TextValue, true, "full name of who speaks"},
		{"part", TextValue, false, "part of the article that the quote stands in: TEXT or TITLE"},
		{"quote", TextValue, false, "the sentence"},
		{"start", IntegerValue, false, "its first Unicode code point in that part, from 0"},
		{"end", IntegerValue, false, "behind its last code point"},
		{"on", DateValue, true, "day it was said, else the article's"},
		{"confidence", RealValue, false, "of the extractor, between 0 and 1"},
		{"title", TextValue, false, "of the article"},
		{"url", TextValue, true, "of the article"},
		{"source", TextValue, true, "of the article, as it came"},
		{"published", DateValue, true, "day of the article"},
	},
	ExportArticles: {
		{"id", TextValue, false, "as it came with the article; raises call it article"},
		{"title", TextValue, false, "as it came"},
		{"summary", TextValue, true, "standfirst"},
		{"text", TextValue, false, "as it came"},
		{"published", DateValue, true, "day of the article"},
		{"source", TextValue, true, "as it came"},
		{"url", TextValue, true, "as it came"},
		{"language", TextValue, true, "as it came"},
		{"is_foreign", BooleanValue, false, "whether it is in a language that is not extracted"},
		{"copy_of", TextValue, true, "id of the earliest article of the same story, if that is another"},
		{"raise_count", IntegerValue, false, "all raises of the article"},
		{"parties", TextValue, false, "codes of the parties that it is about, a blank between"},
		{"issues", TextValue, false, "slugs of the issues that it is about, a blank between"},
	},
	ExportIssues: slices.Concat([]ExportColumn{
		{"issue", TextValue, false, "slug"},
		{"name", TextValue, false, "of the issue"},
		{"area", TextValue, false, "its wider area"},
	}, countColumns, dayColumns, []ExportColumn{
		{"share", RealValue, false, "of all raises (of the pair) that the other conditions choose, whatever their issue, between 0 and 1"},
	}),
	ExportPairs: slices.Concat(pairColumns, countColumns, []ExportColumn{
		{"issue_count", IntegerValue, false, "distinct issues"},
	}, dayColumns, []ExportColumn{
		{"back_count", IntegerValue, false, "raises the other way round under the same conditions"},
		{"top_issues", TextValue, false, "slugs of the three issues most raised, a blank between"},
	}),
	ExportPeriods: {
		{"period", DateValue, true, "first day of the day, week (Monday), month or year; none for what has no date"},
		{"raise_count", IntegerValue, true, "raises; none where there is neither an article nor a raise of the period"},
		{"story_count", IntegerValue, true, "distinct stories among them"},
		{"article_count", IntegerValue, true, "distinct articles among them"},
		{"source_count", IntegerValue, true, "distinct sources among them"},
		{"share", RealValue, true, "of all raises of the period, between 0 and 1; none where there are none"},
		{"published_count", IntegerValue, false, "articles published in the period, with raises or without"},
	},
	ExportParties: {
		{"code", TextValue, false, "ISO 3166-1 alpha-2 code of a country, abbreviation of an organisation"},
		{"name", TextValue, false, "as news writes it"},
		{"kind", TextValue, false, "COUNTRY or ORGANIZATION"},
		{"region", TextValue, true, "wider region of a country"},
		{"raise_count", IntegerValue, false, "what it raises"},
		{"raised_count", IntegerValue, false, "what is raised with it"},
	},
}

// Columns are those of the rows that the export gives, in order.
func (e *Export) Columns() []ExportColumn {
	if e.Table == ExportIssues && e.ByPair {
		return slices.Concat(pairColumns, exportColumns[ExportIssues])
	}
	return exportColumns[e.Table]
}

// Export hands the rows of the export to write, one value for each of its columns, and stops at the first error. The
// row is reused. Rows come as they are found; what SQLite must sort or group first it puts into temporary files.
func (v *View) Export(ctx context.Context, e *Export, write func(row []driver.Value) error) error {
	// A second time, after a bad full-text condition, nothing has been written yet: no row passes without it.
	err := v.withText(ctx, func(s *statement) error { return s.export(e) }, func(s *statement) error {
		v.reader.statements.Add(1)
		return v.conn.query(ctx, s.String(), s.arguments, write)
	})
	if err != nil {
		return fmt.Errorf("export %s: %w", e.Table, err)
	}
	return nil
}

// VerifyExport says what is wrong with an export, such as a party that is not known, without running it.
func (v *View) VerifyExport(e *Export) error {
	if err := v.statement().export(e); err != nil {
		return fmt.Errorf("export %s: %w", e.Table, err)
	}
	return nil
}

func (s *statement) export(e *Export) error {
	render := map[ExportTable]func(*Export) error{
		ExportRaises: s.exportRaises, ExportArticles: s.exportArticles, ExportIssues: s.exportIssues,
		ExportPairs: s.exportPairs, ExportPeriods: s.exportPeriods, ExportParties: s.exportParties,
	}[e.Table]
	if render == nil {
		return invalidf("there is no table %q to export", e.Table)
	}
	return render(e)
}

func (s *statement) exportRaises(e *Export) error {
	where, err := s.aside(&e.Raises)
	if err != nil {
		return err
	}
	// LEFT JOIN keeps outermost what stands first: r where conditions choose some raises, which are sorted then. All raises are
	// read article by article instead, in the order in which they are wanted.
	from := " FROM articles a CROSS JOIN raises r ON r.article_id = a.id"
	if where.joined {
		from = " FROM raises r LEFT JOIN articles a ON a.id = r.article_id"
	} else {
		where.add("TRUE")
	}
	s.add(`SELECT a.external_id, b.key, w.key, i.key, r.act, r.modality, s.name, r.part, r.quote, r.quote_start, r.quote_end,
		r.said_on, r.confidence, a.title, a.url, a.source, a.published`+from+`
		LEFT JOIN nodes b ON b.id = r.by_id
		LEFT JOIN nodes w ON w.id = r.with_id
		LEFT JOIN nodes i ON i.id = r.issue_id
		LEFT JOIN nodes s ON s.id = r.speaker_id
		WHERE `+where.String()+" ORDER BY 1, r.part, r.quote_start, 2, 3, 4", where.arguments...)
	return nil
}

func (s *statement) exportArticles(e *Export) error {
	about := func(what, kinds string) string {
		return `(SELECT coalesce(group_concat(n.key, ' ' ORDER BY n.key), '') FROM article_nodes
			JOIN nodes n ON n.id = node_id AND n.kind IN (` + kinds + `) WHERE article_id = a.id) AS ` + what
	}
	s.add(`SELECT a.external_id, a.title, a.summary, a.text, a.published, a.source, a.url, a.language, a.is_foreign,
		(SELECT external_id FROM articles WHERE id = a.copy_of_id), (SELECT count(*) FROM raises WHERE article_id = a.id), ` +
		about("parties", "'COUNTRY', 'ORGANIZATION'") + ", " + about("issues", "'ISSUE'") + " FROM articles a WHERE ")
	f := e.Raises
	where := conditions{statement: s}
	if err := where.articles(&ArticleFilter{Mentions: e.Mentions, Source: f.Source, Since: f.Since, Until: f.Until, Text: f.Text}); err != nil {
		return err
	}
	if f.Article != nil {
		where.and("a.external_id IN (SELECT value FROM json_each(?))", list(f.Article))
	}
	f.Article, f.Source, f.Since, f.Until, f.Text = nil, nil, "", "", nil
	raised, err := s.aside(&f)
	if err != nil {
		return err
	}
	if raised.joined {
		where.and("a.id IN (SELECT r.article_id FROM raises r WHERE "+raised.String()+")", raised.arguments...)
	}
	if !where.joined {
		s.add("TRUE")
	}
	s.add(" ORDER BY 1")
	return nil
}

func (s *statement) exportIssues(e *Export) error {
	anyIssue := e.Raises
	anyIssue.Issue, anyIssue.Area = nil, nil
	group, pair, names := "", "", ""
	if e.ByPair {
		group, pair = "by_id, with_id, ", "b.key, b.name, w.key, w.name, "
		names = " JOIN nodes b ON b.id = by_id JOIN nodes w ON w.id = with_id"
	}
	s.add("WITH whole AS (SELECT " + group + "count(*) AS total FROM raises r")
	if err := s.whereRaises(&anyIssue); err != nil {
		return err
	}
	if e.ByPair {
		s.add(" GROUP BY by_id, with_id")
	}
	s.add("), counts AS (SELECT " + group + "issue_id" + exportCounts("first_on", "last_on") + " FROM raises r")
	if err := s.whereRaises(&e.Raises); err != nil {
		return err
	}
	s.add(" GROUP BY " + group + `issue_id)
		SELECT ` + pair + `n.key, n.name, issues.area, raise_count, story_count, article_count, source_count, first_on, last_on,
			CAST(raise_count AS REAL) / total
		FROM counts`)
	if e.ByPair {
		s.add(" JOIN whole USING (by_id, with_id)")
	} else {
		s.add(" CROSS JOIN whole")
	}
	s.add(" JOIN nodes n ON n.id = issue_id JOIN issues ON issues.id = issue_id" + names + " ORDER BY raise_count DESC, " + pair + "n.key")
	return nil
}

func (s *statement) exportPairs(e *Export) error {
	if err := s.withChosen(&e.Raises); err != nil {
		return err
	}
	back := e.Raises
	back.By, back.With = back.With, back.By
	s.add(", back AS (SELECT by_id, with_id, count(*) AS back_count FROM raises r")
	if err := s.whereRaises(&back); err != nil {
		return err
	}
	s.add(` GROUP BY by_id, with_id),
		counts AS (SELECT by_id, with_id` + exportCounts("issue_count", "first_on", "last_on") + ` FROM chosen r GROUP BY by_id, with_id),
		ranked AS (SELECT by_id, with_id, n.key AS slug,
				row_number() OVER (PARTITION BY by_id, with_id ORDER BY count(*) DESC, n.key) AS place
			FROM chosen JOIN nodes n ON n.id = issue_id GROUP BY by_id, with_id, issue_id),
		top AS (SELECT by_id, with_id, group_concat(slug, ' ' ORDER BY place) AS slugs FROM ranked WHERE place <= 3 GROUP BY by_id, with_id)
		SELECT b.key, b.name, w.key, w.name, raise_count, story_count, article_count, source_count, issue_count, first_on, last_on,
			coalesce(back_count, 0), slugs
		FROM counts JOIN top USING (by_id, with_id)
		LEFT JOIN back ON back.by_id = counts.with_id AND back.with_id = counts.by_id
		JOIN nodes b ON b.id = counts.by_id JOIN nodes w ON w.id = counts.with_id
		ORDER BY raise_count DESC, 1, 3`)
	return nil
}

// nextPeriods give the first day of the period after that of a day.
var nextPeriods = map[Dimension]string{
	DayDimension: "date(DAY, '+1 day')", WeekDimension: "date(DAY, '+7 days')",
	MonthDimension: "date(DAY, '+1 month')", YearDimension: "date(DAY, '+1 year')",
}

func (s *statement) exportPeriods(e *Export) error {
	next, known := nextPeriods[e.Unit]
	if !known {
		return invalidf("unknown unit %q: it is DAY, WEEK, MONTH or YEAR", e.Unit)
	}
	periodOf := func(day string) string { return strings.ReplaceAll(periods[e.Unit], "DAY", day) }
	if err := s.withChosen(&e.Raises); err != nil {
		return err
	}
	s.add(", found AS (SELECT " + periodOf("r.said_on") + " AS period" + exportCounts() + ` FROM chosen r GROUP BY 1),
		whole AS (SELECT ` + periodOf("r.said_on") + " AS period, count(*) AS total FROM raises r")
	if err := s.whereRaises(&RaiseFilter{Since: e.Raises.Since, Until: e.Raises.Until}); err != nil {
		return err
	}
	s.add(` GROUP BY 1),
		written AS (SELECT ` + periodOf("a.published") + " AS period, count(*) AS published_count, 0 AS zero FROM articles a WHERE ")
	where := conditions{statement: s}
	if err := where.articles(&ArticleFilter{Source: e.Raises.Source, Since: e.Raises.Since, Until: e.Raises.Until}); err != nil {
		return err
	}
	if !where.joined {
		s.add("TRUE")
	}
	// Every period between the first and the last of which there is anything has a row: a day without articles is told
	// from a day on which nobody raised it.
	s.add(` GROUP BY 1),
		known AS (SELECT period FROM found UNION SELECT period FROM written),
		calendar AS (SELECT min(period) AS period FROM known UNION ALL
			SELECT ` + strings.ReplaceAll(next, "DAY", "period") + ` FROM calendar WHERE period < (SELECT max(period) FROM known)),
		line AS (SELECT period FROM calendar WHERE period IS NOT NULL UNION ALL SELECT period FROM known WHERE period IS NULL)
		SELECT line.period, coalesce(raise_count, zero), coalesce(story_count, zero), coalesce(article_count, zero), coalesce(source_count, zero),
			CAST(coalesce(raise_count, 0) AS REAL) / total, coalesce(published_count, 0)
		FROM line
		LEFT JOIN found ON found.period IS line.period
		LEFT JOIN whole ON whole.period IS line.period
		LEFT JOIN written ON written.period IS line.period
		ORDER BY line.period IS NULL, line.period`)
	return nil
}

func (s *statement) exportParties(e *Export) error {
	if err := s.withChosen(&e.Raises); err != nil {
		return err
	}
	s.add(`, sides AS (SELECT by_id AS id, count(*) AS raise_count, 0 AS raised_count FROM chosen GROUP BY by_id
			UNION ALL SELECT with_id, 0, count(*) FROM chosen GROUP BY with_id)
		SELECT n.key, n.name, n.kind, p.region, sum(raise_count), sum(raised_count)
		FROM sides JOIN nodes n USING (id) JOIN parties p USING (id) GROUP BY sides.id ORDER BY n.key`)
	return nil
}

// withChosen begins a statement with the raises that pass, as what counts need of them.
func (s *statement) withChosen(f *RaiseFilter) error {
	s.add("WITH RECURSIVE chosen AS (SELECT r.id, r.by_id, r.with_id, r.issue_id, r.story, r.source_id, r.said_on FROM raises r")
	err := s.whereRaises(f)
	s.add(")")
	return err
}

// aside renders conditions on raises r that the statement takes up at another place, or not at all.
func (s *statement) aside(f *RaiseFilter) (conditions, error) {
	c := conditions{statement: s.view.statement()}
	err := c.raises(f)
	s.texts = append(s.texts, c.texts...)
	return c, err
}

func (s *statement) whereRaises(f *RaiseFilter) error {
	s.add(" WHERE ")
	where := conditions{statement: s}
	if err := where.raises(f); err != nil {
		return err
	}
	if !where.joined {
		s.add("TRUE")
	}
	return nil
}

// exportCounts are the columns that count raises r, the first four always.
func exportCounts(more ...string) string {
	var out strings.Builder
	for _, name := range append([]string{"raise_count", "story_count", "article_count", "source_count"}, more...) {
		out.WriteString(", " + counted[name] + " AS " + name)
	}
	return out.String()
}
