package extract

import (
	"strings"

	"demarche/seeds"
)

// meetsOnly are organizations without an office of their own, which are but the meetings of their members: what the Quad's leaders say,
// each of them says.
var meetsOnly = map[string]bool{"AUKUS": true, "QUAD": true}

var collectiveNouns = strings.Fields("states countries nations leaders governments allies counterparts partners presidents ministers")

// addCollectives adds the names of countries that are named together. Each row goes by its first name, which is known here alone:
// dissolve leaves none of them.
func (l *lexicon) addCollectives(s *seeds.Seeds) {
	for _, c := range s.Collectives {
		key := c.Names[0]
		l.formats[key] = c.Members
		for _, pattern := range c.Names {
			stem, open := strings.CutSuffix(pattern, "_")
			if !open {
				l.addName(name{form: groupForm, party: key}, stem)
				continue
			}
			for _, noun := range collectiveNouns {
				l.addName(name{form: groupForm, party: key}, stem+noun)
				l.addName(name{form: groupForm, party: key}, stem+strings.ToUpper(noun[:1])+noun[1:])
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
