package seeds

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func mustLoad(t testing.TB) *Seeds {
	t.Helper()
	s, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestHoldersOn(t *testing.T) {
	s := mustLoad(t)
	for _, test := range []struct{ office, day, want string }{
		{"JP/prime-minister", "2024-09-30", "fumio-kishida"},
		{"JP/prime-minister", "2024-10-01", "shigeru-ishiba"}, // on the day of the handover the new holder
		{"JP/prime-minister", "2025-02-07", "shigeru-ishiba"},
		{"JP/prime-minister", "2025-10-20", "shigeru-ishiba"},
		{"JP/prime-minister", "2025-10-21", "sanae-takaichi"},
		{"DE/chancellor", "2025-05-05", "olaf-scholz"},
		{"DE/chancellor", "2025-05-06", "friedrich-merz"},
		{"CA/prime-minister", "2025-03-13", "justin-trudeau"},
		{"CA/prime-minister", "2025-03-14", "mark-carney"},
		{"KR/president", "2024-12-13", "yoon-suk-yeol"},
		{"KR/president", "2024-12-20", "han-duck-soo"},
		{"KR/president", "2025-01-15", "choi-sang-mok"},
		{"KR/president", "2025-04-15", "han-duck-soo"},
		{"KR/president", "2025-06-04", "lee-jae-myung"},
		{"GB/prime-minister", "2024-07-04", "rishi-sunak"},
		{"GB/prime-minister", "2024-07-05", "keir-starmer"},
		{"SY/president", "2024-12-07", "bashar-al-assad"},
		{"SY/president", "2024-12-20", ""},
		{"SY/effective-leader", "2024-12-20", "ahmed-al-sharaa"},
		{"SY/president", "2025-02-01", "ahmed-al-sharaa"},
		{"VE/president", "2026-01-02", "nicolas-maduro"},
		{"VE/president", "2026-01-03", "delcy-rodriguez"},
		{"US/president", "2017-01-19", "barack-obama"},
		{"US/president", "2017-01-20", "donald-trump"},
		{"US/president", "2022-06-01", "joe-biden"},
		{"US/president", "2025-01-20", "donald-trump"},
		{"BO/president", "2025-11-08", "rodrigo-paz"},
		{"PL/president", "2025-08-06", "karol-nawrocki"},
		{"FR/prime-minister", "2024-10-01", "michel-barnier"},
		{"FR/prime-minister", "2025-09-12", "sebastien-lecornu"},
		{"TH/prime-minister", "2025-09-20", "anutin-charnvirakul"},
		{"NP/prime-minister", "2025-10-01", "sushila-karki"},
		{"PE/president", "2025-11-01", "jose-jeri"},
		{"IR/president", "2024-09-01", "masoud-pezeshkian"},
		{"IR/supreme-leader", "2024-09-01", "ali-khamenei"},
		{"IR/supreme-leader", "2026-03-03", ""}, // between the two Khameneis
		{"VA/pope", "2025-04-20", "pope-francis"},
		{"VA/pope", "2025-05-01", ""},
		{"VA/pope", "2025-05-08", "leo-xiv"},
		{"EU/high-representative", "2024-12-01", "kaja-kallas"},
		{"EE/prime-minister", "2024-07-01", "kaja-kallas"},
		{"NATO/secretary-general", "2024-10-01", "mark-rutte"},
		{"UN/secretary-general", "2025-02-07", "antonio-guterres"},
		{"RU/president", "2010-01-01", "dmitry-medvedev"},
		{"RU/prime-minister", "2010-01-01", "vladimir-putin"},
		{"CN/foreign-minister", "2023-03-01", "qin-gang"},
		{"CN/foreign-minister", "2025-02-07", "wang-yi"},
		{"JP/monarch", "2025-02-07", ""},
		{"JP/emperor", "2025-02-07", "naruhito"},
		{"BA/member-of-the-presidency", "2019-01-01", "milorad-dodik sefik-dzaferovic zeljko-komsic"},
		{"XX/nothing", "2025-02-07", ""},
	} {
		t.Run(test.office+" "+test.day, func(t *testing.T) {
			if got := strings.Join(s.HoldersOn(test.office, test.day), " "); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestTablesAreWhole(t *testing.T) {
	s := mustLoad(t)
	if got, want := len(s.Countries), 250; got != want {
		t.Errorf("countries: got %d, want %d (ISO 3166-1 and XK)", got, want)
	}
	codes := map[string]bool{}
	for _, o := range s.Organizations {
		codes[o.Code] = true
	}
	for _, want := range strings.Fields("EU UN G7 NATO G20 ASEAN AFU LAS GCC BRICS SCO WHO IMF ICC OSCE IAEA CSTO OAS WTO OPEC ECOWAS MERCOSUR WORLDBANK AUKUS QUAD") {
		if !codes[want] {
			t.Errorf("organization %s is missing", want)
		}
	}
	if got := len(s.Leaders); got < 1800 {
		t.Errorf("leaders: got %d, want at least 1800", got)
	}
}

// Every state that sits in the United Nations has somebody who leads it.
func TestEveryMemberStateHasALeader(t *testing.T) {
	s := mustLoad(t)
	offices := map[string]Office{}
	for _, o := range s.Offices {
		offices[o.ID] = o
	}
	led := map[string]bool{}
	for _, term := range s.Terms {
		switch o := offices[term.Office]; o.Role {
		case HeadOfState, HeadOfGovernment, EffectiveLeader:
			if term.Holds("2025-06-15") {
				led[o.Party] = true
			}
		}
	}
	// territories and the parts of realms that are led from elsewhere
	without := strings.Fields("AI AQ AS AW AX BL BM BQ BV CC CW CX EH FK FO GF GG GI GP GS GU HM IM IO JE KY MF MP MQ MS NC NF NU PF PM PN PR RE SH SJ SM SX TC TF TK UM VG VI WF YT")
	for _, c := range s.Countries {
		if !led[c.Code] && !slices.Contains(without, c.Code) {
			t.Errorf("nobody leads %s (%s) on 2025-06-15", c.Name, c.Code)
		}
	}
}

func TestLoadFSNamesFileAndLine(t *testing.T) {
	leaders := "slug\tname\taliases\tsurname\tpronoun\tparty\n"
	for _, test := range []struct{ name, file, text, want string }{
		{"empty cell", "leaders.tsv", leaders + "a-b\tA B\t\t\the\tUS\n", "leaders.tsv:2: surname: is empty"},
		{"too few cells", "leaders.tsv", "# comment\n" + leaders + "a-b\tA B\n", "leaders.tsv:3: 2 cells, want 6 (slug, name, aliases, surname, pronoun, party)"},
		{"header", "leaders.tsv", "slug\tname\n", "leaders.tsv:1: header is"},
		{"no header", "leaders.tsv", "# nothing\n", "leaders.tsv:1: no header"},
		{"day", "terms.tsv", "office\tleader\tsince\tuntil\tsource\tchecked\nUS/president\ta-b\t2025-02-30\t\treign\t2026-01-21\n", `terms.tsv:2: since: "2025-02-30" is no day`},
		{"list", "countries.tsv", "code\talpha3\tname\taliases\tadjectives\tdemonyms\tcapitals\tseats\tregion\nUS\tUSA\tUnited States\tU.S.||US\t\t\t\t\tNorth America\n", "countries.tsv:2: aliases: item 2"},
		{"flag", "offices.tsv", "id\tparty\ttitle\taliases\trole\tcollegial\nUS/president\tUS\tPresident\t\thead-of-state\tno\n", `offices.tsv:2: collegial: "no"`},
		{"number", "issue_cues.tsv", "issue\tphrase\tweight\ntrade\ttrade ties\thigh\n", `issue_cues.tsv:2: weight: "high" is no number`},
		{"no table", "notes.txt", "", "no table here"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := LoadFS(fstest.MapFS{test.file: {Data: []byte(test.text)}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestArticles(t *testing.T) {
	articles, err := Articles()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(articles), 15; got < want {
		t.Errorf("got %d sample articles, want at least %d", got, want)
	}
	for _, a := range articles {
		if a.Published == "" || a.Source == "" || !strings.HasSuffix(a.ID, ".txt") || strings.Contains(a.Text, "---\n") {
			t.Errorf("%s: got published %q, source %q", a.ID, a.Published, a.Source)
		}
	}
}

func TestParseArticleRefuses(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"no front matter", "Text\n", "line 1 is not ---"},
		{"open front matter", "---\ntitle: A\n", "no closing line"},
		{"bad day", "---\ntitle: A\npublished: May 1\n---\nText\n", `line 3: published "May 1" is no day`},
		{"unknown key", "---\ntitle: A\nauthor: B\n---\nText\n", `line 3: unknown key "author"`},
		{"no text", "---\ntitle: A\n---\n\n", "title or text is empty"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := parseArticle([]byte(test.text)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
}

func TestVersion(t *testing.T) {
	got := Version()
	if len(got) != 12 || strings.Trim(got, "0123456789abcdef") != "" {
		t.Errorf("got %q, want 12 hex digits", got)
	}
	if again := Version(); again != got {
		t.Errorf("got %q, then %q", got, again)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		mustLoad(b)
	}
}
