package extract

import (
	"cmp"
	"slices"
	"strings"
)

// discourse is what a reader carries from sentence to sentence: who spoke last, who is talking with whom.
type discourse struct {
	person       mention            // whom "he" or "she" means
	subject      string             // party that acted last
	partner      string             // party that was addressed last
	participants []string           // of the talk that is told of
	titled       map[string]mention // who bears an office in this article, by the office
	speaker      mention            // of the quotation that runs
	voices       []string           // whom "we" means outside of quotations
	bloc         string             // organisation that was named last
}

// referents are phrases that refer back, by what they refer to.
type referents struct {
	group, they, state *phrases[string]
}

func newReferents(words vocabulary) referents {
	compile := func(begins wordSet, list string) *phrases[string] {
		p := newPhrases[string](words, begins)
		for _, pattern := range strings.Split(list, ",") {
			p.add(strings.TrimSpace(pattern), pattern)
		}
		p.done()
		return p
	}
	return referents{
		group: compile(beginsGroup, `the two/both leaders/sides/countries/nations/presidents/ministers/governments/states/parties/men/officials/capitals/allies/powers/neighbours/neighbors/heads,
		both leaders/sides/countries/nations/presidents/ministers/governments/states/parties/men/officials/capitals, the leaders/sides/parties/ministers/presidents/interlocutors/pair/duo/officials/participants/diplomats/delegations,
		the two, we both, our two countries/nations/peoples, the three/four/five/six/seven leaders/sides/countries/ministers/presidents/nations/parties/governments,
		the national security advisors/advisers, the two/three/four/five national security advisors/advisers, the foreign/defense/defence/prime/finance/trade ministers,
		the two/three/four/five foreign/defense/defence/prime/finance/trade ministers, the secretaries`),
		they: compile(beginsThey, `they, their, both, them, each other, one another`),
		state: compile(beginsState, `the ministry, the government, the country, the kingdom, the regime, the administration, the delegation, the embassy, the spokesperson/spokesman/spokeswoman,
		the official/minister/president/chancellor/premier/leader/diplomat/envoy/ambassador, the prime minister, the foreign minister, the secretary, the vice president, the foreign ministry, the bloc, the alliance, the king, the emir, the ministers, the union`),
	}
}

// refer adds to each sentence the mentions that refer back ("he", "the two leaders", "the ministry", "we" in
// a quotation), reading the article from its title on.
func (d *document) refer() {
	state := discourse{titled: map[string]mention{}}
	opening := d.opening()
	state.participants = opening
	state.voices = d.voices()
	if len(state.voices) > 0 {
		state.subject = state.voices[0]
	}
	for _, b := range d.blocks {
		b.context = contextOf(state)
		b.context.opening = opening
		d.referIn(b, &state)
		b.parse()
		d.advance(b, &state)
	}
}

// contextOf is what a sentence may take from those before it, once the sentence itself is silent.
func contextOf(state discourse) context {
	return context{subject: state.subject, partner: state.partner, participants: state.participants}
}

// context is what the sentences before one leave to it.
type context struct {
	subject, partner string
	participants     []string
	opening          []string // whom the article as a whole is about
}

// opening returns the parties that an article is about, as far as its title and first sentences say: those of a list or a
// talk, else the first two.
func (d *document) opening() []string {
	var parties []string
	for i, b := range d.blocks {
		if i > 3 || len(parties) >= 2 {
			break
		}
		limit := 2
		if b.span.Part == Title {
			limit = maxCrowd
		}
		for k := range b.mentions {
			m := &b.mentions[k]
			if k > 0 && b.joined(k-1, k) || len(m.parties) > 0 {
				limit = maxCrowd
			}
			if preposition := b.prepositionBefore(m.first); m.former || len(parties) >= 2 && (preposition == "in" || preposition == "at") {
				continue // that is where it takes place
			}
			if more := m.addParties(parties); len(more) <= limit {
				parties = more
			}
		}
	}
	return parties
}

