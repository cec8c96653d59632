package graph_test

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"html"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/vektah/gqlparser/v2/ast"

	"demarche/db"
	"demarche/graph"
)

// naive answers a whole operation from a world as the GraphQL specification says: field by field, object by object, with
// loops and sorts. It shares nothing with plans but the parsed document.
//
// Where an answer is not one certain value it holds what the value must be like: a mark for a cursor, which is opaque, and
// a test for what may be one of several.
type naive struct {
	world     *world
	schema    *ast.Schema
	document  *ast.QueryDocument
	variables map[string]any
	cursors   map[string]place // those that earlier answers gave
	literal   bool             // whether a full-text condition was taken word by word
	mayBe     bool             // whether one was if anything had to be looked for
	errors    []wanted
}

// wanted is an error that must be answered, with one of the codes.
type wanted struct {
	path  ast.Path
	at    *ast.Position
	codes []string
}

// place is where a cursor points to: the list that it is of, and the key of a row in the list's order.
type place struct {
	list string
	key  rowKey
}

// rowKey is what rows are ordered by. Lists use the parts that they need.
type rowKey struct {
	number float64
	text   string // unit separators between several
	id     int64
}

// test is a value that must pass it.
type test func(got any) bool

// member is a key of an object with its value.
type member struct {
	key   string
	value any
}

// refusal is why a field has no value: one of the codes.
type refusal []string

func (r refusal) Error() string { return strings.Join(r, " or ") }

// answer executes the operation: nil or []member, and the errors.
func (n *naive) answer(operation *ast.OperationDefinition) any {
	data, ok := n.object("Query", nil, []ast.SelectionSet{operation.SelectionSet}, nil)
	if !ok {
		return nil
	}
	return data
}

func (n *naive) object(typeName string, object any, sets []ast.SelectionSet, path ast.Path) (any, bool) {
	members := []member{}
	for _, found := range n.collect(typeName, sets) {
		field, below := found.fields[0], append(slices.Clip(path), ast.PathName(found.key))
		if field.Name == "__typename" {
			members = append(members, member{found.key, typeName})
			continue
		}
		declared := n.schema.Types[typeName].Fields.ForName(field.Name)
		literal, mayBe := n.literal, n.mayBe
		value, err := n.resolve(typeName, object, field, declared)
		ok := err == nil
		if err != nil {
			n.literal, n.mayBe = literal, mayBe // nothing was looked for
			n.errors = append(n.errors, wanted{below, field.Position, err.(refusal)})
		} else {
			value, ok = n.complete(declared.Type, value, found.fields, below)
		}
		if !ok {
			if declared.Type.NonNull {
				return nil, false
			}
			value = nil
		}
		members = append(members, member{found.key, value})
	}
	return members, true
}

// fieldsOf is all fields of one response key.
type fieldsOf struct {
	key    string
	fields []*ast.Field
}

