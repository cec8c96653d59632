package eval_test

import (
	"math"
	"os"
	"testing"

	"demarche/loader/extract"
)

// TestMeasured holds what `dataset` says of precision and recall to the unseen part of all annotated articles.
func TestMeasured(t *testing.T) {
	if _, err := os.Stat(sharedEval + "/train-gold.jsonl"); err != nil {
		t.Skip("the annotated articles are not beside the project: ", err)
	}
	hits, found, gold := 0, 0, 0
	for _, set := range []string{"", "train-"} {
		s := measure(t, sharedEval+"/"+set+"articles.jsonl", sharedEval+"/"+set+"gold.jsonl").Unseen.Triples
		hits, found, gold = hits+s.Hits, found+s.Found, gold+s.Gold
	}
	precision, recall := float64(hits)/float64(found), float64(hits)/float64(gold)
	if math.Abs(precision-extract.MeasuredPrecision) > 0.0006 || math.Abs(recall-extract.MeasuredRecall) > 0.0006 {
		t.Errorf("got precision %.3f and recall %.3f, want %.3f and %.3f as loader/extract/extract.go says: write there what is measured",
			precision, recall, extract.MeasuredPrecision, extract.MeasuredRecall)
	}
}
