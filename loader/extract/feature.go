package extract

// What the model is told of a candidate. Each function describes one of its sides once for a sentence, so
// that the cost of a sentence grows with its parties and issues rather than with their combinations.

// describeRole says how a party stands in the sentence, as the one that raises ("by") or the one addressed
// ("with").
func (d *document) describeRole(b *block, s *slot, role string, f *features) {
	f.add(role+".party", s.party)
	f.add(role+".organization", yes(d.lexicon.organizations[s.party]))
	f.add(role+".share", tenth(d.share[s.party]*2))
	f.add(role+".standing", bucket(d.standing[s.party]))
	f.add(role+".headline", yes(d.headline[s.party]))
	f.add(role+".source", yes(d.source == s.party))
	f.add(role+".carried", string('@'+rune(s.carried)), yes(len(s.mentions) > 0))
	for _, i := range s.mentions {
		m := &b.mentions[i]
		f.add(role+".form", formNames[m.form], yes(m.former))
		before, after := at(b.tokens, m.first-1).lower, at(b.tokens, m.last).lower
		if after == "'s" {
			f.add(role+".owner", at(b.tokens, m.last+1).lower)
		}
		f.add(role+".before", formNames[m.form], before)
		f.add(role+".after", formNames[m.form], after)
		f.add(role+".official", formNames[m.form], yes(officialHead(b, *m)))
		f.add(role+".stands", formNames[m.form], yes(b.groups[b.groupOf[i]].stands))
		f.add(role+".quoted", yes(b.quoted[m.first]))
		if m.title != "" {
			f.add(role+".title", m.title)
		}
	}
	if len(s.mentions) > 0 {
		f.add(role+".place", yes(s.mentions[0] == 0))
	}
}

// describeBlock says what kind of sentence it is.
func (d *document) describeBlock(b *block, slots []slot, topics []topic, f *features) {
	f.add("block.part", string('0'+rune(b.span.Part)))
	f.add("block.place", bucket(b.index))
	f.add("block.length", bucket(len(b.tokens)/2))
	f.add("block.slots", bucket(len(slots)))
	f.add("block.topics", bucket(len(topics)))
	f.add("block.parties", bucket(len(d.share)))
	f.add("block.own", yes(d.source != ""))
	for i := range b.cues {
		f.add("block.cue", b.cues[i].cue.act)
	}
	if len(b.cues) == 0 {
		f.add("block.silent")
	}
	for _, t := range b.tokens {
		if t.isWord() && t.in(sayVerbs) {
			f.add("block.says", t.lower)
		}
	}
}

