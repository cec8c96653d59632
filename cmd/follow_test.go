package cmd

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"demarche/db"
)

// TestLoadFollows: what is put into a watched folder and what an address answers are loaded while the program runs, and a
// reader that was open all the time sees it.
func TestLoadFollows(t *testing.T) {
	folder := t.TempDir()
	news := filepath.Join(folder, "news")
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(news, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var asked atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		for i := range asked.Add(1) {
			fmt.Fprintf(w, "{\"id\":\"url%d\",\"text\":\"Answer number %d.\"}\n", i, i)
		}
	}))
	defer server.Close()
	put("first.txt", "They met in Oslo.")
	path := filepath.Join(folder, "graph.db")
	command := exec.Command("demarche", "load", "--watch", news, "--every", "1s", server.URL, "--db", path, "--json")
	var stderr strings.Builder
	command.Stderr = &stderr
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer command.Process.Kill()

	ctx := context.Background()
	var reader *db.Reader
	wait := func(what string, want func(texts map[string]string) bool) {
		t.Helper()
		texts := map[string]string{}
		for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			if reader == nil {
				opened, err := db.OpenReader(ctx, path)
				if err != nil {
					continue // not created yet
				}
				reader = opened
			}
			page, _, err := reader.StoredArticles(ctx, 0, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, article := range page {
				texts[article.ExternalID] = article.Text
			}
			if want(texts) {
				return
			}
		}
		t.Fatalf("%s: got %v after a minute\n%s", what, texts, stderr.String())
	}
	wait("at first", func(texts map[string]string) bool { return texts["first.txt"] != "" && texts["url0"] != "" })
	defer reader.Close()
	put("below/second.txt", "They met again.")
	wait("a new file", func(texts map[string]string) bool { return texts["below/second.txt"] == "They met again." })
	put("first.txt", "They did not meet in Oslo.")
	wait("a changed file", func(texts map[string]string) bool { return texts["first.txt"] == "They did not meet in Oslo." })
	wait("the address", func(texts map[string]string) bool { return texts["url3"] != "" })

	if err := command.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := command.Wait(); err != nil {
		t.Errorf("interrupted: got %v, want exit code 0\n%s", err, stderr.String())
	}
	if findings, err := db.Check(ctx, path); err != nil || len(findings) > 0 {
		t.Errorf("check: got %q, %v, want nothing", findings, err)
	}
}

func TestLoadFollowsRefuses(t *testing.T) {
	folder := t.TempDir()
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"--every", "15m", folder}, "want an address"},
		{[]string{"--watch", "https://example.org/feed"}, "want a folder or file"},
		{[]string{"--watch", "-"}, "standard input cannot be followed"},
		{[]string{"--every", "1ms", "https://example.org/feed"}, "want a second or more"},
	} {
		_, stderr, code := demarche(t, append([]string{"load", "--db", filepath.Join(folder, "x.db")}, test.args...)...)
		if code != exitUsage || !strings.Contains(stderr, test.want) {
			t.Errorf("%v: got exit code %d, %q, want 2 and %q", test.args, code, stderr, test.want)
		}
	}
}
