package db

import (
	"context"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

// Relation is what the rows of a Query are.
type Relation int

// The relations. Those of an article or raise hang on Parents.
const (
	Raises              Relation = iota // raises, in pages
	Articles                            // articles, in pages
	RaisesByKey                         // the raises that Keys name, in no order
	ArticlesByID                        // the articles whose internal ids are Parents, in no order
	ArticleByExternalID                 // the article with that ExternalID
	Mentions                            // stretches of each article in Parents: title first, then by place
	ArticleNodes                        // nodes that each article in Parents is about, of Kind, by key
	RaiseEvidence                       // sentences of each raise in Parents, its own quote first
	IssueCounts                         // issues that Raises chooses, with counts
	Counterparts                        // parties that each party in Parents raises with, with counts
	RaiseGroups                         // raises by GroupBy, in pages
	ArticleGroups                       // articles by GroupBy, in pages
	NewRaises                           // raises behind After in the order of their commits, up to Page.Limit of them
)

// Column is a column of the rows. Path leads there from the relation's own row over to-one relations:
// "" itself, "article" from a raise to its article, "article.copy" on to what that is a copy of.
type Column struct {
	Path, Name string
}

// Link says how rows hang on Parents.
type Link string

// The links. NoLink stands for rows that hang on nothing.
const (
	NoLink    Link = ""
	ByParty   Link = "by_id"      // raises of a party
	WithParty Link = "with_id"    // raises with a party
	OfSpeaker Link = "speaker_id" // raises of a leader
	OfIssue   Link = "issue_id"   // raises of an issue
	OfArticle Link = "article_id" // raises, mentions and nodes of an article
	AboutNode Link = "node_id"    // articles about a party, leader or issue
	OfRaise   Link = "raise_id"   // evidence of a raise
)

// Order is the order of a list. Undated rows come last in both directions; ties are broken by id.
type Order struct {
	Field     OrderField
	Ascending bool
}

// OrderField is what a list is ordered by.
type OrderField string

// ByDay orders raises by the day they were said on and articles by their day; the other is of raises alone.
const (
	ByDay        OrderField = "ON"
	ByConfidence OrderField = "CONFIDENCE"
)

// Page is the part of each list that is wanted: Limit rows, the last ones where Backward, strictly between
// the cursors After and Before ("" for none).
type Page struct {
	Limit         int
	Backward      bool
	After, Before string
}

// Query asks for rows. The first column of the answer is the parent that a row hangs on, where Parents are several, else of
// no meaning; then come Columns. Paged relations return up to Limit+1 rows a parent, Backward ones from the end.
type Query struct {
	From    Relation
	Columns []Column

	Link    Link
	Parents []int64
	Keys    []GlobalID // of RaisesByKey

	ExternalID string // of ArticleByExternalID

	Raises   RaiseFilter   // of Raises, NewRaises, IssueCounts, Counterparts, RaiseGroups
	Articles ArticleFilter // of Articles, ArticleGroups
	Order    Order         // of Raises
	Page     Page          // of Raises, Articles, RaiseGroups, ArticleGroups
	GroupBy  []Dimension   // of RaiseGroups, ArticleGroups
	ByPeriod bool          // of RaiseGroups, ArticleGroups: order by period, else by count
	After    Arrival       // of NewRaises
}

// Select runs the query's one statement.
func (v *View) Select(ctx context.Context, q *Query) (*Rows, error) {
	return v.run(ctx, func(s *statement) error { return s.selectRows(q) })
}

// Count returns how many rows each parent has without paging: two columns, the parent and the count. Of Raises,
// Articles, RaiseGroups and ArticleGroups.
func (v *View) Count(ctx context.Context, q *Query) (*Rows, error) {
	return v.run(ctx, func(s *statement) error { return s.countRows(q) })
}

// run renders a statement and runs it.
func (v *View) run(ctx context.Context, render func(*statement) error) (found *Rows, err error) {
	err = v.withText(ctx, render, func(s *statement) error {
		statement := v.conn.statements[string(s.sql)] // mostly there; the text needs no room of its own then
		if statement == nil {
			if statement, err = v.conn.statement(ctx, s.String()); err != nil {
				return err
			}
		}
		found, err = v.read(ctx, statement, s.arguments)
		return err
	})
	return found, err
}

// withText renders a statement and has it run. Full-text conditions of it that are no valid queries are then taken word by
// word, in this statement and in what else the view is asked.
func (v *View) withText(ctx context.Context, render, run func(*statement) error) error {
	for {
		s := v.conn.scratch.again(v)
		if err := render(s); err != nil {
			return err
		}
		if err := run(s); len(s.texts) == 0 || !isTextSyntax(err) {
			return err
		}
		if err := v.readLiterally(ctx, s.texts); err != nil {
			return err
		}
	}
}

// readLiterally finds out which of a statement's conditions cannot be read as they are.
func (v *View) readLiterally(ctx context.Context, texts []fullText) error {
	found := false
	for _, text := range texts {
		if v.literal[text] {
			continue
		}
		for _, index := range strings.Fields(text.indexes) {
			_, err := v.rows(ctx, "SELECT rowid FROM "+index+" WHERE "+index+" MATCH ? LIMIT 1", []any{text.text})
			if err != nil && !isTextSyntax(err) {
				return err
			}
			if err == nil {
				continue
			}
			if v.literal == nil {
				v.literal = map[fullText]bool{}
			}
			v.literal[text], found = true, true
		}
	}
	if !found {
		return errNoWord
	}
	return nil
}

func (s *statement) selectRows(q *Query) error {
	switch q.From {
	case Raises, Articles:
		return s.page(q)
	case RaisesByKey:
		return s.raisesByKey(q)
	case ArticlesByID:
		s.all(q, "a", "a.id", "")
	case ArticleByExternalID:
		s.columns(q, "0", "a", tables["a"])
		s.add(" WHERE a.external_id"+equals, q.ExternalID)
	case Mentions:
		s.all(q, "m", "m.article_id", "m.part DESC, m.span_start, m.span_end, n.kind, n.key")
	case ArticleNodes:
		s.all(q, "x", "x.article_id", "")
	case RaiseEvidence:
		s.evidence(q)
	case IssueCounts, Counterparts:
		return s.counts(q)
	case RaiseGroups, ArticleGroups:
		return s.groups(q)
	case NewRaises:
		return s.newRaises(q)
	}
	return nil
}

// all renders the rows whose key is one of the parents, those of each in the given order, or in none.
func (s *statement) all(q *Query, alias, key, order string) {
	parents := ""
	if len(q.Parents) == 1 { // without the table of parents, which takes longer than a few rows
		s.columns(q, "0", alias, tables[alias])
		s.add(" WHERE "+key+equals, q.Parents[0])
	} else {
		s.columns(q, "p.value", alias, tables[alias])
		s.add(" WHERE " + key + " = p.value")
		parents = "p.key, "
	}
	if order != "" {
		s.add(" ORDER BY " + parents + order)
	}
}

// evidence renders the sentences of the raises that are the parents. The view raise_evidence would be read whole: SQLite looks
// for no rows inside of a UNION ALL that it joins.
func (s *statement) evidence(q *Query) {
	columns := ""
	for _, column := range q.Columns {
		columns += ", " + column.Name
	}
	parents := list(q.Parents)
	s.add("SELECT parent"+columns+" FROM ("+
		"SELECT p.key AS place, p.value AS parent, 0 AS position"+columns+" FROM json_each(?) p CROSS JOIN raises r ON r.id = p.value"+
		" UNION ALL SELECT p.key, p.value, position"+columns+" FROM json_each(?) p CROSS JOIN evidence e ON e.raise_id = p.value"+
		") ORDER BY place, position", parents, parents)
}

// tables are the FROM clauses whose rows hang on the parents p, by the alias of their rows.
var tables = map[string]string{
	"r": "raises r",
	"a": "articles a",
	"m": "mentions m CROSS JOIN nodes n ON n.id = m.node_id",
	"x": "article_nodes x",
}

// expressions are the columns that are not simply one of the row's table, by its alias and their name.
var expressions = map[[2]string]string{
	{"m", "span_text"}: "(SELECT substr(CASE m.part WHEN 'TITLE' THEN title ELSE text END, m.span_start + 1, m.span_end - m.span_start) " +
		"FROM articles WHERE id = m.article_id)",
	{"r", "batch"}: "n.batch", // of NewRaises
}

// columns adds SELECT with the query's columns and FROM with the joins that they need; CROSS and LEFT JOIN keep
// SQLite from running the joins in another order than that in which the rows are wanted.
func (s *statement) columns(q *Query, parent, alias, from string) {
	s.add("SELECT ")
	s.add(parent)
	j := joins{of: alias}
	for _, column := range q.Columns {
		s.add(", ")
		of := j.alias(column.Path)
		if expression := expressions[[2]string{of, column.Name}]; expression != "" {
			s.add(expression)
			continue
		}
		s.add(of)
		s.add(".")
		s.add(column.Name)
	}
	s.add(" FROM ")
	if parent == "p.value" {
		s.add("json_each(?) p CROSS JOIN ", list(q.Parents))
	}
	s.add(from)
	s.add(j.sql)
}

// aboutNode is the articles a about a node, in the order of its index.
const aboutNode = "article_nodes x CROSS JOIN articles a ON a.id = x.article_id"

// joins are the to-one relations that columns lead over.
type joins struct {
	of      string            // alias of the rows themselves
	aliases map[string]string // of the others, by their path
	sql     string
}

// alias is that of the row that the path leads to, which is joined where it is not yet.
func (j *joins) alias(path string) string {
	if path == "" {
		return j.of
	}
	if alias := j.aliases[path]; alias != "" {
		return alias
	}
	before, step := "", path
	if dot := strings.LastIndexByte(path, '.'); dot >= 0 {
		before, step = path[:dot], path[dot+1:]
	}
	from := j.alias(before)
	if j.aliases == nil {
		j.aliases = map[string]string{}
	}
	alias := "j" + strconv.Itoa(1+len(j.aliases))
	key := map[string]string{"article": "article_id", "copy": "copy_of_id"}[step]
	j.sql += " LEFT JOIN articles " + alias + " ON " + alias + ".id = " + from + "." + key
	j.aliases[path] = alias
	return alias
}

// keyset is the order of a list: by expr, then by id, both in one direction.
type keyset struct {
	expr, id   string
	nullable   bool
	descending bool
	nullsLast  bool
	texts      bool // whether expr holds texts, else numbers
}

func (k keyset) reversed() keyset {
	k.descending, k.nullsLast = !k.descending, !k.nullsLast
	return k
}

// orderBy spells nulls out only where SQLite would put them elsewhere, so that indexes serve.
func (k keyset) orderBy() string {
	direction, nulls := " ASC", ""
	if k.descending {
		direction = " DESC"
	}
	if k.nullable && k.nullsLast && !k.descending {
		nulls = " NULLS LAST"
	}
	if k.nullable && !k.nullsLast && k.descending {
		nulls = " NULLS FIRST"
	}
	return " ORDER BY " + k.expr + direction + nulls + ", " + k.id + direction
}

// condition is SQL with its arguments.
type condition struct {
	sql       string
	arguments []any
}

// position is where a cursor points to: the value of the order's expression, nil where null, and the id.
type position struct {
	value any
	id    int64
}

// after are conditions that together choose the rows behind the position; each is one stretch of an index, and
// they stand in the list's order.
func (k keyset) after(p position) []condition {
	comparison := " > "
	if k.descending {
		comparison = " < "
	}
	if p.value == nil {
		here := condition{k.expr + " IS NULL AND " + k.id + comparison + "?", []any{p.id}}
		if k.nullsLast {
			return []condition{here}
		}
		return []condition{here, {k.expr + " IS NOT NULL", nil}}
	}
	here := condition{"(" + k.expr + ", " + k.id + ")" + comparison + "(?, ?)", []any{p.value, p.id}}
	if k.nullable && k.nullsLast {
		return []condition{here, {k.expr + " IS NULL", nil}}
	}
	return []condition{here}
}

// Cursor is the opaque cursor of a row of the query, of Raises or Articles: value is what it is ordered by (nil where
// undated), id the row's internal id.
func (q *Query) Cursor(value any, id int64) string {
	text := ""
	switch value := value.(type) {
	case string:
		text = value
	case float64:
		text = strconv.FormatFloat(value, 'g', -1, 64)
	}
	return EncodeCursor(q.cursorKind(), text, strconv.FormatInt(id, 36))
}

// cursorKind keeps the cursors of lists apart that are ordered by different things.
func (q *Query) cursorKind() string {
	if q.From == Articles {
		return "PUBLISHED"
	}
	return string(q.Order.Field)
}

// EncodeCursor makes an opaque cursor of texts; the first names the kind of list.
func EncodeCursor(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(strings.Join(parts, "\x1f")))
}

