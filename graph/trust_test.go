package graph

import (
	"fmt"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func persisted(text, hash string) map[string]any {
	body := map[string]any{"extensions": map[string]any{"persistedQuery": map[string]any{"version": 1, "sha256Hash": hash}}}
	if text != "" {
		body["query"] = text
	}
	return body
}

// TestPersisted asks by hash, as clients do that send the text only when they are told that it is not known.
func TestPersisted(t *testing.T) {
	handler := NewHandler(openSmall(t), Options{MaxDocuments: 2})
	const text, data = "{ dataset { articleCount } }", `{"data":{"dataset":{"articleCount":6}}}` + "\n"
	hash := hashOf(text)
	ask := func(body map[string]any, want string) {
		t.Helper()
		answer := post(t, handler, encoded(t, body))
		if got := answer.Body.String(); !strings.Contains(got, want) {
			t.Errorf("%v: got %d %s, want %s", body, answer.Code, got, want)
		}
	}
	ask(persisted("", hash), `{"errors":[{"message":"PersistedQueryNotFound","extensions":{"code":"PERSISTED_QUERY_NOT_FOUND"}}]}`)
	ask(persisted(text, hashOf("another")), CodeBadRequest)
	ask(persisted("", hash), CodeNotPersisted)
	ask(persisted(text, hash), data)
	ask(persisted("", hash), data)
	ask(persisted("", strings.ToUpper(hash)), data)
	ask(map[string]any{"documentId": hash}, data)
	ask(map[string]any{"documentId": "sha256:" + hash}, data)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest("GET", "/graphql?extensions="+url.QueryEscape(fmt.Sprintf(`{"persistedQuery":{"version":1,"sha256Hash":%q}}`, hash)), nil))
	if got := recorder.Body.String(); got != data {
		t.Errorf("by GET: got %s, want %s", got, data)
	}
	// What is not valid is not kept, and what is kept is bounded.
	ask(persisted("{ nothing }", hashOf("{ nothing }")), CodeInvalid)
	ask(persisted("", hashOf("{ nothing }")), CodeNotPersisted)
	ask(query("{ a: __typename }"), "Query")
	ask(query("{ b: __typename }"), "Query")
	ask(persisted("", hash), CodeNotPersisted)
	for _, extension := range []any{nil, 1, "x", []any{}, map[string]any{"sha256Hash": 1}} {
		ask(map[string]any{"query": text, "extensions": map[string]any{"persistedQuery": extension}}, data)
	}
}

func TestTrustedDocuments(t *testing.T) {
	const pair = "query Pair { issues(raisedBy: \"JP\") { totalCount } }\nquery Other { dataset { raiseCount } }\n"
	documents, err := ReadDocuments(fstest.MapFS{
		"pair.graphql":         {Data: []byte(pair)},
		"more/dataset.graphql": {Data: []byte("\n{ dataset { articleCount } }")},
		"notes.txt":            {Data: []byte("no document")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := documents.Names(), []string{"Other", "Pair"}; !slices.Equal(got, want) {
		t.Errorf("got names %v, want %v", got, want)
	}
	handler := NewHandler(openSmall(t), Options{Documents: documents})
	named := func(body map[string]any) map[string]any {
		body["operationName"] = "Pair"
		return body
	}
	for _, test := range []struct {
		name string
		body map[string]any
		want string
	}{
		{"text", named(query(pair)), `{"data":{"issues":{"totalCount":2}}}`},
		{"text without the last line's end", named(query(strings.TrimSpace(pair))), `{"data":{"issues":{"totalCount":2}}}`},
		{"hash", named(persisted("", hashOf(pair))), `{"data":{"issues":{"totalCount":2}}}`},
		{"hash without the last line's end", named(persisted("", hashOf(strings.TrimSpace(pair)))), `{"data":{"issues":{"totalCount":2}}}`},
		{"id", map[string]any{"documentId": hashOf(pair), "operationName": "Other"}, `{"data":{"dataset":{"raiseCount":9}}}`},
		{"below", query("{ dataset { articleCount } }"), `{"data":{"dataset":{"articleCount":6}}}`},
		{"another text", query("{ __typename }"), CodeNotTrusted},
		{"another text with a known hash", persisted("{ __typename }", hashOf(pair)), CodeNotTrusted},
		{"another hash", persisted("", hashOf("{ __typename }")), CodeNotPersisted},
		{"introspection", query("{ __schema { queryType { name } } }"), CodeNotTrusted},
	} {
		if got := post(t, handler, encoded(t, test.body)).Body.String(); !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want %s", test.name, got, test.want)
		}
	}
	for name, content := range map[string]string{
		"no.graphql:2: ":             "{ dataset {\n nothing } }",
		"no.graphql:1: ":             "{",
		"no.graphql holds no ":       "# nothing yet",
		"the folder has no .graphql": "",
	} {
		folder := fstest.MapFS{}
		if content != "" {
			folder["no.graphql"] = &fstest.MapFile{Data: []byte(content)}
		}
		if _, err := ReadDocuments(folder); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%q: got %v, want an error with %q", content, err, name)
		}
	}
}
