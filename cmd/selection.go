package cmd

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"demarche/graph"
)

// selected is a field that an operation selects, by its name in the answer. It is what tells the columns of a table: those
// of the answer are not all there where something is null.
type selected struct {
	name   string
	list   bool       // its value is one
	fields []selected // none of a scalar
}

// selectionOf is what an operation of a query selects, nil where there is no such operation.
func selectionOf(query, operation string, values map[string]any) []selected {
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil {
		return nil
	}
	chosen := document.Operations.ForName(operation)
	schema := graph.NewExecutableSchema(graph.Config{}).Schema()
	if chosen == nil || chosen.Operation != ast.Query {
		return nil
	}
	s := selector{schema, document.Fragments, chosen.VariableDefinitions, values}
	return s.fields(chosen.SelectionSet, schema.Query)
}

// selector reads selections.
type selector struct {
	schema    *ast.Schema
	fragments ast.FragmentDefinitionList
	declared  ast.VariableDefinitionList
	values    map[string]any // of variables, as they were given
}

// fields are those of a selection on a type, as the answer has them: each once, in the order in which they first stand.
func (s *selector) fields(selections ast.SelectionSet, of *ast.Definition) []selected {
	var found []selected
	merged := map[string]ast.SelectionSet{} // by name: what all fields of it select
	types := map[string]*ast.Definition{}
	var collect func(selections ast.SelectionSet, of *ast.Definition)
	collect = func(selections ast.SelectionSet, of *ast.Definition) {
		for _, selection := range selections {
			switch selection := selection.(type) {
			case *ast.Field:
				if of == nil || s.leftOut(selection.Directives) {
					continue
				}
				name := selection.Alias
				if _, known := merged[name]; !known {
					field := selected{name: name}
					if definition := of.Fields.ForName(selection.Name); definition != nil { // else __typename
						field.list, types[name] = definition.Type.Elem != nil, s.schema.Types[definition.Type.Name()]
					}
					found = append(found, field)
				}
				merged[name] = append(merged[name], selection.SelectionSet...)
			case *ast.InlineFragment:
				if !s.leftOut(selection.Directives) {
					collect(selection.SelectionSet, s.narrowed(of, selection.TypeCondition))
				}
			case *ast.FragmentSpread:
				if fragment := s.fragments.ForName(selection.Name); fragment != nil && !s.leftOut(selection.Directives) {
					collect(fragment.SelectionSet, s.narrowed(of, fragment.TypeCondition))
				}
			}
		}
	}
	collect(selections, of)
	for i := range found {
		found[i].fields = s.fields(merged[found[i].name], types[found[i].name])
	}
	return found
}

func (s *selector) narrowed(of *ast.Definition, condition string) *ast.Definition {
	if condition == "" {
		return of
	}
	return s.schema.Types[condition]
}

func (s *selector) leftOut(directives ast.DirectiveList) bool {
	for _, directive := range directives {
		on := directive.Arguments.ForName("if")
		if on != nil && (directive.Name == "skip" && s.isTrue(on.Value) || directive.Name == "include" && !s.isTrue(on.Value)) {
			return true
		}
	}
	return false
}

func (s *selector) isTrue(value *ast.Value) bool {
	if value.Kind != ast.Variable {
		return value.Raw == "true"
	}
	if given, is := s.values[value.Raw]; is {
		return given == true
	}
	declared := s.declared.ForName(value.Raw)
	return declared != nil && declared.DefaultValue != nil && declared.DefaultValue.Raw == "true"
}

// columnsOf names the columns that rows of a selection have, with dotted names for what is nested.
func columnsOf(fields []selected, prefix string) (names []string) {
	for _, field := range fields {
		if field.list || len(field.fields) == 0 {
			names = append(names, prefix+field.name)
		} else {
			names = append(names, columnsOf(field.fields, prefix+field.name+".")...)
		}
	}
	return names
}

// below finds the fields of a field.
func below(fields []selected, name string) []selected {
	for _, field := range fields {
		if field.name == name {
			return field.fields
		}
	}
	return nil
}
