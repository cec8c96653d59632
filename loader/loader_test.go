package loader

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"demarche/db"
	"demarche/loader/extract"
	"demarche/seeds"
)

// tables are seeds enough for the extractor below.
func tables() *seeds.Seeds {
	return &seeds.Seeds{
		Countries: []seeds.Country{
			{Code: "NO", Alpha3: "NOR", Name: "Norway", Adjectives: []string{"Norwegian"}, Demonyms: []string{"Norwegian", "Norwegians"}, Capitals: []string{"Oslo", "Christiania"}, Region: "Northern Europe"},
			{Code: "GB", Alpha3: "GBR", Name: "United Kingdom"},
		},
		Organizations: []seeds.Organization{{Code: "EFTA", Name: "European Free Trade Association", Members: []string{"NO"}}},
		Leaders:       []seeds.Leader{{Slug: "kari-fisk", Name: "Kari Fisk", Party: "NO"}},
		Offices:       []seeds.Office{{ID: "NO/minister", Party: "NO", Title: "Minister"}},
		Terms: []seeds.Term{
			{Office: "NO/minister", Leader: "kari-fisk", Since: "2024-01-01"},
			{Office: "NO/minister", Leader: "kari-fisk", Since: "2019-01-01", Until: "2020-01-01"},
		},
		Issues: []seeds.Issue{{Slug: "fisheries", Name: "Fisheries", Area: "trade", Description: "Quotas."}},
	}
}

// finder is an extractor that finds "Oslo asks London" and fails where a text tells it to.
type finder struct{}

func (finder) Extract(a extract.Article) extract.Result {
	var result extract.Result
	if strings.Contains(a.Text, "panic") {
		panic("told so")
	}
	start := strings.Index(a.Text, "Oslo asks London")
	if start < 0 {
		return result
	}
	issue := "fisheries"
	if strings.Contains(a.Text, "unknown issue") {
		issue = "unknown"
	}
	sentence := extract.Span{Part: extract.Text, Start: start, End: start + len("Oslo asks London")}
	result.Mentions = []extract.Mention{{Span: extract.Span{Part: extract.Text, Start: start, End: start + len("Oslo")}, Kind: extract.PartyKind, Key: "NO"}}
	result.Raises = []extract.Raise{{
		By: "NO", With: "GB", Issue: issue, Act: "REQUEST", Modality: "ASSERTED", Speaker: "kari-fisk", On: a.Published,
		Confidence: 0.5, Rule: "asks", Explanation: "asks", Evidence: []extract.Span{sentence},
	}}
	return result
}

// graphOf makes a new graph with the catalog of tables and gives its path.
func graphOf(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "graph.db")
	withWriter(t, path, func(w *db.Writer) {
		if err := w.PutCatalog(context.Background(), Catalog(tables())); err != nil {
			t.Fatal(err)
		}
	})
	return path
}