func (d *document) referIn(b *block, state *discourse) {
	tokens := b.tokens
	taken := d.taken(b)
	if party := b.labelled(); party != "" {
		state.voices = []string{party}
	}
	b.speaker = b.attributed()
	speaker := b.speaker
	if speaker.party == "" {
		speaker = state.speaker
	}
	var found []mention
	for i := 0; i < len(tokens); i++ {
		if taken[i] || !tokens[i].in(pronouns|beginsGroup|beginsThey|beginsState) {
			continue
		}
		m := mention{first: i, last: i + 1, form: pronounForm}
		switch word := tokens[i].lower; word {
		case "he", "him", "his", "she", "her":
			if b.quoted[i] {
				continue
			}
			who := d.antecedent(b, i, state, word[0] == 's' || word == "her")
			m.party, m.leader, m.person = who.party, who.leader, who.person
		case "i", "my", "we", "our", "us", "ours", "me":
			switch {
			case word == "us" && tokens[i].class != lowerWord:
				continue
			case b.quoted[i]:
				m.party, m.leader, m.person = speaker.party, speaker.leader, speaker.person
			case len(state.voices) == 1:
				m.party = state.voices[0]
			case len(state.voices) > 1:
				m.form, m.parties = groupForm, state.voices
			}
		case "you", "your":
			if !b.quoted[i] {
				m.party = addressed(state.voices, state)
			}
		case "it", "its":
			m.party = d.subjectBefore(b, i, state)
		default:
			n, form := longest(d.lexicon.referents.group, tokens, i), groupForm
			if n == 0 && !(word == "both" && !b.standsForTwo(i)) {
				n, form = longest(d.lexicon.referents.they, tokens, i), theyForm
			}
			if n > 0 {
				if b.introduces(i, n, taken) {
					continue
				}
				m.form, m.last = form, i+n
				if m.parties = b.several(i, form, found, state); len(m.parties) == 1 {
					// "Japanese officials … their commitment"
					m.form, m.party, m.parties = pronounForm, m.parties[0], nil
				}
				if m.party != "" {
					found = append(found, m)
					i = m.last - 1
					continue
				}
				if len(m.parties) < 2 {
					continue
				}
				found = append(found, m)
				i = m.last - 1
				continue
			}
			n = longest(d.lexicon.referents.state, tokens, i)
			if tokens[i].lower == "the" {
				// "the Secretary General": whoever bears the title here.
				if t, k := d.lexicon.titleAt(tokens, i+1); k > 0 {
					if _, ok := state.titled[t.text]; ok {
						n = max(n, k+1)
					}
					m.title = t.text
				}
			}
			if n == 0 {
				continue
			}
			m.last = i + n
			if tokens[m.last-1].in(blocNouns) && state.bloc != "" {
				m.party = state.bloc
			} else if who, ok := state.titled[m.title]; ok && m.title != "" {
				m.party, m.leader, m.person = who.party, who.leader, who.person
			} else if m.title != "" && state.person.party != "" && state.person.leader != "" {
				m.party, m.leader, m.person = state.person.party, state.person.leader, state.person.person
			} else {
				m.party = d.subjectBefore(b, i, state)
			}
		}
		if m.party != "" || len(m.parties) > 1 {
			found = append(found, m)
			i = m.last - 1
		}
	}
	if len(found) > 0 {
		b.mentions = append(b.mentions, found...)
		slices.SortStableFunc(b.mentions, func(a, b mention) int { return cmp.Compare(a.first, b.first) })
	}
}

func longest(p *phrases[string], tokens []token, i int) int {
	best := 0
	p.at(tokens, i, func(n int, _ string) bool {
		best = max(best, n)
		return true
	})
	return best
}

