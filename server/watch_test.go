package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"demarche/db/dbtest"
)

// journal keeps what is logged.
type journal struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (j *journal) Write(line []byte) (int, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	return j.text.Write(line)
}

func (j *journal) lines(t *testing.T) []map[string]any {
	t.Helper()
	j.mutex.Lock()
	defer j.mutex.Unlock()
	var lines []map[string]any
	for decoder := json.NewDecoder(strings.NewReader(j.text.String())); ; {
		var line map[string]any
		if err := decoder.Decode(&line); err == io.EOF {
			return lines
		} else if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
}

func logInto(j *journal, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(j, &slog.HandlerOptions{Level: level}))
}

func TestOperationsAreLogged(t *testing.T) {
	var all, usual journal
	const query = `{"query":"query Newest { raises(first: 2) { nodes { quote } } }"}`
	for _, j := range []*journal{&all, &usual} {
		level := slog.LevelDebug
		if j == &usual {
			level = slog.LevelInfo
		}
		handler := newServer(t, Options{Logger: logInto(j, level)})
		ask(t, handler, post(query, nil))
		ask(t, handler, post(query, nil))
		ask(t, handler, post(`{"query":"{ raises(first: 1000) { totalCount } }"}`, nil))
		ask(t, handler, call{path: "/", header: map[string]string{"Host": "evil.example"}})
	}
	lines := all.lines(t)
	if len(lines) != 4 {
		t.Fatalf("at debug: got %d lines, want one of each request: %v", len(lines), lines)
	}
	for i, want := range []map[string]any{
		{"level": "DEBUG", "msg": "operation", "operation": "Newest", "status": "ok", "statements": 1.0, "rows": 3.0, "client": "192.0.2.1"},
		{"level": "DEBUG", "msg": "operation", "operation": "Newest", "status": "ok", "cached": true, "client": "192.0.2.1"},
		{"level": "INFO", "msg": "operation", "operation": "", "status": "LIMIT", "client": "192.0.2.1"},
		{"level": "INFO", "msg": "refused", "code": "WRONG_HOST", "status": 421.0},
	} {
		for key, value := range want {
			if lines[i][key] != value {
				t.Errorf("line %d: got %s=%v, want %v", i, key, lines[i][key], value)
			}
		}
	}
	if hash, _ := lines[0]["hash"].(string); len(hash) != 64 || lines[0]["duration"] == nil {
		t.Errorf("got %v, want hash and duration", lines[0])
	}
	if lines := usual.lines(t); len(lines) != 2 {
		t.Errorf("at info: got %v, want the two refusals", lines)
	}
}

// TestNoSecretIsLogged sends tokens in every way, with what else is nobody's business, and looks for them in the log and in
// the answers.
func TestNoSecretIsLogged(t *testing.T) {
	const wrong, private = "wrong-token-0123456789abcdef", "something that nobody should read"
	var j journal
	handler := newServer(t, Options{Logger: logInto(&j, slog.LevelDebug), Tokens: tokensOf(t, secret), Slow: time.Nanosecond})
	var answers strings.Builder
	for _, token := range []string{secret, wrong} {
		bearer := map[string]string{"Authorization": "Bearer " + token}
		for _, c := range []call{
			countCall(maps.Clone(bearer)), countCall(map[string]string{"Cookie": tokenCookie + "=" + token}),
			{path: countPath(), header: bearer}, {path: countPath() + "&token=" + token, header: bearer}, {path: "/?token=" + token}, {path: "/metrics", header: bearer},
			{path: "/login?token=" + token + "&next=/x"},
			{method: http.MethodPost, path: "/login", body: "token=" + token, header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}},
			post(`{"query":"query Q($t: String!) { search(text: $t) { totalCount } }","variables":{"t":"`+private+`"}}`, bearer),
			post(`{"query":"{ raises(filter: { by: [\"`+private+`\"] }) { totalCount } }"}`, bearer),
		} {
			got := ask(t, handler, c)
			if c.path != "/login" && c.path != "/?token="+token { // which hand a cookie out, or lead to where one can log in
				fmt.Fprintln(&answers, got.Header, got.body)
			}
		}
	}
	if text := j.text.String(); strings.Count(text, "\n") < 15 {
		t.Fatalf("got a log of %d lines only: %s", strings.Count(text, "\n"), text)
	}
	for _, text := range []string{secret, wrong, private} {
		if strings.Contains(j.text.String(), text) {
			t.Errorf("the log holds %q: %s", text, j.text.String())
		}
	}
	for _, text := range []string{secret, wrong} {
		if strings.Contains(answers.String(), text) {
			t.Errorf("an answer holds %q: %s", text, answers.String())
		}
	}
}

