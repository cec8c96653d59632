package graph

import (
	"context"
	"database/sql/driver"
	"strconv"

	"demarche/db"
)

// item is one object of the answer, in whichever form it is known: a row, a node in memory, a value, or the name of
// something that a statement has yet to fetch. The zero item is null.
type item struct {
	row   []driver.Value
	node  *db.Node
	page  *page // of a connection, of its page info and of its edges
	at    int   // place of an edge in its page
	value any   // *db.Term, *db.Tie, *db.Path, *db.Subgraph, *db.Dataset; *db.GlobalID to fetch; error: why there is none
}

func (it *item) isNull() bool {
	return it.row == nil && it.node == nil && it.page == nil && it.value == nil
}

// failure is why there is no object, or nil.
func (it *item) failure() error {
	err, _ := it.value.(error)
	return err
}

// reference is the article or raise that is to be fetched, or nil.
func (it *item) reference() *db.GlobalID {
	id, _ := it.value.(*db.GlobalID)
	return id
}

// page is what a connection shows. Rows that stand for nodes and edges alike are in their items.
type page struct {
	items             []item
	hasNext, hasPrior bool
	total             int64
	cursor            func(it item) string
}

// object is a type of the schema: what each of its fields is made of.
type object map[string]field

// field is where a field's value comes from: exactly one of write, one, join, list, nodes and many is set. columns are
// those of the object's row that it needs; the functions find them at the places at.
type field struct {
	columns []string
	// cost is how many values it counts as, beside the one that it is.
	cost int

	// write appends a leaf's JSON.
	write func(out []byte, r *run, it item, at []int) []byte
	// one is another object, known in memory, or null.
	one func(r *run, it item, at []int, a arguments) item
	// join is another object in the same row: the step of db.Column's path that leads to it; the first of columns is
	// null where there is none.
	join string
	// list is several objects, known in memory.
	list func(r *run, it item, at []int, a arguments) []item
	// length is how many list may be, about; 0 where the object above is counted as all of them.
	length int
	// nodes is list where all of them are nodes.
	nodes func(it item, a arguments) []*db.Node
	// ofNode says that write's JSON depends on nothing but the node.
	ofNode bool
	// many is several objects that take a statement, once for all objects that the field is asked of.
	many *many
	// prepare runs before any of the answer is written, once for all objects that the field is asked of.
	prepare func(ctx context.Context, r *run, items []item) error
}

// many is a to-many relation.
type many struct {
	query   db.Query
	parent  func(it item, at []int) int64 // the internal id that rows hang on; nil for fields of Query
	extra   []string                      // columns of the rows that run needs
	run     func(ctx context.Context, r *run, c *compiled, a arguments, parents []int64) (results, error)
	node    func(r *run, row []driver.Value) item // what a row stands for
	length  func(a arguments) int                 // how many objects it may have at most; nil where that is not known
	connect bool                                  // whether it is a connection
	single  bool                                  // whether it is the one row, or null
}

// column is a leaf that is a column of the row.
func column(name string) field {
	return field{columns: []string{name}, write: func(out []byte, _ *run, it item, at []int) []byte {
		return appendValue(out, it.row[at[0]])
	}}
}

// long is a leaf of some thousand bytes.
func long(leaf field) field {
	leaf.cost = 99
	return leaf
}

// text is a leaf that is a text of a node in memory.
func text(get func(*db.Node) string) field {
	return field{ofNode: true, write: func(out []byte, _ *run, it item, _ []int) []byte { return appendText(out, get(it.node)) }}
}

// optional is a leaf that is a text of a node in memory, or null.
func optional(get func(*db.Node) string) field {
	return field{ofNode: true, write: func(out []byte, _ *run, it item, _ []int) []byte { return appendOptional(out, get(it.node)) }}
}

// texts is a leaf that is a list of texts of a node in memory.
func texts(get func(*db.Node) []string) field {
	return field{ofNode: true, write: func(out []byte, _ *run, it item, _ []int) []byte { return appendTexts(out, get(it.node)) }}
}

// node is the party, leader or issue whose internal id stands in the column.
func node(column string) field {
	return field{columns: []string{column}, one: func(r *run, it item, at []int, _ arguments) item {
		id, _ := it.row[at[0]].(int64)
		return item{node: r.view.Node(id)}
	}}
}

// of is a leaf made of a value in memory.
func of[T any](write func(out []byte, value T) []byte) field {
	return field{write: func(out []byte, _ *run, it item, _ []int) []byte { return write(out, it.value.(T)) }}
}

func number[T any](get func(T) int64) field {
	return of(func(out []byte, value T) []byte { return strconv.AppendInt(out, get(value), 10) })
}

