package extract

import "slices"

// relation is what a sentence says of two of its mentions, as rules ask of it.
type relation struct {
	by, with    *mention     // nil where only the context brings the party in
	fit         fit          // how the cue binds them
	cue         *frame       // the cue that binds them best; nil where the sentence has none
	before      bool         // by stands before with
	distance    int          // tokens between them
	between     int          // mentions of other parties between them
	preposition string       // before with
	agent       bool         // by stands behind "by", or "from", of its cue
	that        bool         // a clause follows the cue: "demanded that"
	grouped     bool         // both are members of one list, or of one "the two leaders"
	possessed   bool         // with is a qualifier: "Russia's invasion", "Russian oil"
	said        bool         // by is who says what the sentence quotes
	stands      bool         // by can be a subject
	bound       [fits]uint32 // acts of the cues that bind them, by how they do
	talking     bool         // both take part in the talk that the sentences before, or the headline, told of
}

// fit says how a cue binds the two parties of a relation; the greater, the closer.
type fit uint8

const (
	unbound    fit = iota
	nearby         // the cue stands before or after both
	within         // the cue stands between them, but by is not its subject
	later          // by is its subject; with follows, but not first
	objectless     // by is its subject; with is not told here, or stands before
	direct         // by is its subject, with follows first
	together       // both are its subject
	fits
)

var fitNames = [fits]string{"unbound", "nearby", "within", "later", "objectless", "direct", "together"}

// rule is one way in which English tells that one party brings something to another.
type rule struct {
	name string
	sure strength
	both bool // what is told of two holds the other way round too
	test func(r *relation) bool
}

// strength says how much a rule alone tells, so that what is learned of common rules helps rare ones.
type strength uint8

const (
	hint strength = iota // the parties stand in one sentence, or one of them does
	likely
	plain // grammar says who acts upon whom
	mutual
)

var strengthNames = []string{"hint", "likely", "plain", "mutual"}

// rules are tried in this order; the first that fits names the relation. The comments cite the rule of the
// annotation guide that each serves.
var rules = [...]rule{
	// "Hungary was urged by Germany to …": rule 1, passive.
	{"passive-by", plain, false, func(r *relation) bool { return r.both() && r.agent && r.fit == direct }},
	// "the two leaders discussed", "Japan and the US agreed", "talks between Japan and the US": rule 2, talks run both ways.
	{"talk-group", mutual, true, func(r *relation) bool { return r.both() && r.by == r.with && r.by.form == groupForm && r.cue != nil }},
	{"talk-and", mutual, true, func(r *relation) bool { return r.grouped && r.cue != nil && r.cue.cue.mutual }},
	{"joint-act", likely, true, func(r *relation) bool { return r.grouped && r.cue != nil && r.fit == together }},
	// "Ishiba met Trump", "Ishiba spoke with Trump": rule 2.
	{"talk-with", mutual, true, func(r *relation) bool {
		return r.fit == direct && r.cue.cue.mutual && (r.preposition == "with" || r.preposition == "" && !r.possessed)
	}},
	// "Japan urged China": rule 1.
	{"verb-object", plain, false, func(r *relation) bool {
		return r.fit == direct && r.verb() && r.cue.cue.objects && r.preposition == "" && !r.possessed
	}},
	// "Japan demanded that China …", "Japan's demand that China …": rule 1.
	{"asked-that", plain, false, func(r *relation) bool {
		return r.fit == direct && r.that && r.cue.cue.act == "REQUEST" && !r.possessed
	}},
	// "Japan called on China", "Japan raised it with China": rule 1.
	{"verb-preposition", plain, false, func(r *relation) bool {
		return r.fit == direct && r.verb() && slices.Contains(r.cue.cue.after, r.preposition)
	}},
	// "Japan's call on China", "US sanctions on Iran": rule 1, nominal.
	{"noun-preposition", plain, false, func(r *relation) bool {
		return r.fit == direct && r.cue.cue.form == nounForm && slices.Contains(r.cue.cue.after, r.preposition)
	}},
	// "Japan condemned Russia's invasion": rule 3, the deed of the counterpart.
	{"verb-deed-of", plain, false, func(r *relation) bool { return r.fit == direct && r.verb() && r.possessed && r.preposition != "in" }},
	{"talk-they", likely, true, func(r *relation) bool { return r.both() && r.by == r.with && r.cue != nil }},
	{"verb-within", likely, false, func(r *relation) bool { return r.fit == direct }},
	// "Japan said that China …": rulings, a public remark about another state's conduct.
	{"said-of", likely, false, func(r *relation) bool { return r.both() && r.said }},
	{"verb-later", likely, false, func(r *relation) bool { return r.both() && r.fit == later }},
	// "Ishiba will also raise tariffs.": the counterpart stands in a sentence before.
	{"counterpart-before", hint, false, func(r *relation) bool { return r.by != nil && r.with == nil && r.fit == objectless }},
	// "Beijing was asked to …": who asks stands in a sentence before.
	{"raiser-before", hint, false, func(r *relation) bool { return r.by == nil && r.with != nil && r.cue != nil }},
	// "The agenda will include trade.": who talks stands in a sentence before.
	{"talk-before", likely, true, func(r *relation) bool { return r.by == nil && r.with == nil && r.fit == together }},
	{"both-before", hint, false, func(r *relation) bool { return r.by == nil && r.with == nil }},
	{"one-before", hint, false, func(r *relation) bool { return r.by == nil || r.with == nil }},
	{"listed", hint, false, func(r *relation) bool { return r.grouped }},
	{"around-verb", hint, false, func(r *relation) bool { return r.fit == within }},
	{"behind", hint, false, func(r *relation) bool { return !r.before }},
	{"one-sentence", hint, false, func(r *relation) bool { return true }},
}

