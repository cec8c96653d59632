package encoder

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Lesson is an article to learn from.
type Lesson struct {
	Sentences []Sentence
	Wholes    []float32 // of each pair of the article, how likely the article tells of it: 1 or 0 where that is known
}

// How an encoder learns.
const (
	passes  = 4
	batch   = 16 // articles a step
	rate    = 4e-3
	warming = 100 // steps until the rate is reached; from there it falls to nothing
	decay   = 0.02
	longest = 5.0 // gradient
)

// Learn fits an encoder to lessons by AdamW, going on from one of the same shape that has learned from others, or from nothing where it is
// nil. The same lessons give the same encoder.
func Learn(s Shape, v Vectors, lessons []Lesson, from *Encoder) *Encoder {
	l := newLearner(s, v)
	if from == nil {
		l.start()
	} else {
		l.Set(from.Parameters())
	}
	order := make([]int, len(lessons))
	for i := range order {
		order[i] = i
	}
	mean, square := make([]float64, len(l.all)), make([]float64, len(l.all))
	steps := passes * ((len(lessons) + batch - 1) / batch)
	step := 0
	for range passes {
		l.random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for some := range slices.Chunk(order, batch) {
			l.open()
			for _, i := range some {
				l.learn(&lessons[i])
			}
			l.close()
			step++
			l.descend(mean, square, step, rate*min(float64(step)/warming, 1)*(1-float64(step-1)/float64(steps)))
		}
	}
	return l.learned()
}

type learner struct {
	*Encoder
	hiddenOff, wordsOff float64    // shares of the hidden numbers and of the words that a pass does without
	slope               parameters // of the loss by each parameter
	random              *rand.Rand
	rows                map[uint16]*row // of the batch
	rowSlopes           map[uint16]*row
	markSlope           []row
}

func newLearner(s Shape, v Vectors) *learner {
	return &learner{Encoder: New(s, v), hiddenOff: 0.3, wordsOff: 0.1, slope: newParameters(s), random: rand.New(rand.NewPCG(21, 22)),
		rows: map[uint16]*row{}, rowSlopes: map[uint16]*row{}}
}

// learned returns the encoder as it is now.
func (l *learner) learned() *Encoder {
	l.markRows = l.allMarks()
	return l.Encoder
}

// start sets the parameters to small numbers.
func (l *learner) start() {
	spread := func(w []float32, by float64) {
		for i := range w {
			w[i] = float32((2*l.random.Float64() - 1) * by)
		}
	}
	for _, m := range []matrix{l.keep, l.give, l.near, l.by, l.with, l.between, l.back, l.sentence, l.title} {
		spread(m.w, 1/math.Sqrt(float64(m.columns)))
	}
	for _, m := range append([]matrix{l.marks}, l.traits...) {
		spread(m.w, 0.17)
	}
	spread(l.logit, 1)
	spread(l.out, 1/math.Sqrt(hidden))
	for i := range l.keepBias {
		l.keepBias[i] = 1
	}
	l.outBias[0] = -2
}

// open makes ready for a batch.
func (l *learner) open() {
	clear(l.slope.all)
	clear(l.rows)
	clear(l.rowSlopes)
	l.markRows, l.markSlope = l.allMarks(), make([]row, l.shape.Marks)
}

func (l *learner) rowFor(word uint16) *row {
	if r, ok := l.rows[word]; ok {
		return r
	}
	vector := l.vector(word)
	r := l.wordRow(vector[:])
	l.rows[word], l.rowSlopes[word] = r, &row{}
	return r
}

// close brings the slopes of rows to those of what they were made of.
func (l *learner) close() {
	words := make([]uint16, 0, len(l.rows))
	for word := range l.rows {
		words = append(words, word)
	}
	slices.Sort(words) // sums depend on the order
	for _, word := range words {
		vector := l.vector(word)
		l.backRow(l.rowSlopes[word], vector[:], nil)
	}
	for i := 1; i < len(l.markSlope); i++ {
		l.backRow(&l.markSlope[i], l.marks.row(i), l.slope.marks.row(i))
	}
}

// backRow adds the slopes of a row to those of the matrices, and of the vector where it is learned.
func (l *learner) backRow(slope *row, vector, vectorSlope []float32) {
	l.keep.backTimes(l.slope.keep, slope.keep[:], vector, vectorSlope)
	l.give.backTimes(l.slope.give, slope.give[:], vector, vectorSlope)
	for k := range slope.near {
		l.near.part(k).backTimes(l.slope.near.part(k), slope.near[k][:], vector, vectorSlope)
	}
}

