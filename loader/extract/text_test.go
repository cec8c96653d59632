package extract

import (
	"strings"
	"testing"
)

func TestSplit(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"abbreviations", "Mr. Trump met U.S. officials on Jan. 5. He left.", []string{"Mr. Trump met U.S. officials on Jan. 5.", "He left."}},
		{"country at the end", "It was signed by the U.S. The deal holds.", []string{"It was signed by the U.S.", "The deal holds."}},
		{"country before a name", "The U.S. State Department spoke.", []string{"The U.S. State Department spoke."}},
		{"quote closes after the stop", `"We agree." He nodded.`, []string{`"We agree."`, "He nodded."}},
		{"curly quote", "“We agree.” Japan nodded.", []string{"“We agree.”", "Japan nodded."}},
		{"initials", "George W. Bush and John F. Kennedy spoke. They met.", []string{"George W. Bush and John F. Kennedy spoke.", "They met."}},
		{"numbers", "Tariffs rose 2.5 percent to $1.2 trillion. China objected.", []string{"Tariffs rose 2.5 percent to $1.2 trillion.", "China objected."}},
		{"line break", "Agenda\nJapan will raise tariffs.", []string{"Agenda", "Japan will raise tariffs."}},
		{"line that goes on", "Japan will raise\ntariffs. China will not.", []string{"Japan will raise\ntariffs.", "China will not."}},
		{"question", "Will they meet? Yes.", []string{"Will they meet?", "Yes."}},
		{"no stop", "no stop at all", []string{"no stop at all"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, s := range newVocabulary().split(Text, test.text) {
				got = append(got, test.text[s.span.Start:s.span.End])
			}
			if strings.Join(got, "|") != strings.Join(test.want, "|") {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTokenize(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Japan's U.S.-made cease-fire", "Japan|'s|U.S.|-|made|cease-fire"},
		{"the states’ rights", "the|states|’|rights"},
		{"don't 1,000.5% G7", "don't|1,000.5|%|G7"},
		{"Xi–Trump talks (AI)", "Xi|–|Trump|talks|(|AI|)"},
	}
	for _, test := range tests {
		var got []string
		for _, tok := range newVocabulary().tokenize(test.text) {
			got = append(got, tok.text)
		}
		if strings.Join(got, "|") != test.want {
			t.Errorf("%q: got %q, want %q", test.text, got, test.want)
		}
	}
}
