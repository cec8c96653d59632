package extract

import (
	"strings"
	"testing"
)

func TestVocabulary(t *testing.T) {
	tests := []struct {
		word string
		in   wordSet
		not  wordSet
	}{
		{"Said", sayVerbs, talkWords},
		{"Monday", calendar | commonWords, sayVerbs},
		{"o’clock", 0, ^wordSet(0)},
		{"to", prepositions | auxiliaries, sayVerbs},
	}
	words := newVocabulary()
	for _, test := range tests {
		tokens := words.tokenize(test.word)
		if len(tokens) != 1 {
			t.Fatalf("%q: got %d tokens, want one", test.word, len(tokens))
		}
		if got := tokens[0].sets; got&test.in != test.in || got&test.not != 0 {
			t.Errorf("%q: got sets %b, want all of %b and none of %b", test.word, got, test.in, test.not)
		}
	}
}

// TestWordLists fails on a word that no token can be: tokens are looked up in lower case and with straight apostrophes.
func TestWordLists(t *testing.T) {
	for set, list := range wordLists {
		if set&(set-1) != 0 || set >= beginsName {
			t.Errorf("the list %.20q… is not that of one set", list)
		}
		for _, word := range strings.Fields(list) {
			if folded := fold(word); folded != word {
				t.Errorf("%q is never found: tokens are looked up as %q", word, folded)
			}
		}
	}
}