// DecodeCursor reads a cursor of a kind of list that has count parts behind the kind. The error is Invalid.
func DecodeCursor(cursor, kind string, count int) ([]string, error) {
	text, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.Split(string(text), "\x1f")
	if err != nil || parts[0] != kind || len(parts) != count+1 {
		return nil, invalidf("%q is no cursor of this list: pass one that its edges or pageInfo gave, with the same orderBy", short(cursor))
	}
	return parts[1:], nil
}

func (k keyset) parse(cursor, kind string) (position, error) {
	parts, err := DecodeCursor(cursor, kind, 2)
	if err != nil {
		return position{}, err
	}
	id, err := strconv.ParseInt(parts[1], 36, 64)
	p := position{id: id}
	switch {
	case k.texts && parts[0] != "":
		p.value = parts[0]
	case !k.texts && err == nil:
		p.value, err = strconv.ParseFloat(parts[0], 64)
	}
	if err != nil {
		return position{}, invalidf("%q is no cursor of this list: pass one that its edges or pageInfo gave", short(cursor))
	}
	return p, nil
}

// page renders raises or articles. Lists that hang on several parents, or are put together from several stretches of
// an index, are found by their ids first; the plain case walks one stretch and joins on the way.
func (s *statement) page(q *Query) error {
	alias, source := "r", "raises r"
	order := keyset{expr: "r.said_on", id: "r.id", nullable: true, texts: true, descending: !q.Order.Ascending, nullsLast: true}
	q, about, err := s.view.aboutNodes(q)
	if err != nil {
		return err
	}
	switch {
	case q.From == Articles && (q.Link == AboutNode || about != nil):
		alias, source, order.expr, order.id, order.descending = "a", aboutNode, "x.published", "x.article_id", true
	case q.From == Articles:
		alias, source, order.expr, order.id, order.descending = "a", "articles a", "a.published", "a.id", true
	case q.Order.Field == ByConfidence:
		order.expr, order.nullable, order.texts = "r.confidence", false, false
	}
	after, before := q.Page.After, q.Page.Before
	if q.Page.Backward {
		order = order.reversed()
		after, before = before, after
	}
	stretches := []condition{{}}
	if after != "" {
		p, err := order.parse(after, q.cursorKind())
		if err != nil {
			return err
		}
		stretches = order.after(p)
	}
	var bound []condition
	if before != "" {
		p, err := order.parse(before, q.cursorKind())
		if err != nil {
			return err
		}
		bound = order.reversed().after(p)
	}
	rest := func(stretch condition) error {
		where := conditions{statement: s}
		s.add(" WHERE ")
		if q.Link != NoLink {
			link := alias + "." + string(q.Link)
			if q.Link == AboutNode {
				link = "x.node_id"
			}
			if len(q.Parents) == 1 {
				where.and(link+equals, q.Parents[0])
			} else {
				where.and(link + " = p.value")
			}
		}
		if stretch.sql != "" {
			where.and(stretch.sql, stretch.arguments...)
		}
		for i, condition := range bound {
			if i == 0 {
				where.and("((")
			} else {
				s.add(") OR (")
			}
			s.add(condition.sql, condition.arguments...)
		}
		if bound != nil {
			s.add("))")
		}
		if err := where.list(q); err != nil {
			return err
		}
		if !where.joined {
			s.add("TRUE")
		}
		s.add(order.orderBy())
		s.limit(q.Page)
		return nil
	}
	stretches = product(stretches, about)
	if q.From == Raises && q.Link == NoLink && q.Order.Field != ByConfidence {
		pairs, err := s.view.pairs(&q.Raises)
		if err != nil {
			return err
		}
		stretches = product(stretches, pairs)
	}
	direct, from := len(stretches) == 1 && (q.Link == NoLink || len(q.Parents) == 1), tables[alias]
	if direct {
		from = source
	}
	if q.Link == NoLink || len(q.Parents) == 1 {
		s.columns(q, "0", alias, from)
	} else {
		s.columns(q, "p.value", alias, from)
	}
	if direct {
		return rest(stretches[0])
	}
	s.add(" WHERE " + alias + ".id IN (")
	for i, stretch := range stretches {
		if i > 0 {
			s.add(" UNION ALL ")
		}
		s.add("SELECT * FROM (SELECT " + order.id + " FROM " + source)
		if err := rest(stretch); err != nil {
			return err
		}
		s.add(")")
	}
	s.add(")")
	// Outside, the row's own columns hold what the inner list was ordered by.
	order.expr = alias + order.expr[1:]
	order.id = alias + ".id"
	keys := order.orderBy()
	if q.Link != NoLink && len(q.Parents) > 1 {
		keys = " ORDER BY p.key, " + strings.TrimPrefix(keys, " ORDER BY ")
	}
	s.add(keys)
	if q.Link == NoLink || len(q.Parents) == 1 {
		s.limit(q.Page)
	}
	return nil
}

