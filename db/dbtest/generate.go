package dbtest

import (
	"fmt"
	"iter"
	"math"
	"math/rand/v2"
	"strings"
	"unicode/utf8"

	"demarche/db"
)

// Size is how large a graph Generate makes.
type Size struct {
	Parties, Leaders, Issues, Articles, Raises int
}

// Generate makes a graph by chance, the same for the same size. Few parties and issues have most of the raises, as
// in news: the first party is JP, the second US, and JP raises most with US. Days run over ten years.
func Generate(size Size) (db.Catalog, iter.Seq[db.Article]) {
	catalog := db.Catalog{SeedsVersion: "generated", ExtractorVersion: "generated"}
	codes := []string{"JP", "US"}
	for i := len(codes); i < size.Parties; i++ {
		codes = append(codes, fmt.Sprintf("%c%c", 'A'+i/26%26, 'a'+i%26))
	}
	codes = codes[:size.Parties]
	for i, code := range codes {
		catalog.Parties = append(catalog.Parties, db.Party{Kind: db.Country, Code: code, Alpha3: fmt.Sprintf("Z%02X", i),
			Name: "Country of " + code, Capital: "Capital of " + code, Region: "Somewhere"})
	}
	for i := range size.Leaders {
		party := codes[i%len(codes)]
		catalog.Leaders = append(catalog.Leaders, db.Leader{Slug: fmt.Sprintf("leader-%d", i), Name: fmt.Sprintf("Leader Number %d", i), Party: party,
			Offices: []db.Office{{Title: "President", Party: party, Since: "2016-01-01"}}})
	}
	for i := range size.Issues {
		catalog.Issues = append(catalog.Issues, db.Issue{Slug: fmt.Sprintf("issue-%d", i), Name: fmt.Sprintf("Issue %d", i),
			Description: "An issue that was made up.", Area: fmt.Sprintf("area-%d", i%12)})
	}
	return catalog, func(yield func(db.Article) bool) {
		random := rand.New(rand.NewPCG(1, 2))
		// skewed favours small numbers.
		skewed := func(n int) int { return int(math.Pow(random.Float64(), 3) * float64(n)) }
		words := strings.Fields("talks trade border steel fishery accord summit visit demand treaty export sea energy market minister statement security partner dispute relief")
		for i := range size.Articles {
			article := db.Article{ExternalID: fmt.Sprintf("generated/%d", i), Title: fmt.Sprintf("Report number %d", i), Fingerprint: "1",
				Source: fmt.Sprintf("Paper %d", skewed(100)), URL: fmt.Sprintf("https://example.org/%d", i),
				Published: fmt.Sprintf("%d-%02d-%02d", 2016+random.IntN(10), 1+random.IntN(12), 1+random.IntN(28))}
			var text strings.Builder
			seen := map[[3]string]bool{}
			for range (size.Raises*(i+1))/size.Articles - (size.Raises*i)/size.Articles {
				by, with := skewed(len(codes)), skewed(len(codes))
				if by == with {
					with = (by + 1) % len(codes)
				}
				issue := catalog.Issues[skewed(size.Issues)].Slug
				if key := [3]string{codes[by], codes[with], issue}; seen[key] {
					continue
				} else {
					seen[key] = true
				}
				start := text.Len()
				fmt.Fprintf(&text, "Country of %s raised %s with Country of %s:", codes[by], issue, codes[with])
				for range 16 {
					text.WriteByte(' ')
					text.WriteString(words[random.IntN(len(words))])
				}
				text.WriteByte('.')
				quote := text.String()[start:]
				raise := db.Raise{By: codes[by], With: codes[with], Issue: issue, Act: db.Acts()[skewed(16)], Modality: "ASSERTED",
					On: article.Published, Confidence: float64(random.IntN(100)) / 100, Rule: "generated", Explanation: "made up by chance",
					Evidence: []db.Evidence{{Part: db.Text, Start: start, End: start + utf8.RuneCountInString(quote), Quote: quote}}}
				if size.Leaders > 0 && random.IntN(2) == 0 {
					raise.Speaker = fmt.Sprintf("leader-%d", (by+len(codes)*random.IntN(max(1, size.Leaders/len(codes))))%size.Leaders)
				}
				article.Raises = append(article.Raises, raise)
				text.WriteByte(' ')
			}
			article.Text = text.String()
			if !yield(article) {
				return
			}
		}
	}
}
