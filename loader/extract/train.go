package extract

import (
	"crypto/sha256"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"sync"

	"demarche/loader/extract/encoder"
	"demarche/seeds"
)

// Example is an annotated article to learn from.
type Example struct {
	ID string
	Article
	Raises    []Annotated
	Reference bool // annotated as those by which the extractor is judged: confidence is to be right of such
}

// Annotated is a raise as an annotator marked it.
type Annotated struct {
	By, With, Issue, Act, Modality, Evidence string
}

// restsOn reports whether a sentence is the one that was marked, or a part of it, or holds it: annotators may cut sentences elsewhere.
func (a *Annotated) restsOn(sentence string) bool {
	return strings.Contains(a.Evidence, sentence) || strings.Contains(sentence, a.Evidence)
}

// slice returns what stands in a span.
func (x *Example) slice(s Span) string {
	if s.Part == Title {
		return x.Title[s.Start:s.End]
	}
	return x.Text[s.Start:s.End]
}

// Scored is what the model made of a candidate of an article that it had not learned from.
type Scored struct {
	Article         string
	By, With, Issue string
	Confidence      float64

	right     bool // an annotator marked it
	reference bool // in an article that is one
}

// Train learns the weights from annotated articles and returns them in the form of weights.bin, with what
// models that had not seen them said of each candidate triple. The same examples give the same bytes.
//
// The encoder learns from articles without annotation too, none of which may be a copy of an example: what an extractor without
// an encoder makes of them is better than nothing, since there are many. party maps a code to that of the annotation, where it is coarser.
func Train(s *seeds.Seeds, examples []Example, unannotated []Article, v encoder.Vectors, party func(string) string) ([]byte, []Scored, error) {
	e := &Extractor{lexicon: newLexicon(s), model: newModel()}
	issues := slices.Sorted(maps.Keys(e.lexicon.area))
	documents := make([]*document, len(examples))
	phrasings := make([][]phrasing, len(examples))
	for i := range examples {
		documents[i] = e.understand(examples[i].Article)
		phrasings[i] = examples[i].phrasings(documents[i], issues)
	}
	// What a model learns from are opinions of models that had not seen the article: each of the folds has a wording and sentence models
	// of its own, and those of the result, which have seen all, come last.
	wordings := each(folds, func(fold int) wording {
		var others []phrasing
		for i := range examples {
			if foldOf(examples[i].ID) != fold {
				others = append(others, phrasings[i]...)
			}
		}
		return learnWording(issues, others)
	})
	lessons := make([]*lesson, len(examples))
	for i := range examples {
		lessons[i] = examples[i].lesson(documents[i], &wordings[foldOf(examples[i].ID)], party)
	}
	sort.Slice(lessons, func(i, j int) bool { return lessons[i].id < lessons[j].id })

	prune(lessons)

	sentences := each(folds, func(fold int) sentenceModel { return learnSentences(lessons, fold) })
	for _, l := range lessons {
		l.judge(&sentences[l.fold])
	}
	result := newModel()
	result.wording, result.sentenceModel = wordings[folds], sentences[folds]
	blank := encoder.New(encoderShape(), v)
	for _, l := range lessons {
		l.d.describeFindings(l.findings(), l.scenes, blank)
	}
	result.encoder, result.article = blank, learnArticles(lessons, thirds)
	grounding := encoder.Learn(encoderShape(), v, e.guess(result, unannotated), nil)
	// Encoders and forests take longest: there is one for each third, and one for the result.
	drills := make([]encoder.Lesson, len(lessons))
	for i, l := range lessons {
		drills[i] = l.drill(blank)
	}
	encoders := each(thirds, func(third int) *encoder.Encoder {
		var others []encoder.Lesson
		for i, l := range lessons {
			if l.third != third {
				others = append(others, drills[i])
			}
		}
		return encoder.Learn(encoderShape(), v, others, grounding)
	})
	for _, l := range lessons {
		findings := l.findings()
		l.d.describeFindings(findings, l.scenes, encoders[l.third])
	}
	articles := each(thirds, func(third int) forest { return learnArticles(lessons, third) })
	var held []Scored
	for _, l := range lessons {
		weigh(l.findings(), &articles[l.third])
		for _, c := range l.cases {
			held = append(held, Scored{Article: l.id, By: party(c.by), With: party(c.with), Issue: c.issue, Confidence: c.confidence,
				right: c.right, reference: l.reference})
		}
	}
	result.scaling = scalingOf(held)
	for i := range held {
		held[i].Confidence = result.scaling.of(held[i].Confidence)
	}
	result.threshold = precisionThreshold(held)
	result.encoder, result.article = encoders[thirds], articles[thirds]
	result.act, result.modality = learnManner(lessons)
	data, err := result.encode()
	return data, held, err
}

