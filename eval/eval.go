package eval

import (
	"cmp"
	"maps"
	"math"
	"slices"

	"demarche/loader/extract"
)

// Found is what the extractor made of one article.
type Found struct {
	ID     string
	Raises []extract.Raise
}

// Report is how good the raises of a set of articles are.
type Report struct {
	All    *Part `json:"all"`
	Seen   *Part `json:"seen"`   // the articles that may be read and learned from
	Unseen *Part `json:"unseen"` // the others: figures only
}

// Part is the report on some of the articles. All scores are micro averages over their articles.
type Part struct {
	Articles         int              `json:"articles"`
	Triples          Score            `json:"triples"`     // by, with, issue
	AreaTriples      Score            `json:"areaTriples"` // by, with, the issue's area
	Pairs            Score            `json:"pairs"`       // by, with
	Issues           Score            `json:"issues"`
	Act              Share            `json:"act"`      // of matched triples
	Modality         Share            `json:"modality"` // of matched triples
	Silent           Share            `json:"silent"`   // of articles in which nobody raises anything, those left so
	Areas            map[string]Score `json:"areas"`    // triples by area of the issue
	Acts             map[string]Share `json:"acts"`     // of matched triples, by annotated act: the act found is right
	Rules            map[string]Share `json:"rules"`    // of triples found, by rule: those that are right
	Calibration      []Bin            `json:"calibration"`
	CalibrationError float64          `json:"calibrationError"` // mean distance of confidence and precision, weighted by size
}

// Score counts what was found against what was annotated.
type Score struct {
	Hits  int `json:"hits"`
	Found int `json:"found"`
	Gold  int `json:"gold"`
}

// Precision is the share of what was found that is right; 0 where nothing was found.
func (s Score) Precision() float64 { return ratio(s.Hits, s.Found) }

// Recall is the share of what was annotated that was found; 0 where nothing was annotated.
func (s Score) Recall() float64 { return ratio(s.Hits, s.Gold) }

// F1 is the harmonic mean of precision and recall.
func (s Score) F1() float64 { return ratio(2*s.Hits, s.Found+s.Gold) }

// Share is how many of a number.
type Share struct {
	Of    int `json:"of"`
	Right int `json:"right"`
}

// Value is the share between 0 and 1; 0 of nothing.
func (s Share) Value() float64 { return ratio(s.Right, s.Of) }

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Bin is one of ten equal steps of confidence.
type Bin struct {
	From       float64 `json:"from"`
	Of         int     `json:"of"`
	Right      int     `json:"right"`
	Confidence float64 `json:"confidence"` // mean of the bin
}

type triple struct{ by, with, issue string }

// Measure compares what was found with the annotation. Articles that the annotation does not name are
// ignored; of those that it names and found lacks, nothing counts as found. area gives an issue's area.
func Measure(gold []Gold, found []Found, area func(string) string) Report {
	raises := map[string][]extract.Raise{}
	for _, f := range found {
		raises[f.ID] = f.Raises
	}
	r := Report{All: newPart(), Seen: newPart(), Unseen: newPart()}
	for _, g := range gold {
		part := r.Seen
		if Unseen(g.ID) {
			part = r.Unseen
		}
		r.All.add(g, raises[g.ID], area)
		part.add(g, raises[g.ID], area)
	}
	for _, part := range []*Part{r.All, r.Seen, r.Unseen} {
		part.calibrate()
	}
	return r
}

// Missing returns the ids of the annotated articles that found lacks, in the order of the annotation.
func Missing(gold []Gold, found []Found) []string {
	have := map[string]bool{}
	for _, f := range found {
		have[f.ID] = true
	}
	var missing []string
	for _, g := range gold {
		if !have[g.ID] {
			missing = append(missing, g.ID)
		}
	}
	return missing
}

func newPart() *Part {
	p := &Part{Areas: map[string]Score{}, Acts: map[string]Share{}, Rules: map[string]Share{}, Calibration: make([]Bin, 10)}
	for i := range p.Calibration {
		p.Calibration[i].From = float64(i) / 10
	}
	return p
}

