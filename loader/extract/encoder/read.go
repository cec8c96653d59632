package encoder

import (
	"math"
)

// Read reads the sentences of an article, the first of which is its title, and returns of each pair of each sentence the logit that the
// sentence tells of it.
func (e *Encoder) Read(sentences []Sentence) [][]float32 {
	scores := make([][]float32, len(sentences))
	r := e.desk.Get().(*reading)
	defer e.desk.Put(r)
	var title [state]float32
	for i := range sentences {
		e.pass(&sentences[i], r, e.row, e.markRow)
		if i == 0 {
			title = r.vector
		}
		e.judge(&sentences[i], r, &title)
		scores[i] = make([]float32, len(r.sums))
		for k := range r.sums {
			scores[i][k] = e.score(&r.sums[k])
		}
	}
	return scores
}

// sized returns a slice of n zeros, in the room of an older one where that has enough.
func sized[T any](old []T, n int) []T {
	if cap(old) < n {
		return make([]T, n)
	}
	old = old[:n]
	clear(old)
	return old
}

// reading is what comes of a sentence, with what was on the way there, which learning goes back through.
type reading struct {
	rows                        []*row
	buffer                      []float32
	keep, give, mean, near, out []float32 // of each word state numbers, in rows
	running                     []float32 // sums of out before each word, and at the end
	vector                      [state]float32
	top                         [state]int // word of the largest of out, or -1 where none is above 0
	spans, between              [][state]float32
	by, with                    [][hidden]float32 // of the spans, in each role
	sums                        [][hidden]float32 // by pair
}

// row returns the row of a word.
func (e *Encoder) row(word uint16) *row {
	if r := e.rows[word].Load(); r != nil {
		return r
	}
	vector := e.vector(word)
	r := e.wordRow(vector[:])
	e.rows[word].Store(r) // another may have stored the same
	return r
}

func (e *Encoder) markRow(mark uint8) *row { return &e.markRows[mark] }

// rowOf multiplies a vector with all that takes words in.
func (p *parameters) rowOf(vector []float32) *row {
	r := &row{}
	p.keep.times(vector, r.keep[:])
	p.give.times(vector, r.give[:])
	for k := range r.near {
		p.near.part(k).times(vector, r.near[k][:])
	}
	return r
}

// wordRow returns the row of a word, with what every place of a sentence has.
func (p *parameters) wordRow(vector []float32) *row {
	r := p.rowOf(vector)
	add(r.keep[:], 1, p.keepBias)
	add(r.give[:], 1, p.giveBias)
	add(r.near[1][:], 1, p.nearBias)
	return r
}

// pass reads the words of a sentence: of each, the running means that reach it from both ends, and what it and its neighbors are.
func (p *parameters) pass(s *Sentence, r *reading, word func(uint16) *row, mark func(uint8) *row) {
	n := len(s.Words)
	r.rows = sized(r.rows, n)
	for t := range n {
		r.rows[t] = word(s.Words[t])
	}
	if room := (6*n + 1) * state; cap(r.buffer) < room {
		r.buffer = make([]float32, room)
	}
	part := func(i int) []float32 { return r.buffer[i*n*state:][:n*state] }
	r.keep, r.give, r.mean, r.near, r.out, r.running = part(0), part(1), part(2), part(3), part(4), r.buffer[5*n*state:][:(n+1)*state]

	for t, row := range r.rows {
		keep, give, near := at(r.keep, t), at(r.give, t), at(r.near, t)
		*keep, *give, *near = row.keep, row.give, row.near[1]
		if t > 0 {
			add(near[:], 1, r.rows[t-1].near[0][:])
		}
		if t+1 < n {
			add(near[:], 1, r.rows[t+1].near[2][:])
		}
	}
	for t, k := range s.Marks {
		if k == 0 {
			continue
		}
		row := mark(k)
		add(at(r.keep, t)[:], 1, row.keep[:])
		add(at(r.give, t)[:], 1, row.give[:])
		add(at(r.near, t)[:], 1, row.near[1][:])
		if t+1 < n {
			add(at(r.near, t+1)[:], 1, row.near[0][:])
		}
		if t > 0 {
			add(at(r.near, t-1)[:], 1, row.near[2][:])
		}
	}
	for i, x := range r.keep {
		r.keep[i] = sigmoid(x)
	}

	var none [state]float32
	before := &none
	for t := range n {
		keep, give, mean := at(r.keep, t), at(r.give, t), at(r.mean, t)
		for i := range half {
			mean[i] = give[i] + keep[i]*(before[i]-give[i])
		}
		before = mean
	}
	after := &none
	for t := n - 1; t >= 0; t-- {
		keep, give, mean := at(r.keep, t), at(r.give, t), at(r.mean, t)
		for i := half; i < state; i++ {
			mean[i] = give[i] + keep[i]*(after[i]-give[i])
		}
		after = mean
	}

	for i := range r.top {
		r.top[i] = -1
	}
	var sum, largest [state]float32
	for t := range n {
		mean, near, out := at(r.mean, t), at(r.near, t), at(r.out, t)
		*at(r.running, t) = sum
		for i := range state {
			x := mean[i] + max(0, near[i])
			out[i] = x
			sum[i] += x
			if x > largest[i] {
				largest[i], r.top[i] = x, t
			}
		}
	}
	*at(r.running, n) = sum
	r.vector = largest
	if n > 0 {
		add(r.vector[:], 1/float32(n), sum[:])
	}
}

