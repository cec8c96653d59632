package db

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
)

// Dimension is what raises or articles are grouped by.
type Dimension string

// The dimensions. Articles have Source and the periods alone; at most one period goes into a grouping.
const (
	ByDimension       Dimension = "BY"
	WithDimension     Dimension = "WITH"
	IssueDimension    Dimension = "ISSUE"
	AreaDimension     Dimension = "AREA"
	ActDimension      Dimension = "ACT"
	ModalityDimension Dimension = "MODALITY"
	SpeakerDimension  Dimension = "SPEAKER"
	SourceDimension   Dimension = "SOURCE"
	DayDimension      Dimension = "DAY"
	WeekDimension     Dimension = "WEEK"
	MonthDimension    Dimension = "MONTH"
	YearDimension     Dimension = "YEAR"
)

// periods give the first day of a period from a day.
var periods = map[Dimension]string{
	DayDimension:   "(DAY)",
	WeekDimension:  "date(DAY, 'weekday 0', '-6 days')",
	MonthDimension: "(substr(DAY, 1, 7) || '-01')",
	YearDimension:  "(substr(DAY, 1, 4) || '-01-01')",
}

// dimension is how a grouping is rendered: expr over the rows r or a (or the issue's area), column its name in the
// answer, sort the text that groups are told apart by, joined over the nodes that expr names where it is an id.
type dimension struct {
	expr, column, sort string
}

var dimensions = map[Dimension]dimension{
	ByDimension:       {"r.by_id", "by_id", "(SELECT key FROM nodes WHERE id = by_id)"},
	WithDimension:     {"r.with_id", "with_id", "(SELECT key FROM nodes WHERE id = with_id)"},
	IssueDimension:    {"r.issue_id", "issue_id", "(SELECT key FROM nodes WHERE id = issue_id)"},
	AreaDimension:     {"(SELECT area FROM issues WHERE id = r.issue_id)", "area", "area"},
	ActDimension:      {"r.act", "act", "act"},
	ModalityDimension: {"r.modality", "modality", "modality"},
	SpeakerDimension:  {"r.speaker_id", "speaker_id", "(SELECT key FROM nodes WHERE id = speaker_id)"},
	SourceDimension:   {"source_id", "source", "(SELECT folded FROM sources WHERE id = source_id)"},
}

// counted are the counts over raises r as they are without a summary.
var counted = map[string]string{
	"raise_count":   "count(*)",
	"story_count":   "count(DISTINCT r.story)",
	"article_count": "count(DISTINCT r.id / 2048)", // its article, without a look at the row
	"source_count":  "count(DISTINCT r.source_id)",
	"issue_count":   "count(DISTINCT r.issue_id)",
	"first_on":      "min(r.said_on)",
	"last_on":       "max(r.said_on)",
}

// counts renders IssueCounts and Counterparts. Where the conditions are such that raise_counts has a row for the
// answer's every row, it is read from there; else raises are counted.
func (s *statement) counts(q *Query) error {
	key := "issue_id"
	if q.From == Counterparts {
		key = "with_id"
	}
	if f := &q.Raises; f.isPlain() && (q.From == IssueCounts || f.By == nil && len(f.Issue) <= 1 && f.Area == nil) {
		return s.summary(q, key)
	}
	parent := "0"
	if q.Link != NoLink {
		parent = "p.value"
	}
	s.add("SELECT " + parent)
	for _, column := range q.Columns {
		if expression := counted[column.Name]; expression != "" {
			s.add(", " + expression)
		} else {
			s.add(", r." + column.Name)
		}
	}
	s.add(" FROM ")
	where := conditions{statement: s}
	if q.Link != NoLink {
		s.add("json_each(?) p CROSS JOIN ", list(q.Parents))
	}
	s.add("raises r WHERE ")
	if q.Link != NoLink {
		where.and("r." + string(q.Link) + " = p.value")
	}
	if err := where.raises(&q.Raises); err != nil {
		return err
	}
	if !where.joined {
		s.add("TRUE")
	}
	if q.Link != NoLink {
		s.add(" GROUP BY p.key, r." + key + " ORDER BY p.key")
	} else {
		s.add(" GROUP BY r." + key)
	}
	return nil
}