const folds = 5

// thirds are the parts of the examples that encoders and forests are learned for: fewer than folds, since they take longest.
const thirds = 3

// foldOf is the fold of an article; models that are learned for it have not seen it.
func foldOf(id string) int {
	sum := sha256.Sum256([]byte(id))
	return int(sum[31]) % folds
}

// thirdOf is the third of an article; the encoder and the forest that are learned for it have not seen it.
func thirdOf(id string) int {
	sum := sha256.Sum256([]byte(id))
	return int(sum[30]) % thirds
}

// each learns for each of some parts what is to judge it, from the others, and last from all: for none.
func each[M any](parts int, learn func(part int) M) []M {
	models := make([]M, parts+1)
	var learners sync.WaitGroup
	for part := range models {
		learners.Go(func() { models[part] = learn(part) })
	}
	learners.Wait()
	return models
}

// lesson is an example with everything that can be read out of it, and what of that is right.
type lesson struct {
	id         string
	fold       int
	third      int
	reference  bool
	scenes     []*scene
	labels     [][]label // by scene and reading
	pairLabels [][]label // by scene and pair
	gold       map[triple]Annotated
	told       map[pair]bool // the pairs of gold
	d          *document
	cases      []judged
	party      func(string) string
}

type label struct {
	right  bool
	weight float64
}

type judged struct {
	*finding
	right bool
}

func (x *Example) lesson(d *document, w *wording, party func(string) string) *lesson {
	l := &lesson{id: x.ID, fold: foldOf(x.ID), third: thirdOf(x.ID), reference: x.Reference, gold: map[triple]Annotated{}, told: map[pair]bool{}, d: d, party: party}
	for _, r := range x.Raises {
		l.gold[triple{r.By, r.With, r.Issue}] = r
		l.told[pair{r.By, r.With}] = true
	}
	for _, b := range l.d.blocks {
		s := l.d.scene(b, w)
		if s == nil {
			continue
		}
		sentence := x.slice(b.span)
		labels := make([]label, len(s.readings))
		for i := range s.readings {
			gold, right := l.gold[l.coarse(s.triple(&s.readings[i]))]
			labels[i] = label{right: right, weight: 1}
			if right && !gold.restsOn(sentence) {
				// The annotators marked the first sentence alone: another may say the same, or not.
				labels[i].weight = 0.3
				p := &s.pairs[s.readings[i].pair]
				if !p.relation.both() || len(s.topics[s.readings[i].topic].hits) == 0 {
					labels[i].weight = 0.05
				}
			}
		}
		// A pair is right in a sentence if any of its readings is.
		pairLabels := make([]label, len(s.pairs))
		for i := range pairLabels {
			pairLabels[i].weight = 1
			if l.told[pair{party(s.slots[s.pairs[i].by].party), party(s.slots[s.pairs[i].with].party)}] {
				// The annotators marked another sentence for the pair: of this one nothing is known.
				pairLabels[i] = label{}
			}
		}
		for i := range s.readings {
			if p := &pairLabels[s.readings[i].pair]; labels[i].right {
				if !p.right {
					*p = labels[i]
				}
				p.weight = max(p.weight, labels[i].weight)
			}
		}
		l.scenes, l.labels, l.pairLabels = append(l.scenes, s), append(l.labels, labels), append(l.pairLabels, pairLabels)
	}
	return l
}

func (l *lesson) coarse(t triple) triple {
	return triple{l.party(t.by), l.party(t.with), t.issue}
}

// leastArticles is in how many articles a feature must stand for anything to be learned of it: what stands in
// one alone is that article's own.
const leastArticles = 5

