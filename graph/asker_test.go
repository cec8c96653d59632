package graph_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"demarche/db"
)

// asker writes operations at random that the schema allows, whatever the schema is: it walks its types, fields and
// arguments. Only which values are worth asking for it is told, in strings.
type asker struct {
	choose    func(n int) int // a number below n
	schema    *ast.Schema
	world     *world
	cursors   map[string]place // of earlier answers
	fields    int              // that may still be asked for
	names     int
	fragments []string
	named     map[string][]string // names of fragments, by the type that they are on
	aliased   map[string][]string // fields that were asked with an alias, by their type: they may be asked again
	declared  []string            // variables
	variables map[string]any
	switches  []string // variables of @skip and @include
}

// enum is a value that is written without quotes.
type enum string

func (a *asker) one(texts ...string) string { return texts[a.choose(len(texts))] }

func (a *asker) rarely(n int) bool { return a.choose(n) == 0 }

func (a *asker) name(prefix string) string {
	a.names++
	return fmt.Sprintf("%s%d", prefix, a.names)
}

// operation writes a whole document with one operation.
func (a *asker) operation() string {
	a.named, a.aliased, a.variables, a.fields = map[string][]string{}, map[string][]string{}, map[string]any{}, 30+a.choose(30)
	body := a.selection("Query", 7)
	declared := ""
	if a.declared != nil {
		declared = "(" + strings.Join(a.declared, ", ") + ")"
	}
	return strings.Join(append([]string{"query Asked" + declared + " " + body}, a.fragments...), "\n")
}

// selection writes what is selected of a type, braces included.
func (a *asker) selection(typeName string, depth int) string {
	definition := a.schema.Types[typeName]
	var parts []string
	for range 1 + a.choose(4) {
		switch a.choose(9) {
		case 0:
			parts = append(parts, a.alias()+"__typename"+a.directives())
		case 1, 2:
			if depth <= 1 {
				continue
			}
			on := a.overlapping(definition)
			if a.rarely(2) {
				parts = append(parts, "... on "+on+a.directives()+" "+a.selection(on, depth-1))
				continue
			}
			// A fragment may stand in several places.
			name := ""
			if known := a.named[on]; len(known) > 0 && !a.rarely(3) {
				name = a.one(known...)
			} else {
				name = a.name("F")
				text := fmt.Sprintf("fragment %s on %s %s", name, on, a.selection(on, min(depth-1, 3)))
				a.fragments, a.named[on] = append(a.fragments, text), append(a.named[on], name)
			}
			parts = append(parts, "..."+name+a.directives())
		default:
			if text := a.field(definition, depth); text != "" {
				parts = append(parts, text)
			}
		}
	}
	if len(parts) == 0 {
		parts = append(parts, "__typename")
	}
	return "{ " + strings.Join(parts, " ") + " }"
}

// overlapping is a type that some object of the given one may have.
func (a *asker) overlapping(definition *ast.Definition) string {
	possible := a.schema.GetPossibleTypes(definition)
	chosen := possible[a.choose(len(possible))]
	return a.one(append([]string{chosen.Name, definition.Name}, chosen.Interfaces...)...)
}

func (a *asker) alias() string {
	if a.rarely(3) {
		return a.name("x") + ": "
	}
	return ""
}

func (a *asker) field(definition *ast.Definition, depth int) string {
	var fields []*ast.FieldDefinition
	for _, field := range definition.Fields {
		below := a.schema.Types[field.Type.Name()]
		if !strings.HasPrefix(field.Name, "__") && (depth > 1 || !below.IsCompositeType()) {
			fields = append(fields, field)
		}
	}
	if a.fields--; a.fields < 0 || len(fields) == 0 {
		return ""
	}
	field := fields[a.choose(len(fields))]
	below := func() string {
		if of := a.schema.Types[field.Type.Name()]; of.IsCompositeType() {
			return " " + a.selection(of.Name, depth-1)
		}
		return ""
	}
	required := slices.ContainsFunc(field.Arguments, func(d *ast.ArgumentDefinition) bool { return d.Type.NonNull && d.DefaultValue == nil })
	// Without alias and arguments a field may stand anywhere beside itself: all that is selected of it is merged. So it may
	// with the same alias and the same arguments.
	if !required && a.rarely(4) {
		return field.Name + a.directives() + below()
	}
	name := definition.Name + "." + field.Name
	if known := a.aliased[name]; len(known) > 0 && a.rarely(3) {
		return a.one(known...) + a.directives() + below()
	}
	text := a.name("x") + ": " + field.Name + a.arguments(field)
	a.aliased[name] = append(a.aliased[name], text)
	return text + a.directives() + below()
}

