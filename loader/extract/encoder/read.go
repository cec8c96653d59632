package encoder

import "math"

// Reading is what came of a sentence.
type Reading struct {
	Scores []float32 // by pair: the logit that the sentence tells of it, before the caller's is added
	Sums   [][hidden]float32

	// What was on the way there, which learning goes back through: of each word state numbers, in rows.
	keep, give, mean, near, out []float32
	running                     []float32 // sums of out before each word, and at the end
	vector                      [state]float32
	top                         [state]int // word of the largest of out, or -1 where none is above 0
	spans, between              [][state]float32
}

// Read reads the sentences of an article, the first of which is its title.
func (e *Encoder) Read(sentences []Sentence) []Reading {
	readings := make([]Reading, len(sentences))
	for i := range sentences {
		e.pass(&sentences[i], &readings[i], e.row, e.markRow)
		e.judge(&sentences[i], &readings[i], &readings[0].vector)
	}
	return readings
}

// row returns the row of a word.
func (e *Encoder) row(word uint16) *row {
	if r := e.rows[word].Load(); r != nil {
		return r
	}
	var vector [width]float32
	e.vector(word, &vector)
	r := e.rowOf(vector[:])
	e.rows[word].Store(r) // another may have stored the same
	return r
}

func (e *Encoder) markRow(mark uint8) *row { return &e.marks[mark] }

// rowOf multiplies a vector with all that takes words in.
func (p *parameters) rowOf(vector []float32) *row {
	r := &row{}
	p.keep.times(vector, r.keep[:])
	p.give.times(vector, r.give[:])
	for k := range r.near {
		part := matrix{width, p.near.w[k*state*width : (k+1)*state*width]}
		part.times(vector, r.near[k][:])
	}
	return r
}

// pass reads the words of a sentence: of each, the running means that reach it from both ends, and what it and its neighbors are.
func (p *parameters) pass(s *Sentence, r *Reading, word func(uint16) *row, mark func(uint8) *row) {
	n := len(s.Words)
	rows := make([]*row, 2*n)
	for t := range n {
		rows[2*t], rows[2*t+1] = word(s.Words[t]), mark(s.Marks[t])
	}
	buffer := make([]float32, (6*n+1)*state)
	take := func(rows int) []float32 {
		part := buffer[: rows*state : rows*state]
		buffer = buffer[rows*state:]
		return part
	}
	r.keep, r.give, r.mean, r.near, r.out, r.running = take(n), take(n), take(n), take(n), take(n), take(n+1)
	for t := range n {
		a, b := rows[2*t], rows[2*t+1]
		keep, give, near := r.keep[t*state:][:state], r.give[t*state:][:state], r.near[t*state:][:state]
		for i := range state {
			keep[i] = sigmoid(a.keep[i] + b.keep[i] + p.keepBias[i])
			give[i] = a.give[i] + b.give[i] + p.giveBias[i]
			near[i] = p.nearBias[i] + a.near[1][i] + b.near[1][i]
		}
		if t > 0 {
			a, b := rows[2*t-2], rows[2*t-1]
			for i := range near {
				near[i] += a.near[0][i] + b.near[0][i]
			}
		}
		if t+1 < n {
			a, b := rows[2*t+2], rows[2*t+3]
			for i := range near {
				near[i] += a.near[2][i] + b.near[2][i]
			}
		}
	}
	for t := range n {
		for i := range half {
			before := float32(0)
			if t > 0 {
				before = r.mean[(t-1)*state+i]
			}
			at := t*state + i
			r.mean[at] = r.keep[at]*before + (1-r.keep[at])*r.give[at]
		}
	}
	for t := n - 1; t >= 0; t-- {
		for i := half; i < state; i++ {
			after := float32(0)
			if t+1 < n {
				after = r.mean[(t+1)*state+i]
			}
			at := t*state + i
			r.mean[at] = r.keep[at]*after + (1-r.keep[at])*r.give[at]
		}
	}
	var largest [state]float32
	for i := range r.top {
		r.top[i] = -1
	}
	for t := range n {
		for i := range state {
			at := t*state + i
			x := r.mean[at] + max(0, r.near[at])
			r.out[at] = x
			r.running[at+state] = r.running[at] + x
			if x > largest[i] {
				largest[i], r.top[i] = x, t
			}
		}
	}
	if n > 0 {
		for i := range state {
			r.vector[i] = r.running[n*state+i]/float32(n) + largest[i]
		}
	}
}

// sigmoid is 1/(1+e^-x).
func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

// average returns the mean of out over a span.
func (r *Reading) average(s Span, into *[state]float32) {
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

// judge scores the pairs of a sentence.
func (p *parameters) judge(s *Sentence, r *Reading, title *[state]float32) {
	if len(s.Pairs) == 0 {
		return
	}
	var whole [hidden]float32
	copy(whole[:], p.bias)
	p.sentence.times(r.vector[:], whole[:])
	p.title.times(title[:], whole[:])
	r.spans, r.between = make([][state]float32, len(s.Spans)), make([][state]float32, len(s.Pairs))
	by, with := make([][hidden]float32, len(s.Spans)), make([][hidden]float32, len(s.Spans))
	for i, span := range s.Spans {
		if span.From < span.To {
			r.average(span, &r.spans[i])
			p.by.times(r.spans[i][:], by[i][:])
			p.with.times(r.spans[i][:], with[i][:])
		}
	}
	r.Scores, r.Sums = make([]float32, len(s.Pairs)), make([][hidden]float32, len(s.Pairs))
	for k := range s.Pairs {
		pair, sums := &s.Pairs[k], &r.Sums[k]
		between, before := gap(s.Spans[pair.By], s.Spans[pair.With])
		for i := range sums {
			sums[i] = whole[i] + by[pair.By][i] + with[pair.With][i] + p.logit[i]*pair.Logit/logitUnit
		}
		for i, trait := range pair.Traits {
			add(sums[:], 1, p.traits[i].row(int(trait)))
		}
		if between.From < between.To {
			r.average(between, &r.between[k])
			p.direction(before).times(r.between[k][:], sums[:])
		}
		score := p.outBias[0]
		for i, x := range sums {
			score += p.out[i] * max(0, x)
		}
		r.Scores[k] = score
	}
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
