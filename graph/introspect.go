package graph

import (
	"strconv"

	"github.com/99designs/gqlgen/graphql/introspection"
)

// Lengths of the lists that introspection has, about.
const (
	typesOfSchema   = 60
	fieldsOfType    = 10
	argumentsOfIt   = 3
	valuesOfEnum    = 8
	typesOfAbstract = 4
	directivesOfAll = 8
)

// addIntrospection adds to the table what clients can ask of the schema itself.
func addIntrospection(table map[string]object) {
	table["Query"]["__schema"] = field{one: func(r *run, _ item, _ []int, _ arguments) item {
		return item{value: introspection.WrapSchema(r.schema.Schema())}
	}}
	table["Query"]["__type"] = field{one: func(r *run, _ item, _ []int, a arguments) item {
		return typeItem(introspection.WrapTypeFromDef(r.schema.Schema(), r.schema.Schema().Types[a.text("name")]))
	}}
	table["__Schema"] = object{
		"description":      maybe((*introspection.Schema).Description),
		"types":            listed(typesOfSchema, func(s *introspection.Schema, _ arguments) []introspection.Type { return s.Types() }),
		"queryType":        typed((*introspection.Schema).QueryType),
		"mutationType":     typed((*introspection.Schema).MutationType),
		"subscriptionType": typed((*introspection.Schema).SubscriptionType),
		"directives":       listed(directivesOfAll, func(s *introspection.Schema, _ arguments) []introspection.Directive { return s.Directives() }),
	}
	table["__Type"] = object{
		"kind":           of(func(out []byte, t *introspection.Type) []byte { return appendText(out, t.Kind()) }),
		"name":           maybe((*introspection.Type).Name),
		"description":    maybe((*introspection.Type).Description),
		"specifiedByURL": maybe((*introspection.Type).SpecifiedByURL),
		"isOneOf":        of(func(out []byte, t *introspection.Type) []byte { return strconv.AppendBool(out, t.IsOneOf()) }),
		"ofType":         typed((*introspection.Type).OfType),
		"interfaces":     listed(typesOfAbstract, func(t *introspection.Type, _ arguments) []introspection.Type { return t.Interfaces() }),
		"possibleTypes":  listed(typesOfAbstract, func(t *introspection.Type, _ arguments) []introspection.Type { return t.PossibleTypes() }),
		"inputFields":    listed(fieldsOfType, func(t *introspection.Type, _ arguments) []introspection.InputValue { return t.InputFields() }),
		"fields": listed(fieldsOfType, func(t *introspection.Type, a arguments) []introspection.Field {
			return t.Fields(a["includeDeprecated"] == true)
		}),
		"enumValues": listed(valuesOfEnum, func(t *introspection.Type, a arguments) []introspection.EnumValue {
			return t.EnumValues(a["includeDeprecated"] == true)
		}),
	}
	table["__Field"] = object{
		"name":              of(func(out []byte, f *introspection.Field) []byte { return appendText(out, f.Name) }),
		"description":       maybe((*introspection.Field).Description),
		"type":              typed(func(f *introspection.Field) *introspection.Type { return f.Type }),
		"args":              listed(argumentsOfIt, func(f *introspection.Field, _ arguments) []introspection.InputValue { return f.Args }),
		"isDeprecated":      of(func(out []byte, f *introspection.Field) []byte { return strconv.AppendBool(out, f.IsDeprecated()) }),
		"deprecationReason": maybe((*introspection.Field).DeprecationReason),
	}
	table["__InputValue"] = object{
		"name":              of(func(out []byte, v *introspection.InputValue) []byte { return appendText(out, v.Name) }),
		"description":       maybe((*introspection.InputValue).Description),
		"type":              typed(func(v *introspection.InputValue) *introspection.Type { return v.Type }),
		"defaultValue":      maybe(func(v *introspection.InputValue) *string { return v.DefaultValue }),
		"isDeprecated":      of(func(out []byte, v *introspection.InputValue) []byte { return strconv.AppendBool(out, v.IsDeprecated()) }),
		"deprecationReason": maybe((*introspection.InputValue).DeprecationReason),
	}
	table["__EnumValue"] = object{
		"name":              of(func(out []byte, v *introspection.EnumValue) []byte { return appendText(out, v.Name) }),
		"description":       maybe((*introspection.EnumValue).Description),
		"isDeprecated":      of(func(out []byte, v *introspection.EnumValue) []byte { return strconv.AppendBool(out, v.IsDeprecated()) }),
		"deprecationReason": maybe((*introspection.EnumValue).DeprecationReason),
	}
	table["__Directive"] = object{
		"name":         of(func(out []byte, d *introspection.Directive) []byte { return appendText(out, d.Name) }),
		"description":  maybe((*introspection.Directive).Description),
		"isRepeatable": of(func(out []byte, d *introspection.Directive) []byte { return strconv.AppendBool(out, d.IsRepeatable) }),
		"locations":    of(func(out []byte, d *introspection.Directive) []byte { return appendTexts(out, d.Locations) }),
		"args":         listed(argumentsOfIt, func(d *introspection.Directive, _ arguments) []introspection.InputValue { return d.Args }),
	}
}

// maybe is a leaf that is a text of a value in memory, or null.
func maybe[T any](get func(T) *string) field {
	return of(func(out []byte, value T) []byte {
		if text := get(value); text != nil {
			return appendText(out, *text)
		}
		return append(out, "null"...)
	})
}

// typed is a type of the schema, or null.
func typed[T any](get func(T) *introspection.Type) field {
	return field{one: func(_ *run, it item, _ []int, _ arguments) item { return typeItem(get(it.value.(T))) }}
}

func typeItem(t *introspection.Type) item {
	if t == nil {
		return item{}
	}
	return item{value: t}
}

// listed is several parts of the schema, about so many.
func listed[T, P any](length int, get func(of T, a arguments) []P) field {
	return field{length: length, list: func(_ *run, it item, _ []int, a arguments) []item {
		parts := get(it.value.(T), a)
		items := make([]item, len(parts))
		for i := range parts {
			items[i] = item{value: &parts[i]}
		}
		return items
	}}
}
