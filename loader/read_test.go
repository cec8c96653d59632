package loader

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// read gives the articles of paths, and the rejects as lines.
func read(t *testing.T, paths []string, stdin string, options ReadOptions) (articles []Article, rejects []string) {
	t.Helper()
	sequence, err := Read(context.Background(), paths, strings.NewReader(stdin), options)
	if err != nil {
		t.Fatal(err)
	}
	for a, err := range sequence {
		var reject *Reject
		switch {
		case errors.As(err, &reject):
			rejects = append(rejects, reject.Error())
		case err != nil:
			t.Fatal(err)
		default:
			articles = append(articles, a)
		}
	}
	return articles, rejects
}

// write puts files into a new folder and gives its path.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func gzipped(text string) string {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	io.WriteString(writer, text)
	writer.Close()
	return out.String()
}

func hash12(title, text string) string {
	sum := sha256.Sum256([]byte(title + "\n" + text))
	return hex.EncodeToString(sum[:])[:12]
}

func TestReadDocument(t *testing.T) {
	const (
		lead       = "Two ministers met over fish."
		title      = "Ministers Meet Over Fish"
		standfirst = "The quota is the sore point."
		first      = "The Norwegian minister asked her British colleague for a larger quota on Monday."
		second     = "He promised an answer by spring, and both went out for a walk along the harbour."
	)
	tests := []struct {
		name, body                       string
		wantTitle, wantSummary, wantText string
	}{
		{
			"lead, title, title again, standfirst, repeated paragraphs",
			lead + "\n" + title + "\n\n" + title + "\n" + standfirst + "\n" + first + "\n" + second + "\n" + first + "\n" + second,
			title, standfirst, lead + "\n\n" + standfirst + "\n\n" + first + "\n\n" + second,
		},
		{
			"title twice at once, without a lead",
			title + "\n\n" + title + "\n" + standfirst + "\n" + first,
			title, standfirst, standfirst + "\n\n" + first,
		},
		{
			"title that ends as a sentence, repeated at once",
			lead + "\nThey met.\n\nThey met.\n" + standfirst + "\n" + first,
			"They met.", standfirst, lead + "\n\n" + standfirst + "\n\n" + first,
		},
		{
			"title, lead, title again",
			title + "\n" + lead + "\n" + title + "\n" + standfirst + "\n" + first,
			title, standfirst, lead + "\n\n" + standfirst + "\n\n" + first,
		},
		{
			"repeated title in other letters",
			"MINISTERS MEET  OVER FISH\nMinisters Meet Over Fish\n" + standfirst + "\n" + first,
			"MINISTERS MEET  OVER FISH", standfirst, standfirst + "\n\n" + first,
		},
		{
			"what follows the title is the only paragraph: no standfirst",
			title + "\n" + title + "\n" + first,
			title, "", first,
		},
		{
			"what follows the title is too long for a standfirst",
			title + "\n" + title + "\n" + strings.Repeat(first+" ", 6) + "\n" + second,
			title, "", strings.TrimSpace(strings.Repeat(first+" ", 6)) + "\n\n" + second,
		},
		{"short first line", title + "\n\n" + first + "\n" + second, title, "", first + "\n\n" + second},
		{"question as title", "Who gets the fish?\n" + first, "Who gets the fish?", "", first},
		{"no title", first + "\n" + second, "", "", first + "\n\n" + second},
		{"a sentence is no title", lead + "\n" + second, "", "", lead + "\n\n" + second},
		{"one line alone is text", title, "", "", title},
		{"nothing", " \n\n\t\n", "", "", ""},
		{
			"lines broken to a width stay together",
			"Fish\n\nThe Norwegian minister asked her British\ncolleague for a larger quota on Monday, and\nhe promised an answer by the spring, when\nthe next talks are due.\n\nBoth went out.",
			"Fish", "",
			"The Norwegian minister asked her British\ncolleague for a larger quota on Monday, and\nhe promised an answer by the spring, when\nthe next talks are due.\n\nBoth went out.",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			title, summary, text := readDocument(test.body, "", "")
			if title != test.wantTitle {
				t.Errorf("title: got %q, want %q", title, test.wantTitle)
			}
			if summary != test.wantSummary {
				t.Errorf("summary: got %q, want %q", summary, test.wantSummary)
			}
			if text != test.wantText {
				t.Errorf("text: got %q, want %q", text, test.wantText)
			}
		})
	}
}