// prune takes the features of too few articles away.
func prune(lessons []*lesson) {
	type count struct{ articles, last int }
	counts := map[uint32]count{}
	for i, l := range lessons {
		for _, s := range l.scenes {
			for _, f := range s.sides() {
				for _, h := range *f {
					if c := counts[h]; c.last != i+1 {
						counts[h] = count{c.articles + 1, i + 1}
					}
				}
			}
		}
	}
	for _, l := range lessons {
		for _, s := range l.scenes {
			for _, f := range s.sides() {
				*f = slices.DeleteFunc(*f, func(h uint32) bool { return counts[h].articles < leastArticles })
			}
		}
	}
}

// sides returns all sets of features of a scene.
func (s *scene) sides() []*features {
	sides := []*features{&s.about}
	for i := range s.slots {
		sides = append(sides, &s.by[i], &s.with[i])
	}
	for k := range s.topics {
		sides = append(sides, &s.topical[k])
	}
	for i := range s.pairs {
		sides = append(sides, &s.pairs[i].features)
	}
	for i := range s.readings {
		sides = append(sides, &s.readings[i].features)
	}
	return sides
}

// judge weighs the scenes with a model that has not learned from them, and keeps what the article model is
// told.
func (l *lesson) judge(m *sentenceModel) {
	for _, s := range l.scenes {
		s.weigh(m)
	}
	l.cases = nil
	for _, f := range l.d.gatherFindings(l.scenes) {
		_, right := l.gold[l.coarse(f.triple)]
		l.cases = append(l.cases, judged{f, right})
	}
}

// findings returns the triples that it could mean.
func (l *lesson) findings() []*finding {
	findings := make([]*finding, len(l.cases))
	for i, c := range l.cases {
		findings[i] = c.finding
	}
	return findings
}

// drill sets the lesson out for the encoder.
func (l *lesson) drill(e *encoder.Encoder) encoder.Lesson {
	findings := l.findings()
	if len(findings) == 0 {
		return encoder.Lesson{}
	}
	a := l.d.encode(e, l.scenes, findings)
	x := encoder.Lesson{Sentences: a.sentences}
	for _, p := range a.pairs {
		x.Wholes = append(x.Wholes, float32(truth(l.told[pair{l.party(p.by), l.party(p.with)}])))
	}
	return x
}

// guess sets articles out for the encoder as if what a model makes of them were known: of each pair, how likely any triple is.
func (e *Extractor) guess(m *model, articles []Article) []encoder.Lesson {
	guesses := make([]encoder.Lesson, len(articles))
	var guessers sync.WaitGroup
	const share = 500
	for from := 0; from < len(articles); from += share {
		guessers.Go(func() {
			for i := from; i < min(from+share, len(articles)); i++ {
				guesses[i] = e.understand(articles[i]).guess(m)
			}
		})
	}
	guessers.Wait()
	return slices.DeleteFunc(guesses, func(x encoder.Lesson) bool { return len(x.Wholes) == 0 })
}

func (d *document) guess(m *model) encoder.Lesson {
	scenes := d.scenes(m)
	findings := d.gatherFindings(scenes)
	d.describeFindings(findings, scenes, m.encoder)
	weigh(findings, &m.article)
	silent := map[pair]float64{} // how likely none of its triples is meant
	for _, f := range findings {
		p := pair{f.by, f.with}
		if _, ok := silent[p]; !ok {
			silent[p] = 1
		}
		silent[p] *= 1 - f.confidence
	}
	a := d.encode(m.encoder, scenes, findings)
	x := encoder.Lesson{Sentences: a.sentences}
	for _, p := range a.pairs {
		x.Wholes = append(x.Wholes, float32(1-silent[p]))
	}
	return x
}

// learner fits weights by stochastic descent with steps that shrink for each weight (AdaGrad).
type learner struct {
	weights, squares []float64 // as those of linear
	mean             []float64 // of the weights at each call of remember, nil before
	remembered       float64
	classes          int
	mask             uint32 // of a hashed feature, for its row
	rate, decay      float64
}

func newLearner(classes, bits int, rate, decay float64) *learner {
	n := classes << bits
	return &learner{
		weights: make([]float64, n), squares: make([]float64, n),
		classes: classes, mask: 1<<bits - 1, rate: rate, decay: decay,
	}
}

