package graph_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf8"

	"demarche/db"
)

// world is a graph in memory: catalog and articles as they were handed to the writer, with pointers between them. What
// naive answers comes from here and from nowhere else.
type world struct {
	parties  []*party  // by name
	leaders  []*leader // by name
	issues   []*issue
	articles []*article
	raises   []*raise
	sources  map[string]string // names of sources, by what they are told apart by
	seeds    string
	extract  string
}

type party struct {
	db.Party
	members []*party
	terms   []*term
}

type leader struct {
	db.Leader
	party *party
	terms []*term
}

type term struct {
	db.Office
	holder *leader
	party  *party
}

type issue struct{ db.Issue }

type article struct {
	db.Article
	number int64    // what articles of a day are ordered by
	story  *article // the earliest of those that tell the same
	raises []*raise
	spans  []*span
	about  map[any]bool
}

// span is a mention.
type span struct {
	db.Mention
	node any
	text string
}

type raise struct {
	db.Raise
	number   int64
	article  *article
	by, with *party
	issue    *issue
	speaker  *leader
}

func newWorld(catalog db.Catalog, articles []db.Article) *world {
	w := &world{sources: map[string]string{}, seeds: catalog.SeedsVersion, extract: catalog.ExtractorVersion}
	byCode, bySlug, issues := map[string]*party{}, map[string]*leader{}, map[string]*issue{}
	for _, each := range catalog.Parties {
		made := &party{Party: each}
		w.parties, byCode[each.Code] = append(w.parties, made), made
	}
	for _, each := range catalog.Issues {
		made := &issue{each}
		w.issues, issues[each.Slug] = append(w.issues, made), made
	}
	for _, each := range catalog.Leaders {
		made := &leader{Leader: each, party: byCode[each.Party]}
		w.leaders, bySlug[each.Slug] = append(w.leaders, made), made
		for _, office := range each.Offices {
			held := &term{office, made, byCode[office.Party]}
			made.terms, held.party.terms = append(made.terms, held), append(held.party.terms, held)
		}
	}
	for _, each := range w.parties {
		for _, code := range slices.Sorted(slices.Values(each.Members)) {
			each.members = append(each.members, byCode[code])
		}
	}
	slices.SortFunc(w.parties, func(a, b *party) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code)) })
	slices.SortFunc(w.leaders, compareLeaders)
	stories := map[string]*article{}
	for _, each := range articles {
		sum := sha256.Sum256([]byte(each.ExternalID))
		made := &article{Article: each, number: int64(binary.BigEndian.Uint64(sum[:8]) >> 12), about: map[any]bool{}}
		w.articles = append(w.articles, made)
		if source := made.source(); source != "" {
			name := strings.TrimSpace(each.Source)
			if known, found := w.sources[source]; !found || name < known {
				w.sources[source] = name
			}
		}
		if first := stories[each.Text]; first == nil || compareAge(made, first) < 0 {
			stories[each.Text] = made
		}
		for _, mention := range each.Mentions {
			found := &span{Mention: mention}
			switch mention.Kind {
			case db.LeaderNode:
				found.node = bySlug[mention.Key]
			case db.IssueNode:
				found.node = issues[mention.Key]
			default:
				found.node = byCode[mention.Key]
			}
			part := each.Text
			if mention.Part == db.Title {
				part = each.Title
			}
			found.text = string([]rune(part)[mention.Start:mention.End])
			made.spans = append(made.spans, found)
			made.about[found.node] = true
		}
		for _, one := range each.Raises {
			found := &raise{Raise: one, article: made, by: byCode[one.By], with: byCode[one.With], issue: issues[one.Issue], speaker: bySlug[one.Speaker]}
			made.raises = append(made.raises, found)
			made.about[found.by], made.about[found.with], made.about[found.issue] = true, true, true
			if found.speaker != nil {
				made.about[found.speaker] = true
			}
		}
		slices.SortFunc(made.raises, func(a, b *raise) int {
			return cmp.Or(cmp.Compare(a.By, b.By), cmp.Compare(a.With, b.With), cmp.Compare(a.Issue, b.Issue))
		})
		for i, found := range made.raises {
			found.number = made.number*2048 + int64(i)
		}
		w.raises = append(w.raises, made.raises...)
	}
	for _, each := range w.articles {
		each.story = stories[each.Text]
	}
	return w
}

