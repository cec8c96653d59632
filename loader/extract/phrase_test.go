package extract

import "testing"

func TestInflections(t *testing.T) {
	tests := map[string][]string{
		"urge":      {"urge", "urges", "urged", "urging"},
		"agree":     {"agree", "agrees", "agreed", "agreeing"},
		"ban":       {"ban", "bans", "banned", "banning"},
		"meet with": {"meet with", "meets with", "met with", "meeting with"},
		"deny":      {"deny", "denies", "denied", "denying"},
		"cut":       {"cut", "cuts", "cutting"},
		"press":     {"press", "presses", "pressed", "pressing"},
		"speak":     {"speaks", "spoke", "spoken", "speaking"},
	}
	for lemma, want := range tests {
		got := inflections(lemma)
		for _, form := range want {
			if _, ok := got[form]; !ok {
				t.Errorf("%s: got %v, want %q among them", lemma, got, form)
			}
		}
	}
}

func TestPhrases(t *testing.T) {
	words := vocabulary{}
	p := newPhrases[string](words, beginsIssue)
	p.add("sanction*", "prefix")
	p.add("export control/controls", "either")
	p.add("free _ deal", "any")
	p.done()
	tests := map[string]string{
		"sanctions":           "prefix",
		"export controls now": "either",
		"export duties":       "",
		"free trade deal":     "any",
		"free deal":           "",
	}
	for text, want := range tests {
		got := ""
		p.at(words.tokenize(text), 0, func(_ int, value string) bool { got = value; return false })
		if got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