// describePair says how two parties stand to each other, and returns the relation that fits best.
func (d *document) describePair(b *block, by, with *slot, f *features) (relation, int) {
	best, bestRule := relation{}, len(rules)
	try := func(i, j int) {
		r := b.relate(i, j, by.carried&with.carried&(asParticipant|asOpening) != 0)
		if rule := ruleOf(&r); rule < bestRule || rule == bestRule && r.distance < best.distance {
			best, bestRule = r, rule
		}
	}
	for _, i := range orContext(by.mentions) {
		for _, j := range orContext(with.mentions) {
			try(i, j)
		}
	}
	r := &best
	name := rules[bestRule].name
	f.add("rule", name)
	sure := strengthNames[rules[bestRule].sure]
	f.add("sure", sure)
	if r.cue != nil {
		f.add("sure.act", sure, r.cue.cue.act)
		f.add("sure.cue", sure, r.cue.cue.lemma)
		f.add("sure.state", sure, yes(r.cue.negated), yes(r.cue.future), yes(r.cue.hypothetical))
	}
	f.add("rule.part", name, string('0'+rune(b.span.Part)))
	f.add("pair.order", yes(r.before), bucket(r.distance))
	f.add("pair.between", yes(r.before), bucket(r.between))
	f.add("pair.standing", bucket(d.standing[by.party]), bucket(d.standing[with.party]))
	f.add("pair.headline", yes(d.headline[by.party]), yes(d.headline[with.party]))
	f.add("pair.carried", string('@'+rune(by.carried)), string('@'+rune(with.carried)), name)
	if r.both() {
		f.add("pair.forms", formNames[r.by.form], formNames[r.with.form], yes(r.before))
		f.add("pair.quoted", yes(b.quoted[r.by.first]), yes(b.quoted[r.with.first]), yes(r.said))
	}
	f.add("fit", fitNames[r.fit], yes(r.stands))
	main := len(b.groups) > 0 && r.by != nil && b.mainGroup() >= 0 && b.groups[b.mainGroup()].from <= by.mentions[0] && by.mentions[0] < b.groups[b.mainGroup()].to
	f.add("by.main", yes(main), fitNames[r.fit])
	f.add("by.speaking", tenth(d.speaking[by.party]), yes(r.said))
	f.add("with.speaking", tenth(d.speaking[with.party]))
	if r.both() {
		f.add("fit.forms", fitNames[r.fit], formNames[r.by.form], formNames[r.with.form], r.preposition)
		f.add("said.quoted", yes(r.said), yes(b.quoted[r.with.first]), yes(r.possessed), r.preposition)
	}
	if r.cue != nil {
		if r.by != nil {
			f.add("cue.gap.by", fitNames[r.fit], bucket(max(r.cue.first-r.by.last, r.by.first-r.cue.last)))
		}
		if r.with != nil {
			f.add("cue.gap.with", fitNames[r.fit], bucket(max(r.cue.first-r.with.last, r.with.first-r.cue.last)))
			f.add("fit.act.with", fitNames[r.fit], r.cue.cue.act, formNames[r.with.form], yes(r.possessed))
		}
		f.add("fit.act.main", fitNames[r.fit], r.cue.cue.act, yes(main), yes(r.cue.negated || r.cue.hypothetical))
		f.add("rule.act", name, r.cue.cue.act)
		f.add("rule.cue", name, r.cue.cue.lemma)
		f.add("fit.act", fitNames[r.fit], r.cue.cue.act, r.preposition)
		f.add("fit.cue", fitNames[r.fit], r.cue.cue.lemma, r.preposition)
		f.add("cue.state", yes(r.cue.passive), yes(r.cue.negated), yes(r.cue.future), yes(r.cue.hypothetical))
		f.add("cue.form", r.cue.cue.act, string('0'+rune(r.cue.cue.form)))
		f.add("cue.owned", fitNames[r.fit], yes(r.cue.owned))
		if r.with != nil {
			f.add("cue.verbs.between", fitNames[r.fit], bucket(b.cuesWithin(r.cue.last, r.with.first)))
		}
	}
	f.add("with.preposition", r.preposition, yes(r.possessed))
	if r.with != nil {
		f.add("with.after", name, at(b.tokens, r.with.last).lower)
	}
	f.add("said", yes(r.said), name)
	if r.both() && r.by != r.with {
		left, right := r.by, r.with
		if !r.before {
			left, right = right, left
		}
		if from, to := left.last, right.first; from < to && to-from <= 12 {
			for i := from; i < to; i++ {
				if t := b.tokens[i]; t.class != number {
					f.add("between.word", yes(r.before), t.lower)
					if i+1 < to {
						f.add("between.words", yes(r.before), t.lower, b.tokens[i+1].lower)
					}
				}
			}
			if to-from <= 5 {
				f.add("between.all", yes(r.before), written(b.tokens[from:to]))
			}
		}
	}
	return best, bestRule
}

// orContext returns mentions, or -1 for a party that only the context brings in.
func orContext(mentions []int) []int {
	if len(mentions) == 0 {
		return []int{-1}
	}
	return mentions
}

