package graph

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestWeigh: what is past the limits is refused as it stands, and nothing that would be within them once it is decoded.
func TestWeigh(t *testing.T) {
	limits := Options{MaxDocument: 20, MaxLiteral: 10, MaxValues: 5}.WithDefaults()
	values := func(count int) string { return strings.TrimSuffix(strings.Repeat("1,", count), ",") }
	for _, test := range []struct{ name, body, want string }{
		{"small", `{"query": "{ a }", "variables": {"a": [1, {"b": "x"}], "c": []}}`, ""},
		{"a document", `{"query": "` + strings.Repeat("x", 21) + `"}`, "the document has more than 20 bytes"},
		{"a document of as much", `{"query": "` + strings.Repeat("x", 20) + `"}`, ""},
		{"a document in escapes", `{"query": "` + strings.Repeat(`\u0061`, 20) + `"}`, ""},
		{"a document in too many escapes", `{"query": "` + strings.Repeat(`\n`, 21) + `"}`, "the document has more than 20 bytes"},
		{"a name", `{"operationName": "` + strings.Repeat("x", 21) + `"}`, `"operationName" of the request has more than 20 bytes`},
		{"a value", `{"variables": {"a": "` + strings.Repeat("x", 11) + `"}}`, "a value has more than 10 bytes"},
		{"a value with quotation marks", `{"variables": {"a": "\"\\", "b": "` + strings.Repeat(`\"`, 10) + `"}}`, ""},
		{"a value with too many", `{"variables": {"a": "` + strings.Repeat(`\"`, 11) + `"}}`, "a value has more than 10 bytes"},
		{"a name of a value", `{"variables": {"` + strings.Repeat("x", 11) + `": 1}}`, "a value has more than 10 bytes"},
		{"values", `{"variables": {"a": [` + values(54) + `]}}`, ""},
		{"too many values", `{"variables": {"a": [` + values(55) + `]}}`, "more than 5 values"},
		{"empty lists", `{"variables": [` + strings.TrimSuffix(strings.Repeat("[ ],", 55), ",") + `]}`, ""},
		{"too many empty lists", `{"variables": [` + strings.TrimSuffix(strings.Repeat("[ ],", 56), ",") + `]}`, "more than 5 values"},
		{"lists in lists", strings.Repeat("[", 58), "more than 5 values"},
		{"commas in texts", `{"query": "` + strings.Repeat(",", 20) + `", "variables": {"a": "[[[[[[[["}}`, ""},
		{"no JSON", `}}}]"`, ""},
	} {
		got := ""
		if err := limits.weigh([]byte(test.body)); err != nil {
			got = err.Error()
		}
		if test.want == "" && got != "" || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}

// FuzzWeigh: a request is refused if and only if, once it is decoded, it holds too much.
func FuzzWeigh(f *testing.F) {
	f.Add([]byte(`{"query": "{ a }", "variables": {"a": [1, {"b": "\"\u0061"}], "c": [], "d": {}}}`))
	f.Add([]byte(`{"variables": {"a": [[], [1, 2], {}], "b": {"c": {"d": null}}}, "query": "\\\"", "extensions": {"e": [1,2,3]}}`))
	f.Add([]byte(`{"variables": [` + strings.TrimSuffix(strings.Repeat("{},", 60), ",") + `]}`))
	limits := Options{MaxDocument: 8, MaxLiteral: 4, MaxValues: 3}.WithDefaults()
	f.Fuzz(func(t *testing.T, body []byte) {
		refused := limits.weigh(body) != nil
		if !json.Valid(body) {
			return
		}
		values, within := 0, true
		inside := []json.Delim{} // of what
		name := false            // the next text of an object is one
		decoder := json.NewDecoder(bytes.NewReader(body))
		for {
			token, err := decoder.Token()
			if err != nil {
				break
			}
			if token == json.Delim('}') || token == json.Delim(']') {
				inside = inside[:len(inside)-1]
				name = true
				continue
			}
			isName := len(inside) > 0 && inside[len(inside)-1] == '{' && name
			if len(inside) > 1 && !isName {
				values++
			}
			if text, isText := token.(string); isText && len(inside) > 0 {
				most := limits.MaxLiteral
				if len(inside) == 1 {
					most = limits.MaxDocument
				}
				within = within && utf8.RuneCountInString(text) <= most
			}
			name = !isName
			if delimiter, isDelimiter := token.(json.Delim); isDelimiter {
				inside, name = append(inside, delimiter), true
			}
		}
		within = within && values <= limits.MaxValues+maxExtensions
		// Letters are counted as they are written.
		if ascii := !bytes.ContainsFunc(body, func(r rune) bool { return r >= utf8.RuneSelf || r == '\\' }); ascii && refused == within {
			t.Errorf("%q: got refused %v, want %v: it has %d values", body, refused, !within, values)
		}
		if refused && within && !bytes.ContainsFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) {
			t.Errorf("%q is refused, though it is within bounds once decoded", body)
		}
	})
}
