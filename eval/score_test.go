package eval_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"demarche/eval"
	"demarche/loader"
	"demarche/loader/extract"
	"demarche/seeds"
)

var update = flag.Bool("update", false, "write score.txt anew; where ../shared is absent, its sections stay as they are")

// sharedEval holds articles and sentences that others annotated; a newcomer's machine lacks it.
const sharedEval = "../../shared/eval"

// section is a part of score.txt: what one command prints, or the scores of it.
type section struct {
	name  string
	title string
	needs string // file without which the section cannot be measured; "" is always there
	print func(t *testing.T, w io.Writer)
}

var sections = []section{
	{"samples", "The sample articles: demarche eval --articles seeds/articles eval/gold.jsonl", "", func(t *testing.T, w io.Writer) {
		measure(t, "../seeds/articles", "gold.jsonl").Print(w)
	}},
	{"shared", "The 140 articles: demarche eval --articles ../shared/eval/articles.jsonl ../shared/eval/gold.jsonl (scores alone)", sharedEval + "/gold.jsonl", func(t *testing.T, w io.Writer) {
		measure(t, sharedEval+"/articles.jsonl", sharedEval+"/gold.jsonl").PrintSummary(w)
	}},
	{"acts", "Acts: demarche eval --acts ../shared/eval/plover/acts.jsonl", sharedEval + "/plover/acts.jsonl", func(t *testing.T, w io.Writer) {
		rows, err := eval.ReadActs(sharedEval + "/plover/acts.jsonl")
		if err != nil {
			t.Fatal(err)
		}
		eval.MeasureActs(extractor(t), rows).Print(w)
	}},
}

// TestScore fails when score.txt does not say how good the extractor is; -update writes it.
func TestScore(t *testing.T) {
	data, err := os.ReadFile("score.txt")
	if err != nil && !*update {
		t.Fatal(err)
	}
	written := splitSections(string(data))
	var file strings.Builder
	for _, s := range sections {
		text := written[s.title]
		t.Run(s.name, func(t *testing.T) {
			if s.needs != "" {
				if _, err := os.Stat(s.needs); err != nil {
					t.Skipf("%s is not on this machine", filepath.Clean(s.needs))
				}
			}
			var got bytes.Buffer
			s.print(t, &got)
			if *update {
				text = got.String()
			} else if line, ok := differs(got.String(), text); ok {
				t.Errorf("score.txt is not what is measured, first in line %d of %q.\ngot\n%s\nwant\n%s\nIf the move is meant, run: go test -tags=sqlite_fts5 ./eval -run TestScore -update", line, s.title, got.String(), text)
			}
		})
		fmt.Fprintf(&file, "== %s\n%s\n", s.title, text)
	}
	if *update {
		if err := os.WriteFile("score.txt", []byte(file.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// splitSections returns the text below each "== title" line.
func splitSections(file string) map[string]string {
	texts := map[string]string{}
	for _, part := range strings.Split("\n"+file, "\n== ")[1:] {
		title, text, _ := strings.Cut(part, "\n")
		texts[title] = strings.TrimRight(text, "\n") + "\n"
	}
	return texts
}

// differs returns the first line in which two outputs differ. Numbers with a decimal point may differ by one in
// the third digit, which another processor may round otherwise; counts may not.
func differs(got, want string) (line int, different bool) {
	g, w := strings.Split(strings.TrimRight(got, "\n"), "\n"), strings.Split(strings.TrimRight(want, "\n"), "\n")
	for i := range max(len(g), len(w)) {
		if i >= len(g) || i >= len(w) || !sameLine(strings.Fields(g[i]), strings.Fields(w[i])) {
			return i + 1, true
		}
	}
	return 0, false
}

func sameLine(got, want []string) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] == want[i] {
			continue
		}
		a, errA := strconv.ParseFloat(got[i], 64)
		b, errB := strconv.ParseFloat(want[i], 64)
		if errA != nil || errB != nil || !strings.Contains(got[i], ".") || math.Abs(a-b) > 0.0011 {
			return false
		}
	}
	return true
}

func TestDiffers(t *testing.T) {
	const want = "all 3 articles\n  act right   0.500   1/2\n"
	for _, test := range []struct {
		name, got string
		line      int
	}{
		{"the same", want, 0},
		{"rounded otherwise", "all 3 articles\n  act right   0.501   1/2\n", 0},
		{"another figure", "all 3 articles\n  act right   0.510   1/2\n", 2},
		{"another count", "all 3 articles\n  act right   0.500   2/4\n", 2},
		{"more articles", "all 4 articles\n  act right   0.500   1/2\n", 1},
		{"a line more", want + "more\n", 3},
		{"a line less", "all 3 articles\n", 2},
	} {
		if line, different := differs(test.got, want); line != test.line || different != (test.line > 0) {
			t.Errorf("%s: got line %d, want %d", test.name, line, test.line)
		}
	}
}

func extractor(t *testing.T) *extract.Extractor {
	t.Helper()
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	x, err := extract.New(s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// measure does what the command does.
func measure(t *testing.T, articles, goldFile string) eval.Report {
	t.Helper()
	gold, err := eval.ReadGold(goldFile)
	if err != nil {
		t.Fatal(err)
	}
	x := extractor(t)
	read, err := loader.Read(t.Context(), []string{articles}, nil, loader.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var found []eval.Found
	for article, err := range read {
		if err != nil {
			t.Fatal(err)
		}
		result, _ := loader.Extract(x, &article)
		found = append(found, eval.Found{ID: article.ID, Raises: result.Raises})
	}
	if missing := eval.Missing(gold, found); len(missing) > 0 {
		t.Errorf("%s lacks %d annotated articles, the first is %q", articles, len(missing), missing[0])
	}
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	areas := map[string]string{}
	for _, issue := range s.Issues {
		areas[issue.Slug] = issue.Area
	}
	return eval.Measure(gold, found, func(issue string) string { return areas[issue] })
}