// backTimes takes the slopes of a product back to the matrix and, where asked for, to the vector.
func (m matrix) backTimes(slope matrix, outSlope, in, inSlope []float32) {
	for i, g := range outSlope {
		if g == 0 {
			continue
		}
		add(slope.row(i), g, in)
		if inSlope != nil {
			add(inSlope, g, m.row(i))
		}
	}
}

// learn adds the slopes of one article.
func (l *learner) learn(x *Lesson) {
	if len(x.Wholes) == 0 {
		return
	}
	sentences := slices.Clone(x.Sentences)
	readings := make([]reading, len(sentences))
	for i := range sentences {
		words := slices.Clone(sentences[i].Words)
		for t := range words {
			if l.random.Float64() < l.wordsOff {
				words[t] = 0
			}
		}
		sentences[i].Words = words
		l.pass(&sentences[i], &readings[i], l.rowFor, l.markRow)
	}
	// What is left of the hidden numbers in this pass.
	drop := func() (kept [hidden]float32) {
		for i := range kept {
			if l.random.Float64() >= l.hiddenOff {
				kept[i] = float32(1 / (1 - l.hiddenOff))
			}
		}
		return kept
	}
	wholes := make([]float64, len(x.Wholes)) // sums of softplus
	scores := make([][]float32, len(sentences))
	kept := make([][][hidden]float32, len(sentences))
	sumSlopes := make([][][hidden]float32, len(sentences))
	for i := range sentences {
		l.judge(&sentences[i], &readings[i], &readings[0].vector)
		scores[i] = make([]float32, len(sentences[i].Pairs))
		kept[i], sumSlopes[i] = make([][hidden]float32, len(sentences[i].Pairs)), make([][hidden]float32, len(sentences[i].Pairs))
		for k, pair := range sentences[i].Pairs {
			kept[i][k] = drop()
			score := l.outBias[0]
			for j, h := range readings[i].sums[k] {
				score += l.out[j] * max(0, h) * kept[i][k][j]
			}
			scores[i][k] = score
			wholes[pair.Whole] += softplus(float64(score))
		}
	}
	slopes := make([]float64, len(wholes)) // by the sums
	for w := range wholes {
		g := 1/(1+math.Exp(-fromSum(wholes[w]))) - float64(x.Wholes[w])
		slopes[w] = g / batch / -math.Expm1(-wholes[w]-1e-6)
	}
	for i := range sentences {
		for k, pair := range sentences[i].Pairs {
			g := float32(slopes[pair.Whole]) * sigmoid(scores[i][k])
			l.slope.outBias[0] += g
			for j, h := range readings[i].sums[k] {
				if h > 0 {
					l.slope.out[j] += g * h * kept[i][k][j]
					sumSlopes[i][k][j] += g * l.out[j] * kept[i][k][j]
				}
			}
		}
	}
	var titleSlope [state]float32
	outSlopes := make([][]float32, len(sentences))
	for i := range sentences {
		outSlopes[i] = l.backJudge(&sentences[i], &readings[i], &readings[0].vector, sumSlopes[i], &titleSlope)
	}
	backVector(&readings[0], len(sentences[0].Words), &titleSlope, outSlopes[0])
	for i := range sentences {
		l.backPass(&sentences[i], &readings[i], outSlopes[i])
	}
}

