package graph

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// A parsed document is measured before it is validated: validation compares the fields of a selection pairwise, and
// follows fragments into fragments, so that a short document can keep it busy for long. All that is done here takes
// time in proportion to the document and to the fields that Options.MaxFields allows.

// survey is what a walk over a document sees of it, each part once.
type survey struct {
	limits     *Options
	document   *ast.QueryDocument
	nodes      int // fields, fragments, directives and values
	aliases    int
	directives int
	conditions []string // variables of @skip and @include
	extents    map[*ast.FragmentDefinition]extent
	steps      int // of repeats
}

// extent is how large a selection is with its fragments expanded.
type extent struct {
	fields, depth int
	lists         int  // that introspection has inside of each other
	known         bool // else it is being measured, and met again within itself
}

// measure refuses a document that goes past the limits.
func measure(document *ast.QueryDocument, limits *Options) (*survey, error) {
	s := &survey{limits: limits, document: document, extents: map[*ast.FragmentDefinition]extent{}}
	for _, operation := range document.Operations {
		if count := len(operation.VariableDefinitions); count > limits.MaxVariables {
			return nil, limitf("the operation has %d variables, at most %d are allowed: pass lists or objects instead", count, limits.MaxVariables)
		}
		if err := s.names(operation.Name); err != nil {
			return nil, err
		}
		for _, variable := range operation.VariableDefinitions {
			if err := s.names(variable.Variable, variable.Type.Name()); err != nil {
				return nil, err
			}
			if err := s.value(variable.DefaultValue); err != nil {
				return nil, err
			}
			if err := s.note(variable.Directives); err != nil {
				return nil, err
			}
		}
		if err := s.note(operation.Directives); err != nil {
			return nil, err
		}
		if err := s.walk(operation.SelectionSet); err != nil {
			return nil, err
		}
	}
	for _, fragment := range document.Fragments {
		if err := s.names(fragment.Name, fragment.TypeCondition); err != nil {
			return nil, err
		}
		if err := s.note(fragment.Directives); err != nil {
			return nil, err
		}
		if err := s.walk(fragment.SelectionSet); err != nil {
			return nil, err
		}
	}
	if s.aliases > limits.MaxAliases {
		return nil, limitf("the document has %d aliases, at most %d are allowed: ask in several requests", s.aliases, limits.MaxAliases)
	}
	if s.directives > limits.MaxDirectives {
		return nil, limitf("the document has %d directives, at most %d are allowed: leave out what is not wanted", s.directives, limits.MaxDirectives)
	}
	for _, fragment := range document.Fragments { // those that nobody spreads too: validation follows them
		if err := s.within(s.fragment(fragment)); err != nil {
			return nil, err
		}
		if err := s.repeats([]ast.SelectionSet{fragment.SelectionSet}, nil); err != nil {
			return nil, err
		}
	}
	for _, operation := range document.Operations {
		if err := s.within(s.extent(operation.SelectionSet)); err != nil {
			return nil, err
		}
		if err := s.repeats([]ast.SelectionSet{operation.SelectionSet}, operation); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// walk sees each part of a selection once, fragments apart.
func (s *survey) walk(set ast.SelectionSet) error {
	for _, selected := range set {
		s.nodes++
		var directives ast.DirectiveList
		var below ast.SelectionSet
		var names [2]string
		switch selected := selected.(type) {
		case *ast.Field:
			names = [2]string{selected.Name, selected.Alias}
			if selected.Alias != selected.Name {
				s.aliases++
			}
			if s.limits.NoIntrospection && (selected.Name == "__schema" || selected.Name == "__type") {
				return &codedError{CodeNoIntrospection, "introspection is turned off here: the schema is at /schema.graphql", selected.Position}
			}
			for _, argument := range selected.Arguments {
				if err := cmp.Or(s.names(argument.Name), s.value(argument.Value)); err != nil {
					return err
				}
			}
			directives, below = selected.Directives, selected.SelectionSet
		case *ast.InlineFragment:
			names[0] = selected.TypeCondition
			directives, below = selected.Directives, selected.SelectionSet
		case *ast.FragmentSpread:
			if s.document.Fragments.ForName(selected.Name) == nil {
				// Validation would say so of each, which takes longer and longer.
				return &codedError{CodeInvalid, fmt.Sprintf("Unknown fragment %.60q.", selected.Name), selected.Position}
			}
			names[0] = selected.Name
			directives = selected.Directives
		}
		if err := s.names(names[:]...); err != nil {
			return err
		}
		if err := s.note(directives); err != nil {
			return err
		}
		if err := s.walk(below); err != nil {
			return err
		}
	}
	return nil
}

// note counts the directives of one place.
func (s *survey) note(directives ast.DirectiveList) error {
	if len(directives) > maxDirectivesHere {
		return limitf("%d directives stand in one place, at most %d are allowed", len(directives), maxDirectivesHere)
	}
	s.directives += len(directives)
	for _, directive := range directives {
		if err := s.names(directive.Name); err != nil {
			return err
		}
		for _, argument := range directive.Arguments {
			if err := cmp.Or(s.names(argument.Name), s.value(argument.Value)); err != nil {
				return err
			}
			if argument.Name == "if" && argument.Value.Kind == ast.Variable {
				s.conditions = append(s.conditions, argument.Value.Raw)
			}
		}
	}
	return nil
}

func (s *survey) value(value *ast.Value) error {
	if value == nil {
		return nil
	}
	s.nodes++
	if len(value.Raw) > s.limits.MaxLiteral {
		return s.limits.literalError()
	}
	if value.Kind == ast.EnumValue || value.Kind == ast.Variable {
		if err := s.names(value.Raw); err != nil {
			return err
		}
	}
	for _, child := range value.Children {
		if err := cmp.Or(s.names(child.Name), s.value(child.Value)); err != nil {
			return err
		}
	}
	return nil
}

// maxName bounds the bytes of a name; the schema's longest has a tenth of them. Validation compares a name that it does not know
// with all that there are.
const maxName = 200

func (s *survey) names(names ...string) error {
	for _, name := range names {
		if len(name) > maxName {
			return limitf("a name has more than %d bytes", maxName)
		}
	}
	return nil
}

func (o *Options) documentError() error {
	return limitf("the document has more than %d bytes: pass long values as variables", o.MaxDocument)
}

func (o *Options) literalError() error { return limitf("a value has more than %d bytes", o.MaxLiteral) }

func (o *Options) valuesError() error {
	return limitf("the variables hold more than %d values: ask in several requests", o.MaxValues)
}

// within refuses what is too large or too deep.
func (s *survey) within(found extent, err error) error {
	switch {
	case err != nil:
		return err
	case found.fields > s.limits.MaxFields:
		return limitf("the operation has more than %d fields, fragments expanded: ask for less at once", s.limits.MaxFields)
	case found.depth > s.limits.MaxDepth:
		return limitf("the operation nests deeper than %d fields: ask for less at once", s.limits.MaxDepth)
	case found.lists > s.limits.MaxIntrospection:
		return limitf("the operation asks for lists of the schema inside of more than %d others: ask for types by their names", s.limits.MaxIntrospection-1)
	}
	return nil
}

// extent measures a selection. Counts stop mattering past the limit, and so do not grow without end.
func (s *survey) extent(set ast.SelectionSet) (extent, error) {
	total := extent{known: true}
	for _, selected := range set {
		var inner extent
		var err error
		switch selected := selected.(type) {
		case *ast.Field:
			inner, err = s.extent(selected.SelectionSet)
			inner.fields++
			inner.depth++
			switch selected.Name {
			case "fields", "inputFields", "interfaces", "possibleTypes":
				// Nothing but types of the schema has such fields. From each of them the way leads back to types.
				inner.lists++
			}
		case *ast.InlineFragment:
			inner, err = s.extent(selected.SelectionSet)
		case *ast.FragmentSpread:
			inner, err = s.fragment(s.document.Fragments.ForName(selected.Name))
		}
		if err != nil {
			return total, err
		}
		total.fields = min(total.fields+inner.fields, s.limits.MaxFields+1)
		total.depth = max(total.depth, inner.depth)
		total.lists = max(total.lists, inner.lists)
	}
	return total, nil
}

// fragment measures a fragment once, however often it is spread.
func (s *survey) fragment(fragment *ast.FragmentDefinition) (extent, error) {
	found, met := s.extents[fragment]
	if met && !found.known {
		return found, &codedError{CodeInvalid, fmt.Sprintf("fragment %q spreads itself", fragment.Name), fragment.Position}
	}
	if met {
		return found, nil
	}
	s.extents[fragment] = extent{}
	found, err := s.extent(fragment.SelectionSet)
	s.extents[fragment] = found
	return found, err
}

// maxSteps bounds how often all fields of a document are looked at, as multiples of what one operation may have.
const maxSteps = 10

// repeats refuses a response key that stands too often in one selection, fragments expanded, and too many fields at
// the root of an operation. Selections of one key are looked at together, as they will be merged.
func (s *survey) repeats(sets []ast.SelectionSet, operation *ast.OperationDefinition) error {
	var order []string
	fields := map[string][]*ast.Field{}
	visited := map[string]bool{}
	var collect func(set ast.SelectionSet)
	collect = func(set ast.SelectionSet) {
		for _, selected := range set {
			switch selected := selected.(type) {
			case *ast.Field:
				s.steps++
				if fields[selected.Alias] == nil {
					order = append(order, selected.Alias)
				}
				fields[selected.Alias] = append(fields[selected.Alias], selected)
			case *ast.InlineFragment:
				collect(selected.SelectionSet)
			case *ast.FragmentSpread:
				fragment := s.document.Fragments.ForName(selected.Name)
				if !visited[selected.Name] {
					visited[selected.Name] = true
					collect(fragment.SelectionSet)
				}
			}
		}
	}
	for _, set := range sets {
		collect(set)
	}
	if s.steps > maxSteps*s.limits.MaxFields {
		return limitf("the document's fragments are spread into each other too often: ask for less at once")
	}
	if operation != nil && len(order) > s.limits.MaxRootFields {
		return limitf("the operation has %d fields at its root, at most %d are allowed: ask in several requests", len(order), s.limits.MaxRootFields)
	}
	for _, key := range order {
		same := fields[key]
		if len(same) > s.limits.MaxRepeats {
			return limitf("%.60q is asked for %d times in one selection, at most %d are allowed: once is enough", key, len(same), s.limits.MaxRepeats)
		}
		below := make([]ast.SelectionSet, 0, len(same))
		for _, field := range same {
			if len(field.SelectionSet) > 0 {
				below = append(below, field.SelectionSet)
			}
		}
		if len(below) > 0 {
			if err := s.repeats(below, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// variables refuses values that are too many or too long.
func (o *Options) variables(values map[string]any) error {
	if len(values) == 0 {
		return nil
	}
	count := 0
	var visit func(value any) error
	visit = func(value any) error {
		if count++; count > o.MaxValues {
			return o.valuesError()
		}
		switch value := value.(type) {
		case string:
			if len(value) > o.MaxLiteral {
				return o.literalError()
			}
		case []any:
			for _, item := range value {
				if err := visit(item); err != nil {
					return err
				}
			}
		case map[string]any:
			for _, item := range value {
				if err := visit(item); err != nil {
					return err
				}
			}
		}
		return nil
	}
	for _, value := range values {
		if err := visit(value); err != nil {
			return err
		}
	}
	return nil
}

// cap shortens what clients are told of errors: the first few, each with what a sentence needs.
func (o *Options) cap(failures gqlerror.List) gqlerror.List {
	if extra := len(failures) - o.MaxErrors; extra > 0 {
		last := failures[o.MaxErrors]
		failures = append(failures[:o.MaxErrors:o.MaxErrors], &gqlerror.Error{
			Message: fmt.Sprintf("and %d more errors", extra), Extensions: map[string]any{"code": last.Extensions["code"]}})
	}
	for _, failure := range failures {
		if len(failure.Message) > maxMessage {
			failure.Message = strings.ToValidUTF8(failure.Message[:maxMessage], "") + "…"
		}
	}
	return failures
}

// maxMessage bounds the bytes of an error's message.
const maxMessage = 600
