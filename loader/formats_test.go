package loader

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// archived packs files into an archive, in the order of the names given.
func archived(names []string, contents ...string) string {
	var out bytes.Buffer
	writer := zip.NewWriter(&out)
	for i, name := range names {
		entry, _ := writer.Create(name)
		io.WriteString(entry, contents[i])
	}
	writer.Close()
	return out.String()
}

func encoded(t testing.TB, encoder interface{ String(string) (string, error) }, text string) string {
	t.Helper()
	out, err := encoder.String(text)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

const page = `<!DOCTYPE html><html lang="en"><head><title>Cod Talks | Paper</title>
<link rel="canonical" href="https://example.org/cod">
<meta property="og:site_name" content="The Paper"><meta property="og:title" content="Cod Talks">
<meta property="article:published_time" content="2025-02-07T09:30:00+09:00"></head><body>
<nav><a href="/">Home</a> <a href="/a">News</a></nav>
<article><h1>Cod Talks</h1>
<p>Norway urged the United Kingdom on Monday to <b>raise</b> the fishing quota, and both sides said that the talks, which began in the spring, would go on for as long as they must.</p>
<p>The minister spoke after a long day of talks in the harbour town, where boats lay idle, nets hung dry and fishermen waited for a word from the hall.</p><script>alert("no text")</script>
<p>A further round is planned, as the minister said, for the coming month, when the stock of the cod will have been counted anew by both of the institutes.</p>
</article><footer>All rights reserved</footer></body></html>`

const rss = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>Paper &amp; Ink</title><language>en</language>
<item><title>Cod &amp; chips</title><link>https://example.org/1</link><guid>g1</guid><pubDate>Fri, 07 Feb 2025 09:30:00 GMT</pubDate>
<description>In short.</description><content:encoded><![CDATA[<p>Oslo asks London&nbsp;for fish.</p><p>It waits.</p>]]></content:encoded></item>
<item><title>Herring</title><link>https://example.org/2</link><description>&lt;p&gt;Nobody spoke&lt;br&gt;of it.&lt;/p&gt;</description></item>
<item></item></channel></rss>`

func TestReadFormats(t *testing.T) {
	const cafe = "Café talks on “fish” go on – for now, as Müller said."
	tests := []struct {
		file, content string
		want          []Article // File is filled in
		rejects       []string  // without the folder
	}{
		{
			"a.csv", "\ufeffID,Title,text,published,extra\r\n1,\"A, \"\"quoted\"\" one\",\"two\r\nlines\",2025-02-07,x\r\n\r\n2,B,b,,\r\n3,C\r\n4,D,d,someday,y",
			[]Article{
				{ID: "1", Title: `A, "quoted" one`, Text: "two\r\nlines", Published: "2025-02-07", Line: 2},
				{ID: "2", Title: "B", Text: "b", Line: 5},
				{ID: "4", Title: "D", Text: "d", Line: 7, Warnings: "a.csv:7: warning: the date \"someday\" cannot be read: stored without one\n"},
			}, []string{"a.csv:6: 2 fields, but the header has 5"},
		},
		{
			"semicolons.csv", "title;text\nA;x, y\n", []Article{{ID: "semicolons.csv#" + hash12("A", "x, y"), Title: "A", Text: "x, y", Line: 2}}, nil,
		},
		{
			"open.csv", "id,title\n1,A\n2,\"never closed\n3,C\n4,D\n", []Article{{ID: "1", Title: "A", Line: 2}, {ID: "3", Title: "C", Line: 4}, {ID: "4", Title: "D", Line: 5}},
			[]string{"open.csv:3: a quotation mark is opened here and never closed"},
		},
		{"head.csv", "a,b\n1,2\n", nil, []string{"head.csv: the header has no column title or text: want a first row that names some of id, title, text, summary, published, source, url, language"}},
		{"twice.csv", "title,Title\n1,2\n", nil, []string{"twice.csv: the header names the column title twice"}},
		{"latin.csv", encoded(t, charmap.Windows1252.NewEncoder(), "id,text\n1,\""+cafe+"\""), []Article{{ID: "1", Text: cafe, Line: 2}}, nil},
		{
			"a.json", "[\n {\"id\":1,\"title\":\"A, ] }\"},\n {\"id\":2,\"title\":broken},\n {\"id\":3,\"text\":\"\\\"\"}\n]\n",
			[]Article{{ID: "1", Title: "A, ] }", Line: 2}, {ID: "3", Text: `"`, Line: 4}},
			[]string{"a.json:3: broken JSON at byte 17: invalid character 'b' looking for beginning of value"},
		},
		{"none.json", "[]", nil, nil},
		{"cut.json", `[{"id":1,"title":"A"},{"id":2`, []Article{{ID: "1", Title: "A", Line: 1}}, []string{"cut.json:1: cut off: the array is not closed; what stands behind this place is not read"}},
		{"lines.json", "{\"title\":\"A\"}\n{\"title\":\"B\"}", nil, []string{"lines.json: broken JSON at byte 15: invalid character '{' after top-level value; name a file of one record a line .jsonl"}},
		{"object.json", `{"title":"A"}`, nil, []string{"object.json: neither an array of records nor a JSON Feed with items"}},
		{
			"feed.json", `{"version":"https://jsonfeed.org/version/1.1","title":"Paper","language":"en","items":[{"id":"x","title":"T","content_html":"<p>One.<p>Two.","date_published":"2025-02-07T10:00:00Z","url":"https://example.org/x"},5]}`,
			[]Article{{ID: "x", Title: "T", Text: "One.\n\nTwo.", Published: "2025-02-07", Source: "Paper", Language: "en", URL: "https://example.org/x"}},
			[]string{"feed.json: a record must be a JSON object, not a number"},
		},
		{
			"a.html", page, []Article{{
				ID: "a.html", Title: "Cod Talks", URL: "https://example.org/cod", Source: "The Paper", Published: "2025-02-07", Language: "en",
				Text: "Norway urged the United Kingdom on Monday to raise the fishing quota, and both sides said that the talks, which began in the spring, would go on for as long as they must.\n\n" +
					"The minister spoke after a long day of talks in the harbour town, where boats lay idle, nets hung dry and fishermen waited for a word from the hall.\n\n" +
					"A further round is planned, as the minister said, for the coming month, when the stock of the cod will have been counted anew by both of the institutes.",
			}}, nil,
		},
		{"blank.html", "<html><head><title>T</title></head><body><img src=x></body></html>", nil, []string{"blank.html: no readable text in the page"}},
		{"deep.html", strings.Repeat("<div>", 100_000), nil, []string{"deep.html: the page cannot be parsed: html: open stack of elements exceeds 512 nodes"}},
		{
			"a.rss", rss, []Article{
				{ID: "g1", Title: "Cod & chips", Summary: "In short.", Text: "Oslo asks London\u00a0for fish.\n\nIt waits.", URL: "https://example.org/1", Source: "Paper & Ink", Published: "2025-02-07", Language: "en"},
				{ID: "https://example.org/2", Title: "Herring", Text: "Nobody spoke\nof it.", URL: "https://example.org/2", Source: "Paper & Ink", Language: "en"},
			}, []string{"a.rss: neither title nor text"},
		},
		{
			"a.atom", `<feed xmlns="http://www.w3.org/2005/Atom"><title>P</title><entry><id>tag:1</id><title>T</title><updated>2025-02-07T01:00:00Z</updated><content type="html">&lt;p&gt;x &amp;amp; y&lt;/p&gt;</content></entry></feed>`,
			[]Article{{ID: "tag:1", Title: "T", Text: "x & y", Source: "P", Published: "2025-02-07"}}, nil,
		},
		{
			"latin.xml", encoded(t, charmap.ISO8859_1.NewEncoder(), `<?xml version="1.0" encoding="ISO-8859-1"?><rss version="2.0"><channel><item><guid>1</guid><title>Café</title></item></channel></rss>`),
			[]Article{{ID: "1", Title: "Café"}}, nil,
		},
		{"other.xml", "<note><to>you</to></note>", nil, []string{"other.xml: neither RSS nor Atom"}},
		{"deep.xml", "<rss><channel>" + strings.Repeat("<a>", 1_000_000), nil, []string{"deep.xml: elements are nested more than 500 deep"}},
		{
			"a.zip", archived([]string{"x/a.txt", "b.jsonl", "c.png", "__MACOSX/a.txt", "empty.md"}, "They met.", `{"id":"b","title":"B"}`+"\nbroken", "", "no", ""),
			[]Article{{ID: "a.zip/x/a.txt", Text: "They met.", File: "a.zip/x/a.txt"}, {ID: "b", Title: "B", File: "a.zip/b.jsonl", Line: 1}},
			[]string{"a.zip/b.jsonl:2: broken JSON at byte 1: invalid character 'b' looking for beginning of value", "a.zip/empty.md: neither title nor text"},
		},
		{"pictures.zip", archived([]string{"c.png"}, ""), nil, []string{"pictures.zip: no file in the archive that load takes: " + kinds}},
		{"not.zip", "text", nil, []string{"not.zip: damaged: no list of files at the end of the archive"}},
		{"latin.txt", encoded(t, charmap.Windows1252.NewEncoder(), cafe), []Article{{ID: "latin.txt", Text: cafe}}, nil},
		{"wide.txt", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), cafe), []Article{{ID: "wide.txt", Text: cafe}}, nil},
		{"bare.txt", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), cafe), []Article{{ID: "bare.txt", Text: cafe}}, nil},
		{"wide.jsonl", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), `{"id":"1","text":"é"}`), []Article{{ID: "1", Text: "é", Line: 1}}, nil},
		{"damaged.txt", cafe + "\xe9", []Article{{ID: "damaged.txt", Text: cafe + "\ufffd"}}, nil},
		{
			"sjis.txt", encoded(t, japanese.ShiftJIS.NewEncoder(), strings.Repeat("日本の首相はきのう、関税について話した。", 8)),
			[]Article{{ID: "sjis.txt", Text: strings.Repeat("日本の首相はきのう、関税について話した。", 8)}}, nil,
		},
	}
	for _, test := range tests {
		t.Run(test.file, func(t *testing.T) {
			folder := write(t, map[string]string{test.file: test.content})
			articles, rejects := read(t, []string{filepath.Join(folder, test.file)}, "", ReadOptions{})
			if len(articles) != len(test.want) {
				t.Fatalf("got %d articles %+v, rejects %q, want %d", len(articles), articles, rejects, len(test.want))
			}
			for i, got := range articles {
				want := test.want[i]
				if want.File == "" {
					want.File = test.file
				}
				want.File = filepath.Join(folder, want.File)
				got.Warnings = strings.ReplaceAll(got.Warnings, folder+string(filepath.Separator), "")
				if got != want {
					t.Errorf("article %d: got\n%+v\nwant\n%+v", i, got, want)
				}
			}
			for i := range rejects {
				rejects[i] = strings.TrimPrefix(rejects[i], folder+string(filepath.Separator))
			}
			if got, want := strings.Join(rejects, "\n"), strings.Join(test.rejects, "\n"); got != want {
				t.Errorf("got rejects\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestReadURL(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answers := map[string][2]string{
			"/feed":      {"application/rss+xml", rss},
			"/page":      {"text/html; charset=utf-8", strings.Replace(page, `<link rel="canonical" href="https://example.org/cod">`, "", 1)},
			"/list.csv":  {"text/plain", "id,title\n1,A\n"},
			"/photo.png": {"image/png", "x"},
		}
		answer, found := answers[r.URL.Path]
		if !found {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", answer[0])
		io.WriteString(w, answer[1])
	}))
	defer server.Close()
	tests := []struct{ path, wantID, wantReject string }{
		{"/feed", "g1", server.URL + "/feed: neither title nor text"},
		{"/page", server.URL + "/page", ""},
		{"/list.csv", "1", ""},
		{"/photo.png", "", server.URL + `/photo.png: the server answers with "image/png": load takes pages, feeds, records and plain text`},
		{"/gone", "", server.URL + "/gone: the server answers 404 Not Found"},
	}
	for _, test := range tests {
		articles, rejects := read(t, []string{server.URL + test.path}, "", ReadOptions{})
		id := ""
		if len(articles) > 0 {
			id = articles[0].ID
		}
		if got := strings.Join(rejects, "\n"); id != test.wantID || got != test.wantReject {
			t.Errorf("%s: got first id %q, rejects %q, want %q and %q", test.path, id, got, test.wantID, test.wantReject)
		}
	}
	if articles, _ := read(t, []string{server.URL + "/page"}, "", ReadOptions{}); len(articles) == 1 && articles[0].URL != server.URL+"/page" {
		t.Errorf("got URL %q, want the address", articles[0].URL)
	}
}

// fuzzFormat feeds one format.
func fuzzFormat(f *testing.F, extension string, seeds ...string) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, content string) {
		s := &source{
			input: input{path: "a" + extension, id: "a", format: formats()[extension]}, options: ReadOptions{MaxRecord: 4096},
			yield: func(a Article, err error) bool {
				if err == nil {
					checkArticle(t, a)
				}
				return true
			},
		}
		metered := &meteredReader{ctx: context.Background(), reader: strings.NewReader(content), progress: &progress{}}
		if err := s.consume(metered); err != nil && readableError(err) == "" {
			t.Errorf("got an error without words: %v", err)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	fuzzFormat(f, ".csv", "id,title,text\n1,a,b\n", "title;text\r\n\"a\"\"\";\"b\n\"", "\"title\n", "text\n\"x", "a\n")
}

func FuzzReadJSON(f *testing.F) {
	fuzzFormat(f, ".json", `[{"id":1,"title":"x"},{}]`, `{"items":[{"content_html":"<p>x"}]}`, "[", "[,]", `["\"`, "[]x")
}

func FuzzReadHTML(f *testing.F) { fuzzFormat(f, ".html", page, "<p>x", "<table><p>", "\xff\xfe<") }

func FuzzReadFeed(f *testing.F) {
	fuzzFormat(f, ".xml", rss, "<rss>", `<feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>`, "<?xml encoding='x'?><rss/>")
}

func FuzzReadZip(f *testing.F) {
	f.Add([]byte(archived([]string{"a.txt"}, "x")))
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(write(t, map[string]string{"a.zip": string(content)}), "a.zip")
		articles, rejects := read(t, []string{path}, "", ReadOptions{MaxRecord: 4096})
		if len(articles)+len(rejects) == 0 {
			t.Errorf("got neither article nor reject of %d bytes", len(content))
		}
		for _, a := range articles {
			checkArticle(t, a)
		}
	})
}
