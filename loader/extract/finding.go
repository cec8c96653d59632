package extract

import (
	"cmp"
	"slices"
	"strings"

	"demarche/loader/extract/encoder"
)

// triple is what a raise says: who, with whom, what.
type triple struct{ by, with, issue string }

func (t triple) compare(u triple) int {
	return cmp.Or(strings.Compare(t.by, u.by), strings.Compare(t.with, u.with), strings.Compare(t.issue, u.issue))
}

// support is one sentence that may say a triple.
type support struct {
	scene   *scene
	reading *reading
}

// finding is a triple with all that the article has for it.
type finding struct {
	triple
	supports   []support // best first
	numbers    []float32 // what the article has for it, told by describeFinding
	logit      float64   // that the article says it, by this direction alone
	confidence float64
	reverse    *finding // of the other direction, where the text tells of both at once; else nil
	chorus     chorus   // in which it is said
}

// weigh tells all findings of an article how likely it is that it says so. What is told of two together is as likely one way
// as the other, and what a crowd says as likely of one of its members as of another.
func weigh(findings []*finding, m *forest) {
	cases := make([][]float32, len(findings))
	for i, f := range findings {
		cases[i] = f.numbers
	}
	for i, logit := range m.sums(cases) {
		findings[i].logit = logit
	}
	sing(findings)
	for _, f := range findings {
		logit := f.logit
		if f.reverse != nil {
			logit = (logit + f.reverse.logit) / 2
		}
		f.confidence = probability(logit)
	}
}

// findings weighs every triple that the article could mean, by triple.
func (d *document) findings(m *model) []*finding {
	scenes := d.scenes(m)
	all := d.gatherFindings(scenes)
	d.describeFindings(all, scenes, m.encoder)
	weigh(all, &m.article)
	for _, f := range all {
		f.confidence = m.scaling.of(f.confidence)
	}
	return all
}

// scenes returns what each sentence could mean, weighed.
func (d *document) scenes(m *model) []*scene {
	var scenes []*scene
	d.space = make(features, 0, 2048)
	for _, b := range d.blocks {
		d.space = d.space[:0] // the features of a scene are done with once it is weighed
		if s := d.scene(b, &m.wording); s != nil {
			s.weigh(&m.sentenceModel)
			scenes = append(scenes, s)
		}
	}
	return scenes
}

// hopeless is the logit below which no sentence supports anything: weighing what lies below changes nothing
// but the time it takes.
const hopeless = -3.3

// gatherFindings joins the readings of all scenes, which have been weighed, into triples.
func (d *document) gatherFindings(scenes []*scene) []*finding {
	byTriple := map[triple]*finding{}
	var all []*finding
	for _, s := range scenes {
		for i := range s.readings {
			r := &s.readings[i]
			if r.logit < hopeless {
				continue
			}
			t := s.triple(r)
			f := byTriple[t]
			if f == nil {
				f = &finding{triple: t}
				byTriple[t] = f
				all = append(all, f)
			}
			f.supports = append(f.supports, support{s, r})
		}
	}
	slices.SortFunc(all, func(a, b *finding) int { return a.triple.compare(b.triple) })
	for _, f := range all {
		slices.SortStableFunc(f.supports, func(a, b support) int { return cmp.Compare(b.reading.logit, a.reading.logit) })
	}
	return all
}

// describeFindings says of all triples how the article as a whole bears them out.
func (d *document) describeFindings(all []*finding, scenes []*scene, e *encoder.Encoder) {
	t := d.tally(all, scenes)
	for p, told := range d.reread(e, scenes, all) {
		t.pair(p).told = told
		t.told = max(t.told, told)
	}
	numbers := make([]float32, 0, len(all)*findingNumbers)
	for _, f := range all {
		from := len(numbers)
		numbers = d.describeFinding(f, t, numbers)
		f.numbers = numbers[from:]
	}
}

// pair is who and with whom.
type pair struct{ by, with string }

