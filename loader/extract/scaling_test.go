package extract

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestScalingFindsWhatBentIt wants confidences that were bent by a known scaling to come back to how often they are right.
func TestScalingFindsWhatBentIt(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	want := scaling{Slope: 1.4, Offset: 0.6}
	var confidences []float64
	var right []bool
	for range 20000 {
		confidence := 0.02 + 0.96*random.Float64()
		confidences = append(confidences, confidence)
		right = append(right, random.Float64() < want.of(confidence))
	}
	got := learnScaling(confidences, right)
	if math.Abs(got.Slope-want.Slope) > 0.1 || math.Abs(got.Offset-want.Offset) > 0.1 {
		t.Errorf("scaling %+v, want about %+v", got, want)
	}
	if got := learnScaling(nil, nil); got != (scaling{Slope: 1}) {
		t.Errorf("of nothing: %+v, want one that changes nothing", got)
	}
}
