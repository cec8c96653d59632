package export

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"demarche/db"
	"demarche/db/dbtest"
)

func request(method, target string) *http.Request { return httptest.NewRequest(method, target, nil) }

func TestHandler(t *testing.T) {
	reader := openReader(t)
	handler := NewHandler(reader, HandlerOptions{})
	for _, test := range []struct {
		method, target string
		status         int
		mediaType      string
		body           string // a piece of it
	}{
		{"GET", "/export/raises.csv?by=JP&with=US", 200, "text/csv; charset=utf-8; header=present", "article,by,with,"},
		{"GET", "/export/raises.csv?by=EU&with=US", 200, "text/csv; charset=utf-8; header=present", "article,by,with,"},
		{"GET", "/export/issues.json?by=JP", 200, "application/json", `[` + "\n" + `{"issue":"`},
		{"GET", "/export/periods.jsonl?unit=year", 200, "application/x-ndjson", `{"period":"2024-01-01","raise_count":0`},
		{"GET", "/export/pairs.parquet", 200, "application/vnd.apache.parquet", "PAR1"},
		{"GET", "/export/graph.gexf?area=trade", 200, "application/gexf+xml", "<gexf"},
		{"GET", "/export/graph.graphml", 200, "application/graphml+xml", "<graphml"},
		{"HEAD", "/export/raises.csv?by=JP", 200, "text/csv; charset=utf-8; header=present", ""},
		{"HEAD", "/export/raises.csv?by=Jpan", 400, "text/plain; charset=utf-8", ""},
		{"GET", "/export/raises.csv?by=Jpan", 400, "text/plain; charset=utf-8", `unknown party "Jpan": did you mean Japan (JP)?`},
		{"GET", "/export/raises.csv?issue=tarifs", 400, "text/plain; charset=utf-8", "did you mean tariffs?"},
		{"GET", "/export/raises.csv?since=2025-02-02&until=2025-02-01", 400, "text/plain; charset=utf-8", "exchange them"},
		{"GET", "/export/raises.csv?text=%20", 400, "text/plain; charset=utf-8", "no word to look for"},
		{"GET", "/export/raises.csv?by=%zz", 400, "text/plain; charset=utf-8", "the address cannot be read"},
		{"GET", "/export/raises.csv?act=shout", 400, "text/plain; charset=utf-8", `act: unknown "shout"`},
		{"GET", "/export/graph.gexf?with=Jpan", 400, "text/plain; charset=utf-8", "did you mean Japan"},
		{"GET", "/export/rows.csv", 404, "text/plain; charset=utf-8", "take raises, articles"},
		{"GET", "/export/", 404, "text/plain; charset=utf-8", "take raises, articles"},
		{"GET", "/export/raises.gexf", 404, "text/plain; charset=utf-8", `format: unknown "gexf": it is jsonl, csv, json or parquet`},
		{"POST", "/export/raises.csv", 405, "text/plain; charset=utf-8", "with GET"},
	} {
		t.Run(test.method+" "+test.target, func(t *testing.T) {
			answer := httptest.NewRecorder()
			handler.ServeHTTP(answer, request(test.method, test.target))
			if answer.Code != test.status || answer.Header().Get("Content-Type") != test.mediaType {
				t.Errorf("got %d %s, want %d %s\n%s", answer.Code, answer.Header().Get("Content-Type"), test.status, test.mediaType, answer.Body)
			}
			if !strings.Contains(answer.Body.String(), test.body) {
				t.Errorf("got %q, want it to hold %q", answer.Body, test.body)
			}
			if test.method == "HEAD" && test.status == 200 && answer.Body.Len() > 0 {
				t.Errorf("got %d bytes for HEAD, want none", answer.Body.Len())
			}
			attached := strings.HasPrefix(answer.Header().Get("Content-Disposition"), "attachment; filename=")
			if attached != (test.status == 200) {
				t.Errorf("got disposition %q with status %d", answer.Header().Get("Content-Disposition"), test.status)
			}
		})
	}
}

// TestHandlerTags: who has the export already is told so, until the graph changes.
func TestHandlerTags(t *testing.T) {
	path := dbtest.File(t, dbtest.Catalog(), dbtest.Articles()[:2])
	reader, err := db.OpenReader(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	handler := NewHandler(reader, HandlerOptions{})
	tag := ""
	ask := func(want int) {
		t.Helper()
		asked := request("GET", "/export/raises.csv")
		asked.Header.Set("If-None-Match", tag)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, asked)
		if answer.Code != want || answer.Code == http.StatusNotModified && answer.Body.Len() > 0 {
			t.Errorf("got %d with %d bytes, want %d", answer.Code, answer.Body.Len(), want)
		}
		if tag = answer.Header().Get("ETag"); tag == "" {
			t.Error("got no ETag")
		}
	}
	ask(http.StatusOK)
	ask(http.StatusNotModified)
	dbtest.Write(t, path, dbtest.Catalog(), slices.Values(dbtest.Articles()))
	ask(http.StatusOK)
}