// remember takes the present weights into the mean that is the result: it varies less with the order of
// learning than the last weights do.
func (l *learner) remember() {
	if l.mean == nil {
		l.mean = make([]float64, len(l.weights))
	}
	l.remembered++
	for i, w := range l.weights {
		l.mean[i] += (w - l.mean[i]) / l.remembered
	}
}

// row is where the weights of a feature begin.
func (l *learner) row(h uint32) int {
	return int(h&l.mask) * l.classes
}

// sum returns the logit of the only class.
func (l *learner) sum(f features) float64 {
	sum := 0.0
	for _, h := range f {
		sum += l.weights[l.row(h)]
	}
	return sum
}

// sums returns the logit of each class.
func (l *learner) sums(f features) []float64 {
	sums := make([]float64, l.classes)
	for _, h := range f {
		row := l.row(h)
		for class, w := range l.weights[row : row+l.classes] {
			sums[class] += w
		}
	}
	return sums
}

// step moves the weights of a class against a gradient.
func (l *learner) step(class int, f features, gradient float64) {
	if gradient == 0 {
		return
	}
	for _, h := range f {
		i := l.row(h) + class
		g := gradient + l.decay*l.weights[i]
		l.squares[i] += g * g
		l.weights[i] -= l.rate * g / (math.Sqrt(l.squares[i]) + 1e-6)
	}
}

// linear rounds the weights to steps.
func (l *learner) linear() linear {
	largest := 1e-9
	for _, w := range l.mean {
		largest = max(largest, math.Abs(w))
	}
	m := linear{scale: largest / 2000, weights: make([]int16, len(l.weights)), classes: l.classes}
	for i, w := range l.mean {
		m.weights[i] = int16(math.Round(w / m.scale))
	}
	return m
}

// learnSentences learns from all lessons but those of one fold what one sentence tells: of which pairs, and of which issues if it tells
// of a pair.
func learnSentences(lessons []*lesson, without int) sentenceModel {
	w := newLearner(1, sentenceBits, 0.1, 6e-2)
	v := newLearner(1, sentenceBits, 0.05, 3e-2)
	type at struct{ lesson, scene int }
	var order []at
	for i, l := range lessons {
		for j := range l.scenes {
			if l.fold != without {
				order = append(order, at{i, j})
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for pass := range 9 {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for i, o := range order {
			l := lessons[o.lesson]
			learnScene(w, v, l.scenes[o.scene], l.labels[o.scene], l.pairLabels[o.scene])
			if i%(len(order)/8+1) == 0 && pass > 0 {
				w.remember()
				v.remember()
			}
		}
	}
	return sentenceModel{w.linear(), v.linear()}
}

// learnScene learns from all pairs of a scene at once, and from the issues of those that are right: each
// shared side takes the sum of their gradients.
func learnScene(pairs, topics *learner, s *scene, labels, pairLabels []label) {
	ofPairs, ofReadings := s.logits(pairs.sum, topics.sum)
	about, by, with := 0.0, make([]float64, len(s.slots)), make([]float64, len(s.slots))
	for i := range s.pairs {
		p := &s.pairs[i]
		g := pairLabels[i].gradient(ofPairs[i])
		about += g
		by[p.by] += g
		with[p.with] += g
		pairs.step(0, p.features, g)
	}
	pairs.step(0, s.about, about)
	for i := range s.slots {
		pairs.step(0, s.by[i], by[i])
		pairs.step(0, s.with[i], with[i])
	}
	topical := make([]float64, len(s.topics))
	for i := range s.readings {
		r := &s.readings[i]
		if !pairLabels[r.pair].right {
			continue
		}
		g := labels[i].gradient(ofReadings[i]) * pairLabels[r.pair].weight
		topical[r.topic] += g
		topics.step(0, r.features, g)
	}
	for k, g := range topical {
		topics.step(0, s.topical[k], g)
	}
}

func (l label) gradient(logit float64) float64 {
	if l.right {
		return l.weight * (probability(logit) - 1)
	}
	return l.weight * probability(logit)
}

// learnArticles learns from all lessons but those of one third.
func learnArticles(lessons []*lesson, without int) forest {
	var cases []exemplar
	for _, l := range lessons {
		if l.third != without {
			for _, c := range l.cases {
				cases = append(cases, exemplar{c.numbers, c.right})
			}
		}
	}
	return grow(cases)
}

// scalingOf fits a scaling to what was held out of articles that are a reference.
func scalingOf(held []Scored) scaling {
	var confidences []float64
	var right []bool
	for _, s := range held {
		if s.reference {
			confidences, right = append(confidences, s.Confidence), append(right, s.right)
		}
	}
	return learnScaling(confidences, right)
}

// wantedPrecision is the precision that the threshold is set for. Between this and the best F1 lies next to
// nothing of F1, and a wrong raise costs a reader more than a missed one.
const wantedPrecision = 0.6

// precisionThreshold returns the lowest confidence from which what was held out has the wanted precision.
func precisionThreshold(held []Scored) float64 {
	sorted := slices.Clone(held)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].Confidence > sorted[j].Confidence })
	threshold, hits := 0.5, 0
	for i, s := range sorted {
		if s.right {
			hits++
		}
		if float64(hits) >= wantedPrecision*float64(i+1) {
			threshold = s.Confidence
		}
	}
	return threshold
}

