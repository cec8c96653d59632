package extract

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// scene is one sentence with every way to read a raise out of it. The features of its sides are held apart
// and shared by the readings.
type scene struct {
	block    *block
	slots    []slot
	topics   []topic
	about    features    // of the sentence
	by, with []features  // of the slots, in each role
	topical  []features  // of the topics
	pairs    []scenePair // every ordered pair of slots
	readings []reading
	worded   []int32 // what its words and those of the title say of each act, in steps of the model; nil until it is asked for
}

type scenePair struct {
	by, with int // slots
	relation relation
	rule     int
	features features
	suffers  bool    // the sentence tells of the other direction alone
	logit    float64 // that by brings up anything with with
}

// reading is one candidate: a pair of the scene and a topic.
type reading struct {
	pair, topic int
	features    features
	topicLogit  float64 // that it is this issue, if it is any
	logit       float64 // of both
}

// scene sets out what a sentence could mean; nil where it has fewer than two parties or no issue, or where what it has is all from
// elsewhere: of seven hundred sentences that bear a raise, five name nobody and lack a cue of an issue or an act, or name one party
// and lack both.
func (d *document) scene(b *block, w *wording) *scene {
	s := &scene{block: b, slots: d.slotsOf(b)}
	if len(s.slots) < 2 {
		return nil
	}
	own := 0 // what the sentence itself has of parties, of acts and of issues
	for i := range s.slots {
		own += min(1, len(s.slots[i].mentions))
	}
	if own += min(1, len(b.cues)) + min(1, len(d.topics[b.index])); own < 2 || b.teases() {
		return nil
	}
	if s.topics = d.topicsOf(b, w); len(s.topics) == 0 {
		return nil
	}
	space := &d.space
	s.about = space.since(func() { d.describeBlock(b, s.slots, s.topics, space) })
	s.by, s.with = make([]features, len(s.slots)), make([]features, len(s.slots))
	for i := range s.slots {
		s.by[i] = space.since(func() { d.describeRole(b, &s.slots[i], asBy, space) })
		s.with[i] = space.since(func() { d.describeRole(b, &s.slots[i], asWith, space) })
	}
	s.topical = make([]features, len(s.topics))
	for k := range s.topics {
		s.topical[k] = space.since(func() { d.describeTopic(b, s.topics, k, space) })
	}
	s.pairs = d.pairsOf(b, s.slots)
	s.readings = make([]reading, 0, len(s.pairs)*len(s.topics))
	for i := range s.pairs {
		p := &s.pairs[i]
		for k := range s.topics {
			r := reading{pair: i, topic: k}
			r.features = space.since(func() {
				d.describeTriple(b, &p.relation, p.rule, &s.slots[p.by], &s.slots[p.with], &s.topics[k], space)
			})
			s.readings = append(s.readings, r)
		}
	}
	return s
}

// pairsOf returns every ordered pair of slots of which a sentence may tell.
func (d *document) pairsOf(b *block, slots []slot) []scenePair {
	all := make([]scenePair, 0, min(len(slots)*(len(slots)-1), maxSlots*maxSlots))
	place := make([]int, len(slots)*len(slots)) // of a pair in all
	for i := range slots {
		for j := range slots {
			if i == j || d.apart(&slots[i], &slots[j]) {
				continue
			}
			place[i*len(slots)+j] = len(all)
			p := scenePair{by: i, with: j}
			p.features = d.space.since(func() { p.relation, p.rule = d.describePair(b, &slots[i], &slots[j], &d.space) })
			all = append(all, p)
		}
	}
	for i := range all {
		p := &all[i]
		p.suffers = onlySuffers(p, &all[place[p.with*len(slots)+p.by]])
	}
	return slices.DeleteFunc(all, func(p scenePair) bool { return p.suffers })
}

// onlySuffers reports whether a sentence tells of a pair in the other direction alone: that the one asks, blames, threatens or punishes
// the other, who does nothing in it, or nothing but what he is asked to do.
func onlySuffers(p, back *scenePair) bool {
	cue := back.relation.cue
	if cue == nil {
		return false
	}
	if back.relation.that && back.relation.fit == direct && cue.cue.act == "REQUEST" && p.relation.cue != nil && p.relation.cue.first > cue.first {
		return true
	}
	return rules[p.rule].sure < plain && p.relation.fit < objectless &&
		rules[back.rule].sure == plain && back.relation.fit == direct && oneWay[cue.cue.act]
}

// oneWay are acts that whom they are done to does not do as well.
var oneWay = map[string]bool{"REQUEST": true, "ACCUSE": true, "REJECT": true, "THREATEN": true, "SANCTION": true, "PROTEST": true}

// weigh gives each pair and each reading its logit: whether the sentence tells of the pair bringing up anything,
// and if so, whether this.
func (s *scene) weigh(m *sentenceModel) {
	ofPairs, ofReadings := s.logits(m.pair.sum, m.topic.sum)
	for i := range s.pairs {
		s.pairs[i].logit = ofPairs[i]
	}
	for i := range s.readings {
		r := &s.readings[i]
		r.topicLogit = ofReadings[i]
		both := probability(s.pairs[r.pair].logit) * probability(r.topicLogit)
		r.logit = math.Log(both / (1 - both))
	}
}

// logits sums what the models say of the sides of each pair, and of each reading given its pair.
func (s *scene) logits(pairs, topics func(features) float64) (ofPairs, ofReadings []float64) {
	about := pairs(s.about)
	sums := func(of func(features) float64, sets []features) []float64 {
		out := make([]float64, len(sets))
		for i, f := range sets {
			out[i] = of(f)
		}
		return out
	}
	by, with, topical := sums(pairs, s.by), sums(pairs, s.with), sums(topics, s.topical)
	ofPairs, ofReadings = make([]float64, len(s.pairs)), make([]float64, len(s.readings))
	for i := range s.pairs {
		p := &s.pairs[i]
		ofPairs[i] = about + by[p.by] + with[p.with] + pairs(p.features)
	}
	for i := range s.readings {
		r := &s.readings[i]
		ofReadings[i] = topical[r.topic] + topics(r.features)
	}
	return ofPairs, ofReadings
}

