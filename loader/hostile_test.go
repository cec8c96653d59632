package loader

import (
	"bytes"
	"compress/gzip"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"demarche/db"
)

var update = flag.Bool("update", false, "write the files that tests compare with anew")

// large are hostile files that are made when they are needed: their size is what is hostile about them.
func large() map[string]string {
	good := `{"id":"%s","title":"Cod","text":"Oslo asks London for fish."}` + "\n"
	bomb := func(text string, times int) string {
		var out bytes.Buffer
		writer := gzip.NewWriter(&out)
		for range times {
			io.WriteString(writer, text)
		}
		writer.Close()
		return out.String()
	}
	zeros := strings.Repeat("\x00", 1<<20)
	return map[string]string{
		"large-endless-line.jsonl":     strings.Repeat("x", 3<<20) + "\n" + fmt.Sprintf(good, "el"),
		"large-bomb.txt.gz":            bomb(zeros, 200),
		"large-bomb.jsonl.gz":          bomb(zeros, 200),
		"large-bomb.csv.gz":            "" + bomb("title,text\n\""+zeros, 40),
		"large-bomb.zip":               archived([]string{"a.txt", "b.jsonl"}, strings.Repeat(zeros, 30), fmt.Sprintf(good, "lz")),
		"large-many-lines.jsonl":       strings.Repeat("\n", 1<<20) + fmt.Sprintf(good, "ml"),
		"large-one-element.json":       `[{"id":"big","text":"` + strings.Repeat("x", 2<<20) + `"},` + strings.TrimSpace(fmt.Sprintf(good, "after")) + "]",
		"large-endless-field.csv":      "id,text\n1,\"" + strings.Repeat("x", 2<<20) + "\"\n2,Oslo asks London\n",
		"large-many-elements.html":     "<article>" + strings.Repeat("<p>Oslo asks London, and waits.<br>", 20_000),
		"large-brackets.html":          strings.Repeat("<", 1<<19),
		"large-attributes.html":        "<p " + strings.Repeat("a=b ", 1<<17) + ">",
		"large-tables.html":            strings.Repeat("<table><tr><td>", 150) + strings.Repeat("x, y, z. ", 5000),
		"large-many-items.rss":         `<rss version="2.0"><channel>` + strings.Repeat("<item><title>T</title></item>", 1000) + "</channel></rss>",
		"large-html-in-feed.rss":       `<rss version="2.0"><channel><item><title>T</title><description>` + strings.Repeat("&lt;div&gt;", 50_000) + "</description></item></channel></rss>",
		"large-repeated-paragraph.txt": strings.Repeat("They met.\n\n", 90_000),
	}
}

// TestHostile reads every file of testdata/hostile and those of large: none may end the run, take long, or be passed over without
// a word. What became of each is written in testdata/hostile.txt.
func TestHostile(t *testing.T) {
	folder := write(t, large())
	committed, err := filepath.Glob(filepath.Join("testdata", "hostile", "*"))
	if err != nil || len(committed) < 60 {
		t.Fatalf("got %d hostile files, %v, want 60 or more", len(committed), err)
	}
	made, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	for _, path := range append(committed, made...) {
		start := time.Now()
		articles, rejects := read(t, []string{path}, "", ReadOptions{MaxRecord: 1 << 20})
		if took := time.Since(start); took > 30*time.Second {
			t.Errorf("%s took %v", path, took)
		}
		if len(articles)+len(rejects) == 0 && !strings.Contains(path, "only-header") && !strings.Contains(path, "of-nothing") { // no record, which is no fault
			t.Errorf("%s: got neither article nor reject", path)
		}
		for _, a := range articles {
			checkArticle(t, a)
		}
		fmt.Fprintf(&out, "%s: %d articles\n", filepath.Base(path), len(articles))
		for i, reject := range rejects {
			if i == 5 {
				fmt.Fprintf(&out, "\t… and %d more\n", len(rejects)-i)
				break
			}
			fmt.Fprintf(&out, "\t%s\n", strings.ReplaceAll(reject, filepath.Dir(path)+string(filepath.Separator), ""))
		}
	}
	golden := filepath.Join("testdata", "hostile.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	gotLines, wantLines := strings.Split(out.String(), "\n"), strings.Split(string(want), "\n")
	for i := range max(len(gotLines), len(wantLines)) {
		if i >= len(gotLines) || i >= len(wantLines) || gotLines[i] != wantLines[i] {
			t.Fatalf("line %d: got %q, want %q (go test -update writes testdata/hostile.txt anew)", i+1,
				gotLines[min(i, len(gotLines)-1)], wantLines[min(i, len(wantLines)-1)])
		}
	}
}

// TestLoadHostile stores what is left of the hostile files, and what stands beside them.
func TestLoadHostile(t *testing.T) {
	beside := write(t, map[string]string{"good.txt": "Oslo asks London for fish."})
	path := graphOf(t)
	articles, err := Read(context.Background(), []string{filepath.Join("testdata", "hostile"), beside}, nil, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	withWriter(t, path, func(w *db.Writer) {
		r := &run{writer: w, extractor: finder{}, versions: "1"}
		if err := r.load(context.Background(), articles); err != nil {
			t.Fatal(err)
		}
		if s := r.summary; s.Loaded < 60 || s.Rejected < 60 || s.Read != s.Loaded+s.Rejected+s.Unchanged {
			t.Errorf("got %+v, want more than 60 loaded and rejected each", s)
		}
		stored, err := w.Fingerprints(context.Background(), []string{"good.txt"})
		if err != nil || len(stored) != 1 {
			t.Errorf("got %v, %v, want the good file stored", stored, err)
		}
	})
	if findings, err := db.Check(context.Background(), path); err != nil || len(findings) > 0 {
		t.Errorf("check: got %q, %v, want nothing", findings, err)
	}
}