func TestReadNotesOneFilePassedOver(t *testing.T) {
	for name, test := range map[string]struct{ path, want string }{
		"folder":  {write(t, map[string]string{"a.txt": "They met.", "b.png": "\x89PNG"}), "1 file of another kind passed over: load takes " + kinds},
		"archive": {filepath.Join(write(t, map[string]string{"a.zip": archived([]string{"a.txt", "b.png"}, "They met.", "no")}), "a.zip"), "/a.zip: 1 file of another kind passed over"},
	} {
		t.Run(name, func(t *testing.T) {
			var notes []string
			read(t, []string{test.path}, "", ReadOptions{Note: func(note string) { notes = append(notes, note) }})
			if len(notes) != 1 || !strings.HasSuffix(notes[0], test.want) {
				t.Errorf("got notes %q, want one that ends in %q", notes, test.want)
			}
		})
	}
}

func TestReadFolder(t *testing.T) {
	folder := write(t, map[string]string{
		"b.txt":           "Second File\nIts text is short.",
		"a/one.md":        "---\ntitle: \"Front: matter\"\npublished: February 7, 2025\nsource: The Paper\nurl: https://example.org/1\ntags:\n  - x\n---\n\n# Front: matter\n\nBody *as is*.\n\nBody *as is*.\n",
		"a/two.jsonl.gz":  gzipped("{\"id\":7,\"title\":\"T\",\"text\":\" as it came \\r\\n\",\"unknown\":[1]}\n\n{\"title\":\"U\",\"text\":\"x\"}\r\n"),
		"a/three.JSONL":   "\ufeff{\"url\":\"http://example.org/3\",\"text\":\"only text\",\"language\":\"en\"}",
		"a/photo.png":     "\x89PNG",
		".hidden/x.txt":   "never read",
		"c.txt.gz":        gzipped("\ufeffThird File\r\n\r\nIts text\r\nhas lines.\r\n"),
		"z/untouched.pdf": "%PDF",
	})
	var notes []string
	articles, rejects := read(t, []string{folder}, "", ReadOptions{IDPrefix: "p:", Note: func(note string) { notes = append(notes, note) }})
	if len(rejects) > 0 {
		t.Errorf("got rejects %q, want none", rejects)
	}
	if len(notes) != 1 || !strings.HasPrefix(notes[0], "2 files of other kinds passed over") {
		t.Errorf("got notes %q, want one on 2 files", notes)
	}
	want := []Article{
		{ID: "p:a/one.md", Title: "Front: matter", Text: "Body *as is*.\n\nBody *as is*.", URL: "https://example.org/1", Source: "The Paper", Published: "2025-02-07", File: "a/one.md"},
		{ID: "p:http://example.org/3", Text: "only text", URL: "http://example.org/3", Language: "en", File: "a/three.JSONL", Line: 1},
		{ID: "p:7", Title: "T", Text: " as it came \r\n", File: "a/two.jsonl.gz", Line: 1},
		{ID: "p:a/two.jsonl#" + hash12("U", "x"), Title: "U", Text: "x", File: "a/two.jsonl.gz", Line: 3},
		{ID: "p:b.txt", Title: "Second File", Text: "Its text is short.", File: "b.txt"},
		{ID: "p:c.txt", Title: "Third File", Text: "Its text\n\nhas lines.", File: "c.txt.gz"},
	}
	if len(articles) != len(want) {
		t.Fatalf("got %d articles %+v, want %d", len(articles), articles, len(want))
	}
	for i, got := range articles {
		want[i].File = filepath.Join(folder, filepath.FromSlash(want[i].File))
		if got != want[i] {
			t.Errorf("article %d: got %+v, want %+v", i, got, want[i])
		}
	}

	named, _ := read(t, []string{filepath.Join(folder, "c.txt.gz")}, "", ReadOptions{})
	if len(named) != 1 || named[0].ID != "c.txt" {
		t.Errorf("file named outright: got %+v, want the id c.txt", named)
	}
}

