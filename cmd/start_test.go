package cmd

import (
	"bufio"
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

//go:generate go test -count=1 -run ^TestStart$ . -update

const startPage = "../docs/start.md"

// TestStart does what docs/start.md says, in an empty folder, and wants to see what it shows.
func TestStart(t *testing.T) {
	page, err := os.ReadFile(startPage)
	if err != nil {
		t.Fatal(err)
	}
	program, err := exec.LookPath("demarche")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if err := os.Symlink(program, filepath.Join(folder, "demarche")); err != nil {
		t.Fatal(err)
	}

	const building, serving = "make build\n", "./demarche serve --db news.db\n"
	ran := map[string]int{}
	shown := regexp.MustCompile("(?s)```sh\n(.*?)```\n(?:\n```text\n(.*?)```\n)?").ReplaceAllStringFunc(string(page), func(block string) string {
		match := regexp.MustCompile("(?s)```sh\n(.*?)```\n(\n```text\n)?").FindStringSubmatch(block)
		script, hasAnswer := match[1], match[2] != ""
		ran[script]++
		switch script {
		case building: // the folder has the program already
			return block
		case serving:
			serveOnce(t, folder, "./demarche", "serve", "--db", "news.db")
			return block
		}
		command := exec.Command("sh", "-eu", "-c", script)
		command.Dir = folder
		var stderr bytes.Buffer
		command.Stderr = &stderr
		out, err := command.Output()
		if err != nil || stderr.Len() > 0 {
			t.Fatalf("got %v and %q, want a command that works\n%s", err, stderr.String(), script)
		}
		if hasAnswer != (len(out) > 0) {
			t.Errorf("got %q, want an answer on the page exactly where there is one\n%s", out, script)
		}
		if !hasAnswer {
			return block
		}
		return "```sh\n" + script + "```\n\n```text\n" + string(out) + "```\n"
	})
	if ran[building] != 1 || ran[serving] != 1 || len(ran) < 6 {
		t.Errorf("got the commands %v, want six with %q and %q among them", ran, building, serving)
	}
	if *update {
		if err := os.WriteFile(startPage, []byte(shown), 0o666); err != nil {
			t.Fatal(err)
		}
	} else if shown != string(page) {
		t.Errorf("got answers that are not those of the page, which would read\n%s('make generate' writes it anew)", shown)
	}
}

// serveOnce runs a server on a port of its own until its page and its playground have answered.
func serveOnce(t *testing.T, folder, program string, args ...string) {
	t.Helper()
	server := exec.Command(program, append(args, "--addr", "127.0.0.1:0")...)
	server.Dir = folder
	stdout, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	asked := false
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		page, isPage := strings.CutPrefix(lines.Text(), "Page")
		if !isPage {
			continue
		}
		for _, path := range []string{"", "playground"} {
			response, err := http.Get(strings.TrimSpace(page) + path)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.StatusCode != http.StatusOK {
				t.Errorf("/%s: got status %d, want %d", path, response.StatusCode, http.StatusOK)
			}
		}
		asked = true
		if err := server.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
	}
	if err := server.Wait(); err != nil || !asked {
		t.Errorf("got error %v and an address of its page %v, want a server that answers until it is interrupted", err, asked)
	}
}
