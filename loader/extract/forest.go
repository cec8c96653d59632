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
const depth = 4

// tree asks question 1 first, and none is 0; of question i, a yes leads to 2i+1 and a no to 2i. What lies past the questions are its leaves.
type tree struct {
	questions [1 << depth]question
	leaves    [1 << depth]float32
}

// question asks whether a number is above a bound.
type question struct {
	Number uint16 // its place in the case
	Above  float32
}

// sums returns the logit of each case. It goes tree by tree, so that one is at hand for all cases.
func (f *forest) sums(cases [][]float32) []float64 {
	sums := make([]float64, len(cases))
	for i := range sums {
		sums[i] = f.bias
	}
	for k := range f.trees {
		f.trees[k].addTo(sums, cases)
	}
	return sums
}

// addTo adds the leaf of each case to its sum.
func (t *tree) addTo(sums []float64, cases [][]float32) {
	for i, numbers := range cases {
		sums[i] += float64(t.leaf(numbers))
	}
}

// leaf returns that of a case.
func (t *tree) leaf(numbers []float32) float32 {
	return t.leaves[t.next(t.next(t.next(t.next(1, numbers), numbers), numbers), numbers)&last] // as often as the tree is deep
}

// leaf asks four questions, spelled out for speed: this does not compile where trees have another depth.
const _ uint = -(depth - 4) * (depth - 4)

// next returns where the answer to a question leads.
func (t *tree) next(at int, numbers []float32) int {
	q := &t.questions[at&last]
	yes := 0 // a number rather than a branch, which could not be foreseen
	if numbers[q.Number] > q.Above {
		yes = 1
	}
	return 2*at + yes
}

// last masks the place of a question or a leaf: it changes none, but saves a check.
const last = 1<<depth - 1

// How forests are grown.
const (
	forestTrees   = 300
	forestRate    = 0.05 // of what a tree finds that is taken over
	forestBounds  = 32   // at most, between which a number can be asked
	forestSample  = 0.6  // share of the cases that a tree sees
	forestNumbers = 0.35 // share of the numbers that it may ask for
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
	cases  []exemplar
	bounds [][]float32 // by number, rising
	bins   [][]uint8   // by number and case: how many bounds it is above
	logits []float64
	losses []loss  // by case
	sample []int32 // the cases that the tree that grows sees
	node   []uint8 // where a case stands in it
	sums   [1 << (depth - 1)][forestBounds + 1]loss
}

// loss is the first and the second derivative of the loss by a logit.
type loss struct{ slope, doubt float64 }

func (l *loss) add(other loss) {
	l.slope += other.slope
	l.doubt += other.doubt
}

func (l loss) less(other loss) loss { return loss{l.slope - other.slope, l.doubt - other.doubt} }

func newGrower(cases []exemplar) *grower {
	n, width := len(cases), len(cases[0].numbers)
	g := &grower{cases: cases, bounds: make([][]float32, width), bins: make([][]uint8, width),
		logits: make([]float64, n), losses: make([]loss, n), node: make([]uint8, n)}
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
	g.sample = g.sample[:0]
	for i := range g.cases {
		p := probability(g.logits[i])
		g.losses[i] = loss{p, p * (1 - p)}
		if g.cases[i].right {
			g.losses[i].slope--
		}
		g.node[i] = 0
		if random.Float64() < forestSample {
			g.sample = append(g.sample, int32(i))
		}
	}
	numbers := random.Perm(len(g.bounds))[:max(1, int(float64(len(g.bounds))*forestNumbers))]
	slices.Sort(numbers)

	var t tree
	for level := range depth {
		first := 1 << level
		for i, c := range g.cuts(numbers, level) {
			q := &t.questions[first+i]
			q.Number, q.Above = uint16(c.number), float32(math.Inf(1))
			if c.gain > 0 {
				q.Above = g.bounds[c.number][c.bound]
			}
		}
		for _, i := range g.sample {
			q := &t.questions[first+int(g.node[i])]
			g.node[i] *= 2
			if g.cases[i].numbers[q.Number] > q.Above {
				g.node[i]++
			}
		}
	}
	var leaves [1 << depth]loss
	for _, i := range g.sample {
		leaves[g.node[i]].add(g.losses[i])
	}
	for leaf, sum := range leaves {
		t.leaves[leaf] = float32(-forestRate * sum.slope / (sum.doubt + leafDecay))
	}
	for i := range g.cases {
		g.logits[i] += float64(t.leaf(g.cases[i].numbers))
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
		bins := g.bins[k]
		clear(g.sums[:])
		for _, i := range g.sample {
			g.sums[g.node[i]][bins[i]].add(g.losses[i])
		}
		for node := range best {
			var all, below loss
			for bin := range len(g.bounds[k]) + 1 {
				all.add(g.sums[node][bin])
			}
			for bound := range g.bounds[k] {
				below.add(g.sums[node][bound])
				above := all.less(below)
				if below.doubt < leafWeight || above.doubt < leafWeight {
					continue
				}
				if gain := below.worth() + above.worth() - all.worth(); gain > best[node].gain {
					best[node] = cut{k, bound, gain}
				}
			}
		}
	}
	return best
}

// worth is what a leaf with these sums takes off the loss.
func (l loss) worth() float64 { return l.slope * l.slope / (l.doubt + leafDecay) }
