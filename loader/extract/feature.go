package extract

import "math/bits"

// What the model is told of a candidate. Each function describes one of its sides once for a sentence, so
// that the cost of a sentence grows with its parties and issues rather than with their combinations.

// describeRole says how a party stands in the sentence, in one of the two roles.
func (d *document) describeRole(b *block, s *slot, role *roleKinds, f *features) {
	f.add(role.party, s.party)
	f.add(role.organization, yes(s.profile.organization))
	f.add(role.share, tenth(s.profile.share*2))
	f.add(role.standing, bucket(s.profile.standing))
	f.add(role.headline, yes(s.profile.headline))
	f.add(role.source, yes(s.profile.publishes))
	f.add(role.carried, string('@'+rune(s.carried)), yes(len(s.mentions) > 0))
	for _, i := range s.mentions {
		m := &b.mentions[i]
		f.add(role.form, formNames[m.form], yes(m.former))
		before, after := at(b.tokens, m.first-1).lower, at(b.tokens, m.last).lower
		if after == "'s" {
			f.add(role.owner, at(b.tokens, m.last+1).lower)
		}
		f.add(role.before, formNames[m.form], before)
		f.add(role.after, formNames[m.form], after)
		f.add(role.official, formNames[m.form], yes(officialHead(b, *m)))
		f.add(role.stands, formNames[m.form], yes(b.groups[b.groupOf[i]].stands))
		f.add(role.quoted, yes(b.quoted[m.first]))
		if m.title != "" {
			f.add(role.title, m.title)
		}
	}
	if len(s.mentions) > 0 {
		f.add(role.place, yes(s.mentions[0] == 0))
	}
}

// describeBlock says what kind of sentence it is.
func (d *document) describeBlock(b *block, slots []slot, topics []topic, f *features) {
	f.add(kindBlockPart, string('0'+rune(b.span.Part)))
	f.add(kindBlockPlace, bucket(b.index))
	f.add(kindBlockLength, bucket(len(b.tokens)/2))
	f.add(kindBlockSlots, bucket(len(slots)))
	f.add(kindBlockTopics, bucket(len(topics)))
	f.add(kindBlockParties, bucket(d.parties))
	f.add(kindBlockOwn, yes(d.source != ""))
	for i := range b.cues {
		f.add(kindBlockCue, b.cues[i].cue.act)
	}
	if len(b.cues) == 0 {
		f.add(kindBlockSilent)
	}
	for _, t := range b.tokens {
		if t.isWord() && t.in(sayVerbs) {
			f.add(kindBlockSays, t.lower)
		}
	}
}

