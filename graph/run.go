package graph

import (
	"bytes"
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"demarche/db"
)

// run is one execution of a plan on one snapshot of the graph. First all statements run, each level once for all
// objects above it; then the answer is written, depth first.
type run struct {
	schema    *schema
	view      *db.View
	plan      *plan
	variables map[string]any

	results   []results                        // of each to-many field
	fetched   []map[db.GlobalID][]driver.Value // of each fetch
	unfetched map[*fetch]error                 // fetches that failed
	about     []subjects                       // of the lists of articles that were asked for
	arguments map[*compiled]arguments
	written   map[*selection]map[*db.Node][]byte // of lists of nodes, whose JSON is made once
	failures  map[*compiled]error
	faults    []*fault
}

// results are what a to-many field is of each object that it was asked of, by the internal id that rows hang on. Most
// fields are asked of one.
type results struct {
	only item
	many map[int64]item
}

// newResults begins one for each of the ids.
func newResults(ids []int64, begin func(id int64) item) results {
	if len(ids) == 1 {
		return results{only: begin(ids[0])}
	}
	found := results{many: make(map[int64]item, len(ids))}
	for _, id := range ids {
		found.many[id] = begin(id)
	}
	return found
}

func (r *results) of(id int64) item {
	if r.many == nil {
		return r.only
	}
	return r.many[id]
}

func (r *results) all(yield func(item) bool) {
	if r.many == nil {
		yield(r.only)
		return
	}
	for _, it := range r.many {
		if !yield(it) {
			return
		}
	}
}

// begin makes room for what statements find.
func (r *run) begin() {
	r.results = make([]results, r.plan.results)
	r.fetched = make([]map[db.GlobalID][]driver.Value, r.plan.fetches)
	r.failures, r.unfetched = map[*compiled]error{}, map[*fetch]error{}
}

// answer runs the plan and appends the JSON of its data.
func (r *run) answer(ctx context.Context, out []byte) []byte {
	r.begin()
	r.gather(ctx, r.plan.root, []item{{}})
	start := len(out)
	out, written := r.object(out, r.plan.root, item{})
	if !written {
		out = append(out[:start], "null"...)
	}
	return out
}

// argumentsOf evaluates a field's arguments once.
func (r *run) argumentsOf(c *compiled) (arguments, error) {
	if c.settled != nil {
		return c.settled, nil
	}
	a, known := r.arguments[c]
	if known {
		return a, nil
	}
	a, err := coerce(r.schema.Schema(), c.ast, r.variables)
	if err == nil {
		r.arguments[c] = a
	}
	return a, err
}

// gather runs the statements below a shape for all objects that have it.
func (r *run) gather(ctx context.Context, s *shape, items []item) {
	if !s.deep || len(items) == 0 {
		return
	}
	if s.single != nil {
		r.gatherFields(ctx, part{s.single, items})
		return
	}
	byKind := map[db.NodeKind][]item{}
	articles, raises := []int64{}, []db.GlobalID{}
	for _, it := range items {
		if it.node != nil {
			byKind[it.node.Kind] = append(byKind[it.node.Kind], it)
			continue
		}
		switch id := it.reference(); {
		case id == nil:
		case id.Kind == db.ArticleNode:
			articles = append(articles, id.Article)
		default:
			raises = append(raises, *id)
		}
	}
	var parts []part
	for _, kind := range concreteKinds {
		if found := s.byKind[kind]; found != nil && len(byKind[kind]) > 0 {
			parts = append(parts, part{found, byKind[kind]})
		}
	}
	r.gatherFields(ctx, parts...)
	slices.Sort(articles)
	r.fetch(ctx, s.articles, len(articles), func(q *db.Query) { q.Parents = slices.Compact(articles) })
	r.fetch(ctx, s.raises, len(raises), func(q *db.Query) { q.Keys = raises })
}

// fetch runs the statement of articles or raises by their ids.
func (r *run) fetch(ctx context.Context, f *fetch, count int, fill func(*db.Query)) {
	if f == nil || count == 0 {
		return
	}
	query := f.level.query
	fill(&query)
	found := map[db.GlobalID][]driver.Value{}
	r.fetched[f.index] = found
	rows, err := r.view.Select(ctx, &query)
	if err != nil {
		r.unfetched[f] = err
		return
	}
	items := make([]item, rows.Len())
	for i := range items {
		row := rows.Row(i)
		found[f.key(r, row)] = row
		items[i] = item{row: row}
	}
	r.gatherFields(ctx, part{f.selection, items})
}

