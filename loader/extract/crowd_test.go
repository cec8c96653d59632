package extract

import (
	"slices"
	"strings"
	"testing"
)

// TestWhoActsTogether holds for whom "we", "the ministers" or the name of a format stand.
func TestWhoActsTogether(t *testing.T) {
	e := extractor(t)
	for _, c := range []struct {
		name, title, text string
		words             string // of the mention, in the last sentence
		want              string
	}{
		{"those whom a title lists", "Joint statement by Spain, Ireland, Norway, Malta, Belgium and Slovenia on Gaza",
			"The humanitarian situation is unbearable. We call on Israel to open the crossings.", "We", "ES IE NO MT BE SI"},
		{"members, not the bodies of the title", "Joint statement of NATO and G7 leaders",
			"The leaders of Canada, France, Germany, Italy and Japan met on Monday and issued the following statement: We condemn the strikes.", "We", "CA FR DE IT JP"},
		{"those who are told to speak", "Statement on Haiti",
			"The foreign ministers of Kenya, Jamaica and Canada released the following declaration. We thank Kenya.", "We", "KE JM CA"},
		{"who called and all who were called", "Call with European leaders",
			"President Biden spoke on Monday with the leaders of France, Germany, Italy, Poland and Romania. The leaders condemned Russia's invasion.", "The leaders", "US FR DE IT PL RO"},
		{"not the place where they met", "Ministers meet",
			"On the margins of the NATO summit, Secretary Blinken met the foreign ministers of Japan, South Korea, Australia and New Zealand. They discussed North Korea.", "They", "US JP KR AU NZ"},
		{"officials of one office", "Trilateral talks",
			"The national security advisers of the United States, Japan and South Korea met in Seoul. The three national security advisers condemned North Korea's launch.", "The three national security advisers", "US JP KR"},
		{"a format is its members", "Talks in Tokyo", "The Quad foreign ministers discussed maritime security.", "Quad foreign ministers", "AU IN JP US"},
		{"a region is its states", "Talks in Riga", "Mr Blinken thanked the Baltic states for their support of Ukraine.", "Baltic states", "EE LT LV"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := e.understand(Article{Title: c.title, Text: c.text, Published: "2024-03-04"})
			for _, m := range d.listed() {
				if m.Kind == PartyKind && !e.lexicon.organizations[m.Key] && len(m.Key) != 2 {
					t.Errorf("got a mention of %s, which is no party", m.Key)
				}
			}
			b := d.blocks[len(d.blocks)-1]
			for i := range b.mentions {
				m := &b.mentions[i]
				if written(b.tokens[m.first:m.last]) == c.words {
					if got := strings.Join(m.all(), " "); got != c.want {
						t.Errorf("got %s, want %s", got, c.want)
					}
					return
				}
			}
			t.Errorf("got no mention %q, want one", c.words)
		})
	}
}

// TestCrowd holds what is asked of a long list: of each member with the party outside, and of none with another member but the first.
func TestCrowd(t *testing.T) {
	members := []string{"ES", "IE", "NO", "MT", "BE", "SI", "SE", "DK", "FI", "PT", "GR", "PL"}
	a := Article{Title: "Sanctions", Published: "2024-03-04", Text: "Spain, Ireland, Norway, Malta, Belgium, Slovenia, Sweden, Denmark, Finland, Portugal, " +
		"Greece and Poland urged Russia to end its war against Ukraine."}
	e := extractor(t)
	d := e.understand(a)
	s := d.scene(d.blocks[1], &e.model.wording)
	if s == nil {
		t.Fatal("got no scene, want one")
	}
	asked := map[pair]bool{}
	for _, p := range s.pairs {
		asked[pair{s.slots[p.by].party, s.slots[p.with].party}] = true
	}
	for _, by := range members {
		if !asked[pair{by, "RU"}] {
			t.Errorf("nothing is asked of %s with RU", by)
		}
		for _, with := range members {
			if within := slices.Contains([]string{by, with}, "ES") && by != with; asked[pair{by, with}] != within {
				t.Errorf("%s with %s is asked: got %t, want %t", by, with, !within, within)
			}
		}
	}
}

// TestSing holds that what a crowd says is as likely of one of its members as of another, and nothing else is moved.
func TestSing(t *testing.T) {
	said := chorus{scene: &scene{}, other: "RU", issue: "ukraine-war"}
	findings := []*finding{{chorus: said, logit: 1}, {chorus: said, logit: -2}, {logit: 3}}
	sing(findings)
	for i, want := range []float64{-0.5, -0.5, 3} {
		if got := findings[i].logit; got != want {
			t.Errorf("finding %d: got %v, want %v", i, got, want)
		}
	}
}
