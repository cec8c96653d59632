package cmd

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
)

func TestAnswerCSV(t *testing.T) {
	tests := []struct {
		name, query, data, want string
	}{
		{
			"edges in the order of the query",
			"{ issues { totalCount edges { raiseCount node { slug } } } }",
			`{"issues":{"totalCount":2,"edges":[{"raiseCount":3,"node":{"slug":"tariffs"}},{"raiseCount":1,"node":{"slug":"steel, aluminium"}}]}}`,
			"raiseCount,node.slug\n3,tariffs\n1,\"steel, aluminium\"\n",
		},
		{
			"an object that is null in one row",
			"{ raises { nodes { speaker { name } on } } }",
			`{"raises":{"nodes":[{"speaker":null,"on":null},{"speaker":{"name":"A B"},"on":"2025-02-07"}]}}`,
			"speaker.name,on\n,\nA B,2025-02-07\n",
		},
		{
			"an object that is null in all rows",
			"{ raises { nodes { speaker { name slug } quote } } }",
			`{"raises":{"nodes":[{"speaker":null,"quote":"q"}]}}`,
			"speaker.name,speaker.slug,quote\n,,q\n",
		},
		{
			"no rows",
			"{ raises { totalCount nodes { ...r on } } } fragment r on Raise { with { code } by { __typename c: code } } ",
			`{"raises":{"totalCount":0,"nodes":[]}}`,
			"with.code,by.__typename,by.c,on\n",
		},
		{
			"a field in two places, and one that is left out",
			`query($no: Boolean = false) { raises { nodes { by { code } on @include(if: $no) quote by { name } ... @skip(if: true) { act } } } }`,
			`{"raises":{"nodes":[{"by":{"code":"JP","name":"Japan"},"quote":"q"}]}}`,
			"by.code,by.name,quote\nJP,Japan,q\n",
		},
		{
			"nodes of several types",
			`{ nodes(ids: ["a", "b"]) { id ... on Issue { slug area } ... on Country { code } } }`,
			`{"nodes":[null,{"id":"b","code":"JP"}]}`,
			"id,slug,area,code\n,,,\nb,,,JP\n",
		},
		{
			"lists inside a row",
			`{ country(code: "JP") { code aliases leaders { name } } }`,
			`{"country":{"code":"JP","aliases":["Nippon","Nihon"],"leaders":[{"name":"A"}]}}`,
			"code,aliases,leaders\nJP,\"[\"\"Nippon\"\",\"\"Nihon\"\"]\",\"[{\"\"name\"\":\"\"A\"\"}]\"\n",
		},
		{"edges rather than nodes", "{ issues { nodes { slug } edges { raiseCount } } }", `{"issues":{"nodes":[{"slug":"a"}],"edges":[{"raiseCount":1}]}}`, "raiseCount\n1\n"},
		{"a null root field", `{ country(code: "XX") { code capital } }`, `{"country":null}`, "code,capital\n"},
		{"a list at the root", `{ nodes(ids: ["a"]) { id } }`, `{"nodes":[{"id":"a"},null,{"id":"b"}]}`, "id\na\n\nb\n"},
		{"a large number keeps its digits", "", `{"a":{"n":12345678901234567890}}`, "n\n12345678901234567890\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			if err := writeCSV(&out, json.RawMessage(test.data), selectionOf(test.query, "", nil)); err != nil {
				t.Fatal(err)
			}
			if got := out.String(); got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestAnswerCSVOfTwoFields(t *testing.T) {
	err := writeCSV(&bytes.Buffer{}, json.RawMessage(`{"a":{"x":1},"b":{"x":2}}`), nil)
	if err == nil || !strings.Contains(err.Error(), "(a, b)") {
		t.Errorf("got error %v, want one that names both fields", err)
	}
}

func TestAnswerTablesOfAGraph(t *testing.T) {
	data := `{"neighborhood":{"nodes":[{"name":"Japan"}],"links":[{"source":{"name":"Japan"},"raiseCount":3}]},"paths":[]}`
	var out bytes.Buffer
	if err := writeTables(&out, json.RawMessage(data), nil, 0); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"neighborhood.nodes\n", "neighborhood.links\n", "source.name", "paths\nno rows\n"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got no %q in\n%s", want, out.String())
		}
	}
}

