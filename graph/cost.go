package graph

import (
	"unicode"

	"demarche/db"
)

// price is what an operation may take.
type price struct {
	values int // of its answer, and what finding them is worth in values
	work   int // what finding them is worth alone
	words  int // of full-text conditions
}

// What finding is worth in values, which take about a third of a microsecond each. It is worth less in a small graph, and more in one
// of many millions of raises.
const (
	textWork   = 10_000 // a full-text condition
	wordWork   = 1_000  // each of its words
	prefixWork = 5_000  // each that is the beginning of others
	groupWork  = 20_000 // raises or articles in groups
	scanWork   = 10_000 // raises by conditions for which all of the archive may have to be looked through
)

// What makes an operation dear.
const (
	dearWork   = 10_000
	dearValues = 50_000
)

// isDear reports whether an operation may take so long that others would notice, some milliseconds: it is to wait for a lane.
func (p price) isDear() bool { return p.work >= dearWork || p.values >= dearValues }

// cost refuses an operation that may ask for more than is allowed: every field counts as often as the pages above
// may repeat it. It stops as soon as that is passed, and else returns how much it is.
func (r *run) cost(limits *Options) (price, error) {
	most, total := limits.MaxCost, 0
	var found price
	var visit func(s *shape, times int) bool
	fields := func(s *selection, times int) bool {
		for _, c := range s.fields {
			work, words := r.work(c)
			found.work, found.words = found.work+work, found.words+words
			if total += times*(1+c.cost) + work; total > most || found.words > limits.MaxWords {
				return false
			}
			if c.shape != nil && !visit(c.shape, times*r.repeats(c)) {
				return false
			}
		}
		return true
	}
	visit = func(s *shape, times int) bool {
		times = min(times, most+1)
		if s.single != nil {
			return fields(s.single, times)
		}
		// An object is of one type only, but which is not known before: the dearest counts.
		before, dearest := total, total
		count := func(found *selection) bool {
			total = before
			within := fields(found, times)
			dearest = max(dearest, total)
			return within
		}
		for _, found := range s.byKind {
			if !count(found) {
				return false
			}
		}
		for _, f := range []*fetch{s.articles, s.raises} {
			if f != nil && !count(f.selection) {
				return false
			}
		}
		total = dearest
		return true
	}
	within := visit(r.plan.root, 1)
	switch found.values = total; {
	case found.words > limits.MaxWords:
		return found, limitf("the operation searches for more than %d words: search for fewer at once", limits.MaxWords)
	case !within:
		return found, limitf("the operation asks for more than %d values: ask for fewer fields or smaller pages", most)
	}
	return found, nil
}

// work is what finding the objects of a field is worth in values, once for all objects that the field is asked of, and how many words it
// looks for.
func (r *run) work(c *compiled) (work, words int) {
	if c.field.many == nil {
		return 0, 0
	}
	a, err := r.argumentsOf(c)
	if err != nil {
		return 0, 0 // it will fail by itself
	}
	switch query := c.field.many.query; {
	case query.From == db.RaiseGroups, query.From == db.ArticleGroups:
		work = groupWork
	case query.From == db.Raises && query.Link == db.NoLink && a.mayScan():
		work = scanWork
	}
	var asked fullText
	asked.count(a)
	return work + asked.conditions*textWork + asked.words*wordWork + asked.prefixes*prefixWork, asked.words
}

// mayScan reports whether a filter of raises has conditions that no index serves, and none that an index narrows the archive by.
func (a arguments) mayScan() bool {
	filter, _ := a.object("filter")
	for _, name := range []string{"by", "with", "between", "issue", "speaker"} {
		if filter[name] != nil {
			return false
		}
	}
	for _, name := range []string{"source", "area", "act", "modality", "minConfidence", "and", "or", "not"} {
		if filter[name] != nil {
			return true
		}
	}
	return false
}

// fullText is what is asked of full-text indexes.
type fullText struct {
	conditions, words int
	prefixes          int // words that are beginnings of others
}

// count adds the full-text conditions among arguments, also those within filters: they alone are called text. A word is a run of
// letters and digits, as the index has it.
func (f *fullText) count(a arguments) {
	for name, value := range a {
		switch value := value.(type) {
		case string:
			if name != "text" {
				continue
			}
			f.conditions++
			inside := false
			for _, letter := range value {
				before := inside
				inside = unicode.IsLetter(letter) || unicode.IsDigit(letter)
				switch {
				case inside && !before:
					f.words++
				case letter == '*':
					f.prefixes++
				}
			}
		case map[string]any:
			f.count(value)
		case []any:
			for _, item := range value {
				if object, isObject := item.(map[string]any); isObject {
					f.count(object)
				}
			}
		}
	}
}

// repeats is how many objects a field may have for each one above it.
func (r *run) repeats(c *compiled) int {
	many := c.field.many
	switch {
	case many != nil && many.connect:
		usual := defaultPage
		if many.query.From == db.IssueCounts {
			usual = defaultIssuePage
		}
		a, err := r.argumentsOf(c)
		if err != nil {
			return 1 // it will fail by itself
		}
		asked, err := a.page(usual)
		if err != nil {
			return 1
		}
		return max(1, asked.Limit)
	case many != nil && many.length != nil:
		a, err := r.argumentsOf(c)
		if err != nil {
			return 1
		}
		return max(1, many.length(a))
	case many != nil && !many.single:
		return assumedListLength
	case c.field.length != 0:
		return c.field.length
	}
	return 1
}
