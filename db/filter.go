package db

import (
	"slices"
	"strings"
)

// Acts are the event types of the PLOVER ontology, in the order of its scale.
func Acts() []string {
	return []string{"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
		"ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"}
}

// Modalities are the auxiliary modes of PLOVER.
func Modalities() []string {
	return []string{"ASSERTED", "FUTURE", "HYPOTHETICAL", "NEGATED", "HISTORICAL"}
}

// RaiseFilter chooses raises by conditions that all hold at once. A list holds when any of its values matches:
// nil asks for nothing, an empty one matches nothing. Parties are named as Directory.Party takes them.
type RaiseFilter struct {
	By, With      []string
	Between       []string // either direction between any two of these
	Issue, Area   []string // slugs; names of areas
	Act, Modality []string
	Speaker       []string // slugs of leaders
	Source        []string // in any letter case
	Article       []string // external ids
	Since, Until  Date     // first and last day; an undated raise passes neither
	MinConfidence *float64 // between 0 and 1
	Text          *string  // full-text condition on the quote
	And, Or       []RaiseFilter
	Not           *RaiseFilter
}

// ArticleFilter chooses articles by conditions that all hold at once; lists as in RaiseFilter.
type ArticleFilter struct {
	Mentions     []string // parties: any of these
	MentionsAll  []string // parties: all of these
	Issue        []string // slugs: any of these
	Source       []string
	Since, Until Date
	Text         *string // full-text condition on title, summary and text
}

// statement is SQL text that grows together with its arguments.
type statement struct {
	sql       []byte
	arguments []any
	view      *View
	texts     []fullText
	filters   int // nested ones, so far
}

// fullText is a full-text condition: what is asked, and of which indexes, a blank between them.
type fullText struct {
	text, indexes string
}

// maxFilters bounds the filters inside of a filter: SQLite nests expressions 1,000 deep at most.
const maxFilters = 200

func (v *View) statement() *statement {
	return &statement{view: v}
}

// again is the statement with its room for another one; nothing of it may be in use any more.
func (s *statement) again(view *View) *statement {
	clear(s.arguments)
	clear(s.texts)
	*s = statement{sql: s.sql[:0], arguments: s.arguments[:0], texts: s.texts[:0], view: view}
	return s
}

func (s *statement) String() string { return string(s.sql) }

func (s *statement) add(sql string, arguments ...any) {
	s.sql = append(s.sql, sql...)
	s.arguments = append(s.arguments, arguments...)
}

// equals compares with an argument. After a plain "= ?" SQLite estimates by what is bound, and prepares the statement
// anew at every run, which takes longer than most statements; the sign changes nothing else.
const equals = " = +?"

// conditions are joined with AND as they come.
type conditions struct {
	*statement
	joined bool
}

func (c *conditions) and(sql string, arguments ...any) {
	if c.joined {
		c.add(" AND ")
	}
	c.joined = true
	c.add(sql, arguments...)
}

// anyOf is expr IN values; one value is compared directly, which orders by further columns of an index.
func anyOf[T int64 | string](c *conditions, expr string, values []T) {
	if len(values) == 1 {
		c.and(expr+equals, values[0])
		return
	}
	c.and(expr+" IN (SELECT value FROM json_each(?))", list(values))
}

