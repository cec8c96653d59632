package main

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/mattn/go-sqlite3"

	"demarche/web"
)

// needsBrowser skips a test where it cannot drive the pages, and returns what runs the scripts of web/test.
func needsBrowser(t *testing.T) (node, chromium string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node: the pages were not tried in a browser")
	}
	chromium, err = exec.LookPath("chromium")
	if err != nil {
		t.Skip("no chromium: the pages were not tried in a browser")
	}
	if _, err := os.Stat("web/node_modules/playwright-core"); err != nil || !web.Built() {
		t.Skip("web pages not built (make build): they were not tried in a browser")
	}
	return node, chromium
}

// TestPagesInABrowser builds the binary, serves the sample articles with it and drives its pages in headless
// Chromium: the scripts of web/test say what they look at. With SCREENSHOT it leaves its pictures in that folder.
func TestPagesInABrowser(t *testing.T) {
	node, chromium := needsBrowser(t)
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	binary := buildBinary(ctx, t)
	graph := sampleGraph(ctx, t, binary)
	pictures := os.Getenv("SCREENSHOT")
	picture := func(name string) []string {
		if pictures == "" {
			return nil
		}
		return []string{filepath.Join(pictures, name)}
	}
	drive := func(t *testing.T, script, url string, arguments ...string) []byte {
		t.Helper()
		command := exec.CommandContext(ctx, node, append([]string{filepath.Join("web/test", script), url}, arguments...)...)
		command.Env = append(os.Environ(), "CHROMIUM="+chromium)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, out)
		}
		return out
	}

	t.Run("pages", func(t *testing.T) {
		// They ask what is in the files of queries/, to the letter, and nothing else.
		drive(t, "pages.mjs", startServer(t, binary, graph, "--documents", "web/queries"), picture(".")...)
	})
	t.Run("playground", func(t *testing.T) {
		drive(t, "playground.mjs", startServer(t, binary, graph), picture("playground.png")...)
	})
	t.Run("subscription", func(t *testing.T) {
		own := sampleGraph(ctx, t, binary)
		drive(t, "subscription.mjs", startServer(t, binary, own), binary, own, "seeds/articles/ishiba-trump-outcome.txt")
	})
	t.Run("five questions have one answer", func(t *testing.T) {
		url := startServer(t, binary, graph)
		var pages answers
		if out := drive(t, "numbers.mjs", url); json.Unmarshal(out, &pages) != nil {
			t.Fatalf("numbers.mjs: got %s, want JSON", out)
		}
		compareAnswers(t, pages, map[string]answers{
			"demarche query": fromQueries(ctx, t, binary, graph),
			"CSV":            fromDownloads(t, url),
			"SQL":            fromSQL(t, graph),
		})
	})
}

// What the pages are made of, apart from a browser: reading what is typed into the search box, addresses, periods, marks.
func TestPagesInParts(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("no node: the parts of the pages were not tried")
	}
	if _, err := os.Stat("web/node_modules/vitest"); err != nil {
		t.Skip("npm has not run in web (make build): the parts of the pages were not tried")
	}
	command := exec.CommandContext(t.Context(), node, "node_modules/vitest/vitest.mjs", "run", "--reporter=dot")
	command.Dir = "web"
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("vitest: %v\n%s", err, out)
	}
}

// answers are those to the five questions, as each way of asking gives them.
type answers struct {
	Issues    map[string]int    `json:"issues"` // what Japan raises with the US
	Months    map[string]counts `json:"months"` // and when
	Pairs     map[string]int    `json:"pairs"`  // who raises tariffs with whom
	Direct    int               `json:"direct"` // what ties Japan and China
	Sentences []string          `json:"sentences"`
}

type counts struct {
	Raises   int `json:"raises"` // -1 where there was no article to find any in
	Articles int `json:"articles"`
}

func newAnswers() answers {
	return answers{Issues: map[string]int{}, Months: map[string]counts{}, Pairs: map[string]int{}}
}

// addMonth takes a month, given by its first day.
func (a answers) addMonth(period string, raises, articles int) {
	if articles == 0 && raises == 0 {
		raises = -1
	}
	if day, err := time.Parse(time.DateOnly, period); err == nil {
		a.Months[day.Format("Jan 2006")] = counts{raises, articles}
	}
}

