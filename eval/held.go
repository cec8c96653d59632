package eval

import (
	"fmt"
	"io"
	"sort"

	"demarche/loader/extract"
)

// PrintHeld says how good models were on articles that they had not learned from (five folds of the seen
// part), at each of a row of thresholds.
func PrintHeld(w io.Writer, examples []extract.Example, held []extract.Scored) {
	type triple struct{ article, by, with, issue string }
	gold := map[triple]bool{}
	for _, x := range examples {
		for _, r := range x.Raises {
			gold[triple{x.ID, r.By, r.With, r.Issue}] = true
		}
	}
	sort.SliceStable(held, func(i, j int) bool { return held[i].Confidence > held[j].Confidence })
	hits, next := 0, 0.9
	fmt.Fprintf(w, "held out: %-9s %9s %9s %9s\n", "threshold", "precision", "recall", "F1")
	reachable := 0
	for i, s := range held {
		for s.Confidence < next && next > 0.05 {
			p, r := float64(hits)/float64(max(1, i)), float64(hits)/float64(len(gold))
			fmt.Fprintf(w, "          %-9.2f %9.3f %9.3f %9.3f\n", next, p, r, 2*p*r/max(1e-9, p+r))
			next -= 0.05
		}
		if gold[triple{s.Article, s.By, s.With, s.Issue}] {
			hits++
			reachable++
		}
	}
	fmt.Fprintf(w, "candidates %d, of %d annotated raises %d are among them\n", len(held), len(gold), reachable)
}
