// Package encoder reads the words of a sentence in their order, from both ends, and says of two spans of it how likely the one
// brings something up with the other.
//
// It is what the counted features of package extract cannot be: sensitive to order over any distance, and to words that the
// annotated articles hold rarely, since each word comes as a vector that was learned from much text without annotation (package
// vectors). The network is small so that a sentence costs microseconds: of each word a row of numbers, running means of them from the
// left and from the right that forget as the words tell them to, and one hidden layer for each pair of spans (read.go). learn.go fits
// it.
//
// It knows nothing of parties, issues or rules: spans, marks and traits are numbers that the caller gives a meaning to.
package encoder

import (
	"math"
	"sync"
	"sync/atomic"
)

// The sizes of the network.
const (
	half   = 16 // of what is carried from either end
	state  = 2 * half
	hidden = 32
)

// Shape is how many values the numbers that the caller gives can have.
type Shape struct {
	Marks  int    // of a word; 0 is none and adds nothing
	Traits [4]int // of a pair, by trait
}

// Span is a run of words, To exclusive; an empty one stands for what the sentence does not name.
type Span struct{ From, To int }

// Pair is two spans of a sentence, by their places in it, with what else is known of the two.
type Pair struct {
	By, With int
	Traits   [4]uint8
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
	Vectors
	places map[uint32]uint16 // of words, from 1
	shape  Shape
	parameters
	rows     []atomic.Pointer[row] // by place, made when first asked for
	markRows []row
	desk     sync.Pool // of *reading, to use again
}

// row is all that a word, or a mark, brings to a sentence.
type row struct {
	keep, give [state]float32    // how much of the running mean is kept, and what comes in
	near       [3][state]float32 // what it is to the word after it, to itself and to the word before it
}

// parameters are what is learned, in one slice, with the parts of it by name.
type parameters struct {
	all []float32

	marks, keep, give, near                  matrix // near has three of state each
	keepBias, giveBias, nearBias             []float32
	by, with, between, back, sentence, title matrix
	traits                                   []matrix
	logit, bias, out                         []float32
	outBias                                  []float32 // one
}

// matrix is rows of numbers, one row after the other.
type matrix struct {
	columns int
	w       []float32
}

func (m matrix) row(i int) []float32 { return m.w[i*m.columns : (i+1)*m.columns] }

// part returns the i-th of the matrices of state rows that one is made of.
func (m matrix) part(i int) matrix {
	return matrix{m.columns, m.w[i*state*m.columns : (i+1)*state*m.columns]}
}

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
		p.marks, p.keep, p.give, p.near = grid(s.Marks, Width), grid(state, Width), grid(state, Width), grid(3*state, Width)
		p.keepBias, p.giveBias, p.nearBias = take(state), take(state), take(state)
		for _, m := range []*matrix{&p.by, &p.with, &p.between, &p.back, &p.sentence, &p.title} {
			*m = grid(hidden, state)
		}
		p.traits = nil
		for _, n := range s.Traits {
			p.traits = append(p.traits, grid(n, hidden))
		}
		p.logit, p.bias, p.out = take(hidden), take(hidden), take(hidden)
		p.outBias = take(1)
		size = at
	}
	lay()
	p.all = make([]float32, size)
	lay()
	return p
}

// New returns an encoder that has learned nothing but its words.
func New(s Shape, v Vectors) *Encoder {
	e := &Encoder{Vectors: v, places: make(map[uint32]uint16, len(v.Words)), shape: s, parameters: newParameters(s)}
	for i, word := range v.Words {
		e.places[word] = uint16(i + 1)
	}
	e.rows = make([]atomic.Pointer[row], len(v.Words)+1)
	e.markRows = make([]row, s.Marks) // of parameters that are 0
	e.desk.New = func() any { return new(reading) }
	return e
}

// Vectors says of words, by their hashes, where they stand among the others: words that stand in the same company have vectors that
// point the same way. It has MaxWords at most.
type Vectors struct {
	Words   []uint32
	Numbers []int8 // Width for each word, in steps of 1/127
}

const (
	// Width is how many numbers a word has.
	Width = 32
	// MaxWords is how many words can have a place.
	MaxWords = math.MaxUint16
)

// Parameters returns what was learned, and Set sets it.
func (e *Encoder) Parameters() []float32 { return e.all }

// Set takes parameters over from an encoder of the same shape, before anything is read.
func (e *Encoder) Set(parameters []float32) {
	copy(e.all, parameters)
	e.markRows = e.allMarks()
}

// Place returns the place of a word in the vocabulary, 0 where it is not in it.
func (e *Encoder) Place(word uint32) uint16 { return e.places[word] }

// vector returns the numbers of the word at a place.
func (e *Encoder) vector(place uint16) (vector [Width]float32) {
	if place > 0 {
		for i, x := range e.Numbers[(int(place)-1)*Width:][:Width] {
			vector[i] = float32(x) / math.MaxInt8
		}
	}
	return vector
}

// allMarks makes the rows of the marks.
func (e *Encoder) allMarks() []row {
	rows := make([]row, e.shape.Marks)
	for i := 1; i < len(rows); i++ {
		rows[i] = *e.rowOf(e.marks.row(i))
	}
	return rows
}

// Logit returns how likely an article tells of a pair, as a logit, by the scores of the sentences that could tell of it. More than one
// that might makes it likelier.
func Logit(scores []float32) float64 {
	sum := 0.0
	for _, z := range scores {
		sum += softplus(float64(z))
	}
	return fromSum(sum)
}

// fromSum turns a sum of softplus, which is -log of the chance that no sentence tells, into the logit that one does.
func fromSum(sum float64) float64 { return sum + math.Log(-math.Expm1(-sum-1e-6)) }

func softplus(x float64) float64 {
	if x > 30 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

// dot and add take eight numbers at a time, which spares the processor three checks of four.

func dot(a, b []float32) float32 {
	var s0, s1, s2, s3 float32
	for len(a) >= 8 && len(b) >= 8 {
		x, y := (*[8]float32)(a), (*[8]float32)(b)
		s0 += x[0]*y[0] + x[4]*y[4]
		s1 += x[1]*y[1] + x[5]*y[5]
		s2 += x[2]*y[2] + x[6]*y[6]
		s3 += x[3]*y[3] + x[7]*y[7]
		a, b = a[8:], b[8:]
	}
	for i, x := range a {
		s0 += x * b[i]
	}
	return s0 + s1 + s2 + s3
}

// add adds k times b to a.
func add(a []float32, k float32, b []float32) {
	for len(a) >= 8 && len(b) >= 8 {
		x, y := (*[8]float32)(a), (*[8]float32)(b)
		x[0] += k * y[0]
		x[1] += k * y[1]
		x[2] += k * y[2]
		x[3] += k * y[3]
		x[4] += k * y[4]
		x[5] += k * y[5]
		x[6] += k * y[6]
		x[7] += k * y[7]
		a, b = a[8:], b[8:]
	}
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
