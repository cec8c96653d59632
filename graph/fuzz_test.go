package graph

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// FuzzHandler sends anything to the whole handler: it answers JSON with a status that fits, and tells no internals.
func FuzzHandler(f *testing.F) {
	for _, attack := range attacks {
		if body := encoded(f, attack.body); len(body) < 4096 {
			f.Add("POST", "", jsonType, "", body)
		}
	}
	f.Add("GET", "query={__typename}&variables={}", "", graphqlType, "")
	f.Add("POST", "", jsonType, graphqlType, `{"query":"query A($a: Int = 3) { raises(first: $a) { nodes { id quote } } }","variables":{"a":2},"operationName":"A"}`)
	f.Add("POST", "", "application/x-www-form-urlencoded", "*/*", "query=1")
	f.Add("POST", "", jsonType, "", `{"query":"{ search(text: \"tariff\") { edges { snippet } } }"}`)
	f.Add("POST", "", jsonType, "", `{"extensions":{"persistedQuery":{"version":1,"sha256Hash":"x"}}}`)
	f.Add("PUT", "", "", "", "")
	handler := NewHandler(openSmall(f), Options{})
	f.Fuzz(func(t *testing.T, method, search, contentType, accept, body string) {
		request, err := http.NewRequest(method, "http://localhost/graphql", strings.NewReader(body))
		if err != nil {
			return // no HTTP at all
		}
		request.URL.RawQuery = search
		request.Header.Set("Content-Type", contentType)
		request.Header.Set("Accept", accept)
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		var answer struct {
			Data   json.RawMessage
			Errors []struct {
				Message    string
				Extensions struct{ Code string }
			}
		}
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
			t.Fatalf("got %d %q: %v", recorder.Code, recorder.Body, err)
		}
		if recorder.Code >= 500 {
			t.Errorf("got %d %s", recorder.Code, recorder.Body)
		}
		if (recorder.Code == http.StatusOK) != (answer.Data != nil) && (recorder.Code != http.StatusOK || recorder.Header().Get("Content-Type")[:len(jsonType)] != jsonType) {
			t.Errorf("got %d %s", recorder.Code, recorder.Body)
		}
		if answer.Data == nil && len(answer.Errors) == 0 {
			t.Errorf("got neither data nor errors: %s", recorder.Body)
		}
		for _, failure := range answer.Errors {
			if failure.Message == "" || failure.Extensions.Code == "" || failure.Extensions.Code == CodeInternal || internals.MatchString(failure.Message) && !internals.MatchString(search+body) {
				t.Errorf("got %+v", failure)
			}
		}
	})
}
