package graph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"demarche/db"
	"demarche/db/dbtest"
	"demarche/graph"
)

// comparison asks the handler and naive the same.
type comparison struct {
	schema  *ast.Schema
	world   *world
	handler http.Handler
	cursors map[string]place
}

func newComparison(t testing.TB, catalog db.Catalog, articles []db.Article) *comparison {
	t.Helper()
	reader, err := db.OpenReader(context.Background(), dbtest.File(t, catalog, articles))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := reader.Close(); err != nil {
			t.Error(err)
		}
	})
	handler := graph.NewHandler(reader, graph.Options{MaxTokens: 1 << 20, MaxAliases: 1 << 20, MaxStatements: 1 << 20, MaxCost: 100_000, MaxErrors: 1 << 20,
		Timeout: time.Minute, Logger: slog.New(slog.DiscardHandler)})
	return &comparison{gqlparser.MustLoadSchema(&ast.Source{Input: graph.SDL()}), newWorld(catalog, articles), handler, map[string]place{}}
}

// object is a JSON object in its order.
type object []struct {
	key   string
	value any
}

// decode reads one JSON value and keeps the order of keys.
func decode(decoder *json.Decoder) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		found := object{}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				return nil, err
			}
			value, err := decode(decoder)
			if err != nil {
				return nil, err
			}
			found = append(found, struct {
				key   string
				value any
			}{key.(string), value})
		}
		_, err := decoder.Token()
		return found, err
	case json.Delim('['):
		found := []any{}
		for decoder.More() {
			value, err := decode(decoder)
			if err != nil {
				return nil, err
			}
			found = append(found, value)
		}
		_, err := decoder.Token()
		return found, err
	}
	return token, nil
}

func short(value any) string {
	text := fmt.Sprint(value)
	return text[:min(len(text), 400)]
}

// differ says where the answer is not what is wanted, or "". Cursors are noted: each names one place, each place has one.
func (c *comparison) differ(at string, got, want any) string {
	wrong := fmt.Sprintf("%s: got %s, want %s", at, short(got), short(want))
	switch want := want.(type) {
	case []member:
		found, isObject := got.(object)
		if !isObject || len(found) != len(want) {
			return wrong
		}
		for i, m := range want {
			if found[i].key != m.key {
				return fmt.Sprintf("%s: key %d is %s, want %s", at, i, found[i].key, m.key)
			}
			if difference := c.differ(at+"."+m.key, found[i].value, m.value); difference != "" {
				return difference
			}
		}
		return ""
	case []any:
		found, isList := got.([]any)
		if !isList || len(found) != len(want) {
			return wrong
		}
		for i, value := range want {
			if difference := c.differ(fmt.Sprintf("%s[%d]", at, i), found[i], value); difference != "" {
				return difference
			}
		}
		return ""
	case place:
		text, isText := got.(string)
		if !isText || text == "" {
			return wrong
		}
		if known, found := c.cursors[text]; found && known != want {
			return fmt.Sprintf("%s: the cursor %s is of %v, and of %v", at, text, known, want)
		}
		c.cursors[text] = want
		return ""
	case test:
		if want(got) {
			return ""
		}
		return fmt.Sprintf("%s: got %s, which it must not be", at, short(got))
	case int:
		if got == float64(want) {
			return ""
		}
	case float64:
		if number, isNumber := got.(float64); isNumber && math.Abs(number-want) <= 1e-9*math.Abs(want) {
			return ""
		}
	default:
		if got == want {
			return ""
		}
	}
	return wrong
}

// failures are errors as lines that can be compared: path, place in the document, and code.
func failures(errors []wanted) []string {
	var lines []string
	for _, each := range errors {
		slices.Sort(each.codes)
		lines = append(lines, fmt.Sprintf("%s %d:%d %v", each.path, each.at.Line, each.at.Column, slices.Compact(each.codes)))
	}
	return lines
}