func TestSlowOperations(t *testing.T) {
	var j journal
	handler := newServer(t, Options{Logger: logInto(&j, slog.LevelWarn), Slow: time.Nanosecond})
	ask(t, handler, post(`{"query":"query Slow { raises(first: 2, filter: { by: [\"JP\"] }) { totalCount nodes { quote evidence { quote } } } }"}`, nil))
	lines := j.lines(t)
	if len(lines) < 3 || lines[0]["msg"] != "slow operation" || lines[0]["operation"] != "Slow" || lines[0]["statements"] != float64(len(lines)-1) {
		t.Fatalf("got %v, want the operation and each of its statements", lines)
	}
	for _, line := range lines[1:] {
		sql, _ := line["sql"].(string)
		plan, _ := line["plan"].(string)
		if !strings.Contains(sql, "SELECT") || !(strings.Contains(plan, "SEARCH") || strings.Contains(plan, "SCAN")) || line["hash"] != lines[0]["hash"] {
			t.Errorf("got %v, want a statement and how SQLite goes about it", line)
		}
	}
}

func TestMetrics(t *testing.T) {
	handler := newServer(t, Options{Operations: []string{"Newest", "Another"}})
	newest := post(`{"query":"query Newest { raises(first: 2) { nodes { quote } } }"}`, nil)
	ask(t, handler, newest)
	ask(t, handler, newest)
	for i := range 5 {
		ask(t, handler, post(fmt.Sprintf(`{"query":"query Unknown%d { __typename }"}`, i), nil))
	}
	ask(t, handler, post(`{"query":"{ nothing }"}`, nil))
	ask(t, handler, call{path: "/", header: map[string]string{"Host": "evil.example"}})
	for name, want := range map[string]float64{
		`demarche_operation_duration_seconds_count{cached="no",operation="Newest"}`:  1,
		`demarche_operation_duration_seconds_count{cached="yes",operation="Newest"}`: 1,
		`demarche_operation_duration_seconds_count{cached="no",operation="other"}`:   6,
		`demarche_sql_statements_total`:                                              1,
		`demarche_sql_rows_total`:                                                    3,
		`demarche_answers_total{result="hit"}`:                                       1,
		`demarche_answers_total{result="miss"}`:                                      7,
		`demarche_documents_total{result="miss"}`:                                    7,
		`demarche_refusals_total{code="GRAPHQL_VALIDATION_FAILED"}`:                  1,
		`demarche_refusals_total{code="WRONG_HOST"}`:                                 1,
		`demarche_subscribers`:                                                       0,
		`demarche_articles`:                                                          float64(len(dbtest.Articles())),
		`demarche_undated_articles`:                                                  1,
	} {
		if got := metric(t, handler, name); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	if got := metric(t, handler, "demarche_sql_seconds_total"); got <= 0 {
		t.Errorf("time of SQL: got %v", got)
	}
	if got := ask(t, handler, call{path: "/metrics"}); strings.Contains(got.body, "Unknown") {
		t.Error("names that clients make up stand in labels")
	}
}

func TestTraces(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(recorder))
	handler := newServer(t, Options{Traces: provider})
	ask(t, handler, post(`{"query":"query Newest { raises(first: 2) { nodes { quote } } }"}`,
		map[string]string{"Traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"}))
	spans := map[string]sdk.ReadOnlySpan{}
	for _, span := range recorder.Ended() {
		spans[span.Name()] = span
		if got := span.SpanContext().TraceID().String(); got != "4bf92f3577b34da6a3ce929d0e0e4736" {
			t.Errorf("%s: got the trace %s, want the caller's", span.Name(), got)
		}
	}
	for name, parent := range map[string]string{"SQL": "Newest", "Newest": "POST /graphql"} {
		if spans[name] == nil || spans[parent] == nil || spans[name].Parent().SpanID() != spans[parent].SpanContext().SpanID() {
			t.Fatalf("got %v, want a span %s below %s", slices.Sorted(maps.Keys(spans)), name, parent)
		}
		if spans[name].StartTime().Before(spans[parent].StartTime()) || spans[name].EndTime().After(spans[parent].EndTime()) {
			t.Errorf("%s lasts from %s to %s, outside of %s", name, spans[name].StartTime(), spans[name].EndTime(), parent)
		}
	}
}

