package extract

import (
	"slices"
	"testing"
)

func TestLearnActs(t *testing.T) {
	deeds := []Deed{
		{"Norway urged Iceland to cut its mackerel quota.", "Norway", "Iceland"},
		{"On Monday Peru urged Chile to reopen the pass.", "Peru", "Chile"},
		{"Ghana has urged Togo to share its records.", "Ghana", "Togo"},
		{"Iceland condemned Norway over the seizure of a trawler.", "Iceland", "Norway"},
		{"Chile was condemned by Peru for the closure.", "Peru", "Chile"},
		{"Togo strongly condemned Ghana.", "Togo", "Ghana"},
		{"Kenya sent grain to Sudan.", "Kenya", "Sudan"},
		{"Relief was sent to Chad by a donor.", "an actor", "Chad"},
	}
	acts := []string{"REQUEST", "REQUEST", "REQUEST", "ACCUSE", "ACCUSE", "ACCUSE", "AID", "AID"}
	tests := []struct {
		name string
		deed Deed
		want string
	}{
		{"active", Deed{"Malta urged Italy to take in the ship.", "Malta", "Italy"}, "REQUEST"},
		{"inflected", Deed{"Malta is urging Italy to wait.", "Malta", "Italy"}, "REQUEST"},
		{"passive", Deed{"Italy was condemned by Malta.", "Malta", "Italy"}, "ACCUSE"},
		{"irregular", Deed{"Malta sends blankets to Libya.", "Malta", "Libya"}, "AID"},
		{"nobody named", Deed{"Blankets were sent on Friday.", "an actor", "a recipient"}, "AID"},
		{"empty", Deed{}, ""}, // any of the acts, and no panic
	}
	x := extractor(t)
	model, again := x.LearnActs(deeds, acts), x.LearnActs(deeds, acts)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := model.Act(test.deed)
			if test.want != "" && got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
			if !slices.Contains(acts, got) {
				t.Errorf("got %q, want one of the acts that were learned", got)
			}
		})
	}
	if !slices.Equal(model.learner.weights, again.learner.weights) {
		t.Error("the same deeds gave two models")
	}
	if got := x.LearnActs(nil, nil).Act(deeds[0]); got != "" {
		t.Errorf("a model that learned from nothing: got %q, want none", got)
	}
}

func TestZone(t *testing.T) {
	sentence := "Today Norway urged Iceland again."
	tokens := newVocabulary().tokenize(sentence)
	source, target := runOf(sentence, "Norway", tokens), runOf(sentence, "Iceland", tokens)
	want := []string{"before source", "source", "between", "target", "behind target"}
	for i, w := range want {
		if got := zone(i, source, target); got != w {
			t.Errorf("%s: got %s, want %s", tokens[i].text, got, w)
		}
	}
	if got := runOf(sentence, "an actor", tokens); !got.empty() {
		t.Errorf("a phrase that is not in the sentence: got %v, want none", got)
	}
}

func TestStem(t *testing.T) {
	for _, row := range [][]string{
		{"warn", "warned", "warns", "warning"}, {"deny", "denied", "denies", "denying"}, {"ban", "banned", "banning", "bans"},
		{"urge", "urged", "urges", "urging"}, {"send", "sent", "sends"}, {"talk", "talks"},
	} {
		for _, word := range row[1:] {
			if got, want := stem(word), stem(row[0]); got != want {
				t.Errorf("%s: got %s, want %s as of %s", word, got, want, row[0])
			}
		}
	}
}
