package extract

// A crowd is more parties than may each talk with each: the signatories of a statement, the participants of a summit. They
// act as one towards those outside; of each other they want something only where one of them stands against the rest.

// maxCrowd is how many parties one list or one "we" may stand for.
const maxCrowd = 24

// all returns whom a mention stands for.
func (m *mention) all() []string {
	if m.party != "" {
		return []string{m.party}
	}
	return m.parties
}

// longestList returns the parties of the longest list of a sentence, each once; nil where it has none of two.
func (b *block) longestList() []string {
	var longest []string
	for first := 0; first < len(b.mentions); {
		last := first + 1
		for last < len(b.mentions) && b.joined(last-1, last) {
			last++
		}
		if last-first > 1 {
			if parties := partiesOf(b.mentions[first:last]); len(parties) > max(1, len(longest)) && len(parties) <= maxCrowd {
				longest = parties
			}
		}
		first = last
	}
	return longest
}

// size is how many parties a group of mentions stands for.
func (b *block) size(g int) int {
	own := b.groups[g]
	if own.to-own.from == 1 {
		return max(1, len(b.mentions[own.from].parties))
	}
	var parties []string
	for i := own.from; i < own.to; i++ {
		parties = b.mentions[i].addParties(parties)
	}
	return len(parties)
}

// apart reports whether two members of a crowd are told nothing of each other: neither is the one that tells of it, nor the one
// that is named first, as who received or called the others is.
func (d *document) apart(by, with *slot) bool {
	return by.crowd && with.crowd && !by.first && !with.first && by.party != d.source && with.party != d.source
}

// introduces reports whether the n words at token i, which could refer back, tell who those are that a list names: "the leaders of
// Canada and France".
func (b *block) introduces(i, n int, taken []bool) bool {
	for k := i; k < i+n; k++ {
		if taken[k] {
			return true
		}
	}
	if at(b.tokens, i+n).lower != "of" {
		return false
	}
	for k := i + n + 1; k < min(i+n+3, len(b.tokens)); k++ {
		if taken[k] {
			return true
		}
	}
	return false
}

// signs reports whether a sentence says that those whom it lists speak in those that follow: "the leaders of Canada and France released
// the following statement".
func (b *block) signs() bool {
	for i, t := range b.tokens {
		if t.lower == "following" && at(b.tokens, i+1).in(speechNouns) {
			return true
		}
	}
	return false
}

// chorus is what the members of a crowd say as one to somebody outside it, or hear from him.
type chorus struct {
	scene        *scene // nil where one speaks to one
	other, issue string
	heard        bool // the crowd is who is spoken to
	carried      bool // the crowd stands in the sentences before alone
}

// chorusOf returns the chorus in which a pair of a sentence speaks of an issue.
func chorusOf(s *scene, p *scenePair, issue string) chorus {
	by, with := &s.slots[p.by], &s.slots[p.with]
	switch {
	case by.crowd && !with.crowd:
		return chorus{s, with.party, issue, false, len(by.mentions) == 0}
	case with.crowd && !by.crowd:
		return chorus{s, by.party, issue, true, len(with.mentions) == 0}
	}
	return chorus{}
}

// sing gives all who say the same in chorus the mean of their logits.
func sing(findings []*finding) {
	type sum struct{ logits, n float64 }
	sums := map[chorus]sum{}
	for _, f := range findings {
		if f.chorus.scene != nil {
			s := sums[f.chorus]
			sums[f.chorus] = sum{s.logits + f.logit, s.n + 1}
		}
	}
	for _, f := range findings {
		if s := sums[f.chorus]; s.n > 0 {
			f.logit = s.logits / s.n
		}
	}
}
