package db

import (
	"cmp"
	"context"
	"database/sql/driver"
	"math/bits"
	"slices"
	"strings"
)

// Node is a party, leader or issue as a Reader holds it in memory. It never changes; fields that its kind
// has not are empty.
type Node struct {
	ID       int64 // internal
	Kind     NodeKind
	Key      string // code or slug
	Name     string
	GlobalID string // opaque
	Aliases  []string

	Alpha3, Capital, Region string   // of a country
	Demonyms                []string // of a country
	Members                 []*Node  // of an organization, by code
	Held                    []*Term  // terms in a party's offices, by holder's slug, then first day

	Party   *Node   // of a leader
	Offices []*Term // of a leader, in the catalog's order

	Description, Area string // of an issue
}

// Term is one leader in one office of one party. Until is the day of the handover.
type Term struct {
	Title         string
	Leader, Party *Node
	Since, Until  Date
}

// Holds reports whether the term covers the day; on "" asks for terms that last.
func (t *Term) Holds(on Date) bool {
	if on == "" {
		return t.Until == ""
	}
	return t.Since <= on && (t.Until == "" || on < t.Until)
}

// Leaders lists who holds an office of the party on the day ("": still holds), by name.
func (n *Node) Leaders(on Date) []*Node {
	var held []*Node
	for _, term := range n.Held {
		if term.Holds(on) && !slices.Contains(held, term.Leader) {
			held = append(held, term.Leader)
		}
	}
	slices.SortFunc(held, compareNames)
	return held
}

func compareNames(a, b *Node) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Key, b.Key))
}

// Directory is all parties, leaders and issues of the graph in memory; each list is by name, then key.
type Directory struct {
	Countries, Organizations, Leaders, Issues []*Node

	version string // meta's catalog when it was read
	nodes   map[int64]*Node
	parties map[string]*Node // by every folded name
	leaders map[string]*Node // by slug
	issues  map[string]*Node // by slug
	areas   map[string]bool
}

// Node returns the node with the internal id, or nil.
func (d *Directory) Node(id int64) *Node { return d.nodes[id] }

func readDirectory(ctx context.Context, c *conn, version string) (*Directory, error) {
	d := &Directory{version: version, nodes: map[int64]*Node{}, parties: map[string]*Node{},
		leaders: map[string]*Node{}, issues: map[string]*Node{}, areas: map[string]bool{}}
	text := func(value driver.Value) string { s, _ := value.(string); return s }
	node := func(value driver.Value) *Node { id, _ := value.(int64); return d.nodes[id] }
	for _, table := range []struct {
		sql   string
		visit func(row []driver.Value)
	}{
		{`SELECT nodes.id, kind, key, name, aliases, description, alpha3, capital, region, demonyms, area
			FROM nodes LEFT JOIN parties USING (id) LEFT JOIN issues USING (id) ORDER BY name, key`,
			func(row []driver.Value) {
				n := &Node{ID: row[0].(int64), Kind: NodeKind(text(row[1])), Key: text(row[2]), Name: text(row[3]),
					Aliases: lines(text(row[4])), Description: text(row[5]), Alpha3: text(row[6]), Capital: text(row[7]),
					Region: text(row[8]), Demonyms: lines(text(row[9])), Area: text(row[10])}
				n.GlobalID = GlobalID{Kind: n.Kind, Key: n.Key}.String()
				d.nodes[n.ID] = n
				switch n.Kind {
				case CountryNode:
					d.Countries = append(d.Countries, n)
				case OrganizationNode:
					d.Organizations = append(d.Organizations, n)
				case LeaderNode:
					d.Leaders = append(d.Leaders, n)
					d.leaders[n.Key] = n
				case IssueNode:
					d.Issues = append(d.Issues, n)
					d.issues[n.Key] = n
					d.areas[n.Area] = true
				}
			}},
		{`SELECT organization_id, country_id FROM memberships JOIN nodes ON nodes.id = country_id ORDER BY key`,
			func(row []driver.Value) { n := node(row[0]); n.Members = append(n.Members, node(row[1])) }},
		{`SELECT id, party_id FROM leaders`, func(row []driver.Value) { node(row[0]).Party = node(row[1]) }},
		{`SELECT leader_id, title, party_id, since, until FROM offices JOIN nodes ON nodes.id = leader_id ORDER BY key, position`,
			func(row []driver.Value) {
				term := &Term{Leader: node(row[0]), Title: text(row[1]), Party: node(row[2]), Since: Date(text(row[3])), Until: Date(text(row[4]))}
				term.Leader.Offices = append(term.Leader.Offices, term)
				term.Party.Held = append(term.Party.Held, term)
			}},
	} {
		err := c.query(ctx, table.sql, nil, func(row []driver.Value) error {
			table.visit(row)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	// Codes win over names, names over aliases: "GB" is never an alias of something else.
	for _, names := range []func(*Node) []string{
		func(n *Node) []string { return []string{n.Key} },
		func(n *Node) []string { return []string{n.Alpha3} },
		func(n *Node) []string { return []string{n.Name} },
		func(n *Node) []string { return n.Aliases },
	} {
		for _, n := range d.allParties() {
			for _, name := range names(n) {
				if folded := fold(name); folded != "" && d.parties[folded] == nil {
					d.parties[folded] = n
				}
			}
		}
	}
	return d, nil
}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func (d *Directory) allParties() []*Node { return slices.Concat(d.Countries, d.Organizations) }

// Party finds a party by code, alpha-3 code, name or alias, in any letter case. An unknown one is NotFound,
// with the nearest known names.
func (d *Directory) Party(ref string) (*Node, error) {
	folded := fold(ref)
	if found := d.parties[folded]; found != nil {
		return found, nil
	}
	if found := d.parties[strings.TrimPrefix(folded, "the ")]; found != nil {
		return found, nil
	}
	return nil, notFoundf("unknown party %q: %s", short(ref), suggest(folded, d.parties, func(_ string, n *Node) string { return n.Name + " (" + n.Key + ")" }, "pass a code (JP, JPN, EU) or a name (Japan)"))
}

// Leader finds a leader by slug, or says NotFound with the nearest ones.
func (d *Directory) Leader(slug string) (*Node, error) {
	return bySlug(d.leaders, "leader", slug, "the field leaders lists them")
}

// Issue finds an issue by slug, or says NotFound with the nearest ones.
func (d *Directory) Issue(slug string) (*Node, error) {
	return bySlug(d.issues, "issue", slug, "the field issues lists those that are raised")
}

func bySlug(nodes map[string]*Node, kind, slug, next string) (*Node, error) {
	if found := nodes[slug]; found != nil {
		return found, nil
	}
	return nil, notFoundf("unknown %s %q: %s", kind, short(slug), suggest(slug, nodes, func(key string, _ *Node) string { return key }, next))
}

// Area checks that some issue has the area.
func (d *Directory) Area(area string) error {
	if d.areas[area] {
		return nil
	}
	return notFoundf("unknown area %q: %s", short(area), suggest(area, d.areas, func(name string, _ bool) string { return name }, "an issue's field area names its own"))
}

// Find returns the node of the catalog that an opaque id names, or nil.
func (d *Directory) Find(id GlobalID) *Node {
	var found *Node
	switch id.Kind {
	case LeaderNode:
		found = d.leaders[id.Key]
	case IssueNode:
		found = d.issues[id.Key]
	case CountryNode, OrganizationNode:
		found = d.parties[fold(id.Key)]
	}
	if found == nil || found.Kind != id.Kind || found.Key != id.Key {
		return nil
	}
	return found
}

// maxMisspelt bounds the bytes of a name for which similar ones are looked for: whatever is longer was not meant as one, and to
// compare it with all that there are would take long.
const maxMisspelt = 60

// suggest shows up to three of the known names that are nearest to what was asked, or else what to do.
func suggest[V any](asked string, names map[string]V, show func(name string, known V) string, otherwise string) string {
	if len(asked) > maxMisspelt {
		return otherwise
	}
	type guess struct {
		distance int
		text     string
	}
	measure := newMeasure(asked, min(max(1, len(asked)/3), 4))
	var guesses []guess
	for name, known := range names {
		if near := measure.distance(name); near <= measure.bound {
			guesses = append(guesses, guess{near, show(name, known)})
		}
	}
	slices.SortFunc(guesses, func(a, b guess) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.text, b.text))
	})
	var texts []string
	for _, g := range guesses {
		if len(texts) < 3 && !slices.Contains(texts, g.text) {
			texts = append(texts, g.text)
		}
	}
	if len(texts) == 0 {
		return otherwise
	}
	return "did you mean " + strings.Join(texts, " or ") + "?"
}

