package extract

import "strings"

// describeManner says in what manner a reading tells its raise, for the choice of act: what the
// raiser does in the sentence, what rules the issue, and the words of the sentence and of the title.
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
	for _, w := range b.tokens {
		if w.isWord() {
			f.add("word", w.lower)
		}
	}
	for _, w := range d.heading() {
		f.add("title.word", w)
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
	}
	return f
}

// describeModality says what bears on whether a reading is told as done, or otherwise: the form of its verbs
// and the words of time, doubt and denial around them.
func (d *document) describeModality(s *scene, r *reading) features {
	var f features
	b, p, t := s.block, &s.pairs[r.pair], &s.topics[r.topic]
	f.add("bias")
	f.add("part", string('0'+rune(b.span.Part)))
	f.add("place", bucket(b.index))
	f.add("rule", rules[p.rule].name)
	ruled := func(kind string, c *cueHit) {
		if c == nil {
			f.add(kind + ".none")
			return
		}
		f.add(kind+".form", string('0'+rune(c.cue.form)), yes(c.passive))
		f.add(kind+".state", yes(c.negated), yes(c.future), yes(c.hypothetical))
		f.add(kind+".act", c.cue.act)
		for back := 1; back <= 6; back++ {
			if word := at(b.tokens, c.first-back); word.in(timeWords) {
				f.add(kind+".time", word.lower)
				f.add(kind+".time.form", word.lower, string('0'+rune(c.cue.form)))
			}
		}
	}
	if p.relation.cue != nil {
		ruled("cue", &p.relation.cue.cueHit)
	} else {
		ruled("cue", nil)
	}
	if len(t.hits) > 0 {
		ruled("topic", b.cueBefore(t.hits[0].first, 15))
	}
	if g := b.mainGroup(); g >= 0 {
		for ahead := range 4 {
			word := at(b.tokens, b.mentions[b.groups[g].to-1].last+ahead)
			if word.in(timeWords) {
				f.add("main.time", word.lower)
			} else if strings.HasSuffix(word.lower, "ed") {
				f.add("main.past")
			}
		}
	}
	year := ""
	if len(d.day) >= 4 {
		year = d.day[:4]
	}
	for i, token := range b.tokens {
		switch {
		case token.in(timeWords):
			f.add("time", token.lower, yes(b.quoted[i]))
			f.add("time.next", token.lower, at(b.tokens, i+1).lower)
			if b.span.Part == Title || i < 6 {
				f.add("time.early", token.lower)
			}
		case token.class == number && len(token.text) == 4 && year != "" && (token.text[0] == '1' || token.text[0] == '2'):
			f.add("year", yes(token.text < year), yes(token.text > year))
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
