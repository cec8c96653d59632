package extract

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
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
	t := newTally(all, scenes)
	for _, f := range all {
		d.describeFinding(f, t)
	}
	return all
}

// pair is who and with whom.
type pair struct{ by, with string }

// tally is what the readings of an article come to together.
type tally struct {
	findings  map[triple]*finding
	pairs     map[pair]*pairTally
	issues    map[string]*issueTally
	top, sum  float64 // best logit, and sum of the probabilities, of all readings
	promising int     // triples with a sentence that more likely than not says them
}

type pairTally struct {
	findings []*finding
	best     float64 // logit of its best reading
	sum      float64 // of the probabilities of its readings
	// The same of the pair alone, whatever the issue.
	any, anySum float64
}

type issueTally struct{ best, sum float64 }

func newTally(all []*finding, scenes []*scene) *tally {
	t := &tally{findings: map[triple]*finding{}, pairs: map[pair]*pairTally{}, issues: map[string]*issueTally{}, top: math.Inf(-1)}
	for _, s := range scenes {
		for i := range s.pairs {
			p := &s.pairs[i]
			sums := t.pair(pair{s.slots[p.by].party, s.slots[p.with].party})
			sums.any = max(sums.any, p.logit)
			sums.anySum += probability(p.logit)
		}
	}
	for _, f := range all {
		t.findings[f.triple] = f
		ofPair, ofIssue := t.pair(pair{f.by, f.with}), t.issues[f.issue]
		if ofIssue == nil {
			ofIssue = &issueTally{best: math.Inf(-1)}
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
	return t
}

func (t *tally) pair(p pair) *pairTally {
	sums := t.pairs[p]
	if sums == nil {
		sums = &pairTally{best: math.Inf(-1), any: math.Inf(-1)}
		t.pairs[p] = sums
	}
	return sums
}

// absent is the logit of what the article does not have.
const absent = -9.0

// describeFinding says of a triple how the article as a whole bears it out.
func (d *document) describeFinding(f *finding, t *tally) {
	best := f.supports[0]
	p := &best.scene.pairs[best.reading.pair]
	r := &rules[p.rule]
	logit := best.reading.logit
	issue, own, back := t.issues[f.issue], t.pair(pair{f.by, f.with}), t.pair(pair{f.with, f.by})

	f.features = make(features, 0, 48)
	f.features.add("bias")
	f.features.add("best", step(logit, 2))
	f.features.add("best.coarse", step(logit, 1))
	f.features.add("logit.pair", step(p.logit, 1))
	f.features.add("logit.topic", step(best.reading.topicLogit, 1))
	f.features.add("rule", r.name)
	f.features.add("best.rule", step(logit, 1), r.name)
	f.features.add("sure", strengthNames[r.sure], step(logit, 1))
	f.features.add("issue", f.issue)
	f.features.add("origin", best.scene.topics[best.reading.topic].origin, yes(p.relation.both()))
	f.features.add("part", string('0'+rune(best.scene.block.span.Part)), bucket(best.scene.block.index))
	f.features.add("parties", bucket(len(d.share)))
	f.features.add("standing", bucket(d.standing[f.by]), bucket(d.standing[f.with]))

	// Its other sentences.
	second, strong, sum, surest := absent, 0, 0.0, hint
	for i, s := range f.supports {
		if i == 1 {
			second = s.reading.logit
		}
		if s.reading.logit > -1 {
			strong++
		}
		if s.reading.logit > -2 {
			surest = max(surest, rules[s.scene.pairs[s.reading.pair].rule].sure)
		}
		sum += probability(s.reading.logit)
	}
	f.features.add("second", step(second, 1))
	f.features.add("strong", bucket(strong))
	f.features.add("sum", step(math.Log(sum), 2))
	f.features.add("surest", strengthNames[surest], step(own.best, 1))

	// The other issues of the pair.
	rank, listed := 0, false
	for _, other := range own.findings {
		first := other.supports[0]
		if first.reading.logit > logit {
			rank++
		}
		if other != f && first.scene == best.scene && first.scene.block.listedTopics(&first.scene.topics[first.reading.topic], &first.scene.topics[best.reading.topic]) {
			listed = true
		}
	}
	f.features.add("pair.rank", bucket(rank))
	f.features.add("best.rank", step(logit, 1), bucket(rank))
	f.features.add("mates", yes(listed), step(own.best-logit, 1))
	f.features.add("pair.best", step(own.best, 1))
	f.features.add("best.pair", step(logit, 1), step(own.best, 1))
	f.features.add("pair.gap", step(own.best-logit, 2))
	f.features.add("pair.sum", step(math.Log(own.sum), 2))
	f.features.add("pair.sum.reverse", step(math.Log(back.sum+0.001), 2))
	f.features.add("pair.share", tenth(own.sum/t.sum))
	f.features.add("pair.any.best", step(own.any, 2))
	f.features.add("pair.any.sum", step(math.Log(own.anySum), 2))
	f.features.add("pair.any.reverse", step(back.any-own.any, 1))

	// The other pairs of the issue, and its neighbours.
	f.features.add("issue.best", step(issue.best, 1))
	f.features.add("best.issue", step(logit, 1), step(issue.best, 1))
	f.features.add("issue.gap", step(issue.best-logit, 2))
	f.features.add("issue.sum", step(math.Log(issue.sum), 2))
	f.features.add("issue.share", tenth(issue.sum/t.sum))
	sibling := absent
	for other, sums := range t.issues {
		if other != f.issue && d.lexicon.area[other] == d.lexicon.area[f.issue] {
			sibling = max(sibling, sums.best)
		}
	}
	f.features.add("sibling", step(sibling-logit, 1))

	// The other direction.
	reverse := absent
	if other := t.findings[triple{f.with, f.by, f.issue}]; other != nil {
		first := other.supports[0]
		reverse = first.reading.logit
		if first.scene == best.scene && r.both && rules[first.scene.pairs[first.reading.pair].rule].both {
			f.reverse = other
		}
	}
	f.features.add("reverse", step(reverse, 1), yes(r.both))

	// The article as a whole.
	f.features.add("top", step(t.top, 1))
	f.features.add("top.gap", step(t.top-logit, 1))
	f.features.add("best.gap", step(logit, 1), step(t.top-logit, 1))
	f.features.add("all.sum", step(math.Log(t.sum), 1))
	f.features.add("promising", bucket(t.promising), bucket(strong))
}

// step names a logit, in so many steps a unit.
func step(x float64, perUnit float64) string {
	i := int(math.Floor(max(-10, min(10, x)) * perUnit))
	return string([]byte{byte('A' + (i+40)/26), byte('a' + (i+40)%26)})
}
