package extract

import (
	"slices"
	"testing"
)

// TestCues wants words that are spelled as a cue to be one only where they stand as its verb or its noun.
func TestCues(t *testing.T) {
	tests := map[string][]string{ // acts and words
		"Iran told state television that both states share values":    {"CONSULT told", "CONSULT share"},
		"Poland states that its close friends take place":             {"CONSULT states"},
		"Japan will close its borders in order to free the hostages":  {"SANCTION close", "CONCEDE free"},
		"The ministry urges China and the leaders press Iran":         {"REQUEST urges", "REQUEST press"},
		"Their shared goal is peace in the disputed region":           nil,
		"Britain shared the plan with France and disputed its price":  {"CONSULT shared", "REJECT disputed"},
		"Canada backs Ukraine and came back home":                     {"SUPPORT backs"},
		"The minister's sharp reprimand of Israel and a call on Iran": {"ACCUSE reprimand", "REQUEST call"},
		"Members of the board signed the order":                       {"AGREE signed"},
	}
	l := extractor(t).lexicon
	for sentence, want := range tests {
		tokens := l.words.tokenize(sentence)
		var got []string
		for _, c := range l.findCues(tokens) {
			got = append(got, c.cue.act+" "+written(tokens[c.first:c.last]))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", sentence, got, want)
		}
	}
}

// TestCircumstances wants a noun that tells when or why not to be what the subject before it does.
func TestCircumstances(t *testing.T) {
	for text, want := range map[string]bool{
		"Ukraine has throughout the war sought help from China.": false,
		"France condemned Syria over the attack on Israel.":      false,
		"Ukraine launched a war on China.":                       true,
		"France carried out an attack on Israel.":                true,
	} {
		d := extractor(t).understand(Article{Text: text, Published: "2024-05-01"})
		got := false
		for _, f := range d.blocks[0].frames {
			got = got || f.cue.act == "ASSAULT" && f.subject >= 0
		}
		if got != want {
			t.Errorf("%s: the noun has a subject: %t, want %t", text, got, want)
		}
	}
}
