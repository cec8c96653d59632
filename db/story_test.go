package db

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestNearCopies(t *testing.T) {
	const (
		lead = "Norway's fisheries minister urged the United Kingdom on Monday to raise the cod quota in the North Sea, saying that the stock had recovered faster than anybody had expected."
		more = "The two sides have been talking since the spring about how to share out what is caught between the Shetlands and the Norwegian coast, and neither has moved far. " +
			"A spokesman in London said the request would be studied with care, while boats in Bergen and Peterhead stayed in harbour because of a gale that was forecast to last until Thursday."
		last  = "Another round of talks is planned for next month in Oslo, when new counts of the stock are due."
		other = "Iceland's prime minister told reporters in Reykjavik that her government would not take part in the next round of mackerel talks, because the European Union had refused to accept its share. " +
			"The fish has moved north as the sea grew warmer, and Iceland now catches a sixth of it. Brussels called the announcement regrettable and said that its door remained open to everybody who bargains in good faith."
	)
	story := lead + "\n\n" + more + " " + last
	tests := []struct {
		name        string
		title1, one string
		title2, two string
		want        bool
	}{
		{"letter case, blanks and apostrophes", "Cod", story, "COD", strings.ReplaceAll(strings.ToUpper(strings.ReplaceAll(story, " ", "  ")), "'", "’"), true},
		{"another headline", "Oslo wants more cod", story, "Norway presses Britain over fish quota", story, true},
		{"dateline and agency", "Cod", story, "Cod", "BERGEN, March 3 (Wire) - " + story + " (Reporting by our staff)", true},
		{"the last sentence cut", "Cod", story, "Cod", lead + "\n\n" + more, true},
		{"a few words changed", "Cod", story, "Cod", strings.NewReplacer("urged", "asked", "with care", "carefully", "next month", "in April").Replace(story), true},
		{"the lead alone", "Cod", story, "Cod", lead, false},
		{"another story on the same", "Fish", story, "Fish", other, false},
		{"the same words in another order", "Cod", story, "Cod", shuffled(story), false},
		{"short items that differ in what they say", "Oslo", "Talks on cod were held.", "Oslo", "Talks on herring were broken off.", false},
		{"numbers", "Shares", "Net 34 cents versus 12 cents. Revenue 4.5 billion versus 3.9.", "Shares", "Net 81 cents versus 90 cents. Revenue 7.7 billion versus 8.1.", false},
		{"no words", "***", "", "+++", "", false},
		{"the same lack of words", "***", "", "***", " ", true},
		{"one word", "Cod", "", "Herring", "", false},
		{"written without blanks", "", "日本の首相は米国の大統領に関税の引き下げを強く求めた。", "", "日本の首相は米国の大統領に関税の引き下げを強く求めた", true},
		{"written without blanks, another story", "", "日本の首相は米国の大統領に関税の引き下げを強く求めた。", "", "中国の外相は欧州連合との貿易をめぐる会談を延期した。", false},
	}
	for _, test := range tests {
		first, second := Sign(test.title1, test.one), Sign(test.title2, test.two)
		if got := first.near(&second); got != test.want {
			t.Errorf("%s: got near-copies %v, want %v", test.name, got, test.want)
		}
		shared := 0
		firstKeys, secondKeys := first.Keys(), second.Keys()
		for i := range firstKeys {
			if firstKeys[i] == secondKeys[i] {
				shared++
			}
		}
		if test.want && shared == 0 {
			t.Errorf("%s: got no story key in common, want one to be found by", test.name)
		}
	}
}

func shuffled(text string) string {
	words := strings.Fields(text)
	random := rand.New(rand.NewPCG(1, 1))
	random.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return strings.Join(words, " ")
}

// families are articles in groups, each of which grew from one text by changes small and large.
func families(random *rand.Rand, count int) []Article {
	articles := make([]Article, count)
	var words []string
	for i := range articles {
		if i%9 == 0 {
			words = nil
			for range 60 {
				words = append(words, fmt.Sprint("w", random.IntN(5000)))
			}
		}
		variant := slices.Clone(words)
		for range random.IntN(8) {
			variant[random.IntN(len(variant))] = fmt.Sprint("x", random.IntN(5000))
		}
		if random.IntN(3) == 0 { // the family drifts
			words = variant
		}
		articles[i] = Article{ExternalID: fmt.Sprint("f", i), Title: "T", Text: strings.Join(variant, " "), Fingerprint: fmt.Sprint("1 ", i)}
		if day := random.IntN(30); day > 0 {
			articles[i].Published = fmt.Sprintf("2025-03-%02d", day)
		}
	}
	return articles
}

func storiesOf(t *testing.T, path string) map[string]string {
	t.Helper()
	w := mustWriter(t, path)
	defer w.Close()
	rows, err := w.storiedWhere(context.Background(), "story", allStories(t, w))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[int64]string{}
	for _, row := range rows {
		byID[row.id] = row.externalID
	}
	stories := map[string]string{}
	for _, row := range rows {
		stories[row.externalID] = byID[row.story]
	}
	return stories
}

