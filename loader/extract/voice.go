package extract

import "slices"

// voices returns whom "we" means where a text quotes nobody: those who sign a joint statement, who gives a
// speech, else the party that publishes it.
func (d *document) voices() []string {
	if len(d.blocks) == 0 || d.blocks[0].span.Part != Title {
		return published(d.source)
	}
	title := d.blocks[0]
	for i, t := range title.tokens {
		switch {
		case t.lower == "joint":
			if parties := d.signatories(); len(parties) > 1 && len(parties) <= maxCrowd {
				return parties
			}
		case (t.lower == "by" || t.lower == "from" || t.lower == "of") && at(title.tokens, i-1).in(speechNouns):
			for _, m := range title.mentions {
				if m.first > i && m.first <= i+2 && m.party != "" {
					return []string{m.party}
				}
			}
		case t.text == ":":
			// "Eritrea: statement in the General Debate"
			for _, m := range title.mentions {
				if m.last == i && m.party != "" && at(title.tokens, i+1).in(speechNouns) {
					return []string{m.party}
				}
			}
		}
	}
	return published(d.source)
}

func published(source string) []string {
	if source == "" {
		return nil
	}
	return []string{source}
}

// labelled returns the party whose words a transcript marks: "President of Russia Vladimir Putin: Good afternoon."
func (b *block) labelled() string {
	if len(b.mentions) == 0 {
		return ""
	}
	m := b.mentions[0]
	if m.first > 1 || m.person == "" && m.leader == "" || at(b.tokens, m.last).text != ":" || b.span.Part == Title {
		return ""
	}
	return m.party
}

// addressed returns whom "you" means: the one of two who talk that does not speak.
func addressed(voices []string, state *discourse) string {
	if len(voices) != 1 || len(state.participants) != 2 || !slices.Contains(state.participants, voices[0]) {
		return ""
	}
	if state.participants[0] == voices[0] {
		return state.participants[1]
	}
	return state.participants[0]
}

// signatories returns those of a joint statement: whom its title lists, else whom the first sentences list, else whom title or text names
// first. Where the title names organizations alone, the first sentences may list members: they sign.
func (d *document) signatories() []string {
	title, parties := d.blocks[0], []string(nil)
	if parties = title.longestList(); parties == nil {
		parties = partiesOf(title.mentions)
	}
	if len(parties) > 1 && slices.ContainsFunc(parties, func(party string) bool { return !d.lexicon.organizations[party] }) {
		return parties
	}
	for _, b := range head(d.blocks[1:], 3) {
		if listed := b.longestList(); len(listed) > max(1, len(parties)) {
			return listed
		}
	}
	if len(parties) < 2 && len(d.blocks) > 1 {
		return partiesOf(d.blocks[1].mentions)
	}
	return parties
}
