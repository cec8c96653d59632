package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"demarche/db"
	"demarche/db/dbtest"
)

// TestTable compares the table of fields with the schema, both ways: what one has, the other has.
func TestTable(t *testing.T) {
	types := newSchema(nil, Options{}).Schema().Types
	for name, definition := range types {
		if definition.Kind != ast.Object || definition.BuiltIn {
			continue
		}
		for _, field := range definition.Fields {
			if strings.HasPrefix(field.Name, "__") {
				continue
			}
			entry, found := fields[name][field.Name]
			if !found {
				t.Errorf("%s.%s is in the schema and not in the table", name, field.Name)
				continue
			}
			ways := 0
			for _, set := range []bool{entry.write != nil, entry.one != nil, entry.join != "", entry.list != nil, entry.nodes != nil, entry.many != nil} {
				if set {
					ways++
				}
			}
			if ways != 1 {
				t.Errorf("%s.%s is answered in %d ways, want 1", name, field.Name, ways)
			}
		}
	}
	for name, object := range fields {
		for field := range object {
			if definition := types[name]; definition == nil || definition.Fields.ForName(field) == nil {
				t.Errorf("%s.%s is in the table and not in the schema", name, field)
			}
		}
	}
}

// TestDescriptions wants words on every element of the schema.
func TestDescriptions(t *testing.T) {
	for name, definition := range newSchema(nil, Options{}).Schema().Types {
		if definition.BuiltIn {
			continue
		}
		if definition.Description == "" {
			t.Errorf("%s has no description", name)
		}
		for _, value := range definition.EnumValues {
			if value.Description == "" {
				t.Errorf("%s.%s has no description", name, value.Name)
			}
		}
		for _, field := range definition.Fields {
			if field.Description == "" && !strings.HasPrefix(field.Name, "__") {
				t.Errorf("%s.%s has no description", name, field.Name)
			}
			for _, argument := range field.Arguments {
				if argument.Description == "" && !strings.HasPrefix(field.Name, "__") {
					t.Errorf("%s.%s(%s:) has no description", name, field.Name, argument.Name)
				}
			}
		}
	}
}

// TestRootFieldsAsked wants every field of Query in testdata.
func TestRootFieldsAsked(t *testing.T) {
	files, err := filepath.Glob("testdata/*.graphql")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	for name := range fields["Query"] {
		if strings.HasPrefix(name, "__") {
			continue // TestIntrospection asks for them
		}
		if !strings.Contains(all.String(), name+"(") && !strings.Contains(all.String(), name+" {") {
			t.Errorf("no query of testdata asks for %s", name)
		}
	}
}

func openGenerated(t testing.TB) *db.Reader {
	t.Helper()
	path := filepath.Join(t.TempDir(), "graph.db")
	catalog, articles := dbtest.Generate(dbtest.Size{Parties: 6, Leaders: 12, Issues: 5, Articles: 80, Raises: 400})
	dbtest.Write(t, path, catalog, articles)
	return open(t, path)
}

// ask executes a query that must succeed and decodes its data.
func ask(t testing.TB, reader *db.Reader, query string, variables map[string]any) map[string]any {
	t.Helper()
	response := Execute(context.Background(), reader, query, variables, "")
	if len(response.Errors) > 0 {
		t.Fatalf("%s: %v", query, response.Errors)
	}
	var data map[string]any
	if err := json.Unmarshal(response.Data, &data); err != nil {
		t.Fatal(err)
	}
	return data
}