// slowClient takes the first bytes of an answer and then waits.
type slowClient struct {
	*httptest.ResponseRecorder
	reached, goOn chan struct{}
}

func (c *slowClient) Write(data []byte) (int, error) {
	if c.Body.Len() == 0 {
		close(c.reached)
		<-c.goOn
	}
	return c.ResponseRecorder.Write(data)
}

func (c *slowClient) WriteString(text string) (int, error) { return c.Write([]byte(text)) }

// TestHandlerBounds: one more export than may run is asked to come back, and those who ask the graph wait for none.
func TestHandlerBounds(t *testing.T) {
	reader := openReader(t)
	handler := NewHandler(reader, HandlerOptions{AtOnce: 1})
	slow := &slowClient{httptest.NewRecorder(), make(chan struct{}), make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		handler.ServeHTTP(slow, request("GET", "/export/raises.csv"))
	}()
	<-slow.reached
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request("GET", "/export/raises.csv"))
	if answer.Code != http.StatusServiceUnavailable || answer.Header().Get("Retry-After") == "" {
		t.Errorf("got %d, Retry-After %q, want %d and some seconds", answer.Code, answer.Header().Get("Retry-After"), http.StatusServiceUnavailable)
	}
	if err := reader.Ping(context.Background()); err != nil {
		t.Error(err)
	}
	close(slow.goOn)
	<-done
	answer = httptest.NewRecorder()
	handler.ServeHTTP(answer, request("GET", "/export/raises.csv"))
	if answer.Code != http.StatusOK {
		t.Errorf("after the first ended: got %d, want %d", answer.Code, http.StatusOK)
	}
}

// smallBuffer is what the ends of a connection keep, in bytes.
const smallBuffer = 16 << 10

// manyArticles is a graph whose export is larger than what such connections keep: 2 MB.
func manyArticles(t *testing.T) *db.Reader {
	t.Helper()
	article := dbtest.Articles()[1]
	article.Text += " " + strings.Repeat("…", 40_000) // no words, which would take long to index
	var articles []db.Article
	for i := range 20 {
		article.ExternalID = "copy" + strconv.Itoa(i)
		articles = append(articles, article)
	}
	reader, err := db.OpenReader(context.Background(), dbtest.File(t, dbtest.Catalog(), articles))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close() })
	return reader
}

// TestClientGoesAway: an export ends when nobody reads it any more, be it closed or only silent.
func TestClientGoesAway(t *testing.T) {
	reader := manyArticles(t)
	for name, leave := range map[string]func(*http.Response){
		"closed": func(response *http.Response) { response.Body.Close() },
		"silent": func(*http.Response) {},
	} {
		t.Run(name, func(t *testing.T) {
			handler := NewHandler(reader, HandlerOptions{Stall: 100 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
			ended := make(chan any, 1)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() {
					ended <- recover()
					panic(http.ErrAbortHandler)
				}()
				handler.ServeHTTP(w, r)
			}))
			server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
				if err := c.(*net.TCPConn).SetWriteBuffer(smallBuffer); err != nil {
					t.Error(err)
				}
				return ctx
			}
			server.Start()
			defer server.Close()
			client := http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				c, err := (&net.Dialer{}).DialContext(ctx, network, address)
				if err == nil {
					err = c.(*net.TCPConn).SetReadBuffer(smallBuffer)
				}
				return c, err
			}}}
			defer client.CloseIdleConnections()
			response, err := client.Get(server.URL + "/export/articles.jsonl")
			if err != nil {
				t.Fatal(err)
			}
			defer response.Body.Close()
			if _, err := io.ReadFull(response.Body, make([]byte, 1000)); err != nil {
				t.Fatal(err)
			}
			leave(response)
			if reason := <-ended; reason != http.ErrAbortHandler {
				t.Errorf("got %v, want that the connection was broken off", reason)
			}
		})
	}
}

// TestHandlerKeepsConnection: the deadline of one answer is not that of the next on the same connection.
func TestHandlerKeepsConnection(t *testing.T) {
	server := httptest.NewServer(NewHandler(openReader(t), HandlerOptions{Stall: 200 * time.Millisecond}))
	defer server.Close()
	for range 2 {
		response, err := server.Client().Get(server.URL + "/export/raises.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			t.Error(err)
		}
		response.Body.Close()
		time.Sleep(300 * time.Millisecond)
	}
}

// TestBrokenExport: an error on its way leaves no answer that looks whole.
func TestBrokenExport(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		out := &stream{w: w, controller: http.NewResponseController(w), header: http.Header{"Content-Type": {"text/csv"}}, stall: time.Minute}
		if _, err := out.Write([]byte("article,by\n")); err != nil {
			t.Error(err)
		}
		refuse(w, out, errors.New("the disk is gone"), slog.New(slog.DiscardHandler))
	}))
	defer server.Close()
	response, err := http.Get(server.URL)
	if err == nil {
		_, err = io.ReadAll(response.Body)
		response.Body.Close()
	}
	if err == nil {
		t.Error("got a whole answer, want a broken connection")
	}
}