// backJudge takes the slopes of the hidden sums back to those of what the words came to.
func (l *learner) backJudge(s *Sentence, r *reading, title *[state]float32, sumSlopes [][hidden]float32, titleSlope *[state]float32) []float32 {
	outSlope := make([]float32, len(s.Words)*state)
	if len(s.Pairs) == 0 {
		return outSlope
	}
	over := func(span Span, slope *[state]float32) {
		k := 1 / float32(span.To-span.From)
		for t := span.From; t < span.To; t++ {
			add(outSlope[t*state:][:state], k, slope[:])
		}
	}
	var whole [hidden]float32
	by, with := make([][hidden]float32, len(s.Spans)), make([][hidden]float32, len(s.Spans))
	for k := range s.Pairs {
		pair, g := &s.Pairs[k], sumSlopes[k][:]
		add(whole[:], 1, g)
		add(by[pair.By][:], 1, g)
		add(with[pair.With][:], 1, g)
		add(l.slope.logit, pair.Logit/logitUnit, g)
		for i, trait := range pair.Traits {
			add(l.slope.traits[i].row(int(trait)), 1, g)
		}
		if between, before := gap(s.Spans[pair.By], s.Spans[pair.With]); between.From < between.To {
			var slope [state]float32
			l.direction(before).backTimes(l.slope.direction(before), g, r.between[k][:], slope[:])
			over(between, &slope)
		}
	}
	for i, span := range s.Spans {
		if span.From < span.To {
			var slope [state]float32
			l.by.backTimes(l.slope.by, by[i][:], r.spans[i][:], slope[:])
			l.with.backTimes(l.slope.with, with[i][:], r.spans[i][:], slope[:])
			over(span, &slope)
		}
	}
	add(l.slope.bias, 1, whole[:])
	var vectorSlope [state]float32
	l.sentence.backTimes(l.slope.sentence, whole[:], r.vector[:], vectorSlope[:])
	l.title.backTimes(l.slope.title, whole[:], title[:], titleSlope[:])
	backVector(r, len(s.Words), &vectorSlope, outSlope)
	return outSlope
}

// backVector takes the slopes of what a sentence is as a whole back to its words.
func backVector(r *reading, n int, slope *[state]float32, outSlope []float32) {
	for t := range n {
		add(outSlope[t*state:][:state], 1/float32(n), slope[:])
	}
	for i, t := range r.top {
		if t >= 0 {
			outSlope[t*state+i] += slope[i]
		}
	}
}

// backPass takes the slopes of what the words came to back to their rows.
func (l *learner) backPass(s *Sentence, r *reading, outSlope []float32) {
	n := len(s.Words)
	keepSlope, giveSlope := make([]float32, n*state), make([]float32, n*state)
	unroll := func(i, t, before int, carried *float32) {
		at := t*state + i
		g := outSlope[at] + *carried
		past := float32(0)
		if before >= 0 && before < n {
			past = r.mean[before*state+i]
		}
		keepSlope[at] = g * (past - r.give[at]) * r.keep[at] * (1 - r.keep[at])
		giveSlope[at] = g * (1 - r.keep[at])
		*carried = g * r.keep[at]
	}
	for i := range half {
		carried := float32(0)
		for t := n - 1; t >= 0; t-- {
			unroll(i, t, t-1, &carried)
		}
	}
	for i := half; i < state; i++ {
		carried := float32(0)
		for t := range n {
			unroll(i, t, t+1, &carried)
		}
	}
	for t := range n {
		keep, give := keepSlope[t*state:][:state], giveSlope[t*state:][:state]
		var near [state]float32
		for i := range near {
			if r.near[t*state+i] > 0 {
				near[i] = outSlope[t*state+i]
			}
		}
		add(l.slope.keepBias, 1, keep)
		add(l.slope.giveBias, 1, give)
		add(l.slope.nearBias, 1, near[:])
		each := func(t int, take func(*row)) {
			if t >= 0 && t < n {
				take(l.rowSlopes[s.Words[t]])
				if s.Marks[t] > 0 {
					take(&l.markSlope[s.Marks[t]])
				}
			}
		}
		each(t, func(r *row) {
			add(r.keep[:], 1, keep)
			add(r.give[:], 1, give)
			add(r.near[1][:], 1, near[:])
		})
		each(t-1, func(r *row) { add(r.near[0][:], 1, near[:]) })
		each(t+1, func(r *row) { add(r.near[2][:], 1, near[:]) })
	}
}

// descend takes one step (AdamW).
func (l *learner) descend(mean, square []float64, step int, rate float64) {
	length := 0.0
	for _, g := range l.slope.all {
		length += float64(g) * float64(g)
	}
	shorter := min(1, longest/(math.Sqrt(length)+1e-6))
	const ofMean, ofSquare = 0.9, 0.999
	meanUnit, squareUnit := 1-math.Pow(ofMean, float64(step)), 1-math.Pow(ofSquare, float64(step))
	for i, g := range l.slope.all {
		g := float64(g) * shorter
		mean[i] = ofMean*mean[i] + (1-ofMean)*g
		square[i] = ofSquare*square[i] + (1-ofSquare)*g*g
		w := float64(l.all[i])
		w -= rate * (decay*w + mean[i]/meanUnit/(math.Sqrt(square[i]/squareUnit)+1e-8))
		l.all[i] = float32(w)
	}
}