// exercise is a raise that was marked, with the features of its best reading.
type exercise struct {
	features      features // of the act
	moods         features // of the modality
	act, modality int
	weight        float64
}

// mostRaises is from how many raises on an article counts no more than others for the acts: what many signatories say is said in one manner.
const mostRaises = 8

func exercisesOf(lessons []*lesson) []exercise {
	var exercises []exercise
	for _, l := range lessons {
		best := map[triple]exercise{}
		logits := map[triple]float64{}
		for i, s := range l.scenes {
			for j := range s.readings {
				r := &s.readings[j]
				t := l.coarse(s.triple(r))
				gold, ok := l.gold[t]
				if !ok {
					continue
				}
				logit := r.logit
				if l.labels[i][j].weight == 1 {
					logit += 3 // the sentence that the annotators saw
				}
				if old, seen := logits[t]; !seen || logit > old {
					logits[t] = logit
					best[t] = exercise{
						features: l.d.space.since(func() { l.d.describeManner(s, r, &l.d.space) }),
						moods:    l.d.space.since(func() { l.d.describeModality(s, r, &l.d.space) }),
						act:      index(acts[:], gold.Act), modality: index(modalities[:], gold.Modality),
					}
				}
			}
		}
		for _, t := range sortedTriples(best) {
			x := best[t]
			x.weight = min(1, mostRaises/float64(len(best)))
			exercises = append(exercises, x)
		}
	}
	return exercises
}

// learnManner learns act and modality from the best reading of each raise that was marked.
func learnManner(lessons []*lesson) (act, modality linear) {
	exercises := exercisesOf(lessons)
	learn := func(classes, bits int, rate, decay, rare float64, of func(exercise) (features, int)) linear {
		w := newLearner(classes, bits, rate, decay)
		random := rand.New(rand.NewPCG(5, 6))
		for range 10 {
			random.Shuffle(len(exercises), func(i, j int) { exercises[i], exercises[j] = exercises[j], exercises[i] })
			for _, x := range exercises {
				f, wanted := of(x)
				shares := w.sums(f)
				softmax(shares)
				for class, g := range shares {
					if class == wanted {
						g--
					}
					g *= x.weight
					if wanted != 0 {
						g *= rare
					}
					w.step(class, f, g)
				}
			}
			w.remember()
		}
		return w.linear()
	}
	return learn(len(acts), actBits, 0.02, 1e-1, 1, func(x exercise) (features, int) { return x.features, x.act }),
		learn(len(modalities), modalityBits, 0.1, 1e-1, 4, func(x exercise) (features, int) { return x.moods, x.modality })
}

func index(list []string, s string) int {
	for i, item := range list {
		if item == s {
			return i
		}
	}
	return 0
}

func sortedTriples[V any](m map[triple]V) []triple {
	keys := make([]triple, 0, len(m))
	for t := range m {
		keys = append(keys, t)
	}
	slices.SortFunc(keys, triple.compare)
	return keys
}