// isPlain reports whether the filter only names parties, issues and areas, at most one party on each side.
func (f *RaiseFilter) isPlain() bool {
	return len(f.By) <= 1 && (f.By == nil || len(f.By) == 1) && len(f.With) <= 1 && (f.With == nil || len(f.With) == 1) &&
		f.Between == nil && f.Act == nil && f.Modality == nil && f.Speaker == nil && f.Source == nil && f.Article == nil &&
		f.Since == "" && f.Until == "" && f.MinConfidence == nil && f.Text == nil && f.And == nil && f.Or == nil && f.Not == nil
}

func (s *statement) summary(q *Query, key string) error {
	if q.Link != NoLink {
		s.columnsOf(q, "p.value", "json_each(?) p CROSS JOIN raise_counts c", list(q.Parents))
	} else {
		s.columnsOf(q, "0", "raise_counts c")
	}
	where := conditions{statement: s}
	directory := s.view.Directory
	fixed := map[string]bool{key: true}
	if q.Link != NoLink {
		where.and("c." + string(q.Link) + " = p.value")
		fixed[string(q.Link)] = true
	}
	for _, side := range []struct {
		column string
		names  []string
		find   func(string) (*Node, error)
	}{{"by_id", q.Raises.By, directory.Party}, {"with_id", q.Raises.With, directory.Party}, {"issue_id", q.Raises.Issue, directory.Issue}} {
		if side.names != nil {
			found, err := ids(side.names, side.find)
			if err != nil {
				return err
			}
			anyOf(&where, "c."+side.column, found)
			fixed[side.column] = true
		}
	}
	if q.Raises.Area != nil {
		found, err := directory.areaIssues(q.Raises.Area)
		if err != nil {
			return err
		}
		anyOf(&where, "c.issue_id", found)
	}
	where.and("c." + key + " <> 0")
	for _, column := range []string{"by_id", "with_id", "issue_id"} {
		if !fixed[column] {
			where.and("c." + column + " = 0")
		}
	}
	return nil
}

func (s *statement) columnsOf(q *Query, parent, from string, arguments ...any) {
	s.add("SELECT " + parent)
	for _, column := range q.Columns {
		if column.Name == "issue_count" {
			s.add(", CASE c.issue_id WHEN 0 THEN c.issue_count ELSE 1 END")
		} else {
			s.add(", c." + column.Name)
		}
	}
	s.add(" FROM "+from+" WHERE ", arguments...)
}

// grouping is what a query groups by, rendered.
type grouping struct {
	dimensions []dimension
	period     string // expression of the period, or ""
	day        string // expression of the day
	alias      string
}

func (q *Query) grouping() (grouping, error) {
	g := grouping{day: "r.said_on", alias: "r"}
	if q.From == ArticleGroups {
		g.day, g.alias = "a.published", "a"
	}
	seen := map[Dimension]bool{}
	for _, name := range q.GroupBy {
		if seen[name] {
			continue
		}
		seen[name] = true
		if period := periods[name]; period != "" {
			if g.period != "" {
				return g, invalidf("groupBy names two periods: keep one of DAY, WEEK, MONTH, YEAR")
			}
			g.period = strings.ReplaceAll(period, "DAY", g.day)
			g.dimensions = append(g.dimensions, dimension{g.period, "period", "period"})
			continue
		}
		d, known := dimensions[name]
		if !known {
			return g, invalidf("unknown dimension %q", name)
		}
		if d.expr == "source_id" {
			d.expr = g.alias + "." + d.expr
		}
		g.dimensions = append(g.dimensions, d)
	}
	if q.ByPeriod && g.period == "" {
		return g, invalidf("orderBy PERIOD needs a period in groupBy: add DAY, WEEK, MONTH or YEAR")
	}
	return g, nil
}

