package graph

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// doubled spreads each fragment twice in the one before.
func doubled(count int) string {
	document := "{ __schema { types { ...F0 } } }"
	for i := range count - 1 {
		document += fmt.Sprintf(" fragment F%d on __Type { a: ofType { ...F%d } b: ofType { ...F%d } }", i, i+1, i+1)
	}
	return document + fmt.Sprintf(" fragment F%d on __Type { name }", count-1)
}

func repeated(text string, count int, joint string) string {
	return strings.TrimSuffix(strings.Repeat(text+joint, count), joint)
}

// attacks are requests that would cost much more than they do, with what refuses them.
var attacks = []struct {
	name string
	body any // what is sent, as JSON unless it is a string
	code string
	want string // in the first message
}{
	{"one field 20,000 times", query("{ " + strings.Repeat("__typename ", 20_000) + "}"), CodeLimit, "bytes"},
	{"one field 1,990 times", query("{ " + strings.Repeat("__typename ", 1990) + "}"), CodeLimit, `"__typename" is asked for 1990 times`},
	{"one field often in fragments", query("{ " + repeated("...A", 40, " ") + " ...B ...C } fragment A on Query { " + strings.Repeat("dataset { version } ", 40) +
		"} fragment B on Query { " + strings.Repeat("dataset { version } ", 40) + "} fragment C on Query { ...A }"), CodeLimit, "in one selection"},
	{"one field in selections that are merged", query("{ " + strings.Repeat("dataset { version version version version } ", 40) + "}"), CodeLimit, `"version" is asked for 160 times`},
	{"tokens", query("{ raises(filter: { source: [" + strings.Repeat(`"a" `, 2500) + "] }) { totalCount } }"), CodeLimit, "2000 tokens"},
	{"a long document", query("{ __typename } #" + strings.Repeat("x", 70_000)), CodeLimit, "65536"},
	{"a long literal", query(`{ search(text: "` + strings.Repeat("x", 20_000) + `") { totalCount } }`), CodeLimit, "more than 16384 bytes"},
	{"a long value", map[string]any{"query": "query ($t: String!) { search(text: $t) { totalCount } }", "variables": map[string]any{"t": strings.Repeat("x", 20_000)}}, CodeLimit, "more than 16384 bytes"},
	{"a long value, unused", map[string]any{"query": "{ __typename }", "variables": map[string]any{"t": []string{strings.Repeat("x", 20_000)}}}, CodeLimit, "more than 16384 bytes"},
	{"many values", map[string]any{"query": "{ __typename }", "variables": map[string]any{"t": make([]int, 3000)}}, CodeLimit, "more than 2000 values"},
	{"many variables", query("query (" + numbered("$v%d: Int ", 300) + ") { __typename }"), CodeLimit, "300 variables"},
	{"many unused variables", query("query (" + numbered("$v%d: Int ", 100) + ") { __typename }"), CodeInvalid, "is never used"},
	{"aliases", query("{ dataset { " + numbered("a%d: version ", 101) + "} }"), CodeLimit, "101 aliases"},
	{"fields at the root", query("{ " + numbered("a%d: dataset { version } ", 51) + "}"), CodeLimit, "51 fields at its root"},
	{"depth", query(`{ leader(slug: "x") ` + strings.Repeat("{ party { ... on Country { leaders ", 11) + "{ name }" + strings.Repeat("} } }", 11) + "}"), CodeLimit, "deeper than 20"},
	{"depth in fragments", query("{ leader(slug: \"x\") { ...F0 } }" + numberedNext(" fragment F%d on Leader { party { ... on Country { leaders { ...F%d } } } }", 12) + " fragment F12 on Leader { name }"), CodeLimit, "deeper than 20"},
	{"parentheses", query("{ raises(filter: " + strings.Repeat("{ and: [", 900) + strings.Repeat("] }", 900) + ") { totalCount } }"), CodeLimit, "200 levels"},
	{"braces", query(strings.Repeat("{ a ", 1500)), CodeLimit, "200 levels"},
	{"directives in one place", query("{ __typename " + strings.Repeat("@include(if: true) ", 6) + "}"), CodeLimit, "6 directives"},
	{"unknown directives", query("{ __typename " + strings.Repeat("@aa ", 500) + "}"), CodeLimit, "500 directives"},
	{"directives of a document", query("{ " + numbered("a%d: dataset @skip(if: true) @include(if: true) @aa @aa @aa { version } ", 45) + "}"), CodeLimit, "225 directives"},
	{"a fragment that spreads itself", query("{ ...A } fragment A on Query { ...A }"), CodeInvalid, `fragment "A" spreads itself`},
	{"fragments in a circle", query("{ ...A } fragment A on Query { __typename ...B } fragment B on Query { ...C } fragment C on Query { dataset { version } ...A }"), CodeInvalid, "spreads itself"},
	{"an unused fragment that spreads itself", query("{ __typename } fragment A on Query { ...A }"), CodeInvalid, "spreads itself"},
	{"fragments that there are not", query("{ " + numbered("...F%d ", 900) + "}"), CodeInvalid, `Unknown fragment "F0"`},
	{"fields that there are not", query("{ dataset { " + numbered("articleCoun%d ", 1900) + "} }"), CodeInvalid, `Cannot query field "articleCoun0" on type "Dataset".`},
	{"a party with a long name", query(`{ raises(filter: { by: ["` + strings.Repeat("x", 16_000) + `"] }) { totalCount } }`), CodeNotFound, "unknown party"},
	{"fragments that double", query(doubled(14)), CodeLimit, "more than 5000 fields"},
	{"fragments that double thirty times", query(doubled(30)), CodeLimit, "more than 5000 fields"},
	{"introspection in a circle", query("{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"), CodeLimit, "inside of more than 1 others"},
	{"introspection in a circle of fragments", query("{ __schema { types { ...A } } } fragment A on __Type { fields { type { ...B } } } fragment B on __Type { possibleTypes { interfaces { name } } }"), CodeLimit, "inside of more than 1 others"},
	{"a search for many words", query(`{ search(text: "` + numbered("w%d OR ", 30) + `x") { totalCount } }`), CodeLimit, "more than 50 words"},
	{"searches for many words", map[string]any{"query": "query ($f: RaiseFilter) { a: raises(filter: $f) { totalCount } b: search(text: \"x\") { totalCount } }",
		"variables": map[string]any{"f": map[string]any{"or": []any{map[string]any{"text": numbered("a%d ", 25)}, map[string]any{"not": map[string]any{"text": numbered("b-%d ", 13)}}}}}}, CodeLimit, "more than 50 words"},
	{"introspection that is wide", query("{ __schema { types { " + numbered("a%d: fields { type { "+"b%[1]d: fields { name args { name type { name } } } } } ", 40) + "} } }"), CodeLimit, "more than 500000 values"},
	{"pages of pages", query("{ raises(first: 100) { nodes { by { raises(first: 100) { nodes { with { raises(first: 100) { totalCount } } } } } } } }"), CodeLimit, "more than 500000 values"},
	{"texts of pages of pages", query("{ raises(first: 100) { nodes { by { raises(first: 100) { nodes { article { text } } } } } } }"), CodeLimit, "more than 500000 values"},
	{"statements", query(`{ country(ref: "JP") { ` + numbered("a%d: raises(first: 1) { totalCount } ", 60) + "} }"), CodeLimit, "statements"},
	{"a list of operations", []any{query("{ __typename }"), query("{ __typename }")}, CodeBadRequest, "one operation a request"},
	{"a large body", `{"query": "{ __typename }", "extensions": {"a": "` + strings.Repeat("x", 1<<20) + `"}}`, CodeTooLarge, "too large"},
	{"deep JSON", `{"query": "{ __typename }", "variables": {"a": ` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}}`, CodeLimit, "more than 2000 values"},
	{"nested JSON", `{"query": "{ __typename }", "variables": {"a": ` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}}`, CodeLimit, "more than 2000 values"},
	{"two values", `{"query": "{ __typename }"} {"query": "{ __typename }"}`, CodeBadRequest, "something stands behind it"},
	{"a mutation", query("mutation { __typename }"), CodeInvalid, "mutation"},
	{"a long name", query("{ " + strings.Repeat("x", 60_000) + " }"), CodeLimit, "a name has more than"},
	{"a name that is chosen and very long", map[string]any{"query": "{ __typename }", "operationName": strings.Repeat("x", 200_000)}, CodeLimit, `"operationName" of the request`},
}

