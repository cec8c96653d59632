package seeds

import (
	"strings"
	"testing"
	"testing/fstest"
)

func TestTablesAreClean(t *testing.T) {
	for _, p := range Lint(mustLoad(t)) {
		t.Error(p)
	}
}

// A clean pair of tables, to which each case of TestLint adds the rows that break a rule.
var base = map[string]string{
	"countries.tsv": "code\talpha3\tname\taliases\tadjectives\tdemonyms\tcapitals\tseats\tregion\n" +
		"KR\tKOR\tSouth Korea\tROK\tSouth Korean\tSouth Koreans\tSeoul\tBlue House\tEast Asia\n",
	"organizations.tsv": "code\tname\taliases\tbodies\tmembers\nUN\tUnited Nations\tU.N.\tSecurity Council\t\n",
	"leaders.tsv":       "slug\tname\taliases\tsurname\tpronoun\tparty\npark-geun-hye\tPark Geun-hye\t\tPark\tshe\tKR\n",
	"offices.tsv":       "id\tparty\ttitle\taliases\trole\tcollegial\nKR/president\tKR\tPresident\t\thead-of-state\t\n",
	"terms.tsv":         "office\tleader\tsince\tuntil\tsource\tchecked\nKR/president\tpark-geun-hye\t2013-02-25\t2016-12-09\treign\t2016-12-09\n",
	"clashes.tsv":       "name\tchoose\tcontext\tinstead\twhy\nKorea\tKR\t\t\tnews means the south\n",
	"issues.tsv":        "slug\tname\tarea\tdescription\ntrade\tTrade\ttrade\tTrade in general.\n",
	"issue_cues.tsv":    "issue\tphrase\tweight\ntrade\ttrade ties\t1\n",
	"collectives.tsv":   "names\tmembers\n",
	"act_cues.tsv":      "act\tlemma\tkind\tpattern\nREQUEST\turge\tverb\tobject\n",
}