// ids resolves names to internal ids, each once, in order.
func ids(names []string, find func(string) (*Node, error)) ([]int64, error) {
	found := make([]int64, 0, len(names))
	for _, name := range names {
		node, err := find(name)
		if err != nil {
			return nil, err
		}
		found = append(found, node.ID)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

// raises adds the conditions of the filter on the raises r.
func (c *conditions) raises(f *RaiseFilter) error {
	directory := c.view.Directory
	for _, nodes := range []struct {
		expr  string
		names []string
		find  func(string) (*Node, error)
	}{
		{"r.by_id", f.By, directory.Party},
		{"r.with_id", f.With, directory.Party},
		{"r.by_id", f.Between, directory.Party},
		{"r.with_id", f.Between, directory.Party},
		{"r.issue_id", f.Issue, directory.Issue},
		{"r.speaker_id", f.Speaker, directory.Leader},
	} {
		if nodes.names == nil {
			continue
		}
		found, err := ids(nodes.names, nodes.find)
		if err != nil {
			return err
		}
		anyOf(c, nodes.expr, found)
	}
	if f.Area != nil {
		found, err := directory.areaIssues(f.Area)
		if err != nil {
			return err
		}
		anyOf(c, "r.issue_id", found)
	}
	for _, words := range []struct {
		name, expr    string
		values, known []string
	}{
		{"act", "r.act", f.Act, Acts()},
		{"modality", "r.modality", f.Modality, Modalities()},
	} {
		if words.values == nil {
			continue
		}
		for _, word := range words.values {
			if !slices.Contains(words.known, word) {
				return invalidf("unknown %s %q: pass one of %s", words.name, word, strings.Join(words.known, ", "))
			}
		}
		anyOf(c, words.expr, words.values)
	}
	c.source("r.source_id", f.Source)
	if f.Article != nil {
		c.and("r.article_id IN (SELECT id FROM articles WHERE external_id IN (SELECT value FROM json_each(?)))", list(f.Article))
	}
	if err := c.days("r.said_on", f.Since, f.Until); err != nil {
		return err
	}
	if f.MinConfidence != nil {
		if *f.MinConfidence < 0 || *f.MinConfidence > 1 {
			return invalidf("minConfidence %v is not between 0 and 1", *f.MinConfidence)
		}
		c.and("r.confidence >= ?", *f.MinConfidence)
	}
	if err := c.text("r.id", "raises_fts", f.Text); err != nil {
		return err
	}
	for i := range f.And {
		if err := c.group(" AND ", f.And[i:i+1]); err != nil {
			return err
		}
	}
	if f.Or != nil {
		if err := c.group(" OR ", f.Or); err != nil {
			return err
		}
	}
	if f.Not == nil {
		return nil
	}
	if err := c.group(" OR ", []RaiseFilter{*f.Not}); err != nil {
		return err
	}
	c.add(" IS NOT TRUE") // an unknown day is no day: it passes "not since"
	return nil
}

// group adds filters in parentheses; none of them is false.
func (c *conditions) group(joint string, filters []RaiseFilter) error {
	c.and("(")
	for i := range filters {
		if i > 0 {
			c.add(joint)
		}
		if c.filters++; c.filters > maxFilters {
			return invalidf("the filter holds more than %d others: say the same with lists", maxFilters)
		}
		inner := conditions{statement: c.statement}
		c.add("(")
		if err := inner.raises(&filters[i]); err != nil {
			return err
		}
		if !inner.joined {
			c.add("TRUE")
		}
		c.add(")")
	}
	if len(filters) == 0 {
		c.add("FALSE")
	}
	c.add(")")
	return nil
}

// areaIssues are the internal ids of all issues of the areas.
func (d *Directory) areaIssues(areas []string) ([]int64, error) {
	found := []int64{}
	for _, area := range areas {
		if err := d.Area(area); err != nil {
			return nil, err
		}
		for _, issue := range d.Issues {
			if issue.Area == area {
				found = append(found, issue.ID)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}

func (c *conditions) source(expr string, sources []string) {
	if sources == nil {
		return
	}
	folded := make([]string, len(sources))
	for i, source := range sources {
		folded[i] = fold(source)
	}
	c.and(expr+" IN (SELECT id FROM sources WHERE folded IN (SELECT value FROM json_each(?)))", list(folded))
}

func (c *conditions) days(expr string, since, until Date) error {
	if since != "" && until != "" && since > until {
		return invalidf("since %s is after until %s, and no day is both: exchange them", short(string(since)), short(string(until)))
	}
	for _, bound := range []struct {
		day        Date
		comparison string
	}{{since, " >= ?"}, {until, " <= ?"}} {
		if bound.day == "" {
			continue
		}
		if _, err := ParseDate(string(bound.day)); err != nil {
			return err
		}
		c.and(expr+bound.comparison, string(bound.day))
	}
	return nil
}

func (c *conditions) text(id, index string, text *string) error {
	if text == nil {
		return nil
	}
	match, err := c.match(fullText{*text, index})
	c.and(id+" IN (SELECT rowid FROM "+index+" WHERE "+index+" MATCH ?)", match)
	return err
}

// match is the full-text query for what was asked: as it is, or word by word once that was found to be no valid query.
func (s *statement) match(asked fullText) (string, error) {
	if strings.TrimSpace(asked.text) == "" {
		return "", errNoWord
	}
	s.texts = append(s.texts, asked)
	if !s.view.literal[asked] {
		return asked.text, nil
	}
	words := strings.Fields(strings.ReplaceAll(asked.text, "\x00", " "))
	for i, word := range words {
		words[i] = `"` + strings.ReplaceAll(word, `"`, `""`) + `"`
	}
	return strings.Join(words, " "), nil
}

var errNoWord = invalidf("the full-text condition holds no word to look for")

// articles adds the conditions of the filter on the articles a.
func (c *conditions) articles(f *ArticleFilter) error {
	directory := c.view.Directory
	for _, nodes := range []struct {
		names []string
		all   bool
		find  func(string) (*Node, error)
	}{{f.Mentions, false, directory.Party}, {f.MentionsAll, true, directory.Party}, {f.Issue, false, directory.Issue}} {
		if nodes.names == nil {
			continue
		}
		found, err := ids(nodes.names, nodes.find)
		if err != nil {
			return err
		}
		groups := [][]int64{found}
		if nodes.all {
			groups = slices.Collect(slices.Chunk(found, 1))
		}
		for _, group := range groups {
			c.and("EXISTS (SELECT 1 FROM article_nodes WHERE article_id = a.id AND ")
			anyOf(&conditions{statement: c.statement}, "node_id", group)
			c.add(")")
		}
	}
	c.source("a.source_id", f.Source)
	if err := c.days("a.published", f.Since, f.Until); err != nil {
		return err
	}
	return c.text("a.id", "articles_fts", f.Text)
}