func (f *fetch) key(r *run, row []driver.Value) db.GlobalID {
	article, _ := row[f.at[0]].(int64)
	if f.level.query.From == db.ArticlesByID {
		return db.GlobalID{Kind: db.ArticleNode, Article: article}
	}
	key := func(i int) string {
		id, _ := row[f.at[i]].(int64)
		if found := r.view.Node(id); found != nil {
			return found.Key
		}
		return ""
	}
	return db.GlobalID{Kind: db.RaiseNode, Article: article, By: key(1), With: key(2), Issue: key(3)}
}

// part is a selection and the objects that have it.
type part struct {
	selection *selection
	items     []item
}

// gatherFields runs the statements of fields. Countries and organizations share those of their interface: such a
// field is asked once for both.
func (r *run) gatherFields(ctx context.Context, parts ...part) {
	if len(parts) == 1 {
		for _, c := range parts[0].selection.fields {
			if c.deep {
				r.gatherField(ctx, c, parts[0].items)
			}
		}
		return
	}
	var order []*compiled
	items := map[*compiled][]item{}
	for _, p := range parts {
		for _, c := range p.selection.fields {
			if !c.deep {
				continue
			}
			if items[c] == nil {
				order = append(order, c)
			}
			items[c] = append(items[c], p.items...)
		}
	}
	for _, c := range order {
		r.gatherField(ctx, c, items[c])
	}
}

func (r *run) gatherField(ctx context.Context, c *compiled, items []item) {
	if c.field.prepare != nil {
		if err := c.field.prepare(ctx, r, items); err != nil {
			r.failures[c] = err
			return
		}
	}
	if c.field.many != nil || c.shape.deep {
		r.gather(ctx, c.shape, r.children(ctx, c, items))
	}
}

// children are all objects of a field below the given ones.
func (r *run) children(ctx context.Context, c *compiled, items []item) []item {
	var children []item
	a, err := r.argumentsOf(c)
	if err != nil {
		r.failures[c] = err
		return nil
	}
	if c.field.many != nil {
		results, err := r.ask(ctx, c, a, items)
		if err != nil {
			r.failures[c] = err
			return nil
		}
		r.results[c.index] = results
		items = nil // they are all asked
		if !c.shape.deep {
			return nil // nobody asks for more of them
		}
		for result := range results.all {
			if c.isList {
				children = append(children, result.page.items...)
			} else {
				children = append(children, result)
			}
		}
	}
	// Neither nulls nor failures have anything below them.
	for _, it := range items {
		switch {
		case c.field.list != nil:
			children = append(children, c.field.list(r, it, c.at, a)...)
		case c.field.nodes != nil:
			children = append(children, nodeItems(c.field.nodes(it, a))...)
		case c.field.join != "":
			if it.row[c.at[0]] != nil {
				children = append(children, it)
			}
		default:
			children = append(children, c.field.one(r, it, c.at, a))
		}
	}
	return slices.DeleteFunc(children, func(it item) bool { return it.isNull() || it.failure() != nil })
}

// ask answers a to-many field for all objects at once.
func (r *run) ask(ctx context.Context, c *compiled, a arguments, items []item) (results, error) {
	if err := ctx.Err(); err != nil {
		return results{}, err
	}
	parents := []int64{0}
	if c.field.many.query.Link != db.NoLink {
		parents = make([]int64, len(items))
		for i, it := range items {
			parents[i] = c.field.many.parent(it, c.at)
		}
		slices.Sort(parents)
		parents = slices.Compact(parents)
	}
	return c.field.many.run(ctx, r, c, a, parents)
}

