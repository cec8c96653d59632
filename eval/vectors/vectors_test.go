package vectors

import (
	"math/rand/v2"
	"slices"
	"testing"

	"demarche/loader/extract/encoder"
)

// TestCompany wants words that stand in the same company to be nearer to each other than to words of other company.
func TestCompany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	// Two kinds of sentences, each with verbs and nouns of its own: 0 to 9, 10 to 19. Words 20 to 29 stand in both.
	text := func(yield func([]uint32) bool) {
		random := rand.New(rand.NewPCG(3, 4))
		for range 4000 {
			from := uint32(10 * random.IntN(2))
			var s []uint32
			for range 8 {
				if random.IntN(3) == 0 {
					s = append(s, 20+random.Uint32N(10))
				} else {
					s = append(s, from+random.Uint32N(10))
				}
			}
			if !yield(s) {
				return
			}
		}
	}
	vocabulary := Vocabulary(text, 5)
	if len(vocabulary) != 30 {
		t.Fatalf("%d words, want 30", len(vocabulary))
	}
	v := Learn(vocabulary, text)
	likeness := func(a, b uint32) float64 {
		sum := 0.0
		i, j := slices.Index(v.Words, a), slices.Index(v.Words, b)
		for k := range encoder.Width {
			sum += float64(v.Numbers[i*encoder.Width+k]) * float64(v.Numbers[j*encoder.Width+k])
		}
		return sum
	}
	for range 50 {
		a, b, c := random.Uint32N(10), random.Uint32N(10), 10+random.Uint32N(10)
		if same, other := likeness(a, b), likeness(a, c); a != b && same <= other {
			t.Errorf("words %d and %d: %.0f, want more than %.0f of %d and %d", a, b, same, other, a, c)
		}
	}
	if again := Learn(vocabulary, text); !slices.Equal(again.Numbers, v.Numbers) {
		t.Error("the same text gave other vectors")
	}
}

// TestFewWords wants vectors of a vocabulary that is smaller than the vectors are wide, and of none.
func TestFewWords(t *testing.T) {
	text := slices.Values([][]uint32{{1, 2, 3}, {3, 2, 1}, nil})
	for _, vocabulary := range [][]uint32{{1, 2, 3}, {1}, nil} {
		if v := Learn(vocabulary, text); len(v.Numbers) != len(vocabulary)*encoder.Width {
			t.Errorf("%d words: %d numbers, want %d", len(vocabulary), len(v.Numbers), len(vocabulary)*encoder.Width)
		}
	}
}
