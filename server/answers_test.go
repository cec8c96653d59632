package server

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"demarche/db/dbtest"
	"demarche/graph"
)

// metric is the value of the one line of /metrics that begins with name, labels and all.
func metric(t testing.TB, handler http.Handler, name string) float64 {
	t.Helper()
	got := ask(t, handler, call{path: "/metrics"})
	for line := range strings.Lines(got.body) {
		if rest, found := strings.CutPrefix(line, name+" "); found {
			value, err := strconv.ParseFloat(strings.TrimSpace(rest), 64)
			if err != nil {
				t.Fatal(err)
			}
			return value
		}
	}
	t.Fatalf("/metrics has no %s:\n%s", name, got.body)
	return 0
}

func hits(t testing.TB, handler http.Handler) int {
	t.Helper()
	if got := ask(t, handler, call{path: "/metrics"}); !strings.Contains(got.body, `demarche_answers_total{result="hit"}`) {
		return 0
	}
	return int(metric(t, handler, `demarche_answers_total{result="hit"}`))
}

func post(body string, header map[string]string) call {
	all := map[string]string{"Content-Type": "application/json"}
	maps.Copy(all, header)
	return call{method: http.MethodPost, path: "/graphql", body: body, header: all}
}

func TestAnswersAreKeptUntilTheGraphChanges(t *testing.T) {
	articles := dbtest.Articles()
	path := dbtest.File(t, dbtest.Catalog(), articles[:1])
	handler := serverOf(t, path, Options{})
	want := func(count, hit int) {
		t.Helper()
		got := ask(t, handler, countCall(nil))
		if body := fmt.Sprintf(`{"data":{"dataset":{"articleCount":%d}}}`+"\n", count); got.body != body {
			t.Errorf("got %s, want %s", got.body, body)
		}
		if got := hits(t, handler); got != hit {
			t.Errorf("got %d answers that were kept, want %d", got, hit)
		}
	}
	want(1, 0)
	want(1, 1)
	want(1, 2)
	dbtest.Write(t, path, dbtest.Catalog(), slices.Values(articles[:3]))
	want(3, 2)
	want(3, 3)
	if got := metric(t, handler, "demarche_answer_cache_bytes"); got < overhead || got > 2*overhead {
		t.Errorf("bytes that are kept: got %v, want one answer's, as the old one is gone", got)
	}
}