func compareLeaders(a, b *leader) int {
	return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Slug, b.Slug))
}

// compareAge puts the earliest article first, undated ones last.
func compareAge(a, b *article) int {
	return cmp.Or(-cmp.Compare(min(1, len(a.Published)), min(1, len(b.Published))), cmp.Compare(a.Published, b.Published), cmp.Compare(a.ExternalID, b.ExternalID))
}

// source is what the article's source is told apart by, "" where it has none.
func (a *article) source() string { return strings.ToLower(strings.TrimSpace(a.Source)) }

// key is the code or slug of a node of the catalog.
func key(node any) string {
	switch node := node.(type) {
	case *party:
		return node.Code
	case *leader:
		return node.Slug
	case *issue:
		return node.Slug
	}
	return ""
}

// typeOf is the name of an object's type, where the schema has several for one place.
func typeOf(node any) string {
	switch node := node.(type) {
	case *party:
		if node.Kind == db.Country {
			return "Country"
		}
		return "Organization"
	case *leader:
		return "Leader"
	case *issue:
		return "Issue"
	case *article:
		return "Article"
	case *raise:
		return "Raise"
	}
	panic(fmt.Sprintf("%T is no node", node))
}

// idOf is the opaque id of a node.
func idOf(node any) string {
	text := typeOf(node) + ":"
	switch node := node.(type) {
	case *article:
		text += fmt.Sprintf("%013x", node.number)
	case *raise:
		text += fmt.Sprintf("%013x:%s:%s:%s", node.article.number, node.By, node.With, node.Issue)
	default:
		text += key(node)
	}
	return base64.RawURLEncoding.EncodeToString([]byte(text))
}

// nodes are all of them, of every type.
func (w *world) nodes() []any {
	var all []any
	for _, each := range w.parties {
		all = append(all, each)
	}
	for _, each := range w.leaders {
		all = append(all, each)
	}
	for _, each := range w.issues {
		all = append(all, each)
	}
	for _, each := range w.articles {
		all = append(all, each)
	}
	for _, each := range w.raises {
		all = append(all, each)
	}
	return all
}

// party finds a party by code, else alpha-3 code, else name, else alias, in any letter case; or nil.
func (w *world) party(ref string) *party {
	for _, asked := range []string{ref, strings.TrimPrefix(strings.ToLower(strings.TrimSpace(ref)), "the ")} {
		for _, names := range []func(*party) []string{
			func(p *party) []string { return []string{p.Code} },
			func(p *party) []string { return []string{p.Alpha3} },
			func(p *party) []string { return []string{p.Name} },
			func(p *party) []string { return p.Aliases },
		} {
			for _, each := range w.parties {
				for _, name := range names(each) {
					if name != "" && strings.EqualFold(name, strings.TrimSpace(asked)) {
						return each
					}
				}
			}
		}
	}
	return nil
}

// tally is what edges and groups say of a set of raises.
type tally struct {
	raises, stories, articles, sources, issues int
	first, last                                string
}

func count(raises []*raise) tally {
	stories, articles, sources, issues := map[*article]bool{}, map[*article]bool{}, map[string]bool{}, map[*issue]bool{}
	t := tally{raises: len(raises)}
	for _, r := range raises {
		stories[r.article.story], articles[r.article], issues[r.issue] = true, true, true
		if source := r.article.source(); source != "" {
			sources[source] = true
		}
		if r.On != "" && (t.first == "" || r.On < t.first) {
			t.first = r.On
		}
		t.last = max(t.last, r.On)
	}
	t.stories, t.articles, t.sources, t.issues = len(stories), len(articles), len(sources), len(issues)
	return t
}