// TestStatements: the number of statements depends on the selection alone.
func TestStatements(t *testing.T) {
	reader := openGenerated(t)
	for _, test := range []struct {
		name, query string
		want        int64
	}{
		{"raises", `{ raises(first: %d) { nodes { id by { name } with { code } issue { name } speaker { name } article { title copyOf { title } } } } }`, 1},
		{"raises counted", `{ raises(first: %d) { totalCount nodes { id } } }`, 2},
		{"raises' evidence", `{ raises(first: %d) { nodes { quote evidence { quote } article { mentions { text } countries { code } } } } }`, 4},
		{"either kind of party", `{ articles(first: %d) { nodes { countries { raises(first: 1) { totalCount } } raises { nodes { by { raises(first: 1) { nodes { id } } } } } } } }`, 5},
		{"what articles are about", `{ articles(first: %d) { nodes { countries { code } organizations { code } leaders { slug } issues { slug } } } }`, 2},
		{"only counted", `{ raises(first: %d) { totalCount } }`, 1},
		{"articles", `{ articles(first: %d) { nodes { title raises(first: 3) { nodes { by { raises(first: 2) { nodes { quote } } } } } } } }`, 3},
		{"issues", `{ issues(raisedBy: "JP", first: %d) { totalCount edges { raiseCount node { name } } } }`, 1},
		{"counterparts", `{ countries(first: %d) { nodes { counterparts(first: 2) { totalCount edges { raiseCount node { name } } } } } }`, 1},
		{"leaders", `{ leaders(first: %d) { nodes { name party { name } } } }`, 0},
		{"search", `{ search(text: "trade", first: %d) { edges { snippet node { id ... on Article { title } } } } }`, 2},
		{"stats", `{ raiseStats(groupBy: [BY, ISSUE], first: %d) { nodes { by { name } issue { name } raiseCount share } } }`, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, size := range []int{1, 5, 50} {
				before := reader.Statements()
				ask(t, reader, fmt.Sprintf(test.query, size), nil)
				if got := reader.Statements() - before; got != test.want {
					t.Errorf("of %d: got %d statements, want %d", size, got, test.want)
				}
			}
		})
	}
}

// TestCursors walks lists page by page, both ways, and wants every row once and in order.
func TestCursors(t *testing.T) {
	small, generated := openSmall(t), openGenerated(t)
	for _, test := range []struct {
		name, query, key string
		reader           *db.Reader
		forwardOnly      bool
	}{
		{name: "newest", query: `raises(PAGE) { BODY }`, reader: small},
		{name: "oldest", query: `raises(orderBy: { direction: ASC }, PAGE) { BODY }`, reader: small},
		{name: "surest", query: `raises(orderBy: { field: CONFIDENCE }, PAGE) { BODY }`, reader: small},
		{name: "least sure", query: `raises(orderBy: { field: CONFIDENCE, direction: ASC }, PAGE) { BODY }`, reader: small},
		{name: "of a party", query: `party(ref: "JP") { list: raises(PAGE) { BODY } }`, reader: small},
		{name: "of a party, oldest", query: `party(ref: "JP") { list: raises(orderBy: { direction: ASC }, PAGE) { BODY } }`, reader: small},
		{name: "articles", query: `articles(PAGE) { BODY }`, reader: small},
		{name: "articles about", query: `party(ref: "JP") { list: articles(PAGE) { BODY } }`, reader: small},
		{name: "countries", query: `countries(PAGE) { BODY }`, reader: small},
		{name: "leaders", query: `leaders(PAGE) { BODY }`, reader: generated},
		{name: "issues", query: `issues(PAGE) { BODY }`, reader: generated},
		{name: "counterparts", query: `party(ref: "JP") { list: counterparts(PAGE) { BODY } }`, reader: generated},
		{name: "search", query: `search(text: "tariffs OR trade OR japan", PAGE) { BODY }`, reader: small},
		{name: "many raises", query: `raises(filter: { by: ["JP"] }, PAGE) { BODY }`, reader: generated},
		{name: "groups", query: `raiseStats(groupBy: [BY, MONTH], PAGE) { BODY }`, reader: generated, forwardOnly: true},
		{name: "groups by count", query: `raiseStats(groupBy: [WITH, ISSUE], PAGE) { BODY }`, reader: generated, forwardOnly: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			page := func(arguments string) (cursors []string, next, prior bool, total int) {
				query := "{ list: " + test.query + " }"
				if strings.Contains(test.query, "list: ") {
					query = "{ " + test.query + " }"
				}
				query = strings.ReplaceAll(query, "PAGE", arguments)
				query = strings.ReplaceAll(query, "BODY", "totalCount edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }")
				data := ask(t, test.reader, query, nil)
				if party, nested := data["party"].(map[string]any); nested {
					data = party
				}
				list := data["list"].(map[string]any)
				for _, edge := range list["edges"].([]any) {
					cursors = append(cursors, edge.(map[string]any)["cursor"].(string))
				}
				info := list["pageInfo"].(map[string]any)
				if len(cursors) > 0 && (info["startCursor"] != cursors[0] || info["endCursor"] != cursors[len(cursors)-1]) {
					t.Errorf("got pageInfo %v of %v", info, cursors)
				}
				return cursors, info["hasNextPage"].(bool), info["hasPreviousPage"].(bool), int(list["totalCount"].(float64))
			}
			all, _, _, total := page("first: 100")
			if len(all) != min(total, 100) || len(all) < 3 {
				t.Fatalf("got %d rows of %d", len(all), total)
			}
			var forward []string
			for arguments, more := "first: 2", true; more; {
				var got []string
				got, more, _, _ = page(arguments)
				forward = append(forward, got...)
				if len(forward) >= len(all) {
					break
				}
				arguments = fmt.Sprintf("first: 2, after: %q", got[len(got)-1])
			}
			if !slices.Equal(forward[:len(all)], all) {
				t.Errorf("forwards got %v, want %v", forward, all)
			}
			if test.forwardOnly {
				return
			}
			var backward []string
			before := ""
			for more := true; more; {
				got, _, prior, _ := page("last: 2" + before)
				backward, more = append(slices.Clone(got), backward...), prior
				before = fmt.Sprintf(", before: %q", got[0])
			}
			if len(backward) != total || total <= 100 && !slices.Equal(backward, all) {
				t.Errorf("backwards got %v, want %v", backward, all)
			}
			between, _, _, _ := page(fmt.Sprintf("first: 100, after: %q, before: %q", all[0], all[len(all)-1]))
			if !slices.Equal(between, all[1:len(all)-1]) {
				t.Errorf("between the ends got %v, want %v", between, all[1:len(all)-1])
			}
		})
	}
}

