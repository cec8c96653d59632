package extract

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
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
	speaker  mention
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

// scene sets out what a sentence could mean; nil where it names no party or no issue.
func (d *document) scene(b *block) *scene {
	s := &scene{block: b, slots: slotsOf(b)}
	if len(s.slots) < 2 {
		return nil
	}
	if s.topics = d.topicsOf(b); len(s.topics) == 0 {
		return nil
	}
	s.speaker = d.attributed(b)
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
			p.relation, p.rule = d.describePair(b, &s.slots[i], &s.slots[j], &s.speaker, &p.features)
			s.pairs = append(s.pairs, p)
			for k := range s.topics {
				r := reading{pair: len(s.pairs) - 1, topic: k, features: make(features, 0, 14)}
				d.describeTriple(b, &p.relation, p.rule, &s.slots[i], &s.slots[j], &s.topics[k], &r.features)
				s.readings = append(s.readings, r)
			}
		}
	}
	return s
}

// weigh gives each pair and each reading its logit: whether the sentence tells of the pair bringing up anything,
// and if so, whether this.
func (s *scene) weigh(pairs, topics *linear) {
	s.weighWith(func(f features) float64 { return pairs.sum(f) }, func(f features) float64 { return topics.sum(f) })
}

func (s *scene) weighWith(pairs, topics func(features) float64) {
	about := pairs(s.about)
	sums := func(of func(features) float64, sets []features) []float64 {
		out := make([]float64, len(sets))
		for i, f := range sets {
			out[i] = of(f)
		}
		return out
	}
	by, with, topical := sums(pairs, s.by), sums(pairs, s.with), sums(topics, s.topical)
	for i := range s.pairs {
		p := &s.pairs[i]
		p.logit = about + by[p.by] + with[p.with] + pairs(p.features)
	}
	for i := range s.readings {
		r := &s.readings[i]
		r.topicLogit = topical[r.topic] + topics(r.features)
		both := probability(s.pairs[r.pair].logit) * probability(r.topicLogit)
		r.logit = math.Log(both / (1 - both))
	}
}

func (s *scene) triple(r *reading) triple {
	p := &s.pairs[r.pair]
	return triple{s.slots[p.by].party, s.slots[p.with].party, s.topics[r.topic].issue}
}

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
	features   features
	confidence float64
	reverse    *finding // of the other direction, where the text tells of both at once; else nil
}

// weigh returns how likely it is that the article says so. What is told of two together is as likely one way as
// the other.
func (f *finding) weigh(m *linear) float64 {
	logit := m.sum(f.features)
	if f.reverse != nil {
		logit = (logit + m.sum(f.reverse.features)) / 2
	}
	return probability(logit)
}

// findings weighs every triple that the article could mean, by triple.
func (d *document) findings(m *model) []*finding {
	var scenes []*scene
	for _, b := range d.blocks {
		if s := d.scene(b); s != nil {
			s.weigh(&m.pair, &m.topic)
			scenes = append(scenes, s)
		}
	}
	all := d.gatherFindings(scenes)
	for _, f := range all {
		f.confidence = f.weigh(&m.article)
	}
	return all
}

// hopeless is the logit below which no sentence supports anything: weighing what lies below changes nothing
// but the time it takes.
const hopeless = -4

// gatherFindings joins the readings of all scenes, which have been weighed, into triples, and describes them.
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
		sort.SliceStable(f.supports, func(i, j int) bool { return f.supports[i].reading.logit > f.supports[j].reading.logit })
	}
	d.describeFindings(all, byTriple, sumPairs(scenes))
	return all
}

// pairScore is what all sentences of an article together say for a pair, whatever the issue.
type pairScore struct{ best, sum float64 }

func sumPairs(scenes []*scene) map[[2]string]pairScore {
	scores := map[[2]string]pairScore{}
	for _, s := range scenes {
		for i := range s.pairs {
			p := &s.pairs[i]
			key := [2]string{s.slots[p.by].party, s.slots[p.with].party}
			score, ok := scores[key]
			if !ok || p.logit > score.best {
				score.best = p.logit
			}
			score.sum += probability(p.logit)
			scores[key] = score
		}
	}
	return scores
}