// TestAnswersAreToldApart asks pairs of which the second must not have what was kept of the first.
func TestAnswersAreToldApart(t *testing.T) {
	for _, test := range []struct {
		name          string
		first, second call
	}{
		{"document", countCall(nil), post(`{"query":"{ dataset { raiseCount } }"}`, nil)},
		{"variables", post(`{"query":"query Q($n: Int) { raises(first: $n) { nodes { quote } } }","variables":{"n":1}}`, nil),
			post(`{"query":"query Q($n: Int) { raises(first: $n) { nodes { quote } } }","variables":{"n":2}}`, nil)},
		{"operation name", post(`{"query":"query A { a: __typename } query B { b: __typename }","operationName":"A"}`, nil),
			post(`{"query":"query A { a: __typename } query B { b: __typename }","operationName":"B"}`, nil)},
		{"accept", countCall(nil), countCall(map[string]string{"Accept": "application/graphql-response+json"})},
		{"content type", countCall(nil), countCall(map[string]string{"Content-Type": "text/plain"})},
		{"method", call{path: countPath()}, call{method: http.MethodPost, path: countPath()}},
		{"query string", call{path: countPath()}, call{path: countPath() + "&operationName=X"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			handler := newServer(t, Options{})
			alone := ask(t, newServer(t, Options{}), test.second)
			ask(t, handler, test.first)
			got := ask(t, handler, test.second)
			if got.StatusCode != alone.StatusCode || got.body != alone.body || got.Header.Get("Content-Type") != alone.Header.Get("Content-Type") {
				t.Errorf("got %s %s, want what is answered without the first: %s %s", got.Status, got.body, alone.Status, alone.body)
			}
			if first := ask(t, handler, test.first); first.StatusCode == got.StatusCode && first.body == got.body && first.Header.Get("Content-Type") == got.Header.Get("Content-Type") {
				t.Errorf("both are answered alike: the test tells nothing")
			}
			if got := hits(t, handler); got != 1 {
				t.Errorf("got %d kept answers, want that of the first again", got)
			}
		})
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	handler := newServer(t, Options{})
	for _, body := range []string{
		`{"query":"{ nothing }"}`, `{"query":"{"}`, `{`, ``, `{"query":"{ raises(after: \"no\") { totalCount } }"}`, `{"query":"subscription { raiseAdded { quote } }"}`,
		`{"query":"{ issues(raisedBy: \"Jpan\") { totalCount } }"}`,
	} {
		first := ask(t, handler, post(body, nil))
		if !strings.Contains(first.body, `"errors"`) {
			t.Errorf("%s: got %s, want an error", body, first.body)
		}
		if again := ask(t, handler, post(body, nil)); again.StatusCode != first.StatusCode || again.body != first.body {
			t.Errorf("%s: got %s the second time, want %s", body, again.body, first.body)
		}
		got := ask(t, handler, call{path: "/graphql?query=" + url.QueryEscape(body)})
		if tag := got.Header.Get("ETag"); tag != "" {
			t.Errorf("GET %s: got the tag %s, want none", body, tag)
		}
	}
	if got := hits(t, handler); got != 0 {
		t.Errorf("got %d kept answers, want none", got)
	}
	if got := metric(t, handler, "demarche_answer_cache_bytes"); got != 0 {
		t.Errorf("got %v bytes kept, want none", got)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	const most = 20 * overhead
	handler := newServer(t, Options{AnswerCache: most})
	asking := func(i int) { ask(t, handler, post(fmt.Sprintf(`{"query":"{ n%d: __typename }"}`, i), nil)) }
	for i := range 100 {
		asking(i)
		if got := metric(t, handler, "demarche_answer_cache_bytes"); got > most {
			t.Fatalf("after %d answers: got %v bytes, want at most %d", i+1, got, most)
		}
	}
	asking(99)
	asking(0)
	if got := hits(t, handler); got != 1 {
		t.Errorf("got %d kept answers, want the last one and not the first", got)
	}
	none := newServer(t, Options{AnswerCache: -1})
	ask(t, none, countCall(nil))
	ask(t, none, countCall(nil))
	if got := hits(t, none); got != 0 {
		t.Errorf("without a cache: got %d kept answers", got)
	}
}

func TestAnswersToManyAtOnceAreNeverOld(t *testing.T) {
	articles := dbtest.Articles()
	path := dbtest.File(t, dbtest.Catalog(), articles[:1])
	handler := serverOf(t, path, Options{})
	var stored sync.Mutex
	count := 1
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 100 {
				stored.Lock()
				least := count
				stored.Unlock()
				got := ask(t, handler, countCall(nil))
				var have int
				if _, err := fmt.Sscanf(got.body, `{"data":{"dataset":{"articleCount":%d}}}`, &have); err != nil || have < least {
					t.Errorf("got %s and %v, want at least %d articles, which were there before", got.body, err, least)
				}
			}
		})
	}
	for i := range articles {
		dbtest.Write(t, path, dbtest.Catalog(), slices.Values(articles[:i+1]))
		stored.Lock()
		count = i + 1
		stored.Unlock()
	}
	group.Wait()
}