// tied counts the raises that tie each two nodes: parties with one another, leaders to the parties that they speak for
// and to, and those of the given ends that are issues or articles to what stands in their raises.
func (w *world) tied(ends ...any) map[any]map[any]int {
	counts := map[any]map[any]int{}
	add := func(a, b any) {
		for _, side := range [2][2]any{{a, b}, {b, a}} {
			if counts[side[0]] == nil {
				counts[side[0]] = map[any]int{}
			}
			counts[side[0]][side[1]]++
		}
	}
	for _, r := range w.raises {
		add(r.by, r.with)
		if r.speaker != nil {
			add(r.speaker, r.by)
			add(r.speaker, r.with)
		}
		if slices.Contains(ends, any(r.issue)) {
			add(r.issue, r.by)
			add(r.issue, r.with)
		}
		if slices.Contains(ends, any(r.article)) {
			add(r.article, r.by)
			add(r.article, r.with)
			if r.speaker != nil {
				add(r.article, r.speaker)
			}
			if slices.Contains(ends, any(r.issue)) {
				add(r.article, r.issue)
			}
		}
	}
	return counts
}

// link is all raises that tie two nodes.
type link struct {
	source, target any
	raises         int
}

// issues of a link, most raised first.
func (w *world) issuesOf(l link) []any {
	found := map[*issue]int{}
	for _, r := range w.raises {
		stands := map[any]bool{r.by: true, r.with: true}
		if r.speaker != nil && (l.source == r.speaker || l.target == r.speaker) {
			stands = map[any]bool{r.by: true, r.with: true, r.speaker: true}
		}
		if l.source == r.article || l.target == r.article {
			stands[r.article], stands[r.issue] = true, true
		}
		if l.source == r.issue || l.target == r.issue {
			stands[r.issue] = true
		}
		if stands[l.source] && stands[l.target] {
			found[r.issue]++
		}
	}
	sorted := slices.SortedFunc(maps.Keys(found), func(a, b *issue) int {
		return cmp.Or(cmp.Compare(found[b], found[a]), cmp.Compare(a.Slug, b.Slug))
	})
	return anys(sorted)
}

func anys[T any](items []T) []any {
	all := make([]any, len(items))
	for i, each := range items {
		all[i] = each
	}
	return all
}

// isStation reports whether chains may lead through the node.
func isStation(node any) bool {
	switch node.(type) {
	case *party, *leader:
		return true
	}
	return false
}

// chain is a path.
type chain struct {
	nodes []any
	links []*link
}

func (c chain) weakest() int {
	least := 1 << 30
	for _, l := range c.links {
		least = min(least, l.raises)
	}
	return least
}

// chains are all simple ones of at most so many links, in their order.
func (w *world) chains(from, to any, most int) []*chain {
	counts := w.tied(from, to)
	var found []*chain
	var extend func(c chain)
	extend = func(c chain) {
		here := c.nodes[len(c.nodes)-1]
		if here == to {
			if len(c.links) > 0 {
				found = append(found, &c)
			}
			return
		}
		if len(c.links) == most || len(c.links) > 0 && !isStation(here) {
			return
		}
		for next, raises := range counts[here] {
			if !slices.Contains(c.nodes, next) {
				extend(chain{append(slices.Clip(c.nodes), next), append(slices.Clip(c.links), &link{here, next, raises})})
			}
		}
	}
	if from != to {
		extend(chain{nodes: []any{from}})
	}
	slices.SortFunc(found, func(a, b *chain) int {
		return cmp.Or(cmp.Compare(len(a.links), len(b.links)), cmp.Compare(b.weakest(), a.weakest()),
			slices.CompareFunc(a.nodes, b.nodes, func(a, b any) int { return cmp.Compare(idOf(a), idOf(b)) }))
	})
	return found
}

