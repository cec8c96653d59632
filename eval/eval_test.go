package eval

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"demarche/loader/extract"
)

// areas of the issues that these tests speak of.
func testArea(issue string) string {
	if issue == "tariffs" || issue == "trade" {
		return "trade"
	}
	return issue
}

// smallGold and smallFound are five articles: "one" is of the unseen part, "four" and "six" are silent, and of
// "five" nothing was read.
func smallGold() []Gold {
	return []Gold{
		{ID: "two", Raises: []GoldRaise{
			{By: "JP", With: "US", Issue: "tariffs", Act: "REQUEST", Modality: "ASSERTED"},
			{By: "US", With: "JP", Issue: "tariffs", Act: "CONSULT", Modality: "ASSERTED"},
			{By: "JP", With: "OTHER-ORG", Issue: "trade", Act: "AGREE", Modality: "FUTURE"},
		}},
		{ID: "four"},
		{ID: "one", Raises: []GoldRaise{{By: "CN", With: "JP", Issue: "fisheries", Act: "ACCUSE", Modality: "HISTORICAL", Evidence: "secret"}}},
		{ID: "five", Raises: []GoldRaise{{By: "GB", With: "FR", Issue: "migration", Act: "REQUEST", Modality: "ASSERTED"}}},
		{ID: "six"},
	}
}

func smallFound() []Found {
	raise := func(by, with, issue, act, modality, rule string, confidence float64) extract.Raise {
		return extract.Raise{By: by, With: with, Issue: issue, Act: act, Modality: modality, Rule: rule, Confidence: confidence}
	}
	return []Found{
		{ID: "two", Raises: []extract.Raise{
			raise("JP", "US", "tariffs", "REQUEST", "ASSERTED", "verb-object", 1),
			raise("US", "JP", "trade", "CONSULT", "ASSERTED", "listed", 0.4),
			// The annotation does not tell these two apart, and the likelier of them stands for both.
			raise("JP", "OSCE", "trade", "REJECT", "ASSERTED", "listed", 0.3),
			raise("JP", "IAEA", "trade", "AGREE", "FUTURE", "verb-object", 0.6),
		}},
		{ID: "four", Raises: []extract.Raise{raise("KR", "KP", "missile-launches", "ACCUSE", "ASSERTED", "listed", 0.2)}},
		{ID: "one", Raises: []extract.Raise{raise("CN", "JP", "fisheries", "REQUEST", "ASSERTED", "verb-object", 0.75)}},
		{ID: "six"},
		{ID: "nobody annotated this", Raises: []extract.Raise{raise("US", "CN", "trade", "ACCUSE", "ASSERTED", "listed", 0.9)}},
	}
}

func TestMeasure(t *testing.T) {
	r := Measure(smallGold(), smallFound(), testArea)
	for _, test := range []struct {
		name      string
		got, want any
	}{
		{"articles", r.All.Articles, 5},
		{"seen articles", r.Seen.Articles, 4},
		{"unseen articles", r.Unseen.Articles, 1},
		{"triples", r.All.Triples, Score{Hits: 3, Found: 5, Gold: 5}},
		{"triples by area", r.All.AreaTriples, Score{Hits: 4, Found: 5, Gold: 5}},
		{"pairs", r.All.Pairs, Score{Hits: 4, Found: 5, Gold: 5}},
		{"issues", r.All.Issues, Score{Hits: 3, Found: 4, Gold: 4}},
		{"act", r.All.Act, Share{Of: 3, Right: 2}},
		{"modality", r.All.Modality, Share{Of: 3, Right: 2}},
		{"silent", r.All.Silent, Share{Of: 2, Right: 1}},
		{"seen triples", r.Seen.Triples, Score{Hits: 2, Found: 4, Gold: 4}},
		{"unseen triples", r.Unseen.Triples, Score{Hits: 1, Found: 1, Gold: 1}},
		{"areas", r.All.Areas, map[string]Score{
			"trade": {Hits: 2, Found: 3, Gold: 3}, "fisheries": {Hits: 1, Found: 1, Gold: 1},
			"migration": {Gold: 1}, "missile-launches": {Found: 1},
		}},
		{"acts", r.All.Acts, map[string]Share{"REQUEST": {Of: 1, Right: 1}, "AGREE": {Of: 1, Right: 1}, "ACCUSE": {Of: 1}}},
		{"rules", r.All.Rules, map[string]Share{"verb-object": {Of: 3, Right: 3}, "listed": {Of: 2}}},
		{"surest bin", r.All.Calibration[9], Bin{From: 0.9, Of: 1, Right: 1, Confidence: 1}},
		{"bin of 0.2", r.All.Calibration[2], Bin{From: 0.2, Of: 1, Confidence: 0.2}},
	} {
		if !reflect.DeepEqual(test.got, test.want) {
			t.Errorf("%s: got %+v, want %+v", test.name, test.got, test.want)
		}
	}
	// |1-1|, 0.4-0, 1-0.6, 0.2-0 and 1-0.75, each of one raise in five.
	if got, want := r.All.CalibrationError, 0.25; math.Abs(got-want) > 1e-9 {
		t.Errorf("calibration error: got %v, want %v", got, want)
	}
	if got, want := r.All.Triples.Precision(), 0.6; got != want {
		t.Errorf("precision: got %v, want %v", got, want)
	}
}

