package extract

import (
	"math"
	"math/rand/v2"
	"slices"
)

// forest weighs numbers that bear on one another: the logit of a case is the sum of one leaf of each tree. The trees are
// shallow and many, each grown on what those before it got wrong.
type forest struct {
	bias  float64
	trees []tree
}

// depth is how many questions a tree asks of a case.
const depth = 3

// tree asks question 0 first; of question i, a yes leads to 2i+2 and a no to 2i+1. What lies past the questions are its leaves.
type tree struct {
	Questions [1<<depth - 1]question
	Leaves    [1 << depth]float32
}

// question asks whether a number is above a bound.
type question struct {
	Number uint16 // its place in the case
	Above  float32
}

func (f *forest) sum(numbers []float32) float64 {
	sum := f.bias
	for i := range f.trees {
		t := &f.trees[i]
		at := 0
		for range depth {
			q := &t.Questions[at]
			at = 2*at + 1
			if numbers[q.Number] > q.Above {
				at++
			}
		}
		sum += float64(t.Leaves[at-len(t.Questions)])
	}
	return sum
}

// How forests are grown.
const (
	forestTrees   = 250
	forestRate    = 0.05 // of what a tree finds that is taken over
	forestBounds  = 32   // at most, between which a number can be asked
	forestSample  = 0.8  // share of the cases that a tree sees
	forestNumbers = 0.5  // share of the numbers that it may ask for
	leafWeight    = 3.0  // of the cases of a leaf, at least, counted by their doubt
	leafDecay     = 5.0  // draws the values of leaves to nothing
)

// exemplar is a case to learn from.
type exemplar struct {
	numbers []float32
	right   bool
}

// grow learns a forest: gradient boosting of the logistic loss with second derivatives.
func grow(cases []exemplar) forest {
	if len(cases) == 0 {
		return forest{}
	}
	g := newGrower(cases)
	f := forest{bias: g.start()}
	random := rand.New(rand.NewPCG(7, 8))
	for range forestTrees {
		f.trees = append(f.trees, g.tree(random))
	}
	return f
}

type grower struct {
	cases            []exemplar
	bounds           [][]float32 // by number, rising
	bins             [][]uint8   // by number and case: how many bounds it is above
	logits           []float64
	slopes, doubts   []float64 // first and second derivative of the loss, by case
	node             []int     // where a case stands in the tree that grows; -1 where the tree does not see it
	slopeOf, doubtOf [1 << depth][forestBounds + 1]float64
}

func newGrower(cases []exemplar) *grower {
	n, width := len(cases), len(cases[0].numbers)
	g := &grower{cases: cases, bounds: make([][]float32, width), bins: make([][]uint8, width),
		logits: make([]float64, n), slopes: make([]float64, n), doubts: make([]float64, n), node: make([]int, n)}
	column := make([]float32, n)
	for k := range width {
		for i := range cases {
			column[i] = cases[i].numbers[k]
		}
		g.bounds[k] = boundsOf(column)
		g.bins[k] = make([]uint8, n)
		for i := range cases {
			place, _ := slices.BinarySearch(g.bounds[k], cases[i].numbers[k])
			g.bins[k][i] = uint8(place)
		}
	}
	return g
}

// boundsOf returns where to cut a row of numbers so that about as many lie between any two cuts.
func boundsOf(column []float32) []float32 {
	sorted := slices.Clone(column)
	slices.Sort(sorted)
	distinct := slices.Compact(slices.Clone(sorted))
	var bounds []float32
	if len(distinct) <= forestBounds {
		for i := 1; i < len(distinct); i++ {
			bounds = append(bounds, (distinct[i-1]+distinct[i])/2)
		}
		return bounds
	}
	for i := 1; i < forestBounds; i++ {
		at := sorted[i*len(sorted)/forestBounds]
		if len(bounds) == 0 || at > bounds[len(bounds)-1] {
			bounds = append(bounds, at)
		}
	}
	return bounds
}

// start sets every logit to that of the share of right cases.
func (g *grower) start() float64 {
	right := 0.0
	for _, c := range g.cases {
		if c.right {
			right++
		}
	}
	share := min(max(right/float64(len(g.cases)), 1e-6), 1-1e-6)
	bias := math.Log(share / (1 - share))
	for i := range g.logits {
		g.logits[i] = bias
	}
	return bias
}

// tree grows one tree level by level and moves the logits by it.
func (g *grower) tree(random *rand.Rand) tree {
	for i := range g.cases {
		p := probability(g.logits[i])
		g.slopes[i], g.doubts[i] = p, p*(1-p)
		if g.cases[i].right {
			g.slopes[i]--
		}
		g.node[i] = 0
		if random.Float64() >= forestSample {
			g.node[i] = -1
		}
	}
	numbers := random.Perm(len(g.bounds))[:max(1, int(float64(len(g.bounds))*forestNumbers))]
	slices.Sort(numbers)

	var t tree
	for level := range depth {
		first := 1<<level - 1
		for i, c := range g.cuts(numbers, level) {
			q := &t.Questions[first+i]
			q.Number, q.Above = uint16(c.number), float32(math.Inf(1))
			if c.gain > 0 {
				q.Above = g.bounds[c.number][c.bound]
			}
		}
		for i := range g.cases {
			if g.node[i] < 0 {
				continue
			}
			q := &t.Questions[first+g.node[i]]
			g.node[i] *= 2
			if g.cases[i].numbers[q.Number] > q.Above {
				g.node[i]++
			}
		}
	}
	var slope, doubt [1 << depth]float64
	for i, leaf := range g.node {
		if leaf >= 0 {
			slope[leaf] += g.slopes[i]
			doubt[leaf] += g.doubts[i]
		}
	}
	for leaf := range t.Leaves {
		t.Leaves[leaf] = float32(-forestRate * slope[leaf] / (doubt[leaf] + leafDecay))
	}
	one := forest{trees: []tree{t}}
	for i := range g.cases {
		g.logits[i] += one.sum(g.cases[i].numbers)
	}
	return t
}

type cut struct {
	number, bound int
	gain          float64
}

// cuts returns the best question for each node of a level; one without gain asks nothing.
func (g *grower) cuts(numbers []int, level int) []cut {
	best := make([]cut, 1<<level)
	for _, k := range numbers {
		if len(g.bounds[k]) == 0 {
			continue
		}
		for node := range best {
			clear(g.slopeOf[node][:])
			clear(g.doubtOf[node][:])
		}
		for i, bin := range g.bins[k] {
			if node := g.node[i]; node >= 0 {
				g.slopeOf[node][bin] += g.slopes[i]
				g.doubtOf[node][bin] += g.doubts[i]
			}
		}
		for node := range best {
			slope, doubt := 0.0, 0.0
			for bin := range len(g.bounds[k]) + 1 {
				slope += g.slopeOf[node][bin]
				doubt += g.doubtOf[node][bin]
			}
			below, belowDoubt := 0.0, 0.0
			for bound := range g.bounds[k] {
				below += g.slopeOf[node][bound]
				belowDoubt += g.doubtOf[node][bound]
				if belowDoubt < leafWeight || doubt-belowDoubt < leafWeight {
					continue
				}
				gain := worth(below, belowDoubt) + worth(slope-below, doubt-belowDoubt) - worth(slope, doubt)
				if gain > best[node].gain {
					best[node] = cut{k, bound, gain}
				}
			}
		}
	}
	return best
}

// worth is what a leaf with these sums takes off the loss.
func worth(slope, doubt float64) float64 { return slope * slope / (doubt + leafDecay) }
