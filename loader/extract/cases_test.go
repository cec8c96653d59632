package extract

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestCases reads testdata/cases.txt, which says itself how it is written.
func TestCases(t *testing.T) {
	data, err := os.ReadFile("testdata/cases.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split(string(data), "\n-- ")[1:]
	if len(cases) == 0 {
		t.Fatal("no case in testdata/cases.txt")
	}
	for _, c := range cases {
		lines := strings.Split(strings.TrimSpace(c), "\n")
		t.Run(lines[0], func(t *testing.T) {
			day, rest, _ := strings.Cut(lines[1], " ")
			title, text, ok := strings.Cut(rest, " | ")
			if !ok || len(lines) < 3 {
				t.Fatalf("not a case: want a day, a title, |, a text, and what must be found:\n%s", c)
			}
			a := Article{Title: title, Text: text, Published: day}
			got := extractor(t).Extract(a)
			check(t, a, got)
			var all []string
			for _, r := range got.Raises {
				all = append(all, fmt.Sprintf("%s %s %s %s", r.By, r.With, r.Issue, r.Act))
			}
			found := func(want string) bool {
				for _, raise := range all {
					if raise == want || strings.HasPrefix(raise, want+" ") {
						return true
					}
				}
				return false
			}
			for _, line := range lines[2:] {
				want, _, _ := strings.Cut(line, ":")
				switch rule, raise, _ := strings.Cut(want, " "); {
				case want == "none" && len(all) > 0:
					t.Errorf("got %q, want none", all)
				case want == "none":
				case rule == "not" && found(raise):
					t.Errorf("got %q, want it not found", raise)
				case rule == "miss" && found(raise):
					t.Errorf("%q was known to be missed and is found now: take the mark away", raise)
				case rule != "not" && rule != "miss" && !found(want):
					t.Errorf("got %q, want %q", all, want)
				}
			}
		})
	}
}