func allStories(t *testing.T, w *Writer) []int64 {
	t.Helper()
	value, err := w.conn.one(context.Background(), "SELECT json_group_array(story) FROM articles")
	if err != nil {
		t.Fatal(err)
	}
	var stories []int64
	for text := range strings.SplitSeq(strings.Trim(value.(string), "[]"), ",") {
		var story int64
		fmt.Sscan(text, &story)
		stories = append(stories, story)
	}
	return stories
}

func mustWriter(t *testing.T, path string) *Writer {
	t.Helper()
	w, err := OpenWriter(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestStoriesAnyOrder: what comes in any order, in batches of any size, is changed and taken away again leaves the stories that the
// articles have when they come at once.
func TestStoriesAnyOrder(t *testing.T) {
	ctx := context.Background()
	random := rand.New(rand.NewPCG(7, 7))
	articles := families(random, 400)
	kept := articles[:300]
	path := filepath.Join(t.TempDir(), "at once.db")
	w := mustWriter(t, path)
	if _, err := w.PutArticles(ctx, kept); err != nil {
		t.Fatal(err)
	}
	w.Close()
	want := storiesOf(t, path)
	copies := 0
	for id, story := range want {
		if id != story {
			copies++
		}
	}
	if copies < 50 || copies > 280 {
		t.Fatalf("got %d copies of 300 articles: the test wants some, not all", copies)
	}
	for round := range 4 {
		path := filepath.Join(t.TempDir(), "graph.db")
		w := mustWriter(t, path)
		put := func(articles []Article) {
			t.Helper()
			if _, err := w.PutArticles(ctx, articles); err != nil {
				t.Fatal(err)
			}
		}
		order := slices.Clone(articles)
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i := range order { // some come with another text, or on another day, first
			switch random.IntN(6) {
			case 0:
				order[i].Text, order[i].Fingerprint = order[random.IntN(len(order))].Text, "other"
			case 1:
				order[i].Published, order[i].Fingerprint = "2025-03-31", "other"
			}
			order[i].prepared = false
		}
		size := []int{1, 7, 150, 400}[round]
		for batch := range slices.Chunk(order, size) {
			put(batch)
		}
		var gone []string
		for i := range articles[300:] {
			gone = append(gone, articles[300+i].ExternalID)
		}
		gone = append(gone, "nobody", gone[0])
		for ids := range slices.Chunk(gone, 40) {
			unknown, err := w.RemoveArticles(ctx, ids)
			if err != nil || slices.ContainsFunc(unknown, func(id string) bool { return id != "nobody" && id != gone[0] }) {
				t.Fatalf("got unknown ids %q, error %v, want at most nobody", unknown, err)
			}
		}
		again := slices.Clone(kept)
		random.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		for batch := range slices.Chunk(again, size) {
			put(batch)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got := storiesOf(t, path)
		if len(got) != len(want) {
			t.Errorf("round %d: got %d articles, want %d", round, len(got), len(want))
		}
		for id, story := range want {
			if got[id] != story {
				t.Errorf("round %d: article %s: got the story of %q, want that of %q", round, id, got[id], story)
			}
		}
		findings, err := Check(ctx, path)
		if err != nil || len(findings) > 0 {
			t.Errorf("round %d: check: got %q, %v, want nothing", round, findings, err)
		}
	}
}

func TestCheckFindsStories(t *testing.T) {
	ctx := context.Background()
	text := strings.Repeat("one two three four five six seven ", 3)
	for _, test := range []struct{ sql, want string }{
		{"UPDATE articles SET story = id, copy_of_id = NULL", "near-copies, but not of one story"},
		{"DELETE FROM story_keys WHERE key < (1 << 40)", "story_keys: "},
		{"UPDATE articles SET signature = zeroblob(64) WHERE external_id = 'b'", "is not that of its signature"},
		{"UPDATE articles SET story = (SELECT id FROM articles WHERE external_id = 'a'), copy_of_id = (SELECT id FROM articles WHERE external_id = 'a') WHERE external_id = 'c'", "no near-copies link it"},
	} {
		path := filepath.Join(t.TempDir(), "graph.db")
		w := mustWriter(t, path)
		_, err := w.PutArticles(ctx, []Article{{ExternalID: "a", Text: text}, {ExternalID: "b", Text: text}, {ExternalID: "c", Text: "Something else altogether."}})
		if err != nil {
			t.Fatal(err)
		}
		mustExec(t, w.conn, test.sql)
		w.Close()
		if findings, err := Check(ctx, path); err != nil || !strings.Contains(strings.Join(findings, "\n"), test.want) {
			t.Errorf("%s: got %q, %v, want a finding with %q", test.sql, findings, err, test.want)
		}
	}
}

func BenchmarkSign(b *testing.B) {
	text := strings.Repeat("Norway urged the United Kingdom on Monday to raise the cod quota. ", 40)
	for b.Loop() {
		Sign("Cod", text)
	}
}