func word[T any](get func(T) string) field {
	return of(func(out []byte, value T) []byte { return appendOptional(out, get(value)) })
}

func nodeID(it item, _ []int) int64 { return it.node.ID }

func rowID(it item, at []int) int64 { return it.row[at[0]].(int64) }

func rowItem(_ *run, row []driver.Value) item { return item{row: row} }

// nodeItem is the node whose internal id stands first in the row; the row goes along for the edge.
func nodeItem(r *run, row []driver.Value) item {
	id, _ := row[1].(int64)
	return item{node: r.view.Node(id), row: row}
}

// raises is a connection of raises that hang on the object; articles and nodes likewise.
func raises(link db.Link) field {
	return field{many: &many{query: db.Query{From: db.Raises, Link: link}, parent: nodeID, run: selectPages, node: rowItem, connect: true}}
}

func articles(link db.Link) field {
	return field{many: &many{query: db.Query{From: db.Articles, Link: link}, parent: nodeID, run: selectPages, node: rowItem, connect: true}}
}

func counts(from db.Relation, link db.Link, id string) field {
	return field{many: &many{query: db.Query{From: from, Link: link}, parent: nodeID, extra: []string{id, "raise_count"}, run: selectCounts, node: nodeItem, connect: true}}
}

func groups(from db.Relation) field {
	return field{many: &many{query: db.Query{From: from}, extra: []string{"sort"}, run: selectGroups, node: rowItem, connect: true}}
}

// ofArticle are the nodes of a kind that an article is about; fields for several kinds share a statement.
func ofArticle(kind db.NodeKind) field {
	return field{columns: []string{"id"}, many: &many{query: db.Query{From: db.ArticleNodes, Link: db.OfArticle}, parent: rowID,
		run: func(ctx context.Context, r *run, _ *compiled, _ arguments, parents []int64) (results, error) {
			return r.articleNodes(ctx, kind, parents)
		}}}
}

// catalog is a connection of nodes that are all in memory.
func catalog(list func(r *run, a arguments) ([]*db.Node, error)) field {
	return field{many: &many{connect: true, run: func(_ context.Context, r *run, c *compiled, a arguments, _ []int64) (results, error) {
		nodes, err := list(r, a)
		if err != nil {
			return results{}, err
		}
		return pageNodes(c, nodes, a)
	}}}
}

// lookup is a node in memory that an argument names.
func lookup(find func(r *run, a arguments) (*db.Node, error)) field {
	return field{one: func(r *run, _ item, _ []int, a arguments) item {
		found, err := find(r, a)
		if err != nil {
			return item{value: err}
		}
		return item{node: found}
	}}
}

// fields is the table: each type of the schema, each field of the type.
var fields = newFields()