// object writes an object, or null where it turns out not to exist; false says that a field that must not be null
// failed.
func (r *run) object(out []byte, s *shape, it item) ([]byte, bool) {
	if s.single != nil {
		return r.fields(out, s.single, it)
	}
	if it.node != nil {
		return r.fields(out, s.byKind[it.node.Kind], it)
	}
	key := it.reference()
	f := s.fetch(key)
	if row := r.fetched[f.index][*key]; row != nil {
		return r.fields(out, f.selection, item{row: row})
	}
	return append(out, "null"...), true
}

func (s *shape) fetch(id *db.GlobalID) *fetch {
	if id.Kind == db.ArticleNode {
		return s.articles
	}
	return s.raises
}

func (r *run) fields(out []byte, s *selection, it item) ([]byte, bool) {
	out = append(out, '{')
	for i, c := range s.fields {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, c.key...)
		start, before := len(out), len(r.faults)
		var written bool
		out, written = r.field(out, c, it)
		if written && c.nonNull && bytes.Equal(out[start:], []byte("null")) {
			written = r.fail(c, errors.New("a field that is never null has no value"))
		}
		for _, fault := range r.faults[before:] {
			fault.under(ast.PathName(c.name))
		}
		if !written {
			out = append(out[:start], "null"...)
			if c.nonNull {
				return out, false
			}
		}
	}
	return append(out, '}'), true
}

// fail notes an error at the field; the path is completed on the way out.
func (r *run) fail(c *compiled, err error) bool {
	r.faults = append(r.faults, &fault{err: err, at: c.ast.Position})
	return false
}

func (r *run) field(out []byte, c *compiled, it item) ([]byte, bool) {
	if c.constant != nil {
		return append(out, c.constant...), true
	}
	if err := r.failures[c]; err != nil {
		return out, r.fail(c, err)
	}
	switch {
	case c.field.write != nil:
		return c.field.write(out, r, it, c.at), true
	case c.field.many != nil:
		key := int64(0)
		if c.field.many.query.Link != db.NoLink {
			key = c.field.many.parent(it, c.at)
		}
		result := r.results[c.index].of(key)
		if c.isList {
			return r.list(out, c, result.page.items)
		}
		return r.one(out, c, result)
	case c.field.join != "":
		if it.row[c.at[0]] == nil {
			return append(out, "null"...), true
		}
		return r.object(out, c.shape, it)
	}
	a, err := r.argumentsOf(c)
	if err != nil {
		return out, r.fail(c, err)
	}
	switch {
	case c.field.list != nil:
		return r.list(out, c, c.field.list(r, it, c.at, a))
	case c.field.nodes != nil && c.shape.single != nil && c.shape.single.ofNode:
		return r.nodes(out, c.shape.single, c.field.nodes(it, a)), true
	case c.field.nodes != nil:
		return r.list(out, c, nodeItems(c.field.nodes(it, a)))
	}
	return r.one(out, c, c.field.one(r, it, c.at, a))
}

// nodes writes a list of nodes, the JSON of each of which is made once. A drawing names some dozens of issues thousands of times.
func (r *run) nodes(out []byte, s *selection, nodes []*db.Node) []byte {
	written := r.written[s]
	if written == nil {
		written = map[*db.Node][]byte{}
		if r.written == nil {
			r.written = map[*selection]map[*db.Node][]byte{}
		}
		r.written[s] = written
	}
	out = append(out, '[')
	for i, node := range nodes {
		if i > 0 {
			out = append(out, ',')
		}
		text, known := written[node]
		if !known {
			text, _ = r.fields(nil, s, item{node: node}) // nothing of it can fail
			written[node] = text
		}
		out = append(out, text...)
	}
	return append(out, ']')
}

func (r *run) one(out []byte, c *compiled, it item) ([]byte, bool) {
	if err := it.failure(); err != nil {
		return out, r.fail(c, err)
	}
	if it.isNull() {
		return append(out, "null"...), true
	}
	if id := it.reference(); id != nil {
		if err := r.unfetched[c.shape.fetch(id)]; err != nil {
			return out, r.fail(c, err)
		}
	}
	return r.object(out, c.shape, it)
}

