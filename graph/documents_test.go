package graph

import (
	"fmt"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
)

// TestDocuments: a document that goes takes its plans along.
func TestDocuments(t *testing.T) {
	documents := newDocuments(2)
	for i := range 5 {
		made := documents.add(fmt.Sprint(i), &ast.QueryDocument{}, &survey{nodes: 10})
		made.keep(planKey{}, &plan{}, 1)
		if made.plan(planKey{}) == nil {
			t.Errorf("document %d lost its plan at once", i)
		}
	}
	if len(documents.byText) != 2 || len(documents.byHash) != 2 || documents.recent.Len() != 2 {
		t.Errorf("got %d, %d and %d documents, want 2", len(documents.byText), len(documents.byHash), documents.recent.Len())
	}
	if documents.find("0") != nil || documents.textOf(hashOf("0")) != "" {
		t.Error("the oldest document is still there")
	}
	if documents.find("4") == nil || documents.textOf(hashOf("4")) != "4" {
		t.Error("the latest document is gone")
	}
}

// TestDocumentsWeigh: large documents and plans let others go, though they are few.
func TestDocumentsWeigh(t *testing.T) {
	documents := newDocuments(1000)
	for i := range 30 {
		documents.add(fmt.Sprint(i), &ast.QueryDocument{}, &survey{nodes: maxWeight / nodeWeight / 10})
	}
	if got := documents.recent.Len(); got < 8 || got > 10 {
		t.Errorf("got %d documents, want about 10", got)
	}
	last := documents.find("29")
	last.keep(planKey{}, &plan{}, maxWeight/fieldWeight)
	if got := documents.recent.Len(); got != 1 || documents.find("29") != last {
		t.Errorf("got %d documents, want the one with a large plan", got)
	}
	if documents.weight != last.weight {
		t.Errorf("got a weight of %d in all, want %d", documents.weight, last.weight)
	}
}
