package db

import (
	"context"
	"database/sql/driver"
	"html"
	"strconv"
	"strings"
)

// Search asks for nodes by words of theirs.
type Search struct {
	Text  string
	Kinds []NodeKind // CountryNode, OrganizationNode, LeaderNode, IssueNode, ArticleNode; nil for all
	Page  Page
}

// Columns of a search's rows. Behind them stands what the cursor is made of.
const (
	SearchKind    = 1 // NodeKind
	SearchID      = 2 // internal id
	SearchScore   = 3 // the larger the better
	SearchSnippet = 4 // HTML: words that match between <mark> and </mark>
	searchSort    = 5
)

// A name that matches says more than a word in a description or far down in a text.
const (
	nodeScore    = "-bm25(nodes_fts, 10.0, 6.0, 1.0)"
	articleScore = "-bm25(articles_fts, 4.0, 2.0, 1.0)"
)

// Search runs a full-text search, best match first; rows as in Select, with the columns above.
func (v *View) Search(ctx context.Context, q Search) (*Rows, error) {
	found, err := v.run(ctx, func(s *statement) error { return s.search(q) })
	if err != nil {
		return nil, err
	}
	for i := range found.Len() {
		row := found.Row(i)
		snippet, _ := row[SearchSnippet].(string)
		row[SearchSnippet] = highlight(snippet)
	}
	return found, nil
}

// SearchCursor is the cursor of a row that Search returned.
func SearchCursor(row []driver.Value) string {
	return EncodeCursor("SEARCH", strconv.FormatFloat(row[SearchScore].(float64), 'g', -1, 64), row[searchSort].(string))
}

// highlight escapes a snippet whose matches stand between the controls STX and ETX.
func highlight(snippet string) string {
	snippet = strings.ReplaceAll(html.EscapeString(snippet), "\n", " · ")
	return strings.NewReplacer("\x02", "<mark>", "\x03", "</mark>").Replace(snippet)
}

// CountSearch counts all matches in one statement; rows as those of Count.
func (v *View) CountSearch(ctx context.Context, q Search) (*Rows, error) {
	return v.run(ctx, func(s *statement) error {
		match, err := s.match(q.fullText())
		s.add("SELECT 0, (SELECT count(*) FROM nodes_fts CROSS JOIN nodes ON id = nodes_fts.rowid WHERE nodes_fts MATCH ? AND kind IN "+
			"(SELECT value FROM json_each(?)))", match, list(q.nodeKinds()))
		if q.articles() {
			s.add(" + (SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?)", match)
		}
		return err
	})
}

// fullText is the one condition of both indexes: it is read in the same way in both.
func (q Search) fullText() fullText { return fullText{q.Text, "nodes_fts articles_fts"} }

func (q Search) articles() bool {
	for _, kind := range q.Kinds {
		if kind == ArticleNode {
			return true
		}
	}
	return q.Kinds == nil
}

func (q Search) nodeKinds() []string {
	kinds := []string{}
	for _, kind := range q.Kinds {
		kinds = append(kinds, string(kind))
	}
	if q.Kinds == nil {
		for _, kind := range []NodeKind{CountryNode, OrganizationNode, LeaderNode, IssueNode} {
			kinds = append(kinds, string(kind))
		}
	}
	return kinds
}

// search finds and ranks first, and cuts snippets of the page's rows alone.
func (s *statement) search(q Search) error {
	order, worse, better := " ORDER BY score DESC, sort", "<", ">"
	from, to := q.Page.After, q.Page.Before
	if q.Page.Backward {
		order = " ORDER BY score, sort DESC"
	}
	where := conditions{statement: s}
	bound := func() error {
		for _, side := range []struct{ cursor, score, sort string }{{from, worse, better}, {to, better, worse}} {
			if side.cursor == "" {
				continue
			}
			parts, err := DecodeCursor(side.cursor, "SEARCH", 2)
			if err != nil {
				return err
			}
			score, err := strconv.ParseFloat(parts[0], 64)
			if err != nil {
				return invalidf("%q is no cursor of this list", short(side.cursor))
			}
			where.and("(score "+side.score+" ? OR score"+equals+" AND sort "+side.sort+" ?)", score, score, parts[1])
		}
		if !where.joined {
			s.add("TRUE")
		}
		return nil
	}
	match, err := s.match(q.fullText())
	if err != nil {
		return err
	}
	s.add(`SELECT 0, kind, id, score, CASE kind WHEN 'ARTICLE'
			THEN (SELECT snippet(articles_fts, -1, char(2), char(3), '…', 24) FROM articles_fts WHERE articles_fts MATCH ? AND rowid = id)
			ELSE (SELECT snippet(nodes_fts, -1, char(2), char(3), '…', 24) FROM nodes_fts WHERE nodes_fts MATCH ? AND rowid = id) END,
			sort
		FROM (SELECT * FROM (SELECT kind, id, `+nodeScore+` AS score, kind || ':' || key AS sort
			FROM nodes_fts CROSS JOIN nodes ON id = nodes_fts.rowid
			WHERE nodes_fts MATCH ? AND kind IN (SELECT value FROM json_each(?))`, match, match, match, list(q.nodeKinds()))
	if q.articles() {
		s.add(" UNION ALL SELECT 'ARTICLE', rowid, "+articleScore+", 'ARTICLE:' || printf('%013x', rowid) FROM articles_fts WHERE articles_fts MATCH ?", match)
	}
	s.add(") WHERE ")
	if err := bound(); err != nil {
		return err
	}
	s.add(order)
	s.limit(q.Page)
	s.add(")" + order)
	return nil
}