func (r *run) list(out []byte, c *compiled, items []item) ([]byte, bool) {
	out = append(out, '[')
	for i, it := range items {
		if len(out) > r.schema.options.MaxAnswer {
			return out, r.fail(c, limitf("the answer has more than %d bytes: ask for fewer fields or smaller pages", r.schema.options.MaxAnswer))
		}
		if i > 0 {
			out = append(out, ',')
		}
		start, before := len(out), len(r.faults)
		var written bool
		out, written = r.one(out, c, it)
		if written && c.itemNonNull && bytes.Equal(out[start:], []byte("null")) {
			written = r.fail(c, errors.New("an element that is never null has no value"))
		}
		for _, fault := range r.faults[before:] {
			fault.under(ast.PathIndex(i))
		}
		if !written {
			out = append(out[:start], "null"...)
			if c.itemNonNull {
				return out, false
			}
		}
	}
	return append(out, ']'), true
}

// selectRows answers a field without pages: all rows of each parent.
func selectRows(ctx context.Context, r *run, c *compiled, a arguments, parents []int64) (results, error) {
	query := c.level.query
	query.Parents = parents
	if err := a.fill(&query); err != nil {
		return results{}, err
	}
	rows, err := r.view.Select(ctx, &query)
	if err != nil {
		return results{}, err
	}
	if c.field.many.single {
		if rows.Len() == 0 {
			return results{}, nil
		}
		return results{only: c.field.many.node(r, rows.Row(0))}, nil
	}
	all := newResults(parents, func(int64) item { return item{page: &page{}} })
	for i := range rows.Len() {
		row := rows.Row(i)
		found := all.of(row[0].(int64)).page
		found.items = append(found.items, c.field.many.node(r, row))
	}
	return all, nil
}

// subjects are what a list of articles is about, by kind and key.
type subjects struct {
	articles []int64
	nodes    results
}

// subjects reads what articles are about: one statement, whichever fields ask for it.
func (r *run) subjects(ctx context.Context, articles []int64) (results, error) {
	for _, known := range r.about {
		if slices.Equal(known.articles, articles) {
			return known.nodes, nil
		}
	}
	rows, err := r.view.Select(ctx, &db.Query{From: db.ArticleNodes, Link: db.OfArticle, Parents: articles, Columns: []db.Column{{Name: "node_id"}}})
	if err != nil {
		return results{}, err
	}
	about := newResults(articles, func(int64) item { return item{page: &page{}} })
	if len(articles) == 1 {
		about.only.page.items = make([]item, 0, rows.Len())
	}
	for i := range rows.Len() {
		row := rows.Row(i)
		found := about.of(row[0].(int64)).page
		found.items = append(found.items, item{node: r.view.Node(row[1].(int64))})
	}
	for of := range about.all {
		slices.SortFunc(of.page.items, func(a, b item) int {
			return cmp.Or(cmp.Compare(a.node.Kind, b.node.Kind), cmp.Compare(a.node.Key, b.node.Key))
		})
	}
	r.about = append(r.about, subjects{articles, about})
	return about, nil
}

// articleNodes are the nodes of a kind that articles are about.
func (r *run) articleNodes(ctx context.Context, kind db.NodeKind, articles []int64) (results, error) {
	about, err := r.subjects(ctx, articles)
	if err != nil {
		return results{}, err
	}
	return newResults(articles, func(article int64) item {
		nodes := about.of(article).page.items
		from := 0
		for from < len(nodes) && nodes[from].node.Kind < kind {
			from++
		}
		to := from
		for to < len(nodes) && nodes[to].node.Kind == kind {
			to++
		}
		return item{page: &page{items: nodes[from:to:to]}}
	}), nil
}

// wantsRows reports whether a connection's rows are to be read: not where its length alone is selected. A cursor is
// followed all the same, and conditions are tried where nothing is selected at all, so that wrong ones are refused.
func (c *compiled) wantsRows(asked db.Page) bool {
	return c.wants["edges"] || c.wants["nodes"] || c.wants["pageInfo"] || asked.After != "" || asked.Before != "" || !c.wants["totalCount"]
}

