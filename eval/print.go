package eval

import (
	"fmt"
	"io"
)

// Print writes a report as tables: what all articles, the seen and the unseen part score, and of the two parts
// by area, act, rule and confidence.
func (r Report) Print(w io.Writer) { r.print(w, (*Part).printDetails) }

// PrintSummary writes the scores of all articles and of the two parts alone.
func (r Report) PrintSummary(w io.Writer) { r.print(w, func(*Part, io.Writer) {}) }

func (r Report) print(w io.Writer, details func(*Part, io.Writer)) {
	fmt.Fprintf(w, "all %d articles\n", r.All.Articles)
	r.All.printViews(w)
	for _, part := range []struct {
		name string
		*Part
	}{{"seen", r.Seen}, {"unseen", r.Unseen}} {
		if part.Articles == 0 {
			continue
		}
		fmt.Fprintf(w, "\n%s part, %d articles\n", part.name, part.Articles)
		part.printViews(w)
		details(part.Part, w)
	}
}

func (p *Part) printViews(w io.Writer) {
	fmt.Fprintf(w, "  %-22s %9s %9s %9s   hits/found/gold\n", "", "precision", "recall", "F1")
	for _, view := range []struct {
		name string
		Score
	}{{"by, with, issue", p.Triples}, {"by, with, area", p.AreaTriples}, {"by, with", p.Pairs}, {"issue", p.Issues}} {
		printScore(w, view.name, view.Score)
	}
	for _, share := range []struct {
		name string
		Share
	}{{"act right", p.Act}, {"modality right", p.Modality}, {"silent left silent", p.Silent}} {
		fmt.Fprintf(w, "  %-22s %9.3f   %d/%d\n", share.name, share.Value(), share.Right, share.Of)
	}
	fmt.Fprintf(w, "  %-22s %9.3f\n", "calibration error", p.CalibrationError)
}

func printScore(w io.Writer, name string, s Score) {
	fmt.Fprintf(w, "  %-22s %9.3f %9.3f %9.3f   %d/%d/%d\n", name, s.Precision(), s.Recall(), s.F1(), s.Hits, s.Found, s.Gold)
}

func (p *Part) printDetails(w io.Writer) {
	fmt.Fprintln(w, "  triples by area")
	for _, area := range sortedKeys(p.Areas) {
		printScore(w, "  "+area, p.Areas[area])
	}
	fmt.Fprintln(w, "  act found right, by annotated act")
	printShares(w, p.Acts)
	fmt.Fprintln(w, "  triples found right, by rule")
	printShares(w, p.Rules)
	fmt.Fprintln(w, "  calibration: confidence, share right, size")
	for _, bin := range p.Calibration {
		if bin.Of > 0 {
			fmt.Fprintf(w, "    %.1f–%.1f %19.3f %9.3f %9d\n", bin.From, bin.From+0.1, bin.Confidence, ratio(bin.Right, bin.Of), bin.Of)
		}
	}
}

func printShares(w io.Writer, shares map[string]Share) {
	for _, name := range sortedKeys(shares) {
		s := shares[name]
		fmt.Fprintf(w, "    %-20s %9.3f   %d/%d\n", name, s.Value(), s.Right, s.Of)
	}
}

// Print writes the mistakes of one article.
func (m Mistakes) Print(w io.Writer) {
	fmt.Fprintf(w, "\n%s\n", m.ID)
	for _, r := range m.Missed {
		fmt.Fprintf(w, "  missed %s %s %s %s: %s\n", r.By, r.With, r.Issue, r.Act, r.Evidence)
	}
	for _, r := range m.Wrong {
		fmt.Fprintf(w, "  wrong  %s %s %s %s %.2f: %s\n", r.By, r.With, r.Issue, r.Act, r.Confidence, r.Explanation)
	}
}
