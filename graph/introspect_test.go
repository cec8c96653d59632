package graph

import (
	"context"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/graphql/introspection"
	"github.com/vektah/gqlparser/v2"
)

// TestIntrospectionIsWhole: the table answers whatever can be asked of the schema as gqlgen's own resolvers do.
func TestIntrospectionIsWhole(t *testing.T) {
	const everything = `
fragment Whole on __Type { kind name description specifiedByURL isOneOf fields(includeDeprecated: true) { name description isDeprecated deprecationReason args { ...Input } type { ...Reference } }
	some: fields { name } inputFields { ...Input } interfaces { ...Reference } possibleTypes { ...Reference } enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } }
fragment Input on __InputValue { name description defaultValue isDeprecated deprecationReason type { ...Reference } }
fragment Reference on __Type { __typename kind name ofType { kind name ofType { kind name ofType { kind name } } } }`
	reader := openSmall(t)
	s := newSchema(reader, Options{})
	for _, text := range []string{
		introspection.Query,
		"{ __schema { description queryType { name } mutationType { name } subscriptionType { name } types { ...Whole } directives { name description isRepeatable locations args { ...Input } } } }" + everything,
		`{ party: __type(name: "Party") { ...Whole } act: __type(name: "Act") { ...Whole } none: __type(name: "Nothing") { ...Whole } }` + everything,
	} {
		document, failures := gqlparser.LoadQueryWithRules(s.Schema(), text, nil)
		if failures != nil {
			t.Fatal(failures)
		}
		ctx := graphql.WithOperationContext(context.Background(), &graphql.OperationContext{
			RawQuery: text, Variables: map[string]any{}, Doc: document, Operation: document.Operations[0], RecoverFunc: graphql.DefaultRecover,
			ResolverMiddleware:     func(ctx context.Context, next graphql.Resolver) (any, error) { return next(ctx) },
			RootResolverMiddleware: func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler { return next(ctx) },
		})
		ctx = graphql.WithResponseContext(ctx, graphql.DefaultErrorPresenter, graphql.DefaultRecover)
		theirs := s.ExecutableSchema.Exec(ctx)(ctx)
		ours := Execute(context.Background(), reader, text, nil, "")
		if len(ours.Errors) > 0 {
			t.Fatal(ours.Errors)
		}
		var got, want any
		for data, into := range map[*json.RawMessage]*any{&ours.Data: &got, &theirs.Data: &want} {
			if err := json.Unmarshal(*data, into); err != nil {
				t.Fatal(err)
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%.80s: got %.2000s, want %.2000s", text, ours.Data, theirs.Data)
		}
	}
}