// antecedent returns whom a personal pronoun means: the last person named before it in the sentence, else
// the one whom the sentences before were about.
func (d *document) antecedent(b *block, i int, state *discourse, female bool) mention {
	for j := len(b.mentions) - 1; j >= 0; j-- {
		m := b.mentions[j]
		if m.first < i && m.last <= i && m.person != "" && d.agrees(m, female) && !b.quoted[m.first] {
			return m
		}
	}
	if d.agrees(state.person, female) {
		return state.person
	}
	return mention{}
}

// agrees reports whether a person may be meant by "she" (or "he"). Of those whom the tables do not know,
// either is possible.
func (d *document) agrees(m mention, female bool) bool {
	if m.leader == "" {
		return true
	}
	return d.lexicon.people[m.leader].female == female
}

// subjectBefore returns the party that "it" or "the government" means: the first party of the sentence if it
// stands before, else the one that acted last.
func (d *document) subjectBefore(b *block, i int, state *discourse) string {
	for _, m := range b.mentions {
		if m.first >= i {
			break
		}
		if m.party != "" && !m.former && b.unbound(m.first, 2) {
			return m.party
		}
	}
	return state.subject
}

// several returns the parties that "they" or "the two leaders" at token i means: the nearest list before it in the sentence, else, for
// "they", whom a plural names ("Japanese officials"), else who the sentence tells talks, else who talked in the sentences before.
//
// found are the words of the sentence that refer back and stand before it.
func (b *block) several(i int, form form, found []mention, state *discourse) []string {
	for k := len(found) - 1; k >= 0; k-- {
		if len(found[k].parties) > 1 {
			return found[k].parties
		}
	}
	before := 0 // mentions that end before the token
	for before < len(b.mentions) && b.mentions[before].last <= i {
		before++
	}
	for last := before - 1; last > 0; last-- {
		first := last
		for first > 0 && b.joined(first-1, first) {
			first--
		}
		if parties := partiesOf(b.mentions[first : last+1]); len(parties) > 1 && len(parties) <= maxCrowd {
			return parties
		}
		last = first
	}
	if form == theyForm {
		for k := before - 1; k >= 0; k-- {
			if m := b.mentions[k]; m.party != "" && !m.former && pluralHead(b, m) {
				return []string{m.party}
			}
		}
	}
	if len(state.participants) > maxTalkers {
		return state.participants
	}
	for _, t := range b.tokens[:i] {
		if t.in(talkWords) {
			if parties := partiesOf(b.mentions[:before]); len(parties) > 1 {
				return parties[:2]
			}
			break
		}
	}
	return state.participants
}

// standsForTwo reports whether "both" at token i means two who were named ("both agreed", "with both") rather than going with what
// follows ("both our trade and …").
func (b *block) standsForTwo(i int) bool {
	if next := at(b.tokens, i+1); next.class == punctuation || next.in(bothVerbs) {
		return true
	}
	for _, c := range b.cues {
		if c.first == i+1 && c.cue.form != nounForm {
			return true
		}
	}
	return false
}

// maxTalkers is how many parties may take part in one talk for each to bring its matters to each.
const maxTalkers = 4

// partiesOf returns whom mentions stand for, each once, in their order.
func partiesOf(mentions []mention) []string {
	var parties []string
	for i := range mentions {
		if mentions[i].former {
			continue
		}
		parties = mentions[i].addParties(parties)
	}
	return parties
}

// attributed returns who says what a sentence quotes or reports.
func (b *block) attributed() mention {
	best, distance := mention{}, 99
	for i, t := range b.tokens {
		if !t.in(sayVerbs) || b.quoted[i] || at(b.tokens, i-1).in(toBe) {
			continue // "was told" says nothing
		}
		for _, m := range b.mentions {
			if m.party == "" || m.former || b.quoted[m.first] || m.form == pronounForm {
				continue
			}
			gap := i - m.last
			if m.first > i {
				gap = m.first - i + 1
			}
			if gap >= 0 && gap < distance && gap < 8 {
				best, distance = m, gap
			}
		}
	}
	return best
}

