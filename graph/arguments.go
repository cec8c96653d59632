package graph

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"demarche/db"
)

// arguments are a field's arguments by name, coerced: lists are []any, input objects map[string]any, enums and
// scalars of text string, Int int64, Float float64. Absent ones and nulls have no entry.
type arguments map[string]any

// coerce evaluates the arguments of a field.
func coerce(schema *ast.Schema, field *ast.Field, variables map[string]any) (arguments, error) {
	if len(field.Definition.Arguments) == 0 {
		return arguments{}, nil
	}
	given := field.ArgumentMap(variables)
	values := arguments{}
	for _, argument := range field.Definition.Arguments {
		value, err := coerceValue(schema, argument.Type, given[argument.Name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", argument.Name, err)
		}
		if value != nil {
			values[argument.Name] = value
		}
	}
	return values, nil
}

func coerceValue(schema *ast.Schema, declared *ast.Type, given any) (any, error) {
	if given == nil {
		return nil, nil
	}
	if declared.Elem != nil {
		items, isList := given.([]any)
		if !isList {
			items = []any{given} // one value stands for a list of it
		}
		values := make([]any, len(items))
		for i, item := range items {
			value, err := coerceValue(schema, declared.Elem, item)
			if err != nil {
				return nil, err
			}
			values[i] = value
		}
		return values, nil
	}
	switch definition := schema.Types[declared.NamedType]; {
	case definition.Kind == ast.InputObject:
		fields, _ := given.(map[string]any)
		values := map[string]any{}
		for _, field := range definition.Fields {
			item, isGiven := fields[field.Name]
			if !isGiven && field.DefaultValue != nil {
				item, _ = field.DefaultValue.Value(nil)
			}
			value, err := coerceValue(schema, field.Type, item)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", field.Name, err)
			}
			if value != nil {
				values[field.Name] = value
			}
		}
		return values, nil
	case definition.Kind == ast.Enum:
		return fmt.Sprint(given), nil
	default:
		return scalar(declared.NamedType, given)
	}
}

// scalar turns a value, from a literal or from a variable's JSON, into what resolving wants.
func scalar(name string, given any) (any, error) {
	text, isText := given.(string)
	switch name {
	case "Int", "Float":
		digits := fmt.Sprint(given)
		if name == "Int" {
			number, err := strconv.ParseInt(digits, 10, 32)
			if err != nil || isText {
				return nil, invalidf("%v is no Int", given)
			}
			return number, nil
		}
		number, err := strconv.ParseFloat(digits, 64)
		if err != nil || isText {
			return nil, invalidf("%v is no Float", given)
		}
		return number, nil
	case "Boolean":
		return given, nil
	case "ID":
		switch given := given.(type) {
		case json.Number, int64, int:
			return fmt.Sprint(given), nil
		}
	}
	if !isText {
		return nil, invalidf("%v is no %s: pass a text", given, name)
	}
	if name == "Date" {
		if _, err := db.ParseDate(text); err != nil {
			return nil, err
		}
	}
	return text, nil
}

func (a arguments) text(name string) string {
	text, _ := a[name].(string)
	return text
}

// optional is nil where the argument is absent: an empty text was given all the same.
func (a arguments) optional(name string) *string {
	text, given := a[name].(string)
	if !given {
		return nil
	}
	return &text
}

// one is a list of the one text of an argument, nil where it is absent.
func (a arguments) one(name string) []string {
	if text := a.optional(name); text != nil {
		return []string{*text}
	}
	return nil
}

// texts is nil where the argument is absent.
func (a arguments) texts(name string) []string {
	items, given := a[name].([]any)
	if !given {
		return nil
	}
	texts := make([]string, len(items))
	for i, item := range items {
		texts[i], _ = item.(string)
	}
	return texts
}

func (a arguments) number(name string) (int, bool) {
	number, given := a[name].(int64)
	return int(number), given
}

func (a arguments) object(name string) (arguments, bool) {
	object, given := a[name].(map[string]any)
	return object, given
}

