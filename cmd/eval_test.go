package cmd

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"demarche/eval"
)

// sharedEval holds the articles that were annotated outside the project, and the scorer that came with them.
const sharedEval = "../../shared/eval"

// command runs a subcommand in this process and returns what it prints.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != exitDone {
		t.Fatalf("demarche %s: got exit code %d, want %d\n%s", strings.Join(args, " "), code, exitDone, stderr.String())
	}
	return stdout.String()
}

// TestEvalAgreesWithScorePy compares eval with the scorer that others use, on what load stores and export prints.
func TestEvalAgreesWithScorePy(t *testing.T) {
	if _, err := os.Stat(sharedEval + "/score.py"); err != nil {
		t.Skip("../shared/eval/score.py is not on this machine")
	}
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("python3 is not on this machine")
	}
	folder := t.TempDir()
	database, raises := filepath.Join(folder, "g.db"), filepath.Join(folder, "raises.jsonl")
	articles, gold := sharedEval+"/articles.jsonl", sharedEval+"/gold.jsonl"
	command(t, "load", articles, "--db", database)
	if err := os.WriteFile(raises, []byte(command(t, "export", "raises", "--db", database)), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("python3", sharedEval+"/score.py", gold, raises).CombinedOutput()
	if err != nil {
		t.Fatalf("score.py: %v\n%s", err, out)
	}
	var report eval.Report
	if err := json.Unmarshal([]byte(command(t, "eval", "--articles", articles, gold, "--json")), &report); err != nil {
		t.Fatal(err)
	}
	all, text := report.All, command(t, "eval", "--articles", articles, gold)
	for _, view := range []struct {
		theirs, ours string
		eval.Score
	}{
		{"by+with+issue", "by, with, issue", all.Triples}, {"by+with+area", "by, with, area", all.AreaTriples},
		{"by+with", "by, with", all.Pairs}, {"issue", "issue", all.Issues},
	} {
		s := view.Score
		figures := fmt.Sprintf("%.3f %.3f %.3f %d/%d/%d", s.Precision(), s.Recall(), s.F1(), s.Hits, s.Found, s.Gold)
		if got, want := line(text, view.ours), view.ours+" "+figures; got != want {
			t.Errorf("eval prints %q, want %q", got, want)
		}
		if got, want := line(string(out), view.theirs), view.theirs+" "+figures; got != want {
			t.Errorf("%s: score.py has %q, eval %q", view.ours, got, want)
		}
	}
	for _, want := range []string{
		fmt.Sprintf("act right on %d/%d matched raises", all.Act.Right, all.Act.Of),
		fmt.Sprintf("silent articles left silent: %d/%d", all.Silent.Right, all.Silent.Of),
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("eval has %q, score.py\n%s", want, out)
		}
	}
}

// line returns the first line that begins with a name and figures, its spaces made single.
func line(text, name string) string {
	for _, l := range strings.Split(text, "\n") {
		l = strings.Join(strings.Fields(l), " ")
		if rest, ok := strings.CutPrefix(l, name+" "); ok && strings.ContainsAny(rest[:1], "01") {
			return l
		}
	}
	return ""
}
