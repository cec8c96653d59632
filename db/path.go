package db

import (
	"cmp"
	"context"
	"database/sql/driver"
	"maps"
	"slices"
	"sync"
)

// Vertex is a node of a drawing: a party, leader or issue, or where Node is nil the article with that internal id.
type Vertex struct {
	Node    *Node
	Article int64
}

// GlobalID is the opaque id of the vertex.
func (v Vertex) GlobalID() string {
	if v.Node == nil {
		return GlobalID{Kind: ArticleNode, Article: v.Article}.String()
	}
	return v.Node.GlobalID
}

// Tie is all raises that connect two vertices, in brief.
type Tie struct {
	Source, Target Vertex
	RaiseCount     int64
	Issues         []*Node // most raised first; as long as nobody asked for them, nil
}

// Path is a chain of vertices, each tied to the next by the tie of the same place.
type Path struct {
	Vertices []Vertex
	Ties     []Tie
}

// Subgraph is the surroundings of a vertex, strongest ties first.
type Subgraph struct {
	Vertices []Vertex
	Ties     []Tie
}

// neighbour is the far end of a tie.
type neighbour struct {
	vertex Vertex
	count  int64
}

// ties are the stations of the graph (parties and leaders) with their neighbours, most raises first.
type ties struct {
	content, catalog string // of the graph they were read from
	of               map[Vertex][]neighbour

	mutex  sync.Mutex         // guards what follows
	issues map[tieKey][]*Node // of ties whose issues somebody asked for; the lists never change
	kept   int                // length of all lists
}

// maxKeptIssues bounds the issues of ties in memory: 8 MiB of pointers, several times what the ties of 200 parties have.
const maxKeptIssues = 1 << 20

// keep remembers the issues of a tie as long as the ties themselves.
func (t *ties) keep(key tieKey, issues []*Node) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.kept+len(issues) > maxKeptIssues {
		t.kept = 0
		clear(t.issues)
	}
	if t.issues[key] == nil {
		t.kept += len(issues)
	}
	t.issues[key] = issues
}

func compareNeighbours(a, b neighbour) int {
	if a.count != b.count {
		return cmp.Compare(b.count, a.count)
	}
	return cmp.Compare(a.vertex.GlobalID(), b.vertex.GlobalID())
}

// network is the ties with those of the ends that were asked for.
type network struct {
	stations *ties
	ends     map[Vertex][]neighbour
}

func (n *network) neighbours(v Vertex) []neighbour {
	if own := n.ends[v]; own != nil {
		return own
	}
	return n.stations.of[v]
}

// tieCounts adds up raises between vertices.
type tieCounts map[Vertex]map[Vertex]int64

func (t tieCounts) add(a, b Vertex, count int64) {
	for _, side := range [2][2]Vertex{{a, b}, {b, a}} {
		if t[side[0]] == nil {
			t[side[0]] = map[Vertex]int64{}
		}
		t[side[0]][side[1]] += count
	}
}

func (t tieCounts) sorted(v Vertex) []neighbour {
	sorted := make([]neighbour, 0, len(t[v]))
	for vertex, count := range t[v] {
		sorted = append(sorted, neighbour{vertex, count})
	}
	slices.SortFunc(sorted, compareNeighbours)
	return sorted
}

