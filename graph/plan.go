package graph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"demarche/db"
)

// plan is an operation, compiled: its selection with fragments expanded, bound to the table of fields, and one
// query for every to-many level of it.
type plan struct {
	root    *shape
	results int // fields that are answered by a statement
	fetches int // places where articles or raises are fetched by their ids
	fields  int // of all selections
}

// shape is what is selected of an object: of an abstract type a selection for each type that it may turn out to be.
type shape struct {
	single   *selection                 // of a concrete type
	byKind   map[db.NodeKind]*selection // of nodes in memory
	articles *fetch                     // of nodes that are articles, or nil
	raises   *fetch                     // of nodes that are raises, or nil
	deep     bool                       // whether anything below takes a statement
}

// selection is what is selected of a concrete type, in the order of the answer.
type selection struct {
	fields []*compiled
	deep   bool
	ofNode bool // its JSON depends on nothing but the node that it is of
}

// fetch is a level of articles or raises by their ids.
type fetch struct {
	level     *level
	selection *selection
	index     int // among the plan's fetches
	at        []int
}

// level is the rows of one statement.
type level struct {
	query db.Query
	at    map[db.Column]int
}

func newLevel(query db.Query) *level { return &level{query: query, at: map[db.Column]int{}} }

// column is the place of a column in the rows, which gain it where it is new; the parent stands first.
func (l *level) column(path, name string) int {
	column := db.Column{Path: path, Name: name}
	at, known := l.at[column]
	if !known {
		l.query.Columns = append(l.query.Columns, column)
		at = len(l.query.Columns)
		l.at[column] = at
	}
	return at
}

// compiled is one field of the answer.
type compiled struct {
	name     string // response key
	key      []byte // response key as it is written: "name":
	ast      *ast.Field
	field    field
	constant []byte // of __typename
	at       []int
	cost     int       // values that it counts as, beside the one that it is
	settled  arguments // where they hold no variable; else each run has its own

	nonNull, isList, itemNonNull bool

	shape *shape          // of its object or objects
	level *level          // of many
	index int             // of many: among the plan's results
	wants map[string]bool // of connections: their selected fields
	deep  bool
}

// compiler makes one plan.
type compiler struct {
	schema    *ast.Schema
	document  *ast.QueryDocument
	variables map[string]any
	limits    Options
	plan      *plan
	fields    int
	shared    map[*ast.Field]sharedField // of the place that is being compiled, by the first of the merged fields
}

// sharedField is a field of the interface Party, compiled for one kind of party and good for the other.
type sharedField struct {
	group *group
	field *compiled
}

// compile makes the plan of an operation. Conditions (@skip, @include) are settled here by the variables: plans are
// cached for each combination of those.
func (s *schema) compile(document *ast.QueryDocument, operation *ast.OperationDefinition, variables map[string]any) (*plan, error) {
	c := compiler{schema: s.Schema(), document: document, variables: variables, limits: s.options, plan: &plan{}}
	rootType := "Query"
	if operation.Operation == ast.Subscription {
		rootType = "Subscription"
	}
	root, err := c.shape(rootType, []ast.SelectionSet{operation.SelectionSet}, nil, "", 1)
	if err != nil {
		return nil, err
	}
	c.plan.root, c.plan.fields = root, c.fields
	return c.plan, nil
}

// group is the fields of one response key.
type group struct {
	key    string
	fields []*ast.Field
}