// groups renders RaiseGroups and ArticleGroups. Groups are ordered, and their cursors made, by one text: the count
// from large to small and the period from old to new (none last), in the order asked for, then the group's names.
func (s *statement) groups(q *Query) error {
	g, err := q.grouping()
	if err != nil {
		return err
	}
	count := "raise_count"
	if q.From == ArticleGroups {
		count = "article_count"
	}
	falling := "printf('%019d', 999999999999999999 - " + count + ")"
	sort := []string{falling}
	if g.period != "" {
		sort = []string{falling, "coalesce(period, '~')"}
		if q.ByPeriod {
			sort = []string{sort[1], falling}
		}
	}
	for _, d := range g.dimensions {
		if d.column != "period" {
			sort = append(sort, "coalesce("+d.sort+", '')")
		}
	}
	s.add("SELECT 0")
	for _, column := range q.Columns {
		switch column.Name {
		case "source":
			s.add(", (SELECT name FROM sources WHERE id = source_id)")
		case "share":
			s.add(", CAST(raise_count AS REAL) / t.total")
		case "period":
			s.add(", g.period")
		default:
			s.add(", " + column.Name)
		}
	}
	s.add(" FROM (SELECT *, " + strings.Join(sort, " || char(31) || ") + " AS sort FROM (SELECT count(*) AS " + count)
	wanted := map[string]bool{}
	for _, column := range q.Columns {
		wanted[column.Name] = true
	}
	if q.From == ArticleGroups {
		if wanted["story_count"] {
			s.add(", count(DISTINCT a.story) AS story_count")
		}
	} else {
		for _, name := range []string{"story_count", "article_count", "source_count", "first_on", "last_on"} {
			if wanted[name] {
				s.add(", " + counted[name] + " AS " + name)
			}
		}
	}
	s.dimensionColumns(g)
	if err := s.groupSource(q, g); err != nil {
		return err
	}
	s.add(") g) g")
	if wanted["share"] {
		if err := s.joinTotals(q, g); err != nil {
			return err
		}
	}
	s.add(" WHERE TRUE")
	if q.Page.After != "" {
		after, err := q.decodeSort(q.Page.After)
		if err != nil {
			return err
		}
		s.add(" AND sort > ?", after)
	}
	s.add(" ORDER BY sort")
	s.limit(q.Page)
	return nil
}

// joinTotals joins the denominators of share: all raises that the filter's own days admit, by the same period.
func (s *statement) joinTotals(q *Query, g grouping) error {
	days := RaiseFilter{Since: q.Raises.Since, Until: q.Raises.Until}
	period := g.period
	if period == "" {
		period = "NULL"
	}
	s.add(" JOIN (SELECT " + period + " AS period, count(*) AS total FROM raises r WHERE ")
	where := conditions{statement: s}
	if err := where.raises(&days); err != nil {
		return err
	}
	if !where.joined {
		s.add("TRUE")
	}
	s.add(" GROUP BY 1) t ON t.period IS g.period")
	return nil
}

// dimensionColumns adds the dimensions as columns; those that were not asked for are null.
func (s *statement) dimensionColumns(g grouping) {
	given := map[string]bool{}
	for _, d := range g.dimensions {
		name := d.column
		if name == "source" {
			name = "source_id"
		}
		given[name] = true
		s.add(", " + d.expr + " AS " + name)
	}
	for _, name := range []string{"by_id", "with_id", "issue_id", "area", "act", "modality", "speaker_id", "source_id", "period"} {
		if !given[name] {
			s.add(", NULL AS " + name)
		}
	}
}