// around draws the surroundings of a node: of each distance the nodes with the strongest links to the distance before, as
// far as there is room; the links over which they were reached, and the strongest others up to five times the limit.
func (w *world) around(center any, depth, limit int) *chain {
	counts := w.tied(center)
	strongest := func(a, b *link) int {
		return cmp.Or(cmp.Compare(b.raises, a.raises), cmp.Compare(idOf(a.source), idOf(b.source)), cmp.Compare(idOf(a.target), idOf(b.target)))
	}
	drawn := &chain{nodes: []any{center}}
	frontier := drawn.nodes
	for range depth {
		var candidates []*link
		for _, node := range frontier {
			for next, raises := range counts[node] {
				if !slices.Contains(drawn.nodes, next) {
					candidates = append(candidates, &link{node, next, raises})
				}
			}
		}
		slices.SortFunc(candidates, strongest)
		frontier = nil
		for _, l := range candidates {
			if len(drawn.nodes) < limit && !slices.Contains(drawn.nodes, l.target) {
				drawn.nodes, drawn.links = append(drawn.nodes, l.target), append(drawn.links, l)
				frontier = append(frontier, l.target)
			}
		}
	}
	var others []*link
	for i, a := range drawn.nodes {
		for _, b := range drawn.nodes[i+1:] {
			reached := slices.ContainsFunc(drawn.links, func(l *link) bool { return l.source == a && l.target == b })
			if raises := counts[a][b]; raises > 0 && !reached {
				others = append(others, &link{a, b, raises})
			}
		}
	}
	slices.SortFunc(others, strongest)
	drawn.links = append(drawn.links, others[:min(len(others), max(0, 5*limit-len(drawn.links)))]...)
	slices.SortFunc(drawn.links, strongest)
	return drawn
}

