package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// attack is one request that a server should refuse, or answer within its limits.
type attack struct {
	name    string
	method  string
	path    string
	body    []byte
	headers map[string]string
	// hold is sent over each of heldConnections, which then wait for as long as the attack lasts; nothing else is sent.
	hold string
	// answer is how many bytes a sink sends back.
	answer int
}

// heldConnections are those of an attack that only holds them.
const heldConnections = 500

// operation is an attack by a document, sent as JSON over POST.
func operation(name, document string) attack { return withVariables(name, document, nil) }

func withVariables(name, document string, variables any) attack {
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	if err != nil {
		panic(err) // texts, numbers and lists of them always encode
	}
	return raw(name, body)
}

// raw is an attack by a body.
func raw(name string, body []byte) attack {
	return attack{name: name, method: http.MethodPost, path: "/graphql", body: body, headers: map[string]string{"Content-Type": "application/json"}}
}

func read(name, path string) attack { return attack{name: name, method: http.MethodGet, path: path} }

// attacks are graphql-cop's, those that GraphQL Armor is against, what is known to bite servers of this kind, and what takes this
// one longest of all that it allows.
func attacks() []attack {
	repeat := strings.Repeat
	numbered := func(count int, format string) string {
		var text strings.Builder
		for i := range count {
			fmt.Fprintf(&text, format, i)
		}
		return text.String()
	}
	form := raw("a form, url-encoded", []byte("query="+url.QueryEscape("{ __typename }")))
	form.headers = map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	trace := operation("trace mode", "{ __typename }")
	trace.headers["Apollo-Tracing"], trace.headers["X-Apollo-Tracing"] = "1", "1"
	cookies := operation("a header of 2 MB", "{ __typename }")
	cookies.headers["X-Long"] = repeat("x", 2<<20)
	batch := "[" + strings.TrimSuffix(repeat(`{"query":"{ __typename }"},`, 1000), ",") + "]"
	unused := make([]string, 2000)
	for i := range unused {
		unused[i] = fmt.Sprintf("$v%d: Int", i)
	}
	// 949 bytes whose fields, with fragments expanded, answer with megabytes.
	var nested strings.Builder
	nested.WriteString("{ ...F0 } ")
	for i := range 20 {
		fmt.Fprintf(&nested, "fragment F%d on Query { a%d: __typename ...F%d b%d: __typename ...F%d } ", i, i, i+1, i, i+1)
	}
	nested.WriteString("fragment F20 on Query { dataset { version } }")

	return []attack{
		operation("5,000 aliases of a field", "{ "+numbered(5000, "a%d: __typename ")+"}"),
		operation("90 aliases of a list of 100", "{ "+numbered(90, "a%d: raises(first: 100) { totalCount nodes { quote evidence { quote } article { text } } } ")+"}"),
		raw("an array of 1,000 operations", []byte(batch)),
		operation("5,000 directives on a field", "{ __typename "+repeat("@include(if: true) ", 5000)+"}"),
		operation("5,000 unknown directives on a field", "{ __typename "+repeat("@aa ", 5000)+"}"),
		operation("circular introspection", "{ __schema { types { "+repeat("fields { type { ", 7)+"name"+repeat(" } }", 7)+" } } }"),
		operation("introspection", "{ __schema { types { name fields { name args { name } type { name } } } } }"),
		operation("a field 20,000 times", "{ "+repeat("__typename ", 20000)+"}"),
		operation("a field 900 times, with a list", "{ "+repeat("raises { totalCount } ", 900)+"}"),
		operation("a misspelt field", "{ raisses { totalCount } }"),
		read("a mutation by GET", "/graphql?query="+url.QueryEscape("mutation { __typename }")),
		form,
		trace,
		raw("a body that is no JSON", []byte(`{"query":`)),
		operation("a document that is none", "{ raises("),
		operation("a fragment within itself", "{ ...A } fragment A on Query { ...A }"),
		operation("two fragments within each other", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"),
		operation("20 fragments, each twice in the one before", nested.String()),
		operation("lists in lists, 6 deep", "{ articles(first: 100) { nodes "+repeat("{ raises(first: 100) { nodes { article ", 5)+"{ title }"+repeat(" } } }", 5)+" } }"),
		operation("500 fields deep", "{ "+repeat("node(id: \"x\") { ... on Raise { article { ", 120)+"id"+repeat(" } } }", 120)+" }"),
		operation("10,000 brackets deep", repeat("{ a ", 10000)+repeat("}", 10000)),
		operation("10,000 lists deep, in a value", "{ raises(filter: { by: "+repeat("[", 10000)+repeat("]", 10000)+" }) { totalCount } }"),
		operation("2,000 variables that nobody uses", "query Q("+strings.Join(unused, ", ")+") { __typename }"),
		withVariables("100,000 values of a variable", "query Q($by: [PartyRef!]) { raises(filter: { by: $by }) { totalCount } }", map[string]any{"by": strings.Split(repeat("JP,", 99_999)+"JP", ",")}),
		withVariables("a search for 500 words", "query Q($t: String!) { search(text: $t) { totalCount } }", map[string]any{"t": numbered(500, "w%d OR ") + "x"}),
		withVariables("40,000 values of a variable", "query Q($by: [PartyRef!]) { raises(filter: { by: $by }) { totalCount } }", map[string]any{"by": strings.Split(repeat("JP,", 39_999)+"JP", ",")}),
		withVariables("15 sources of 16 kB each", "query Q($in: [String!]) { raises(filter: { source: $in }) { totalCount } }", map[string]any{"in": strings.Split(strings.TrimSuffix(repeat(repeat("x", 16_000)+",", 15), ","), ",")}),
		withVariables("a search for 50 words", "query Q($t: String!) { search(text: $t) { nodes { __typename } } }", map[string]any{"t": numbered(25, "w%d OR ")}),
		operation("a search for all that begins with t", `{ search(text: "t*") { totalCount nodes { __typename } } }`),
		operation("everything in groups of four kinds", "{ raiseStats(groupBy: [BY, WITH, ISSUE, DAY], first: 100) { totalCount nodes { raiseCount } } }"),
		operation("raises of a source that there is not", `{ raises(filter: { source: ["nobody"] }, orderBy: { field: CONFIDENCE }) { nodes { id } } }`),
		operation("40 leaders that nobody knows", "{ "+numbered(40, `a%d: leader(slug: "xyxyxyxyxyxyxyxyxyxy") { name } `)+"}"),
		operation("900 fragments that there are not", "{ "+numbered(900, "...F%d ")+"}"),
		operation("1,900 fields that there are not", "{ dataset { "+numbered(1900, "articleCoun%d ")+"} }"),
		operation("a field with a name of 60,000 letters", "{ "+repeat("x", 60_000)+" }"),
		operation("a text of 250 kB", `{ search(text: "`+repeat("x", 250_000)+`") { totalCount } }`),
		operation("a text of 900 kB", `{ search(text: "`+repeat("x", 900_000)+`") { totalCount } }`),
		operation("a text of 5 MB", `{ search(text: "`+repeat("x", 5_000_000)+`") { totalCount } }`),
		operation("the dearest operation that is allowed", "{ a: raises(first: 100) { nodes { quote evidence { quote } article { title raises(first: 20) { nodes { quote by { name } with { name } } } } } } }"),
		operation("a drawing of 500 nodes", `{ countries(first: 1) { nodes { id } } neighborhood(id: "Q291bnRyeTpVUw", depth: 2, limit: 500) { nodes { id } links { raiseCount issues { slug } } } }`),
		cookies,
		{name: "500 connections that never end their header", hold: "POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: "},
		{name: "500 connections that never end their body", hold: "POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + attacker +
			"\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n{"},
		{name: "500 sockets that say nothing", hold: "GET /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + attacker +
			"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n"},
	}
}