func TestTags(t *testing.T) {
	articles := dbtest.Articles()
	path := ""
	for _, cache := range []int64{0, -1} {
		path = dbtest.File(t, dbtest.Catalog(), articles[:1])
		handler := serverOf(t, path, Options{AnswerCache: cache})
		first := ask(t, handler, call{path: countPath()})
		tag := first.Header.Get("ETag")
		if !strings.HasPrefix(tag, `W/"`) || first.Header.Get("Cache-Control") != "no-cache" {
			t.Fatalf("got the tag %q and Cache-Control %q, want a weak one and no-cache", tag, first.Header.Get("Cache-Control"))
		}
		if again := ask(t, handler, call{path: countPath()}); again.Header.Get("ETag") != tag || again.body != first.body {
			t.Errorf("asked again: got %q, want %q", again.Header.Get("ETag"), tag)
		}
		for _, list := range []string{tag, strings.TrimPrefix(tag, "W/"), `"x", ` + tag + `, "y"`} {
			got := ask(t, handler, call{path: countPath(), header: map[string]string{"If-None-Match": list}})
			if got.StatusCode != http.StatusNotModified || got.body != "" || got.Header.Get("ETag") != tag {
				t.Errorf("If-None-Match %s: got %s with %q", list, got.Status, got.body)
			}
		}
		for _, list := range []string{`"x"`, "*", `W/"x"`} {
			if got := ask(t, handler, call{path: countPath(), header: map[string]string{"If-None-Match": list}}); got.StatusCode != http.StatusOK {
				t.Errorf("If-None-Match %s: got %s, want the answer", list, got.Status)
			}
		}
		if got := ask(t, handler, call{path: "/graphql?query={__typename}", header: map[string]string{"If-None-Match": tag}}); got.StatusCode != http.StatusOK {
			t.Errorf("the tag of another answer: got %s, want the answer", got.Status)
		}
		if got := ask(t, handler, countCall(map[string]string{"If-None-Match": tag})); got.StatusCode != http.StatusOK || got.Header.Get("ETag") != "" {
			t.Errorf("POST: got %s with the tag %q, want the answer and none", got.Status, got.Header.Get("ETag"))
		}
		if other := ask(t, serverOf(t, path, Options{}), call{path: countPath()}); other.Header.Get("ETag") == tag {
			t.Error("another process gives the same tag, though it cannot know whether it read the same revision")
		}
		dbtest.Write(t, path, dbtest.Catalog(), slices.Values(articles[:3]))
		got := ask(t, handler, call{path: countPath(), header: map[string]string{"If-None-Match": tag}})
		if got.StatusCode != http.StatusOK || got.Header.Get("ETag") == tag || got.body == first.body {
			t.Errorf("after a load: got %s, %q, %s, want the new answer", got.Status, got.Header.Get("ETag"), got.body)
		}
	}
	handler := serverOf(t, path, Options{CacheControl: "public, max-age=60"})
	if got := ask(t, handler, call{path: countPath()}).Header.Get("Cache-Control"); got != "public, max-age=60" {
		t.Errorf("Cache-Control: got %q", got)
	}
	handler = serverOf(t, path, Options{Tokens: tokensOf(t, secret)})
	if got := ask(t, handler, call{path: countPath(), header: map[string]string{"Authorization": "Bearer " + secret}}).Header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("Cache-Control of answers to clients with a token: got %q", got)
	}
}

