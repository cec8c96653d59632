package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// asker writes operations at random that the schema allows.
type asker struct {
	*rand.Rand
	types     map[string]*ast.Definition
	schema    *ast.Schema
	fragments []string // definitions
	named     map[string][]string
	names     int
}

// arguments that random operations use; fields ask with none of them, too.
var askedArguments = map[string][]string{
	"filter: RaiseFilter": {`{ by: ["JP"] }`, `{ between: ["us", "Japan"] }`, `{ area: ["trade"] }`, `{ not: { speaker: ["donald-trump"] } }`,
		`{ or: [{ act: REQUEST }, { since: "2025-02-08" }] }`, `{ text: "tariffs" }`, `{ minConfidence: 0.7, with: ["CN", "US"] }`},
	"filter: ArticleFilter":         {`{ mentions: ["JP"] }`, `{ mentionsAll: ["JP", "CN"] }`, `{ text: "trade" }`, `{ until: "2025-02-08" }`},
	"orderBy: RaiseOrder":           {`{ field: CONFIDENCE }`, `{ direction: ASC }`, `{ field: ON, direction: DESC }`},
	"orderBy: StatsOrder":           {"COUNT"},
	"groupBy: [RaiseDimension!]!":   {"[BY, WITH]", "[]", "[ISSUE, YEAR]", "[SPEAKER]", "[SOURCE, AREA, ACT]"},
	"groupBy: [ArticleDimension!]!": {"[SOURCE]", "[MONTH]", "[]"},
	"first: Int":                    {"0", "1", "2", "3"},
	"ref: PartyRef!":                {`"JP"`, `"European Union"`, `"usa"`},
	"raisedBy: PartyRef":            {`"JP"`, `"CN"`},
	"raisedWith: PartyRef":          {`"US"`, `"EU"`},
	"party: PartyRef":               {`"JP"`},
	"since: Date":                   {`"2025-02-08"`},
	"on: Date":                      {`"2025-02-07"`},
	"area: String":                  {`"trade"`},
	"slug: String!":                 {`"tariffs"`, `"shigeru-ishiba"`},
	"externalId: String!":           {`"a1"`, `"a3"`, `"none"`},
	"text: String!":                 {`"tariffs"`, `"japan OR trade"`},
	"types: [NodeType!]":            {"[ARTICLE]", "[COUNTRY, ISSUE, LEADER]"},
	"id: ID!":                       {`"Q291bnRyeTpKUA"`, `"T3JnYW5pemF0aW9uOkVV"`, `"SXNzdWU6dGFyaWZmcw"`},
	"ids: [ID!]!":                   {`["Q291bnRyeTpKUA", "QXJ0aWNsZToyYzNhNDI0OWQ3NzA3", "UmFpc2U6ZjQ2ZGQyOGE1NDk5ZDpKUDpVUzp0YXJpZmZz", "SXNzdWU6dGFyaWZmcw"]`},
	"from: ID!":                     {`"Q291bnRyeTpKUA"`},
	"to: ID!":                       {`"T3JnYW5pemF0aW9uOkVV"`, `"QXJ0aWNsZToyYzNhNDI0OWQ3NzA3"`},
}

func (a *asker) arguments(field *ast.FieldDefinition) string {
	var given []string
	for _, argument := range field.Arguments {
		required := argument.Type.NonNull && argument.DefaultValue == nil
		values := askedArguments[argument.Name+": "+argument.Type.String()]
		if len(values) == 0 || !required && a.IntN(2) == 0 {
			continue
		}
		given = append(given, argument.Name+": "+values[a.IntN(len(values))])
	}
	if given == nil {
		return ""
	}
	return "(" + strings.Join(given, ", ") + ")"
}

