package graph

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
)

// introspect has gqlgen answer one field of an operation: __schema or __type.
func (s *schema) introspect(ctx context.Context, t *task, c *compiled) ([]byte, error) {
	set := make(ast.SelectionSet, len(c.merged))
	for i, field := range c.merged {
		set[i] = field
	}
	alone := *t.operation
	alone.SelectionSet = set
	ctx = graphql.WithOperationContext(ctx, &graphql.OperationContext{
		RawQuery: t.document.text, Variables: t.variables, OperationName: t.operation.Name, Doc: t.document.tree, Operation: &alone,
		RecoverFunc:            graphql.DefaultRecover,
		ResolverMiddleware:     func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
		RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
	})
	ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
	response := s.ExecutableSchema.Exec(ctx)(ctx)
	if failures := graphql.GetErrors(ctx); failures != nil {
		return nil, failures
	}
	// {"alias":value} is what it writes; the value is wanted.
	if front := 1 + len(c.key); len(response.Data) > front {
		return response.Data[front : len(response.Data)-1], nil
	}
	return []byte("null"), nil
}

// Lengths of the lists that introspection has, about; of types the schema knows how many there are.
const (
	fieldsOfType    = 10
	argumentsOfIt   = 3
	valuesOfEnum    = 8
	typesOfAbstract = 4
	directivesOfAll = 8
)

// introspected is how many values the fields of one __schema or __type may have, fragments expanded.
func (c *compiler) introspected(fields []*ast.Field) int {
	total := 0
	var visit func(set ast.SelectionSet, times int)
	visit = func(set ast.SelectionSet, times int) {
		for _, selected := range set {
			if total > c.limits.MaxCost {
				return
			}
			switch selected := selected.(type) {
			case *ast.Field:
				total += times
				length := 1
				switch selected.Name {
				case "types":
					length = len(c.schema.Types)
				case "fields", "inputFields":
					length = fieldsOfType
				case "args":
					length = argumentsOfIt
				case "enumValues":
					length = valuesOfEnum
				case "interfaces", "possibleTypes":
					length = typesOfAbstract
				case "directives":
					length = directivesOfAll
				}
				visit(selected.SelectionSet, min(times*length, c.limits.MaxCost+1))
			case *ast.InlineFragment:
				visit(selected.SelectionSet, times)
			case *ast.FragmentSpread:
				visit(c.document.Fragments.ForName(selected.Name).SelectionSet, times)
			}
		}
	}
	for _, field := range fields {
		visit(field.SelectionSet, 1)
	}
	return total
}
