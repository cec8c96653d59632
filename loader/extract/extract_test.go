package extract

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"demarche/seeds"
)

// shared is one extractor for all tests: compiling the seeds takes longer than most of them.
var shared = sync.OnceValues(func() (*Extractor, error) {
	s, err := seeds.Load()
	if err != nil {
		return nil, err
	}
	return New(s)
})

func extractor(t testing.TB) *Extractor {
	t.Helper()
	x, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// check fails if a result breaks what must always hold.
func check(t testing.TB, a Article, r Result) {
	t.Helper()
	inside := func(what string, s Span) {
		text := a.Text
		if s.Part == Title {
			text = a.Title
		}
		if s.Start < 0 || s.End > len(text) || s.Start >= s.End {
			t.Errorf("%s: span %v lies outside a part of %d bytes", what, s, len(text))
		}
	}
	for i, m := range r.Mentions {
		inside("mention of "+m.Key, m.Span)
		if i > 0 {
			if before := r.Mentions[i-1]; before.Part == m.Part && before.Start > m.Start {
				t.Errorf("mention %d begins at %d, the one before it at %d", i, m.Start, before.Start)
			}
		}
	}
	seen := map[[3]string]bool{}
	for _, raise := range r.Raises {
		if raise.By == raise.With {
			t.Errorf("%s raises %s with itself", raise.By, raise.Issue)
		}
		key := [3]string{raise.By, raise.With, raise.Issue}
		if seen[key] {
			t.Errorf("%v stands twice", key)
		}
		seen[key] = true
		if raise.Confidence <= 0 || raise.Confidence > 1 {
			t.Errorf("%v has confidence %v", key, raise.Confidence)
		}
		if len(raise.Evidence) == 0 || raise.Explanation == "" || raise.Act == "" || raise.Modality == "" {
			t.Errorf("%v lacks evidence, explanation, act or modality: %+v", key, raise)
		}
		for _, span := range raise.Evidence {
			inside("evidence", span)
		}
	}
}

func TestExtractSamples(t *testing.T) {
	x := extractor(t)
	articles, err := seeds.Articles()
	if err != nil {
		t.Fatal(err)
	}
	raises := 0
	for _, a := range articles {
		article := Article{Title: a.Title, Text: a.Text, Published: a.Published, Source: a.Source}
		got := x.Extract(article)
		check(t, article, got)
		raises += len(got.Raises)
		if again := x.Extract(article); !reflect.DeepEqual(got, again) {
			t.Errorf("%s: the second time gives another result", a.ID)
		}
	}
	if raises == 0 {
		t.Error("got no raise from the sample articles")
	}
}

// TestExtractAtOnce has several goroutines share an extractor: none may see what another is at.
func TestExtractAtOnce(t *testing.T) {
	x := extractor(t)
	articles, err := seeds.Articles()
	if err != nil {
		t.Fatal(err)
	}
	extract := func() []Result {
		var results []Result
		for _, a := range articles {
			results = append(results, x.Extract(Article{Title: a.Title, Text: a.Text, Published: a.Published, Source: a.Source}))
		}
		return results
	}
	want := extract()
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for i, got := range extract() {
				if !reflect.DeepEqual(got, want[i]) {
					t.Errorf("%s: got another result while others extract", articles[i].ID)
				}
			}
		})
	}
	readers.Wait()
}

func FuzzExtract(f *testing.F) {
	f.Add("Japan's PM meets Trump", "Prime Minister Shigeru Ishiba urged U.S. President Donald Trump to drop tariffs. “We agreed,” he said. The two leaders also discussed North Korea.", "2025-02-07")
	f.Add("XI, PUTIN AGREE", "U.S.-China talks—on A.I.—ended. \"\"\" ’s ’ U.S. U.S.-", "")
	f.Add("", "\xff\xfe the president's . . . president of of president", "0000-00-00")
	f.Fuzz(func(t *testing.T, title, text, day string) {
		x := extractor(t)
		article := Article{Title: title, Text: text, Published: day}
		got := x.Extract(article)
		check(t, article, got)
		if again := x.Extract(article); !reflect.DeepEqual(got, again) {
			t.Error("the second time gives another result")
		}
	})
}

