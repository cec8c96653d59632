// Package vectors learns from text without annotation which words are alike: each gets a vector, and words that stand in the same
// company get such as point the same way.
//
// It counts how often words stand near one another, takes what is more than chance would bring (positive pointwise mutual
// information), and draws that together to a few numbers a word (a truncated singular value decomposition). It serves
// training alone; the result is part of the extractor's weights.
package vectors

import (
	"cmp"
	"iter"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"demarche/loader/extract/encoder"
)

const (
	contexts = 2048 // words that company is counted of: the first of the vocabulary
	near     = 4    // words apart at most; a neighbor k words away counts 1/k
	smooth   = 0.75 // power of the counts of contexts: rare ones prove less than they seem to
	spare    = 16   // numbers beyond those wanted, which make the wanted ones exact sooner
	rounds   = 8    // of the power iteration
	spread   = 0.15 // wanted of the numbers
)

// entry is one number of a sparse row.
type entry struct {
	column int
	value  float64
}

// Learn returns the vectors of a vocabulary, commonest words first, from sentences of words' hashes. The same sentences in the same order give
// the same vectors.
func Learn(vocabulary []uint32, sentences iter.Seq[[]uint32]) encoder.Vectors {
	if len(vocabulary) == 0 {
		return encoder.Vectors{}
	}
	rows := information(count(vocabulary, sentences), len(vocabulary))
	columns := min(contexts, len(vocabulary))
	rank := min(encoder.Width+spare, columns)

	// Subspace iteration: what is multiplied again and again turns to where the matrix is longest.
	random := rand.New(rand.NewPCG(31, 32))
	q := mat.NewDense(columns, rank, nil)
	for i := range columns {
		for j := range rank {
			q.Set(i, j, random.NormFloat64())
		}
	}
	for range rounds {
		q, _ = decompose(back(rows, forth(rows, q), columns))
	}
	u, values := decompose(forth(rows, q))

	v := encoder.Vectors{Words: slices.Clone(vocabulary), Numbers: make([]int8, len(vocabulary)*encoder.Width)}
	numbers := make([]float64, len(v.Numbers))
	sum := 0.0
	for i := range vocabulary {
		for j := range min(encoder.Width, rank) {
			x := u.At(i, j) * math.Sqrt(values[j])
			numbers[i*encoder.Width+j] = x
			sum += math.Abs(x)
		}
	}
	scale := spread * float64(len(numbers)) / max(sum, 1e-9)
	for i, x := range numbers {
		v.Numbers[i] = int8(math.Round(math.MaxInt8 * max(-1, min(1, x*scale))))
	}
	return v
}

// count returns how often each word stands near each context, nearer ones counted more.
func count(vocabulary []uint32, sentences iter.Seq[[]uint32]) []float32 {
	columns := min(contexts, len(vocabulary))
	places := make(map[uint32]int, len(vocabulary))
	for i, word := range vocabulary {
		places[word] = i
	}
	counts := make([]float32, len(vocabulary)*columns)
	var line []int
	for sentence := range sentences {
		line = line[:0]
		for _, word := range sentence {
			place, ok := places[word]
			if !ok {
				place = -1
			}
			line = append(line, place)
		}
		for i, word := range line {
			if word < 0 {
				continue
			}
			for apart := 1; apart <= near && i+apart < len(line); apart++ {
				other := line[i+apart]
				if other < 0 {
					continue
				}
				if other < columns {
					counts[word*columns+other] += 1 / float32(apart)
				}
				if word < columns {
					counts[other*columns+word] += 1 / float32(apart)
				}
			}
		}
	}
	return counts
}

// information turns counts into sparse rows of positive pointwise mutual information.
func information(counts []float32, n int) [][]entry {
	columns := len(counts) / n
	ofRow, ofColumn := make([]float64, n), make([]float64, columns)
	smoothed := 0.0
	for i, c := range counts {
		ofRow[i/columns] += float64(c)
		ofColumn[i%columns] += float64(c)
	}
	for j := range ofColumn {
		ofColumn[j] = math.Pow(ofColumn[j], smooth)
		smoothed += ofColumn[j]
	}
	rows := make([][]entry, n)
	for i := range rows {
		for j, c := range counts[i*columns : (i+1)*columns] {
			if c == 0 {
				continue
			}
			if x := math.Log(float64(c) * smoothed / (ofRow[i] * ofColumn[j])); x > 0 {
				rows[i] = append(rows[i], entry{j, x})
			}
		}
	}
	return rows
}

// forth returns the product of the sparse rows with a matrix.
func forth(rows [][]entry, m *mat.Dense) *mat.Dense {
	_, rank := m.Dims()
	out := mat.NewDense(len(rows), rank, nil)
	for i, row := range rows {
		into := out.RawRowView(i)
		for _, e := range row {
			for j, x := range m.RawRowView(e.column) {
				into[j] += e.value * x
			}
		}
	}
	return out
}

// back returns the product of the transposed sparse rows with a matrix.
func back(rows [][]entry, m *mat.Dense, columns int) *mat.Dense {
	_, rank := m.Dims()
	out := mat.NewDense(columns, rank, nil)
	for i, row := range rows {
		from := m.RawRowView(i)
		for _, e := range row {
			into := out.RawRowView(e.column)
			for j, x := range from {
				into[j] += e.value * x
			}
		}
	}
	return out
}

// decompose returns the left singular vectors of a matrix, orthonormal columns that span what its own do, and its singular values.
func decompose(m *mat.Dense) (*mat.Dense, []float64) {
	var svd mat.SVD
	svd.Factorize(m, mat.SVDThin)
	var u mat.Dense
	svd.UTo(&u)
	return &u, svd.Values(nil)
}

// Vocabulary returns the words that stand in sentences at least so often, the commonest first.
func Vocabulary(sentences iter.Seq[[]uint32], least int) []uint32 {
	counts := map[uint32]int{}
	for sentence := range sentences {
		for _, word := range sentence {
			counts[word]++
		}
	}
	var words []uint32
	for word, n := range counts {
		if n >= least {
			words = append(words, word)
		}
	}
	slices.SortFunc(words, func(a, b uint32) int { return cmp.Or(counts[b]-counts[a], cmp.Compare(a, b)) })
	return words
}
