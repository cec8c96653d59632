package seeds

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func TestOverlay(t *testing.T) {
	base := mustLoad(t)
	s, err := Overlay(fstest.MapFS{
		"issues.tsv":     {Data: []byte("slug\tname\tarea\tdescription\ntariffs\tOur tariffs\ttrade\tTheirs too.\nwalrus\tWalrus\ttrade\tTusks.\n")},
		"issue_cues.tsv": {Data: []byte("issue\tphrase\tweight\nwalrus\twalrus tusk\t1\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(s.Issues), len(base.Issues)+1; got != want {
		t.Errorf("got %d issues, want %d: one replaced, one added", got, want)
	}
	for i, issue := range s.Issues {
		switch {
		case issue.Slug == "tariffs" && (issue.Name != "Our tariffs" || base.Issues[i].Slug != "tariffs"):
			t.Errorf("got %+v at %d, want ours in the place of theirs", issue, i)
		case issue.Slug == "walrus" && i != len(base.Issues):
			t.Errorf("got the new issue at %d, want it last", i)
		}
	}
	if got, want := len(s.Countries), len(base.Countries); got != want {
		t.Errorf("got %d countries, want the binary's %d", got, want)
	}
	if problems := Lint(s); len(problems) > 0 {
		t.Errorf("got problems %v, want none", problems)
	}
	if s.Version() == base.Version() || !strings.HasPrefix(s.Version(), base.Version()+"+") {
		t.Errorf("got version %q, want the binary's %q and one of the folder", s.Version(), base.Version())
	}
}

func TestOverlayRefuses(t *testing.T) {
	for _, test := range []struct{ file, rows, want string }{
		{"issue.tsv", "", "issue.tsv is the name of no table"},
		{"readme.txt", "", "no table here"},
		{"issues.tsv", "slug\tname\n", "issues.tsv:1: header is"},
	} {
		_, err := Overlay(fstest.MapFS{test.file: {Data: []byte(test.rows)}})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error with %q", test.file, err, test.want)
		}
	}
	for _, test := range []struct{ file, rows, want string }{
		{"issue_cues.tsv", "issue\tphrase\tweight\nnothing\tx y\t1\n", "issue_cues.tsv:2: "},
		{"issues.tsv", "slug\tname\tarea\tdescription\na-b\tA\ttrade\tX.\na-b\tB\ttrade\tX.\n", "issues.tsv:3: "},
	} {
		s, err := Overlay(fstest.MapFS{test.file: {Data: []byte(test.rows)}})
		if err != nil {
			t.Fatal(err)
		}
		if problems := Lint(s); !slices.ContainsFunc(problems, func(p Problem) bool { return strings.HasPrefix(p.String(), test.want) }) {
			t.Errorf("%s: got %v, want a problem at %q", test.file, problems, test.want)
		}
	}
}