// ask sends one operation both ways. It returns what differs, or "", and whether the operation was answered at all: one
// that is too deep may be refused.
func (c *comparison) ask(query string, variables map[string]any) (difference string, answered bool) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err.Error(), false
	}
	request := httptest.NewRequest("POST", "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	c.handler.ServeHTTP(recorder, request)
	var response struct {
		Data   json.RawMessage
		Errors []struct {
			Message    string
			Path       ast.Path
			Locations  []struct{ Line, Column int }
			Extensions struct{ Code string }
		}
		Extensions map[string]any
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &response); err != nil {
		return fmt.Sprintf("%v in %s", err, recorder.Body), false
	}
	if response.Data == nil {
		if response.Errors[0].Extensions.Code == graph.CodeLimit {
			return "", false
		}
		return fmt.Sprintf("refused: %v", response.Errors), false
	}
	document, invalid := gqlparser.LoadQueryWithRules(c.schema, query, rules.NewDefaultRules())
	if invalid != nil {
		return invalid.Error(), false
	}
	operation := document.Operations[0]
	n := &naive{world: c.world, schema: c.schema, document: document, cursors: c.cursors, variables: map[string]any{}}
	// The values of variables go through JSON, as those that are sent.
	if err := json.Unmarshal(body, &struct{ Variables *map[string]any }{&n.variables}); err != nil {
		return err.Error(), false
	}
	for _, variable := range operation.VariableDefinitions {
		if _, given := n.variables[variable.Variable]; !given && variable.DefaultValue != nil {
			n.variables[variable.Variable], _ = n.raw(variable.DefaultValue)
		}
	}
	want := n.answer(operation)
	got, err := decode(json.NewDecoder(bytes.NewReader(response.Data)))
	if err != nil {
		return fmt.Sprintf("%v in %s", err, response.Data), true
	}
	var wrong []string
	if difference := c.differ("data", got, want); difference != "" {
		wrong = append(wrong, difference)
	}
	// Where several things are wrong with a field's arguments, any of them may be said.
	for _, failure := range response.Errors {
		at := slices.IndexFunc(n.errors, func(w wanted) bool {
			return len(failure.Locations) == 1 && reflect.DeepEqual(w.path, failure.Path) && w.at.Line == failure.Locations[0].Line &&
				w.at.Column == failure.Locations[0].Column && slices.Contains(w.codes, failure.Extensions.Code)
		})
		if at < 0 {
			wrong = append(wrong, fmt.Sprintf("got error %+v, want %v", failure, failures(n.errors)))
			break
		}
		n.errors = slices.Delete(n.errors, at, at+1)
	}
	if len(wrong) == 0 && len(n.errors) > 0 {
		wrong = append(wrong, fmt.Sprintf("want errors %v too", failures(n.errors)))
	}
	if _, literal := response.Extensions["fullText"]; len(response.Errors) == 0 && (literal && !n.literal && !n.mayBe || !literal && n.literal) {
		wrong = append(wrong, fmt.Sprintf("text taken word by word: got %v, want %v", literal, n.literal))
	}
	return strings.Join(wrong, "\n"), true
}

// round asks one random operation, with every choice of one condition turned round: plans are kept by conditions.
func (c *comparison) round(t *testing.T, choose func(n int) int) (answered bool) {
	t.Helper()
	a := &asker{choose: choose, schema: c.schema, world: c.world, cursors: c.cursors}
	query := a.operation()
	for turn := range 1 + min(2, len(a.switches)) {
		if turn > 0 {
			name := a.switches[turn-1]
			a.variables[name] = a.variables[name] == false
		}
		difference, asked := c.ask(query, a.variables)
		if difference != "" {
			variables, _ := json.Marshal(a.variables)
			t.Fatalf("%s\n%s\n%s", query, variables, difference)
		}
		answered = answered || asked
	}
	return answered
}

// TestRandomOperations compares the answers to operations written at random with those that naive finds in the graph that
// was stored.
func TestRandomOperations(t *testing.T) {
	t.Parallel()
	small := newComparison(t, dbtest.Catalog(), dbtest.Articles())
	catalog, articles := drawGraph(1)
	drawn := newComparison(t, catalog, articles)
	answered := 0
	const most = 300
	for seed := range most {
		c := drawn
		if seed%4 == 0 {
			c = small
		}
		random := rand.New(rand.NewPCG(uint64(seed), 7))
		if c.round(t, random.IntN) {
			answered++
		}
	}
	if answered < most*9/10 {
		t.Errorf("%d of %d operations were answered: the others test nothing", answered, most)
	}
}

// TestEveryPair asks for the counts of every two parties, which come from tables kept in step where the conditions are
// plain and from the raises where they are not: a least confidence of 0 changes no answer.
func TestEveryPair(t *testing.T) {
	t.Parallel()
	catalog, articles := drawGraph(3)
	c := newComparison(t, catalog, articles)
	refs := []string{"null"}
	for _, p := range c.world.parties {
		refs = append(refs, fmt.Sprintf("%q", p.Code))
	}
	for _, by := range refs {
		for _, with := range refs {
			for _, also := range []string{"", ", minConfidence: 0"} {
				filter := strings.NewReplacer("by: null", "", "with: null", "").Replace("{ by: " + by + ", with: " + with + also + " }")
				query := fmt.Sprintf(`{
					issues(raisedBy: %s, raisedWith: %s%s) { totalCount edges { raiseCount storyCount articleCount sourceCount firstOn lastOn node { slug } } }
					raises(filter: %s) { totalCount }
					countries { nodes { counterparts(filter: %s) { totalCount edges { raiseCount storyCount issueCount articleCount lastOn node { code } } } raises(filter: %[4]s) { totalCount } } }
				}`, by, with, also, filter, filter)
				if difference, _ := c.ask(query, nil); difference != "" {
					t.Fatalf("%s\n%s", query, difference)
				}
			}
		}
	}
}

