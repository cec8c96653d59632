package cmd

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// sampleFile is a new file of the sample articles.
func sampleFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.db")
	if err := loadSample(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// ask runs a query as the command line does and returns the root fields of its answer.
func ask(t *testing.T, database, query string) map[string]any {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"query", "--db", database, query}, nil, &stdout, &stderr); code != exitDone {
		t.Fatalf("got exit code %d and %q, want %d", code, stderr.String(), exitDone)
	}
	var answer struct{ Data map[string]any }
	if err := json.Unmarshal(stdout.Bytes(), &answer); err != nil {
		t.Fatalf("%v in %s", err, stdout.String())
	}
	return answer.Data
}

// empty says whether a root field has nothing to show: null, or no rows.
func empty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case []any:
		return len(value) == 0
	case map[string]any:
		for _, name := range []string{"edges", "nodes"} {
			if rows, ok := value[name].([]any); ok && len(rows) == 0 {
				return true
			}
		}
	}
	return false
}

func TestReadyQuestionsHaveAnswers(t *testing.T) {
	database := sampleFile(t)
	names, err := filepath.Glob("../web/queries/*.graphql")
	if err != nil || len(names) == 0 {
		t.Fatalf("got %d ready questions and error %v, want some", len(names), err)
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			for field, value := range ask(t, database, "@"+name) {
				if empty(value) {
					t.Errorf("%s: got nothing, want an answer from the sample", field)
				}
			}
		})
	}
}

// blocks returns the fenced blocks of a language in a document.
func blocks(t *testing.T, path, language string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, match := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		found = append(found, match[1])
	}
	if len(found) == 0 {
		t.Fatalf("%s: got no %s block, want some", path, language)
	}
	return found
}

func TestDocsAreTrue(t *testing.T) {
	database := sampleFile(t)
	for _, query := range blocks(t, "../docs/queries.md", "graphql") {
		t.Run("graphql", func(t *testing.T) {
			for field, value := range ask(t, database, query) {
				if empty(value) {
					t.Errorf("%s: got nothing, want an answer from the sample\n%s", field, query)
				}
			}
		})
	}

	file, err := sql.Open("sqlite3", "file:"+database+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for _, query := range append(blocks(t, "../docs/queries.md", "sql"), blocks(t, "../docs/sql.md", "sql")...) {
		t.Run("sql", func(t *testing.T) {
			rows, err := file.Query(query)
			if err != nil {
				t.Fatalf("%v\n%s", err, query)
			}
			defer rows.Close()
			if !rows.Next() {
				t.Errorf("got no row (%v), want some\n%s", rows.Err(), query)
			}
		})
	}
}

// The flags that the documents use must exist, and what they print must be of use.
func TestDocsCommands(t *testing.T) {
	for _, path := range []string{"../README.md", "../docs/queries.md", "../docs/sql.md"} {
		tried := 0
		for _, block := range blocks(t, path, "sh") {
			for _, line := range strings.Split(block, "\n") {
				words := strings.Fields(line)
				if len(words) < 2 || words[0] != "./demarche" {
					continue
				}
				tried++
				command, _, err := newRootCommand(&settings{}).Find(words[1:])
				if err != nil || !command.HasParent() {
					t.Errorf("%s: %s: got error %v, want a command of this program", path, line, err)
					continue
				}
				for _, flag := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(line, -1) {
					if name := flag[1]; name != "help" && command.Flag(name) == nil {
						t.Errorf("%s: %s: got flag --%s, which %q does not have", path, line, name, command.CommandPath())
					}
				}
			}
		}
		if tried == 0 {
			t.Errorf("%s: got no line that calls ./demarche, want some", path)
		}
	}
}
