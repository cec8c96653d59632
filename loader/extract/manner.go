package extract

import "strings"

// describeManner says in what manner a reading tells its raise, for the choice of act: what the
// raiser does in the sentence, what rules the issue, and the words of the sentence and of the title.
// The words are the same for all readings of a sentence.
func (d *document) describeManner(s *scene, r *reading, f *features) {
	d.describeDoing(s, r, f)
	d.describeWords(s.block, f)
	describeRuling(s, r, f)
}

// describeDoing says how the two stand to each other, and what the raiser does.
func (d *document) describeDoing(s *scene, r *reading, f *features) {
	b, p, t := s.block, &s.pairs[r.pair], &s.topics[r.topic]
	rel := &p.relation
	name := rules[p.rule].name
	f.add(kindOf("bias"))
	f.add(kindOf("rule"), name)
	f.add(kindOf("issue"), t.issue)
	f.add(kindOf("area"), d.lexicon.area[t.issue])
	f.add(kindOf("part"), string('0'+rune(b.span.Part)))
	f.add(kindOf("said"), yes(rel.said))
	f.add(kindOf("with"), formName(rel.with), rel.preposition, yes(rel.possessed))
	f.add(kindOf("by"), formName(rel.by), yes(rel.stands))
	byGroup := -1
	for _, i := range s.slots[p.by].mentions {
		byGroup = b.groupOf[i]
		break
	}
	if c := rel.cue; c != nil {
		f.add(kindOf("cue.act"), c.cue.act, fitNames[rel.fit])
		f.add(kindOf("cue"), c.cue.lemma)
		f.add(kindOf("cue.fit"), c.cue.lemma, fitNames[rel.fit], rel.preposition)
		f.add(kindOf("cue.issue"), c.cue.act, t.issue)
		f.add(kindOf("cue.state"), yes(c.passive), yes(c.negated), yes(c.future), yes(c.hypothetical), string('0'+rune(c.cue.form)))
		for back := 1; back <= 3; back++ {
			f.add(kindOf("cue.before"), at(b.tokens, c.first-back).lower)
		}
		f.add(kindOf("cue.after"), at(b.tokens, c.last).lower)
	}
	for k := range b.frames {
		c := &b.frames[k]
		f.add(kindOf("any.act"), c.cue.act, string('0'+rune(c.cue.form)))
		f.add(kindOf("any"), c.cue.lemma)
		if byGroup >= 0 && (c.subject == byGroup || c.agent == byGroup) {
			f.add(kindOf("does.act"), c.cue.act)
			f.add(kindOf("does"), c.cue.lemma)
		}
		if k == 0 {
			f.add(kindOf("first.act"), c.cue.act)
		}
	}
}

// describeWords tells the words of a sentence and those of the title.
func (d *document) describeWords(b *block, f *features) {
	for _, t := range b.tokens {
		if t.isWord() {
			f.add(kindWord, t.lower)
		}
	}
	for _, word := range d.heading {
		f.add(kindTitleWord, word)
	}
}

// describeRuling says what rules the issue.
func describeRuling(s *scene, r *reading, f *features) {
	b, t := s.block, &s.topics[r.topic]
	if len(t.hits) > 0 {
		h := t.hits[0]
		if c := b.cueBefore(h.first, 12); c != nil {
			f.add(kindOf("topic.act"), c.cue.act)
			f.add(kindOf("topic.cue"), c.cue.lemma)
		}
		for back := 1; back <= 4; back++ {
			f.add(kindOf("topic.before"), at(b.tokens, h.first-back).lower)
		}
		f.add(kindOf("topic.quoted"), yes(b.quoted[h.first]))
	}
}

// describeModality says what bears on whether a reading is told as done, or otherwise: the form of its verbs
// and the words of time, doubt and denial around them.
func (d *document) describeModality(s *scene, r *reading, f *features) {
	b, p, t := s.block, &s.pairs[r.pair], &s.topics[r.topic]
	f.add(kindOf("bias"))
	f.add(kindOf("part"), string('0'+rune(b.span.Part)))
	f.add(kindOf("place"), bucket(b.index))
	f.add(kindOf("rule"), rules[p.rule].name)
	ruled := func(kind string, c *cueHit) {
		if c == nil {
			f.add(kindOf(kind + ".none"))
			return
		}
		f.add(kindOf(kind+".form"), string('0'+rune(c.cue.form)), yes(c.passive))
		f.add(kindOf(kind+".state"), yes(c.negated), yes(c.future), yes(c.hypothetical))
		f.add(kindOf(kind+".act"), c.cue.act)
		for back := 1; back <= 6; back++ {
			if word := at(b.tokens, c.first-back); word.in(timeWords) {
				f.add(kindOf(kind+".time"), word.lower)
				f.add(kindOf(kind+".time.form"), word.lower, string('0'+rune(c.cue.form)))
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
				f.add(kindOf("main.time"), word.lower)
			} else if strings.HasSuffix(word.lower, "ed") {
				f.add(kindOf("main.past"))
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
			f.add(kindOf("time"), token.lower, yes(b.quoted[i]))
			f.add(kindOf("time.next"), token.lower, at(b.tokens, i+1).lower)
			if b.span.Part == Title || i < 6 {
				f.add(kindOf("time.early"), token.lower)
			}
		case token.class == number && len(token.text) == 4 && year != "" && (token.text[0] == '1' || token.text[0] == '2'):
			f.add(kindOf("year"), yes(token.text < year), yes(token.text > year))
		}
	}
}

func formName(m *mention) string {
	if m == nil {
		return "context"
	}
	return formNames[m.form]
}