func withWriter(t *testing.T, path string, do func(*db.Writer)) {
	t.Helper()
	w, err := db.OpenWriter(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	do(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// loadText loads JSONL with the finder and gives the summary and the rejects.
func loadText(t *testing.T, path, versions, jsonl string, workers int) (summary Summary, rejects []string) {
	t.Helper()
	articles, err := Read(context.Background(), []string{"-"}, strings.NewReader(jsonl), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	withWriter(t, path, func(w *db.Writer) {
		r := &run{writer: w, extractor: finder{}, versions: versions, options: Options{
			Workers: workers, Reject: func(reject Reject) { rejects = append(rejects, reject.Error()) },
		}}
		if err := r.load(context.Background(), articles); err != nil {
			t.Fatal(err)
		}
		summary = r.summary
	})
	return summary, rejects
}

func TestLoadAgain(t *testing.T) {
	path := graphOf(t)
	first := `{"id":"a","title":"A 😀","text":"😀 Oslo asks London for fish.","published":"2025-01-01"}
{"id":"b","title":"B","text":"Nothing."}
`
	steps := []struct {
		name, versions, jsonl string
		want                  Summary
	}{
		{"new", "1", first, Summary{Read: 2, Loaded: 2, Raises: 1}},
		{"the same", "1", first, Summary{Read: 2, Unchanged: 2}},
		{"one of them changed", "1", strings.Replace(first, "Nothing", "Oslo asks London", 1), Summary{Read: 2, Changed: 1, Unchanged: 1, Raises: 1}},
		{"changed back", "1", first, Summary{Read: 2, Changed: 1, Unchanged: 1}},
		{"another extractor", "2", first, Summary{Read: 2, Changed: 2, Raises: 1}},
		{"twice in one run", "2", first + first, Summary{Read: 4, Unchanged: 4}},
		{"nothing", "2", "", Summary{Read: 1, Rejected: 1}},
	}
	for _, step := range steps {
		if got, rejects := loadText(t, path, step.versions, step.jsonl, 2); got != step.want {
			t.Errorf("%s: got %+v, rejects %q, want %+v", step.name, got, rejects, step.want)
		}
	}
}

func TestLoadRejects(t *testing.T) {
	jsonl := `{"id":"a","title":"A","text":"Oslo asks London for fish."}
{"id":"b","title":"B","text":"panic"}
broken
{"id":"a","title":"A","text":"Oslo asks London for more fish."}
{"id":"c","title":"C","text":"Oslo asks London about an unknown issue."}
{"id":"d","title":"D","text":"Der Minister ist nicht zufrieden und hat das gesagt.","published":"one day"}
{"id":"e","title":"E","text":"Oslo asks London again.","published":"2025-02-30"}
`
	got, rejects := loadText(t, graphOf(t), "1", jsonl, 2)
	want := Summary{Read: 7, Loaded: 3, Rejected: 4, Raises: 2, Foreign: 1}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	slices.Sort(rejects)
	wantRejects := []string{
		`stdin:2: the extractor failed on article "b" (please report this): told so`,
		`stdin:3: broken JSON at byte 1: invalid character 'b' looking for beginning of value`,
		`stdin:4: another article with the id "a" stands at stdin:1: give one of them another id, or load them apart with --id-prefix`,
		`stdin:5: article "c": raise NO→GB unknown names an unknown issue`,
	}
	if !slices.Equal(rejects, wantRejects) {
		t.Errorf("got rejects\n%s\nwant\n%s", strings.Join(rejects, "\n"), strings.Join(wantRejects, "\n"))
	}
}

// many yields so many articles, every third with a raise and every tenth a copy of the one before.
func many(count int) []string {
	lines := make([]string, count)
	for i := range lines {
		text := fmt.Sprintf("Number %d of the papers.", i)
		if i%3 == 0 {
			text = fmt.Sprintf("日本 %d Oslo asks London for fish.", i)
		}
		if i%10 == 9 {
			text = fmt.Sprintf("Number %d of the papers.", i-1)
		}
		lines[i] = fmt.Sprintf(`{"id":%d,"title":"Fish","text":"%s","published":"2025-01-%02d","source":"S%d"}`, i, text, i%28+1, i%7)
	}
	return lines
}

func TestLoadManyBatches(t *testing.T) {
	lines := many(2*batchArticles + 100)
	got, rejects := loadText(t, graphOf(t), "1", strings.Join(lines, "\n"), 3)
	want := Summary{Read: len(lines), Loaded: len(lines)}
	for i := range lines {
		if i%3 == 0 && i%10 != 9 {
			want.Raises++
		}
	}
	if got != want || len(rejects) > 0 {
		t.Errorf("got %+v, rejects %q, want %+v", got, rejects, want)
	}
}

func TestLoadSameGraph(t *testing.T) {
	lines := many(batchArticles + 500)
	backwards := slices.Clone(lines)
	slices.Reverse(backwards)
	ways := []struct {
		name    string
		workers int
		runs    [][]string
	}{
		{"in order, one worker", 1, [][]string{lines}},
		{"backwards, many workers", 16, [][]string{backwards}},
		{"in small runs, the last first", 2, slices.Collect(slices.Chunk(backwards, 700))},
	}
	var first []string
	for _, way := range ways {
		path := graphOf(t)
		for _, run := range way.runs {
			loadText(t, path, "1", strings.Join(run, "\n"), way.workers)
		}
		got := export(t, path)
		if findings, err := db.Check(context.Background(), path); err != nil || len(findings) > 0 {
			t.Errorf("%s: check: got %q, %v, want nothing", way.name, findings, err)
		}
		if first == nil {
			first = got
		}
		if len(got) == 0 || !slices.Equal(got, first) {
			t.Errorf("%s: got %d raises, not the %d of %q", way.name, len(got), len(first), ways[0].name)
		}
	}
}

// export gives every raise of a graph as a line.
func export(t *testing.T, path string) (lines []string) {
	t.Helper()
	reader, err := db.OpenReader(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	err = reader.View(context.Background(), func(v *db.View) error {
		return v.Export(context.Background(), &db.Export{Table: db.ExportRaises}, func(row []driver.Value) error {
			line, err := json.Marshal(row)
			lines = append(lines, string(line))
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func TestLoadInterrupted(t *testing.T) {
	path := graphOf(t)
	lines := many(3*batchArticles + 100)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	articles, err := Read(context.Background(), []string{"-"}, strings.NewReader(strings.Join(lines, "\n")), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var summary Summary
	withWriter(t, path, func(w *db.Writer) {
		r := &run{writer: w, extractor: finder{}, versions: "1", options: Options{Stored: func(Summary) { cancel() }}}
		if err := r.load(ctx, articles); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v, want %v", err, context.Canceled)
		}
		summary = r.summary
	})
	if summary.Loaded == 0 || summary.Loaded == len(lines) {
		t.Fatalf("got %d loaded before the interruption, want some of %d", summary.Loaded, len(lines))
	}
	got, _ := loadText(t, path, "1", strings.Join(lines, "\n"), 2)
	if got.Unchanged != summary.Loaded || got.Loaded != len(lines)-summary.Loaded {
		t.Errorf("after the interruption: got %+v, want %d unchanged and the rest loaded", got, summary.Loaded)
	}
	if findings, err := db.Check(context.Background(), path); err != nil || len(findings) > 0 {
		t.Errorf("check: got %q, %v, want nothing", findings, err)
	}
}

// What comes from a pipe is stored soon, not when a batch is full or the pipe closed; and nobody waits for more once
// the load is told to stop.
func TestLoadFromASlowPipe(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	pipe, input := io.Pipe()
	defer input.Close()
	articles, err := Read(ctx, []string{"-"}, pipe, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	go io.WriteString(input, "{\"id\":\"a\",\"text\":\"Oslo asks London for fish.\"}\n")
	withWriter(t, graphOf(t), func(w *db.Writer) {
		late := time.AfterFunc(time.Minute, cancel)
		defer late.Stop()
		r := &run{writer: w, extractor: finder{}, versions: "1", options: Options{Stored: func(Summary) { cancel() }}}
		if err := r.load(ctx, articles); !errors.Is(err, context.Canceled) {
			t.Errorf("got error %v, want %v", err, context.Canceled)
		}
		if r.summary.Loaded != 1 {
			t.Errorf("got %+v, want the article of the open pipe loaded", r.summary)
		}
	})
}

func TestLoadReadError(t *testing.T) {
	broken := errors.New("the disk is on fire")
	var articles iter.Seq2[Article, error] = func(yield func(Article, error) bool) {
		if yield(Article{ID: "a", Text: "Oslo asks London for fish.", File: "a"}, nil) {
			yield(Article{}, broken)
		}
	}
	withWriter(t, graphOf(t), func(w *db.Writer) {
		r := &run{writer: w, extractor: finder{}, versions: "1"}
		if err := r.load(context.Background(), articles); !errors.Is(err, broken) {
			t.Errorf("got error %v, want %v", err, broken)
		}
		if want := (Summary{Read: 1, Loaded: 1, Raises: 1}); r.summary != want {
			t.Errorf("got %+v, want what came before the error: %+v", r.summary, want)
		}
	})
}

func TestCatalog(t *testing.T) {
	catalog := Catalog(tables())
	norway := catalog.Parties[0]
	if norway.Kind != db.Country || norway.Capital != "Oslo" || !slices.Equal(norway.Demonyms, []string{"Norwegian", "Norwegians"}) {
		t.Errorf("Norway: got %+v, want a country, its first capital, each demonym once", norway)
	}
	if britain := catalog.Parties[1]; britain.Capital != "" {
		t.Errorf("got the capital %q, want none", britain.Capital)
	}
	if efta := catalog.Parties[2]; efta.Kind != db.Organization || !slices.Equal(efta.Members, []string{"NO"}) {
		t.Errorf("EFTA: got %+v, want an organization of one member", efta)
	}
	want := []db.Office{
		{Title: "Minister", Party: "NO", Since: "2019-01-01", Until: "2020-01-01"},
		{Title: "Minister", Party: "NO", Since: "2024-01-01"},
	}
	if got := catalog.Leaders[0].Offices; !slices.Equal(got, want) {
		t.Errorf("offices: got %+v, want %+v", got, want)
	}
	if catalog.SeedsVersion == "" || catalog.ExtractorVersion == "" {
		t.Errorf("got versions %q and %q, want both", catalog.SeedsVersion, catalog.ExtractorVersion)
	}
}

func TestSamplesAreTheirFiles(t *testing.T) {
	want, rejects := read(t, []string{filepath.Join("..", "seeds", "articles")}, "", ReadOptions{})
	if len(want) == 0 || len(rejects) > 0 {
		t.Fatalf("got %d files and rejects %q, want files", len(want), rejects)
	}
	i := 0
	for got, err := range Samples() {
		if err != nil {
			t.Fatal(err)
		}
		if i < len(want) {
			want[i].File = got.File
			if got != want[i] {
				t.Errorf("got %+v, want what its file gives: %+v", got, want[i])
			}
		}
		i++
	}
	if i != len(want) {
		t.Errorf("got %d samples of %d files", i, len(want))
	}
}

// The real extractor and seeds over the samples: every article is stored, and loading again finds nothing to do.
func TestLoadSamples(t *testing.T) {
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, err := range Samples() {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	if count == 0 {
		t.Fatal("got no sample article")
	}
	path := filepath.Join(t.TempDir(), "graph.db")
	for _, want := range []Summary{{Read: count, Loaded: count}, {Read: count, Unchanged: count}} {
		withWriter(t, path, func(w *db.Writer) {
			got, err := Load(context.Background(), w, s, Samples(), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if found := got.Raises > 0; found != (want.Loaded > 0) {
				t.Errorf("got %d raises of %d articles loaded", got.Raises, got.Loaded)
			}
			got.Raises = 0
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}
