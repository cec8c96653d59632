package graph

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func getStream(t *testing.T, base, text string) *http.Response {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/stream?query="+url.QueryEscape(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Accept", eventType)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { response.Body.Close() })
	return response
}

func TestStream(t *testing.T) {
	_, base := serveNews(t, Options{})
	for _, test := range []struct{ name, method, contentType, accept, body, want string }{
		{"query", "POST", jsonType, eventType, `{"query":"{ __typename }"}`, ":\n\nevent: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n"},
		{"any type", "POST", jsonType, "*/*", `{"query":"{ __typename }"}`, ":\n\nevent: next\ndata: {\"data\":{\"__typename\":\"Query\"}}\n\nevent: complete\ndata:\n\n"},
		{"not valid", "POST", jsonType, eventType, `{"query":"{"}`, ":\n\nevent: next\ndata: {\"errors\":[{\"message\":\"Expected Name, found \\u003cEOF\\u003e\",\"locations\":[{\"line\":1,\"column\":2}],\"extensions\":{\"code\":\"GRAPHQL_PARSE_FAILED\"}}]}\n\nevent: complete\ndata:\n\n"},
		{"no operation", "POST", jsonType, eventType, `{}`, `"code":"BAD_REQUEST"`},
		{"no JSON", "POST", "text/plain", eventType, `{}`, "Content-Type"},
		{"other answers", "POST", jsonType, jsonType, `{"query":"{ __typename }"}`, "text/event-stream"},
		{"method", "PUT", jsonType, eventType, ``, "only GET and POST"},
	} {
		t.Run(test.name, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), test.method, base+"/stream", strings.NewReader(test.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Content-Type", test.contentType)
			request.Header.Set("Accept", test.accept)
			response, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(test.want, ":") {
				if string(body) != test.want || response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != eventType+"; charset=utf-8" {
					t.Errorf("got %s %v %q, want %q", response.Status, response.Header, body, test.want)
				}
			} else if !strings.Contains(string(body), test.want) || response.StatusCode < 400 || response.Header.Get("Content-Type") != jsonType+"; charset=utf-8" {
				t.Errorf("got %s %q, want a refusal with %q", response.Status, body, test.want)
			}
		})
	}
}

// TestStreamTells: raises come as events, signs of life between them, and the end when the handler is closed. A client
// that goes is noticed.
func TestStreamTells(t *testing.T) {
	n, base := serveNews(t, Options{KeepAlive: 10 * time.Millisecond})
	gone := getStream(t, base, everything)
	for n.Subscribers() < 1 {
		time.Sleep(time.Millisecond)
	}
	gone.Body.Close()
	for n.Subscribers() > 0 {
		time.Sleep(time.Millisecond)
	}

	response := getStream(t, base, everything)
	lines := bufio.NewScanner(response.Body)
	next := func(prefix string) string {
		t.Helper()
		for comments := 0; lines.Scan(); {
			switch line := lines.Text(); {
			case line == ":":
				comments++
			case line != "":
				if !strings.HasPrefix(line, prefix) {
					t.Fatalf("got %q, want %q…", line, prefix)
				}
				return line
			case comments > 3 && prefix == "alive":
				return ""
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return ""
	}
	next("alive")
	n.load(t, 4)
	next("event: next")
	if got := next("data: "); got != `data: {"data":{"raiseAdded":{"quote":"Japan protested to China over tariffs."}}}` {
		t.Errorf("got %s", got)
	}
	if err := n.Close(t.Context()); err != nil {
		t.Error(err)
	}
	next("event: complete")
	next("data:")
	for lines.Scan() {
		if lines.Text() != "" {
			t.Errorf("behind the end: got %q", lines.Text())
		}
	}
}
