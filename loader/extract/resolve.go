package extract

import "slices"

// whichLeader chooses among the leaders that bear one full name: who is in office on the article's day, else
// the latest.
func (d *document) whichLeader(slugs []string) string {
	if slug := d.choose(slugs, "", true); slug != "" {
		return slug
	}
	return slugs[0]
}

// expected returns those of the leaders with one surname whom a reader would think of: whose party the article names
// otherwise too, else those whom news names without a word of introduction. In a text on other countries that never speaks of
// Grenada, Mitchell is not its prime minister.
func (d *document) expected(slugs []string) []string {
	var named, known []string
	for _, slug := range slugs {
		for _, t := range d.lexicon.people[slug].terms {
			if d.named[t.party] {
				named = append(named, slug)
				break
			}
		}
		if len(d.named) == 0 || household[d.lexicon.people[slug].party] {
			known = append(known, slug)
		}
	}
	if len(named) > 0 {
		return named
	}
	return known
}

// household are the parties whose leaders need no introduction.
var household = map[string]bool{"US": true, "CN": true, "RU": true, "GB": true, "FR": true, "DE": true, "JP": true, "IT": true, "CA": true, "IN": true,
	"UA": true, "IL": true, "TR": true, "KR": true, "KP": true, "BR": true, "EU": true, "NATO": true, "UN": true}

// choose returns the one leader of slugs who holds an office on the article's day, of one party where it is
// given. Where several do, who leads a state comes before who serves it; two equals are nobody. Without a day
// the latest holder is meant. loose takes, where nobody is in office, somebody who was or will be.
func (d *document) choose(slugs []string, party string, loose bool) string {
	best, bestRank, tied := "", 0, false
	var bestSince string
	for _, slug := range slugs {
		p := d.lexicon.people[slug]
		rank, since := 0, ""
		for _, t := range p.terms {
			if party != "" && t.party != party {
				continue
			}
			r := 0
			switch {
			case d.day == "":
				r = 2
			case t.covers(d.day) && t.top:
				r = 4
			case t.covers(d.day):
				r = 3
			case loose:
				r = 1
			}
			if r > rank || r == rank && t.since > since {
				rank, since = r, t.since
			}
		}
		switch {
		case rank == 0 || rank < bestRank:
		case rank > bestRank:
			best, bestRank, bestSince, tied = slug, rank, since, false
		case rank >= 3:
			tied = true
		case since > bestSince:
			best, bestSince = slug, since
		}
	}
	if tied {
		return ""
	}
	return best
}

// bySurname returns the leader whose surname is written so, of a party where it is given. Of several, who
// bears the title is meant.
func (d *document) bySurname(surname, party, title string) string {
	for _, n := range d.lexicon.names[fold(surname)] {
		if !n.surname || len(n.words) != 1 || n.words[0] != surname {
			continue
		}
		var bearers []string
		for _, slug := range n.leaders {
			for _, t := range d.lexicon.people[slug].terms {
				if slices.Contains(t.office.titles, title) && (d.day == "" || t.covers(d.day)) && (party == "" || t.party == party) {
					bearers = append(bearers, slug)
					break
				}
			}
		}
		if len(bearers) > 0 {
			if slug := d.choose(bearers, party, true); slug != "" {
				return slug
			}
		}
		return d.choose(n.leaders, party, true)
	}
	return ""
}

// partyOf returns for whom a leader speaks on the article's day: "" for one who is out of office. Without a
// day it is the party that the leader speaks for, or last spoke for.
func (d *document) partyOf(slug string) string {
	p := d.lexicon.people[slug]
	if d.day == "" {
		return p.party
	}
	party := ""
	for _, t := range p.terms {
		if t.covers(d.day) {
			// Who holds an office elsewhere too (Andorra's co-prince) speaks for the party that is his own.
			if t.party == p.party {
				return t.party
			}
			if party == "" {
				party = t.party
			}
		}
	}
	return party
}

func (d *document) speaksFor(slug, party string) bool {
	for _, t := range d.lexicon.people[slug].terms {
		if t.party == party {
			return true
		}
	}
	return false
}

// holder returns who held a party's office on the article's day, by the office's title. Without a day nobody
// is meant: a bare title names whoever holds it at a time that is not known.
func (d *document) holder(party, title string) string {
	if d.day == "" {
		return ""
	}
	for _, o := range d.lexicon.offices[party] {
		if !slices.Contains(o.titles, title) {
			continue
		}
		for _, t := range o.terms {
			if t.covers(d.day) {
				return t.slug
			}
		}
	}
	return ""
}

func (d *document) leaderMention(slug string, first, last int) mention {
	m := mention{first: first, last: last, form: leaderForm, leader: slug, party: d.partyOf(slug)}
	m.former = m.party == ""
	m.names = []named{{first, last, LeaderKind, slug}}
	return m
}