func (r *relation) both() bool { return r.by != nil && r.with != nil }
func (r *relation) verb() bool { return r.cue.cue.form != nounForm && !r.cue.passive }

// ruleOf returns the place of the first rule that fits.
func ruleOf(r *relation) int {
	for i := range rules {
		if rules[i].test(r) {
			return i
		}
	}
	return len(rules) - 1
}

// relate describes how mention i stands to mention j, the one that would raise to the one addressed; -1 is a
// party of the context.
func (b *block) relate(i, j int, talking bool) relation {
	r := relation{talking: talking}
	byGroup, withGroup := -1, -1
	if i >= 0 {
		r.by, byGroup = &b.mentions[i], b.groupOf[i]
		r.stands = b.groups[byGroup].stands
		r.said = b.speaker.party != "" && b.speaker.first == r.by.first && b.speaker.party == r.by.party
	}
	if j >= 0 {
		r.with, withGroup = &b.mentions[j], b.groupOf[j]
		r.preposition = b.prepositionBefore(b.mentions[b.groups[withGroup].from].first)
		r.possessed = (at(b.tokens, r.with.last).class == possessive || r.with.form == adjectiveForm) && !officialHead(b, *r.with)
	}
	if r.both() {
		r.grouped = byGroup == withGroup
		r.before = r.by.first <= r.with.first
		left, right := r.by, r.with
		if !r.before {
			left, right = right, left
		}
		r.distance = max(0, right.first-left.last)
		for k := range b.mentions {
			m := &b.mentions[k]
			if m.first >= left.last && m.last <= right.first && m.party != r.by.party && m.party != r.with.party {
				r.between++
			}
		}
	}
	nearest := 1 << 30
	for k := range b.frames {
		f := &b.frames[k]
		how := f.binds(byGroup, withGroup, &r)
		if how == unbound {
			continue
		}
		r.bound[how] |= 1 << f.cue.class
		gap := 0
		for _, m := range []*mention{r.by, r.with} {
			if m != nil {
				gap += max(0, max(m.first-f.last, f.first-m.last))
			}
		}
		if how > r.fit || how == r.fit && gap < nearest {
			r.fit, r.cue, nearest = how, f, gap
		}
	}
	if r.cue != nil {
		r.agent = byGroup >= 0 && r.cue.agent == byGroup
		r.that = b.thatAt(r.cue.last)
	}
	return r
}

// thatAt reports whether a clause with "that" begins at token i, or behind when it was said: "demanded on Wednesday that".
func (b *block) thatAt(i int) bool {
	for ; ; i++ {
		switch t := at(b.tokens, i); {
		case t.lower == "that":
			return true
		case !t.in(calendar|whenWords) && t.class != number:
			return false
		}
	}
}

// binds says how a frame binds two groups; -1 is a party of the context.
func (f *frame) binds(by, with int, r *relation) fit {
	if by >= 0 && by == with {
		if f.subject == by || f.agent == by || len(f.objects) > 0 && f.objects[0] == by && f.cue.mutual {
			return together
		}
		return nearby
	}
	does := by >= 0 && (f.agent == by || f.subject == by && !f.passive && f.agent < 0)
	switch {
	case does && with >= 0 && (f.agent == by && f.subject == with || len(f.objects) > 0 && f.objects[0] == with):
		return direct
	case does && with >= 0 && len(f.objects) > 1 && (f.objects[1] == with || f.objects[len(f.objects)-1] == with):
		return later
	case does:
		return objectless
	case by < 0 && with >= 0 && (f.passive && f.subject == with || f.subject < 0 && len(f.objects) > 0 && f.objects[0] == with):
		return direct
	case by < 0 && with < 0 && r.talking && f.cue.mutual && f.subject < 0:
		return together
	case r.both() && (r.before && f.first >= r.by.last && f.last <= r.with.first || !r.before && f.first >= r.with.last && f.last <= r.by.first):
		return within
	}
	return nearby
}

// prepositionBefore returns the preposition that binds the noun phrase at token i, or "".
func (b *block) prepositionBefore(i int) string {
	preposition, _ := b.prepositionAt(i)
	return preposition
}

// prepositionAt returns the preposition that binds the noun phrase at token i, and its place.
func (b *block) prepositionAt(i int) (string, int) {
	if place := b.leadAt(i, prepositions); place >= 0 {
		return b.tokens[place].lower, place
	}
	return "", 0
}

// leadAt returns the place of the word of a set that leads the noun phrase at token i, or -1.
func (b *block) leadAt(i int, set wordSet) int {
	for back := 1; back <= 4 && i-back >= 0; back++ {
		t := b.tokens[i-back]
		if t.in(set) {
			return i - back
		}
		switch {
		case t.lower == "the", t.lower == "a", t.lower == "his", t.lower == "her", t.lower == "its", t.lower == "their", t.in(modifiers), t.lower == "both", t.lower == "mr", t.text == ".":
		default:
			return -1
		}
	}
	return -1
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
