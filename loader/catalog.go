package loader

import (
	"cmp"
	"iter"
	"slices"

	"demarche/db"
	"demarche/loader/extract"
	"demarche/seeds"
)

// Catalog turns the seeds into the parties, leaders and issues of the graph. A country's demonyms are its
// adjectives ("Japanese") and the nouns for its people; a leader's offices are his terms, earliest first.
func Catalog(s *seeds.Seeds) db.Catalog {
	catalog := db.Catalog{
		SeedsVersion: s.Version(), ExtractorVersion: extract.Version(),
		Precision: extract.MeasuredPrecision, Recall: extract.MeasuredRecall,
	}
	for _, c := range s.Countries {
		capital := ""
		if len(c.Capitals) > 0 {
			capital = c.Capitals[0]
		}
		catalog.Parties = append(catalog.Parties, db.Party{
			Kind: db.Country, Code: c.Code, Alpha3: c.Alpha3, Name: c.Name, Capital: capital, Region: c.Region,
			Aliases: c.Aliases, Demonyms: union(c.Adjectives, c.Demonyms),
		})
	}
	for _, o := range s.Organizations {
		catalog.Parties = append(catalog.Parties, db.Party{
			Kind: db.Organization, Code: o.Code, Name: o.Name, Aliases: o.Aliases, Members: o.Members,
		})
	}
	offices := make(map[string]seeds.Office, len(s.Offices))
	for _, office := range s.Offices {
		offices[office.ID] = office
	}
	terms := make(map[string][]db.Office, len(s.Leaders))
	for _, term := range s.Terms {
		office := offices[term.Office]
		terms[term.Leader] = append(terms[term.Leader], db.Office{
			Title: office.Title, Party: office.Party, Since: term.Since, Until: term.Until,
		})
	}
	for _, l := range s.Leaders {
		held := terms[l.Slug]
		slices.SortStableFunc(held, func(a, b db.Office) int { return cmp.Compare(a.Since, b.Since) })
		catalog.Leaders = append(catalog.Leaders, db.Leader{
			Slug: l.Slug, Name: l.Name, Party: l.Party, Aliases: l.Aliases, Offices: held,
		})
	}
	for _, issue := range s.Issues {
		catalog.Issues = append(catalog.Issues, db.Issue{
			Slug: issue.Slug, Name: issue.Name, Description: issue.Description, Area: issue.Area,
		})
	}
	return catalog
}

// union is the first list and what the second adds to it.
func union(first, second []string) []string {
	all := slices.Clone(first)
	for _, item := range second {
		if !slices.Contains(all, item) {
			all = append(all, item)
		}
	}
	return all
}

// Samples yields the sample articles that the binary carries, as Read would yield their files.
func Samples() iter.Seq2[Article, error] {
	return func(yield func(Article, error) bool) {
		samples, err := seeds.Articles()
		if err != nil {
			yield(Article{}, err)
			return
		}
		for _, sample := range samples {
			a := Article{ID: sample.ID, Published: sample.Published, Source: sample.Source, File: sample.ID}
			a.Title, a.Summary, a.Text = readDocument(sample.Text, sample.Title, "")
			if !yield(a, nil) {
				return
			}
		}
	}
}