func TestCompression(t *testing.T) {
	handler := newServer(t, Options{})
	unpack := map[string]func(io.Reader) (io.Reader, error){
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
		"zstd": func(r io.Reader) (io.Reader, error) { return zstd.NewReader(r) },
	}
	long := post(`{"query":"{ __schema { types { name description fields { name description } } } }"}`, nil)
	for _, c := range []call{long, {path: "/schema.graphql"}, {path: "/metrics"}} {
		plain := ask(t, handler, c)
		if plain.Header.Get("Content-Encoding") != "" {
			t.Fatalf("%s: got %s without asking for it", c.path, plain.Header.Get("Content-Encoding"))
		}
		for accepted, want := range map[string]string{"gzip": "gzip", "zstd": "zstd", "gzip, deflate, br, zstd": "zstd", "gzip;q=0, zstd;q=0.1": "zstd", "br": "", "identity": ""} {
			for _, turn := range []string{"first", "kept"} {
				with := c
				with.header = map[string]string{"Accept-Encoding": accepted}
				maps.Copy(with.header, c.header)
				got := ask(t, handler, with)
				if got.Header.Get("Content-Encoding") != want || !slices.Contains(strings.Split(strings.Join(got.Header.Values("Vary"), ", "), ", "), "Accept-Encoding") {
					t.Errorf("%s, %q, %s: got %q, Vary %q, want %q", c.path, accepted, turn, got.Header.Get("Content-Encoding"), got.Header.Values("Vary"), want)
					continue
				}
				body := []byte(got.body)
				if want != "" {
					reader, err := unpack[want](strings.NewReader(got.body))
					if err != nil {
						t.Fatal(err)
					}
					if body, err = io.ReadAll(reader); err != nil {
						t.Fatal(err)
					}
					if len(got.body) > len(body)/2 {
						t.Errorf("%s, %q: got %d bytes of %d", c.path, accepted, len(got.body), len(body))
					}
				}
				if c.path != "/metrics" && !bytes.Equal(body, []byte(plain.body)) {
					t.Errorf("%s, %q, %s: got another text than without compression", c.path, accepted, turn)
				}
			}
		}
	}
	if got := ask(t, handler, countCall(map[string]string{"Accept-Encoding": "gzip"})); got.Header.Get("Content-Encoding") != "" {
		t.Error("a short answer was compressed")
	}
}

// TestLongBodies has the graph refuse them, as it does without what stands before it.
func TestLongBodies(t *testing.T) {
	handler := newServer(t, Options{Graph: graph.Options{MaxBody: 100}})
	for _, test := range []struct {
		body io.Reader
		want int
	}{
		{strings.NewReader(countBody), http.StatusOK},
		{strings.NewReader(countBody + strings.Repeat(" ", 100)), http.StatusRequestEntityTooLarge},
		{io.MultiReader(strings.NewReader(countBody[:20]), brokenReader{}), http.StatusBadRequest},
	} {
		request := httptest.NewRequest(http.MethodPost, "http://localhost/graphql", test.body)
		request.Header.Set("Content-Type", "application/json")
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		if recorder.Code != test.want {
			t.Errorf("got %d %s, want %d", recorder.Code, recorder.Body, test.want)
		}
	}
}

// patient sends a body only once the server has begun to read it.
func patient() *http.Client {
	return &http.Client{Transport: expecting{&http.Transport{ExpectContinueTimeout: time.Minute}}}
}

type expecting struct{ *http.Transport }

func (e expecting) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("Expect", "100-continue")
	return e.Transport.RoundTrip(r)
}

// TestLargeBodiesAtOnce has clients begin large bodies and wait; small ones go on.
func TestLargeBodiesAtOnce(t *testing.T) {
	server := httptest.NewServer(newServer(t, Options{}))
	defer server.Close()
	large := countBody + strings.Repeat(" ", largeBody)
	var group sync.WaitGroup
	defer group.Wait()
	for range largeBodies {
		reader, writer := io.Pipe()
		request, err := http.NewRequest(http.MethodPost, server.URL+"/graphql", reader)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		group.Go(func() {
			response, err := patient().Do(request)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("a large body that came slowly: got %s", response.Status)
			}
		})
		// The first of it is taken from the pipe when the server asks for it.
		if _, err := io.WriteString(writer, " "); err != nil {
			t.Fatal(err)
		}
		defer func() {
			_, _ = io.WriteString(writer, countBody)
			writer.Close()
		}()
	}
	refused, err := http.Post(server.URL+"/graphql", "application/json", strings.NewReader(large))
	if err != nil {
		t.Fatal(err)
	}
	defer refused.Body.Close()
	if refused.StatusCode != http.StatusServiceUnavailable || refused.Header.Get("Retry-After") != "1" {
		t.Errorf("one more: got %s, Retry-After %q, want 503 and 1", refused.Status, refused.Header.Get("Retry-After"))
	}
	response, err := http.Post(server.URL+"/graphql", "application/json", strings.NewReader(countBody))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("a small body: got %s, want an answer", response.Status)
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