func TestReadStdin(t *testing.T) {
	tests := []struct {
		name, stdin, wantID, wantTitle, wantPlace string
	}{
		{"records", " \n{\"id\":\"a\",\"title\":\"T\"}", "a", "T", "stdin:2"},
		{"record without id", `{"title":"T","text":"x"}`, "stdin#" + hash12("T", "x"), "T", "stdin:1"},
		{"plain text", "\n\nFish Wars\n\nThey met.\n", "stdin#" + hash12("Fish Wars", "They met."), "Fish Wars", "stdin"},
		{"zipped", gzipped(`{"id":"z","title":"T"}`), "z", "T", "stdin:1"},
		{"front matter", "---\ntitle: F\nid: own\n---\nThey met.", "own", "F", "stdin"},
		{"rule of dashes", "---\nThey met.\n---\nThey parted.", "stdin#" + hash12("", "---\n\nThey met.\n\n---\n\nThey parted."), "", "stdin"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			articles, rejects := read(t, []string{"-"}, test.stdin, ReadOptions{})
			if len(articles) != 1 || len(rejects) != 0 {
				t.Fatalf("got articles %+v, rejects %q, want one article", articles, rejects)
			}
			if a := articles[0]; a.ID != test.wantID || a.Title != test.wantTitle || a.Place() != test.wantPlace {
				t.Errorf("got id %q, title %q, place %q, want %q, %q, %q", a.ID, a.Title, a.Place(), test.wantID, test.wantTitle, test.wantPlace)
			}
		})
	}
}