// directives are mostly none, sometimes conditions that a literal or a variable decides.
func (a *asker) directives() string {
	var texts []string
	for _, name := range []string{"@skip", "@include"} {
		if !a.rarely(8) {
			continue
		}
		value := a.one("true", "false")
		if a.rarely(2) {
			variable := a.name("if")
			if len(a.switches) > 0 && a.rarely(2) {
				variable = a.one(a.switches...)
			} else {
				a.declared = append(a.declared, "$"+variable+": Boolean!")
				a.switches, a.variables[variable] = append(a.switches, variable), value == "true"
			}
			value = "$" + variable
		}
		texts = append(texts, " "+name+"(if: "+value+")")
	}
	return strings.Join(texts, "")
}

func (a *asker) arguments(field *ast.FieldDefinition) string {
	var texts []string
	for _, argument := range field.Arguments {
		required := argument.Type.NonNull && argument.DefaultValue == nil
		odds := map[string]int{"first": 1, "last": 5, "filter": 1}[argument.Name]
		if odds == 0 {
			odds = 3
		}
		if argument.Name == "first" && a.rarely(5) {
			odds = 9
		}
		if required || a.rarely(odds) {
			texts = append(texts, argument.Name+": "+a.value(argument.Type, argument.Name, argument.DefaultValue != nil, 2))
		}
	}
	if texts == nil {
		return ""
	}
	return "(" + strings.Join(texts, ", ") + ")"
}

// value writes a value of a type, or a variable that has one.
func (a *asker) value(declared *ast.Type, name string, hasDefault bool, depth int) string {
	if a.rarely(8) {
		variable := a.name("v")
		text := declared.String()
		value := a.plain(declared, name, depth)
		switch {
		case a.rarely(3): // with a default that counts
			text = strings.TrimSuffix(text, "!") + " = " + literal(value)
		case a.rarely(3) && hasDefault && declared.NonNull: // without a value, where the place has a default
			text = strings.TrimSuffix(text, "!")
		case a.rarely(3) && !declared.NonNull: // without a value
			if a.rarely(2) {
				a.variables[variable] = nil
			}
		case a.rarely(2) && !declared.NonNull && !strings.HasSuffix(text, "]"):
			text += "!"
			a.variables[variable] = value
		default:
			a.variables[variable] = value
		}
		a.declared = append(a.declared, "$"+variable+": "+text)
		return "$" + variable
	}
	if !declared.NonNull && a.rarely(15) {
		return "null"
	}
	if declared.Elem != nil {
		if a.rarely(6) {
			return literal(a.plain(declared.Elem, name, depth)) // one value stands for a list of it
		}
		var texts []string
		for range a.choose(3) + min(1, a.choose(8)) {
			texts = append(texts, a.value(declared.Elem, name, false, depth))
		}
		return "[" + strings.Join(texts, ", ") + "]"
	}
	definition := a.schema.Types[declared.NamedType]
	if definition.Kind != ast.InputObject {
		return literal(a.plain(declared, name, depth))
	}
	var texts []string
	for _, field := range a.some(definition, depth) {
		texts = append(texts, field.Name+": "+a.value(field.Type, field.Name, field.DefaultValue != nil, depth-1))
	}
	return "{ " + strings.Join(texts, ", ") + " }"
}

// some are a few fields of an input object, no further objects where they would be too deep.
func (a *asker) some(definition *ast.Definition, depth int) []*ast.FieldDefinition {
	var chosen []*ast.FieldDefinition
	for range a.choose(5) {
		field := definition.Fields[a.choose(len(definition.Fields))]
		if depth <= 0 && a.schema.Types[field.Type.Name()].Kind == ast.InputObject || slices.Contains(chosen, field) {
			continue
		}
		chosen = append(chosen, field)
	}
	return chosen
}