// drawGraph makes a small graph by chance in which everything happens that may: both kinds of parties on both sides, ties
// in every order, undated articles and raises, near-copies, spellings of sources, quotes in titles, text to be escaped.
func drawGraph(seed uint64) (db.Catalog, []db.Article) {
	catalog := db.Catalog{
		SeedsVersion: "s2", ExtractorVersion: "x2",
		Parties: []db.Party{
			{Kind: db.Country, Code: "JP", Alpha3: "JPN", Name: "Japan", Aliases: []string{"Nippon"}, Capital: "Tokyo", Region: "East Asia", Demonyms: []string{"Japanese"}},
			{Kind: db.Country, Code: "US", Alpha3: "USA", Name: "United States", Aliases: []string{"America", "U.S."}, Capital: "Washington"},
			{Kind: db.Country, Code: "CI", Alpha3: "CIV", Name: "Côte d’Ivoire", Aliases: []string{"Ivory \"Coast\""}, Region: "West Africa"},
			{Kind: db.Country, Code: "FR", Alpha3: "FRA", Name: "France", Demonyms: []string{"French", "Frenchman"}},
			{Kind: db.Country, Code: "TV", Alpha3: "TUV", Name: "Tuvalu"},
			{Kind: db.Organization, Code: "EU", Name: "European Union", Aliases: []string{"Brussels"}, Members: []string{"FR"}},
			{Kind: db.Organization, Code: "NATO", Name: "NATO", Members: []string{"US", "FR"}},
			{Kind: db.Organization, Code: "QUAD", Name: "Quad"},
		},
		Leaders: []db.Leader{
			{Slug: "shigeru-ishiba", Name: "Shigeru Ishiba", Party: "JP", Offices: []db.Office{{Title: "Prime Minister", Party: "JP", Since: "2024-10-01", Until: "2025-01-21"}}},
			{Slug: "sanae-takaichi", Name: "Sanae Takaichi", Party: "JP", Offices: []db.Office{{Title: "Prime Minister", Party: "JP", Since: "2025-01-21"}}},
			{Slug: "ann-lee", Name: "Ann Lee", Party: "NATO", Aliases: []string{"A. Lee"}, Offices: []db.Office{
				{Title: "President", Party: "FR", Since: "2020-01-01", Until: "2025-01-10"}, {Title: "Secretary General", Party: "NATO", Since: "2025-01-10"}}},
			{Slug: "ann-lee-2", Name: "Ann Lee", Party: "US", Offices: []db.Office{{Title: "President", Party: "US"}}},
			{Slug: "nobody", Name: "No Body", Party: "TV"},
		},
		Issues: []db.Issue{
			{Slug: "tariffs", Name: "Tariffs", Description: "Duties at a border.", Area: "trade"},
			{Slug: "steel", Name: "Steel", Description: "The steel market.", Area: "trade"},
			{Slug: "ships", Name: "Ships", Description: "Navies \\ & <their> ships.", Area: "security"},
			{Slug: "climate", Name: "Climate", Description: "Heat.", Area: "nature"},
			{Slug: "never", Name: "Never raised", Description: "Of this nobody speaks.", Area: "nothing"},
		},
	}
	random := rand.New(rand.NewPCG(seed, 11))
	pick := func(texts ...string) string { return texts[random.IntN(len(texts))] }
	vocabulary := strings.Fields("tariff tariffs steel market ship ships summit visit Japan border naïve accord treaty oil fish sea <b> R&D \"fair\" 20% talk deal work plan army flag corn rice gold port")
	sentence := func() string {
		var words []string
		for range 6 + random.IntN(9) {
			words = append(words, pick(vocabulary...))
		}
		return strings.Join(words, " ") + "."
	}
	day := func() string {
		return pick("2024-12-28", "2024-12-30", "2025-01-01", "2025-01-06", "2025-01-06", "2025-01-21", "2025-02-28", "2025-03-01")
	}
	var articles []db.Article
	for i := range 34 {
		a := db.Article{ExternalID: fmt.Sprintf("w/%d", i), Fingerprint: "1", Title: sentence(), Source: pick("Reuters", "reuters ", "AP", "ap", "Le Monde", "")}
		if random.IntN(6) > 0 {
			a.Published = day()
		}
		if random.IntN(2) == 0 {
			a.Summary = sentence()
		}
		if random.IntN(2) == 0 {
			a.URL = "https://example.org/" + a.ExternalID
		}
		if len(articles) > 0 && random.IntN(6) == 0 {
			original := articles[random.IntN(len(articles))]
			a.Title, a.Text, a.Mentions, a.Raises, a.Foreign, a.Language = original.Title, original.Text, original.Mentions, original.Raises, original.Foreign, original.Language
			articles = append(articles, a)
			continue
		}
		sentences := []string{a.Title}
		for range 2 + random.IntN(4) {
			sentences = append(sentences, sentence())
		}
		a.Text = strings.Join(sentences[1:], " ")
		if random.IntN(12) == 0 {
			a.Foreign, a.Language = true, "fr"
			articles = append(articles, a)
			continue
		}
		evidence := func() db.Evidence {
			at := random.IntN(len(sentences))
			quote, start := sentences[at], 0
			if at > 0 {
				start = utf8.RuneCountInString(a.Text[:strings.Index(a.Text, quote)])
			}
			found := db.Evidence{Part: db.Text, Start: start, End: start + utf8.RuneCountInString(quote), Quote: quote}
			if at == 0 {
				found.Part = db.Title
			}
			return found
		}
		seen := map[[3]string]bool{}
		for range random.IntN(7) {
			parties := random.Perm(7)
			r := db.Raise{By: catalog.Parties[parties[0]%(2+random.IntN(5))].Code, With: catalog.Parties[parties[1]].Code,
				Issue: catalog.Issues[random.IntN(4)].Slug, Act: pick(db.Acts()[:5]...), Modality: pick(db.Modalities()...), On: pick(a.Published, a.Published, day(), ""),
				Confidence: []float64{0.35, 0.5, 0.5, 0.75, 0.9}[random.IntN(5)], Rule: "drawn", Explanation: sentence(), Evidence: []db.Evidence{evidence()}}
			if name := [3]string{r.By, r.With, r.Issue}; r.By == r.With || seen[name] {
				continue
			} else {
				seen[name] = true
			}
			if random.IntN(2) == 0 {
				r.Speaker = catalog.Leaders[random.IntN(4)].Slug
			}
			for random.IntN(3) == 0 {
				r.Evidence = append(r.Evidence, evidence())
			}
			a.Raises = append(a.Raises, r)
		}
		for range random.IntN(5) {
			m := db.Mention{Kind: db.PartyNode, Key: catalog.Parties[random.IntN(len(catalog.Parties))].Code}
			switch random.IntN(4) {
			case 0:
				m.Kind, m.Key = db.LeaderNode, catalog.Leaders[random.IntN(len(catalog.Leaders))].Slug
			case 1:
				m.Kind, m.Key = db.IssueNode, catalog.Issues[random.IntN(len(catalog.Issues))].Slug
			}
			place := evidence()
			m.Part, m.Start = place.Part, place.Start+random.IntN(3)
			m.End = m.Start + 1 + random.IntN(5)
			if !slices.Contains(a.Mentions, m) {
				a.Mentions = append(a.Mentions, m)
			}
		}
		articles = append(articles, a)
	}
	return catalog, articles
}