func TestReadRejects(t *testing.T) {
	good := `{"id":"good","title":"T","text":"x"}`
	tests := []struct {
		file, content string
		want          []string // rejects, without the folder
		articles      int
	}{
		{"broken.jsonl", good + "\n{\"id\":\n" + good, []string{"broken.jsonl:2: broken JSON: the record ends early"}, 2},
		{"tail.jsonl", good + "}\n" + good, []string{"tail.jsonl:1: broken JSON at byte 37: invalid character '}' after top-level value"}, 1},
		{"list.jsonl", "[1]\n3\n\"x\"\nnull\n" + good, []string{
			"list.jsonl:1: a record must be a JSON object, not an array",
			"list.jsonl:2: a record must be a JSON object, not a number",
			"list.jsonl:3: a record must be a JSON object, not a string",
			"list.jsonl:4: neither title nor text",
		}, 1},
		{"types.jsonl", `{"title":5}` + "\n" + `{"text":["x"]}` + "\n" + `{"id":true,"text":"x"}` + "\n" + `{"id":null,"title":null,"text":"x","published":null}`, []string{
			"types.jsonl:1: title must be a string, not a number",
			"types.jsonl:2: text must be a string, not an array",
			"types.jsonl:3: id and published must be a string or a number",
		}, 1},
		{"empty.jsonl", `{"id":"e","title":" ","text":"\n"}`, []string{"empty.jsonl:1: neither title nor text"}, 0},
		{"long.jsonl", good + "\n{\"id\":\"long\",\"text\":\"" + strings.Repeat("x", 300_000) + "\"}\n" + good, []string{"long.jsonl:2: larger than 1000 bytes: raise --max-record to take it"}, 2},
		{"endless.jsonl", strings.Repeat("x", 300_000), []string{"endless.jsonl:1: larger than 1000 bytes: raise --max-record to take it"}, 0},
		{"deep.jsonl", good + "\n" + strings.Repeat("[", 900), []string{"deep.jsonl:2: broken JSON: the record ends early"}, 1},
		{"long.txt", strings.Repeat("word ", 300), []string{"long.txt: larger than 1000 bytes: raise --max-record to take it"}, 0},
		{"bomb.txt.gz", gzipped(strings.Repeat("word ", 1_000_000)), []string{"bomb.txt.gz: larger than 1000 bytes: raise --max-record to take it"}, 0},
		{"blank.txt", " \r\n\t\n", []string{"blank.txt: neither title nor text"}, 0},
		{"zero.md", "", []string{"zero.md: neither title nor text"}, 0},
		{"zero.txt.gz", "", []string{"zero.txt.gz: cut off: the compressed data ends early"}, 0},
		{"not.jsonl.gz", good, []string{"not.jsonl.gz: not a gzip file, whatever its name says"}, 0},
		{"cut.txt.gz", gzipped(strings.Repeat("They met. ", 50))[:30], []string{"cut.txt.gz: cut off: the compressed data ends early"}, 0},
		{"cut.jsonl.gz", gzipped(good + "\n" + good)[:len(gzipped(good+"\n"+good))-8], []string{"cut.jsonl.gz:2: cut off: the compressed data ends early"}, 1},
		{"paper.pdf", "%PDF", []string{"paper.pdf: unknown kind of file: load takes .txt, .md, .html, .jsonl, .json, .csv, .xml, .rss and .atom files, also gzipped (.gz) or in a .zip"}, 0},
		{"none", "text", []string{"none: unknown kind of file: load takes .txt, .md, .html, .jsonl, .json, .csv, .xml, .rss and .atom files, also gzipped (.gz) or in a .zip"}, 0},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			folder := write(t, map[string]string{test.file: test.content})
			articles, rejects := read(t, []string{filepath.Join(folder, test.file)}, "", ReadOptions{MaxRecord: 1000})
			if len(articles) != test.articles {
				t.Errorf("got %d articles, want %d", len(articles), test.articles)
			}
			for i := range rejects {
				rejects[i] = strings.TrimPrefix(rejects[i], folder+string(filepath.Separator))
			}
			if got, want := strings.Join(rejects, "\n"), strings.Join(test.want, "\n"); got != want {
				t.Errorf("got rejects\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestReadMissingPath(t *testing.T) {
	folder := write(t, map[string]string{"a.txt": "They met."})
	_, err := Read(context.Background(), []string{folder, filepath.Join(folder, "b.txt")}, nil, ReadOptions{})
	if err == nil || !strings.Contains(err.Error(), "b.txt: no such file or folder: check the path") {
		t.Errorf("got error %v, want one that names b.txt", err)
	}
}

func TestReadCleans(t *testing.T) {
	articles, rejects := read(t, []string{"-"}, "{\"id\":\"a\\u0000b\",\"title\":\"bad \xff byte\",\"text\":\"nul \\u0000 bell \\u0007 pair \\ud83d\\ude00 lone \\ud83d\",\"url\":\"ftp://example.org\",\"published\":\"some day\",\"source\":\" S \"}", ReadOptions{})
	if len(rejects) > 0 || len(articles) != 1 {
		t.Fatalf("got %+v, rejects %q, want one article", articles, rejects)
	}
	want := Article{
		ID: "a\ufffdb", Title: "bad \ufffd byte", Text: "nul \ufffd bell \a pair 😀 lone \ufffd", Source: "S",
		File: "stdin", Line: 1, Warnings: "stdin:1: warning: the date \"some day\" cannot be read: stored without one\n",
	}
	if articles[0] != want {
		t.Errorf("got %+v, want %+v", articles[0], want)
	}
}

// TestReadWarns: what was meant otherwise, by the look of it, is said with its place, and what is meant so is not.
func TestReadWarns(t *testing.T) {
	const text = "Oslo asks London for fish, which is short."
	tests := []struct {
		name, file, content  string
		published, wantTitle string
		warnings             []string // without the folder
	}{
		{"today", "a.md", "---\npublished: 2025-06-01\n---\n" + text, "2025-06-01", "", nil},
		{"tomorrow", "a.md", "---\npublished: 2025-06-02\n---\n" + text, "2025-06-02", "", nil},
		{"the day after", "a.jsonl", `{"text":"x","published":"3 June 2025"}`, "", "", []string{`a.jsonl:1: warning: the date "3 June 2025" lies in the future: stored without one`}},
		{"2099", "a.csv", "text,published\nx,2025-06-01\ny,2099-01-01\n", "2025-06-01", "", []string{`a.csv:3: warning: the date "2099-01-01" lies in the future: stored without one`}},
		{"no date", "a.txt", "---\ndate: soon\x07\n---\n" + text, "", "", []string{`a.txt: warning: the date "soon\a" cannot be read: stored without one`}},

		{"a long one", "a.jsonl", `{"text":"x","published":"` + strings.Repeat("9", 1000) + `"}`, "", "", []string{
			`a.jsonl:1: warning: the date "` + strings.Repeat("9", 60) + `" cannot be read: stored without one`}},

		{"a slip in a key", "a.txt", "---\ntitle: Fish\npublishd: 2024-01-01\n---\n" + text, "", "Fish", []string{
			`a.txt:3: warning: the head line "publishd" is not known and left out: did you mean published?`}},
		{"letters that changed places", "a.md", "---\nTitel: Fish\nsuorce: AP\n---\n" + text, "", "", []string{
			`a.md:2: warning: the head line "Titel" is not known and left out: did you mean title?`,
			`a.md:3: warning: the head line "suorce" is not known and left out: did you mean source?`}},
		{"other keys", "a.md", "---\ntitle: Fish\nauthor: A\ntags: [x]\nlayout: post\nslug: f\nuri: x\nis: 1\n---\n" + text, "", "Fish", nil},
		{"not closed", "a.md", "---\ntitle: Fish\npublishd: 2024-01-01\n\n" + text, "", "", []string{
			"a.md:1: warning: the head lines that begin here are read as text: put a line of three dashes behind them"}},
		{"not opened", "a.txt", "title: Fish\npublished: 2024-01-01\n---\n" + text, "", "title: Fish", []string{
			"a.txt:1: warning: what looks like head lines is read as text: put a line of three dashes before and behind them"}},
		{"a rule", "a.md", "---\nNorway: no fish.\n" + text, "", "", nil},
		{"a dateline", "a.md", "Source: a minister\n\n" + text, "", "", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			folder := write(t, map[string]string{test.file: test.content})
			articles, rejects := read(t, []string{filepath.Join(folder, test.file)}, "", ReadOptions{Latest: "2025-06-02"})
			if len(rejects) > 0 || len(articles) == 0 {
				t.Fatalf("got %+v, rejects %q", articles, rejects)
			}
			if a := articles[0]; a.Published != test.published || test.wantTitle != "" && a.Title != test.wantTitle {
				t.Errorf("got title %q, published %q, want %q, %q", a.Title, a.Published, test.wantTitle, test.published)
			}
			var got []string
			for _, a := range articles {
				for line := range strings.Lines(a.Warnings) {
					got = append(got, strings.TrimSuffix(strings.ReplaceAll(line, folder+string(filepath.Separator), ""), "\n"))
				}
			}
			if !slices.Equal(got, test.warnings) {
				t.Errorf("got warnings\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(test.warnings, "\n"))
			}
		})
	}
	articles, _ := read(t, []string{"-"}, `{"text":"x","published":"2099-01-01"}`, ReadOptions{})
	if len(articles) != 1 || articles[0].Published != "2099-01-01" {
		t.Errorf("got %+v where no day is the latest, want the date as it is", articles)
	}
}

func TestAbsoluteURL(t *testing.T) {
	tests := []struct{ text, want string }{
		{" https://example.org/a?b=c ", "https://example.org/a?b=c"},
		{"HTTP://EXAMPLE.ORG", "HTTP://EXAMPLE.ORG"},
		{"example.org/a", ""}, {"/a", ""}, {"mailto:a@example.org", ""}, {"https://", ""}, {"http://a b/", ""}, {"", ""},
	}
	for _, test := range tests {
		if got := absoluteURL(test.text); got != test.want {
			t.Errorf("absoluteURL(%q): got %q, want %q", test.text, got, test.want)
		}
	}
}

func TestReadProgress(t *testing.T) {
	folder := write(t, map[string]string{"a.txt": "They met.", "b.jsonl": `{"text":"x"}`})
	var done, total int64
	read(t, []string{folder}, "", ReadOptions{Progress: func(d, t int64) { done, total = d, t }})
	if want := int64(len("They met.") + len(`{"text":"x"}`)); done != want || total != want {
		t.Errorf("got %d of %d bytes, want %d of %d", done, total, want, want)
	}
}

func TestReadStops(t *testing.T) {
	articles, err := Read(context.Background(), []string{"-", "-"}, strings.NewReader(strings.Repeat("{\"text\":\"x\"}\nbroken\n", 10)), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for range articles {
		if seen++; seen == 2 { // at a reject: the iterator must not go on by itself
			break
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	articles, err = Read(ctx, []string{"-"}, strings.NewReader(strings.Repeat("{\"text\":\"x\"}\n", 100_000)), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range articles {
		cancel()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("cancelled: got %v at the end, want %v", last, context.Canceled)
	}
}

// The two documents that the project started from, where they are at hand.
func TestReadSampleDocuments(t *testing.T) {
	tests := []struct{ file, title, summary string }{
		{"000_f66b042ad377ffc7.txt", "Japan's Prime Minister Aims for Strategic Reassurance from Trump", "As Shigeru Ishiba prepares"},
		{"002_cab5698163f2d8f8.txt", "Japan's PM Aims to Build Personal Ties with Trump During White House Visit", "Shigeru Ishiba's visit to the White House"},
	}
	for _, test := range tests {
		path := filepath.Join("..", "..", "shared", "samples", test.file)
		if _, err := os.Stat(path); err != nil {
			t.Skip("the sample documents are not here: they come with ../shared")
		}
		articles, rejects := read(t, []string{path}, "", ReadOptions{})
		if len(articles) != 1 || len(rejects) > 0 {
			t.Fatalf("%s: got %d articles, rejects %q, want 1 article", test.file, len(articles), rejects)
		}
		a := articles[0]
		if a.ID != test.file || a.Title != test.title || !strings.HasPrefix(a.Summary, test.summary) {
			t.Errorf("got id %q, title %q, summary %q, want %q, %q, %q…", a.ID, a.Title, a.Summary, test.file, test.title, test.summary)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(raw)) {
			want := 1
			if line = strings.TrimSpace(line); line == "" || line == test.title {
				want = 0
			}
			if got := strings.Count(a.Text, line); line != "" && got != want {
				t.Errorf("%s: %.40q stands %d times in the text, want %d", test.file, line, got, want)
			}
		}
	}
}

func FuzzReadPlain(f *testing.F) {
	for _, seed := range []string{"", "Title\nTitle\n\nText.", "---\ntitle: x\n---\ny", "a\r\nb\rc", "\xff\x00", "# Head\n\nbody", "---\n---\n---"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"a.txt", "a.md"} {
			articles, rejects := read(t, []string{filepath.Join(write(t, map[string]string{name: text}), name)}, "", ReadOptions{})
			if len(articles)+len(rejects) != 1 {
				t.Fatalf("got %d articles and %d rejects, want one of either", len(articles), len(rejects))
			}
			for _, a := range articles {
				checkArticle(t, a)
			}
		}
	})
}

func FuzzReadJSONL(f *testing.F) {
	const most = 256 // bytes of a record
	for _, seed := range []string{"", "{}", `{"id":1,"title":"x","published":20250207}`, "{\"text\":\"\\u0000\xff\"}\n\n[", "\ufeff{\"text\":\"x\"}\r\n", "\x1f\x8b", strings.Repeat("\r", most+1) + "\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		path := filepath.Join(write(t, map[string]string{"a.jsonl": text}), "a.jsonl")
		articles, rejects := read(t, []string{path}, "", ReadOptions{MaxRecord: most})
		if zipped := strings.HasPrefix(text, "\x1f\x8b"); !zipped {
			records := 0
			for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
				// What is longer than a record may be is refused before anybody sees that it is blank.
				if strings.Trim(line, " \t\r\n\v\f\u0085\u00a0") != "" || len(line) > most {
					records++
				}
			}
			if got := len(articles) + len(rejects); got > records {
				t.Errorf("got %d articles and rejects of %d records", got, records)
			}
		}
		for _, a := range articles {
			checkArticle(t, a)
		}
	})
}

// checkArticle checks what must hold of every article that is read.
func checkArticle(t *testing.T, a Article) {
	t.Helper()
	if strings.TrimSpace(a.ID) == "" || strings.TrimSpace(a.Title+a.Text) == "" {
		t.Errorf("got %+v, want an id, and title or text", a)
	}
	for _, field := range []string{a.ID, a.Title, a.Summary, a.Text, a.URL, a.Source, a.Published, a.Language} {
		if !utf8.ValidString(field) || strings.Contains(field, "\x00") {
			t.Errorf("got %q, want valid UTF-8 without NUL", field)
		}
	}
}