// describeTopic says how an issue stands in the sentence.
func (d *document) describeTopic(b *block, topics []topic, k int, f *features) {
	t := &topics[k]
	area := d.lexicon.area[t.issue]
	f.add("topic", t.issue)
	f.add("topic.origin", t.origin)
	f.add("topic.weight", t.origin, tenth(t.weight))
	f.add("topic.rank", t.origin, bucket(k))
	share := halvings(t.share)
	f.add("topic.share", share)
	f.add("topic.share.origin", share, t.origin)
	f.add("topic.share.place", bucket(t.place), yes(len(t.hits) > 0))
	f.add("topic.share.issue", share, t.issue)
	f.add("topic.hits", bucket(len(t.hits)))
	for i, theme := range d.themes {
		if theme.issue == t.issue {
			f.add("topic.theme", bucket(i), t.origin)
			f.add("topic.theme.weight", bucket(int(theme.weight)))
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
			f.add("topic.heavier", t.issue, other.issue)
		}
		if d.lexicon.area[other.issue] == area {
			f.add("topic.sibling", t.issue, other.issue)
		}
		for _, h := range t.hits {
			for _, o := range other.hits {
				if h.first < o.last && o.first < h.last && o.last-o.first > h.last-h.first {
					f.add("topic.inside", t.issue, other.issue)
				}
			}
		}
	}
	for _, title := range d.topics[0] {
		if title.issue == t.issue {
			f.add("topic.headline", t.origin)
		}
	}
	mates := 0
	for i := range topics {
		if i != k && b.listedTopics(t, &topics[i]) {
			mates++
		}
	}
	f.add("topic.mates", bucket(mates))
	if len(t.hits) > 0 {
		h := t.hits[0]
		f.add("topic.named", yes(b.onlyNames(t)), tenth(t.weight))
		f.add("topic.cue", t.issue, written(b.tokens[h.first:h.last]))
		f.add("topic.preposition", b.prepositionBefore(h.first))
		f.add("topic.quoted", yes(b.quoted[h.first]))
		f.add("topic.place", bucket(h.first))
		f.add("topic.before", at(b.tokens, h.first-1).lower)
		f.add("topic.after", at(b.tokens, h.last).lower)
		if c := b.cueBefore(h.first, 8); c != nil {
			f.add("topic.cue.before", c.cue.act)
			f.add("topic.verb.before", c.cue.lemma)
		}
	}
}

// describeTriple says how a pair and an issue go together.
func (d *document) describeTriple(b *block, r *relation, rule int, by, with *slot, t *topic, f *features) {
	name := rules[rule].name
	f.add("triple.with", t.issue, with.party)
	f.add("triple.by", t.issue, by.party)
	f.add("triple.rule", name, t.origin)
	if r.cue != nil {
		f.add("triple.act", t.issue, r.cue.cue.act)
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
	f.add("triple.place", name, place(r.by), place(r.with))
	// A cue that is but the name of one of the two says who they are, not what they speak of.
	if own := b.onlyNames(t, by, with); own {
		f.add("triple.own.name", t.issue)
		f.add("triple.own.name.rule", name)
	}
	nearest := 99
	for _, h := range t.hits {
		for _, m := range []*mention{r.by, r.with} {
			if m != nil {
				nearest = min(nearest, max(0, max(h.first-m.last, m.first-h.last)))
			}
		}
	}
	f.add("triple.distance", bucket(nearest))
	if r.cue != nil {
		// The issue should hang on the same cue as the parties.
		verbs := b.cuesWithin(r.cue.last, t.hits[0].first)
		f.add("triple.verbs.between", fitNames[r.fit], bucket(verbs))
		others := 0
		for g := range b.groups {
			if m := &b.mentions[b.groups[g].from]; b.groups[g].stands && m.first >= r.cue.last && m.last <= t.hits[0].first && m.party != by.party && m.party != with.party {
				others++
			}
		}
		f.add("triple.subjects.between", fitNames[r.fit], bucket(others))
		gap := t.hits[0].first - r.cue.last
		f.add("triple.cue.distance", yes(gap >= 0), bucket(max(gap, -gap)), r.cue.cue.act)
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