// limit adds LIMIT with one row more than the page has. The number stands in the text: SQLite plans by it, and prepares
// a statement anew for every value that is bound to it, which takes longer than most pages.
func (s *statement) limit(page Page) { s.add(" LIMIT " + strconv.Itoa(page.Limit+1)) }

// aboutNodes takes conditions on what articles are about out of the query and returns them as stretches of the index
// that lists the articles of each node, any of which is enough. Articles that hang on a node have their stretch already.
func (v *View) aboutNodes(q *Query) (*Query, []condition, error) {
	if q.From != Articles || q.Link != NoLink {
		return q, nil, nil
	}
	rest, names, find := *q, []string(nil), v.Party
	switch f := &rest.Articles; {
	case len(f.Mentions) > 0 && len(f.Mentions) <= maxStretches:
		names, f.Mentions = f.Mentions, nil
	case len(f.MentionsAll) > 0:
		names, f.MentionsAll = f.MentionsAll[:1], f.MentionsAll[1:]
	case len(f.Issue) > 0 && len(f.Issue) <= maxStretches:
		names, f.Issue, find = f.Issue, nil, v.Issue
	default:
		return q, nil, nil
	}
	found, err := ids(names, find)
	if err != nil {
		return nil, nil, err
	}
	if len(rest.Articles.MentionsAll) == 0 {
		rest.Articles.MentionsAll = nil
	}
	about := make([]condition, len(found))
	for i, id := range found {
		about[i] = condition{"x.node_id" + equals, []any{id}}
	}
	return &rest, about, nil
}