// selectPages answers a connection whose pages SQL cuts: one row more than the page says whether there are more.
func selectPages(ctx context.Context, r *run, c *compiled, a arguments, parents []int64) (results, error) {
	query := c.level.query
	query.Parents = parents
	if err := a.fill(&query); err != nil {
		return results{}, err
	}
	all := newResults(parents, func(int64) item { return item{page: &page{cursor: c.cursor(&query)}} })
	if c.wantsRows(query.Page) {
		rows, err := r.view.Select(ctx, &query)
		if err != nil {
			return results{}, err
		}
		if len(parents) == 1 {
			all.only.page.items = make([]item, 0, rows.Len())
		}
		for i := range rows.Len() {
			row := rows.Row(i)
			found := all.of(row[0].(int64)).page
			found.items = append(found.items, c.field.many.node(r, row))
		}
	}
	for result := range all.all {
		result.page.trim(query.Page)
	}
	return all, r.total(ctx, c, &query, &all)
}

// total counts the lists where that is selected.
func (r *run) total(ctx context.Context, c *compiled, query *db.Query, all *results) error {
	if !c.wants["totalCount"] {
		return nil
	}
	rows, err := r.view.Count(ctx, query)
	if err != nil {
		return err
	}
	for i := range rows.Len() {
		row := rows.Row(i)
		all.of(row[0].(int64)).page.total = row[1].(int64)
	}
	return nil
}

// trim drops the row beyond the page, notes on which sides there is more, and turns what was read from the end.
func (p *page) trim(asked db.Page) {
	more := len(p.items) > asked.Limit
	if more {
		p.items = p.items[:asked.Limit]
	}
	p.hasNext, p.hasPrior = more, asked.After != ""
	if asked.Backward {
		slices.Reverse(p.items)
		p.hasNext, p.hasPrior = asked.Before != "", more
	}
}

// cursor makes the cursors of rows by day or confidence.
func (c *compiled) cursor(query *db.Query) func(item) string {
	at := c.level.at
	value, id := at[db.Column{Name: "said_on"}], at[db.Column{Name: "id"}]
	switch {
	case query.From == db.Articles:
		value = at[db.Column{Name: "published"}]
	case query.Order.Field == db.ByConfidence:
		value = at[db.Column{Name: "confidence"}]
	}
	return func(it item) string { return query.Cursor(it.row[value], it.row[id].(int64)) }
}

// selectGroups answers a connection of groups.
func selectGroups(ctx context.Context, r *run, c *compiled, a arguments, _ []int64) (results, error) {
	query := c.level.query
	if err := a.fill(&query); err != nil {
		return results{}, err
	}
	sort := c.level.at[db.Column{Name: "sort"}]
	found := &page{cursor: func(it item) string { return query.GroupCursor(it.row[sort].(string)) }}
	if c.wantsRows(query.Page) {
		rows, err := r.view.Select(ctx, &query)
		if err != nil {
			return results{}, err
		}
		for i := range rows.Len() {
			found.items = append(found.items, c.field.many.node(r, rows.Row(i)))
		}
	}
	found.trim(query.Page)
	all := results{only: item{page: found}}
	return all, r.total(ctx, c, &query, &all)
}

// selectCounts answers a connection of nodes with counts. There are never more of them than the catalog has, so
// they are ordered and cut here: by raises, then by key.
func selectCounts(ctx context.Context, r *run, c *compiled, a arguments, parents []int64) (results, error) {
	query := c.level.query
	query.Parents = parents
	if err := a.fill(&query); err != nil {
		return results{}, err
	}
	rows, err := r.view.Select(ctx, &query)
	if err != nil {
		return results{}, err
	}
	const count = 2 // place of raise_count, behind the parent and the node
	kind := strings.ToUpper(c.ast.Name)
	// Items are large to move about; what they are ordered by is small.
	type ranked struct {
		raises int64
		key    string
		row    int
	}
	compare := func(a, b ranked) int {
		return cmp.Or(cmp.Compare(b.raises, a.raises), cmp.Compare(a.key, b.key))
	}
	byParent := make(map[int64][]ranked, len(parents))
	if len(parents) == 1 {
		byParent[parents[0]] = make([]ranked, 0, rows.Len())
	}
	nodes := make([]item, rows.Len())
	for i := range nodes {
		row := rows.Row(i)
		nodes[i] = c.field.many.node(r, row)
		parent := row[0].(int64)
		byParent[parent] = append(byParent[parent], ranked{row[count].(int64), nodes[i].node.Key, i})
	}
	pages := newResults(parents, func(int64) item { return item{page: &page{}} })
	for _, parent := range parents {
		order := byParent[parent]
		slices.SortFunc(order, compare)
		all := make([]item, len(order))
		for i, place := range order {
			all[i] = nodes[place.row]
		}
		found, err := cut(all, query.Page, kind, func(it item, parts []string) (int, error) {
			raises, err := strconv.ParseInt(parts[0], 10, 64)
			return compare(ranked{raises: it.row[count].(int64), key: it.node.Key}, ranked{raises: raises, key: parts[1]}), err
		})
		if err != nil {
			return results{}, err
		}
		found.cursor = func(it item) string {
			return db.EncodeCursor(kind, strconv.FormatInt(it.row[count].(int64), 10), it.node.Key)
		}
		*pages.of(parent).page = *found
	}
	return pages, nil
}

