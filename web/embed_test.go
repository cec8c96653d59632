package web

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, target string, headers ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	Handler().ServeHTTP(recorder, request)
	return recorder.Result()
}

func needsPages(t *testing.T) {
	t.Helper()
	if !Built() {
		t.Skip("web pages not built (make build): they were not looked at")
	}
}

func TestPages(t *testing.T) {
	for _, target := range []string{
		"/", "/about", "/connect", "/connect/JP", "/connect/JP/IR", "/raises?by=JP", "/search?q=x", "/party/JP", "/pair/JP/US",
		"/issue/tariffs", "/leader/shigeru-ishiba", "/article/a.txt", "/article/https:%2F%2Fexample.org%2Fa", "/playground",
	} {
		response := get(t, target)
		if response.StatusCode != http.StatusOK {
			t.Errorf("GET %s: got %s, want 200", target, response.Status)
		}
		if got, want := response.Header.Get("Content-Type"), "text/html; charset=utf-8"; got != want {
			t.Errorf("GET %s: got content type %q, want %q", target, got, want)
		}
		policy := response.Header.Get("Content-Security-Policy")
		if !strings.Contains(policy, "script-src 'self';") {
			t.Errorf("GET %s: got policy %q, want scripts of the own origin alone", target, policy)
		}
		if got, want := strings.Contains(policy, "unsafe-inline"), target == "/playground"; got != want && Built() {
			t.Errorf("GET %s: got styles within the page allowed: %v, want %v", target, got, want)
		}
	}
}

func TestPathsThatAreNoPage(t *testing.T) {
	for _, target := range []string{
		"/nothing", "/party", "/party/", "/assets", "/assets/", "/../embed.go", "/dist-missing.html", "/index.html", "/index.html.gz",
		"/theme.js.br", "/.vite/manifest.json",
	} {
		if response := get(t, target); response.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: got %s, want 404", target, response.Status)
		}
	}
}

// A browser that follows a wrong link is shown a page that says so, with the way back.
func TestBrowserIsShownAPageForWhatIsNone(t *testing.T) {
	needsPages(t)
	response := get(t, "/nothing", "Accept", "text/html,*/*;q=0.8")
	body, _ := io.ReadAll(response.Body)
	if response.StatusCode != http.StatusNotFound || !strings.Contains(string(body), `<div id="page">`) {
		t.Errorf("got %s and\n%s\nwant 404 with the application", response.Status, body)
	}
}

func TestFilesAreServedInTheSmallestFormTaken(t *testing.T) {
	needsPages(t)
	plain, _ := io.ReadAll(get(t, "/theme.js").Body)
	if !strings.Contains(string(plain), "localStorage") {
		t.Fatalf("GET /theme.js: got %q, want the script as it was written", plain)
	}
	for accepted, want := range map[string]string{
		"":                   "",
		"identity":           "",
		"gzip":               "gzip",
		"gzip, deflate, br":  "br",
		"GZIP;q=0.5":         "gzip",
		"br;q=0, gzip":       "gzip",
		"br; q=0.000, zstd":  "",
		"deflate, zstd, br ": "br",
	} {
		response := get(t, "/theme.js", "Accept-Encoding", accepted)
		if got := response.Header.Get("Content-Encoding"); got != want {
			t.Errorf("Accept-Encoding %q: got %q, want %q", accepted, got, want)
		}
		body, _ := io.ReadAll(response.Body)
		if want != "" && len(body) >= len(plain) {
			t.Errorf("Accept-Encoding %q: got %d bytes, want fewer than %d", accepted, len(body), len(plain))
		}
		if got, want := response.Header.Get("Content-Type"), "text/javascript; charset=utf-8"; got != want {
			t.Errorf("Accept-Encoding %q: got content type %q, want %q", accepted, got, want)
		}
	}
}

func TestHashedFilesAreKeptForEver(t *testing.T) {
	needsPages(t)
	scripts, err := fs.Glob(files, "dist/assets/*.js.gz")
	if err != nil || len(scripts) == 0 {
		t.Fatalf("got %d scripts and error %v, want some", len(scripts), err)
	}
	target := strings.TrimSuffix(strings.TrimPrefix(scripts[0], "dist"), ".gz")
	if got := get(t, target).Header.Get("Cache-Control"); !strings.Contains(got, "immutable") {
		t.Errorf("GET %s: got Cache-Control %q, want immutable", target, got)
	}
	if got, want := get(t, "/").Header.Get("Cache-Control"), "no-cache"; got != want {
		t.Errorf("GET /: got Cache-Control %q, want %q", got, want)
	}
}