// plain is a value of a type as JSON has it, enums marked.
func (a *asker) plain(declared *ast.Type, name string, depth int) any {
	if declared.Elem != nil {
		items := []any{}
		for range a.choose(3) + min(1, a.choose(8)) {
			items = append(items, a.plain(declared.Elem, name, depth))
		}
		return items
	}
	definition := a.schema.Types[declared.NamedType]
	switch {
	case definition.Kind == ast.InputObject:
		object := map[string]any{}
		for _, field := range a.some(definition, depth) {
			object[field.Name] = a.plain(field.Type, field.Name, depth-1)
		}
		return object
	case definition.Kind == ast.Enum:
		return enum(definition.EnumValues[a.choose(len(definition.EnumValues))].Name)
	case definition.Name == "Int":
		if a.rarely(40) {
			return []int{-1, 0, 101, 501, 7}[a.choose(5)]
		}
		return a.choose(5)
	case definition.Name == "Float":
		if a.rarely(40) {
			return []float64{-0.5, 2}[a.choose(2)]
		}
		return []float64{0, 0.5, 0.75, 0.9, 1}[a.choose(5)]
	}
	return a.string(definition.Name, name)
}

// string is a text that is worth asking with.
func (a *asker) string(typeName, name string) string {
	anyParty := a.world.parties[a.choose(len(a.world.parties))]
	anyLeader := a.world.leaders[a.choose(len(a.world.leaders))].Slug
	anyIssue := a.world.issues[a.choose(len(a.world.issues))]
	if a.rarely(50) {
		switch typeName {
		case "PartyRef":
			return a.one("Jpan", "", "nowhere", "'")
		case "Date":
			return a.one("2025-02-30", "today", "")
		case "ID":
			return a.one("", "xyz", "Q291bnRyeTpYWA", "QXJ0aWNsZTowMDA", "UmFpc2U6MDAwMDAwMDAwMDAwMDpKUDpVUzp0YXJpZmZz", "QXJ0aWNsZTowMDAwMDAwMDAwMDAw", "bm93aGVyZQ")
		}
		if name != "text" && name != "source" {
			return a.one("unknown", "", "☃")
		}
	}
	switch typeName + " " + name {
	case "String issue":
		return anyIssue.Slug
	case "String area":
		return anyIssue.Area
	case "String speaker":
		return anyLeader
	case "String slug":
		return a.one(anyLeader, anyIssue.Slug)
	case "String source":
		return a.one("reuters", "AP", " Le Monde", "nobody")
	case "String externalId":
		return a.world.articles[a.choose(len(a.world.articles))].ExternalID
	case "String text":
		return a.one("tariff", "tariffs", "Japan", "steel ship", "steel OR ships", "steel AND market", "border NOT steel", "naive", "\"steel market\"", "tar*", "summit", "america", "Brussels OR japan",
			"tariff,", "\"steel", "steel AND", "NOT fish", "R&D", "", " ", "nothing at all")
	case "String after", "String before":
		known := slices.Sorted(maps.Keys(a.cursors))
		if len(known) == 0 || a.rarely(30) {
			return a.one("xyz", "", "eHl6")
		}
		return a.one(known...)
	}
	switch typeName {
	case "PartyRef":
		names := append([]string{anyParty.Code, strings.ToLower(anyParty.Code), anyParty.Name, strings.ToUpper(anyParty.Name), "the " + anyParty.Name}, anyParty.Aliases...)
		if anyParty.Kind == db.Country {
			names = append(names, anyParty.Alpha3)
		}
		return a.one(names...)
	case "Date":
		return a.one("2024-12-28", "2025-01-01", "2025-01-06", "2025-01-10", "2025-01-21", "2025-02-28", "2025-02-07", "2025-11-01")
	case "ID":
		nodes := a.world.nodes()
		if name != "ids" && name != "id" && !a.rarely(3) {
			nodes = nodes[:len(a.world.parties)+len(a.world.leaders)]
		}
		return idOf(nodes[a.choose(len(nodes))])
	}
	panic(fmt.Sprintf("no values are known for %s of type %s: add some to string", name, typeName))
}

// literal writes a value as GraphQL does.
func literal(value any) string {
	switch value := value.(type) {
	case enum:
		return string(value)
	case []any:
		texts := make([]string, len(value))
		for i, item := range value {
			texts[i] = literal(item)
		}
		return "[" + strings.Join(texts, ", ") + "]"
	case map[string]any:
		var texts []string
		for _, name := range slices.Sorted(maps.Keys(value)) {
			texts = append(texts, name+": "+literal(value[name]))
		}
		return "{" + strings.Join(texts, ", ") + "}"
	}
	text, _ := json.Marshal(value) // texts and numbers always encode
	return string(text)
}
