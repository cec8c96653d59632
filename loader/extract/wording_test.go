package extract

import (
	"math"
	"testing"
)

// rowsOf returns the rows of a sentence.
func rowsOf(t *testing.T, sentence string) []uint32 {
	t.Helper()
	blocks := extractor(t).read(Article{Text: sentence}).blocks
	if len(blocks) != 1 {
		t.Fatalf("%q: got %d sentences, want one", sentence, len(blocks))
	}
	return blocks[0].words(nil)
}

// TestWording learns from a few sentences and asks of others that have some of their words.
func TestWording(t *testing.T) {
	issues := []string{"fisheries", "tariffs", "visas"}
	var phrasings []phrasing
	for range 20 {
		phrasings = append(phrasings,
			phrasing{rowsOf(t, "They spoke of boats and nets in the strait."), []int{0}},
			phrasing{rowsOf(t, "They spoke of duties on steel and of levies."), []int{1}},
			phrasing{rowsOf(t, "They spoke of stamps in passports and of queues at airports."), []int{2}},
		)
	}
	w := learnWording(issues, phrasings)
	for _, test := range []struct {
		sentence string
		want     int
	}{
		{"Boats may cross the strait again.", 0},
		{"New levies on steel were announced.", 1},
		{"Travellers wait in queues with their passports.", 2},
	} {
		shares := w.shares(rowsOf(t, test.sentence), nil)
		total := 0.0
		for _, share := range shares {
			total += share
		}
		if math.Abs(total-1) > 1e-9 {
			t.Errorf("%q: shares %v come to %v, want 1", test.sentence, shares, total)
		}
		if got := likeliest(shares, 2); len(got) != 2 || got[0] != test.want || shares[got[0]] < 0.6 {
			t.Errorf("%q: got %v of %v, want %d first and likely", test.sentence, got, shares, test.want)
		}
	}
	for i, share := range w.shares(rowsOf(t, "Nothing of it is known here."), nil) {
		if share < 0.2 || share > 0.5 {
			t.Errorf("a sentence of other words: got %.2f for %s, want about a third", share, issues[i])
		}
	}
}

func TestLikeliest(t *testing.T) {
	if got := likeliest([]float64{0.1, 0.4, 0.1, 0.4}, 3); len(got) != 3 || got[0] != 1 || got[1] != 3 || got[2] != 0 {
		t.Errorf("got %v, want [1 3 0]: the larger first, of equal ones the earlier", got)
	}
	if got := likeliest([]float64{1}, 3); len(got) != 1 {
		t.Errorf("got %v of one share, want it alone", got)
	}
}
