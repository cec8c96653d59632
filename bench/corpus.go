// Package bench holds what the programs below it share: the graph that is measured, made up but shaped like news,
// and the questions that are asked of it.
//
//	generate  writes the graph into a file
//	limit     answers the three questions by hand-written SQL: the upper limit
//	run       starts the servers, compares their answers, measures them
//	peers     other GraphQL servers, in JavaScript
//
// Nothing of the program imports it.
package bench

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash/fnv"
	"iter"
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"demarche/db"
	"demarche/loader"
	"demarche/seeds"
)

// Size is how large a graph is. An article has ten raises on average.
type Size struct {
	Parties, Leaders, Articles, Raises int
}

// SizeOf is the benchmark's graph with that many raises: 200 parties, 2,000 leaders, a tenth as many articles.
func SizeOf(raises int) Size {
	return Size{Parties: 200, Leaders: 2000, Articles: max(1, raises/10), Raises: raises}
}

// prominent are the parties that news is most about, most of all first; the others follow in the seeds' order.
var prominent = strings.Fields("US CN RU EU UA JP IL IR GB DE FR KR IN KP NATO UN TR SA CA AU PK MX BR TW VN PH ID SY EG PL")

var modalities = []string{"ASSERTED", "FUTURE", "HYPOTHETICAL", "NEGATED", "HISTORICAL"}

// acts in the order of how often they occur.
var acts = []string{"REQUEST", "CONSULT", "ACCUSE", "AGREE", "SUPPORT", "REJECT", "COOPERATE", "THREATEN", "PROTEST", "SANCTION",
	"AID", "CONCEDE", "MOBILIZE", "COERCE", "RETREAT", "ASSAULT"}

// What sentences are made of.
var (
	openings = []string{"On the sidelines of the summit,", "After hours of talks,", "In a letter that became known this week,", "Before the vote,",
		"For the second time this month,", "At a press conference,", "Speaking to reporters,", "According to two diplomats,"}
	verbs = []string{"urged", "asked", "pressed", "called on", "warned", "invited", "told", "reminded"}
	aims  = []string{"to take up", "to give way on", "to return to talks about", "to be patient over", "to say more on", "to move first on"}
	words = strings.Fields(`accord agency alliance amount answer army autumn bank bilateral border budget cabinet ceiling change charter citizens
		coast committee company concern cost council court crisis deadline debate decade delay delegation demand deputy dialogue dispute draft
		duty economy effort election embassy energy envoy export factory farmers figures finance fleet food force forum frontier fuel gas goods
		government grain group growth harbour hearing import industry inquiry investment island joint labour lawmakers loan market meeting
		minerals ministry monitor navy neighbour northern observers offer officials oil opposition order parliament partner patrol pipeline
		plan police port power pressure price progress promise proposal protest quarter quota region relations relief report reserve residents
		review rights river round rules safety sanctions season secretary security session shipment southern spending spring staff statement
		steel stock strait strategy supply support survey talks target tax technology tension territory trade traffic treaty troops unions
		village visit vote warning water weapons winter workers`)
)

// zipf draws places 0 to n-1, place i in proportion to 1/(i+1).
type zipf []float64

func newZipf(n int) zipf {
	sums, sum := make(zipf, n), 0.0
	for i := range sums {
		sum += 1 / float64(i+1)
		sums[i] = sum
	}
	return sums
}

func (z zipf) draw(random *rand.Rand) int {
	return sort.SearchFloat64s(z, random.Float64()*z[len(z)-1])
}

// Generate makes a graph by chance: the same for the same size, seed and tables of seeds. Few parties have most of
// the raises, each pair of parties has issues of its own that it mostly raises, one article in twenty-five is a copy
// of another and one in fifty has no date; days run over ten years. Articles come in the order of their ids in the
// database, so that its tables are filled from front to back.
func Generate(size Size, seed uint64) (db.Catalog, iter.Seq[db.Article], error) {
	tables, err := seeds.Load()
	if err != nil {
		return db.Catalog{}, nil, err
	}
	catalog, err := newCatalog(loader.Catalog(tables), size)
	if err != nil {
		return db.Catalog{}, nil, err
	}
	return catalog, func(yield func(db.Article) bool) {
		g := &generator{size: size, catalog: catalog, random: rand.New(rand.NewPCG(seed, 1)),
			parties: newZipf(len(catalog.Parties)), issues: newZipf(len(catalog.Issues)), sources: newZipf(400),
			leaders: newZipf(max(1, size.Leaders/size.Parties)), acts: newZipf(len(acts))}
		counts, copies := g.shape()
		var article db.Article
		for i, id := range externalIDs(size.Articles) {
			if copies[i] {
				article = g.copyOf(article)
			} else {
				article = g.article(counts[i])
			}
			article.ExternalID, article.URL, article.Fingerprint = id, "https://news.example/"+id, "generated"
			if !yield(article) {
				return
			}
		}
	}, nil
}

