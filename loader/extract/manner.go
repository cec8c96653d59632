package extract

// describeManner says in what manner a reading tells its raise, for the choice of act and modality: what the
// raiser does in the sentence, what rules the issue, and the words around.
func (d *document) describeManner(s *scene, r *reading) features {
	var f features
	b, p, t := s.block, &s.pairs[r.pair], &s.topics[r.topic]
	rel := &p.relation
	name := rules[p.rule].name
	f.add("bias")
	f.add("rule", name)
	f.add("issue", t.issue)
	f.add("area", d.lexicon.area[t.issue])
	f.add("part", string('0'+rune(b.span.Part)))
	f.add("said", yes(rel.said))
	f.add("with", formName(rel.with), rel.preposition, yes(rel.possessed))
	f.add("by", formName(rel.by), yes(rel.stands))
	byGroup := -1
	for _, i := range s.slots[p.by].mentions {
		byGroup = b.groupOf[i]
		break
	}
	if c := rel.cue; c != nil {
		f.add("cue.act", c.cue.act, fitNames[rel.fit])
		f.add("cue", c.cue.lemma)
		f.add("cue.fit", c.cue.lemma, fitNames[rel.fit], rel.preposition)
		f.add("cue.issue", c.cue.act, t.issue)
		f.add("cue.state", yes(c.passive), yes(c.negated), yes(c.future), yes(c.hypothetical), string('0'+rune(c.cue.form)))
		for back := 1; back <= 3; back++ {
			f.add("cue.before", at(b.tokens, c.first-back).lower)
		}
		f.add("cue.after", at(b.tokens, c.last).lower)
	}
	for k := range b.frames {
		c := &b.frames[k]
		f.add("any.act", c.cue.act, string('0'+rune(c.cue.form)))
		f.add("any", c.cue.lemma)
		if byGroup >= 0 && (c.subject == byGroup || c.agent == byGroup) {
			f.add("does.act", c.cue.act)
			f.add("does", c.cue.lemma)
		}
		if k == 0 {
			f.add("first.act", c.cue.act)
		}
	}
	if len(t.hits) > 0 {
		h := t.hits[0]
		if c := b.cueBefore(h.first, 12); c != nil {
			f.add("topic.act", c.cue.act)
			f.add("topic.cue", c.cue.lemma)
		}
		for back := 1; back <= 4; back++ {
			f.add("topic.before", at(b.tokens, h.first-back).lower)
		}
		f.add("topic.quoted", yes(b.quoted[h.first]))
		f.add("topic.name", written(b.tokens[h.first:h.last]))
	}
	last := ""
	for i, token := range b.tokens {
		if token.class == lowerWord || i == 0 && token.isWord() {
			f.add("word", token.lower)
			if last != "" {
				f.add("words", last, token.lower)
			}
			last = token.lower
		} else {
			last = ""
		}
		if token.class == number && len(token.text) == 4 {
			f.add("year", yes(len(d.day) > 4 && token.text < d.day[:4]))
		}
	}
	return f
}

func formName(m *mention) string {
	if m == nil {
		return "context"
	}
	return formNames[m.form]
}
