package extract

import (
	"slices"
	"strings"
)

// findIssues finds the cues of issues; of cues of one issue that overlap, the heaviest stands.
func (l *lexicon) findIssues(tokens []token) []issueHit {
	var hits []issueHit
	for i := range tokens {
		if !tokens[i].isWord() && tokens[i].class != number {
			continue
		}
		l.issues.at(tokens, i, func(n int, cue issueCue) bool {
			for j, h := range hits {
				if h.issue == cue.issue && h.last > i {
					if cue.weight > h.weight {
						hits[j] = issueHit{i, i + n, cue.issue, cue.weight}
					}
					return true
				}
			}
			hits = append(hits, issueHit{i, i + n, cue.issue, cue.weight})
			return true
		})
	}
	return hits
}

type issueHit struct {
	first, last int
	issue       string
	weight      float64
}

// cueHit is a cue of an act.
type cueHit struct {
	first, last  int
	cue          actCue
	passive      bool
	negated      bool
	future       bool
	hypothetical bool
}

// findCues finds the cues of acts, the longest at each place.
//
// A verb that is capitalised within a sentence of small letters is part of a name: "Armed Forces".
func (l *lexicon) findCues(tokens []token) []cueHit {
	var hits []cueHit
	small, words := 0, 0
	for _, t := range tokens {
		if t.isWord() {
			words++
			if t.class == lowerWord {
				small++
			}
		}
	}
	for i := 0; i < len(tokens); i++ {
		if !tokens[i].isWord() {
			continue
		}
		longest := 0
		from := len(hits)
		named := i > 0 && small*2 > words && tokens[i-1].isWord()
		l.acts.at(tokens, i, func(n int, cue actCue) bool {
			if n < longest || cue.form != nounForm && named && tokens[i].class == capitalWord || !standsAs(tokens, i, n, &cue) {
				return true
			}
			if n > longest {
				hits, longest = hits[:from], n
			}
			// A verb and a noun of one spelling ("support", "call"): what stands before decides.
			if n == longest && len(hits) > from {
				if nominal := nominal(tokens, i); (cue.form == nounForm) != nominal {
					return true
				} else if (hits[len(hits)-1].cue.form == nounForm) != nominal {
					hits = hits[:from]
				} else if hits[len(hits)-1].cue.act == cue.act {
					// Two patterns of one verb: both count.
					merged := &hits[len(hits)-1].cue
					merged.mutual, merged.objects = merged.mutual || cue.mutual, merged.objects || cue.objects
					merged.after = append(merged.after[:len(merged.after):len(merged.after)], cue.after...)
					return true
				} else if !slices.Contains(cue.after, at(tokens, i+n).lower) {
					return true
				} else {
					// Two acts of one verb: the word behind it decides, "called on" against "called".
					hits = hits[:from]
				}
			}
			hits = append(hits, newCueHit(tokens, i, i+n, cue))
			return true
		})
		if longest > 0 {
			i += longest - 1
		}
	}
	return hits
}

// standsAs reports whether the n words at i that are spelled as a cue can be one there.
func standsAs(tokens []token, i, n int, cue *actCue) bool {
	before := at(tokens, i-1)
	atNoun := before.in(nounLeads) || before.class == possessive
	switch cue.form {
	case pastForm:
		// "their shared values", "the disputed region": that qualifies a noun.
		if next := at(tokens, i+n); next.class != lowerWord || next.in(prepositions|toBe) || next.lower == "and" || next.lower == "that" || strings.HasSuffix(next.lower, "ly") {
			return true
		}
		return !atNoun
	case baseForm, presentForm:
		// A noun of that spelling has a row of its own.
		return !atNoun && (!tokens[i].in(seldomVerbs) || verbal(tokens, i, cue.form))
	}
	return true
}

// verbal reports whether the word at i stands where a verb would.
func verbal(tokens []token, i int, form verbForm) bool {
	before := at(tokens, i-1)
	if strings.HasSuffix(before.lower, "ly") || before.in(adverbs) {
		before = at(tokens, i-2)
	}
	switch {
	case before.in(verbLeads), before.class == capitalWord, before.class == capsWord:
		return true
	case form == baseForm:
		return before.class == lowerWord && strings.HasSuffix(before.lower, "s") && !strings.HasSuffix(before.lower, "ss") && !before.in(prepositions|auxiliaries|toBe)
	}
	return before.in(officialNouns)
}

// nominal reports whether the word at i stands where a noun would.
func nominal(tokens []token, i int) bool {
	before := at(tokens, i-1)
	switch before.lower {
	case "the", "a", "an", "of", "for", "'s", "his", "her", "their", "its", "our", "in", "on", "by", "with", "this", "that", "these", "any", "no", "further",
		"new", "more", "and", "phone", "peace", "trade", "nuclear", "bilateral", "strong", "joint", "latest", "from", "at", "over", "after", "during":
		return true
	}
	return before.class == possessive
}

func newCueHit(tokens []token, first, last int, cue actCue) cueHit {
	h := cueHit{first: first, last: last, cue: cue}
	for back := 1; back <= 4; back++ {
		t := at(tokens, first-back)
		if t.text == "" || t.class == punctuation && t.text != "-" {
			break
		}
		switch t.lower {
		case "was", "were", "been", "be", "being", "is", "are", "gets", "got":
			if cue.form == pastForm && back <= 2 {
				h.passive = true
			}
		case "not", "never", "n't", "without", "refused", "refuses", "declined", "declines", "failed", "fails", "didn't", "doesn't", "won't", "hasn't", "no", "cannot":
			h.negated = true
		case "will", "'ll", "shall", "plans", "planned", "expected", "scheduled", "set", "due", "poised", "going", "prepares", "preparing", "intends", "about", "upcoming":
			h.future = true
		case "may", "might", "could", "would", "if", "should", "likely", "possibly", "whether":
			h.hypothetical = true
		}
	}
	return h
}