// maxStretches bounds the stretches of an index that a list is put together from.
const maxStretches = 16

// pairs are the parties that a filter with several of them chooses, one condition for each: every one is a stretch of
// an index in the list's order, while all at once would have the whole archive read for two parties that seldom speak.
func (v *View) pairs(f *RaiseFilter) ([]condition, error) {
	var chosen []condition
	switch {
	case len(f.Between) > 1 && f.By == nil && f.With == nil:
		found, err := ids(f.Between, v.Party)
		if err != nil {
			return nil, err
		}
		for _, by := range found {
			for _, with := range found {
				if by != with {
					chosen = append(chosen, condition{"r.by_id" + equals + " AND r.with_id" + equals, []any{by, with}})
				}
			}
		}
	case len(f.By) > 1 || len(f.With) > 1:
		column, names := "r.by_id"+equals, f.By
		if len(f.By) <= 1 {
			column, names = "r.with_id"+equals, f.With
		}
		found, err := ids(names, v.Party)
		if err != nil {
			return nil, err
		}
		for _, id := range found {
			chosen = append(chosen, condition{column, []any{id}})
		}
	}
	if len(chosen) > maxStretches {
		return nil, nil
	}
	return chosen, nil
}

// product puts every condition of the one list together with every one of the other; an empty list asks for nothing.
func product(a, b []condition) []condition {
	if len(b) == 0 {
		return a
	}
	var both []condition
	for _, x := range a {
		for _, y := range b {
			made := condition{y.sql, slices.Clone(y.arguments)}
			if x.sql != "" {
				made.sql += " AND " + x.sql
				made.arguments = append(made.arguments, x.arguments...)
			}
			both = append(both, made)
		}
	}
	return both
}

