package extract

// relation is what a sentence says of two of its mentions, as rules ask of it.
type relation struct {
	by, with    *mention // nil where only the context brings the party in
	distance    int      // tokens between them
	before      bool     // by stands before with
	between     int      // mentions of other parties between them
	cue         *cueHit  // the cue that rules by, or lies between
	own         *cueHit  // first cue after by
	last        *cueHit  // last cue before with
	preposition string   // before with
	agent       bool     // by stands after "by"
	coordinated bool     // "A and B", "A–B"
	possessed   bool     // with is a qualifier: "Russia's invasion", "Russian oil"
	said        bool     // by is who says what the sentence quotes
}

// rule is one way in which English tells that one party brings something to another.
type rule struct {
	name string
	test func(r *relation) bool
}

// rules are tried in this order; the first that fits names the relation. The comments cite the rule of the
// annotation guide that each serves.
var rules = []rule{
	// "Hungary was urged by Germany to …": rule 1, passive.
	{"passive-by", func(r *relation) bool {
		return r.both() && !r.before && r.agent && r.cue != nil && r.cue.cue.form == pastForm
	}},
	// "Japan urged China": rule 1.
	{"verb-object", func(r *relation) bool {
		return r.ruled() && !r.own.passive && r.own.cue.form != nounForm && r.own.cue.objects && r.preposition == "" && !r.possessed
	}},
	// "Japan called on China", "Japan raised it with China": rule 1.
	{"verb-preposition", func(r *relation) bool {
		return r.ruled() && !r.own.passive && r.own.cue.form != nounForm && !r.own.cue.mutual && contains(r.own.cue.after, r.preposition)
	}},
	// "Ishiba met Trump", "Ishiba spoke with Trump": rule 2, talks run both ways.
	{"talk-with", func(r *relation) bool {
		return r.ruled() && r.own.cue.mutual && (r.preposition == "with" || r.preposition == "" && r.own.cue.form != nounForm)
	}},
	// "Japan and the US agreed", "talks between Japan and the US", "Japan–US talks": rule 2.
	{"talk-and", func(r *relation) bool { return r.both() && r.coordinated && r.cue != nil && r.cue.cue.mutual }},
	// "the two leaders discussed": rule 2.
	{"talk-group", func(r *relation) bool {
		return r.both() && r.by == r.with && r.cue != nil
	}},
	// "Japan's call on China", "US sanctions on Iran": rule 1, nominal.
	{"noun-preposition", func(r *relation) bool {
		return r.both() && r.before && r.last != nil && r.last.cue.form == nounForm && contains(r.last.cue.after, r.preposition)
	}},
	// "Japan condemned Russia's invasion": rule 3, the deed of the counterpart.
	{"verb-deed-of", func(r *relation) bool { return r.ruled() && !r.own.passive && r.possessed }},
	// "Japan said that China …": rulings, a public remark about another state's conduct.
	{"said-of", func(r *relation) bool { return r.both() && r.said }},
	{"verb-within", func(r *relation) bool { return r.ruled() }},
	{"chain-of-verbs", func(r *relation) bool { return r.both() && r.before && r.own != nil && r.last != nil }},
	{"coordinated", func(r *relation) bool { return r.both() && r.coordinated }},
	// "Ishiba will also raise tariffs.": the counterpart stands in a sentence before.
	{"counterpart-before", func(r *relation) bool { return r.by != nil && r.with == nil && r.own != nil }},
	// "Beijing was asked to …": who asks stands in a sentence before.
	{"raiser-before", func(r *relation) bool { return r.by == nil && r.with != nil && r.last != nil }},
	{"both-before", func(r *relation) bool { return r.by == nil && r.with == nil }},
	{"one-before", func(r *relation) bool { return r.by == nil || r.with == nil }},
	{"behind", func(r *relation) bool { return !r.before }},
	{"together", func(r *relation) bool { return true }},
}

func (r *relation) both() bool { return r.by != nil && r.with != nil }

// ruled reports whether one cue follows by and comes right before with.
func (r *relation) ruled() bool {
	return r.both() && r.before && r.own != nil && r.own == r.last
}

// ruleOf returns the place of the first rule that fits.
func ruleOf(r *relation) int {
	for i := range rules {
		if rules[i].test(r) {
			return i
		}
	}
	return len(rules) - 1
}

// relate describes how by stands to with; either may be nil.
func (b *block) relate(by, with *mention, speaker *mention) relation {
	r := relation{by: by, with: with}
	r.said = by != nil && speaker.party != "" && speaker.first == by.first && speaker.party == by.party
	if by != nil {
		r.own = b.cueAfter(by.last, 10)
		r.agent = b.prepositionBefore(by.first) == "by"
	}
	if with != nil {
		r.last = b.cueBefore(with.first, 12)
		r.preposition = b.prepositionBefore(with.first)
		r.possessed = at(b.tokens, with.last).class == possessive && !officialHead(b, *with) ||
			with.form == adjectiveForm && !officialHead(b, *with)
	}
	r.cue = r.own
	if r.cue == nil {
		r.cue = r.last
	}
	if !r.both() {
		return r
	}
	if by == with {
		r.before, r.cue = true, b.cueAfter(by.last, 12)
		if r.cue == nil {
			r.cue = b.cueBefore(by.first, 10)
		}
		return r
	}
	r.before = by.first < with.first
	left, right := by, with
	if !r.before {
		left, right = with, by
		r.cue = b.cueAfter(left.last, 12)
	}
	r.distance = max(0, right.first-left.last)
	for i := range b.mentions {
		m := &b.mentions[i]
		if m.first >= left.last && m.last <= right.first && m.party != by.party && m.party != with.party {
			r.between++
		}
	}
	r.coordinated = r.distance <= 3 && r.distance > 0
	for _, t := range b.tokens[min(left.last, right.first):right.first] {
		switch t.lower {
		case "and", ",", "the", "-", "–", "/", "his", "her", "'s", "with", "its":
		default:
			r.coordinated = false
		}
	}
	if r.coordinated {
		// The verb stands behind the pair, or "talks between" before it.
		if r.cue = b.cueAfter(right.last, 8); r.cue == nil || !r.cue.cue.mutual {
			if before := b.cueBefore(left.first, 6); before != nil && before.cue.mutual {
				r.cue = before
			}
		}
	}
	return r
}

func (b *block) cueAfter(i, reach int) *cueHit {
	for j := range b.cues {
		c := &b.cues[j]
		if c.first >= i {
			if c.first-i > reach {
				return nil
			}
			return c
		}
	}
	return nil
}

func (b *block) cueBefore(i, reach int) *cueHit {
	for j := len(b.cues) - 1; j >= 0; j-- {
		c := &b.cues[j]
		if c.last <= i {
			if i-c.last > reach {
				return nil
			}
			return c
		}
	}
	return nil
}

var prepositions = wordSet(`of in on to with by from for against at over between into toward towards about upon after among alongside
	within amid under via regarding concerning despite without before behind beyond through than as like across onto`)

// prepositionBefore returns the preposition that binds the noun phrase at token i, or "".
func (b *block) prepositionBefore(i int) string {
	for back := 1; back <= 4 && i-back >= 0; back++ {
		t := b.tokens[i-back]
		if prepositions[t.lower] {
			return t.lower
		}
		switch {
		case t.lower == "the", t.lower == "a", t.lower == "his", t.lower == "her", t.lower == "its", t.lower == "their", modifiers[t.lower], t.lower == "both", t.lower == "mr", t.text == ".":
		default:
			return ""
		}
	}
	return ""
}