// TestLimits sends what is refused.
func TestLimits(t *testing.T) {
	reader := openSmall(t)
	nested := func(depth int) string {
		return "{ leader(slug: \"shigeru-ishiba\") { " + strings.Repeat("party { ... on Country { leaders { ", depth) + "name" + strings.Repeat(" } } }", depth) + " } }"
	}
	var aliases strings.Builder
	for i := range 200 {
		fmt.Fprintf(&aliases, "a%d: dataset { version } ", i)
	}
	for _, test := range []struct{ name, query, code string }{
		{"page", `{ raises(first: 101) { totalCount } }`, CodeLimit},
		{"negative page", `{ raises(first: -1) { totalCount } }`, CodeBadInput},
		{"both ends", `{ raises(first: 1, last: 1) { totalCount } }`, CodeBadInput},
		{"depth", nested(12), CodeLimit},
		{"aliases", "{ " + aliases.String() + " }", CodeLimit},
		{"cost", `{ raises(first: 100) { nodes { article { raises(first: 100) { nodes { by { raises(first: 100) { nodes { id } } } } } } } } }`, CodeLimit},
		{"tokens", "{ " + strings.Repeat("__typename ", 6000) + " }", CodeLimit},
		{"neighborhood", `{ neighborhood(id: "Q291bnRyeTpKUA", limit: 501) { nodes { id } } }`, CodeLimit},
		{"ids", `{ nodes(ids: [` + strings.Repeat(`"Q291bnRyeTpKUA" `, 101) + `]) { id } }`, CodeLimit},
		{"path", `{ paths(from: "Q291bnRyeTpKUA", to: "Q291bnRyeTpVUw", maxLength: 9) { nodes { id } } }`, CodeLimit},
		{"order", `{ raiseStats(groupBy: [BY], orderBy: PERIOD) { totalCount } }`, CodeBadInput},
		{"periods", `{ raiseStats(groupBy: [DAY, WEEK]) { totalCount } }`, CodeBadInput},
		{"confidence", `{ raises(filter: { minConfidence: 2 }) { totalCount } }`, CodeBadInput},
		{"cursor of another list", `{ articles(after: "Q09VTlQfMx90YXJpZmZz") { totalCount nodes { id } } }`, CodeBadInput},
		{"nested filters", `{ raises(filter: { and: [` + strings.Repeat("{ not: {} } ", 125) + `] }) { totalCount } }`, CodeBadInput},
		{"empty party", `{ issues(raisedBy: "") { totalCount } }`, CodeNotFound},
		{"empty other party", `{ issues(raisedWith: "") { totalCount } }`, CodeNotFound},
		{"empty area", `{ issues(area: "") { totalCount } }`, CodeNotFound},
		{"empty party of leaders", `{ leaders(party: "") { totalCount } }`, CodeNotFound},
		{"empty condition on quotes", `{ raises(filter: { text: "" }) { totalCount } }`, CodeBadInput},
		{"empty condition on articles", `{ articles(filter: { text: " " }) { totalCount } }`, CodeBadInput},
		{"days of issues turned round", `{ issues(since: "2025-02-01", until: "2025-01-01") { totalCount } }`, CodeBadInput},
		{"days of raises turned round", `{ raises(filter: { not: { since: "2025-02-01", until: "2025-01-01" } }) { totalCount } }`, CodeBadInput},
		{"days of articles turned round", `{ articleStats(filter: { since: "2025-02-01", until: "2025-01-01" }, groupBy: [DAY]) { totalCount } }`, CodeBadInput},
		{"cursor where raises are counted", `{ raises(after: "xyz") { totalCount } }`, CodeBadInput},
		{"cursor where groups are counted", `{ raiseStats(groupBy: [BY], after: "xyz") { totalCount } }`, CodeBadInput},
		{"cursor where issues are counted", `{ issues(before: "xyz") { totalCount } }`, CodeBadInput},
		{"cursor where leaders are counted", `{ leaders(after: "xyz") { totalCount } }`, CodeBadInput},
		{"cursor where findings are counted", `{ search(text: "tariff", after: "xyz") { totalCount } }`, CodeBadInput},
		{"cursor where raises of a node are counted", `{ country(ref: "JP") { raises(after: "xyz") { totalCount } articles(before: "xyz") { totalCount } } }`, CodeBadInput},
		{"text without words", `{ search(text: "") { totalCount } }`, CodeBadInput},
	} {
		t.Run(test.name, func(t *testing.T) {
			response := Execute(context.Background(), reader, test.query, nil, "")
			if len(response.Errors) == 0 || response.Errors[0].Extensions["code"] != test.code {
				t.Errorf("got %s %v, want an error with code %s", response.Data, response.Errors, test.code)
			}
		})
	}
	t.Run("time", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
		defer cancel()
		response := Execute(ctx, reader, `{ raises { totalCount } }`, nil, "")
		if len(response.Errors) == 0 || response.Errors[0].Extensions["code"] != CodeTimeout {
			t.Errorf("got %s %v, want an error with code %s", response.Data, response.Errors, CodeTimeout)
		}
	})
}