func (a arguments) raiseFilter() db.RaiseFilter {
	filter := db.RaiseFilter{
		By: a.texts("by"), With: a.texts("with"), Between: a.texts("between"), Issue: a.texts("issue"), Area: a.texts("area"),
		Act: a.texts("act"), Modality: a.texts("modality"), Speaker: a.texts("speaker"), Source: a.texts("source"),
		Since: db.Date(a.text("since")), Until: db.Date(a.text("until")), Text: a.optional("text"),
		And: a.raiseFilters("and"), Or: a.raiseFilters("or"),
	}
	if least, given := a["minConfidence"].(float64); given {
		filter.MinConfidence = &least
	}
	if not, given := a.object("not"); given {
		inner := not.raiseFilter()
		filter.Not = &inner
	}
	return filter
}

func (a arguments) raiseFilters(name string) []db.RaiseFilter {
	items, given := a[name].([]any)
	if !given {
		return nil
	}
	filters := make([]db.RaiseFilter, len(items))
	for i, item := range items {
		object, _ := item.(map[string]any)
		filters[i] = arguments(object).raiseFilter()
	}
	return filters
}

func (a arguments) articleFilter() db.ArticleFilter {
	return db.ArticleFilter{
		Mentions: a.texts("mentions"), MentionsAll: a.texts("mentionsAll"), Issue: a.texts("issue"), Source: a.texts("source"),
		Since: db.Date(a.text("since")), Until: db.Date(a.text("until")), Text: a.optional("text"),
	}
}

const (
	defaultPage       = 20
	defaultIssuePage  = 100 // of the field issues: who asks wants them all
	maxPage           = 100
	maxNeighborhood   = 500
	maxDepthAround    = 4
	maxPathLength     = 6
	maxIDs            = 100
	assumedListLength = 10 // of lists without pages, where an operation's cost is estimated

	// Of others more is known.
	officesOfLeader  = 3
	leadersOfCountry = 3
	membersOfIt      = 30
	issuesOfLink     = 20
)

// page reads the arguments of a connection; most is the page size where none is given.
func (a arguments) page(usual int) (db.Page, error) {
	page := db.Page{Limit: usual, After: a.text("after"), Before: a.text("before")}
	first, hasFirst := a.number("first")
	last, hasLast := a.number("last")
	switch {
	case hasFirst && hasLast:
		return page, invalidf("first and last are both given: pass one of them")
	case hasFirst:
		page.Limit = first
	case hasLast:
		page.Limit, page.Backward = last, true
	}
	if page.Limit < 0 {
		return page, invalidf("a page of %d is no page: pass first or last from 0 to %d", page.Limit, maxPage)
	}
	if page.Limit > maxPage {
		return page, limitf("a page of %d is too large: pass first or last up to %d and go on with after or before", page.Limit, maxPage)
	}
	return page, nil
}

// between checks a number that has a default.
func (a arguments) between(name string, least, most int) (int, error) {
	number, _ := a.number(name)
	if number < least {
		return 0, invalidf("%s is %d: pass %d to %d", name, number, least, most)
	}
	if number > most {
		return 0, limitf("%s is %d: pass %d to %d", name, number, least, most)
	}
	return number, nil
}

// fill puts a field's arguments into its query.
func (a arguments) fill(q *db.Query) (err error) {
	filter, _ := a.object("filter")
	switch q.From {
	case db.Raises, db.NewRaises, db.Counterparts, db.RaiseGroups:
		q.Raises = filter.raiseFilter()
	case db.Articles, db.ArticleGroups:
		q.Articles = filter.articleFilter()
	case db.IssueCounts:
		// The field issues names its conditions itself.
		q.Raises = a.raiseFilter()
		q.Raises.By, q.Raises.With, q.Raises.Area = a.one("raisedBy"), a.one("raisedWith"), a.one("area")
	case db.ArticleByExternalID:
		q.ExternalID = a.text("externalId")
	}
	q.Order = db.Order{Field: db.ByDay}
	if order, given := a.object("orderBy"); given {
		q.Order = db.Order{Field: db.OrderField(order.text("field")), Ascending: order.text("direction") == "ASC"}
	}
	for _, dimension := range a.texts("groupBy") {
		q.GroupBy = append(q.GroupBy, db.Dimension(dimension))
		switch db.Dimension(dimension) {
		case db.DayDimension, db.WeekDimension, db.MonthDimension, db.YearDimension:
			q.ByPeriod = true
		}
	}
	switch a.text("orderBy") {
	case "COUNT":
		q.ByPeriod = false
	case "PERIOD":
		q.ByPeriod = true
	}
	usual := defaultPage
	if q.From == db.IssueCounts {
		usual = defaultIssuePage
	}
	q.Page, err = a.page(usual)
	return err
}
