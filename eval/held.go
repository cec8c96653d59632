package eval

import (
	"fmt"
	"io"
	"slices"

	"demarche/loader/extract"
)

// PrintHeld says how good models were on these examples, from which they had not learned (of the seen part), at each
// of a row of thresholds: precision, recall and F1 of triples, F1 of pairs and of issues. What is held of other articles is left out.
func PrintHeld(w io.Writer, examples []extract.Example, held []extract.Scored) {
	asked := map[string]bool{}
	for _, x := range examples {
		asked[x.ID] = true
	}
	held = slices.DeleteFunc(slices.Clone(held), func(s extract.Scored) bool { return !asked[s.Article] })
	type view struct{ article, by, with, issue string }
	views := []func(article, by, with, issue string) view{
		func(article, by, with, issue string) view { return view{article, by, with, issue} },
		func(article, by, with, _ string) view { return view{article: article, by: by, with: with} },
		func(article, _, _, issue string) view { return view{article: article, issue: issue} },
	}
	gold := make([]map[view]bool, len(views))
	for i, of := range views {
		gold[i] = map[view]bool{}
		for _, x := range examples {
			for _, r := range x.Raises {
				gold[i][of(x.ID, r.By, r.With, r.Issue)] = true
			}
		}
	}
	fmt.Fprintf(w, "held out: %9s %9s %9s %9s %9s %9s\n", "threshold", "precision", "recall", "F1", "pairs F1", "issues F1")
	for threshold := 0.9; threshold > 0.05; threshold -= 0.05 {
		scores := make([]Score, len(views))
		for i, of := range views {
			found := map[view]bool{}
			for _, s := range held {
				if s.Confidence >= threshold {
					found[of(s.Article, s.By, s.With, s.Issue)] = true
				}
			}
			scores[i] = Score{Found: len(found), Gold: len(gold[i])}
			for v := range found {
				if gold[i][v] {
					scores[i].Hits++
				}
			}
		}
		fmt.Fprintf(w, "          %9.2f %9.3f %9.3f %9.3f %9.3f %9.3f\n", threshold,
			scores[0].Precision(), scores[0].Recall(), scores[0].F1(), scores[1].F1(), scores[2].F1())
	}
	reachable := 0
	for _, s := range held {
		if gold[0][view{s.Article, s.By, s.With, s.Issue}] {
			reachable++
		}
	}
	fmt.Fprintf(w, "candidates %d, of %d annotated raises %d are among them\n", len(held), len(gold[0]), reachable)
}