// TestIntrospection asks what tools ask, beside an ordinary field.
func TestIntrospection(t *testing.T) {
	data := ask(t, openSmall(t), `query IntrospectionQuery {
		__schema { queryType { name } mutationType { name } subscriptionType { name } types { ...FullType } directives { name description locations args { ...InputValue } } }
		__typename
		dataset { raiseCount }
		again: __schema { description queryType { fields(includeDeprecated: true) { name } } }
	}
	fragment FullType on __Type { kind name description fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated deprecationReason }
		inputFields { ...InputValue } interfaces { ...TypeRef } enumValues(includeDeprecated: true) { name description } possibleTypes { ...TypeRef } }
	fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
	fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } }`, nil)
	names := map[string]bool{}
	for _, definition := range data["__schema"].(map[string]any)["types"].([]any) {
		names[definition.(map[string]any)["name"].(string)] = true
	}
	for _, want := range []string{"Query", "RaiseFilter", "Party", "Act", "PartyRef"} {
		if !names[want] {
			t.Errorf("introspection does not know %s", want)
		}
	}
	if got := len(data["again"].(map[string]any)["queryType"].(map[string]any)["fields"].([]any)); got != len(fields["Query"])-2 {
		t.Errorf("got %d fields of Query, want all but __schema and __type of %d", got, len(fields["Query"]))
	}
	if data["dataset"] == nil || data["__typename"] != "Query" {
		t.Errorf("got %v beside the schema", data["dataset"])
	}
}
