// Package encoder reads the words of a sentence in their order, from both ends, and says of two spans of it how likely the one
// brings something up with the other, and in which manner.
//
// It is what the counted features of package extract cannot be: sensitive to order over any distance, and to words that the
// annotated articles hold rarely, since each word comes as a vector that was learned from much unannotated text (vectors.go). The
// network is small so that a sentence costs microseconds: of each word a row of numbers, running means of them from the left and from
// the right that forget as the words tell them to, and one hidden layer for each pair of spans (read.go). learn.go fits it.
//
// It knows nothing of parties, issues or rules: spans, marks and traits are numbers that the caller gives a meaning to.
package encoder

import (
	"cmp"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"slices"
	"sync/atomic"
)

// The sizes of the network.
const (
	width  = 32 // numbers of a word
	half   = 16 // of what is carried from either end
	state  = 2 * half
	hidden = 32
)

// Shape is how many values the numbers that the caller gives can have.
type Shape struct {
	Marks  int   // of a word; 0 is none
	Traits []int // of a pair, by trait
	Topics int   // of a raise
	Acts   int   // what is told apart
}

// Span is a run of words, To exclusive; an empty one stands for what the sentence does not name.
type Span struct{ From, To int }

// Pair is two spans of a sentence, by their places in it, with what else is known of the two.
type Pair struct {
	By, With int
	Traits   []uint8
	Logit    float32 // that of the caller, that the sentence tells of the pair
	Whole    int     // which pair of the article it is
}

// Sentence is what is read: of each word its place in the vocabulary and its mark.
type Sentence struct {
	Words []uint16
	Marks []uint8
	Spans []Span
	Pairs []Pair
}

// Encoder is the network with its vectors of words. It is safe for concurrent use.
type Encoder struct {
	vocabulary
	shape Shape
	parameters
	rows  []atomic.Pointer[row] // by word, made when first asked for
	marks []row
}

// row is all that a word, or a mark, adds to the sums of its place and of its two neighbors.
type row struct {
	keep, give [state]float32 // how much of the mean is kept, and what comes in
	near       [3][state]float32
}

// parameters are what is learned, in one slice, with the parts of it by name.
type parameters struct {
	all []float32

	marks, keep, give, near                             matrix // near has three of state each
	keepBias, giveBias, nearBias                        []float32
	by, with, between, back, sentence, title            matrix
	traits                                              []matrix
	logit, bias, out                                    []float32
	outBias, scale, offset                              []float32 // one each
	topics, acts                                        matrix
	actBias                                             []float32
}

// matrix is rows of numbers, one row after the other.
type matrix struct {
	columns int
	w       []float32
}

func (m matrix) row(i int) []float32 { return m.w[i*m.columns : (i+1)*m.columns] }

// newParameters names the parts of a slice of zeros.
func newParameters(s Shape) parameters {
	var p parameters
	size := 0
	lay := func() {
		at := 0
		take := func(n int) []float32 {
			at += n
			if len(p.all) == 0 {
				return nil
			}
			return p.all[at-n : at : at]
		}
		grid := func(rows, columns int) matrix { return matrix{columns, take(rows * columns)} }
		p.marks, p.keep, p.give, p.near = grid(s.Marks, width), grid(state, width), grid(state, width), grid(3*state, width)
		p.keepBias, p.giveBias, p.nearBias = take(state), take(state), take(state)
		for _, m := range []*matrix{&p.by, &p.with, &p.between, &p.back, &p.sentence, &p.title} {
			*m = grid(hidden, state)
		}
		p.traits = nil
		for _, n := range s.Traits {
			p.traits = append(p.traits, grid(n, hidden))
		}
		p.logit, p.bias, p.out = take(hidden), take(hidden), take(hidden)
		p.outBias, p.scale, p.offset = take(1), take(1), take(1)
		p.topics, p.acts, p.actBias = grid(s.Topics, hidden), grid(s.Acts, hidden), take(s.Acts)
		size = at
	}
	lay()
	p.all = make([]float32, size)
	lay()
	return p
}

// New returns an encoder that has learned nothing but its words.
func New(s Shape, v Vectors) *Encoder {
	e := &Encoder{vocabulary: newVocabulary(v), shape: s, parameters: newParameters(s)}
	e.rows = make([]atomic.Pointer[row], len(v.Words)+1)
	return e
}

// Logit returns how likely an article tells of a pair, as a logit: base is the caller's, scores those of the sentences that could
// tell of it. More than one that might makes it likelier.
func (e *Encoder) Logit(base float64, scores []float32) float64 {
	sum := 0.0
	for _, z := range scores {
		sum += softplus(float64(z))
	}
	return float64(e.scale[0])*base + float64(e.offset[0]) + fromSum(sum)
}

// fromSum turns a sum of softplus, which is -log of the chance that no sentence tells, into the logit that one does.
func fromSum(sum float64) float64 { return sum + math.Log(-math.Expm1(-sum-1e-6)) }

func softplus(x float64) float64 {
	if x > 30 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

// Acts returns how likely each act is, given that a sentence tells of a raise: of the pair whose hidden sums are given, on a topic.
func (e *Encoder) Acts(sums *[hidden]float32, topic int) []float64 {
	var h [hidden]float32
	for i, x := range e.topics.row(topic) {
		h[i] = max(0, sums[i]+x)
	}
	shares := make([]float64, e.shape.Acts)
	for k := range shares {
		shares[k] = float64(dot(e.acts.row(k), h[:]) + e.actBias[k])
	}
	softmax(shares)
	return shares
}

func softmax(x []float64) {
	largest, sum := slices.Max(x), 0.0
	for i := range x {
		x[i] = math.Exp(x[i] - largest)
		sum += x[i]
	}
	for i := range x {
		x[i] /= sum
	}
}

func dot(a, b []float32) float32 {
	b = b[:len(a)]
	var s0, s1, s2, s3 float32
	for len(a) >= 4 {
		s0 += a[0] * b[0]
		s1 += a[1] * b[1]
		s2 += a[2] * b[2]
		s3 += a[3] * b[3]
		a, b = a[4:], b[4:]
	}
	for i := range a {
		s0 += a[i] * b[i]
	}
	return s0 + s1 + s2 + s3
}

// add adds k times b to a.
func add(a []float32, k float32, b []float32) {
	b = b[:len(a)]
	for i := range a {
		a[i] += k * b[i]
	}
}

// times adds the product of a matrix with a vector to out.
func (m matrix) times(in, out []float32) {
	for i := range out {
		out[i] += dot(m.row(i), in)
	}
}