func lintWith(t *testing.T, file, rows string) []Problem {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range base {
		if name == file {
			text += rows
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := LoadFS(files)
	if err != nil {
		t.Fatal(err)
	}
	return Lint(s)
}

func TestLint(t *testing.T) {
	for _, test := range []struct{ name, file, rows, want string }{
		{"clean", "", "", ""},
		{"country twice", "countries.tsv", "KR\tKRR\tCorea\t\t\t\t\t\tEast Asia\n", `countries.tsv:3: code "KR" is already in line 2`},
		{"country code", "countries.tsv", "kp\tPRK\tNorth Korea\t\t\t\t\t\tEast Asia\n", `countries.tsv:3: code "kp": want ^[A-Z]{2}$`},
		{"country region", "countries.tsv", "KP\tPRK\tNorth Korea\t\t\t\t\t\t\n", "countries.tsv:3: KP has no region"},
		{"alias of two", "countries.tsv", "KP\tPRK\tNorth Korea\tROK\t\t\t\t\tEast Asia\n", `countries.tsv:3: "ROK" already names KR (countries.tsv:2); choose in clashes.tsv`},
		{"alias of two, decided", "countries.tsv", "KP\tPRK\tNorth Korea\tKorea\t\t\t\t\tEast Asia\n", ""},
		{"alias twice in a row", "countries.tsv", "KP\tPRK\tNorth Korea\tDPRK|DPRK\t\t\t\t\tEast Asia\n", `countries.tsv:3: aliases hold "DPRK" twice`},
		{"organization named as a country", "organizations.tsv", "KOR\tOrder\t\t\t\n", `organizations.tsv:3: code "KOR" is a country's`},
		{"unknown member", "organizations.tsv", "G2\tGroup of Two\t\t\tKR|QQ\n", `organizations.tsv:3: member "QQ" is no country of countries.tsv`},
		{"collective of one", "collectives.tsv", "Half _\tKR\n", "collectives.tsv:2: 1 members, want two at least"},
		{"unknown member of a collective", "collectives.tsv", "Two _\tKR|QQ\n", `collectives.tsv:2: member "QQ" is no country of countries.tsv`},
		{"collective named as a country", "collectives.tsv", "ROK\tKR|QQ\n", `collectives.tsv:2: "ROK" already names KR`},
		{"office of nobody", "offices.tsv", "QQ/president\tQQ\tPresident\t\thead-of-state\t\n", `offices.tsv:3: party "QQ" is in neither`},
		{"office without a term", "offices.tsv", "KR/premier\tKR\tPremier\t\thead-of-government\t\n", "offices.tsv:3: KR/premier has no term"},
		{"office id", "offices.tsv", "UN/premier\tKR\tPremier\t\thead-of-government\t\n", `offices.tsv:3: id "UN/premier" does not begin with its party "KR"`},
		{"office role", "offices.tsv", "KR/premier\tKR\tPremier\t\tking\t\n", `offices.tsv:3: role "king": want one of`},
		{"leader without a term", "leaders.tsv", "moon-jae-in\tMoon Jae-in\t\tMoon\the\tKR\n", "leaders.tsv:3: moon-jae-in has no term"},
		{"surname of another", "leaders.tsv", "moon-jae-in\tMoon Jae-in\t\tLee\the\tKR\n", `leaders.tsv:3: surname "Lee" is no part of "Moon Jae-in"`},
		{"surname of a place", "leaders.tsv", "kim-seoul\tKim Seoul\t\tSeoul\the\tKR\n", `leaders.tsv:3: surname "Seoul" already names KR`},
		{"pronoun", "leaders.tsv", "moon-jae-in\tMoon Jae-in\t\tMoon\tit\tKR\n", `leaders.tsv:3: pronoun "it"`},
		{"term of nobody", "terms.tsv", "KR/president\tnobody\t2017-05-10\t\treign\t2021-03-31\n", `terms.tsv:3: leader "nobody" is not in leaders.tsv`},
		{"term of no office", "terms.tsv", "KR/king\tpark-geun-hye\t2017-05-10\t\treign\t2021-03-31\n", `terms.tsv:3: office "KR/king" is not in offices.tsv`},
		{"term ends before it begins", "terms.tsv", "KR/president\tpark-geun-hye\t2018-01-01\t2017-01-01\treign\t2021-03-31\n", "terms.tsv:3: since 2018-01-01 is not before until 2017-01-01"},
		{"terms overlap", "terms.tsv", "KR/president\tpark-geun-hye\t2016-12-08\t\treign\t2021-03-31\n", `terms.tsv:3: KR/president: park-geun-hye from "2016-12-08" to "" overlaps park-geun-hye in line 2`},
		{"terms touch", "terms.tsv", "KR/president\tpark-geun-hye\t2016-12-09\t\treign\t2021-03-31\n", ""},
		{"term without a source", "terms.tsv", "KR/president\tpark-geun-hye\t2016-12-09\t\thearsay\t2021-03-31\n", `terms.tsv:3: source "hearsay"`},
		{"term checked too early", "terms.tsv", "KR/president\tpark-geun-hye\t2016-12-09\t\treign\t2010-01-01\n", "terms.tsv:3: checked on 2010-01-01, before the term's own days"},
		{"clash for nobody", "clashes.tsv", "Guinea\tQQ\t\t\twhy\n", `clashes.tsv:3: choose "QQ" is in neither`},
		{"clash without context", "clashes.tsv", "Guinea\t\t\tKR\twhy\n", `clashes.tsv:3: "Guinea": a context and another choice go together`},
		{"issue without cue", "issues.tsv", "tariffs\tTariffs\ttrade\tDuties.\n", "issues.tsv:3: tariffs has no cue in issue_cues.tsv"},
		{"cue of no issue", "issue_cues.tsv", "whaling\twhales\t1\n", `issue_cues.tsv:3: issue "whaling" is not in issues.tsv`},
		{"cue phrase", "issue_cues.tsv", "trade\tTrade  deal\t1\n", `issue_cues.tsv:3: phrase "Trade  deal"`},
		{"cue weight", "issue_cues.tsv", "trade\ttrade deal\t1.5\n", "issue_cues.tsv:3: weight 1.5"},
		{"act", "act_cues.tsv", "ASK\task\tverb\tobject\n", `act_cues.tsv:3: act "ASK"`},
		{"act cue twice", "act_cues.tsv", "REQUEST\turge\tverb\tobject\n", "act_cues.tsv:3: cue"},
		{"act pattern", "act_cues.tsv", "REQUEST\task\tverb\tobject,to\n", `act_cues.tsv:3: pattern "object,to"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			problems := lintWith(t, test.file, test.rows)
			if test.want == "" {
				if len(problems) > 0 {
					t.Errorf("got %v, want none", problems)
				}
				return
			}
			for _, p := range problems {
				if strings.HasPrefix(p.String(), test.want) {
					return
				}
			}
			t.Errorf("got %v, want %q", problems, test.want)
		})
	}
}

// A leader who is said to speak for a party has held an office of it.
func TestLintLeaderOfAPartyNeverServed(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range base {
		if name == "leaders.tsv" {
			text = strings.Replace(text, "she\tKR", "she\tUN", 1)
		}
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	s, err := LoadFS(files)
	if err != nil {
		t.Fatal(err)
	}
	want := "leaders.tsv:2: park-geun-hye never served UN, but KR"
	if problems := Lint(s); len(problems) != 1 || problems[0].String() != want {
		t.Errorf("got %v, want %q", problems, want)
	}
}

// Two leaders may share a name where they never held office at one time, and no other way.
func TestLintSharedLeaderName(t *testing.T) {
	for _, test := range []struct{ name, since, until, want string }{
		{"apart", "2016-12-09", "2017-05-10", ""},
		{"at one time", "2016-12-08", "2017-05-10", `leaders.tsv:3: "Park Geun-hye" already names park-geun-hye (leaders.tsv:2)`},
	} {
		t.Run(test.name, func(t *testing.T) {
			files := fstest.MapFS{}
			for name, text := range base {
				switch name {
				case "leaders.tsv":
					text += "park-geun-hye-2\tPark Geun-hye\t\tPark\tshe\tKR\n"
				case "offices.tsv":
					text += "KR/premier\tKR\tPremier\t\thead-of-government\t\n"
				case "terms.tsv":
					text += "KR/premier\tpark-geun-hye-2\t" + test.since + "\t" + test.until + "\treign\t2021-03-31\n"
				}
				files[name] = &fstest.MapFile{Data: []byte(text)}
			}
			s, err := LoadFS(files)
			if err != nil {
				t.Fatal(err)
			}
			problems := Lint(s)
			if test.want == "" && len(problems) == 0 {
				return
			}
			if len(problems) != 1 || test.want == "" || !strings.HasPrefix(problems[0].String(), test.want) {
				t.Errorf("got %v, want %q", problems, test.want)
			}
		})
	}
}