// describePair says how two parties stand to each other, and returns the relation that fits best.
func (d *document) describePair(b *block, by, with *slot, f *features) (relation, int) {
	best, bestRule := relation{}, len(rules)
	var bound [fits]uint32
	talking := by.carried&with.carried&(asParticipant|asOpening) != 0
	for _, i := range orContext(by.mentions) {
		for _, j := range orContext(with.mentions) {
			d.tried = b.relate(i, j, talking)
			for how, acts := range d.tried.bound {
				bound[how] |= acts
			}
			if rule := ruleOf(&d.tried); rule < bestRule || rule == bestRule && d.tried.distance < best.distance {
				best, bestRule = d.tried, rule
			}
		}
	}
	r := &best
	name := rules[bestRule].name
	f.add(kindRule, name)
	sure := strengthNames[rules[bestRule].sure]
	f.add(kindSure, sure)
	if r.cue != nil {
		f.add(kindSureAct, sure, r.cue.cue.act)
		f.add(kindSureCue, sure, r.cue.cue.lemma)
		f.add(kindSureState, sure, yes(r.cue.negated), yes(r.cue.future), yes(r.cue.hypothetical))
	}
	f.add(kindRulePart, name, string('0'+rune(b.span.Part)))
	f.add(kindPairOrder, yes(r.before), bucket(r.distance))
	f.add(kindPairBetween, yes(r.before), bucket(r.between))
	f.add(kindPairStanding, bucket(by.profile.standing), bucket(with.profile.standing))
	f.add(kindPairHeadline, yes(by.profile.headline), yes(with.profile.headline))
	f.add(kindPairCarried, string('@'+rune(by.carried)), string('@'+rune(with.carried)), name)
	if r.both() {
		f.add(kindPairForms, formNames[r.by.form], formNames[r.with.form], yes(r.before))
		f.add(kindPairQuoted, yes(b.quoted[r.by.first]), yes(b.quoted[r.with.first]), yes(r.said))
	}
	f.add(kindFit, fitNames[r.fit], yes(r.stands))
	main := len(b.groups) > 0 && r.by != nil && b.mainGroup() >= 0 && b.groups[b.mainGroup()].from <= by.mentions[0] && by.mentions[0] < b.groups[b.mainGroup()].to
	f.add(kindByMain, yes(main), fitNames[r.fit])
	f.add(kindBySpeaking, tenth(by.profile.speaking), yes(r.said))
	f.add(kindWithSpeaking, tenth(with.profile.speaking))
	if r.both() {
		f.add(kindFitForms, fitNames[r.fit], formNames[r.by.form], formNames[r.with.form], r.preposition)
		f.add(kindSaidQuoted, yes(r.said), yes(b.quoted[r.with.first]), yes(r.possessed), r.preposition)
	}
	if r.cue != nil {
		if r.by != nil {
			f.add(kindCueGapBy, fitNames[r.fit], bucket(max(r.cue.first-r.by.last, r.by.first-r.cue.last)))
		}
		if r.with != nil {
			f.add(kindCueGapWith, fitNames[r.fit], bucket(max(r.cue.first-r.with.last, r.with.first-r.cue.last)))
			f.add(kindFitActWith, fitNames[r.fit], r.cue.cue.act, formNames[r.with.form], yes(r.possessed))
		}
		f.add(kindFitActMain, fitNames[r.fit], r.cue.cue.act, yes(main), yes(r.cue.negated || r.cue.hypothetical))
		f.add(kindRuleAct, name, r.cue.cue.act)
		f.add(kindRuleCue, name, r.cue.cue.lemma)
		f.add(kindFitAct, fitNames[r.fit], r.cue.cue.act, r.preposition)
		f.add(kindFitCue, fitNames[r.fit], r.cue.cue.lemma, r.preposition)
		f.add(kindCueState, yes(r.cue.passive), yes(r.cue.negated), yes(r.cue.future), yes(r.cue.hypothetical))
		f.add(kindCueForm, r.cue.cue.act, string('0'+rune(r.cue.cue.form)))
		f.add(kindCueOwned, fitNames[r.fit], yes(r.cue.owned))
		if r.with != nil {
			f.add(kindCueVerbsBetween, fitNames[r.fit], bucket(b.cuesWithin(r.cue.last, r.with.first)))
		}
	}
	for how := within; how < fits; how++ {
		for rest := bound[how]; rest != 0; rest &= rest - 1 {
			f.add(kindBound, fitNames[how], acts[bits.TrailingZeros32(rest)])
		}
	}
	f.add(kindWithPreposition, r.preposition, yes(r.possessed))
	if r.with != nil {
		f.add(kindWithAfter, name, at(b.tokens, r.with.last).lower)
	}
	f.add(kindSaid, yes(r.said), name)
	if r.both() && r.by != r.with {
		left, right := r.by, r.with
		if !r.before {
			left, right = right, left
		}
		if from, to := left.last, right.first; from < to && to-from <= 12 {
			for i := from; i < to; i++ {
				if t := b.tokens[i]; t.class != number {
					f.add(kindBetweenWord, yes(r.before), t.lower)
					if i+1 < to {
						f.add(kindBetweenWords, yes(r.before), t.lower, b.tokens[i+1].lower)
					}
				}
			}
			if to-from <= 5 {
				f.add(kindBetweenAll, yes(r.before), written(b.tokens[from:to]))
			}
		}
	}
	return best, bestRule
}

// orContext returns mentions, or -1 for a party that only the context brings in.
func orContext(mentions []int) []int {
	if len(mentions) == 0 {
		return onlyContext
	}
	return mentions
}

var onlyContext = []int{-1}