// What a browser loads before it shows the first page: the page, its script with all that this imports, and its style
// sheets. Charts, drawings and the playground come when they are asked for.
func TestFirstLoadIsSmall(t *testing.T) {
	needsPages(t)
	const most = 250_000 // bytes, gzipped
	text, err := fs.ReadFile(files, "dist/.vite/manifest.json.gz")
	if err != nil {
		t.Fatal(err)
	}
	if text, err = unpack(text); err != nil {
		t.Fatal(err)
	}
	var manifest map[string]struct {
		File    string
		Imports []string
		CSS     []string
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	loaded := map[string]bool{"index.html": true, "theme.js": true, "icon.svg": true}
	var load func(name string)
	load = func(name string) {
		chunk, known := manifest[name]
		if !known {
			t.Fatalf("the manifest has no %q", name)
		}
		if loaded[chunk.File] {
			return
		}
		loaded[chunk.File] = true
		for _, sheet := range chunk.CSS {
			loaded[sheet] = true
		}
		for _, imported := range chunk.Imports {
			load(imported)
		}
	}
	load("index.html")
	size := 0
	for name := range loaded {
		packed, err := fs.ReadFile(files, "dist/"+name+".gz")
		if err != nil {
			t.Fatal(err)
		}
		size += len(packed)
	}
	if size > most {
		t.Errorf("first load: got %d bytes in %d files, want at most %d", size, len(loaded), most)
	}
	t.Logf("first load: %d bytes in %d files", size, len(loaded))
}

func TestBinaryWithoutPagesSaysHowToGetThem(t *testing.T) {
	for target, want := range map[string]int{
		"/": http.StatusOK, "/playground": http.StatusOK, "/pair/JP/US": http.StatusOK, "/assets/x.js": http.StatusNotFound,
	} {
		recorder := httptest.NewRecorder()
		serveMissing(recorder, httptest.NewRequest(http.MethodGet, target, nil))
		if recorder.Code != want {
			t.Errorf("GET %s: got %d, want %d", target, recorder.Code, want)
		}
		if want == http.StatusOK && !strings.Contains(recorder.Body.String(), "make build") {
			t.Errorf("GET %s: got no word of make build in\n%s", target, recorder.Body)
		}
	}
}

func TestPagesAreOnlyRead(t *testing.T) {
	recorder := httptest.NewRecorder()
	Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/", nil))
	if got, want := recorder.Code, http.StatusMethodNotAllowed; got != want {
		t.Errorf("POST /: got %d, want %d", got, want)
	}
	if !Built() {
		return
	}
	recorder = httptest.NewRecorder()
	Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodHead, "/about", nil))
	if recorder.Code != http.StatusOK || recorder.Body.Len() != 0 || recorder.Header().Get("Content-Length") == "0" {
		t.Errorf("HEAD /about: got %d, %d bytes and %v, want 200, none and the length", recorder.Code, recorder.Body.Len(), recorder.Header())
	}
}

// A page that asked another host for a script, a style or a font would break without a network, and would
// tell that host who reads what. The browser test watches the requests; this one reads the pages themselves.
func TestPagesLoadNothingFromElsewhere(t *testing.T) {
	loads := regexp.MustCompile(`(?:src|href)="([^"]+)"`)
	inline := regexp.MustCompile(`<script[^>]*>[^<]`)
	for _, name := range []string{"index.html", "playground.html", "dist-missing.html"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range loads.FindAllSubmatch(page, -1) {
			if target := string(match[1]); !strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") {
				t.Errorf("%s: got a link to %q, want paths of the own origin", name, target)
			}
		}
		if inline.Match(page) {
			t.Errorf("%s: got an inline script, which the policy refuses", name)
		}
	}
}

// The playground shows the first comment line of a question as its title and the second as its description.
func TestQuestionsHaveTitles(t *testing.T) {
	paths, err := filepath.Glob("queries/*.graphql")
	if err != nil || len(paths) == 0 {
		t.Fatalf("queries/: got %d files and error %v, want some", len(paths), err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitN(string(text), "\n", 3)
		if len(lines) < 3 || !strings.HasPrefix(lines[0], "# ") || !strings.HasPrefix(lines[1], "# ") {
			t.Errorf("%s: got no two comment lines first, want title and description", path)
		}
	}
}