func TestScoreOfNothing(t *testing.T) {
	r := Measure(nil, nil, testArea)
	if got := [...]float64{r.All.Triples.Precision(), r.All.Triples.Recall(), r.All.Triples.F1(), r.All.Act.Value(), r.All.CalibrationError}; got != [5]float64{} {
		t.Errorf("got %v, want zeros", got)
	}
}

func TestMissing(t *testing.T) {
	if got, want := Missing(smallGold(), smallFound()), []string{"five"}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestParty(t *testing.T) {
	for code, want := range map[string]string{"JP": "JP", "EU": "EU", "G7": "G7", "NATO": "NATO", "AFU": "AFU", "OSCE": "OTHER-ORG", "IAEA": "OTHER-ORG"} {
		if got := Party(code); got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
}

func TestUnseen(t *testing.T) {
	// SHA-256 of "one" and "three" leave 0 mod 3, of "two" and "four" 1, of "five" 2.
	for id, want := range map[string]bool{"one": true, "three": true, "two": false, "four": false, "five": false} {
		if got := Unseen(id); got != want {
			t.Errorf("%s: got %v, want %v", id, got, want)
		}
	}
}

func TestWorst(t *testing.T) {
	worst := Worst(smallGold(), smallFound(), 100)
	var ids []string
	var out bytes.Buffer
	for _, m := range worst {
		ids = append(ids, m.ID)
		m.Print(&out)
	}
	if want := []string{"two", "five", "four"}; !reflect.DeepEqual(ids, want) {
		t.Errorf("got %v, want %v: most mistakes first, none of the unseen part", ids, want)
	}
	if strings.Contains(out.String(), "secret") {
		t.Errorf("got a sentence of the unseen part in %s", out.String())
	}
	if got := Worst(smallGold(), smallFound(), 1); len(got) != 1 || len(got[0].Missed) != 1 || len(got[0].Wrong) != 1 {
		t.Errorf("got %+v, want the worst article alone, with one raise missed and one wrong", got)
	}
}

func TestPrintShowsNoUnseenDetail(t *testing.T) {
	var out, summary bytes.Buffer
	r := Measure(smallGold(), smallFound(), testArea)
	r.Print(&out)
	r.PrintSummary(&summary)
	for _, want := range []string{"all 5 articles\n", "seen part, 4 articles\n", "unseen part, 1 articles\n"} {
		if !strings.Contains(out.String(), want) || !strings.Contains(summary.String(), want) {
			t.Errorf("got no line %q", want)
		}
	}
	if !strings.Contains(out.String(), "  by, with, issue            0.600     0.600     0.600   3/5/5\n") {
		t.Errorf("got no line of triples in:\n%s", out.String())
	}
	if strings.Contains(summary.String(), "by rule") {
		t.Error("the summary has details")
	}
}

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gold.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadGold(t *testing.T) {
	path := write(t, `{"id": "a", "raises": [{"by": "JP", "with": "US", "issue": "tariffs", "speaker": null}]}`+"\n\n"+`{"id": "b", "raises": []}`+"\n")
	got, err := ReadGold(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []Gold{{ID: "a", Raises: []GoldRaise{{By: "JP", With: "US", Issue: "tariffs"}}}, {ID: "b", Raises: []GoldRaise{}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestReadGoldErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"broken", `{"id": "a", "raises": []}` + "\n" + `{"id":`, "gold.jsonl:2: unexpected end of JSON input: want one JSON object a line"},
		{"no object", `[1]`, "gold.jsonl:1: "},
		{"no id", `{"raises": []}`, `gold.jsonl:1: no "id": want {"id": …, "raises": […]}`},
		{"twice", `{"id": "a"}` + "\n" + `{"id": "a"}`, `gold.jsonl:2: article "a" is annotated twice`},
		{"no issue", `{"id": "a", "raises": [{"by": "JP", "with": "US"}]}`, `gold.jsonl:1: article "a" has a raise by "JP" with "US" on "": want two different parties and an issue`},
		{"with itself", `{"id": "a", "raises": [{"by": "JP", "with": "JP", "issue": "trade"}]}`, "want two different parties"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := ReadGold(write(t, test.text))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q in it", err, test.want)
			}
		})
	}
	if _, err := ReadGold("absent.jsonl"); err == nil {
		t.Error("got no error for a file that is not there")
	}
}

func TestExamplesLeaveTheUnseenOut(t *testing.T) {
	articles := write(t, `{"id": "one", "title": "1", "text": "x"}`+"\n"+`{"id": "two", "title": "2", "text": "y", "published": "2025-01-02"}`+"\n"+`{"id": "other", "text": "z"}`)
	gold := write(t, `{"id": "one", "raises": []}`+"\n"+`{"id": "two", "raises": [{"by": "JP", "with": "US", "issue": "trade", "act": "AGREE", "modality": "FUTURE", "evidence": "y"}]}`)
	got, err := Examples(articles, gold)
	if err != nil {
		t.Fatal(err)
	}
	want := []extract.Example{{
		ID: "two", Article: extract.Article{Title: "2", Text: "y", Published: "2025-01-02"},
		Raises: []extract.Annotated{{By: "JP", With: "US", Issue: "trade", Act: "AGREE", Modality: "FUTURE", Evidence: "y"}},
	}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestCompareActs(t *testing.T) {
	rows := []ActSentence{{Act: "AID"}, {Act: "AID"}, {Act: "YIELD"}, {Act: "ACCUSE"}}
	got := compareActs(rows, []string{"AID", "YIELD", "YIELD", "AID"})
	want := ActReport{
		Sentences: Share{Of: 4, Right: 2},
		Acts: map[string]Score{
			"AID": {Hits: 1, Found: 2, Gold: 2}, "YIELD": {Hits: 1, Found: 2, Gold: 1}, "ACCUSE": {Gold: 1},
		},
		MacroF1: (1.0/2 + 2.0/3 + 0) / 3,
	}
	if math.Abs(got.MacroF1-want.MacroF1) > 1e-9 {
		t.Errorf("macro-F1: got %v, want %v", got.MacroF1, want.MacroF1)
	}
	got.MacroF1 = want.MacroF1
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestReadActs(t *testing.T) {
	got, err := ReadActs(write(t, `{"id": "a", "sentence": "Peru freed a pilot.", "source": "Peru", "target": "a pilot", "act": "CONCEDE", "quad": 1}`+"\n"+
		`{"id": "b", "sentence": "Troops left.", "source": "Troops", "target": "", "act": "RETREAT"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []ActSentence{{"a", "Peru freed a pilot.", "Peru", "a pilot", "YIELD"}, {"b", "Troops left.", "Troops", "", "YIELD"}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if _, err := ReadActs(write(t, `{"id": "a"}`)); err == nil || !strings.Contains(err.Error(), "gold.jsonl:1: want an object with id, sentence") {
		t.Errorf("got %v, want file, line and what is wanted", err)
	}
}