func (s *scene) triple(r *reading) triple {
	p := &s.pairs[r.pair]
	return triple{s.slots[p.by].party, s.slots[p.with].party, s.topics[r.topic].issue}
}

// Which sentences are asked for the act.
const (
	tellers     = 3    // at most
	leastTeller = 0.15 // of how much the first counts
)

// act returns the manner of a finding: what its sentences tell together, each as much as it is likely to tell of the finding at all.
func (d *document) act(m *model, f *finding) string {
	var sums, shares [len(acts)]float64
	first := 0.0
	for _, s := range f.supports[:min(tellers, len(f.supports))] {
		weight := probability(s.reading.logit)
		weight *= weight
		first = max(first, weight)
		if weight < leastTeller*first {
			break // and so do those behind it, which are less sure
		}
		d.actShares(&m.act, s, shares[:])
		for i, share := range shares {
			sums[i] += weight * share
		}
	}
	return acts[largest(sums[:])]
}

// actShares tells how likely one sentence makes each act.
func (d *document) actShares(m *linear, s support, shares []float64) {
	if s.scene.worded == nil {
		s.scene.worded = make([]int32, len(acts))
		d.space = d.space[:0]
		d.describeWords(s.scene.block, &d.space)
		m.count(d.space, s.scene.worded)
	}
	steps := [len(acts)]int32(s.scene.worded)
	d.space = d.space[:0]
	d.describeDoing(s.scene, s.reading, &d.space)
	describeRuling(s.scene, s.reading, &d.space)
	m.count(d.space, steps[:])
	for class, n := range steps {
		shares[class] = float64(n) * m.scale
	}
	softmax(shares)
}

// modality tells whether a reading is told as done, or otherwise.
func (d *document) modality(m *linear, s *scene, r *reading) string {
	d.space = d.space[:0]
	d.describeModality(s, r, &d.space)
	var steps [len(modalities)]int32
	m.count(d.space, steps[:])
	return modalities[largest(steps[:])]
}

// raise makes a raise of a finding.
func (d *document) raise(m *model, f *finding) Raise {
	best := f.supports[0]
	s, p := best.scene, &best.scene.pairs[best.reading.pair]
	r := Raise{
		By: f.by, With: f.with, Issue: f.issue,
		Act:        d.act(m, f),
		Modality:   d.modality(&m.modality, s, best.reading),
		Speaker:    d.speaker(s, p, f.by),
		Confidence: f.confidence,
		Rule:       rules[p.rule].name,
	}
	for i, sup := range f.supports {
		if i == 0 || sup.reading.logit > 0 {
			r.Evidence = append(r.Evidence, sup.scene.block.span)
		}
	}
	r.On = d.saidOn(s.block, r.Modality)
	r.Explanation = explain(best, p)
	return r
}

// speaker returns the leader who speaks for by in a sentence: who is named there for it, else whom a pronoun
// there means.
func (d *document) speaker(s *scene, p *scenePair, by string) string {
	if m := p.relation.by; m != nil && m.leader != "" {
		return m.leader
	}
	if m := p.relation.by; m != nil && (m.person != "" || m.form == adjectiveForm && officialHead(s.block, *m)) {
		return "" // somebody whom the tables do not know, or officials without a name
	}
	if s.block.speaker.party == by && s.block.speaker.leader != "" {
		return s.block.speaker.leader
	}
	for _, i := range s.slots[p.by].mentions {
		if m := s.block.mentions[i]; m.leader != "" {
			return m.leader
		}
	}
	if m := p.relation.by; m != nil && (m.form == groupForm || m.form == theyForm) {
		return d.leads(by)
	}
	return ""
}

// leads returns the leader who was named for a party first in the article, for sentences of "the two
// leaders".
func (d *document) leads(party string) string {
	for _, b := range d.blocks {
		for _, m := range b.mentions {
			if m.party == party && m.leader != "" {
				return m.leader
			}
		}
	}
	return ""
}

// explain tells the rule of a raise and the words that it rests on.
func explain(best support, p *scenePair) string {
	s := best.scene
	text := append(make([]byte, 0, 128), rules[p.rule].name...)
	lead := ": "
	quote := func(label string, first, last int) {
		text = append(append(text, lead...), label...)
		text = strconv.AppendQuote(text, written(s.block.tokens[first:last]))
		lead = ", "
	}
	name := func(label string, m *mention, party string) {
		if m != nil {
			quote(label, m.first, m.last)
			return
		}
		text = append(append(append(append(text, lead...), label...), party...), " from an earlier sentence"...)
		lead = ", "
	}
	name("by ", p.relation.by, s.slots[p.by].party)
	if c := p.relation.cue; c != nil {
		quote("cue ", c.first, c.last)
	}
	name("with ", p.relation.with, s.slots[p.with].party)
	t := &s.topics[best.reading.topic]
	if len(t.hits) > 0 {
		heaviest := slices.MaxFunc(t.hits, func(a, b issueHit) int { return cmp.Compare(a.weight, b.weight) })
		quote("issue ", heaviest.first, heaviest.last)
		return string(text)
	}
	origin := ""
	switch t.origin {
	case "before":
		origin = "sentence before"
	case "title":
		origin = "title"
	case "article":
		origin = "article's theme"
	case "words":
		origin = "words of the sentence together"
	}
	return string(text) + ", issue " + t.issue + " from the " + origin
}