// BenchmarkExtract reports sentences a second over the sample articles, on one core.
func BenchmarkExtract(b *testing.B) {
	x := extractor(b)
	articles, err := seeds.Articles()
	if err != nil {
		b.Fatal(err)
	}
	sentences, bytes := 0, 0
	for _, a := range articles {
		sentences += len(x.lexicon.words.split(Text, a.Text)) + 1
		bytes += len(a.Text)
	}
	b.SetBytes(int64(bytes))
	for b.Loop() {
		for _, a := range articles {
			x.Extract(Article{Title: a.Title, Text: a.Text, Published: a.Published})
		}
	}
	b.ReportMetric(float64(sentences)*float64(b.N)/b.Elapsed().Seconds(), "sentences/s")
}

// understood returns the blocks of a text as the extractor reads them.
func understood(t *testing.T, a Article) *document {
	t.Helper()
	return extractor(t).understand(a)
}

// parties returns what each mention of an article stands for: "JP:Shigeru Ishiba" for words that name a party.
func parties(d *document) []string {
	var out []string
	for _, b := range d.blocks {
		for _, m := range b.mentions {
			party := m.party
			if len(m.parties) > 0 {
				party = strings.Join(m.parties, "+")
			}
			out = append(out, party+":"+written(b.tokens[m.first:m.last]))
		}
	}
	return out
}

func TestMentions(t *testing.T) {
	tests := []struct {
		name string
		Article
		want string
	}{
		{"names and adjectives", Article{Text: "Japan asked Chinese officials and the UK."}, "JP:Japan|CN:Chinese officials|GB:UK"},
		{"capitals and seats", Article{Text: "Beijing answered the White House, and the Kremlin followed."}, "CN:Beijing|US:White House|RU:Kremlin"},
		{"office with a name", Article{Text: "Japanese Prime Minister Shigeru Ishiba spoke.", Published: "2025-02-07"}, "JP:Japanese Prime Minister Shigeru Ishiba"},
		{"surname after the name", Article{Text: "Shigeru Ishiba spoke. Ishiba left.", Published: "2025-02-07"}, "JP:Shigeru Ishiba|JP:Ishiba"},
		{"office of", Article{Text: "The Prime Minister of Japan spoke.", Published: "2025-02-07"}, "JP:Prime Minister of Japan"},
		{"somebody introduced", Article{Text: "Iranian spokesman Esmaeil Baghaei spoke. Baghaei added more."}, "IR:Iranian spokesman Esmaeil Baghaei|IR:Baghaei"},
		{"introduced behind", Article{Text: "Rosa Weber, Germany's chief negotiator, spoke. Weber left."}, "DE:Rosa Weber|DE:Germany's chief negotiator|DE:Weber"},
		{"wife of a leader", Article{Text: "On Monday Brigitte Macron visited a school.", Published: "2024-05-01"}, ""},
		{"former leader", Article{Text: "Former Japanese prime minister Taro Sato wrote a book."}, ":Japanese prime minister Taro Sato"},
		{"two leaders", Article{Text: "Japan met China. The two leaders discussed trade."}, "JP:Japan|CN:China|JP+CN:The two leaders"},
		{"pronoun", Article{Text: "Shigeru Ishiba spoke. He urged China to talk.", Published: "2025-02-07"}, "JP:Shigeru Ishiba|JP:He|CN:China"},
		{"she is not he", Article{Text: "Sanae Takaichi met Lee Jae Myung. She spoke.", Published: "2025-11-02"}, "JP:Sanae Takaichi|KR:Lee Jae Myung|JP:She"},
		{"hyphens", Article{Text: "U.S.-China talks began."}, "US:U.S.|CN:China"},
		{"a newspaper", Article{Text: "The Washington Post and the Jerusalem Post wrote."}, ""},
		{"where a firm sits", Article{Text: "A London-based bank opened."}, ":London"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := strings.Join(parties(understood(t, test.Article)), "|"); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