func (s *statement) groupSource(q *Query, g grouping) error {
	s.add(map[string]string{"r": " FROM raises r WHERE ", "a": " FROM articles a WHERE "}[g.alias])
	where := conditions{statement: s}
	if err := where.list(q); err != nil {
		return err
	}
	if !where.joined {
		s.add("TRUE")
	}
	if len(g.dimensions) > 0 {
		expressions := make([]string, len(g.dimensions))
		for i, d := range g.dimensions {
			expressions[i] = d.expr
		}
		s.add(" GROUP BY " + strings.Join(expressions, ", "))
	} else {
		s.add(" HAVING count(*) > 0")
	}
	return nil
}

func (s *statement) countGroups(q *Query) error {
	g, err := q.grouping()
	if err != nil {
		return err
	}
	s.add("SELECT 0, count(*) FROM (SELECT count(*)")
	if err := s.groupSource(q, g); err != nil {
		return err
	}
	s.add(")")
	return nil
}

// GroupCursor is the cursor of a group of the query; sort is its column of that name.
func (q *Query) GroupCursor(sort string) string { return EncodeCursor(q.groupKind(), sort) }

// groupKind keeps the cursors of groupings apart: their texts hold different names, in another order.
func (q *Query) groupKind() string {
	return fmt.Sprint("GROUP", q.From == ArticleGroups, q.GroupBy, q.ByPeriod)
}

func (q *Query) decodeSort(cursor string) (string, error) {
	// The text has as many parts as the grouping; only the kind is checked.
	plain, err := base64.RawURLEncoding.DecodeString(cursor)
	kind, text, found := strings.Cut(string(plain), "\x1f")
	if err != nil || !found || kind != q.groupKind() {
		return "", invalidf("%q is no cursor of this list: pass one that its edges or pageInfo gave, with the same groupBy and orderBy", short(cursor))
	}
	return text, nil
}

// Dataset is what the graph covers.
type Dataset struct {
	Articles, Raises, Foreign, Undated      int64
	Since, Until                            Date   // days of the first and last dated article, or ""
	Version, ExtractorVersion, SeedsVersion string // Version is equal for equal graphs
	Precision, Recall                       *float64
}

// Dataset describes the graph in one statement.
func (v *View) Dataset(ctx context.Context) (Dataset, error) {
	// Each count reads an index of its own: rows of articles are long.
	rows, err := v.rows(ctx, `SELECT (SELECT count(*) FROM articles),
		(SELECT raise_count FROM raise_counts WHERE by_id = 0 AND with_id = 0 AND issue_id = 0),
		(SELECT count(*) FROM articles WHERE is_foreign), (SELECT count(*) FROM articles WHERE published IS NULL),
		(SELECT min(published) FROM articles), (SELECT max(published) FROM articles)`, nil)
	if err != nil {
		return Dataset{}, err
	}
	row := rows.Row(0)
	number := func(i int) int64 { n, _ := row[i].(int64); return n }
	day := func(i int) Date { d, _ := row[i].(string); return Date(d) }
	meta := v.conn.meta
	dataset := Dataset{Articles: number(0), Raises: number(1), Foreign: number(2), Undated: number(3), Since: day(4), Until: day(5),
		Version: v.Version(), ExtractorVersion: meta["extractor_version"], SeedsVersion: meta["seeds_version"]}
	for key, target := range map[string]**float64{"precision": &dataset.Precision, "recall": &dataset.Recall} {
		if measured, err := strconv.ParseFloat(meta[key], 64); err == nil {
			*target = &measured
		}
	}
	return dataset, nil
}

// Version changes with every load that changed something, and is equal for equal graphs.
func (v *View) Version() string { return digestVersion(v.conn.meta) }

// digestVersion changes with every load that changed something.
func digestVersion(meta map[string]string) string {
	catalog := meta["catalog"]
	return strings.TrimPrefix(meta["content"]+"-"+catalog[:min(8, len(catalog))], "-")
}