// newCatalog is the part of the catalog that the graph is about, most prominent first, with leaders that are made up.
func newCatalog(full db.Catalog, size Size) (db.Catalog, error) {
	if len(full.Parties) < size.Parties {
		return db.Catalog{}, fmt.Errorf("the seeds have %d parties, %d are wanted", len(full.Parties), size.Parties)
	}
	rank := func(party db.Party) int {
		if place := slices.Index(prominent, party.Code); place >= 0 {
			return place
		}
		return len(prominent)
	}
	slices.SortStableFunc(full.Parties, func(a, b db.Party) int { return rank(a) - rank(b) })
	catalog := db.Catalog{Parties: full.Parties[:size.Parties], Issues: full.Issues, SeedsVersion: full.SeedsVersion, ExtractorVersion: "generated"}
	known := map[string]bool{}
	for _, party := range catalog.Parties {
		known[party.Code] = true
	}
	for i := range catalog.Parties {
		catalog.Parties[i].Members = slices.DeleteFunc(slices.Clone(catalog.Parties[i].Members), func(code string) bool { return !known[code] })
	}
	for i := range size.Leaders {
		party := catalog.Parties[i%size.Parties]
		name := fmt.Sprintf("%s %s", syllables(i*7+3), syllables(i*31+11))
		catalog.Leaders = append(catalog.Leaders, db.Leader{Slug: fmt.Sprintf("%s-%d", strings.ToLower(strings.ReplaceAll(name, " ", "-")), i),
			Name: name, Party: party.Code, Offices: []db.Office{{Title: "Minister", Party: party.Code, Since: "2015-01-01"}}})
	}
	return catalog, nil
}

