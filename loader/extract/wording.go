package extract

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// wording tells from all words of a sentence which issue it is about, if it is about any. The cues of the seeds are few and sure; of
// words each says a little, and together they know what no cue names.
type wording struct {
	issues []string // slugs, sorted
	scale  float64
	words  []uint32 // hashed, rising
	starts []int32  // of the clues of each word, and where the last end
	clues  []clue
	place  map[uint32]int32 // of a word in words
}

// index fills place.
func (w *wording) index() {
	w.place = make(map[uint32]int32, len(w.words))
	for i, word := range w.words {
		w.place[word] = int32(i)
	}
}

// clue is what a word says of an issue, in whole steps of scale; most words say nothing of most issues.
type clue struct {
	Issue  uint8
	Weight int8
}

// words returns the hashed words of a sentence, in order. Names of leaders are none of them: what was raised with somebody once says
// little of what is raised now. It writes them over those of another sentence, which may be nil.
func (b *block) words(words []uint32) []uint32 {
	var names map[int]int // of leaders: where one begins, and where it ends
	for i := range b.mentions {
		for _, n := range b.mentions[i].names {
			if n.kind == LeaderKind {
				if names == nil {
					names = map[int]int{}
				}
				names[n.first] = n.last
			}
		}
	}
	words = words[:0]
	for i := 0; i < len(b.tokens); i++ {
		if end, ok := names[i]; ok {
			i = end - 1
		} else if t := b.tokens[i]; t.isWord() {
			words = append(words, t.hash())
		}
	}
	slices.Sort(words)
	return slices.Compact(words)
}

// shares returns how likely each issue is, in the order of w.issues; together they make one. It writes them over those of another sentence,
// which may be nil.
func (w *wording) shares(words []uint32, shares []float64) []float64 {
	var steps [math.MaxUint8 + 1]int32
	for _, word := range words {
		if i, ok := w.place[word]; ok {
			for _, c := range w.clues[w.starts[i]:w.starts[i+1]] {
				steps[c.Issue] += int32(c.Weight)
			}
		}
	}
	shares = shares[:0]
	for i := range w.issues {
		shares = append(shares, float64(steps[i])*w.scale)
	}
	softmax(shares)
	return shares
}

// phrasing is a sentence that annotators marked, with the issues that they marked in it.
type phrasing struct {
	words  features // hashed; where they are learned from, their places in wording.words
	issues []int    // of wording.issues
}

// phrasings returns the marked sentences of an example; issues are sorted.
func (x *Example) phrasings(d *document, issues []string) []phrasing {
	var all []phrasing
	for _, b := range d.blocks {
		sentence := x.slice(b.span)
		var marked []int
		for _, r := range x.Raises {
			if i, ok := slices.BinarySearch(issues, r.Issue); ok && r.restsOn(sentence) && !slices.Contains(marked, i) {
				marked = append(marked, i)
			}
		}
		if len(marked) > 0 {
			all = append(all, phrasing{b.words(nil), marked})
		}
	}
	return all
}

// How the wording is learned.
const (
	wordingPasses = 8
	wordingRate   = 0.1
	wordingDecay  = 5e-3
	wordingLeast  = 1e-3 // of a gradient; what is less is not worth the time
	leastSteps    = 3    // of a clue; what is less changes nothing
	leastPhrasing = 5    // sentences in which a word must stand: what stands in fewer is their own
)

// learnWording learns which issue stands in which words: the logistic loss of all issues at once, by descent.
func learnWording(issues []string, phrasings []phrasing) wording {
	n := len(issues)
	w := wording{issues: issues, starts: []int32{0}}
	counts := map[uint32]int{}
	for _, p := range phrasings {
		for _, word := range p.words {
			counts[word]++
		}
	}
	for word, count := range counts {
		if count >= leastPhrasing {
			w.words = append(w.words, word)
		}
	}
	slices.Sort(w.words)
	w.index()
	order := make([]phrasing, len(phrasings))
	for i, p := range phrasings {
		order[i].issues = p.issues
		for _, word := range p.words {
			if place, ok := w.place[word]; ok {
				order[i].words = append(order[i].words, uint32(place))
			}
		}
	}
	l := newLearner(n, bits.Len(uint(len(w.words))), wordingRate, wordingDecay)
	random := rand.New(rand.NewPCG(9, 10))
	for range wordingPasses {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, p := range order {
			slopes := l.sums(p.words)
			softmax(slopes)
			for _, i := range p.issues {
				slopes[i] -= 1 / float64(len(p.issues))
			}
			for i, slope := range slopes {
				if math.Abs(slope) >= wordingLeast {
					l.step(i, p.words, slope)
				}
			}
		}
	}
	// A word says the same of most issues, that it is not them. Shares stay what they are when that is taken from all, and little is left.
	largest := 1e-9
	for word := range w.words {
		row := l.weights[word*n : (word+1)*n]
		middle := slices.Sorted(slices.Values(row))[n/2]
		for i := range row {
			row[i] -= middle
			largest = max(largest, math.Abs(row[i]))
		}
	}
	w.scale = largest / math.MaxInt8
	for word := range w.words {
		for i, x := range l.weights[word*n : (word+1)*n] {
			if steps := math.Round(x / w.scale); math.Abs(steps) >= leastSteps {
				w.clues = append(w.clues, clue{uint8(i), int8(steps)})
			}
		}
		w.starts = append(w.starts, int32(len(w.clues)))
	}
	return w
}