func (n *naive) collect(typeName string, sets []ast.SelectionSet) []*fieldsOf {
	var found []*fieldsOf
	visited := map[string]bool{}
	var visit func(set ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selected := range set {
			switch selected := selected.(type) {
			case *ast.Field:
				if !n.asked(selected.Directives) {
					continue
				}
				at := slices.IndexFunc(found, func(f *fieldsOf) bool { return f.key == selected.Alias })
				if at < 0 {
					at, found = len(found), append(found, &fieldsOf{key: selected.Alias})
				}
				found[at].fields = append(found[at].fields, selected)
			case *ast.InlineFragment:
				if n.asked(selected.Directives) && n.is(typeName, selected.TypeCondition) {
					visit(selected.SelectionSet)
				}
			case *ast.FragmentSpread:
				if !n.asked(selected.Directives) || visited[selected.Name] {
					continue
				}
				visited[selected.Name] = true
				if fragment := n.document.Fragments.ForName(selected.Name); n.is(typeName, fragment.TypeCondition) {
					visit(fragment.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		visit(set)
	}
	return found
}

func (n *naive) is(typeName, condition string) bool {
	return condition == "" || condition == typeName || slices.Contains(n.schema.Types[typeName].Interfaces, condition)
}

func (n *naive) asked(directives ast.DirectiveList) bool {
	for name, wanted := range map[string]bool{"skip": false, "include": true} {
		if directive := directives.ForName(name); directive != nil {
			if value, _ := n.raw(directive.Arguments.ForName("if").Value); value != wanted {
				return false
			}
		}
	}
	return true
}

func (n *naive) complete(declared *ast.Type, value any, fields []*ast.Field, path ast.Path) (any, bool) {
	switch items, isList := value.([]any); {
	case value == nil:
		return nil, !declared.NonNull
	case isList:
		completed := make([]any, len(items))
		for i, item := range items {
			below := append(slices.Clip(path), ast.PathIndex(i))
			err, failed := item.(refusal)
			if failed {
				n.errors = append(n.errors, wanted{below, fields[0].Position, err})
			} else {
				completed[i], failed = n.complete(declared.Elem, item, fields, below)
				failed = !failed
			}
			if failed && declared.Elem.NonNull {
				return nil, false
			}
		}
		return completed, true
	}
	definition := n.schema.Types[declared.NamedType]
	if !definition.IsCompositeType() {
		return value, true
	}
	sets := make([]ast.SelectionSet, len(fields))
	for i, field := range fields {
		sets[i] = field.SelectionSet
	}
	name := definition.Name
	if definition.IsAbstractType() {
		name = typeOf(value)
	}
	return n.object(name, value, sets, path)
}

// raw is the value of a literal as JSON has it; false where it is a variable without one.
func (n *naive) raw(value *ast.Value) (any, bool) {
	switch value.Kind {
	case ast.Variable:
		given, found := n.variables[value.Raw]
		return given, found
	case ast.NullValue:
		return nil, true
	case ast.IntValue, ast.FloatValue:
		number, _ := strconv.ParseFloat(value.Raw, 64)
		return number, true
	case ast.BooleanValue:
		return value.Raw == "true", true
	case ast.ListValue:
		items := []any{}
		for _, child := range value.Children {
			item, _ := n.raw(child.Value)
			items = append(items, item)
		}
		return items, true
	case ast.ObjectValue:
		object := map[string]any{}
		for _, child := range value.Children {
			if item, found := n.raw(child.Value); found {
				object[child.Name] = item
			}
		}
		return object, true
	default:
		return value.Raw, true
	}
}

// shape brings a value as JSON has it to its type: one value for a list of it, defaults of an input object.
func (n *naive) shape(declared *ast.Type, value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	if declared.Elem != nil {
		items, isList := value.([]any)
		if !isList {
			items = []any{value}
		}
		shaped := make([]any, len(items))
		for i, item := range items {
			var err error
			if shaped[i], err = n.shape(declared.Elem, item); err != nil {
				return nil, err
			}
		}
		return shaped, nil
	}
	definition := n.schema.Types[declared.NamedType]
	if definition.Kind == ast.InputObject {
		object := map[string]any{}
		for _, field := range definition.Fields {
			item, given := value.(map[string]any)[field.Name]
			if !given && field.DefaultValue != nil {
				item, _ = n.raw(field.DefaultValue)
			}
			shaped, err := n.shape(field.Type, item)
			if err != nil {
				return nil, err
			}
			if shaped != nil {
				object[field.Name] = shaped
			}
		}
		return object, nil
	}
	if definition.Name == "Date" {
		if _, err := time.Parse("2006-01-02", value.(string)); err != nil {
			return nil, refusal{graph.CodeBadInput}
		}
	}
	return value, nil
}

// given are a field's arguments; absent ones and nulls have no entry.
type given map[string]any

func (g given) text(name string) string {
	text, _ := g[name].(string)
	return text
}

func (g given) number(name string) int {
	number, _ := g[name].(float64)
	return int(number)
}

func (g given) has(name string) bool { return g[name] != nil }

func (g given) texts(name string) []string {
	var texts []string
	items, _ := g[name].([]any)
	for _, item := range items {
		texts = append(texts, item.(string))
	}
	return texts
}

// refuses gathers all that is wrong with a field's arguments: any of it may be answered.
type refuses struct{ codes refusal }

func (r *refuses) add(code string) { r.codes = append(r.codes, code) }

func (r *refuses) err() error {
	if r.codes == nil {
		return nil
	}
	return r.codes
}

func (n *naive) resolve(typeName string, object any, field *ast.Field, declared *ast.FieldDefinition) (any, error) {
	g := given{}
	for _, argument := range declared.Arguments {
		var value any
		found := false
		if passed := field.Arguments.ForName(argument.Name); passed != nil {
			value, found = n.raw(passed.Value)
		}
		if !found && argument.DefaultValue != nil {
			value, _ = n.raw(argument.DefaultValue)
		}
		shaped, err := n.shape(argument.Type, value)
		if err != nil {
			return nil, err
		}
		if shaped != nil {
			g[argument.Name] = shaped
		} else if argument.Type.NonNull {
			return nil, refusal{graph.CodeBadInput}
		}
	}
	if field.Name == "id" {
		return idOf(object), nil
	}
	switch object := object.(type) {
	case nil:
		return n.query(field.Name, g)
	case *party:
		return n.party(object, field.Name, g)
	case *leader:
		return n.leader(object, field.Name, g)
	case *term:
		return map[string]any{"title": object.Title, "party": object.party, "since": orNull(object.Since), "until": orNull(object.Until)}[field.Name], nil
	case *issue:
		return n.issue(object, field.Name, g)
	case *article:
		return n.article(object, field.Name, g)
	case *span:
		return map[string]any{"node": object.node, "part": string(object.Part), "text": object.text, "start": object.Start, "end": object.End}[field.Name], nil
	case *raise:
		return n.raise(object, field.Name)
	case db.Evidence:
		return map[string]any{"part": string(object.Part), "quote": object.Quote, "start": object.Start, "end": object.End}[field.Name], nil
	case *chain:
		return map[string]any{"nodes": object.nodes, "links": anys(object.links)}[field.Name], nil
	case *link:
		if field.Name == "issues" {
			return n.world.issuesOf(*object), nil
		}
		return map[string]any{"source": object.source, "target": object.target, "raiseCount": object.raises}[field.Name], nil
	case map[string]any: // a group, the dataset
		return object[field.Name], nil
	case *connection:
		return object.field(field.Name), nil
	case *row:
		switch field.Name {
		case "node":
			return object.node, nil
		case "cursor":
			return place{object.list, object.key}, nil
		}
		return object.edge[field.Name], nil
	}
	return nil, fmt.Errorf("%s.%s is not known", typeName, field.Name)
}

// orNull is nil where the text is empty.
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// null is nil where the pointer is.
func null[T any](pointer *T) any {
	if pointer == nil {
		return nil
	}
	return pointer
}

func (n *naive) query(name string, g given) (any, error) {
	w := n.world
	var refused refuses
	switch name {
	case "node":
		return n.byID(g.text("id"))
	case "nodes":
		var found []any
		ids := g.texts("ids")
		for _, id := range ids {
			node, err := n.byID(id)
			if err != nil {
				node = err
			}
			found = append(found, node)
		}
		if len(ids) > 100 {
			return nil, refusal{graph.CodeLimit}
		}
		return anys(found), nil
	case "issues":
		filter := given{}
		for argument, condition := range map[string]string{"raisedBy": "by", "raisedWith": "with", "area": "area", "since": "since", "until": "until", "minConfidence": "minConfidence"} {
			if value := g[argument]; value != nil {
				filter[condition] = value
			}
			if text, isText := g[argument].(string); isText && (condition == "by" || condition == "with" || condition == "area") {
				filter[condition] = []any{text}
			}
		}
		byIssue := map[*issue][]*raise{}
		for _, r := range n.filtered(w.raises, filter, &refused) {
			byIssue[r.issue] = append(byIssue[r.issue], r)
		}
		list := list{name: "issues", compare: byCount}
		for each, raises := range byIssue {
			t := count(raises)
			list.rows = append(list.rows, &row{key: rowKey{number: float64(t.raises), text: each.Slug}, node: each, edge: map[string]any{
				"raiseCount": t.raises, "storyCount": t.stories, "articleCount": t.articles, "sourceCount": t.sources, "firstOn": orNull(t.first), "lastOn": orNull(t.last)}})
		}
		return n.page(list, g, 100, &refused)
	case "raises":
		return n.raises(w.raises, g)
	case "articles":
		return n.articles(w.articles, g)
	case "countries", "organizations":
		list := list{name: name, compare: byText}
		for _, each := range w.parties {
			if (each.Kind == db.Country) == (name == "countries") {
				list.rows = append(list.rows, &row{key: rowKey{text: each.Name + "\x1f" + each.Code}, node: each})
			}
		}
		return n.page(list, g, 20, &refused)
	case "leaders":
		var of *party
		if g.has("party") {
			if of = w.party(g.text("party")); of == nil {
				refused.add(graph.CodeNotFound)
			}
		}
		list := list{name: name, compare: byText}
		for _, each := range w.leaders {
			matches := !g.has("on") && (of == nil || each.party == of)
			for _, held := range each.terms {
				matches = matches || (of == nil || held.party == of) && (!g.has("on") || held.holds(g.text("on")))
			}
			if matches {
				list.rows = append(list.rows, &row{key: rowKey{text: each.Name + "\x1f" + each.Slug}, node: each})
			}
		}
		return n.page(list, g, 20, &refused)
	case "party", "country":
		found := w.party(g.text("ref"))
		if found == nil {
			return nil, refusal{graph.CodeNotFound}
		}
		if name == "country" && found.Kind != db.Country {
			return nil, nil
		}
		return found, nil
	case "leader":
		for _, each := range w.leaders {
			if each.Slug == g.text("slug") {
				return each, nil
			}
		}
		return nil, refusal{graph.CodeNotFound}
	case "issue":
		for _, each := range w.issues {
			if each.Slug == g.text("slug") {
				return each, nil
			}
		}
		return nil, refusal{graph.CodeNotFound}
	case "article":
		for _, each := range w.articles {
			if each.ExternalID == g.text("externalId") {
				return each, nil
			}
		}
		return nil, nil
	case "search":
		return n.search(g)
	case "raiseStats":
		return n.raiseStats(g)
	case "articleStats":
		return n.articleStats(g)
	case "dataset":
		return n.dataset(), nil
	case "paths":
		from, to := n.end(g.text("from"), &refused), n.end(g.text("to"), &refused)
		between(g.number("maxLength"), 1, 6, &refused)
		between(g.number("first"), 1, 100, &refused)
		if refused.codes != nil {
			return nil, refused.err()
		}
		found := w.chains(from, to, g.number("maxLength"))
		return anys(found[:min(len(found), g.number("first"))]), nil
	case "neighborhood":
		center := n.end(g.text("id"), &refused)
		between(g.number("depth"), 1, 4, &refused)
		between(g.number("limit"), 1, 500, &refused)
		if refused.codes != nil {
			return nil, refused.err()
		}
		return w.around(center, g.number("depth"), g.number("limit")), nil
	}
	return nil, fmt.Errorf("Query.%s is not known", name)
}

func between(number, least, most int, refused *refuses) {
	if number < least {
		refused.add(graph.CodeBadInput)
	} else if number > most {
		refused.add(graph.CodeLimit)
	}
}

// end is the node at an end of paths, or in the middle of a neighbourhood.
func (n *naive) end(id string, refused *refuses) any {
	found, err := n.byID(id)
	if _, isRaise := found.(*raise); err != nil || isRaise || strings.HasPrefix(decoded(id), "Raise:") {
		refused.add(graph.CodeBadInput)
	} else if found == nil {
		refused.add(graph.CodeNotFound)
	}
	return found
}

func decoded(id string) string {
	plain, _ := base64.RawURLEncoding.DecodeString(id)
	return string(plain)
}

var wellFormed = regexp.MustCompile(`^((Country|Organization|Leader|Issue):.*|Article:[0-9a-f]{13}|Raise:[0-9a-f]{13}:[^:]*:[^:]*:[^:]*)$`)

func (n *naive) byID(id string) (any, error) {
	if !wellFormed.MatchString(decoded(id)) {
		return nil, refusal{graph.CodeBadInput}
	}
	for _, node := range n.world.nodes() {
		if idOf(node) == id {
			return node, nil
		}
	}
	return nil, nil
}

func (t *term) holds(on string) bool { return t.Since <= on && (t.Until == "" || on < t.Until) }

func (n *naive) party(p *party, name string, g given) (any, error) {
	switch name {
	case "raises":
		return n.raises(keep(n.world.raises, func(r *raise) bool { return r.by == p }), g)
	case "raisedBy":
		return n.raises(keep(n.world.raises, func(r *raise) bool { return r.with == p }), g)
	case "articles":
		return n.articles(n.about(p), g)
	case "counterparts":
		var refused refuses
		byOther := map[*party][]*raise{}
		for _, r := range n.filtered(n.world.raises, asFilter(g["filter"]), &refused) {
			if r.by == p {
				byOther[r.with] = append(byOther[r.with], r)
			}
		}
		list := list{name: "counterparts", compare: byCount}
		for each, raises := range byOther {
			t := count(raises)
			list.rows = append(list.rows, &row{key: rowKey{number: float64(t.raises), text: each.Code}, node: each, edge: map[string]any{
				"raiseCount": t.raises, "storyCount": t.stories, "articleCount": t.articles, "issueCount": t.issues, "lastOn": orNull(t.last)}})
		}
		return n.page(list, g, 20, &refused)
	case "leaders":
		var held []*leader
		for _, each := range n.world.leaders {
			for _, term := range each.terms {
				now := !g.has("on") && term.Until == ""
				if term.party == p && (now || g.has("on") && term.holds(g.text("on"))) && !slices.Contains(held, each) {
					held = append(held, each)
				}
			}
		}
		return anys(held), nil
	}
	return map[string]any{"code": p.Code, "name": p.Name, "aliases": anys(p.Aliases), "alpha3": p.Alpha3, "demonyms": anys(p.Demonyms),
		"capital": orNull(p.Capital), "region": orNull(p.Region), "members": anys(p.members)}[name], nil
}

func (n *naive) leader(l *leader, name string, g given) (any, error) {
	switch name {
	case "raises":
		return n.raises(keep(n.world.raises, func(r *raise) bool { return r.speaker == l }), g)
	case "articles":
		return n.articles(n.about(l), g)
	}
	return map[string]any{"slug": l.Slug, "name": l.Name, "aliases": anys(l.Aliases), "party": l.party, "offices": anys(l.terms)}[name], nil
}

func (n *naive) issue(i *issue, name string, g given) (any, error) {
	switch name {
	case "raises":
		return n.raises(keep(n.world.raises, func(r *raise) bool { return r.issue == i }), g)
	case "articles":
		return n.articles(n.about(i), g)
	}
	return map[string]any{"slug": i.Slug, "name": i.Name, "description": i.Description, "area": i.Area}[name], nil
}

func (n *naive) about(node any) []*article {
	return keep(n.world.articles, func(a *article) bool { return a.about[node] })
}

func keep[T any](all []T, wanted func(T) bool) []T {
	var kept []T
	for _, each := range all {
		if wanted(each) {
			kept = append(kept, each)
		}
	}
	return kept
}

func (n *naive) article(a *article, name string, g given) (any, error) {
	switch name {
	case "countries", "organizations", "leaders", "issues":
		kind := map[string]string{"countries": "Country", "organizations": "Organization", "leaders": "Leader", "issues": "Issue"}[name]
		nodes := keep(slices.Collect(maps.Keys(a.about)), func(node any) bool { return typeOf(node) == kind })
		slices.SortFunc(nodes, func(x, y any) int { return cmp.Compare(key(x), key(y)) })
		return anys(nodes), nil
	case "raises":
		return n.raises(a.raises, g)
	case "mentions":
		spans := slices.Clone(a.spans)
		slices.SortFunc(spans, func(x, y *span) int {
			return cmp.Or(-cmp.Compare(x.Part, y.Part), cmp.Compare(x.Start, y.Start), cmp.Compare(x.End, y.End),
				cmp.Compare(strings.ToUpper(typeOf(x.node)), strings.ToUpper(typeOf(y.node))), cmp.Compare(key(x.node), key(y.node)))
		})
		return anys(spans), nil
	case "copyOf":
		if a.story != a {
			return a.story, nil
		}
		return nil, nil
	}
	return map[string]any{"externalId": a.ExternalID, "title": a.Title, "summary": orNull(a.Summary), "text": a.Text,
		"url": orNull(a.URL), "source": orNull(a.Source), "published": orNull(a.Published)}[name], nil
}

func (n *naive) raise(r *raise, name string) (any, error) {
	quote := r.Evidence[0]
	return map[string]any{"by": r.by, "with": r.with, "issue": r.issue, "act": r.Act, "modality": r.Modality, "speaker": null(r.speaker), "article": r.article,
		"part": string(quote.Part), "quote": quote.Quote, "start": quote.Start, "end": quote.End, "evidence": anys(r.Evidence),
		"on": orNull(r.On), "confidence": r.Confidence, "explanation": r.Explanation}[name], nil
}

// list is all rows of a connection; compare is their order.
type list struct {
	name    string
	rows    []*row
	compare func(a, b rowKey) int
}

type row struct {
	list string
	key  rowKey
	node any
	edge map[string]any
}

// connection is a page of a list.
type connection struct {
	shown             []*row
	hasNext, hasPrior any
	total             int
}

func byCount(a, b rowKey) int {
	return cmp.Or(cmp.Compare(b.number, a.number), cmp.Compare(a.text, b.text))
}

func byText(a, b rowKey) int { return cmp.Compare(a.text, b.text) }

// byDay puts undated rows last in both directions.
func byDay(descending bool) func(a, b rowKey) int {
	return func(a, b rowKey) int {
		if undated := -cmp.Compare(min(1, len(a.text)), min(1, len(b.text))); undated != 0 {
			return undated
		}
		order := cmp.Or(cmp.Compare(a.text, b.text), cmp.Compare(a.id, b.id))
		if descending {
			return -order
		}
		return order
	}
}

// page cuts a list as the Relay specification says.
func (n *naive) page(l list, g given, usual int, refused *refuses) (any, error) {
	size, backward := usual, false
	switch {
	case g.has("first") && g.has("last"):
		refused.add(graph.CodeBadInput)
	case g.has("first"):
		size = g.number("first")
	case g.has("last"):
		size, backward = g.number("last"), true
	}
	between(size, 0, 100, refused)
	bounds := map[string]rowKey{}
	for _, argument := range []string{"after", "before"} {
		text := g.text(argument)
		if text == "" {
			continue
		}
		found, known := n.cursors[text]
		if !known || found.list != l.name {
			refused.add(graph.CodeBadInput)
		}
		bounds[argument] = found.key
	}
	if refused.codes != nil {
		return nil, refused.err()
	}
	slices.SortFunc(l.rows, func(a, b *row) int { return l.compare(a.key, b.key) })
	c := &connection{total: len(l.rows), hasNext: false, hasPrior: false}
	// A cursor need not be of this very list: where nothing stands on its far side nobody need know.
	open := test(func(got any) bool { return got == true || got == false })
	for _, r := range l.rows {
		r.list = l.name
		if after, asked := bounds["after"]; asked && l.compare(r.key, after) <= 0 {
			c.hasPrior = true
		} else if before, asked := bounds["before"]; asked && l.compare(r.key, before) >= 0 {
			c.hasNext = true
		} else {
			c.shown = append(c.shown, r)
		}
	}
	if _, asked := bounds["after"]; asked && c.hasPrior == false {
		c.hasPrior = open
	}
	if _, asked := bounds["before"]; asked && c.hasNext == false {
		c.hasNext = open
	}
	more := len(c.shown) > size
	if backward {
		c.hasPrior = more
		c.shown = c.shown[max(0, len(c.shown)-size):]
	} else {
		c.hasNext = more
		c.shown = c.shown[:min(len(c.shown), size)]
	}
	return c, nil
}

func (c *connection) field(name string) any {
	switch name {
	case "edges":
		return anys(c.shown)
	case "nodes":
		var nodes []any
		for _, r := range c.shown {
			nodes = append(nodes, r.node)
		}
		return anys(nodes)
	case "pageInfo":
		info := map[string]any{"hasNextPage": c.hasNext, "hasPreviousPage": c.hasPrior}
		if len(c.shown) > 0 {
			first, last := c.shown[0], c.shown[len(c.shown)-1]
			info["startCursor"], info["endCursor"] = place{first.list, first.key}, place{last.list, last.key}
		}
		return info
	default:
		return c.total
	}
}

func asFilter(value any) given {
	object, _ := value.(map[string]any)
	return object
}

func (n *naive) raises(of []*raise, g given) (any, error) {
	var refused refuses
	order := asFilter(g["orderBy"])
	ascending := order.text("direction") == "ASC"
	l := list{name: "raises ON", compare: byDay(!ascending)}
	if order.text("field") == "CONFIDENCE" {
		l = list{name: "raises CONFIDENCE", compare: func(a, b rowKey) int {
			order := cmp.Or(cmp.Compare(a.number, b.number), cmp.Compare(a.id, b.id))
			if ascending {
				return order
			}
			return -order
		}}
	}
	for _, r := range n.filtered(of, asFilter(g["filter"]), &refused) {
		k := rowKey{text: r.On, id: r.number}
		if l.name == "raises CONFIDENCE" {
			k = rowKey{number: r.Confidence, id: r.number}
		}
		l.rows = append(l.rows, &row{key: k, node: r})
	}
	return n.page(l, g, 20, &refused)
}

func (n *naive) articles(of []*article, g given) (any, error) {
	var refused refuses
	l := list{name: "articles", compare: byDay(true)}
	matches := n.articleFilter(asFilter(g["filter"]), &refused)
	for _, a := range of {
		if matches(a) {
			l.rows = append(l.rows, &row{key: rowKey{text: a.Published, id: a.number}, node: a})
		}
	}
	return n.page(l, g, 20, &refused)
}

// filtered are the raises that pass.
func (n *naive) filtered(of []*raise, filter given, refused *refuses) []*raise {
	return keep(of, n.raiseFilter(filter, refused))
}

// named resolves the names of a condition; nil where it is not given.
func named[T any](n *naive, filter given, condition string, find func(name string) (T, bool), refused *refuses) map[any]bool {
	if !filter.has(condition) {
		return nil
	}
	found := map[any]bool{}
	for _, name := range filter.texts(condition) {
		each, known := find(name)
		if !known {
			refused.add(graph.CodeNotFound)
		}
		found[each] = true
	}
	return found
}

func (n *naive) partyNamed(name string) (*party, bool) {
	found := n.world.party(name)
	return found, found != nil
}

func (n *naive) issueNamed(name string) (*issue, bool) {
	for _, each := range n.world.issues {
		if each.Slug == name {
			return each, true
		}
	}
	return nil, false
}

func asGiven(name string) (string, bool) { return name, true }

func folded(name string) (string, bool) { return strings.ToLower(strings.TrimSpace(name)), true }

// days reports whether a day lies within the bounds of a filter.
func days(filter given, refused *refuses) func(day string) bool {
	since, until := filter.text("since"), filter.text("until")
	if since != "" && until != "" && since > until {
		refused.add(graph.CodeBadInput)
	}
	return func(day string) bool {
		return since == "" && until == "" || day != "" && since <= day && (until == "" || day <= until)
	}
}

func (n *naive) raiseFilter(filter given, refused *refuses) func(*raise) bool {
	by, with := named(n, filter, "by", n.partyNamed, refused), named(n, filter, "with", n.partyNamed, refused)
	among := named(n, filter, "between", n.partyNamed, refused)
	issues := named(n, filter, "issue", n.issueNamed, refused)
	areas := named(n, filter, "area", func(name string) (string, bool) {
		return name, slices.ContainsFunc(n.world.issues, func(i *issue) bool { return i.Area == name })
	}, refused)
	speakers := named(n, filter, "speaker", func(name string) (*leader, bool) {
		for _, each := range n.world.leaders {
			if each.Slug == name {
				return each, true
			}
		}
		return nil, false
	}, refused)
	acts, modalities := named(n, filter, "act", asGiven, refused), named(n, filter, "modality", asGiven, refused)
	sources := named(n, filter, "source", folded, refused)
	within := days(filter, refused)
	least, _ := filter["minConfidence"].(float64)
	if least < 0 || least > 1 {
		refused.add(graph.CodeBadInput)
	}
	says := n.text(filter, refused)
	all := func(name string) []func(*raise) bool {
		var made []func(*raise) bool
		items, _ := filter[name].([]any)
		for _, item := range items {
			made = append(made, n.raiseFilter(asFilter(item), refused))
		}
		return made
	}
	and, or := all("and"), all("or")
	not := func(*raise) bool { return false }
	if filter.has("not") {
		not = n.raiseFilter(asFilter(filter["not"]), refused)
	}
	return func(r *raise) bool {
		for condition, held := range map[*map[any]bool]bool{
			&by: by[r.by], &with: with[r.with], &among: among[r.by] && among[r.with], &issues: issues[r.issue], &areas: areas[r.issue.Area],
			&speakers: r.speaker != nil && speakers[r.speaker], &acts: acts[r.Act], &modalities: modalities[r.Modality],
			&sources: r.article.source() != "" && sources[r.article.source()],
		} {
			if *condition != nil && !held {
				return false
			}
		}
		passes := func(f func(*raise) bool) bool { return f(r) }
		return within(r.On) && r.Confidence >= least && says(r.Evidence[0].Quote) && !not(r) &&
			!slices.ContainsFunc(and, func(f func(*raise) bool) bool { return !f(r) }) &&
			(!filter.has("or") || slices.ContainsFunc(or, passes))
	}
}

func (n *naive) articleFilter(filter given, refused *refuses) func(*article) bool {
	some, all := named(n, filter, "mentions", n.partyNamed, refused), named(n, filter, "mentionsAll", n.partyNamed, refused)
	issues, sources := named(n, filter, "issue", n.issueNamed, refused), named(n, filter, "source", folded, refused)
	within, says := days(filter, refused), n.text(filter, refused)
	return func(a *article) bool {
		about := func(node any) bool { return a.about[node] }
		wanted, asked := slices.Collect(maps.Keys(some)), slices.Collect(maps.Keys(issues))
		return (some == nil || slices.ContainsFunc(wanted, about)) && (issues == nil || slices.ContainsFunc(asked, about)) &&
			len(keep(slices.Collect(maps.Keys(all)), about)) == len(all) &&
			(sources == nil || a.source() != "" && sources[a.source()]) && within(a.Published) && says(a.Title, a.Summary, a.Text)
	}
}

// grouped are raises or articles with the same names.
type grouped[T any] struct {
	names  []string // of the dimensions asked for, "" for none
	period string
	of     []T
}

// group puts rows together that have the same names; dimensions tells them, the period apart.
func group[T any](rows []T, dimensions []string, name func(row T, dimension string) string, day func(T) string, refused *refuses) ([]*grouped[T], string) {
	period := ""
	var kept []string
	for _, dimension := range dimensions {
		switch {
		case slices.Contains(kept, dimension):
		case !slices.Contains([]string{"DAY", "WEEK", "MONTH", "YEAR"}, dimension):
			kept = append(kept, dimension)
		case period != "" && period != dimension:
			refused.add(graph.CodeBadInput)
		default:
			period = dimension
		}
	}
	var groups []*grouped[T]
	for _, each := range rows {
		names := []string{}
		for _, dimension := range kept {
			names = append(names, name(each, dimension))
		}
		first := firstDay(period, day(each))
		at := slices.IndexFunc(groups, func(g *grouped[T]) bool { return g.period == first && slices.Equal(g.names, names) })
		if at < 0 {
			at, groups = len(groups), append(groups, &grouped[T]{names: names, period: first})
		}
		groups[at].of = append(groups[at].of, each)
	}
	return groups, period
}

// firstDay is the first day of the period that a day lies in.
func firstDay(period, day string) string {
	date, err := time.Parse("2006-01-02", day)
	if err != nil {
		return ""
	}
	switch period {
	case "DAY":
		return day
	case "WEEK":
		for date.Weekday() != time.Monday {
			date = date.AddDate(0, 0, -1)
		}
		return date.Format("2006-01-02")
	case "MONTH":
		return day[:7] + "-01"
	case "YEAR":
		return day[:4] + "-01-01"
	}
	return ""
}

// groupList orders groups: by period from old to new and then by count from large to small, or the other way round.
func groupList[T any](what string, dimensions []string, period string, groups []*grouped[T], g given, refused *refuses) list {
	byPeriod := period != ""
	switch g.text("orderBy") {
	case "COUNT":
		byPeriod = false
	case "PERIOD":
		if period == "" {
			refused.add(graph.CodeBadInput)
		}
	}
	l := list{name: fmt.Sprint(what, dimensions, byPeriod), compare: func(a, b rowKey) int {
		periodA, namesA, _ := strings.Cut(a.text, "\x1f")
		periodB, namesB, _ := strings.Cut(b.text, "\x1f")
		old := cmp.Or(-cmp.Compare(min(1, len(periodA)), min(1, len(periodB))), cmp.Compare(periodA, periodB))
		large := cmp.Compare(b.number, a.number)
		if byPeriod {
			return cmp.Or(old, large, cmp.Compare(namesA, namesB))
		}
		return cmp.Or(large, old, cmp.Compare(namesA, namesB))
	}}
	for _, each := range groups {
		l.rows = append(l.rows, &row{key: rowKey{number: float64(len(each.of)), text: each.period + "\x1f" + strings.Join(each.names, "\x1f")}})
	}
	return l
}

func (n *naive) raiseStats(g given) (any, error) {
	var refused refuses
	filter := asFilter(g["filter"])
	raises := n.filtered(n.world.raises, filter, &refused)
	dimensions := g.texts("groupBy")
	groups, period := group(raises, dimensions, func(r *raise, dimension string) string {
		speaker := ""
		if r.speaker != nil {
			speaker = r.Speaker
		}
		return map[string]string{"BY": r.By, "WITH": r.With, "ISSUE": r.Issue, "AREA": r.issue.Area, "ACT": r.Act, "MODALITY": r.Modality,
			"SPEAKER": speaker, "SOURCE": r.article.source()}[dimension]
	}, func(r *raise) string { return r.On }, &refused)
	l := groupList("raiseStats", dimensions, period, groups, g, &refused)
	within := days(filter, &refused)
	for i, each := range groups {
		t, one := count(each.of), each.of[0]
		total := len(keep(n.world.raises, func(r *raise) bool { return within(r.On) && firstDay(period, r.On) == each.period }))
		shown := map[string]any{"raiseCount": t.raises, "storyCount": t.stories, "articleCount": t.articles, "sourceCount": t.sources,
			"firstOn": orNull(t.first), "lastOn": orNull(t.last), "share": float64(t.raises) / float64(total), "period": orNull(each.period)}
		for dimension, value := range map[string]any{"BY": one.by, "WITH": one.with, "ISSUE": one.issue, "AREA": one.issue.Area, "ACT": one.Act,
			"MODALITY": one.Modality, "SPEAKER": null(one.speaker), "SOURCE": orNull(n.world.sources[one.article.source()])} {
			if slices.Contains(dimensions, dimension) {
				shown[strings.ToLower(dimension)] = value
			}
		}
		l.rows[i].node = shown
	}
	return n.page(l, g, 20, &refused)
}

func (n *naive) articleStats(g given) (any, error) {
	var refused refuses
	articles := keep(n.world.articles, n.articleFilter(asFilter(g["filter"]), &refused))
	dimensions := g.texts("groupBy")
	groups, period := group(articles, dimensions, func(a *article, _ string) string { return a.source() }, func(a *article) string { return a.Published }, &refused)
	l := groupList("articleStats", dimensions, period, groups, g, &refused)
	for i, each := range groups {
		stories := map[*article]bool{}
		for _, a := range each.of {
			stories[a.story] = true
		}
		shown := map[string]any{"articleCount": len(each.of), "storyCount": len(stories), "period": orNull(each.period)}
		if slices.Contains(dimensions, "SOURCE") {
			shown["source"] = orNull(n.world.sources[each.of[0].source()])
		}
		l.rows[i].node = shown
	}
	return n.page(l, g, 20, &refused)
}

func (n *naive) dataset() map[string]any {
	w := n.world
	var days []string
	for _, a := range w.articles {
		if a.Published != "" {
			days = append(days, a.Published)
		}
	}
	return map[string]any{"articleCount": len(w.articles), "raiseCount": len(w.raises), "undatedCount": len(w.articles) - len(days),
		"foreignLanguageCount": len(keep(w.articles, func(a *article) bool { return a.Foreign })), "since": slices.Min(days), "until": slices.Max(days),
		"version":          test(func(got any) bool { text, isText := got.(string); return isText && text != "" }),
		"extractorVersion": w.extract, "seedsVersion": w.seeds}
}

// phrase is consecutive words; the last may be the beginning of one.
type phrase struct {
	words  []string
	prefix bool
}

// expression is a full-text query: any of the alternatives, each of which has all phrases that it must have and none
// that it must not have.
type expression []struct{ must, not []phrase }

// words are the words of a text as full-text search tells them apart. The texts of these tests hold no words whose
// stems differ in anything but an s.
func words(text string) []string {
	text = strings.NewReplacer("ï", "i", "ô", "o").Replace(strings.ToLower(text))
	found := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, word := range found {
		if len(word) > 3 {
			found[i] = strings.TrimSuffix(word, "s")
		}
	}
	return found
}

// readable are the full-text queries that can be read as such: words, phrases, prefixes, and one kind of operator.
var readable = regexp.MustCompile(`^\s*([\pL\d]+\*?|"[\pL\d ]+")(\s+([\pL\d]+\*?|"[\pL\d ]+"))*\s*$`)

// dangling is an operator that lacks a side.
var dangling = regexp.MustCompile(`^\s*(AND|OR|NOT)\b|\b(AND|OR|NOT)\s*$`)

var termOf = regexp.MustCompile(`[\pL\d]+\*?|"[^"]*"`)

// parse reads a full-text query, word by word where it cannot be read otherwise; nil where it holds no word.
func parse(text string) (e expression, literal bool) {
	alternatives := expression{{}}
	if readable.MatchString(text) && !dangling.MatchString(text) {
		negated := false
		for _, found := range termOf.FindAllString(text, -1) {
			last := &alternatives[len(alternatives)-1]
			switch found {
			case "AND":
			case "OR":
				alternatives = append(alternatives, struct{ must, not []phrase }{})
			case "NOT":
				negated = true
			default:
				made := phrase{words(found), strings.HasSuffix(found, "*")}
				if negated {
					last.not = append(last.not, made)
				} else {
					last.must = append(last.must, made)
				}
				negated = false
			}
		}
		return alternatives, false
	}
	for _, word := range strings.Fields(text) {
		alternatives[0].must = append(alternatives[0].must, phrase{words: words(word)})
	}
	if alternatives[0].must == nil {
		return nil, true
	}
	return alternatives, true
}

// occurs counts where a phrase stands in a text.
func (p phrase) occurs(text string) int {
	found, in := 0, words(text)
	for i := range in {
		if i+len(p.words) > len(in) {
			break
		}
		matches := true
		for j, word := range p.words {
			last := p.prefix && j == len(p.words)-1
			matches = matches && (in[i+j] == word || last && strings.HasPrefix(in[i+j], word))
		}
		if matches {
			found++
		}
	}
	return found
}

func (p phrase) in(columns []string) bool {
	return slices.ContainsFunc(columns, func(column string) bool { return p.occurs(column) > 0 })
}

func (e expression) matches(columns ...string) bool {
	for _, alternative := range e {
		if len(keep(alternative.must, func(p phrase) bool { return p.in(columns) })) == len(alternative.must) &&
			!slices.ContainsFunc(alternative.not, func(p phrase) bool { return p.in(columns) }) {
			return true
		}
	}
	return false
}

// text is the full-text condition of a filter.
func (n *naive) text(filter given, refused *refuses) func(columns ...string) bool {
	if !filter.has("text") {
		return func(...string) bool { return true }
	}
	e, literal := parse(filter.text("text"))
	n.mayBe = n.mayBe || literal
	if e == nil {
		refused.add(graph.CodeBadInput)
	}
	return e.matches
}

// found is a row that can be searched: its columns, and what a match in each of them weighs.
type found struct {
	node    any
	columns []string
	weights []float64
}

// score is bm25 as SQLite reckons it, among all rows of the same index.
func (f found) score(e expression, index []found) float64 {
	total := 0
	for _, each := range index {
		total += len(words(strings.Join(each.columns, " ")))
	}
	average, length := float64(total)/float64(len(index)), float64(len(words(strings.Join(f.columns, " "))))
	score := 0.0
	for _, alternative := range e {
		if !(expression{alternative}).matches(f.columns...) {
			continue
		}
		for _, p := range alternative.must {
			hits := float64(len(keep(index, func(each found) bool { return p.in(each.columns) })))
			rarity := math.Log((float64(len(index)) - hits + 0.5) / (hits + 0.5))
			if rarity <= 0 {
				rarity = 1e-6
			}
			frequency := 0.0
			for i, column := range f.columns {
				frequency += f.weights[i] * float64(p.occurs(column))
			}
			score += rarity * (frequency * 2.2 / (frequency + 1.2*(0.25+0.75*length/average)))
		}
	}
	return score
}

func (n *naive) search(g given) (any, error) {
	var refused refuses
	e, literal := parse(g.text("text"))
	n.literal = n.literal || literal
	if e == nil {
		refused.add(graph.CodeBadInput)
	}
	var nodes, articles []found
	ofNode := []float64{10, 6, 1}
	for _, each := range n.world.parties {
		nodes = append(nodes, found{each, []string{each.Name, strings.Join(each.Aliases, "\n"), ""}, ofNode})
	}
	for _, each := range n.world.leaders {
		nodes = append(nodes, found{each, []string{each.Name, strings.Join(each.Aliases, "\n"), ""}, ofNode})
	}
	for _, each := range n.world.issues {
		nodes = append(nodes, found{each, []string{each.Name, "", each.Description}, ofNode})
	}
	for _, each := range n.world.articles {
		articles = append(articles, found{each, []string{each.Title, each.Summary, each.Text}, []float64{4, 2, 1}})
	}
	l := list{name: "search", compare: byCount}
	for _, index := range [][]found{nodes, articles} {
		for _, each := range index {
			kind := strings.ToUpper(typeOf(each.node))
			if !e.matches(each.columns...) || g.has("types") && !slices.Contains(g.texts("types"), kind) {
				continue
			}
			name := key(each.node)
			if a, isArticle := each.node.(*article); isArticle {
				name = fmt.Sprintf("%013x", a.number)
			}
			score := each.score(e, index)
			l.rows = append(l.rows, &row{key: rowKey{number: score, text: kind + ":" + name}, node: each.node, edge: map[string]any{"score": score, "snippet": each.snippet(e)}})
		}
	}
	return n.page(l, g, 20, &refused)
}

// snippet wants a passage of a column in which words that match are marked, and only those.
func (f found) snippet(e expression) test {
	return func(got any) bool {
		text, _ := got.(string)
		marked := regexp.MustCompile(`<mark>(.*?)</mark>`).FindAllStringSubmatch(text, -1)
		for _, match := range marked {
			for _, word := range words(html.UnescapeString(match[1])) {
				meant := false
				for _, alternative := range e {
					for _, p := range alternative.must {
						meant = meant || slices.Contains(p.words, word) || p.prefix && strings.HasPrefix(word, p.words[len(p.words)-1])
					}
				}
				if !meant {
					return false
				}
			}
		}
		plain := strings.NewReplacer("<mark>", "", "</mark>", "").Replace(text)
		plain = strings.Trim(strings.ReplaceAll(html.UnescapeString(plain), " · ", "\n"), "…")
		return len(marked) > 0 && slices.ContainsFunc(f.columns, func(column string) bool { return strings.Contains(column, plain) })
	}
}
