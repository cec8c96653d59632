package server

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

func TestRate(t *testing.T) {
	// One value a second, so that nothing comes back while the test runs.
	handler := newServer(t, Options{Rate: 1, Burst: 100, Tokens: tokensOf(t, secret)})
	known := map[string]string{"Authorization": "Bearer " + secret}
	dear := func(i int) call {
		return post(fmt.Sprintf(`{"query":"{ n%d: raises(first: 30) { nodes { quote } } }"}`, i), known)
	} // 61 values
	if got := ask(t, handler, dear(1)); got.StatusCode != http.StatusOK {
		t.Fatalf("the first: got %s %s", got.Status, got.body)
	}
	got := ask(t, handler, dear(2))
	wait, err := strconv.Atoi(got.Header.Get("Retry-After"))
	if got.StatusCode != http.StatusTooManyRequests || !strings.Contains(got.body, `"code":"RATE_LIMITED"`) || err != nil || wait < 10 || wait > 30 {
		t.Errorf("the second: got %s, Retry-After %q, %s, want 429 with about 22 seconds", got.Status, got.Header.Get("Retry-After"), got.body)
	}
	// What is at hand costs one value each, until there is none.
	refused := 0
	for range 60 {
		if got := ask(t, handler, dear(1)); got.StatusCode == http.StatusTooManyRequests {
			refused++
			if got.Header.Get("Retry-After") != "1" || !strings.Contains(got.body, `"retryAfter":1`) {
				t.Errorf("got Retry-After %q, %s, want one second", got.Header.Get("Retry-After"), got.body)
			}
		}
	}
	if refused < 15 || refused > 25 {
		t.Errorf("of 60 answers at hand: got %d refused, want about 21", refused)
	}
}

func TestRateIsOfEachClient(t *testing.T) {
	r := newRates(1, 10)
	for i, test := range []struct {
		client string
		free   bool
	}{
		{"198.51.100.1", true}, {"198.51.100.1", false}, {"198.51.100.2", true}, {"token:kim", true}, {"token:kim", false},
		{"2001:db8::1", true}, {"2001:db8::2", false}, {"2001:db8:0:1::1", true},
	} {
		if err := r.take(test.client, 10); (err == nil) != test.free {
			t.Errorf("%d, %s: got %v, want free %t", i, test.client, err, test.free)
		}
	}
	if err := r.take("198.51.100.3", 1000); err != nil {
		t.Errorf("an operation that costs more than the bucket holds: got %v, want it to take all", err)
	}
	for i := range 2 * maxClients {
		_ = r.take(fmt.Sprint("client ", i), 1)
	}
	if got := r.clients.Len(); got != maxClients {
		t.Errorf("got %d clients remembered, want %d", got, maxClients)
	}
	if err := (*rates)(nil).take("anybody", 1<<30); err != nil {
		t.Errorf("without a rate: got %v", err)
	}
}

// TestRequestsArePaidFor: by their bytes, whatever becomes of them, and before they are read. What is of unknown length is taken on
// credit until it has been read.
func TestRequestsArePaidFor(t *testing.T) {
	const read, unread = http.StatusBadRequest, http.StatusTooManyRequests
	for _, test := range []struct {
		name  string
		known bool
		want  [3]int
	}{{"known length", true, [3]int{read, unread, unread}}, {"unknown length", false, [3]int{read, read, unread}}} {
		handler := newServer(t, Options{Rate: 1, Burst: 100})
		for i, want := range test.want {
			body := &watchedReader{Reader: strings.NewReader(strings.Repeat("x", 90*64))}
			request := httptest.NewRequest(http.MethodPost, "http://localhost/graphql", body)
			if request.ContentLength = -1; test.known {
				request.ContentLength = 90 * 64
			}
			request.Header.Set("Content-Type", "application/json")
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, request)
			if recorder.Code != want || body.read != (want == read) {
				t.Errorf("%s, request %d: got %d and read %t, want %d and %t", test.name, i, recorder.Code, body.read, want, want == read)
			}
		}
	}
}

// TestExportsArePaidFor: an export takes from the bucket too.
func TestExportsArePaidFor(t *testing.T) {
	handler := newServer(t, Options{Rate: 1, Burst: exportCost + 10})
	if got := ask(t, handler, call{path: "/export/raises.csv"}); got.StatusCode != http.StatusOK {
		t.Errorf("the first: got %s", got.Status)
	}
	if got := ask(t, handler, call{path: "/export/raises.csv"}); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") == "" {
		t.Errorf("the second: got %s, Retry-After %q, want 429 and when to come again", got.Status, got.Header.Get("Retry-After"))
	}
	if got := ask(t, handler, countCall(nil)); got.StatusCode != http.StatusOK {
		t.Errorf("an operation that there is enough left for: got %s", got.Status)
	}
}

// watchedReader knows whether anybody has read of it.
type watchedReader struct {
	io.Reader
	read bool
}

func (r *watchedReader) Read(into []byte) (int, error) {
	r.read = true
	return r.Reader.Read(into)
}
