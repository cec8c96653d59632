package cmd

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

//go:generate go test -count=1 -run ^TestCookbook$ . -update

var update = flag.Bool("update", false, "write the answers of docs/cookbook.md anew")

const cookbook = "../docs/cookbook.md"

// recipe is a question of the cookbook.
type recipe struct {
	title               string
	graphql, shell, sql string
	answer              string // the table, as it stands on the page
}

var recipePattern = regexp.MustCompile("(?s)\n## (\\d+\\. [^\n]+)\n.*?```graphql\n(.*?)```\n\n```sh\n(.*?)```\n\n```sql\n(.*?)```\n\n((?:\\|[^\n]*\n)+)")

// TestCookbook: the three forms of each question have the same answer, which is that of the page.
func TestCookbook(t *testing.T) {
	page, err := os.ReadFile(cookbook)
	if err != nil {
		t.Fatal(err)
	}
	var recipes []recipe
	for _, match := range recipePattern.FindAllStringSubmatch(string(page), -1) {
		recipes = append(recipes, recipe{match[1], match[2], match[3], match[4], match[5]})
	}
	if headings := strings.Count(string(page), "\n## "); len(recipes) != headings || headings < 25 {
		t.Fatalf("got %d questions with three forms and an answer under %d headings, want at least 25 and one each", len(recipes), headings)
	}
	database := sampleFile(t)
	file, err := sql.Open("sqlite3", "file:"+database+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	renewed := string(page)
	for i, recipe := range recipes {
		t.Run(recipe.title, func(t *testing.T) {
			if want := fmt.Sprintf("%d. ", i+1); !strings.HasPrefix(recipe.title, want) {
				t.Errorf("got number %q, want %q", recipe.title, want)
			}
			columns, rows := askSQL(t, file, recipe.sql)
			if len(rows) == 0 {
				t.Fatal("sql: got no row, want an answer from the sample")
			}
			sameRows(t, "graphql", askGraphQL(t, database, recipe.graphql), rows)
			sameRows(t, "sh", askShell(t, database, recipe.shell, recipe.graphql), rows)
			answer := markdown(columns, rows)
			if *update {
				renewed = strings.Replace(renewed, recipe.sql+"```\n\n"+recipe.answer, recipe.sql+"```\n\n"+answer, 1)
			} else if recipe.answer != answer {
				t.Errorf("got the answer\n%s\nwant\n%s('make generate' writes it anew)", recipe.answer, answer)
			}
		})
	}
	if *update {
		if err := os.WriteFile(cookbook, []byte(renewed), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// sameRows compares answers whatever their order: it is not the same for all forms where rows are of equal rank.
func sameRows(t *testing.T, form string, got, want [][]string) {
	t.Helper()
	lines := func(rows [][]string) []string {
		var joined []string
		for _, row := range rows {
			cells := make([]string, len(row))
			for i, text := range row {
				cells[i] = rounded(json.Number(text))
			}
			joined = append(joined, strings.Join(cells, " | "))
		}
		slices.Sort(joined)
		return joined
	}
	if !slices.Equal(lines(got), lines(want)) {
		t.Errorf("%s: got\n%s\nwant\n%s", form, strings.Join(lines(got), "\n"), strings.Join(lines(want), "\n"))
	}
}

// askGraphQL returns the rows of all lists in the answer, as table and csv show them.
func askGraphQL(t *testing.T, database, query string) [][]string {
	t.Helper()
	return listedRows(t, query, runOn(t, database, "query", query))
}

func listedRows(t *testing.T, query string, response []byte) (rows [][]string) {
	t.Helper()
	var answer struct{ Data json.RawMessage }
	if err := json.Unmarshal(response, &answer); err != nil {
		t.Fatalf("%v in %s", err, response)
	}
	fields, err := decodeAnswer(answer.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range findLists(fields, selectionOf(query, "", nil)) {
		rows = append(rows, newGrid(list, csvCell).rows...)
	}
	return rows
}

// askShell runs the one command of a block. An argument @NAME.graphql is a file with the GraphQL block.
func askShell(t *testing.T, database, block, graphql string) [][]string {
	t.Helper()
	words := shellWords(t, block)
	if len(words) < 2 || words[0] != "./demarche" {
		t.Fatalf("got %q, want a call of ./demarche", block)
	}
	for i, word := range words {
		if name, isFile := strings.CutPrefix(word, "@"); isFile {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(graphql), 0o600); err != nil {
				t.Fatal(err)
			}
			words[i] = "@" + path
		}
	}
	out := runOn(t, database, words[1:]...)
	if bytes.HasPrefix(out, []byte("{")) {
		return listedRows(t, graphql, out)
	}
	lines, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("got %v and %d lines of CSV, want a header", err, len(lines))
	}
	return lines[1:]
}

func runOn(t *testing.T, database string, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), append(args, "--db", database), nil, &stdout, &stderr); code != exitDone {
		t.Fatalf("%q: got exit code %d and %q, want %d", args, code, stderr.String(), exitDone)
	}
	return stdout.Bytes()
}

// shellWords splits a command as a shell does, as far as blanks, new lines after a backslash and single quotes go.
func shellWords(t *testing.T, block string) []string {
	t.Helper()
	block = strings.ReplaceAll(strings.TrimSpace(block), "\\\n", " ")
	if strings.ContainsAny(block, "\n\"$|&;") {
		t.Fatalf("got %q, want one command without what a shell is needed for", block)
	}
	var words []string
	for i, piece := range strings.Split(block, "'") {
		if i%2 == 1 {
			words = append(words, piece)
		} else {
			words = append(words, strings.Fields(piece)...)
		}
	}
	return words
}

func askSQL(t *testing.T, file *sql.DB, query string) (columns []string, found [][]string) {
	t.Helper()
	rows, err := file.Query(query)
	if err != nil {
		t.Fatalf("sql: %v\n%s", err, query)
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			targets[i] = &values[i]
		}
		if err := rows.Scan(targets...); err != nil {
			t.Fatal(err)
		}
		row := make([]string, len(columns))
		for i, value := range values {
			switch value := value.(type) {
			case nil:
			case float64:
				row[i] = strconv.FormatFloat(value, 'f', -1, 64)
			default:
				row[i] = fmt.Sprint(value)
			}
		}
		found = append(found, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return columns, found
}

// markdown is a table of the page.
func markdown(columns []string, rows [][]string) string {
	var out strings.Builder
	line := func(cells []string) {
		for _, text := range cells {
			fmt.Fprintf(&out, "| %s ", strings.ReplaceAll(rounded(json.Number(text)), "|", "\\|"))
		}
		out.WriteString("|\n")
	}
	line(columns)
	line(slices.Repeat([]string{"---"}, len(columns)))
	for _, row := range rows {
		line(row)
	}
	return out.String()
}
