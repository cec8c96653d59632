package extract

import (
	"math"
	"math/rand/v2"
	"slices"
)

// wording tells from all words of a sentence which issue it is about, if it is about any. The cues of the seeds are few and sure; of
// words each says a little, and together they know what no cue names.
type wording struct {
	issues  []string // slugs, in the order of a row
	scale   float64
	weights []int8 // whole steps of scale: a row of issues for each hashed word
}

// wordingBits is the number of rows, as a power of two.
const wordingBits = 14

// words returns the rows of a sentence, in order: those of its words, and of each with the next.
func (b *block) words() []uint32 {
	rows := make([]uint32, 0, 2*len(b.tokens))
	row := func(h uint64) { rows = append(rows, folded(h)&(1<<wordingBits-1)) }
	last := ""
	for _, t := range b.tokens {
		if !t.isWord() {
			last = ""
			continue
		}
		row(hashed(fnvOffset, t.lower))
		if last != "" {
			row(hashed(hashed(fnvOffset, last), t.lower))
		}
		last = t.lower
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

// shares returns how likely each issue is, in the order of w.issues; together they make one.
func (w *wording) shares(words []uint32) []float64 {
	n := len(w.issues)
	sums := make([]int32, n)
	for _, word := range words {
		for i, x := range w.weights[int(word)*n : (int(word)+1)*n] {
			sums[i] += int32(x)
		}
	}
	shares := make([]float64, n)
	for i, x := range sums {
		shares[i] = float64(x) * w.scale
	}
	softmax(shares)
	return shares
}

// softmax makes shares of logits.
func softmax(x []float64) {
	if len(x) == 0 {
		return
	}
	top, total := slices.Max(x), 0.0
	for i := range x {
		x[i] = math.Exp(x[i] - top)
		total += x[i]
	}
	for i := range x {
		x[i] /= total
	}
}

// phrasing is a sentence that annotators marked, with the issues that they marked in it.
type phrasing struct {
	words  []uint32
	issues []int // of wording.issues
}

// phrasings returns the marked sentences of an example; issues are sorted.
func (e *Extractor) phrasings(x *Example, issues []string) []phrasing {
	var all []phrasing
	for _, b := range e.read(x.Article).blocks {
		sentence := x.slice(b.span)
		var marked []int
		for _, r := range x.Raises {
			if i, ok := slices.BinarySearch(issues, r.Issue); ok && r.restsOn(sentence) && !slices.Contains(marked, i) {
				marked = append(marked, i)
			}
		}
		if len(marked) > 0 {
			all = append(all, phrasing{b.words(), marked})
		}
	}
	return all
}

// How the wording is learned.
const (
	wordingPasses = 8
	wordingRate   = 0.1
	wordingDecay  = 1e-2
	wordingLeast  = 1e-3 // of a gradient; what is less is not worth the time
)

// learnWording learns which issue stands in which words: the logistic loss of all issues at once, by descent with steps that shrink
// for each weight (AdaGrad).
func learnWording(issues []string, phrasings []phrasing) wording {
	n := len(issues)
	weights, squares := make([]float64, n<<wordingBits), make([]float64, n<<wordingBits)
	random := rand.New(rand.NewPCG(9, 10))
	slopes := make([]float64, n)
	order := slices.Clone(phrasings)
	for range wordingPasses {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, p := range order {
			clear(slopes)
			for _, word := range p.words {
				for i, x := range weights[int(word)*n : (int(word)+1)*n] {
					slopes[i] += x
				}
			}
			softmax(slopes)
			for _, i := range p.issues {
				slopes[i] -= 1 / float64(len(p.issues))
			}
			for _, word := range p.words {
				row := int(word) * n
				for i, g := range slopes {
					if math.Abs(g) < wordingLeast {
						continue
					}
					g += wordingDecay * weights[row+i]
					squares[row+i] += g * g
					weights[row+i] -= wordingRate * g / (math.Sqrt(squares[row+i]) + 1e-6)
				}
			}
		}
	}
	largest := 1e-9
	for _, x := range weights {
		largest = max(largest, math.Abs(x))
	}
	w := wording{issues: issues, scale: largest / math.MaxInt8, weights: make([]int8, len(weights))}
	for i, x := range weights {
		w.weights[i] = int8(math.Round(x / w.scale))
	}
	return w
}