// collect gathers the fields that apply to a type, merged by their response keys in the order of first appearance.
func (c *compiler) collect(typeName string, sets []ast.SelectionSet) []*group {
	var groups []*group
	byKey := map[string]*group{}
	visited := map[string]bool{}
	var visit func(set ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selected := range set {
			switch selected := selected.(type) {
			case *ast.Field:
				if !c.included(selected.Directives) {
					continue
				}
				found := byKey[selected.Alias]
				if found == nil {
					found = &group{key: selected.Alias}
					byKey[selected.Alias] = found
					groups = append(groups, found)
				}
				found.fields = append(found.fields, selected)
			case *ast.InlineFragment:
				if c.included(selected.Directives) && c.applies(selected.TypeCondition, typeName) {
					visit(selected.SelectionSet)
				}
			case *ast.FragmentSpread:
				fragment := c.document.Fragments.ForName(selected.Name)
				if !visited[selected.Name] && c.included(selected.Directives) && c.applies(fragment.TypeCondition, typeName) {
					visited[selected.Name] = true
					visit(fragment.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		visit(set)
	}
	return groups
}

func (c *compiler) applies(condition, typeName string) bool {
	if condition == "" || condition == typeName {
		return true
	}
	for _, implemented := range c.schema.Types[typeName].Interfaces {
		if implemented == condition {
			return true
		}
	}
	return false
}

func (c *compiler) included(directives ast.DirectiveList) bool {
	holds := func(name string) (bool, bool) {
		directive := directives.ForName(name)
		if directive == nil {
			return false, false
		}
		value, _ := directive.Arguments.ForName("if").Value.Value(c.variables)
		set, _ := value.(bool)
		return set, true
	}
	if skip, given := holds("skip"); given && skip {
		return false
	}
	include, given := holds("include")
	return !given || include
}

// concreteKinds are the types that abstract ones may turn out to be, of those held in memory.
var concreteKinds = []db.NodeKind{db.CountryNode, db.OrganizationNode, db.LeaderNode, db.IssueNode}

// shape compiles what is selected of a type. rows is the level whose rows the object stands in, path the way there.
func (c *compiler) shape(typeName string, sets []ast.SelectionSet, rows *level, path string, depth int) (*shape, error) {
	// One field of a fragment may stand in several places; kinds of party share it in one place.
	outer := c.shared
	c.shared = map[*ast.Field]sharedField{}
	defer func() { c.shared = outer }()
	if c.schema.Types[typeName].Kind != ast.Interface {
		found, err := c.selection(typeName, sets, rows, path, depth)
		if err != nil {
			return nil, err
		}
		return &shape{single: found, deep: found.deep}, nil
	}
	s := &shape{byKind: map[db.NodeKind]*selection{}}
	for _, possible := range c.schema.GetPossibleTypes(c.schema.Types[typeName]) {
		switch possible.Name {
		case "Article", "Raise":
			made := &fetch{level: newLevel(db.Query{From: db.ArticlesByID}), index: c.plan.fetches}
			keys := []string{"id"}
			if possible.Name == "Article" {
				s.articles = made
			} else {
				made.level.query.From, keys = db.RaisesByKey, []string{"article_id", "by_id", "with_id", "issue_id"}
				s.raises = made
			}
			for _, key := range keys {
				made.at = append(made.at, made.level.column("", key))
			}
			c.plan.fetches++
			found, err := c.selection(possible.Name, sets, made.level, "", depth)
			if err != nil {
				return nil, err
			}
			made.selection, s.deep = found, true
		default:
			for _, kind := range concreteKinds {
				if kind.TypeName() != possible.Name {
					continue
				}
				found, err := c.selection(possible.Name, sets, nil, "", depth)
				if err != nil {
					return nil, err
				}
				s.byKind[kind], s.deep = found, s.deep || found.deep
			}
		}
	}
	return s, nil
}

// selection compiles what is selected of a concrete type.
func (c *compiler) selection(typeName string, sets []ast.SelectionSet, rows *level, path string, depth int) (*selection, error) {
	if depth > c.limits.MaxDepth {
		return nil, limitf("the operation nests deeper than %d fields: ask for less at once", c.limits.MaxDepth)
	}
	s := &selection{ofNode: true}
	for _, group := range c.collect(typeName, sets) {
		if c.fields++; c.fields > c.limits.MaxFields {
			return nil, limitf("the operation has more than %d fields, fragments expanded: ask for less at once", c.limits.MaxFields)
		}
		made, err := c.partyField(typeName, group, rows, path, depth)
		if err != nil {
			return nil, err
		}
		s.fields = append(s.fields, made)
		s.deep = s.deep || made.deep
		s.ofNode = s.ofNode && (made.field.ofNode || made.constant != nil)
	}
	return s, nil
}

// partyField compiles a field, or takes the one that was compiled for the other kind of party.
func (c *compiler) partyField(typeName string, group *group, rows *level, path string, depth int) (*compiled, error) {
	first := group.fields[0]
	isParty := (typeName == "Country" || typeName == "Organization") && c.schema.Types["Party"].Fields.ForName(first.Name) != nil
	if known, found := c.shared[first]; isParty && found && known.group.key == group.key && slices.Equal(known.group.fields, group.fields) {
		return known.field, nil
	}
	made, err := c.field(typeName, group, rows, path, depth)
	if isParty && err == nil {
		c.shared[first] = sharedField{group, made}
	}
	return made, err
}

func (c *compiler) field(typeName string, group *group, rows *level, path string, depth int) (*compiled, error) {
	first := group.fields[0]
	made := &compiled{name: group.key, key: append(appendText(nil, group.key), ':'), ast: first}
	if first.Name == "__typename" {
		made.constant = appendText(nil, typeName)
		return made, nil
	}
	made.field = fields[typeName][first.Name]
	made.cost = made.field.cost
	declared := c.schema.Types[typeName].Fields.ForName(first.Name).Type
	made.nonNull, made.isList = declared.NonNull, declared.Elem != nil
	if made.isList {
		made.itemNonNull = declared.Elem.NonNull
	}
	for _, column := range made.field.columns {
		made.at = append(made.at, rows.column(path, column))
	}
	if made.field.write != nil {
		return made, nil
	}
	if !slices.ContainsFunc(first.Arguments, func(a *ast.Argument) bool { return variable(a.Value) }) {
		// Wrong ones are no reason to refuse the operation: a run says so where the field stands, if it gets there.
		if given, err := coerce(c.schema, first, nil); err == nil {
			made.settled = given
		}
	}
	sets := make([]ast.SelectionSet, len(group.fields))
	for i, f := range group.fields {
		sets[i] = f.SelectionSet
	}
	below, belowPath := rows, path
	switch {
	case made.field.join != "":
		belowPath = made.field.join
		if path != "" {
			belowPath = path + "." + belowPath
		}
	case made.field.many != nil:
		below, belowPath = newLevel(made.field.many.query), ""
		for _, column := range made.field.many.extra {
			below.column("", column)
		}
		made.level, made.index, made.deep = below, c.plan.results, true
		c.plan.results++
		if made.field.many.connect {
			made.wants = c.wants(declared.Name(), sets, below)
		}
	}
	found, err := c.shape(declared.Name(), sets, below, belowPath, depth+1)
	if err != nil {
		return nil, err
	}
	made.shape = found
	made.deep = made.deep || found.deep || made.field.prepare != nil
	return made, nil
}

// variable reports whether a value holds a variable.
func variable(value *ast.Value) bool {
	return value.Kind == ast.Variable || slices.ContainsFunc(value.Children, func(child *ast.ChildValue) bool { return variable(child.Value) })
}

// wants notes which of a connection's fields are selected; cursors need columns of their own.
func (c *compiler) wants(typeName string, sets []ast.SelectionSet, rows *level) map[string]bool {
	wants := map[string]bool{}
	for _, group := range c.collect(typeName, sets) {
		wants[group.fields[0].Name] = true
	}
	if wants["edges"] || wants["pageInfo"] {
		switch rows.query.From {
		case db.Raises:
			rows.column("", "said_on")
			rows.column("", "confidence")
			rows.column("", "id")
		case db.Articles:
			rows.column("", "published")
			rows.column("", "id")
		}
	}
	return wants
}