// cut takes a page out of a list in memory; compare says where an item stands relative to a cursor's two parts.
func cut(all []item, asked db.Page, kind string, compare func(it item, parts []string) (int, error)) (*page, error) {
	from, to := 0, len(all)
	for _, bound := range []struct {
		cursor string
		place  *int
		behind int
	}{{asked.After, &from, 1}, {asked.Before, &to, 0}} {
		if bound.cursor == "" {
			continue
		}
		parts, err := db.DecodeCursor(bound.cursor, kind, 2)
		if err != nil {
			return nil, err
		}
		*bound.place = len(all)
		for i, it := range all {
			order, err := compare(it, parts)
			if err != nil {
				return nil, invalidf("%.60q is no cursor of this list", bound.cursor)
			}
			if order >= bound.behind {
				*bound.place = i
				break
			}
		}
	}
	found := &page{total: int64(len(all))}
	if from < to {
		found.items = all[from:to]
	}
	extra := max(0, len(found.items)-asked.Limit)
	if asked.Backward {
		found.items = found.items[extra:]
		found.hasPrior, found.hasNext = extra > 0, to < len(all)
	} else {
		found.items = found.items[:len(found.items)-extra]
		found.hasPrior, found.hasNext = from > 0, extra > 0
	}
	return found, nil
}

// pageNodes answers a connection of nodes in memory, which are ordered by name, then key.
func pageNodes(c *compiled, nodes []*db.Node, a arguments) (results, error) {
	asked, err := a.page(defaultPage)
	if err != nil {
		return results{}, err
	}
	kind := strings.ToUpper(c.ast.Name)
	found, err := cut(nodeItems(nodes), asked, kind, func(it item, parts []string) (int, error) {
		return cmp.Or(cmp.Compare(it.node.Name, parts[0]), cmp.Compare(it.node.Key, parts[1])), nil
	})
	if err != nil {
		return results{}, err
	}
	found.cursor = func(it item) string {
		return db.EncodeCursor(kind, it.node.Name, it.node.Key)
	}
	return results{only: item{page: found}}, nil
}

// leadersOf lists the leaders that the arguments party and on choose.
func leadersOf(r *run, a arguments) ([]*db.Node, error) {
	on, asksDay := db.Date(a.text("on")), a.text("on") != ""
	var party *db.Node
	if ref := a.optional("party"); ref != nil {
		found, err := r.view.Party(*ref)
		if err != nil {
			return nil, err
		}
		party = found
	}
	if party == nil && !asksDay {
		return r.view.Leaders, nil
	}
	var found []*db.Node
	for _, leader := range r.view.Leaders {
		matches := !asksDay && leader.Party == party
		for _, term := range leader.Offices {
			matches = matches || (party == nil || term.Party == party) && (!asksDay || term.Holds(on))
		}
		if matches {
			found = append(found, leader)
		}
	}
	return found, nil
}

func searchItem(r *run, row []driver.Value) item {
	id := row[db.SearchID].(int64)
	if row[db.SearchKind] == string(db.ArticleNode) {
		found := article(id)
		found.row = row
		return found
	}
	return item{node: r.view.Node(id), row: row}
}