// measure compares names with one that was asked for.
type measure struct {
	asked                     []rune
	letters                   [32]int16 // how many it has of each, many letters in one place
	kinds                     uint32    // of its letters, a bit for each
	bound                     int       // distances past it are bound+1
	before, previous, current []int
}

func newMeasure(asked string, bound int) *measure {
	m := &measure{asked: []rune(asked), bound: bound}
	room := make([]int, 3*(len(m.asked)+1))
	for _, letter := range m.asked {
		m.letters[letter%32]++
		m.kinds |= 1 << (letter % 32)
	}
	m.before, m.previous, m.current = room[:len(m.asked)+1], room[len(m.asked)+1:2*len(m.asked)+2], room[2*len(m.asked)+2:]
	return m
}

// isFar reports whether so many letters of either name are not in the other that the distance is past the bound: so it is with
// nearly all names.
func (m *measure) isFar(name string) bool {
	var kinds uint32 // of letters, which is enough to tell for most
	for _, letter := range name {
		kinds |= 1 << (letter % 32)
	}
	if max(bits.OnesCount32(m.kinds&^kinds), bits.OnesCount32(kinds&^m.kinds)) > m.bound {
		return true
	}
	letters := m.letters
	for _, letter := range name {
		letters[letter%32]--
	}
	missing, extra := 0, 0
	for _, count := range letters {
		missing += max(int(count), 0)
		extra += max(-int(count), 0)
	}
	return max(missing, extra) > m.bound
}

// distance counts the letters to insert, drop, replace or swap with their neighbour. It goes no further than where the bound is
// passed for good: two rows one after the other of which no place is within it.
func (m *measure) distance(name string) int {
	if m.isFar(name) {
		return m.bound + 1
	}
	before, previous, current := m.before, m.previous, m.current
	for j := range previous {
		previous[j] = j
	}
	var last rune
	row, least := 0, 0
	for _, letter := range name {
		row++
		current[0] = row
		nearest := row
		for j, other := range m.asked {
			cost := 1
			if letter == other {
				cost = 0
			}
			near := min(previous[j+1]+1, current[j]+1, previous[j]+cost)
			if row > 1 && j > 0 && letter == m.asked[j-1] && last == other {
				near = min(near, before[j-1]+1)
			}
			current[j+1] = near
			nearest = min(nearest, near)
		}
		if min(nearest, least) > m.bound {
			return m.bound + 1
		}
		last, least = letter, nearest
		before, previous, current = previous, current, before
	}
	return min(previous[len(m.asked)], m.bound+1)
}