// advance carries on what a sentence leaves to those that follow.
func (d *document) advance(b *block, state *discourse) {
	talk := false
	for _, t := range b.tokens {
		talk = talk || t.in(talkWords)
	}
	var parties []string
	subject := false
	for i, m := range b.mentions {
		if m.party == "" || m.former {
			continue
		}
		if !slices.Contains(parties, m.party) {
			parties = append(parties, m.party)
		}
		if d.lexicon.organizations[m.party] {
			state.bloc = m.party
		}
		if m.title != "" && m.person != "" {
			state.titled[m.title] = m
		}
		if b.quoted[m.first] {
			continue
		}
		if !subject && b.stands(i) {
			subject = true
			if m.party != state.subject && state.partner == m.party {
				state.partner = state.subject
			}
			state.subject = m.party
			if m.person != "" || m.leader != "" {
				state.person = m
			}
		} else if m.party != state.subject {
			state.partner = m.party
			if !subject && m.person != "" {
				state.person = m
			}
		}
	}
	talking := b.talking()
	if len(talking) < 2 && talk && (len(state.participants) <= 2 || d.source == "" && len(state.participants) <= maxTalkers) {
		talking = head(parties, 2)
	}
	// A government's own site tells of its own talks.
	if len(talking) >= 2 && (slices.Contains(talking, d.source) || !slices.Contains(state.participants, d.source)) {
		state.participants = talking
	}
	if b.speaker.party != "" {
		state.speaker = b.speaker
	}
	if b.signs() {
		if list := b.longestList(); len(list) > 1 {
			state.voices = list
		}
	}
}

// talking returns the parties that a cue of talks binds together, as many as any does; of two that bind as many, a verb before a noun.
func (b *block) talking() []string {
	var best []string
	verb := false
	for k := range b.frames {
		f := &b.frames[k]
		if !f.cue.mutual || f.negated {
			continue
		}
		parties, isVerb := b.talkers(f), f.cue.form != nounForm
		if len(parties) <= maxCrowd && (len(parties) > len(best) || len(parties) == len(best) && isVerb && !verb) {
			best, verb = parties, isVerb
		}
	}
	return best
}

// talkers returns the parties that one cue of talks binds together.
func (b *block) talkers(f *frame) []string {
	var parties []string
	add := func(g int) {
		for i := b.groups[g].from; i < b.groups[g].to; i++ {
			if m := &b.mentions[i]; !m.former {
				parties = m.addParties(parties)
			}
		}
	}
	if f.subject >= 0 {
		add(f.subject)
		if own := b.groups[f.subject]; own.to-own.from == 1 && len(parties) > 1 || len(parties) > maxTalkers {
			return parties // "the ministers", or a crowd, talk with each other
		}
	}
	for _, g := range f.objects {
		first := b.mentions[b.groups[g].from].first
		if f.cue.form == nounForm && b.verbWithin(f.last, first) {
			return parties // "At the NATO summit Biden met": that is what the verb tells
		}
		switch preposition, place := b.prepositionAt(first); preposition {
		case "with", "between", "by", "among", "of", "from":
			if before := at(b.tokens, place-1).lower; before != "margins" && before != "sidelines" {
				add(g)
			}
		case "":
			if g == f.objects[0] && len(parties) < 2 {
				add(g)
			}
		}
	}
	return parties
}

// pluralHead reports whether several people speak for a party together: "Japanese officials".
func pluralHead(b *block, m mention) bool {
	for _, t := range b.tokens[m.first:min(m.last+2, len(b.tokens))] {
		if t.in(officialNouns) && strings.HasSuffix(t.lower, "s") {
			return true
		}
	}
	return false
}

// officialHead reports whether the noun that a name qualifies speaks for the party: "Japanese officials".
func officialHead(b *block, m mention) bool {
	i := m.last
	if at(b.tokens, i).class == possessive {
		i++
	}
	for k := 0; k < 2; k++ {
		if at(b.tokens, i+k).in(officialNouns) {
			return true
		}
	}
	return false
}