// tally is what the readings of an article come to together.
type tally struct {
	findings  map[triple]*finding
	pairs     map[pair]*pairTally
	everyPair []*pairTally // those of pairs
	issues    map[string]*issueTally
	top, sum  float64 // best logit, and sum of the probabilities, of all readings
	topPair   float64 // best logit of any pair alone
	told      float64 // best logit of the encoder for any pair
	dealings  map[side]*dealings
	promising int // triples with a sentence that more likely than not says them
}

type pairTally struct {
	pair
	findings []*finding
	best     float64 // logit of its best reading
	sum      float64 // of the probabilities of its readings
	// The same of the pair alone, whatever the issue.
	any, anySum float64
	told        float64 // what the encoder makes of it, as a logit
	rank        int     // how many pairs are surer
	meetings    int     // sentences that name both
	shape       shape
}

// side is a party in one of the two roles of a raise, of whichever issue where none is given.
type side struct {
	party, issue string
	hears        bool
}

// dealings are how sure the article is that one side deals with others.
type dealings struct {
	best, second float64 // probabilities of its two surest counterparts
	sum          float64
	surest       string // the counterpart of best
}

// deal adds a counterpart to the dealings of a side.
func (t *tally) deal(s side, with string, chance float64) {
	d := t.dealings[s]
	if d == nil {
		d = &dealings{}
		t.dealings[s] = d
	}
	d.sum += chance
	if chance > d.best {
		d.best, d.second, d.surest = chance, d.best, with
	} else {
		d.second = max(d.second, chance)
	}
}

// others returns what the dealings of a side come to without one counterpart, whose own probability is given: the best and the sum.
func (t *tally) others(s side, but string, own float64) (best, sum float64) {
	d := t.dealings[s]
	if d == nil {
		return 0, 0
	}
	if d.surest == but {
		return d.second, d.sum - own
	}
	return d.best, d.sum - own
}

// shape says in what kinds of sentences a pair stands.
type shape struct {
	rules    [len(rules)]float32 // how many sentences have it by each rule
	fits     [fits]float32
	acts     [len(acts)]float32 // of the cues that bind it
	title    float64            // probability of the pair in the title, at most
	opening  float64            // in the title and the first three sentences
	both     float64            // where the sentence names both
	bothSum  float64
	inferred float64 // where it does not
}

func (s *shape) take(p *scenePair, b *block) {
	s.rules[p.rule]++
	s.fits[p.relation.fit]++
	if p.relation.cue != nil && p.relation.fit >= later {
		s.acts[p.relation.cue.cue.class]++
	}
	chance := probability(p.logit)
	if b.span.Part == Title {
		s.title = max(s.title, chance)
	}
	if b.index <= 3 {
		s.opening = max(s.opening, chance)
	}
	if p.relation.both() {
		s.both = max(s.both, chance)
		s.bothSum += chance
	} else {
		s.inferred = max(s.inferred, chance)
	}
}

type issueTally struct {
	best, sum float64
	area      string
	rank      int     // how many issues have a better reading
	sibling   float64 // best logit of the others of its area
}