// describeTopic says how an issue stands in the sentence.
func (d *document) describeTopic(b *block, topics []topic, k int, f *features) {
	t := &topics[k]
	f.add(kindTopic, t.issue)
	f.add(kindTopicOrigin, t.origin)
	f.add(kindTopicWeight, t.origin, tenth(t.weight))
	f.add(kindTopicRank, t.origin, bucket(k))
	share := halvings(t.share)
	f.add(kindTopicShare, share)
	f.add(kindTopicShareOrigin, share, t.origin)
	f.add(kindTopicSharePlace, bucket(t.place), yes(len(t.hits) > 0))
	f.add(kindTopicShareIssue, share, t.issue)
	f.add(kindTopicHits, bucket(len(t.hits)))
	for i, theme := range d.themes {
		if theme.issue == t.issue {
			f.add(kindTopicTheme, bucket(i), t.origin)
			f.add(kindTopicThemeWeight, bucket(int(theme.weight)))
		}
		if i > 12 {
			break
		}
	}
	for i := range topics {
		if i == k {
			continue
		}
		other := &topics[i]
		if other.weight > t.weight {
			f.add(kindTopicHeavier, t.issue, other.issue)
		}
		if other.area == t.area {
			f.add(kindTopicSibling, t.issue, other.issue)
		}
		for _, h := range t.hits {
			for _, o := range other.hits {
				if h.first < o.last && o.first < h.last && o.last-o.first > h.last-h.first {
					f.add(kindTopicInside, t.issue, other.issue)
				}
			}
		}
	}
	for _, title := range d.topics[0] {
		if title.issue == t.issue {
			f.add(kindTopicHeadline, t.origin)
		}
	}
	mates := 0
	for i := range topics {
		if i != k && b.listedTopics(t, &topics[i]) {
			mates++
		}
	}
	f.add(kindTopicMates, bucket(mates))
	if len(t.hits) > 0 {
		h := t.hits[0]
		f.add(kindTopicNamed, yes(b.onlyNames(t)), tenth(t.weight))
		f.add(kindTopicCue, t.issue, written(b.tokens[h.first:h.last]))
		f.add(kindTopicPreposition, b.prepositionBefore(h.first))
		f.add(kindTopicQuoted, yes(b.quoted[h.first]))
		f.add(kindTopicPlace, bucket(h.first))
		f.add(kindTopicBefore, at(b.tokens, h.first-1).lower)
		f.add(kindTopicAfter, at(b.tokens, h.last).lower)
		if c := b.cueBefore(h.first, 8); c != nil {
			f.add(kindTopicCueBefore, c.cue.act)
			f.add(kindTopicVerbBefore, c.cue.lemma)
		}
	}
}

// describeTriple says how a pair and an issue go together.
func (d *document) describeTriple(b *block, r *relation, rule int, by, with *slot, t *topic, f *features) {
	name := rules[rule].name
	f.add(kindTripleWith, t.issue, with.party)
	f.add(kindTripleBy, t.issue, by.party)
	f.add(kindTripleRule, name, t.origin)
	if r.cue != nil {
		f.add(kindTripleAct, t.issue, r.cue.cue.act)
	}
	if len(t.hits) == 0 {
		return
	}
	place := func(m *mention) string {
		if m == nil {
			return "-"
		}
		for _, h := range t.hits {
			if h.first < m.last && m.first < h.last {
				return "on"
			}
		}
		if t.hits[0].first < m.first {
			return "<"
		}
		return ">"
	}
	f.add(kindTriplePlace, name, place(r.by), place(r.with))
	// A cue that is but the name of one of the two says who they are, not what they speak of.
	if own := b.onlyNames(t, by, with); own {
		f.add(kindTripleOwnName, t.issue)
		f.add(kindTripleOwnNameRule, name)
	}
	nearest := 99
	for _, h := range t.hits {
		for _, m := range []*mention{r.by, r.with} {
			if m != nil {
				nearest = min(nearest, max(0, max(h.first-m.last, m.first-h.last)))
			}
		}
	}
	f.add(kindTripleDistance, bucket(nearest))
	if r.cue != nil {
		// The issue should hang on the same cue as the parties.
		verbs := b.cuesWithin(r.cue.last, t.hits[0].first)
		f.add(kindTripleVerbsBetween, fitNames[r.fit], bucket(verbs))
		others := 0
		for g := range b.groups {
			if m := &b.mentions[b.groups[g].from]; b.groups[g].stands && m.first >= r.cue.last && m.last <= t.hits[0].first && m.party != by.party && m.party != with.party {
				others++
			}
		}
		f.add(kindTripleSubjectsBetween, fitNames[r.fit], bucket(others))
		gap := t.hits[0].first - r.cue.last
		f.add(kindTripleCueDistance, yes(gap >= 0), bucket(max(gap, -gap)), r.cue.cue.act)
	}
}

// onlyNames reports whether all cues of an issue lie in mentions of these parties, of any where none is given.
func (b *block) onlyNames(t *topic, parties ...*slot) bool {
	for _, h := range t.hits {
		inside := false
		for i := range b.mentions {
			m := &b.mentions[i]
			if m.first <= h.first && h.last <= m.last {
				inside = len(parties) == 0
				for _, s := range parties {
					inside = inside || s.party == m.party
				}
				break
			}
		}
		if !inside {
			return false
		}
	}
	return len(t.hits) > 0
}

// listedTopics reports whether two issues stand in one list: "trade, security and artificial intelligence".
func (b *block) listedTopics(t, other *topic) bool {
	for _, h := range t.hits {
		for _, o := range other.hits {
			from, to := h.last, o.first
			if o.last <= h.first {
				from, to = o.last, h.first
			}
			if from > to || to-from > 6 || b.verbWithin(from, to) {
				continue
			}
			for _, token := range b.tokens[from:to] {
				if token.lower == "and" || token.text == "," || token.lower == "or" {
					return true
				}
			}
		}
	}
	return false
}