// compareAnswers compares what the pages answer with the other ways to ask the same questions.
func compareAnswers(t *testing.T, pages answers, ways map[string]answers) {
	t.Helper()
	if len(pages.Issues) < 5 || len(pages.Months) < 12 || len(pages.Pairs) < 5 || pages.Direct == 0 || len(pages.Sentences) < 10 {
		t.Fatalf("pages: got %+v, want answers to all five questions", pages)
	}
	for way, got := range ways {
		// A page shows the months from the first raise to the last.
		maps.DeleteFunc(got.Months, func(month string, counted counts) bool {
			_, shown := pages.Months[month]
			return !shown && counted.Raises <= 0
		})
		if difference := cmp.Diff(pages, got); difference != "" {
			t.Errorf("%s differs from the pages (-pages +%s):\n%s", way, way, difference)
		}
	}
}

func fromQueries(ctx context.Context, t *testing.T, binary, graph string) answers {
	t.Helper()
	ask := func(answer any, arguments ...string) {
		t.Helper()
		command := exec.CommandContext(ctx, binary, append([]string{"query", "--db", graph, "--format", "json"}, arguments...)...)
		out, err := command.Output()
		if err != nil {
			t.Fatalf("query %v: %v", arguments, err)
		}
		if err := json.Unmarshal(out, answer); err != nil {
			t.Fatalf("query %v: %v", arguments, err)
		}
	}
	type named struct{ Name string }
	found := newAnswers()

	var issues struct {
		Data struct {
			Issues struct {
				Edges []struct {
					RaiseCount int
					Node       named
				}
			}
		}
	}
	ask(&issues, "@web/queries/1-issues-japan-raises-with-us.graphql")
	for _, edge := range issues.Data.Issues.Edges {
		found.Issues[edge.Node.Name] = edge.RaiseCount
	}

	var overTime struct {
		Data struct {
			RaiseStats, ArticleStats struct {
				Nodes []struct {
					Period                   string
					RaiseCount, ArticleCount int
				}
			}
		}
	}
	ask(&overTime, "@web/queries/12-raises-and-articles-over-time.graphql", "--var", `filter={"by":["JP"],"with":["US"]}`)
	raises := map[string]int{}
	for _, group := range overTime.Data.RaiseStats.Nodes {
		raises[group.Period] = group.RaiseCount
	}
	for _, month := range sampleMonths() {
		found.addMonth(month, raises[month], 0)
	}
	for _, group := range overTime.Data.ArticleStats.Nodes {
		found.addMonth(group.Period, raises[group.Period], group.ArticleCount)
	}

	var who struct {
		Data struct {
			RaiseStats struct {
				Nodes []struct {
					By, With   named
					RaiseCount int
				}
			}
		}
	}
	ask(&who, "@web/queries/3-who-else-raises-it.graphql")
	for _, group := range who.Data.RaiseStats.Nodes {
		found.Pairs[group.By.Name+" → "+group.With.Name] = group.RaiseCount
	}

	var ends struct {
		Data struct{ Raises struct{ TotalCount int } }
	}
	ask(&ends, "@web/queries/16-ids-of-two-parties.graphql", "--var", "to=China")
	found.Direct = ends.Data.Raises.TotalCount

	var sentences struct {
		Data struct {
			Raises struct{ Nodes []struct{ Quote string } }
		}
	}
	ask(&sentences, "@web/queries/2-sentences-of-a-pair.graphql", "--var", "first=100")
	for _, raise := range sentences.Data.Raises.Nodes {
		found.Sentences = append(found.Sentences, raise.Quote)
	}
	slices.Sort(found.Sentences)
	return found
}

// sampleMonths are those of which the sample could have articles.
func sampleMonths() []string {
	var months []string
	for day := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2026; day = day.AddDate(0, 1, 0) {
		months = append(months, day.Format(time.DateOnly))
	}
	return months
}