// list adds the filter of a paged relation.
func (c *conditions) list(q *Query) error {
	if q.From == Articles || q.From == ArticleGroups {
		return c.articles(&q.Articles)
	}
	return c.raises(&q.Raises)
}

func (s *statement) countRows(q *Query) error {
	if q.From == RaiseGroups || q.From == ArticleGroups {
		return s.countGroups(q)
	}
	if q.From == Raises && s.countSummary(q) {
		return s.countFromSummary(q)
	}
	source, link := "raises r", "r."+string(q.Link)
	if q.From == Articles {
		source = "articles a"
	}
	if q.Link == AboutNode {
		source, link = aboutNode, "x.node_id"
		if q.Articles.isZero() {
			source = "article_nodes x"
		}
	}
	rest, about, err := s.view.aboutNodes(q)
	if err != nil {
		return err
	}
	where := conditions{statement: s}
	if len(about) == 1 {
		q, source = rest, aboutNode
		if q.Articles.isZero() {
			source = "article_nodes x"
		}
	}
	if q.Link == NoLink {
		s.add("SELECT 0, count(*) FROM " + source + " WHERE ")
		if len(about) == 1 {
			where.and(about[0].sql, about[0].arguments...)
		}
	} else {
		s.add("SELECT p.value, (SELECT count(*) FROM " + source + " WHERE ")
		where.and(link + " = p.value")
	}
	if err := where.list(q); err != nil {
		return err
	}
	if !where.joined {
		s.add("TRUE")
	}
	if q.Link != NoLink {
		s.add(") FROM json_each(?) p", list(q.Parents))
	}
	return nil
}

