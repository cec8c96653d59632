package graph

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// waitingOf is how many operations of a client wait.
func (l *lane) waitingOf(client string) int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return len(l.waiting[client])
}

// TestLaneTakesTurns: clients get their turns one after the other, each in the order in which it asked.
func TestLaneTakesTurns(t *testing.T) {
	l := newLane(1, 3)
	if err := l.enter(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	turns := make(chan string)
	for _, name := range []string{"greedy 1", "greedy 2", "greedy 3", "modest 1", "other 1", "modest 2"} {
		client, _, _ := strings.Cut(name, " ")
		before := l.waitingOf(client)
		go func() {
			if err := l.enter(context.Background(), client); err != nil {
				t.Error(err)
			}
			turns <- name
		}()
		for l.waitingOf(client) == before {
			time.Sleep(time.Millisecond)
		}
	}
	var later *Later
	if err := l.enter(t.Context(), "greedy"); !errors.As(err, &later) || later.Code != CodeBusy {
		t.Errorf("a fourth that waits: got %v, want it refused as %s", err, CodeBusy)
	}
	var got []string
	for range 6 {
		l.leave()
		got = append(got, <-turns)
	}
	if want := []string{"greedy 1", "modest 1", "other 1", "greedy 2", "modest 2", "greedy 3"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	l.leave()
	if l.free != 1 || len(l.waiting) != 0 || len(l.clients) != 0 {
		t.Errorf("at the end: got %d free, %v and %v waiting, want 1 and nobody", l.free, l.waiting, l.clients)
	}
}

// TestLaneGivesUp: whoever waits no longer takes no turn from others.
func TestLaneGivesUp(t *testing.T) {
	l := newLane(1, 3)
	if err := l.enter(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	var ends []context.CancelFunc
	results := make(chan error)
	for range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		before := l.waitingOf("a")
		ends = append(ends, cancel)
		go func() { results <- l.enter(ctx, "a") }()
		for l.waitingOf("a") == before {
			time.Sleep(time.Millisecond)
		}
	}
	for _, i := range []int{1, 0, 2} {
		ends[i]()
		if err := <-results; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want that it gave up", err)
		}
	}
	l.leave()
	if l.free != 1 || len(l.waiting) != 0 || len(l.clients) != 0 {
		t.Errorf("at the end: got %d free, %v and %v waiting, want 1 and nobody", l.free, l.waiting, l.clients)
	}
}

// TestDearOperationsWait: they alone, while others go on; past those that may wait the client is told to come again.
func TestDearOperationsWait(t *testing.T) {
	handler := NewHandler(openSmall(t), Options{MaxDear: 1, MaxWaiting: 1})
	lane := handler.schema.dear
	if err := lane.enter(t.Context(), "somebody"); err != nil {
		t.Fatal(err)
	}
	dear := []string{
		`{ search(text: "trade") { totalCount } }`,
		`{ raises(filter: { not: { text: "trade" } }) { totalCount } }`,
		`{ raiseStats(groupBy: [BY]) { totalCount } }`,
		`{ raises(first: 100) { nodes { article { raises(first: 100) { nodes { quote start end confidence } } } } } }`,
	}
	waited := make(chan *httptest.ResponseRecorder)
	go func() { waited <- post(t, handler, encoded(t, query(dear[0]))) }()
	for lane.waitingOf("") == 0 {
		time.Sleep(time.Millisecond)
	}
	for _, text := range dear {
		if got := post(t, handler, encoded(t, query(text))); got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "1" || !strings.Contains(got.Body.String(), CodeBusy) {
			t.Errorf("%s: got %d %s, want it refused as %s", text, got.Code, got.Body, CodeBusy)
		}
	}
	for _, text := range []string{`{ raises { totalCount nodes { quote } } }`, `{ issues(raisedBy: "JP") { edges { raiseCount } } }`, `{ __schema { queryType { name } } }`} {
		if got := post(t, handler, encoded(t, query(text))); got.Code != http.StatusOK || strings.Contains(got.Body.String(), `"errors"`) {
			t.Errorf("%s: got %d %s, want an answer at once", text, got.Code, got.Body)
		}
	}
	lane.leave()
	if got := <-waited; got.Code != http.StatusOK || strings.Contains(got.Body.String(), `"errors"`) {
		t.Errorf("the one that waited: got %d %s", got.Code, got.Body)
	}
	if lane.free != 1 {
		t.Errorf("got %d free at the end, want 1", lane.free)
	}
}