// syllables makes a name of a number.
func syllables(n int) string {
	parts := strings.Fields("ka ro mi tel san vo lu den ari sho pek nu")
	name := ""
	for range 3 {
		name += parts[n%len(parts)]
		n /= len(parts)
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// externalIDs are names of articles in the order of their hashes, which is that of their ids in the database.
func externalIDs(count int) []string {
	ids := make([]string, count)
	hashes := make(map[string][8]byte, count)
	for i := range ids {
		ids[i] = ArticleID(i)
		sum := sha256.Sum256([]byte(ids[i]))
		hashes[ids[i]] = [8]byte(sum[:8])
	}
	slices.SortFunc(ids, func(a, b string) int {
		hashA, hashB := hashes[a], hashes[b]
		return bytes.Compare(hashA[:], hashB[:])
	})
	return ids
}

// ArticleID is the external id of a generated article, by its number from 0.
func ArticleID(number int) string { return fmt.Sprintf("generated/%07d", number) }

type generator struct {
	size    Size
	catalog db.Catalog
	random  *rand.Rand

	parties, issues, sources, leaders, acts zipf
}

// shape decides how many raises each article has, and which are copies of the one before. Together they have exactly
// as many raises as were asked for.
func (g *generator) shape() (counts []int, copies []bool) {
	counts, copies = make([]int, g.size.Articles), make([]bool, g.size.Articles)
	mean, total := float64(g.size.Raises)/float64(g.size.Articles), 0
	most := max(40, int(4*mean))
	for i := range counts {
		if i > 0 && g.random.IntN(25) == 0 {
			copies[i], counts[i] = true, counts[i-1]
		} else {
			counts[i] = min(most, int(g.random.ExpFloat64()*mean+0.5))
		}
		total += counts[i]
	}
	for i := 0; total != g.size.Raises; i = (i + 1) % len(counts) {
		switch copied := copies[i] || i+1 < len(copies) && copies[i+1]; {
		case copied && len(counts) > 2:
		case total < g.size.Raises && counts[i] < most:
			counts[i]++
			total++
		case total > g.size.Raises && counts[i] > 0:
			counts[i]--
			total--
		}
	}
	return counts, copies
}

// day is one of the ten years, or "" for one in fifty.
func (g *generator) day() string {
	offset := g.random.IntN(3653)
	if g.random.IntN(50) == 0 {
		return ""
	}
	return time.Date(2016, 1, 1+offset, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
}

func (g *generator) source() string {
	return fmt.Sprintf("The %s Post", syllables(g.sources.draw(g.random)*5))
}

// pair draws two parties.
func (g *generator) pair() (int, int) {
	a, b := g.parties.draw(g.random), g.parties.draw(g.random)
	for a == b {
		b = g.parties.draw(g.random)
	}
	return a, b
}

// issue draws what a pair talks about: each has issues that it mostly raises.
func (g *generator) issue(by, with int) int {
	hash := fnv.New32a()
	fmt.Fprint(hash, by, " ", with)
	return (g.issues.draw(g.random) + int(hash.Sum32()%uint32(len(g.issues)))) % len(g.issues)
}

// article is one about two parties first, and others that they talk with.
func (g *generator) article(raises int) db.Article {
	one, other := g.pair()
	parties := g.catalog.Parties
	article := db.Article{Published: g.day(), Source: g.source(), Language: "en",
		Title: fmt.Sprintf("%s and %s: %s of the %s", parties[one].Name, parties[other].Name, g.word(), g.word())}
	length := utf8.RuneCountInString(parties[one].Name)
	article.Mentions = []db.Mention{
		{Kind: db.PartyNode, Key: parties[one].Code, Part: db.Title, Start: 0, End: length},
		{Kind: db.PartyNode, Key: parties[other].Code, Part: db.Title, Start: length + 5, End: length + 5 + utf8.RuneCountInString(parties[other].Name)},
	}
	var text strings.Builder
	place := 0 // code points written
	write := func(sentence string) {
		text.WriteString(sentence)
		place += utf8.RuneCountInString(sentence)
	}
	write(g.padded("The meeting was about more than one matter, among them", 120) + "\n\n")
	seen := map[[3]int]bool{}
	for len(article.Raises) < raises {
		by, with := one, other
		if g.random.IntN(2) == 0 {
			by, with = other, one
		}
		if g.random.IntN(10) < 3 {
			if _, third := g.pair(); third != by {
				with = third
			}
		}
		key := [3]int{by, with, g.issue(by, with)}
		if seen[key] {
			continue
		}
		seen[key] = true
		raise := g.raise(parties[by], parties[with], by, g.catalog.Issues[key[2]], article.Published)
		quote := &raise.Evidence[0]
		quote.Start, quote.End = place, place+utf8.RuneCountInString(quote.Quote)
		article.Raises = append(article.Raises, raise)
		write(quote.Quote + "\n\n")
	}
	write(g.padded("Nobody expected", 80))
	article.Text = text.String()
	return article
}

func (g *generator) word() string { return words[g.random.IntN(len(words))] }

// padded adds words to a sentence until it has about that many bytes, and ends it.
func (g *generator) padded(sentence string, length int) string {
	var out strings.Builder
	out.WriteString(sentence)
	for out.Len() < length {
		out.WriteString(" " + g.word())
	}
	return out.String() + "."
}

func (g *generator) raise(by, with db.Party, rank int, issue db.Issue, published string) db.Raise {
	raise := db.Raise{By: by.Code, With: with.Code, Issue: issue.Slug, Act: acts[g.acts.draw(g.random)], Modality: modalities[0],
		On: published, Confidence: math.Round((0.4+0.6*g.random.Float64())*1000) / 1000, Rule: "generated",
		Explanation: "made up for the benchmark: " + g.word() + " " + g.word()}
	if g.random.IntN(6) == 0 {
		raise.Modality = modalities[1+g.random.IntN(len(modalities)-1)]
	}
	if published != "" && g.random.IntN(8) == 0 {
		day, _ := time.Parse(time.DateOnly, published) // made above
		raise.On = day.AddDate(0, 0, -1).Format(time.DateOnly)
	}
	subject := by.Name + "’s foreign ministry"
	if g.size.Leaders >= g.size.Parties && g.random.IntN(5) < 2 {
		leader := g.catalog.Leaders[rank+g.size.Parties*g.leaders.draw(g.random)]
		raise.Speaker, subject = leader.Slug, leader.Name+" of "+by.Name
	}
	sentence := fmt.Sprintf("%s %s %s %s %s %s, ", openings[g.random.IntN(len(openings))], subject, verbs[g.random.IntN(len(verbs))], with.Name,
		aims[g.random.IntN(len(aims))], strings.ToLower(issue.Name))
	raise.Evidence = []db.Evidence{{Part: db.Text, Quote: g.padded(sentence+g.word(), 130+g.random.IntN(40))}}
	return raise
}

// copyOf is the article as another source has it, a day later.
func (g *generator) copyOf(article db.Article) db.Article {
	article.Source = g.source()
	if article.Published != "" {
		day, _ := time.Parse(time.DateOnly, article.Published)
		article.Published = day.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	return article
}