func TestTracesAreSent(t *testing.T) {
	arrived := make(chan string, 1)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		arrived <- r.URL.Path + " " + string(body)
	}))
	defer collector.Close()
	traces, err := NewTraces(t.Context(), collector.URL+"/v1/traces", "1.2.3")
	if err != nil {
		t.Fatal(err)
	}
	ask(t, newServer(t, Options{Traces: traces}), countCall(nil))
	if err := traces.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := <-arrived; !strings.HasPrefix(got, "/v1/traces ") || !strings.Contains(got, "POST /graphql") || !strings.Contains(got, "1.2.3") {
		t.Errorf("got %q, want the span of the request", got)
	}
}

// TestRunEndsInOrder stops a server while a request is on its way and a subscriber listens.
func TestRunEndsInOrder(t *testing.T) {
	handler := newServer(t, Options{ShutdownTimeout: time.Minute})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- handler.Run(ctx, listener) }()
	base := "http://" + listener.Addr().String()

	events, err := http.Get(base + "/graphql/stream?query=subscription{raiseAdded{quote}}")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	// A request whose body is not all there yet runs on when the server is told to stop. The server asks for the body, and so
	// has begun, when the first of it is read from the pipe.
	reader, writer := io.Pipe()
	request, err := http.NewRequest(http.MethodPost, base+"/graphql", reader)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer := make(chan string, 1)
	go func() {
		response, err := patient().Do(request)
		if err != nil {
			answer <- err.Error()
			return
		}
		defer response.Body.Close()
		body, _ := io.ReadAll(response.Body)
		answer <- string(body)
	}()
	if _, err := io.WriteString(writer, countBody[:10]); err != nil {
		t.Fatal(err)
	}
	for tries := 0; metric(t, handler, "demarche_subscribers") != 1; tries++ {
		if tries > 5000 {
			t.Fatal("the subscriber is not counted")
		}
		time.Sleep(time.Millisecond)
	}
	stop()
	// The stream ends with a word once the server is stopping, so that what follows happens after that.
	text, err := io.ReadAll(events.Body)
	if err != nil || !strings.Contains(string(text), "event: complete") {
		t.Errorf("subscriber: got %q and %v, want to be told that it is over", text, err)
	}
	if _, err := io.WriteString(writer, countBody[10:]); err != nil {
		t.Fatal(err)
	}
	writer.Close()
	if got := <-answer; !strings.Contains(got, `"articleCount":`) {
		t.Errorf("a request that was on its way: got %s, want its answer", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("Run: got %v", err)
	}
	if _, err := http.Get(base + "/healthz"); err == nil {
		t.Error("the server still answers")
	}
}

func TestReadiness(t *testing.T) {
	handler := newServer(t, Options{})
	if got := ask(t, handler, call{path: "/readyz"}); got.StatusCode != http.StatusOK || got.body != "ready\n" {
		t.Errorf("got %s %q", got.Status, got.body)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel()
	request := httptest.NewRequestWithContext(over, http.MethodGet, "http://localhost/readyz", nil)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	if recorder.Code != http.StatusServiceUnavailable {
		t.Errorf("where the graph cannot be read: got %d, want 503", recorder.Code)
	}
}