func runSearch(ctx context.Context, r *run, c *compiled, a arguments, _ []int64) (results, error) {
	asked, err := a.page(defaultPage)
	if err != nil {
		return results{}, err
	}
	search := db.Search{Text: a.text("text"), Page: asked}
	if types := a.texts("types"); types != nil {
		search.Kinds = []db.NodeKind{}
		for _, name := range types {
			search.Kinds = append(search.Kinds, db.NodeKind(name))
		}
	}
	found := &page{cursor: func(it item) string { return db.SearchCursor(it.row) }}
	if c.wantsRows(asked) {
		rows, err := r.view.Search(ctx, search)
		if err != nil {
			return results{}, err
		}
		for i := range rows.Len() {
			found.items = append(found.items, c.field.many.node(r, rows.Row(i)))
		}
	}
	found.trim(asked)
	if c.wants["totalCount"] {
		rows, err := r.view.CountSearch(ctx, search)
		if err != nil {
			return results{}, err
		}
		found.total = rows.Row(0)[1].(int64)
	}
	return results{only: item{page: found}}, nil
}

func runNodes(_ context.Context, r *run, _ *compiled, a arguments, _ []int64) (results, error) {
	ids := a.texts("ids")
	if len(ids) > maxIDs {
		return results{}, limitf("%d ids are too many: pass up to %d", len(ids), maxIDs)
	}
	found := &page{items: make([]item, len(ids))}
	for i, id := range ids {
		found.items[i] = reference(r, id)
	}
	return results{only: item{page: found}}, nil
}

func runDataset(ctx context.Context, r *run, _ *compiled, _ arguments, _ []int64) (results, error) {
	dataset, err := r.view.Dataset(ctx)
	return results{only: item{value: &dataset}}, err
}

func runPaths(ctx context.Context, r *run, _ *compiled, a arguments, _ []int64) (results, error) {
	from, err := r.end(ctx, a, "from")
	if err != nil {
		return results{}, err
	}
	to, err := r.end(ctx, a, "to")
	if err != nil {
		return results{}, err
	}
	most, err := a.between("maxLength", 1, maxPathLength)
	if err != nil {
		return results{}, err
	}
	first, err := a.between("first", 1, maxPage)
	if err != nil {
		return results{}, err
	}
	paths, err := r.view.Paths(ctx, from, to, most, first)
	if err != nil {
		return results{}, err
	}
	found := &page{}
	for i := range paths {
		found.items = append(found.items, item{value: &paths[i]})
	}
	return results{only: item{page: found}}, nil
}

func runNeighborhood(ctx context.Context, r *run, _ *compiled, a arguments, _ []int64) (results, error) {
	center, err := r.end(ctx, a, "id")
	if err != nil {
		return results{}, err
	}
	depth, err := a.between("depth", 1, maxDepthAround)
	if err != nil {
		return results{}, err
	}
	limit, err := a.between("limit", 1, maxNeighborhood)
	if err != nil {
		return results{}, err
	}
	drawn, err := r.view.Neighborhood(ctx, center, depth, limit)
	return results{only: item{value: &drawn}}, err
}

// end is the vertex that an argument's id names; it must exist.
func (r *run) end(ctx context.Context, a arguments, name string) (db.Vertex, error) {
	it := reference(r, a.text(name))
	if err := it.failure(); err != nil {
		return db.Vertex{}, err
	}
	id := it.reference()
	if id != nil && id.Kind == db.RaiseNode {
		return db.Vertex{}, invalidf("%s names a raise, which is a tie itself: pass the id of a party, leader, issue or article", name)
	}
	if id != nil {
		rows, err := r.view.Select(ctx, &db.Query{From: db.ArticlesByID, Parents: []int64{id.Article}})
		if err != nil {
			return db.Vertex{}, err
		}
		if rows.Len() > 0 {
			return db.Vertex{Article: id.Article}, nil
		}
	} else if it.node != nil {
		return db.Vertex{Node: it.node}, nil
	}
	return db.Vertex{}, &db.NotFound{Message: fmt.Sprintf("%s names no node of this graph: pass an id as a node's `id` field gives it", name)}
}

// prepareTies fills in the issues of all links at once.
func prepareTies(ctx context.Context, r *run, items []item) error {
	found := make([]*db.Tie, len(items))
	for i, it := range items {
		found[i] = it.value.(*db.Tie)
	}
	return r.view.TieIssues(ctx, found)
}
