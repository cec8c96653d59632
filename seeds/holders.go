package seeds

import (
	"cmp"
	"slices"
)

// Holds reports whether the term lasts on a day (YYYY-MM-DD): on Since it does, on Until no longer.
func (t Term) Holds(day string) bool {
	return t.Since <= day && (t.Until == "" || day < t.Until)
}

// HoldersOn returns the slugs of those who hold an office (Office.ID) on a day (YYYY-MM-DD), longest in
// office first; none where the office is vacant, unknown, or the tables do not reach that day.
func (s *Seeds) HoldersOn(office, day string) []string {
	var terms []Term
	for _, t := range s.Terms {
		if t.Office == office && t.Holds(day) {
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, func(a, b Term) int {
		return cmp.Or(cmp.Compare(a.Since, b.Since), cmp.Compare(a.Leader, b.Leader))
	})
	var slugs []string
	for _, t := range terms {
		slugs = append(slugs, t.Leader)
	}
	return slugs
}
