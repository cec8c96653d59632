package web

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func get(t *testing.T, target string) *http.Response {
	t.Helper()
	recorder := httptest.NewRecorder()
	Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, target, nil))
	return recorder.Result()
}

func TestPages(t *testing.T) {
	for _, target := range []string{"/", "/playground"} {
		response := get(t, target)
		if response.StatusCode != http.StatusOK {
			t.Errorf("GET %s: got %s, want 200", target, response.Status)
		}
		if got, want := response.Header.Get("Content-Type"), "text/html; charset=utf-8"; got != want {
			t.Errorf("GET %s: got content type %q, want %q", target, got, want)
		}
		if got := response.Header.Get("Content-Security-Policy"); !strings.Contains(got, "script-src 'self';") {
			t.Errorf("GET %s: got policy %q, want scripts of the own origin alone", target, got)
		}
	}
}

func TestPathsThatAreNoPage(t *testing.T) {
	for _, target := range []string{"/nothing", "/assets", "/assets/", "/../embed.go", "/dist-missing.html"} {
		if response := get(t, target); response.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: got %s, want 404", target, response.Status)
		}
	}
}

func TestBinaryWithoutPagesSaysHowToGetThem(t *testing.T) {
	for target, want := range map[string]int{"/": http.StatusOK, "/playground": http.StatusOK, "/assets/x.js": http.StatusNotFound} {
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
	names, err := filepath.Glob("queries/*.graphql")
	if err != nil || len(names) == 0 {
		t.Fatalf("queries/: got %d files and error %v, want some", len(names), err)
	}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.SplitN(string(text), "\n", 3)
		if len(lines) < 3 || !strings.HasPrefix(lines[0], "# ") || !strings.HasPrefix(lines[1], "# ") {
			t.Errorf("%s: got no two comment lines first, want title and description", name)
		}
	}
}