func newFields() map[string]object {
	table := map[string]object{
		"Query": {
			"node":          {one: func(r *run, _ item, _ []int, a arguments) item { return reference(r, a.text("id")) }},
			"nodes":         {many: &many{run: runNodes, length: func(a arguments) int { return len(a.texts("ids")) }}},
			"issues":        {many: &many{query: db.Query{From: db.IssueCounts}, extra: []string{"issue_id", "raise_count"}, run: selectCounts, node: nodeItem, connect: true}},
			"raises":        {many: &many{query: db.Query{From: db.Raises}, run: selectPages, node: rowItem, connect: true}},
			"articles":      {many: &many{query: db.Query{From: db.Articles}, run: selectPages, node: rowItem, connect: true}},
			"countries":     catalog(func(r *run, _ arguments) ([]*db.Node, error) { return r.view.Countries, nil }),
			"organizations": catalog(func(r *run, _ arguments) ([]*db.Node, error) { return r.view.Organizations, nil }),
			"leaders":       catalog(leadersOf),
			"party":         lookup(func(r *run, a arguments) (*db.Node, error) { return r.view.Party(a.text("ref")) }),
			"country": lookup(func(r *run, a arguments) (*db.Node, error) {
				found, err := r.view.Party(a.text("ref"))
				if err == nil && found.Kind != db.CountryNode {
					return nil, nil
				}
				return found, err
			}),
			"leader":  lookup(func(r *run, a arguments) (*db.Node, error) { return r.view.Leader(a.text("slug")) }),
			"issue":   lookup(func(r *run, a arguments) (*db.Node, error) { return r.view.Issue(a.text("slug")) }),
			"article": {many: &many{query: db.Query{From: db.ArticleByExternalID}, run: selectRows, node: rowItem, single: true}},
			"search":  {many: &many{run: runSearch, node: searchItem, connect: true}},

			"raiseStats":   groups(db.RaiseGroups),
			"articleStats": groups(db.ArticleGroups),
			"dataset":      {many: &many{run: runDataset, single: true}},
			"paths": {many: &many{run: runPaths, length: func(a arguments) int {
				first, _ := a.number("first")
				return first * maxPathLength
			}}},
			"neighborhood": {many: &many{run: runNeighborhood, single: true, length: func(a arguments) int {
				limit, _ := a.number("limit")
				return limit * assumedListLength // links, of which each node has some
			}}},
		},
		"Subscription": {
			// Raises come as they are committed: subscription.read runs the statement.
			"raiseAdded": {many: &many{query: db.Query{From: db.NewRaises}, extra: []string{"batch", "id"}, node: rowItem, single: true,
				length: func(arguments) int { return maxPage }}},
		},
		"Leader": {
			"id":      text(func(n *db.Node) string { return n.GlobalID }),
			"slug":    text(func(n *db.Node) string { return n.Key }),
			"name":    text(func(n *db.Node) string { return n.Name }),
			"aliases": texts(func(n *db.Node) []string { return n.Aliases }),
			"party":   {one: func(_ *run, it item, _ []int, _ arguments) item { return item{node: it.node.Party} }},
			"offices": {length: officesOfLeader, list: func(_ *run, it item, _ []int, _ arguments) []item {
				items := make([]item, len(it.node.Offices))
				for i, term := range it.node.Offices {
					items[i] = item{value: term}
				}
				return items
			}},
			"raises":   raises(db.OfSpeaker),
			"articles": articles(db.AboutNode),
		},
		"Office": {
			"title": word(func(t *db.Term) string { return t.Title }),
			"party": {one: func(_ *run, it item, _ []int, _ arguments) item { return item{node: it.value.(*db.Term).Party} }},
			"since": word(func(t *db.Term) string { return string(t.Since) }),
			"until": word(func(t *db.Term) string { return string(t.Until) }),
		},
		"Issue": {
			"id":          text(func(n *db.Node) string { return n.GlobalID }),
			"slug":        text(func(n *db.Node) string { return n.Key }),
			"name":        text(func(n *db.Node) string { return n.Name }),
			"description": text(func(n *db.Node) string { return n.Description }),
			"area":        text(func(n *db.Node) string { return n.Area }),
			"raises":      raises(db.OfIssue),
			"articles":    articles(db.AboutNode),
		},
		"Article": {
			"id": {columns: []string{"id"}, write: func(out []byte, _ *run, it item, at []int) []byte {
				return append(db.AppendArticleID(append(out, '"'), it.row[at[0]].(int64)), '"')
			}},
			"externalId":    column("external_id"),
			"title":         column("title"),
			"summary":       column("summary"),
			"text":          long(column("text")),
			"url":           column("url"),
			"source":        column("source"),
			"published":     column("published"),
			"countries":     ofArticle(db.CountryNode),
			"organizations": ofArticle(db.OrganizationNode),
			"leaders":       ofArticle(db.LeaderNode),
			"issues":        ofArticle(db.IssueNode),
			"raises": {columns: []string{"id"}, many: &many{query: db.Query{From: db.Raises, Link: db.OfArticle},
				parent: rowID, run: selectPages, node: rowItem, connect: true}},
			"mentions": {columns: []string{"id"}, many: &many{query: db.Query{From: db.Mentions, Link: db.OfArticle},
				parent: rowID, run: selectRows, node: rowItem}},
			"copyOf": {columns: []string{"copy_of_id"}, join: "copy"},
		},
		"Mention": {
			"node":  node("node_id"),
			"part":  column("part"),
			"text":  column("span_text"),
			"start": column("span_start"),
			"end":   column("span_end"),
		},
		"Raise": {
			"id":          {columns: []string{"article_id", "by_id", "with_id", "issue_id"}, write: writeRaiseID},
			"by":          node("by_id"),
			"with":        node("with_id"),
			"issue":       node("issue_id"),
			"act":         column("act"),
			"modality":    column("modality"),
			"speaker":     node("speaker_id"),
			"article":     {columns: []string{"article_id"}, join: "article"},
			"part":        column("part"),
			"quote":       column("quote"),
			"start":       column("quote_start"),
			"end":         column("quote_end"),
			"on":          column("said_on"),
			"confidence":  column("confidence"),
			"explanation": column("explanation"),
			"evidence": {columns: []string{"id"}, many: &many{query: db.Query{From: db.RaiseEvidence, Link: db.OfRaise},
				parent: rowID, run: selectRows, node: rowItem}},
		},
		"Evidence": {
			"part":  column("part"),
			"quote": column("quote"),
			"start": column("quote_start"),
			"end":   column("quote_end"),
		},
		"RaiseGroup": {
			"by":           node("by_id"),
			"with":         node("with_id"),
			"issue":        node("issue_id"),
			"area":         column("area"),
			"act":          column("act"),
			"modality":     column("modality"),
			"speaker":      node("speaker_id"),
			"source":       column("source"),
			"period":       column("period"),
			"raiseCount":   column("raise_count"),
			"storyCount":   column("story_count"),
			"articleCount": column("article_count"),
			"sourceCount":  column("source_count"),
			"share":        column("share"),
			"firstOn":      column("first_on"),
			"lastOn":       column("last_on"),
		},
		"ArticleGroup": {
			"source":       column("source"),
			"period":       column("period"),
			"articleCount": column("article_count"),
			"storyCount":   column("story_count"),
		},
		"Dataset": {
			"articleCount":         number(func(d *db.Dataset) int64 { return d.Articles }),
			"raiseCount":           number(func(d *db.Dataset) int64 { return d.Raises }),
			"foreignLanguageCount": number(func(d *db.Dataset) int64 { return d.Foreign }),
			"undatedCount":         number(func(d *db.Dataset) int64 { return d.Undated }),
			"since":                word(func(d *db.Dataset) string { return string(d.Since) }),
			"until":                word(func(d *db.Dataset) string { return string(d.Until) }),
			"version":              of(func(out []byte, d *db.Dataset) []byte { return appendText(out, d.Version) }),
			"extractorVersion":     of(func(out []byte, d *db.Dataset) []byte { return appendText(out, d.ExtractorVersion) }),
			"seedsVersion":         of(func(out []byte, d *db.Dataset) []byte { return appendText(out, d.SeedsVersion) }),
			"precision":            measured(func(d *db.Dataset) *float64 { return d.Precision }),
			"recall":               measured(func(d *db.Dataset) *float64 { return d.Recall }),
		},
		"Path": {
			"nodes": {list: func(_ *run, it item, _ []int, _ arguments) []item { return vertices(it.value.(*db.Path).Vertices) }},
			"links": {list: func(_ *run, it item, _ []int, _ arguments) []item { return ties(it.value.(*db.Path).Ties) }},
		},
		"Subgraph": {
			"nodes": {list: func(_ *run, it item, _ []int, _ arguments) []item {
				return vertices(it.value.(*db.Subgraph).Vertices)
			}},
			"links": {list: func(_ *run, it item, _ []int, _ arguments) []item { return ties(it.value.(*db.Subgraph).Ties) }},
		},
		"Link": {
			"source":     {one: func(_ *run, it item, _ []int, _ arguments) item { return vertex(it.value.(*db.Tie).Source) }},
			"target":     {one: func(_ *run, it item, _ []int, _ arguments) item { return vertex(it.value.(*db.Tie).Target) }},
			"raiseCount": number(func(t *db.Tie) int64 { return t.RaiseCount }),
			"issues":     {prepare: prepareTies, length: issuesOfLink, nodes: func(it item, _ arguments) []*db.Node { return it.value.(*db.Tie).Issues }},
		},
		"PageInfo": {
			"hasNextPage":     boolean(func(p *page) bool { return p.hasNext }),
			"hasPreviousPage": boolean(func(p *page) bool { return p.hasPrior }),
			"startCursor":     end(func(p *page) int { return 0 }),
			"endCursor":       end(func(p *page) int { return len(p.items) - 1 }),
		},
	}
	party := func() object {
		return object{
			"id":           text(func(n *db.Node) string { return n.GlobalID }),
			"code":         text(func(n *db.Node) string { return n.Key }),
			"name":         text(func(n *db.Node) string { return n.Name }),
			"aliases":      texts(func(n *db.Node) []string { return n.Aliases }),
			"raises":       raises(db.ByParty),
			"raisedBy":     raises(db.WithParty),
			"counterparts": counts(db.Counterparts, db.ByParty, "with_id"),
			"articles":     articles(db.AboutNode),
		}
	}
	country, organization := party(), party()
	country["alpha3"] = text(func(n *db.Node) string { return n.Alpha3 })
	country["demonyms"] = texts(func(n *db.Node) []string { return n.Demonyms })
	country["capital"] = optional(func(n *db.Node) string { return n.Capital })
	country["region"] = optional(func(n *db.Node) string { return n.Region })
	country["leaders"] = field{length: leadersOfCountry, nodes: func(it item, a arguments) []*db.Node { return it.node.Leaders(db.Date(a.text("on"))) }}
	organization["members"] = field{length: membersOfIt, nodes: func(it item, _ arguments) []*db.Node { return it.node.Members }}
	table["Country"], table["Organization"] = country, organization

	for _, name := range []string{"Raise", "Article", "Country", "Organization", "Leader", "Issue", "Counterpart", "Search", "RaiseGroup", "ArticleGroup"} {
		table[name+"Connection"] = object{
			"edges": {list: func(_ *run, it item, _ []int, _ arguments) []item { return edges(it.page) }},
			"nodes": {list: func(_ *run, it item, _ []int, _ arguments) []item { return it.page.items }},
			"pageInfo": {one: func(_ *run, it item, _ []int, _ arguments) item {
				return item{page: it.page}
			}},
			"totalCount": {write: func(out []byte, _ *run, it item, _ []int) []byte { return strconv.AppendInt(out, it.page.total, 10) }},
		}
		table[name+"Edge"] = object{
			"cursor": {write: func(out []byte, _ *run, it item, _ []int) []byte { return appendText(out, it.page.cursor(it)) }},
			"node":   {one: func(_ *run, it item, _ []int, _ arguments) item { return it.page.items[it.at] }},
		}
	}
	for edge, columns := range map[string]map[string]string{
		"IssueEdge": {"raiseCount": "raise_count", "storyCount": "story_count", "articleCount": "article_count",
			"sourceCount": "source_count", "firstOn": "first_on", "lastOn": "last_on"},
		"CounterpartEdge": {"raiseCount": "raise_count", "storyCount": "story_count", "articleCount": "article_count",
			"issueCount": "issue_count", "lastOn": "last_on"},
	} {
		for name, of := range columns {
			table[edge][name] = column(of)
		}
	}
	place := func(i int) field {
		return field{write: func(out []byte, _ *run, it item, _ []int) []byte { return appendValue(out, it.row[i]) }}
	}
	addIntrospection(table)
	table["SearchEdge"]["score"], table["SearchEdge"]["snippet"] = place(db.SearchScore), place(db.SearchSnippet)
	return table
}