func TestAnswerTableRounds(t *testing.T) {
	data := json.RawMessage(`{"raises":{"nodes":[{"confidence":0.8321984375,"share":[0.25,0.33333333],"start":1234567}]}}`)
	var table, csv bytes.Buffer
	if err := errors.Join(writeTables(&table, data, nil, 0), writeCSV(&csv, data, nil)); err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`│ 0\.832 +│ 0\.25, 0\.333 +│ 1234567 +│`).MatchString(table.String()) {
		t.Errorf("got no row with 0.832, 0.25, 0.333 and 1234567 in\n%s", table.String())
	}
	if want := "0.8321984375,\"[0.25,0.33333333]\",1234567\n"; !strings.HasSuffix(csv.String(), want) {
		t.Errorf("got %q, want it to end in %q", csv.String(), want)
	}
}

func TestAnswerTableKeepsToTheTerminal(t *testing.T) {
	data := `{"raises":{"totalCount":9,"nodes":[{"by":{"code":"JP"},"quote":"` + strings.Repeat("words and more ", 30) + `"}]}}`
	for _, width := range []int{40, 80, 200} {
		var out bytes.Buffer
		if err := writeTables(&out, json.RawMessage(data), nil, width); err != nil {
			t.Fatal(err)
		}
		if got := text.LongestLineLen(out.String()); got > width {
			t.Errorf("width %d: got a line of %d in\n%s", width, got, out.String())
		}
		if !strings.Contains(out.String(), "by.code") || !strings.Contains(out.String(), "1 of 9") {
			t.Errorf("width %d: got no column by.code or no total in\n%s", width, out.String())
		}
	}
}

func TestColumnWidths(t *testing.T) {
	g := grid{
		columns: []string{"issue.slug", "quote"},
		rows:    [][]string{{"regional-security", strings.Repeat("some words ", 20)}, {"trade", "short"}},
	}
	for _, test := range []struct {
		width int
		want  []int
	}{
		{80, []int{17, 80 - 7 - 17}},              // the slug is one word and stays whole, the quote has the rest
		{400, []int{17, len("some words ") * 20}}, // nothing is wider than it needs to be
		{10, []int{17, 5}},                        // too narrow for the words: they stay whole all the same
	} {
		if got := columnWidths(g, test.width); !slices.Equal(got, test.want) {
			t.Errorf("width %d: got %v, want %v", test.width, got, test.want)
		}
	}
}

func TestParseVariables(t *testing.T) {
	got, err := parseVariables([]string{"by=JP", "first=20", `with=["US","CN"]`, "empty=", "date=2025-02-07", "expression=a=b", "no=null"})
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"by":"JP","date":"2025-02-07","empty":"","expression":"a=b","first":20,"no":null,"with":["US","CN"]}`
	if string(encoded) != want {
		t.Errorf("got %s, want %s", encoded, want)
	}
	if _, err := parseVariables([]string{"by"}); err == nil {
		t.Error("--var without =: got no error, want one")
	}
}

func FuzzAnswer(f *testing.F) {
	f.Add(`{"issues":{"totalCount":2,"edges":[{"raiseCount":3,"node":{"slug":"tariffs"}},null]}}`)
	f.Add(`{"a":[1,[2,{"b":null}]],"nodes":{"nodes":[],"edges":3,"links":[""]}}`)
	f.Add(`{"":{"edges":[{"":{"":"日本\u0000\n"}}]}}`)
	f.Fuzz(func(t *testing.T, data string) {
		if !json.Valid([]byte(data)) || !strings.HasPrefix(data, "{") {
			return
		}
		for _, width := range []int{0, 1, 40} {
			if err := writeTables(&bytes.Buffer{}, json.RawMessage(data), nil, width); err != nil {
				t.Errorf("table of width %d: %v", width, err)
			}
		}
		var out bytes.Buffer
		if err := writeCSV(&out, json.RawMessage(data), nil); err != nil && !strings.Contains(err.Error(), "csv holds one list") {
			t.Errorf("csv: %v", err)
		}
		reader := csv.NewReader(&out)
		if _, err := reader.ReadAll(); err != nil {
			t.Errorf("csv that was written cannot be read: %v", err)
		}
	})
}
