package extract

import "math"

// scaling brings confidences to what proves right of articles that are annotated as those by which the extractor is judged (Platt): they are
// but a tenth of those that it learns from.
type scaling struct{ Slope, Offset float64 }

// of returns the confidence that a confidence comes to.
func (s scaling) of(confidence float64) float64 {
	return probability(s.Slope*logitOf(confidence) + s.Offset)
}

func logitOf(confidence float64) float64 {
	p := min(max(confidence, 1e-6), 1-1e-6)
	return math.Log(p / (1 - p))
}

// learnScaling fits a scaling to confidences of known outcome, by Newton's method on the logistic loss.
func learnScaling(confidences []float64, right []bool) scaling {
	s := scaling{Slope: 1}
	for range 30 {
		// The gradient of the loss and its second derivatives, by slope and offset.
		var slope, offset, slopes, both, offsets float64
		for i, confidence := range confidences {
			p := s.of(confidence)
			x, g, w := logitOf(confidence), p, p*(1-p)
			if right[i] {
				g--
			}
			slope, offset = slope+g*x, offset+g
			slopes, both, offsets = slopes+w*x*x, both+w*x, offsets+w
		}
		determinant := slopes*offsets - both*both
		if math.Abs(determinant) < 1e-9 {
			break
		}
		s.Slope -= (offsets*slope - both*offset) / determinant
		s.Offset -= (slopes*offset - both*slope) / determinant
	}
	return s
}
