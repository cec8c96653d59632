package extract

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

// TestLeadersByDate runs the rows of testdata/leaders.tsv: each text names one leader, or nobody.
// A row whose fifth column says why it is missed must be missed: once it is right, the reason goes.
func TestLeadersByDate(t *testing.T) {
	file, err := os.Open("testdata/leaders.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := 0
	scanner := bufio.NewScanner(file)
	for line := 1; scanner.Scan(); line++ {
		if strings.HasPrefix(scanner.Text(), "#") {
			continue
		}
		fields := strings.Split(scanner.Text(), "\t")
		if len(fields) < 4 || len(fields) > 5 {
			t.Fatalf("leaders.tsv:%d: got %d fields, want date, text, leader, party and, if the row is missed, why", line, len(fields))
		}
		rows++
		day, text, leader, party := fields[0], fields[1], fields[2], fields[3]
		slug, code := speaks(understood(t, Article{Text: text, Published: day}))
		right, missed := slug == leader && code == party, len(fields) == 5
		switch {
		case !right && !missed:
			t.Errorf("leaders.tsv:%d: %q on %q: got %s of %s, want %s of %s", line, text, day, slug, code, leader, party)
		case right && missed:
			t.Errorf("leaders.tsv:%d: %q on %q is right now: take its fifth column out", line, text, day)
		}
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	if rows < 220 {
		t.Errorf("got %d rows, want at least 220", rows)
	}
}

// speaks returns the first leader whom a text names and the first party that somebody in it speaks for, "-"
// where there is none.
func speaks(d *document) (leader, party string) {
	leader, party = "-", "-"
	for _, b := range d.blocks {
		for _, m := range b.mentions {
			if leader == "-" && m.leader != "" {
				leader = m.leader
			}
			if party == "-" && m.party != "" {
				party = m.party
			}
			for _, n := range m.names {
				if leader == "-" && n.kind == LeaderKind {
					leader = n.key
				}
			}
		}
	}
	return leader, party
}