// stations reads all ties of parties and leaders, once for each state of the graph.
func (v *View) stations(ctx context.Context) (*ties, error) {
	content, catalog := v.conn.meta["content"], v.conn.meta["catalog"]
	current := func() *ties {
		v.reader.mutex.Lock()
		defer v.reader.mutex.Unlock()
		if known := v.reader.ties; known != nil && known.content == content && known.catalog == catalog {
			return known
		}
		return nil
	}
	if known := current(); known != nil {
		return known, nil
	}
	// One view reads them, which may take a second; the others wait for it.
	select {
	case v.reader.reading <- struct{}{}:
		defer func() { <-v.reader.reading }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if known := current(); known != nil {
		return known, nil
	}
	rows, err := v.rows(ctx, `SELECT by_id, with_id, raise_count FROM raise_counts WHERE by_id <> 0 AND with_id <> 0 AND issue_id = 0
		UNION ALL SELECT speaker_id, with_id, sum(raise_count) FROM speaker_counts GROUP BY speaker_id, with_id
		UNION ALL SELECT speaker_id, by_id, sum(raise_count) FROM speaker_counts GROUP BY speaker_id, by_id`, nil)
	if err != nil {
		return nil, err
	}
	counts := tieCounts{}
	for i := range rows.Len() {
		row := rows.Row(i)
		counts.add(v.vertex(row[0]), v.vertex(row[1]), row[2].(int64))
	}
	read := &ties{content: content, catalog: catalog, of: make(map[Vertex][]neighbour, len(counts)), issues: map[tieKey][]*Node{}}
	for vertex := range counts {
		read.of[vertex] = counts.sorted(vertex)
	}
	v.reader.mutex.Lock()
	v.reader.ties = read
	v.reader.mutex.Unlock()
	return read, nil
}

func (v *View) vertex(id driver.Value) Vertex { return Vertex{Node: v.Node(id.(int64))} }

// isStation reports whether chains may lead through the vertex.
func (v Vertex) isStation() bool { return v.Node != nil && v.Node.Kind != IssueNode }

// network is the stations, with the given vertices tied to them.
func (v *View) network(ctx context.Context, ends ...Vertex) (*network, error) {
	stations, err := v.stations(ctx)
	if err != nil {
		return nil, err
	}
	counts := tieCounts{}
	n := &network{stations, map[Vertex][]neighbour{}}
	for _, end := range ends {
		if end.isStation() || counts[end] != nil {
			continue
		}
		sql, id := `SELECT by_id, with_id, speaker_id, issue_id, count(*) FROM raises WHERE article_id = +? GROUP BY 1, 2, 3, 4`, end.Article
		if end.Node != nil {
			sql, id = `SELECT by_id, with_id, NULL, NULL, raise_count FROM raise_counts WHERE issue_id = +? AND by_id <> 0 AND with_id <> 0`, end.Node.ID
		}
		rows, err := v.rows(ctx, sql, []any{id})
		if err != nil {
			return nil, err
		}
		for i := range rows.Len() {
			row := rows.Row(i)
			for column, other := range row[:4] {
				if other == nil {
					continue
				}
				vertex := v.vertex(other)
				// An issue beside an article is a tie only where it is the other end.
				if column < 3 || slices.Contains(ends, vertex) {
					counts.add(end, vertex, row[4].(int64))
				}
			}
		}
	}
	for vertex := range counts {
		n.ends[vertex] = counts.sorted(vertex)
		if vertex.isStation() {
			n.ends[vertex] = slices.Concat(stations.of[vertex], n.ends[vertex])
			slices.SortFunc(n.ends[vertex], compareNeighbours)
		}
	}
	return n, nil
}

// Paths finds up to first chains of at most maxLength ties from one vertex to the other: the shortest first, then
// those with the most raises on their weakest tie, then by ids.
func (v *View) Paths(ctx context.Context, from, to Vertex, maxLength, first int) ([]Path, error) {
	n, err := v.network(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var found []Path
	if from == to {
		return found, nil
	}
	search := pathSearch{network: n, ctx: ctx, to: to, distances: map[Vertex]int{to: 0}, frontier: []Vertex{to}}
	for length := 1; length <= maxLength && len(found) < first; length++ {
		if length > 1 {
			search.widen(length - 1)
		}
		search.best, search.wanted = nil, first-len(found)
		if err := search.extend([]Vertex{from}, nil, length, 1<<62); err != nil {
			return nil, err
		}
		for _, chain := range search.best {
			found = append(found, chain.path())
		}
	}
	return found, nil
}

// widen finds the vertices that are the given number of ties away from the end, those that are nearer being known.
func (s *pathSearch) widen(distance int) {
	var next []Vertex
	for _, vertex := range s.frontier {
		if distance > 1 && !vertex.isStation() {
			continue
		}
		for _, neighbour := range s.neighbours(vertex) {
			if _, seen := s.distances[neighbour.vertex]; !seen {
				s.distances[neighbour.vertex] = distance
				next = append(next, neighbour.vertex)
			}
		}
	}
	s.frontier = next
}

// chain is a path that was found, with the raises on each tie and on the weakest.
type chain struct {
	vertices []Vertex
	counts   []int64
	weakest  int64
}

func (c chain) path() Path {
	p := Path{Vertices: c.vertices}
	for i, count := range c.counts {
		p.Ties = append(p.Ties, Tie{Source: c.vertices[i], Target: c.vertices[i+1], RaiseCount: count})
	}
	return p
}

func compareChains(a, b chain) int {
	return cmp.Or(cmp.Compare(b.weakest, a.weakest), slices.CompareFunc(a.vertices, b.vertices, func(a, b Vertex) int {
		return cmp.Compare(a.GlobalID(), b.GlobalID())
	}))
}

// pathSearch walks all chains of one length that can still be among the best: a chain of so many ties goes only over
// vertices that are near enough to the end, whose distances are known as far as that takes. Neighbours come strongest first, so
// that a hub's weak ties are not even looked at once enough strong chains are known.
type pathSearch struct {
	*network
	ctx       context.Context
	to        Vertex
	distances map[Vertex]int // in ties, to the end
	frontier  []Vertex       // the farthest of them
	wanted    int
	best      []chain
	steps     int
}

func (s *pathSearch) extend(vertices []Vertex, counts []int64, left int, weakest int64) error {
	if s.steps++; s.steps%1024 == 0 && s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	for _, neighbour := range s.neighbours(vertices[len(vertices)-1]) {
		if len(s.best) == s.wanted && neighbour.count < s.best[s.wanted-1].weakest {
			break
		}
		distance, reaches := s.distances[neighbour.vertex]
		if !reaches || distance > left-1 || slices.Contains(vertices, neighbour.vertex) {
			continue
		}
		next, nextCounts := append(slices.Clip(vertices), neighbour.vertex), append(slices.Clip(counts), neighbour.count)
		switch {
		case left == 1:
			s.keep(chain{next, nextCounts, min(weakest, neighbour.count)})
		case neighbour.vertex != s.to && neighbour.vertex.isStation():
			if err := s.extend(next, nextCounts, left-1, min(weakest, neighbour.count)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *pathSearch) keep(found chain) {
	at, _ := slices.BinarySearchFunc(s.best, found, compareChains)
	s.best = slices.Insert(s.best, at, found)
	s.best = s.best[:min(len(s.best), s.wanted)]
}

// tiesPerVertex bounds the ties of a drawing: hubs are tied to everybody.
const tiesPerVertex = 5

// Neighborhood finds up to limit vertices (the given one among them) that are at most depth ties away: of each
// distance those with the strongest ties. Its ties are the strongest between them, tiesPerVertex times limit at
// most, and always those over which a vertex was reached.
func (v *View) Neighborhood(ctx context.Context, center Vertex, depth, limit int) (Subgraph, error) {
	n, err := v.network(ctx, center)
	if err != nil {
		return Subgraph{}, err
	}
	drawn := Subgraph{Vertices: []Vertex{center}}
	chosen := map[Vertex]int{center: 0} // their places
	var reached []Tie
	frontier := []Vertex{center}
	for range depth {
		room := limit - len(drawn.Vertices)
		strongest := map[Vertex]Tie{}
		for _, vertex := range frontier {
			// Neighbours come strongest first: of one hub no more can be taken than there is room for.
			taken := 0
			for _, neighbour := range n.neighbours(vertex) {
				if taken == room {
					break
				}
				if _, known := chosen[neighbour.vertex]; known {
					continue
				}
				taken++
				tie := Tie{Source: vertex, Target: neighbour.vertex, RaiseCount: neighbour.count}
				if known, found := strongest[neighbour.vertex]; !found || compareTies(tie, known) < 0 {
					strongest[neighbour.vertex] = tie
				}
			}
		}
		layer := slices.SortedFunc(maps.Values(strongest), compareTies)
		layer = layer[:min(len(layer), room)]
		frontier = frontier[:0:0]
		for _, tie := range layer {
			chosen[tie.Target] = len(drawn.Vertices)
			drawn.Vertices = append(drawn.Vertices, tie.Target)
			frontier = append(frontier, tie.Target)
		}
		reached = append(reached, layer...)
	}
	drawn.Ties = n.strongest(drawn.Vertices, chosen, reached, tiesPerVertex*limit)
	return drawn, nil
}

// strongest are the strongest ties between vertices, in order, as many as are wanted; those over which a vertex was reached are
// always among them. Neighbours come strongest first, so that of each vertex no more are looked at than are stronger than
// what has been found.
func (n *network) strongest(vertices []Vertex, places map[Vertex]int, reached []Tie, wanted int) []Tie {
	// Ends are compared by what their ids' order makes of them: most ties have as many raises as many others.
	byID := make([]int, len(vertices)) // places
	for i := range byID {
		byID[i] = i
	}
	ids := make([]string, len(vertices))
	for i, vertex := range vertices {
		ids[i] = vertex.GlobalID()
	}
	slices.SortFunc(byID, func(a, b int) int { return cmp.Compare(ids[a], ids[b]) })
	rank := make([]int, len(vertices))
	for i, place := range byID {
		rank[place] = i
	}
	type between struct {
		count          int64
		source, target int // ranks
	}
	compare := func(a, b between) int {
		if a.count != b.count {
			return cmp.Compare(b.count, a.count)
		}
		if a.source != b.source {
			return a.source - b.source
		}
		return a.target - b.target
	}
	all := make([]between, len(reached))
	reachedFrom := make([]int, len(vertices)) // the place of the vertex that each was reached from
	for i, tie := range reached {
		source, target := places[tie.Source], places[tie.Target]
		all[i], reachedFrom[target] = between{tie.RaiseCount, rank[source], rank[target]}, source
	}
	wanted -= len(reached)
	var others []between
	least := int64(0)
	cut := func() {
		slices.SortFunc(others, compare)
		if len(others) >= wanted {
			others = others[:wanted]
			least = others[wanted-1].count
		}
	}
	for i, vertex := range vertices {
		for _, neighbour := range n.neighbours(vertex) {
			if neighbour.count < least {
				break
			}
			j, isDrawn := places[neighbour.vertex]
			if !isDrawn || j <= i || reachedFrom[j] == i {
				continue
			}
			if others = append(others, between{neighbour.count, rank[i], rank[j]}); len(others) >= 2*wanted {
				cut()
			}
		}
	}
	cut()
	all = append(all, others...)
	slices.SortFunc(all, compare)
	ties := make([]Tie, len(all))
	for i, tie := range all {
		ties[i] = Tie{Source: vertices[byID[tie.source]], Target: vertices[byID[tie.target]], RaiseCount: tie.count}
	}
	return ties
}

func compareTies(a, b Tie) int {
	if a.RaiseCount != b.RaiseCount {
		return cmp.Compare(b.RaiseCount, a.RaiseCount)
	}
	return cmp.Or(cmp.Compare(a.Source.GlobalID(), b.Source.GlobalID()), cmp.Compare(a.Target.GlobalID(), b.Target.GlobalID()))
}

// tieKey names a tie: its kind, and the internal ids of its ends in the order that TieIssues' statement takes them; the
// last is 0.
type tieKey = [4]int64

func (t *Tie) key() tieKey {
	a, b := t.Source, t.Target
	if !a.isStation() || b.isStation() && a.Node.Kind != LeaderNode && b.Node.Kind == LeaderNode {
		a, b = b, a // the article or issue, else the party, stands second
	}
	switch {
	case b.Node == nil && a.Node != nil:
		return tieKey{articleTie, b.Article, a.Node.ID}
	case a.Node == nil:
		return tieKey{articleTie, a.Article, b.Node.ID}
	case b.Node.Kind == IssueNode:
		return tieKey{issueTie, b.Node.ID, b.Node.ID}
	case a.Node.Kind == LeaderNode:
		return tieKey{leaderTie, a.Node.ID, b.Node.ID}
	default:
		return tieKey{partyTie, min(a.Node.ID, b.Node.ID), max(a.Node.ID, b.Node.ID)}
	}
}

// TieIssues fills in the issues of ties, in one statement for those that are not in memory. The lists are not to be
// changed.
func (v *View) TieIssues(ctx context.Context, ties []*Tie) error {
	stations, err := v.stations(ctx)
	if err != nil {
		return err
	}
	var unknown []*Tie
	var keys []tieKey
	stations.mutex.Lock()
	for _, tie := range ties {
		key := tie.key()
		if tie.Issues = stations.issues[key]; tie.Issues == nil {
			unknown, keys = append(unknown, tie), append(keys, key)
		}
	}
	stations.mutex.Unlock()
	if len(unknown) == 0 {
		return nil
	}
	rows, err := v.rows(ctx, `WITH ties AS MATERIALIZED (SELECT key, value ->> 0 AS kind, value ->> 1 AS a, value ->> 2 AS b FROM json_each(?))
		SELECT tie, issue_id, sum(raise_count) FROM (
			SELECT t.key AS tie, c.issue_id, c.raise_count FROM ties t CROSS JOIN raise_counts c ON c.by_id = t.a AND c.with_id = t.b AND c.issue_id > 0 WHERE t.kind = 1
			UNION ALL
			SELECT t.key, c.issue_id, c.raise_count FROM ties t CROSS JOIN raise_counts c ON c.by_id = t.b AND c.with_id = t.a AND c.issue_id > 0 WHERE t.kind = 1
			UNION ALL
			SELECT t.key, c.issue_id, c.raise_count FROM ties t CROSS JOIN speaker_counts c ON c.speaker_id = t.a AND t.b IN (c.by_id, c.with_id) WHERE t.kind = 2
			UNION ALL
			SELECT t.key, r.issue_id, 1 FROM ties t CROSS JOIN raises r ON r.article_id = t.a AND t.b IN (r.by_id, r.with_id, r.issue_id, r.speaker_id) WHERE t.kind = 3
			UNION ALL
			SELECT t.key, t.a, 1 FROM ties t WHERE t.kind = 4
		) GROUP BY tie, issue_id`, []any{list(keys)})
	if err != nil {
		return err
	}
	type raised struct {
		issue *Node
		count int64
	}
	found := make([][]raised, len(unknown))
	for i := range rows.Len() {
		row := rows.Row(i)
		tie := row[0].(int64)
		found[tie] = append(found[tie], raised{v.Node(row[1].(int64)), row[2].(int64)})
	}
	for i, tie := range unknown {
		slices.SortFunc(found[i], func(a, b raised) int {
			return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.issue.Key, b.issue.Key))
		})
		tie.Issues = make([]*Node, len(found[i]))
		for j, r := range found[i] {
			tie.Issues[j] = r.issue
		}
		stations.keep(keys[i], tie.Issues)
	}
	return nil
}

// The kinds of ties that TieIssues tells apart, as its statement names them.
const (
	partyTie = 1 + iota
	leaderTie
	articleTie
	issueTie
)
