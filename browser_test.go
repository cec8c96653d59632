package main

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"demarche/web"
)

// TestPagesInABrowser builds the binary, serves the sample articles with it and drives its pages in headless
// Chromium: web/test/page.mjs says what it looks at.
func TestPagesInABrowser(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node: the pages were not tried in a browser")
	}
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium: the pages were not tried in a browser")
	}
	if _, err := os.Stat("web/node_modules/playwright-core"); err != nil || !web.Built() {
		t.Skip("web pages not built (make build): they were not tried in a browser")
	}

	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	url := startServer(t, buildBinary(ctx, t))
	script := exec.CommandContext(ctx, node, "web/test/page.mjs", url)
	if picture := os.Getenv("SCREENSHOT"); picture != "" {
		script.Args = append(script.Args, picture)
	}
	script.Env = append(os.Environ(), "CHROMIUM="+chromium)
	if out, err := script.CombinedOutput(); err != nil {
		t.Errorf("page.mjs: %v\n%s", err, out)
	}
}

func buildBinary(ctx context.Context, t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "demarche")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-tags=sqlite_fts5", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// startServer serves the sample on a free port until the test ends, and returns the address of its page.
func startServer(t *testing.T, binary string) string {
	t.Helper()
	server := exec.Command(binary, "serve", "--addr", "127.0.0.1:0", "--db", filepath.Join(t.TempDir(), "none.db"))
	server.Stderr = os.Stderr
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(os.Interrupt)
		if err := server.Wait(); err != nil {
			t.Errorf("server after an interrupt: got %v, want exit code 0", err)
		}
	})
	address := regexp.MustCompile(`^Page\s+(http://\S+)$`)
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if match := address.FindStringSubmatch(lines.Text()); match != nil {
			return match[1]
		}
	}
	t.Fatal("the server ended before it printed its address")
	return ""
}