func (p *Part) add(gold Gold, raises []extract.Raise, area func(string) string) {
	p.Articles++
	want := map[triple][]GoldRaise{}
	for _, r := range gold.Raises {
		t := triple{r.By, r.With, r.Issue}
		want[t] = append(want[t], r)
	}
	// Two organizations that the annotation does not tell apart are one party to it: the likelier raise stands.
	got := map[triple]extract.Raise{}
	for _, r := range raises {
		t := triple{Party(r.By), Party(r.With), r.Issue}
		if old, ok := got[t]; !ok || r.Confidence > old.Confidence {
			got[t] = r
		}
	}
	count(&p.Triples, want, got, func(t triple) triple { return t })
	count(&p.AreaTriples, want, got, func(t triple) triple { return triple{t.by, t.with, area(t.issue)} })
	count(&p.Pairs, want, got, func(t triple) triple { return triple{t.by, t.with, ""} })
	count(&p.Issues, want, got, func(t triple) triple { return triple{issue: t.issue} })
	if len(want) == 0 {
		p.Silent.Of++
		if len(got) == 0 {
			p.Silent.Right++
		}
	}
	for t := range want {
		s := p.Areas[area(t.issue)]
		s.Gold++
		p.Areas[area(t.issue)] = s
	}
	for t, r := range got {
		annotated, right := want[t]
		s := p.Areas[area(t.issue)]
		s.Found++
		rule := p.Rules[r.Rule]
		rule.Of++
		bin := &p.Calibration[min(9, int(r.Confidence*10))]
		bin.Of++
		bin.Confidence += r.Confidence
		if right {
			s.Hits++
			rule.Right++
			bin.Right++
			act := p.Acts[annotated[0].Act]
			act.Of++
			p.Act.Of++
			if slices.ContainsFunc(annotated, func(g GoldRaise) bool { return g.Act == r.Act }) {
				act.Right++
				p.Act.Right++
			}
			p.Acts[annotated[0].Act] = act
			p.Modality.Of++
			if slices.ContainsFunc(annotated, func(g GoldRaise) bool { return g.Modality == r.Modality }) {
				p.Modality.Right++
			}
		}
		p.Areas[area(t.issue)] = s
		p.Rules[r.Rule] = rule
	}
}

func count[V, W any](s *Score, want map[triple]V, got map[triple]W, view func(triple) triple) {
	wanted, have := map[triple]bool{}, map[triple]bool{}
	for t := range want {
		wanted[view(t)] = true
	}
	for t := range got {
		have[view(t)] = true
	}
	for t := range have {
		if wanted[t] {
			s.Hits++
		}
	}
	s.Found += len(have)
	s.Gold += len(wanted)
}

func (p *Part) calibrate() {
	total, distance := 0, 0.0
	for i := range p.Calibration {
		bin := &p.Calibration[i]
		if bin.Of == 0 {
			continue
		}
		distance += math.Abs(bin.Confidence - float64(bin.Right))
		total += bin.Of
		bin.Confidence /= float64(bin.Of)
	}
	if total > 0 {
		p.CalibrationError = distance / float64(total)
	}
}

// Mistakes are the triples of one article that were missed or found wrongly.
type Mistakes struct {
	ID     string
	Missed []GoldRaise
	Wrong  []extract.Raise
}

// Worst returns the articles of the seen part with most mistakes, at most n. The unseen part is not for
// looking at.
func Worst(gold []Gold, found []Found, n int) []Mistakes {
	raises := map[string][]extract.Raise{}
	for _, f := range found {
		raises[f.ID] = f.Raises
	}
	var all []Mistakes
	for _, g := range gold {
		if Unseen(g.ID) {
			continue
		}
		m := Mistakes{ID: g.ID}
		want, got := map[triple]bool{}, map[triple]bool{}
		for _, r := range g.Raises {
			want[triple{r.By, r.With, r.Issue}] = true
		}
		for _, r := range raises[g.ID] {
			t := triple{Party(r.By), Party(r.With), r.Issue}
			got[t] = true
			if !want[t] {
				m.Wrong = append(m.Wrong, r)
			}
		}
		for _, r := range g.Raises {
			if !got[triple{r.By, r.With, r.Issue}] {
				m.Missed = append(m.Missed, r)
			}
		}
		if len(m.Missed)+len(m.Wrong) > 0 {
			all = append(all, m)
		}
	}
	slices.SortFunc(all, func(a, b Mistakes) int {
		return cmp.Or(cmp.Compare(len(b.Missed)+len(b.Wrong), len(a.Missed)+len(a.Wrong)), cmp.Compare(a.ID, b.ID))
	})
	return all[:min(n, len(all))]
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