// at returns the numbers of the t-th word.
func at(rows []float32, t int) *[state]float32 { return (*[state]float32)(rows[t*state:]) }

// sigmoid is about 1/(1+e^-x), by lines between known points.
func sigmoid(x float32) float32 {
	place := (x + sigmoidEnd) * sigmoidStep
	switch {
	case place <= 0:
		return sigmoids[0]
	case place >= float32(len(sigmoids)-1):
		return sigmoids[len(sigmoids)-1]
	}
	i := int(place)
	return sigmoids[i] + (place-float32(i))*(sigmoids[i+1]-sigmoids[i])
}

const (
	sigmoidEnd  = 8  // from where on it is flat
	sigmoidStep = 32 // points in a unit
)

var sigmoids = func() (points [2*sigmoidEnd*sigmoidStep + 1]float32) {
	for i := range points {
		points[i] = float32(1 / (1 + math.Exp(sigmoidEnd-float64(i)/sigmoidStep)))
	}
	return points
}()

// average returns the mean of out over a span.
func (r *reading) average(s Span, into *[state]float32) {
	if s.From >= s.To {
		return
	}
	from, to := r.running[s.From*state:][:state], r.running[s.To*state:][:state]
	k := 1 / float32(s.To-s.From)
	for i := range into {
		into[i] = (to[i] - from[i]) * k
	}
}

// gap returns what stands between two spans, empty where one of them is not named, and whether the first comes first.
func gap(by, with Span) (between Span, before bool) {
	if by.From >= by.To || with.From >= with.To {
		return Span{}, false
	}
	from := min(by.To, with.To)
	return Span{from, max(by.From, with.From, from)}, by.From < with.From
}

// judge sums up what there is for each pair of a sentence, in the hidden numbers before they are cut off at 0.
func (p *parameters) judge(s *Sentence, r *reading, title *[state]float32) {
	r.sums, r.between = sized(r.sums, len(s.Pairs)), sized(r.between, len(s.Pairs))
	if len(s.Pairs) == 0 {
		return
	}
	var whole [hidden]float32
	copy(whole[:], p.bias)
	p.sentence.times(r.vector[:], whole[:])
	p.title.times(title[:], whole[:])
	r.spans, r.by, r.with = sized(r.spans, len(s.Spans)), sized(r.by, len(s.Spans)), sized(r.with, len(s.Spans))
	for i, span := range s.Spans {
		if span.From < span.To {
			r.average(span, &r.spans[i])
			p.by.times(r.spans[i][:], r.by[i][:])
			p.with.times(r.spans[i][:], r.with[i][:])
		}
	}
	for k := range s.Pairs {
		pair, sums := &s.Pairs[k], &r.sums[k]
		between, before := gap(s.Spans[pair.By], s.Spans[pair.With])
		for i := range sums {
			sums[i] = whole[i] + r.by[pair.By][i] + r.with[pair.With][i] + p.logit[i]*pair.Logit/logitUnit
		}
		for i, trait := range pair.Traits {
			add(sums[:], 1, p.traits[i].row(int(trait)))
		}
		if between.From < between.To {
			r.average(between, &r.between[k])
			p.direction(before).times(r.between[k][:], sums[:])
		}
	}
}

// score is the logit that a sentence tells of a pair.
func (p *parameters) score(sums *[hidden]float32) float32 {
	score := p.outBias[0]
	for i, x := range sums {
		score += p.out[i] * max(0, x)
	}
	return score
}

// logitUnit brings the caller's logit to the size of the other numbers.
const logitUnit = 3

// direction returns what takes in the words between two spans: which of the two comes first turns what they say around.
func (p *parameters) direction(before bool) matrix {
	if before {
		return p.between
	}
	return p.back
}