func fromDownloads(t *testing.T, url string) answers {
	t.Helper()
	download := func(path string) []map[string]string {
		t.Helper()
		response, err := http.Get(url + "export/" + path)
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusOK {
			text, _ := io.ReadAll(response.Body)
			t.Fatalf("%s: got %s and %s", path, response.Status, text)
		}
		lines, err := csv.NewReader(response.Body).ReadAll()
		if err != nil || len(lines) == 0 {
			t.Fatalf("%s: got %d lines and error %v", path, len(lines), err)
		}
		var rows []map[string]string
		for _, line := range lines[1:] {
			row := map[string]string{}
			for i, name := range lines[0] {
				row[name] = line[i]
			}
			rows = append(rows, row)
		}
		return rows
	}
	number := func(text string) int {
		value, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	found := newAnswers()
	for _, row := range download("issues.csv?by=JP&with=US") {
		found.Issues[row["name"]] = number(row["raise_count"])
	}
	for _, row := range download("periods.csv?by=JP&with=US&unit=month") {
		if row["period"] == "" { // what has no day
			continue
		}
		raises := -1
		if row["raise_count"] != "" {
			raises = number(row["raise_count"])
		}
		found.addMonth(row["period"], raises, number(row["published_count"]))
	}
	for _, row := range download("pairs.csv?issue=tariffs") {
		found.Pairs[row["by_name"]+" → "+row["with_name"]] = number(row["raise_count"])
	}
	found.Direct = len(download("raises.csv?between=JP&between=CN"))
	for _, row := range download("raises.csv?by=JP&with=US") {
		found.Sentences = append(found.Sentences, row["quote"])
	}
	slices.Sort(found.Sentences)
	return found
}

func fromSQL(t *testing.T, graph string) answers {
	t.Helper()
	file, err := sql.Open("sqlite3", "file:"+graph+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	counted := func(query string) map[string]int {
		t.Helper()
		rows, err := file.Query(query)
		if err != nil {
			t.Fatalf("%v\n%s", err, query)
		}
		defer rows.Close()
		found := map[string]int{}
		for rows.Next() {
			var name string
			var count int
			if err := rows.Scan(&name, &count); err != nil {
				t.Fatalf("%v\n%s", err, query)
			}
			found[name] += count
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		return found
	}
	found := newAnswers()
	found.Issues = counted(`SELECT issue_name, count(*) FROM raises_flat WHERE by_code = 'JP' AND with_code = 'US' GROUP BY issue_name`)
	found.Pairs = counted(`SELECT by_name || ' → ' || with_name, count(*) FROM raises_flat WHERE issue = 'tariffs' GROUP BY 1`)
	raises := counted(`SELECT substr(said_on, 1, 7) || '-01', count(*) FROM raises_flat
		WHERE by_code = 'JP' AND with_code = 'US' AND said_on IS NOT NULL GROUP BY 1`)
	articles := counted(`SELECT substr(published, 1, 7) || '-01', count(*) FROM articles WHERE published IS NOT NULL GROUP BY 1`)
	for _, month := range sampleMonths() {
		found.addMonth(month, raises[month], articles[month])
	}
	found.Direct = counted(`SELECT 'both ways', count(*) FROM raises_flat WHERE (by_code, with_code) IN (VALUES ('JP', 'CN'), ('CN', 'JP'))`)["both ways"]
	for quote, times := range counted(`SELECT quote, count(*) FROM raises_flat WHERE by_code = 'JP' AND with_code = 'US' GROUP BY quote`) {
		for range times {
			found.Sentences = append(found.Sentences, quote)
		}
	}
	slices.Sort(found.Sentences)
	return found
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

// sampleGraph is a new file of the sample articles.
func sampleGraph(ctx context.Context, t *testing.T, binary string) string {
	t.Helper()
	graph := filepath.Join(t.TempDir(), "sample.db")
	if out, err := exec.CommandContext(ctx, binary, "load", "seeds/articles", "--db", graph).CombinedOutput(); err != nil {
		t.Fatalf("load: %v\n%s", err, out)
	}
	return graph
}

// startServer serves a graph on a free port until the test ends, and returns the address of its page.
func startServer(t *testing.T, binary, graph string, flags ...string) string {
	t.Helper()
	server := exec.Command(binary, append([]string{"serve", "--addr", "127.0.0.1:0", "--db", graph}, flags...)...)
	var log bytes.Buffer
	server.Stderr = &log
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
		if t.Failed() {
			t.Logf("the server said:\n%s", &log)
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