// tally sums up all findings of an article, which it is given in order, and the pairs of its scenes.
func (d *document) tally(all []*finding, scenes []*scene) *tally {
	t := &tally{findings: make(map[triple]*finding, len(all)), pairs: map[pair]*pairTally{}, issues: map[string]*issueTally{}, dealings: map[side]*dealings{}, top: absent, topPair: absent, told: absent}
	for _, s := range scenes {
		for i := range s.pairs {
			p := &s.pairs[i]
			sums := t.pair(pair{s.slots[p.by].party, s.slots[p.with].party})
			sums.any = max(sums.any, p.logit)
			sums.anySum += probability(p.logit)
			sums.shape.take(p, s.block)
			t.topPair = max(t.topPair, p.logit)
		}
	}
	for _, f := range all {
		t.findings[f.triple] = f
		ofPair, ofIssue := t.pair(pair{f.by, f.with}), t.issues[f.issue]
		if ofIssue == nil {
			ofIssue = &issueTally{area: d.lexicon.area[f.issue], best: absent, sibling: absent}
			t.issues[f.issue] = ofIssue
		}
		best := f.supports[0].reading.logit
		ofPair.findings = append(ofPair.findings, f)
		ofPair.best, ofIssue.best, t.top = max(ofPair.best, best), max(ofIssue.best, best), max(t.top, best)
		for _, s := range f.supports {
			p := probability(s.reading.logit)
			ofPair.sum += p
			ofIssue.sum += p
			t.sum += p
		}
		if best > 0 {
			t.promising++
		}
	}
	t.countMeetings(d.blocks)
	for _, own := range t.everyPair {
		chance := probability(own.any)
		t.deal(side{party: own.by}, own.with, chance)
		t.deal(side{party: own.with, hears: true}, own.by, chance)
	}
	for _, f := range all {
		chance := probability(f.supports[0].reading.logit)
		t.deal(side{party: f.by, issue: f.issue}, f.with, chance)
		t.deal(side{party: f.with, issue: f.issue, hears: true}, f.by, chance)
	}
	for _, own := range t.everyPair {
		if len(own.findings) == 0 {
			continue // nothing is asked of it
		}
		for _, other := range t.everyPair {
			if other.any > own.any {
				own.rank++
			}
		}
	}
	for issue, own := range t.issues {
		for other, sums := range t.issues {
			if sums.best > own.best {
				own.rank++
			}
			if other != issue && sums.area == own.area {
				own.sibling = max(own.sibling, sums.best)
			}
		}
	}
	return t
}

func (t *tally) pair(p pair) *pairTally {
	sums := t.pairs[p]
	if sums == nil {
		sums = &pairTally{pair: p, best: absent, any: absent, told: absent}
		t.pairs[p] = sums
		t.everyPair = append(t.everyPair, sums)
	}
	return sums
}

// countMeetings counts for each pair the sentences that name both.
func (t *tally) countMeetings(blocks []*block) {
	var parties []string
	for _, b := range blocks {
		parties = parties[:0]
		for i := range b.mentions {
			parties = b.mentions[i].addParties(parties)
		}
		for _, by := range parties {
			for _, with := range parties {
				if by == with {
					continue
				}
				if sums := t.pairs[pair{by, with}]; sums != nil {
					sums.meetings++
				}
			}
		}
	}
}

// absent is the logit of what the article does not have.
const absent = -9.0

// findingNumbers is how much room the numbers of a finding need; were it too little, they would be copied.
const findingNumbers = 150

