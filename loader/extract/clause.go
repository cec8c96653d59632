package extract

// frame is what a cue of an act binds together: who is its subject, what follows it.
type frame struct {
	cueHit
	subject int   // group that does it, or -1
	agent   int   // group behind "by" of a passive, or -1
	objects []int // groups that follow, nearest first, at most three
	owned   bool  // the subject is the owner of a noun: "Japan's call", "US sanctions"
}

// group is a list of mentions that share one place in the sentence: "Canada, Britain and France".
type group struct {
	from, to int  // mentions, to exclusive
	stands   bool // can be the subject of a verb
}

// parse finds the groups of a sentence's mentions and the frames of its cues.
func (b *block) parse() {
	b.groupOf, b.groups = make([]int, len(b.mentions)), make([]group, 0, len(b.mentions))
	for i := range b.mentions {
		if i > 0 && b.joined(i-1, i) {
			b.groupOf[i] = len(b.groups) - 1
			b.groups[len(b.groups)-1].to = i + 1
			continue
		}
		b.groupOf[i] = len(b.groups)
		b.groups = append(b.groups, group{from: i, to: i + 1, stands: b.stands(i)})
	}
	b.frames = make([]frame, 0, len(b.cues))
	for _, c := range b.cues {
		b.frames = append(b.frames, b.frame(c))
	}
}

// joined reports whether two mentions in a row are members of one list.
func (b *block) joined(i, j int) bool {
	left, right := b.mentions[i], b.mentions[j]
	if right.first < left.last || right.first == left.last && right.form != adjectiveForm {
		return false
	}
	if right.first-left.last > 4 {
		return false
	}
	and := false
	for _, t := range b.tokens[left.last:right.first] {
		switch t.lower {
		case "and", "&", "or":
			and = true
		case ",", "–", "-", "/":
			and = true
		case "the", "as", "well", "his", "her", "its", "both", "prime", "foreign":
		default:
			if !t.in(modifiers) {
				return false
			}
		}
	}
	return and
}

// stands reports whether a mention can be the subject of a verb: no preposition binds it, and it qualifies no
// noun but one for those who speak for it.
func (b *block) stands(i int) bool {
	m := b.mentions[i]
	if m.former {
		return false
	}
	official := officialHead(b, m)
	if (m.form == adjectiveForm || at(b.tokens, m.last).class == possessive) && !official {
		return false
	}
	return b.unbound(m.first, 2)
}

// unbound reports whether no preposition binds the noun phrase at token i. "Leaders of Canada" are bound by
// what binds the leaders.
func (b *block) unbound(i, depth int) bool {
	preposition, place := b.prepositionAt(i)
	if preposition == "" {
		return true
	}
	if depth > 0 && (preposition == "of" || preposition == "from" || preposition == "for") {
		if at(b.tokens, place-1).in(officialNouns) {
			return b.unbound(place-1, depth-1)
		}
	}
	return preposition == "as" || preposition == "like"
}

func (b *block) frame(c cueHit) frame {
	f := frame{cueHit: c, subject: -1, agent: -1}
	aside := c.cue.form == nounForm && !c.cue.mutual && b.circumstance(c.first)
	if c.cue.form == nounForm && !aside {
		// The owner of a noun stands right before it: "Japan's strong call", "US sanctions".
		for g := len(b.groups) - 1; g >= 0; g-- {
			last := b.mentions[b.groups[g].to-1]
			if last.last <= c.first {
				if c.first-last.last <= 3 && !b.verbWithin(last.last, c.first) {
					f.subject, f.owned = g, true
				}
				break
			}
		}
	}
	if f.subject < 0 && !aside {
		for g := len(b.groups) - 1; g >= 0; g-- {
			if b.mentions[b.groups[g].to-1].last <= c.first && b.groups[g].stands {
				f.subject = g
				break
			}
		}
	}
	if f.subject >= 0 && b.asked(f) {
		f.subject = -1
	}
	for g := range b.groups {
		first := b.mentions[b.groups[g].from]
		if first.first < c.last {
			continue
		}
		if f.agent < 0 && (c.passive || c.cue.form == nounForm) && first.first-c.last < 9 {
			if by := b.prepositionBefore(first.first); by == "by" || by == "from" && c.cue.form == nounForm && comesFrom[c.cue.act] {
				f.agent = g
				continue
			}
		}
		if len(f.objects) < 3 {
			f.objects = append(f.objects, g)
		}
	}
	return f
}

// circumstance reports whether a noun at token i tells when or why something is done, rather than what: "throughout the war", "over the attack".
func (b *block) circumstance(i int) bool {
	place := b.leadAt(i, prepositions|circumstances)
	return place >= 0 && b.tokens[place].in(circumstances)
}

// comesFrom are the acts that a noun says to come from who does them: "condemnation from", "sanctions from".
var comesFrom = map[string]bool{"ACCUSE": true, "REQUEST": true, "SUPPORT": true, "THREATEN": true, "SANCTION": true, "REJECT": true, "PROTEST": true}

// asked reports whether a verb is what its subject is asked to do, not what it does: "urged China to lift".
func (b *block) asked(f frame) bool {
	before := at(b.tokens, f.first-1).lower
	if before == "not" || before == "immediately" {
		before = at(b.tokens, f.first-2).lower
	}
	if before != "to" {
		return false
	}
	for k := len(b.frames) - 1; k >= 0; k-- {
		earlier := &b.frames[k]
		if earlier.last <= b.mentions[b.groups[f.subject].from].first {
			return earlier.cue.form != nounForm && earlier.subject >= 0 && earlier.subject != f.subject &&
				len(earlier.objects) > 0 && earlier.objects[0] == f.subject && earlier.cue.objects
		}
	}
	return false
}

// verbWithin reports whether a cue that is a verb stands between two tokens.
func (b *block) verbWithin(from, to int) bool {
	return b.cuesWithin(from, to) > 0
}

// cuesWithin counts the verbs among the cues between two tokens.
func (b *block) cuesWithin(from, to int) int {
	n := 0
	for i := range b.cues {
		if c := &b.cues[i]; c.first >= from && c.last <= to && c.cue.form != nounForm {
			n++
		}
	}
	return n
}

// mainGroup returns the first group of the sentence that can be a subject, or -1.
func (b *block) mainGroup() int {
	for g := range b.groups {
		if b.groups[g].stands {
			return g
		}
	}
	return -1
}
