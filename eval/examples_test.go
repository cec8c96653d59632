package eval

import (
	"compress/gzip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"demarche/loader/extract"
	"demarche/seeds"
)

// TestExamples reads evidence that the annotation holds itself, and such of which it holds the place.
func TestExamples(t *testing.T) {
	folder := t.TempDir()
	articles, gold := filepath.Join(folder, "articles.jsonl.gz"), filepath.Join(folder, "gold.jsonl")
	file, err := os.Create(articles)
	if err != nil {
		t.Fatal(err)
	}
	zipped := gzip.NewWriter(file)
	text := `{"id":"two","title":"Ça va: talks","text":"Über alles. They met.","published":"2024-05-01"}
{"id":"nobody annotated this","title":"T","text":"X"}
{"id":"one","title":"of the unseen part","text":"X"}
`
	if _, err := zipped.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	for _, closer := range []func() error{zipped.Close, file.Close} {
		if err := closer(); err != nil {
			t.Fatal(err)
		}
	}
	raise := `{"by":"JP","with":"US","issue":"tariffs","act":"REQUEST","modality":"ASSERTED","speaker":null,`
	for _, test := range []struct{ raise, want, fault string }{
		{`"evidence":"They met."`, "They met.", ""},
		{`"part":"text","start":12,"end":21`, "They met.", ""},
		{`"part":"title","start":0,"end":6`, "Ça va:", ""},
		{`"part":"text","start":12,"end":22`, "", `the annotation of "two": place 12 to 22 of a text of 21 code points`},
		{`"part":"text","start":3,"end":3`, "", "place 3 to 3"},
		{`"part":"text","start":-1,"end":3`, "", "place -1 to 3"},
		{`"part":"body","start":0,"end":3`, "", `part "body": want "title" or "text"`},
	} {
		line := `{"id":"two","raises":[` + raise + test.raise + `}]}` + "\n" + `{"id":"one","raises":[]}` + "\n"
		if err := os.WriteFile(gold, []byte(line), 0o600); err != nil {
			t.Fatal(err)
		}
		examples, err := Examples(articles, gold)
		if test.fault != "" {
			if err == nil || !strings.Contains(err.Error(), test.fault) {
				t.Errorf("%s: got error %v, want %q", test.raise, err, test.fault)
			}
			continue
		}
		if err != nil || len(examples) != 1 || examples[0].ID != "two" || len(examples[0].Raises) != 1 {
			t.Errorf("%s: got %v, error %v; want the one article that is annotated and seen", test.raise, examples, err)
		} else if got := examples[0].Raises[0].Evidence; got != test.want {
			t.Errorf("%s: got evidence %q, want %q", test.raise, got, test.want)
		}
	}
}

// TestTrainGold holds the project's own annotation to its form: codes, issues, acts and modalities that there are, two parties to a
// raise, none twice, a place for each, and nothing of the articles' texts.
func TestTrainGold(t *testing.T) {
	rows, err := ReadGold("train-gold.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	s, err := seeds.Load()
	if err != nil {
		t.Fatal(err)
	}
	parties, issues := map[string]bool{"OTHER-ORG": true}, map[string]bool{}
	for _, c := range s.Countries {
		parties[c.Code] = true
	}
	for _, o := range s.Organizations {
		parties[Party(o.Code)] = true
	}
	for _, i := range s.Issues {
		issues[i.Slug] = true
	}
	acts := set("CONSULT REQUEST AGREE SUPPORT COOPERATE AID CONCEDE ACCUSE REJECT THREATEN SANCTION PROTEST RETREAT MOBILIZE COERCE ASSAULT")
	modalities := set("ASSERTED FUTURE HYPOTHETICAL NEGATED HISTORICAL")
	raises := 0
	for _, row := range rows {
		known := map[[3]string]bool{}
		for _, r := range row.Raises {
			raises++
			key := [3]string{r.By, r.With, r.Issue}
			switch {
			case !parties[r.By] || !parties[r.With]:
				t.Errorf("%s: parties %s and %s: want codes of seeds/", row.ID, r.By, r.With)
			case !issues[r.Issue] || !acts[r.Act] || !modalities[r.Modality]:
				t.Errorf("%s: %s %s %s: want an issue, an act and a modality that there are", row.ID, r.Issue, r.Act, r.Modality)
			case known[key]:
				t.Errorf("%s: %v stands twice", row.ID, key)
			case r.Evidence != "" || r.Part != "title" && r.Part != "text" || r.Start < 0 || r.Start >= r.End:
				t.Errorf("%s: %v: want the place of its evidence, and no text", row.ID, key)
			}
			known[key] = true
		}
	}
	if len(rows) < 4000 || raises < 15000 {
		t.Errorf("got %d articles and %d raises, want those that the weights were learned from", len(rows), raises)
	}
}

func set(words string) map[string]bool {
	all := map[string]bool{}
	for _, word := range strings.Fields(words) {
		all[word] = true
	}
	return all
}

// TestCopies wants a text that has a good part of another to be told, and one that has a sentence in common not to be.
func TestCopies(t *testing.T) {
	words := func(from, to int) string {
		var all []string
		for i := from; i < to; i++ {
			all = append(all, strconv.Itoa(i))
		}
		return strings.Join(all, " ")
	}
	unseen := filepath.Join(t.TempDir(), "articles.jsonl")
	if err := os.WriteFile(unseen, []byte(`{"id":"one","title":"of the unseen part","text":"`+words(1000, 1100)+`"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	copies := Copies{}
	copies.Add(words(0, 100))
	if err := copies.AddAll(unseen); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		words(0, 100):                          true,
		words(50, 75) + " " + words(200, 275):  true,
		words(90, 100) + " " + words(200, 290): false,
		words(200, 300):                        false,
		words(1000, 1100):                      true,
		"":                                     false,
	} {
		if got := copies.Hold(text); got != want {
			t.Errorf("%.40q: got %t, want %t", text, got, want)
		}
	}
	n := 0
	if err := Articles(unseen, func(extract.Article) { n++ }); err != nil || n > 0 {
		t.Errorf("%d articles of the unseen part were given, error %v", n, err)
	}
}