// describeFindings says of each triple how the article as a whole bears it out.
func (d *document) describeFindings(all []*finding, byTriple map[triple]*finding, pairs map[[2]string]pairScore) {
	pairBest, issueBest, top := map[[2]string][]float64{}, map[string]float64{}, math.Inf(-1)
	pairFindings := map[[2]string][]*finding{}
	promising := 0
	pairSum, issueSum, allSum := map[[2]string]float64{}, map[string]float64{}, 0.0
	for _, f := range all {
		best := f.supports[0].reading.logit
		for _, s := range f.supports {
			p := probability(s.reading.logit)
			pairSum[[2]string{f.by, f.with}] += p
			issueSum[f.issue] += p
			allSum += p
		}
		key := [2]string{f.by, f.with}
		pairBest[key] = append(pairBest[key], best)
		pairFindings[key] = append(pairFindings[key], f)
		if old, ok := issueBest[f.issue]; !ok || best > old {
			issueBest[f.issue] = best
		}
		top = max(top, best)
		if best > 0 {
			promising++
		}
	}
	for _, f := range all {
		best := f.supports[0]
		logit := best.reading.logit
		f.features = make(features, 0, 48)
		f.features.add("bias")
		f.features.add("best", step(logit, 2))
		f.features.add("best.coarse", step(logit, 1))
		second, strong, sum := -9.0, 0, 0.0
		for i, s := range f.supports {
			if i == 1 {
				second = s.reading.logit
			}
			if s.reading.logit > -1 {
				strong++
			}
			sum += probability(s.reading.logit)
		}
		f.features.add("second", step(second, 1))
		f.features.add("strong", bucket(strong))
		f.features.add("sum", step(math.Log(sum), 2))
		rank := 0
		bestOfPair := math.Inf(-1)
		for _, other := range pairBest[[2]string{f.by, f.with}] {
			if other > logit {
				rank++
			}
			bestOfPair = max(bestOfPair, other)
		}
		mates := false
		for _, other := range pairFindings[[2]string{f.by, f.with}] {
			first := other.supports[0]
			if other != f && first.scene == best.scene && first.scene.block.listedTopics(&first.scene.topics[first.reading.topic], &first.scene.topics[best.reading.topic]) {
				mates = true
			}
		}
		f.features.add("pair.rank", bucket(rank))
		f.features.add("mates", yes(mates), step(bestOfPair-logit, 1))
		f.features.add("pair.best", step(bestOfPair, 1))
		f.features.add("pair.sum", step(math.Log(pairSum[[2]string{f.by, f.with}]), 2))
		f.features.add("pair.sum.reverse", step(math.Log(pairSum[[2]string{f.with, f.by}]+0.001), 2))
		f.features.add("issue.best", step(issueBest[f.issue], 1))
		f.features.add("issue.sum", step(math.Log(issueSum[f.issue]), 2))
		f.features.add("issue.share", tenth(issueSum[f.issue]/allSum))
		f.features.add("pair.share", tenth(pairSum[[2]string{f.by, f.with}]/allSum))
		f.features.add("all.sum", step(math.Log(allSum), 1))
		p2, reverse2 := pairs[[2]string{f.by, f.with}], pairs[[2]string{f.with, f.by}]
		f.features.add("pair.any.best", step(p2.best, 2))
		f.features.add("pair.any.sum", step(math.Log(p2.sum), 2))
		f.features.add("pair.any.reverse", step(reverse2.best-p2.best, 1))
		f.features.add("logit.pair", step(best.scene.pairs[best.reading.pair].logit, 1))
		f.features.add("logit.topic", step(best.reading.topicLogit, 1))
		f.features.add("best.pair", step(logit, 1), step(bestOfPair, 1))
		f.features.add("best.issue", step(logit, 1), step(issueBest[f.issue], 1))
		f.features.add("best.gap", step(logit, 1), step(top-logit, 1))
		f.features.add("best.rank", step(logit, 1), bucket(rank))
		f.features.add("best.rule", step(logit, 1), rules[best.scene.pairs[best.reading.pair].rule].name)
		f.features.add("pair.gap", step(bestOfPair-logit, 2))
		f.features.add("issue.gap", step(issueBest[f.issue]-logit, 2))
		f.features.add("top.gap", step(top-logit, 1))
		f.features.add("top", step(top, 1))
		f.features.add("promising", bucket(promising), bucket(strong))
		reverse := -9.0
		p := &best.scene.pairs[best.reading.pair]
		if other := byTriple[triple{f.with, f.by, f.issue}]; other != nil {
			reverse = other.supports[0].reading.logit
			if back := other.supports[0]; back.scene == best.scene && rules[p.rule].both && rules[back.scene.pairs[back.reading.pair].rule].both {
				f.reverse = other
			}
		}
		f.features.add("reverse", step(reverse, 1), yes(rules[p.rule].both))
		f.features.add("rule", rules[p.rule].name)
		f.features.add("sure", strengthNames[rules[p.rule].sure], step(logit, 1))
		surest := hint
		for _, s := range f.supports {
			if s.reading.logit > -2 {
				surest = max(surest, rules[s.scene.pairs[s.reading.pair].rule].sure)
			}
		}
		f.features.add("surest", strengthNames[surest], step(bestOfPair, 1))
		f.features.add("issue", f.issue)
		t := &best.scene.topics[best.reading.topic]
		f.features.add("origin", t.origin, yes(p.relation.both()))
		sibling := -9.0
		for issue, other := range issueBest {
			if issue != f.issue && d.lexicon.area[issue] == d.lexicon.area[f.issue] {
				sibling = max(sibling, other)
			}
		}
		f.features.add("sibling", step(sibling-logit, 1))
		f.features.add("part", string('0'+rune(best.scene.block.span.Part)), bucket(best.scene.block.index))
		f.features.add("parties", bucket(len(d.share)))
		f.features.add("standing", bucket(d.standing[f.by]), bucket(d.standing[f.with]))
	}
}

// step names a logit, in so many steps a unit.
func step(x float64, perUnit float64) string {
	i := int(math.Floor(max(-10, min(10, x)) * perUnit))
	return string([]byte{byte('A' + (i+40)/26), byte('a' + (i+40)%26)})
}

// raise makes a raise of a finding.
func (d *document) raise(m *model, f *finding) Raise {
	best := f.supports[0]
	s, p := best.scene, &best.scene.pairs[best.reading.pair]
	r := Raise{
		By: f.by, With: f.with, Issue: f.issue,
		Act:        acts[m.act.best(len(acts), d.describeManner(s, best.reading))],
		Modality:   modalities[m.modality.best(len(modalities), d.describeModality(s, best.reading))],
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
	if s.speaker.party == by && s.speaker.leader != "" {
		return s.speaker.leader
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
		words = append(words, fmt.Sprintf("issue %q", written(s.block.tokens[t.hits[0].first:t.hits[0].last])))
	} else {
		words = append(words, fmt.Sprintf("issue %s from the %s", t.issue, map[string]string{
			"before": "sentence before", "title": "title", "article": "article's theme",
		}[t.origin]))
	}
	return rules[p.rule].name + ": " + strings.Join(words, ", ")
}