// describeFinding says of a triple how the article as a whole bears it out, in numbers that it puts behind others.
func (d *document) describeFinding(f *finding, t *tally, numbers []float32) []float32 {
	best := f.supports[0]
	s, p := best.scene, &best.scene.pairs[best.reading.pair]
	rule, topic := &rules[p.rule], &s.topics[best.reading.topic]
	logit := best.reading.logit
	issue, own, back := t.issues[f.issue], t.pair(pair{f.by, f.with}), t.pair(pair{f.with, f.by})

	add := func(more ...float64) {
		for _, x := range more {
			numbers = append(numbers, float32(x))
		}
	}

	// Its best sentence.
	add(logit, p.logit, best.reading.topicLogit, float64(p.rule), float64(rule.sure), truth(rule.both),
		float64(s.block.index), float64(s.block.span.Part), float64(len(s.block.tokens)), float64(len(s.topics)), float64(len(s.slots)),
		float64(len(topic.hits)), topic.weight, topic.share, float64(topic.place))

	// How the two stand to each other there.
	r := &p.relation
	act, form, state := -1.0, -1.0, 0.0
	if r.cue != nil {
		act, form = float64(r.cue.cue.class), float64(r.cue.cue.form)
		state = truth(r.cue.negated) + 2*truth(r.cue.future) + 4*truth(r.cue.hypothetical)
	}
	add(float64(r.fit), float64(r.distance), float64(r.between), truth(r.said), truth(r.possessed), truth(r.stands), truth(r.before), act, form, state)
	for _, side := range []struct {
		mention *mention
		slot    *slot
	}{{r.by, &s.slots[p.by]}, {r.with, &s.slots[p.with]}} {
		form, quoted := -1.0, false
		if side.mention != nil {
			form, quoted = float64(side.mention.form), s.block.quoted[side.mention.first]
		}
		add(form, truth(quoted), float64(side.slot.carried), float64(len(side.slot.mentions)))
	}

	// Its other sentences.
	second, strong, sum, topicBest, topicSum, share, shareSum := absent, 0, 0.0, absent, 0.0, 0.0, 0.0
	for i, support := range f.supports {
		if i == 1 {
			second = support.reading.logit
		}
		if support.reading.logit > -1 {
			strong++
		}
		sum += probability(support.reading.logit)
		topicBest = max(topicBest, support.reading.topicLogit)
		topicSum += probability(support.reading.topicLogit)
		told := support.scene.topics[support.reading.topic].share
		share = max(share, told)
		shareSum += told
	}
	add(second, float64(strong), sum, topicBest, topicSum, float64(len(f.supports)), share, shareSum)

	// The other issues of the pair, and the pair alone.
	rank, listed := 0, false
	for _, other := range own.findings {
		first := other.supports[0]
		if first.reading.logit > logit {
			rank++
		}
		listed = listed || other != f && first.scene == s && s.block.listedTopics(&s.topics[first.reading.topic], topic)
	}
	add(float64(rank), truth(listed), own.best-logit, own.best, own.sum, float64(len(own.findings)), own.any, own.anySum,
		float64(own.rank), t.topPair-own.any, float64(own.meetings))
	shape := &own.shape
	add(shape.title, shape.opening, shape.both, shape.bothSum, shape.inferred)
	numbers = append(numbers, shape.rules[:]...)
	numbers = append(numbers, shape.fits[:]...)
	numbers = append(numbers, shape.acts[:]...)

	f.chorus = chorusOf(s, p, f.issue)

	// The other direction.
	reverse := absent
	if other := t.findings[triple{f.with, f.by, f.issue}]; other != nil {
		first := other.supports[0]
		reverse = first.reading.logit
		if first.scene == s && rule.both && rules[first.scene.pairs[first.reading.pair].rule].both {
			f.reverse = other
		}
	}
	add(reverse, back.any, back.anySum, back.best, back.sum)

	// What either has to do with others.
	for _, x := range []struct {
		side side
		but  string
		own  float64
	}{
		{side{party: f.by}, f.with, own.any}, {side{party: f.with, hears: true}, f.by, own.any},
		{side{party: f.with}, f.by, back.any}, {side{party: f.by, hears: true}, f.with, back.any},
		{side{party: f.with, issue: f.issue, hears: true}, f.by, logit}, {side{party: f.by, issue: f.issue}, f.with, logit},
	} {
		best, sum := t.others(x.side, x.but, probability(x.own))
		add(best, sum)
	}

	// What the encoder makes of the pair.
	add(own.told, back.told, t.told-own.told)

	// The other pairs of the issue, and its neighbours.
	theme, themeWeight, titleWeight := 20, 0.0, 0.0
	for i, t := range d.themes {
		if t.issue == f.issue {
			theme, themeWeight = i, t.weight
		}
	}
	for _, t := range d.topics[0] {
		if t.issue == f.issue {
			titleWeight = t.weight
		}
	}
	add(issue.best, issue.sum, issue.best-logit, float64(issue.rank), issue.sibling-logit, float64(theme), themeWeight, titleWeight)

	// The two parties, and the article as a whole.
	for _, party := range []*profile{s.slots[p.by].profile, s.slots[p.with].profile} {
		add(party.share, float64(party.standing), truth(party.headline), party.speaking, truth(party.organization), truth(party.publishes))
	}
	add(truth(d.source != ""), float64(d.parties), float64(len(d.blocks)), t.top, t.sum, float64(t.promising), t.top-logit)
	return numbers
}

// truth is 1 for yes and 0 for no.
func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
