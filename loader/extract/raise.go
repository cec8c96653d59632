package extract

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
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
}

type scenePair struct {
	by, with int // slots
	relation relation
	rule     int
	features features
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
	s := &scene{block: b, slots: slotsOf(b)}
	if len(s.slots) < 2 {
		return nil
	}
	named := 0
	for i := range s.slots {
		named += min(1, len(s.slots[i].mentions))
	}
	for _, has := range []bool{len(b.cues) > 0, len(d.topics[b.index]) > 0} {
		if has {
			named++
		}
	}
	if named < 2 || b.teases() {
		return nil
	}
	if s.topics = d.topicsOf(b, w); len(s.topics) == 0 {
		return nil
	}
	s.about = make(features, 0, 24)
	d.describeBlock(b, s.slots, s.topics, &s.about)
	s.by, s.with = make([]features, len(s.slots)), make([]features, len(s.slots))
	n := len(s.slots) * (len(s.slots) - 1)
	s.pairs, s.readings = make([]scenePair, 0, n), make([]reading, 0, n*len(s.topics))
	for i := range s.slots {
		s.by[i], s.with[i] = make(features, 0, 24), make(features, 0, 24)
		d.describeRole(b, &s.slots[i], "by", &s.by[i])
		d.describeRole(b, &s.slots[i], "with", &s.with[i])
	}
	s.topical = make([]features, len(s.topics))
	for k := range s.topics {
		s.topical[k] = make(features, 0, 32)
		d.describeTopic(b, s.topics, k, &s.topical[k])
	}
	for i := range s.slots {
		for j := range s.slots {
			if i == j {
				continue
			}
			p := scenePair{by: i, with: j, features: make(features, 0, 64)}
			p.relation, p.rule = d.describePair(b, &s.slots[i], &s.slots[j], &p.features)
			s.pairs = append(s.pairs, p)
		}
	}
	all := slices.Clone(s.pairs)
	s.pairs = slices.DeleteFunc(s.pairs, func(p scenePair) bool { return onlySuffers(&p, all) })
	for i := range s.pairs {
		p := &s.pairs[i]
		for k := range s.topics {
			r := reading{pair: i, topic: k, features: make(features, 0, 14)}
			d.describeTriple(b, &p.relation, p.rule, &s.slots[p.by], &s.slots[p.with], &s.topics[k], &r.features)
			s.readings = append(s.readings, r)
		}
	}
	return s
}

// onlySuffers reports whether a sentence tells of a pair in the other direction alone: that the one asks, blames, threatens or punishes
// the other, who does nothing in it, or nothing but what he is asked to do.
func onlySuffers(p *scenePair, all []scenePair) bool {
	for i := range all {
		back := &all[i]
		if back.by != p.with || back.with != p.by || back.relation.cue == nil {
			continue
		}
		cue := back.relation.cue
		if back.relation.that && back.relation.fit == direct && cue.cue.act == "REQUEST" && p.relation.cue != nil && p.relation.cue.first > cue.first {
			return true
		}
		return rules[p.rule].sure < plain && p.relation.fit < objectless &&
			rules[back.rule].sure == plain && back.relation.fit == direct && oneWay[cue.cue.act]
	}
	return false
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
	sums := make([]float64, len(acts))
	first := 0.0
	for _, s := range f.supports[:min(tellers, len(f.supports))] {
		weight := probability(s.reading.logit)
		weight *= weight
		first = max(first, weight)
		if weight < leastTeller*first {
			break // and so do those behind it, which are less sure
		}
		for i, share := range m.act.shares(d.describeManner(s.scene, s.reading)) {
			sums[i] += weight * share
		}
	}
	return acts[largest(sums)]
}

// raise makes a raise of a finding.
func (d *document) raise(m *model, f *finding) Raise {
	best := f.supports[0]
	s, p := best.scene, &best.scene.pairs[best.reading.pair]
	r := Raise{
		By: f.by, With: f.with, Issue: f.issue,
		Act:        d.act(m, f),
		Modality:   modalities[largest(m.modality.sums(d.describeModality(s, best.reading)))],
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
	r.Explanation = d.explain(best, p)
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

func (d *document) explain(best support, p *scenePair) string {
	s := best.scene
	var words []string
	name := func(label string, m *mention, party string) {
		if m == nil {
			words = append(words, fmt.Sprintf("%s %s from an earlier sentence", label, party))
		} else {
			words = append(words, fmt.Sprintf("%s %q", label, written(s.block.tokens[m.first:m.last])))
		}
	}
	name("by", p.relation.by, s.slots[p.by].party)
	if c := p.relation.cue; c != nil {
		words = append(words, fmt.Sprintf("cue %q", written(s.block.tokens[c.first:c.last])))
	}
	name("with", p.relation.with, s.slots[p.with].party)
	t := &s.topics[best.reading.topic]
	if len(t.hits) > 0 {
		heaviest := slices.MaxFunc(t.hits, func(a, b issueHit) int { return cmp.Compare(a.weight, b.weight) })
		words = append(words, fmt.Sprintf("issue %q", written(s.block.tokens[heaviest.first:heaviest.last])))
	} else {
		words = append(words, fmt.Sprintf("issue %s from the %s", t.issue, map[string]string{
			"before": "sentence before", "title": "title", "article": "article's theme",
		}[t.origin]))
	}
	return rules[p.rule].name + ": " + strings.Join(words, ", ")
}