// countSummary reports whether raise_counts has the length of the list as it is.
func (s *statement) countSummary(q *Query) bool {
	f := &q.Raises
	if !f.isPlain() || f.Area != nil || f.Issue != nil && len(f.Issue) != 1 {
		return false
	}
	switch q.Link {
	case NoLink:
		return true
	case ByParty:
		return f.By == nil
	case WithParty:
		return f.With == nil
	case OfIssue:
		return f.Issue == nil
	default:
		return false
	}
}

func (s *statement) countFromSummary(q *Query) error {
	where := conditions{statement: s}
	if q.Link == NoLink {
		s.add("SELECT 0, coalesce((SELECT raise_count FROM raise_counts c WHERE ")
	} else {
		s.add("SELECT p.value, coalesce((SELECT raise_count FROM raise_counts c WHERE ")
	}
	for _, side := range []struct {
		column string
		names  []string
		find   func(string) (*Node, error)
	}{{"by_id", q.Raises.By, s.view.Party}, {"with_id", q.Raises.With, s.view.Party}, {"issue_id", q.Raises.Issue, s.view.Issue}} {
		switch {
		case string(q.Link) == side.column:
			where.and("c." + side.column + " = p.value")
		case side.names == nil:
			where.and("c." + side.column + " = 0")
		default:
			found, err := ids(side.names, side.find)
			if err != nil {
				return err
			}
			where.and("c."+side.column+equals, found[0])
		}
	}
	s.add("), 0)")
	if q.Link != NoLink {
		s.add(" FROM json_each(?) p", list(q.Parents))
	}
	return nil
}

func (f *ArticleFilter) isZero() bool {
	return f.Mentions == nil && f.MentionsAll == nil && f.Issue == nil && f.Source == nil &&
		f.Since == "" && f.Until == "" && f.Text == nil
}

func (s *statement) raisesByKey(q *Query) error {
	keys := make([][4]int64, 0, len(q.Keys))
	for _, key := range q.Keys {
		by, with := s.view.parties[fold(key.By)], s.view.parties[fold(key.With)]
		issue := s.view.issues[key.Issue]
		if by == nil || with == nil || issue == nil || by.Key != key.By || with.Key != key.With {
			continue // names nothing of this graph
		}
		keys = append(keys, [4]int64{key.Article, by.ID, with.ID, issue.ID})
	}
	s.columns(q, "0", "r", tables["r"])
	s.add(` WHERE (r.article_id, r.by_id, r.with_id, r.issue_id) IN (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3
		FROM json_each(?))`, list(keys))
	return nil
}