// TestFilters asks for raises and articles by filters written at random wherever they can be asked for, in every order and
// from both ends, and goes on from cursors of answers before.
func TestFilters(t *testing.T) {
	t.Parallel()
	catalog, articles := drawGraph(4)
	c := newComparison(t, catalog, articles)
	for seed := range 128 {
		random := rand.New(rand.NewPCG(uint64(seed), 9))
		a := &asker{choose: random.IntN, schema: c.schema, world: c.world, cursors: c.cursors, variables: map[string]any{}}
		page := fmt.Sprintf("%s: %d", a.one("first", "last"), random.IntN(6))
		var ofRaises, ofArticles []string
		for cursor, place := range c.cursors {
			switch place.list {
			case "raises ON":
				ofRaises = append(ofRaises, cursor)
			case "articles":
				ofArticles = append(ofArticles, cursor)
			}
		}
		// bounded adds cursors to a page; they are sorted, as maps have no order.
		bounded := func(cursors []string) string {
			slices.Sort(cursors)
			text := page
			for _, side := range []string{"after", "before"} {
				if len(cursors) > 0 && random.IntN(3) == 0 {
					text += fmt.Sprintf(", %s: %q", side, a.one(cursors...))
				}
			}
			return text
		}
		query := strings.NewReplacer(
			"$RAISES", fmt.Sprintf("(filter: FILTER, orderBy: { direction: %s }, %s) { PAGE }", a.one("ASC", "DESC"), bounded(ofRaises)),
			"$SUREST", fmt.Sprintf("(filter: FILTER, orderBy: { field: CONFIDENCE, direction: %s }, %s) { PAGE }", a.one("ASC", "DESC"), page),
			"$ARTICLES", fmt.Sprintf("(filter: %s, %s) { PAGE }", a.value(&ast.Type{NamedType: "ArticleFilter", NonNull: true}, "filter", false, 1), bounded(ofArticles)),
			"$IDS", fmt.Sprintf("[%q, %q, %q]", idOf(c.world.leaders[0]), idOf(c.world.leaders[1]), idOf(c.world.issues[random.IntN(4)])),
			"$SEARCH", fmt.Sprintf("(text: %s, types: %s, %s)", a.value(&ast.Type{NamedType: "String", NonNull: true}, "text", false, 0), a.one("null", "[ISSUE, COUNTRY, LEADER]"), page),
			"$DIMENSIONS", a.one("BY", "ISSUE")+" "+a.one("WEEK", "ACT"),
		).Replace(`{
			raises$RAISES surest: raises$SUREST articles$ARTICLES
			countries { nodes { raises$RAISES raisedBy$RAISES counterparts(filter: FILTER) {
				totalCount edges { raiseCount storyCount issueCount articleCount lastOn node { code } } } } }
			country(ref: "JP") { raises$RAISES surest: raises$SUREST articles$ARTICLES }
			nodes(ids: $IDS) { ... on Leader { raises$RAISES articles$ARTICLES } ... on Issue { raises$RAISES articles$ARTICLES } }
			ofArticles: articles { nodes { raises$RAISES } }
			search$SEARCH { totalCount edges { score snippet cursor node { id } } }
			raiseStats(filter: FILTER, groupBy: [$DIMENSIONS]) { totalCount nodes { by { code } issue { slug } period raiseCount storyCount sourceCount share } }
		}`)
		filter := ""
		if conditions := c.schema.Types["RaiseFilter"].Fields; seed%2 == 0 {
			filter = a.value(&ast.Type{NamedType: "RaiseFilter", NonNull: true}, "filter", false, 2)
		} else { // one condition after the other, and its contrary
			condition := conditions[seed/4%len(conditions)]
			filter = "{ " + condition.Name + ": " + a.value(condition.Type, condition.Name, false, 1) + " }"
			if seed%4 == 1 {
				filter = "{ not: " + filter + " }"
			}
		}
		query = strings.NewReplacer("FILTER", filter,
			"PAGE", "totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }").Replace(query)
		if a.declared != nil {
			query = "query (" + strings.Join(a.declared, ", ") + ") " + query
		}
		if difference, _ := c.ask(query, a.variables); difference != "" {
			t.Fatalf("%s %v\n%s", query, a.variables, difference)
		}
	}
}

// FuzzOperations goes on from there: the input decides, as far as it reaches, what is asked.
func FuzzOperations(f *testing.F) {
	catalog, articles := drawGraph(2)
	c := newComparison(f, catalog, articles)
	f.Fuzz(func(t *testing.T, seed uint64, choices []byte) {
		random := rand.New(rand.NewPCG(seed, 8))
		read := bytes.NewReader(choices)
		alone := *c
		alone.cursors = map[string]place{} // what an input finds must not hang on those before it
		for range 3 {
			alone.round(t, func(n int) int {
				choice, err := read.ReadByte()
				if err == io.EOF {
					return random.IntN(n)
				}
				return int(choice) % n
			})
		}
	})
}