// selection writes what is selected of a type, braces included.
func (a *asker) selection(typeName string, depth int) string {
	definition := a.types[typeName]
	parts := []string{}
	for range 1 + a.IntN(4) {
		switch a.IntN(8) {
		case 0:
			parts = append(parts, "__typename")
			continue
		case 1:
			possible := a.schema.GetPossibleTypes(definition)
			if inner := possible[a.IntN(len(possible))].Name; depth > 1 && typeName != "Query" {
				parts = append(parts, "... on "+inner+" "+a.selection(inner, depth-1))
			}
			continue
		case 2:
			// A fragment that stands in several places.
			if depth > 1 && typeName != "Query" {
				known := a.named[typeName]
				if len(known) == 0 || a.IntN(3) == 0 {
					a.names++
					name := fmt.Sprintf("F%d", a.names)
					text := fmt.Sprintf("fragment %s on %s %s", name, typeName, a.selection(typeName, min(depth-1, 2)))
					a.fragments = append(a.fragments, text)
					a.named[typeName] = append(a.named[typeName], name)
					known = a.named[typeName]
				}
				parts = append(parts, "..."+known[a.IntN(len(known))])
			}
			continue
		}
		field := definition.Fields[a.IntN(len(definition.Fields))]
		if strings.HasPrefix(field.Name, "__") {
			continue
		}
		below := a.types[field.Type.Name()]
		text := ""
		if below.Kind == ast.Object || below.Kind == ast.Interface {
			if depth <= 1 {
				continue
			}
			text = " " + a.selection(below.Name, depth-1)
		}
		a.names++ // aliases keep fields with different arguments apart
		parts = append(parts, fmt.Sprintf("x%d: %s%s%s", a.names, field.Name, a.arguments(field), text))
	}
	if len(parts) == 0 {
		parts = append(parts, "__typename")
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// conforms compares an answer with the schema and the selection: no key too many or too few, no null that must not be.
func conforms(t *testing.T, a *asker, document *ast.QueryDocument, typeName string, sets []ast.SelectionSet, value any, path string) {
	object, isObject := value.(map[string]any)
	if !isObject {
		t.Fatalf("%s: got %v, want an object", path, value)
	}
	if name, given := object["__typename"].(string); given && a.types[typeName].Kind == ast.Interface {
		typeName = name
	}
	if a.types[typeName].Kind == ast.Interface {
		return // of unknown type: nothing to compare with
	}
	c := compiler{schema: a.schema, document: document}
	groups := c.collect(typeName, sets)
	if len(groups) != len(object) {
		t.Fatalf("%s: got %d keys %v, want %d", path, len(object), object, len(groups))
	}
	for _, group := range groups {
		first := group.fields[0]
		if first.Name == "__typename" {
			if object[group.key] != typeName {
				t.Fatalf("%s: got type %v, want %s", path, object[group.key], typeName)
			}
			continue
		}
		below := []ast.SelectionSet{}
		for _, field := range group.fields {
			below = append(below, field.SelectionSet)
		}
		var check func(declared *ast.Type, value any, path string)
		check = func(declared *ast.Type, value any, path string) {
			if value == nil {
				if declared.NonNull {
					t.Fatalf("%s is null", path)
				}
				return
			}
			if declared.Elem != nil {
				for i, item := range value.([]any) {
					check(declared.Elem, item, fmt.Sprintf("%s[%d]", path, i))
				}
				return
			}
			switch definition := a.types[declared.NamedType]; definition.Kind {
			case ast.Object, ast.Interface:
				conforms(t, a, document, definition.Name, below, value, path)
			case ast.Enum:
				if definition.EnumValues.ForName(fmt.Sprint(value)) == nil {
					t.Fatalf("%s: got %v, want a value of %s", path, value, definition.Name)
				}
			default:
				if _, isNumber := value.(float64); isNumber != (definition.Name == "Int" || definition.Name == "Float") {
					if _, isBool := value.(bool); !isBool {
						t.Fatalf("%s: got %v, want %s", path, value, definition.Name)
					}
				}
			}
		}
		value, given := object[group.key]
		if !given {
			t.Fatalf("%s has no %s", path, group.key)
		}
		check(a.types[typeName].Fields.ForName(first.Name).Type, value, path+"."+group.key)
	}
}

// thin writes a document again with some of its selections left out.
func (a *asker) thin(document *ast.QueryDocument) string {
	used := map[string]bool{}
	var keep func(set ast.SelectionSet) ast.SelectionSet
	keep = func(set ast.SelectionSet) ast.SelectionSet {
		kept := ast.SelectionSet{}
		for i, selected := range set {
			if a.IntN(3) == 0 && !(i == len(set)-1 && len(kept) == 0) {
				continue
			}
			switch selected := selected.(type) {
			case *ast.Field:
				made := *selected
				made.SelectionSet = keep(made.SelectionSet)
				kept = append(kept, &made)
			case *ast.InlineFragment:
				made := *selected
				made.SelectionSet = keep(made.SelectionSet)
				kept = append(kept, &made)
			case *ast.FragmentSpread:
				if !used[selected.Name] {
					used[selected.Name] = true
					for name := range a.spreads(document.Fragments.ForName(selected.Name).SelectionSet, document) {
						used[name] = true
					}
				}
				kept = append(kept, selected)
			}
		}
		return kept
	}
	operation := *document.Operations[0]
	operation.SelectionSet = keep(operation.SelectionSet)
	thinned := &ast.QueryDocument{Operations: ast.OperationList{&operation}}
	for _, fragment := range document.Fragments {
		if used[fragment.Name] {
			thinned.Fragments = append(thinned.Fragments, fragment)
		}
	}
	var out strings.Builder
	formatter.NewFormatter(&out).FormatQueryDocument(thinned)
	return out.String()
}

// spreads are the names of all fragments that a selection spreads, those inside of fragments included.
func (a *asker) spreads(set ast.SelectionSet, document *ast.QueryDocument) map[string]bool {
	names := map[string]bool{}
	var visit func(set ast.SelectionSet)
	visit = func(set ast.SelectionSet) {
		for _, selected := range set {
			switch selected := selected.(type) {
			case *ast.Field:
				visit(selected.SelectionSet)
			case *ast.InlineFragment:
				visit(selected.SelectionSet)
			case *ast.FragmentSpread:
				names[selected.Name] = true
				visit(document.Fragments.ForName(selected.Name).SelectionSet)
			}
		}
	}
	visit(set)
	return names
}

// within wants all of part in whole.
func within(t *testing.T, part, whole any, query, path string) {
	switch part := part.(type) {
	case map[string]any:
		object, _ := whole.(map[string]any)
		for key, value := range part {
			if _, given := object[key]; !given {
				t.Fatalf("%s: %s.%s is new", query, path, key)
			}
			within(t, value, object[key], query, path+"."+key)
		}
	case []any:
		list, _ := whole.([]any)
		if len(list) != len(part) {
			t.Fatalf("%s: %s has %d elements, among more fields %d", query, path, len(part), len(list))
		}
		for i := range part {
			within(t, part[i], list[i], query, fmt.Sprintf("%s[%d]", path, i))
		}
	default:
		if part != whole {
			t.Fatalf("%s: %s is %v, among more fields %v", query, path, part, whole)
		}
	}
}

// TestRandomOperations answers operations written at random. Each answer must fit the schema, and no field may change
// its value with what else is asked.
func TestRandomOperations(t *testing.T) {
	reader := openSmall(t)
	schema := newSchema(nil, Options{}).Schema()
	answered := 0
	for seed := range 300 {
		a := &asker{Rand: rand.New(rand.NewPCG(uint64(seed), 7)), types: schema.Types, schema: schema, named: map[string][]string{}}
		body := a.selection("Query", 6)
		query := "query " + body + " " + strings.Join(a.fragments, " ")
		response := Execute(context.Background(), reader, query, nil, "")
		document, err := parser.ParseQuery(&ast.Source{Input: query})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		refused := false
		for _, failure := range response.Errors {
			switch failure.Extensions["code"] {
			case CodeNotFound, CodeLimit: // a slug of the other kind; a large operation
				refused = true
			case "GRAPHQL_VALIDATION_FAILED":
				if !strings.Contains(failure.Message, "is never used") && !strings.Contains(failure.Message, "conflict") && !strings.Contains(failure.Message, "can never be of type") {
					t.Fatalf("%s: %v", query, response.Errors)
				}
				refused = true
			default:
				t.Fatalf("%s: %v", query, response.Errors)
			}
		}
		if refused {
			continue
		}
		answered++
		var data map[string]any
		if err := json.Unmarshal(response.Data, &data); err != nil {
			t.Fatalf("%s: %v in %s", query, err, response.Data)
		}
		conforms(t, a, document, "Query", []ast.SelectionSet{document.Operations[0].SelectionSet}, data, "data")
		for range 3 {
			part := a.thin(document)
			var thinned map[string]any
			answer := Execute(context.Background(), reader, part, nil, "")
			if err := json.Unmarshal(answer.Data, &thinned); err != nil || len(answer.Errors) > 0 {
				t.Fatalf("%s: %v, %v", part, answer.Errors, err)
			}
			within(t, thinned, data, part, "data")
		}
	}
	if answered < 100 {
		t.Errorf("%d operations were answered: the others test nothing", answered)
	}
}