func writeRaiseID(out []byte, r *run, it item, at []int) []byte {
	key := func(i int) string {
		id, _ := it.row[at[i]].(int64)
		if found := r.view.Node(id); found != nil {
			return found.Key
		}
		return ""
	}
	return append(db.AppendRaiseID(append(out, '"'), it.row[at[0]].(int64), key(1), key(2), key(3)), '"')
}

func measured(get func(*db.Dataset) *float64) field {
	return of(func(out []byte, d *db.Dataset) []byte {
		if value := get(d); value != nil {
			return appendFloat(out, *value)
		}
		return append(out, "null"...)
	})
}

func boolean(get func(*page) bool) field {
	return field{write: func(out []byte, _ *run, it item, _ []int) []byte { return strconv.AppendBool(out, get(it.page)) }}
}

// end is the cursor of the first or last row of a page, null where it has none.
func end(place func(*page) int) field {
	return field{write: func(out []byte, _ *run, it item, _ []int) []byte {
		if len(it.page.items) == 0 {
			return append(out, "null"...)
		}
		return appendText(out, it.page.cursor(it.page.items[place(it.page)]))
	}}
}

func edges(p *page) []item {
	items := make([]item, len(p.items))
	for i := range items {
		items[i] = item{row: p.items[i].row, node: p.items[i].node, page: p, at: i}
	}
	return items
}

func nodeItems(nodes []*db.Node) []item {
	items := make([]item, len(nodes))
	for i, n := range nodes {
		items[i] = item{node: n}
	}
	return items
}

func vertex(v db.Vertex) item {
	if v.Node != nil {
		return item{node: v.Node}
	}
	return article(v.Article)
}

func vertices(all []db.Vertex) []item {
	items := make([]item, len(all))
	for i, v := range all {
		items[i] = vertex(v)
	}
	return items
}

func ties(all []db.Tie) []item {
	items := make([]item, len(all))
	for i := range all {
		items[i] = item{value: &all[i]}
	}
	return items
}

// article is the article with the internal id.
func article(id int64) item { return item{value: &db.GlobalID{Kind: db.ArticleNode, Article: id}} }

// reference is the node that an opaque id names, or null; an article or raise may yet turn out not to exist.
func reference(r *run, id string) item {
	parsed, err := db.ParseID(id)
	switch {
	case err != nil:
		return item{value: err}
	case parsed.Kind == db.ArticleNode || parsed.Kind == db.RaiseNode:
		return item{value: &parsed}
	default:
		return item{node: r.view.Find(parsed)}
	}
}