func query(text string) map[string]any { return map[string]any{"query": text} }

func numbered(pattern string, count int) string {
	var out strings.Builder
	for i := range count {
		fmt.Fprintf(&out, pattern, i)
	}
	return out.String()
}

func numberedNext(pattern string, count int) string {
	var out strings.Builder
	for i := range count {
		fmt.Fprintf(&out, pattern, i, i+1)
	}
	return out.String()
}

func encoded(t testing.TB, body any) string {
	t.Helper()
	if text, isText := body.(string); isText {
		return text
	}
	out, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestAttacks: each is refused, with its code, in a short answer and for little memory. ATTACKS names a file that their times are written to,
// as rows of docs/security.md.
func TestAttacks(t *testing.T) {
	handler := NewHandler(openGenerated(t), Options{})
	var rows strings.Builder
	for _, attack := range attacks {
		t.Run(attack.name, func(t *testing.T) {
			body := encoded(t, attack.body)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			answer := post(t, handler, body)
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			allocated := after.TotalAlloc - before.TotalAlloc
			var got struct {
				Data   *json.RawMessage
				Errors []struct {
					Message    string
					Extensions struct{ Code string }
				}
			}
			if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Errors) == 0 || got.Errors[0].Extensions.Code != attack.code || !strings.Contains(got.Errors[0].Message, attack.want) || got.Data != nil {
				t.Errorf("got %.300s, want no data and an error with code %s and %q", answer.Body, attack.code, attack.want)
			}
			if answer.Body.Len() > 16<<10 {
				t.Errorf("got an answer of %d bytes, want a short one", answer.Body.Len())
			}
			if allocated > 16<<20 {
				t.Errorf("%d bytes were allocated, want a few", allocated)
			}
			fmt.Fprintf(&rows, "| %s | %d | `%s` | %d | %.1f | %d |\n", attack.name, len(body), attack.code, answer.Body.Len(), float64(took.Microseconds())/1000, allocated>>10)
		})
	}
	if path := os.Getenv("ATTACKS"); path != "" {
		if err := os.WriteFile(path, []byte(rows.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestWithinLimits: what clients really ask is not refused.
func TestWithinLimits(t *testing.T) {
	handler := NewHandler(openGenerated(t), Options{})
	for name, text := range map[string]string{
		"aliases":   "{ dataset { " + numbered("a%d: version ", 100) + "} }",
		"variables": "query (" + numbered("$v%d: Int = 1 ", 20) + ") { " + numbered("a%d: raises(first: $v%[1]d) { totalCount } ", 20) + "}",
		"fragments": "{ dataset { ...A } b: dataset { ...A } } fragment A on Dataset { version ...B } fragment B on Dataset { raiseCount ... on Dataset { version } }",
		"repeats":   "{ " + strings.Repeat("dataset { version } ", 50) + "}",
		"directive": "{ dataset { version @include(if: true) @skip(if: false) } }",
		"page":      "{ raises(first: 100) { nodes { quote by { name } with { name } issue { name } article { title text } } } }",
	} {
		if got := post(t, handler, encoded(t, query(text))).Body.String(); strings.Contains(got, `"errors"`) {
			t.Errorf("%s: got %.300s", name, got)
		}
	}
}

// TestErrorsAreFew: an answer tells of the first errors and how many more there were.
func TestErrorsAreFew(t *testing.T) {
	handler := NewHandler(openSmall(t), Options{})
	var got struct{ Errors []struct{ Message string } }
	body := post(t, handler, encoded(t, query("{ dataset { "+numbered("versio%d ", 50)+"} }"))).Body.Bytes()
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Errors) != 21 || got.Errors[20].Message != "and 30 more errors" {
		t.Errorf("got %d errors, the last %q, want 20 and one that says how many more", len(got.Errors), got.Errors[len(got.Errors)-1].Message)
	}
	if strings.Contains(string(body), "Did you mean") || strings.Contains(string(body), "did you mean") {
		t.Errorf("got %s, want no suggestions where there are so many errors", body)
	}
	body = post(t, handler, encoded(t, query("{ "+numbered(`a%d: party(ref: "Nowhere") { name } `, 40)+"}"))).Body.Bytes()
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Errors) != 21 {
		t.Errorf("got %d errors of fields, want 21", len(got.Errors))
	}
}

// TestLongAnswers: what would be too long to hold is refused where it is met.
func TestLongAnswers(t *testing.T) {
	reader := openGenerated(t)
	const text = `{ raises(first: 100) { nodes { by { raises(first: 100) { nodes { quote } } } } } dataset { articleCount } }`
	whole := post(t, NewHandler(reader, Options{}), encoded(t, query(text)))
	if whole.Body.Len() < 300_000 || strings.Contains(whole.Body.String(), `"errors"`) {
		t.Fatalf("got %d bytes, %.300s, want a long answer", whole.Body.Len(), whole.Body)
	}
	got := post(t, NewHandler(reader, Options{MaxAnswer: 20_000}), encoded(t, query(text)))
	if !strings.Contains(got.Body.String(), CodeLimit) || !strings.Contains(got.Body.String(), "more than 20000 bytes") || got.Body.Len() > 25_000 {
		t.Errorf("got %d bytes, %.300s, want an error with %s", got.Body.Len(), got.Body, CodeLimit)
	}
}

// TestNoIntrospection: the schema cannot be asked for, nor guessed at.
func TestNoIntrospection(t *testing.T) {
	handler := NewHandler(openSmall(t), Options{NoIntrospection: true})
	for _, text := range []string{"{ __schema { types { name } } }", `{ __type(name: "Query") { name } }`, "{ ...A } fragment A on Query { __schema { types { name } } }"} {
		if got := post(t, handler, encoded(t, query(text))).Body.String(); !strings.Contains(got, CodeNoIntrospection) || strings.Contains(got, `"data"`) {
			t.Errorf("%s: got %s, want %s", text, got, CodeNoIntrospection)
		}
	}
	if got := post(t, handler, `{"query": "{ __typename }"}`).Body.String(); got != `{"data":{"__typename":"Query"}}`+"\n" {
		t.Errorf("__typename: got %s", got)
	}
	open := NewHandler(openSmall(t), Options{})
	for _, text := range []string{
		"{ dataset { versio } }", "{ dataset }", "{ raises(frst: 1) { totalCount } }", "{ raises { nodes { act { x } } } }", "{ ... on Qery { __typename } }",
		"{ raises(filter: { byy: 1 }) { totalCount } }", "{ raises(filter: { act: REQEST }) { totalCount } }", `{ raises(filter: { act: "REQUEST" }) { totalCount } }`,
		"query ($a: RaiseFiltr) { raises(filter: $a) { totalCount } }", "{ party(ref: \"JP\") { alpha3 } }",
	} {
		body := encoded(t, query(text))
		if got := post(t, handler, body).Body.String(); strings.Contains(strings.ToLower(got), "did you mean") || !strings.Contains(got, CodeInvalid) {
			t.Errorf("%s: got %s, want an error that suggests nothing", text, got)
		}
		if got := post(t, open, body).Body.String(); !strings.Contains(got, CodeInvalid) {
			t.Errorf("%s with introspection: got %s", text, got)
		}
	}
	if got := post(t, open, encoded(t, query("{ dataset { versio } }"))).Body.String(); !strings.Contains(got, "Did you mean") {
		t.Errorf("with introspection: got %s, want a suggestion", got)
	}
}

// TestBusy: past the operations that may run at once, one is told to come again.
func TestBusy(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	handler := NewHandler(openSmall(t), Options{MaxOperations: 1, Observe: func(context.Context, *Operation) {}, Admit: func(context.Context, int) error {
		entered <- struct{}{}
		<-leave
		return nil
	}})
	first := make(chan *httptest.ResponseRecorder)
	go func() { first <- post(t, handler, `{"query": "{ __typename }"}`) }()
	<-entered
	answer := post(t, handler, `{"query": "{ __typename }"}`)
	if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") != "1" || !strings.Contains(answer.Body.String(), CodeBusy) {
		t.Errorf("got %d %v %s, want 503, Retry-After, %s", answer.Code, answer.Header(), answer.Body, CodeBusy)
	}
	close(leave)
	if answer := <-first; answer.Code != http.StatusOK {
		t.Errorf("the first: got %d %s", answer.Code, answer.Body)
	}
	go func() { <-entered }()
	if answer := post(t, handler, `{"query": "{ __typename }"}`); answer.Code != http.StatusOK {
		t.Errorf("afterwards: got %d %s, want 200", answer.Code, answer.Body)
	}
}

// TestTimeout: an operation that takes too long is stopped.
func TestTimeout(t *testing.T) {
	handler := NewHandler(openGenerated(t), Options{Timeout: time.Nanosecond})
	if got := post(t, handler, `{"query": "{ raises { totalCount } }"}`).Body.String(); !strings.Contains(got, CodeTimeout) {
		t.Errorf("got %s, want %s", got, CodeTimeout)
	}
}

// TestOtherMethods: what graphql-cop tries beside.
func TestOtherMethods(t *testing.T) {
	handler := NewHandler(openSmall(t), Options{})
	form := httptest.NewRequest("POST", "/graphql", strings.NewReader("query=%7B__typename%7D"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	traced := httptest.NewRequest("POST", "/graphql", strings.NewReader(`{"query": "{ __typename }"}`))
	traced.Header.Set("Content-Type", "application/json")
	traced.Header.Set("X-Apollo-Tracing", "1")
	for _, test := range []struct {
		name    string
		request *http.Request
		status  int
		want    string
	}{
		{"form", form, http.StatusUnsupportedMediaType, CodeBadRequest},
		{"mutation by GET", httptest.NewRequest("GET", "/graphql?query="+url.QueryEscape("mutation { __typename }"), nil), http.StatusOK, CodeInvalid},
		{"subscription by GET", httptest.NewRequest("GET", "/graphql?query="+url.QueryEscape("subscription { raiseAdded { quote } }"), nil), http.StatusOK, CodeBadRequest},
		{"tracing", traced, http.StatusOK, `{"data":{"__typename":"Query"}}`},
		{"list by GET", httptest.NewRequest("GET", "/graphql?query="+url.QueryEscape("{ __typename }")+"&variables=%5B%5D", nil), http.StatusBadRequest, CodeBadRequest},
		{"put", httptest.NewRequest("PUT", "/graphql", nil), http.StatusMethodNotAllowed, CodeBadRequest},
	} {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, test.request)
		if got := recorder.Body.String(); recorder.Code != test.status || !strings.Contains(got, test.want) || strings.Contains(got, "tracing") {
			t.Errorf("%s: got %d %s, want %d with %s", test.name, recorder.Code, got, test.status, test.want)
		}
	}
}

// internals are what no client is to read: statements, places in the file system, stacks.
var internals = regexp.MustCompile(`(?i)select .* from |sqlite|\bno such (table|column)\b|\.go:\d|goroutine \d|/tmp/|/home/|/root/|panic|runtime error`)

// TestErrorsTellNoInternals: whatever is asked, in vain or not.
func TestErrorsTellNoInternals(t *testing.T) {
	handler := NewHandler(openSmall(t), Options{})
	bodies := []string{"", "null", "1", `"x"`, "[]", "{}", `{"query":null}`, `{"query":""}`, `{"query":"\u0000"}`, `{"query":"{"}`, "\xff", `{"query":"{ __typename }","variables":{"a":1e999}}`}
	for _, attack := range attacks {
		bodies = append(bodies, encoded(t, attack.body))
	}
	for _, text := range []string{
		`{ search(text: "\"") { totalCount } }`, `{ search(text: "a AND") { nodes { id } } }`, `{ search(text: "nothing: x") { nodes { id } } }`, `{ raises(filter: { text: "*" }) { nodes { id } } }`,
		`{ raises(filter: { text: "NEAR(" }) { nodes { id } } }`, `{ raises(filter: { source: ["'; DROP TABLE raises; --"] }) { totalCount } }`, `{ node(id: "x") { id } }`,
		`{ nodes(ids: ["", "QXJ0aWNsZTo", "UmFpc2U6"]) { id } }`, `{ raises(after: "T04fMjAyNR8x") { nodes { id } } }`, `{ article(externalId: "\u0000") { id } }`,
		`{ raises(filter: { since: "2025-02-30" }) { totalCount } }`, `{ raises(first: 99999999999) { totalCount } }`, `query ($a: Int!) { raises(first: $a) { totalCount } }`,
		`{ paths(from: "x", to: "y") { nodes { id } } }`, `{ leaders(on: "x") { totalCount } }`, `{ party(ref: "` + strings.Repeat("é", 5000) + `") { name } }`,
	} {
		bodies = append(bodies, encoded(t, query(text)))
	}
	for _, body := range bodies {
		if got := post(t, handler, body).Body.String(); internals.MatchString(got) || !json.Valid([]byte(got)) {
			t.Errorf("%.200s: got %.500s", body, got)
		}
	}
}
