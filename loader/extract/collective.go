package extract

import "strings"

// meetsOnly are organizations without an office of their own, which are but the meetings of their members: what the Quad's leaders say,
// each of them says.
var meetsOnly = map[string]bool{"AUKUS": true, "QUAD": true}

// collectives are names of several countries that are no organization. In each, _ stands for any of collectiveNouns. Their codes are
// known here alone: dissolve leaves none of them.
var collectives = []struct{ code, names, members string }{
	{"Baltic", "Baltic _", "EE LT LV"},
	{"Nordic", "Nordic _", "DK FI IS NO SE"},
	{"E3", "E3", "DE FR GB"},
	{"C5", "C5|Central Asian _", "KG KZ TJ TM UZ"},
}

var collectiveNouns = strings.Fields("states countries nations leaders governments allies counterparts partners presidents ministers")

// addCollectives adds the names of collectives.
func (l *lexicon) addCollectives() {
	for _, c := range collectives {
		l.formats[c.code] = strings.Fields(c.members)
		for _, pattern := range strings.Split(c.names, "|") {
			stem, open := strings.CutSuffix(pattern, "_")
			if !open {
				l.addName(name{form: groupForm, party: c.code}, stem)
				continue
			}
			for _, noun := range collectiveNouns {
				l.addName(name{form: groupForm, party: c.code}, stem+noun)
				l.addName(name{form: groupForm, party: c.code}, stem+strings.ToUpper(noun[:1])+noun[1:])
			}
		}
	}
}

// dissolve makes members of what is but their meeting or their region.
func (l *lexicon) dissolve(b *block) {
	for i := range b.mentions {
		m := &b.mentions[i]
		if members := l.formats[m.party]; len(members) > 1 {
			if !l.organizations[m.party] {
				m.names = nil // names no node
			}
			m.form, m.party, m.parties = groupForm, "", members
		}
	}
}
