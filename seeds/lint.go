package seeds

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a table.
type Problem struct {
	File string // "leaders.tsv"
	Line int    // 0 where the table as a whole is meant, or a row of the binary's under tables of the user's
	Text string
}

// String reads `leaders.tsv:41: alias "Park" already names another leader`.
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Text
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// Lint checks every row of every table, alone and against the others, and returns what is wrong, ordered by
// file and line. FORMAT.md says what each table must hold. The seeds must come from Load or LoadFS.
func Lint(s *Seeds) []Problem {
	l := &linter{
		Seeds: s, states: map[string]bool{}, parties: map[string]bool{}, people: map[string]int{}, posts: map[string]int{},
		topics: map[string]bool{}, clashing: map[string]bool{}, spells: map[string]spell{},
	}
	for _, check := range []func(){
		l.countries, l.organizations, l.collectives, l.offices, l.leaders, l.terms, l.overlaps, l.holders, l.clashes, l.names,
		l.issues, l.issueCues, l.actCues,
	} {
		check()
	}
	slices.SortFunc(l.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return l.problems
}

// linter carries what earlier checks learned to the later ones.
type linter struct {
	*Seeds
	states   map[string]bool  // codes of countries
	parties  map[string]bool  // codes of countries and organizations
	people   map[string]int   // leader slug → row
	posts    map[string]int   // office id → row
	topics   map[string]bool  // issue slugs
	clashing map[string]bool  // names that clashes.tsv decides
	spells   map[string]spell // leader slug → first to last day in any office
	problems []Problem
}

// spell is a stretch of time, half-open; an empty since is the beginning of time, an empty until its end.
type spell struct {
	since, until string
}

func (a spell) overlaps(b spell) bool {
	return (a.until == "" || b.since < a.until) && (b.until == "" || a.since < b.until)
}

func (l *linter) report(file string, row int, format string, args ...any) {
	line := 0
	if lines := l.lines[file]; row >= 0 && row < len(lines) {
		line = lines[row]
	}
	l.problems = append(l.problems, Problem{file, line, fmt.Sprintf(format, args...)})
}

// unique reports a key that an earlier row of the file has, and remembers it.
func (l *linter) unique(seen map[string]int, file string, row int, what, key string) {
	if first, ok := seen[key]; ok {
		l.report(file, row, "%s %q is already in line %d", what, key, l.lines[file][first])
		return
	}
	seen[key] = row
}

// shaped reports a cell that does not match.
func (l *linter) shaped(file string, row int, what, cell string, shape *regexp.Regexp) {
	if !shape.MatchString(cell) {
		l.report(file, row, "%s %q: want %s", what, cell, shape)
	}
}

// distinct reports an item that its list holds twice.
func (l *linter) distinct(file string, row int, what string, list []string) {
	seen := map[string]bool{}
	for _, item := range list {
		if seen[item] {
			l.report(file, row, "%s hold %q twice", what, item)
		}
		seen[item] = true
	}
}

func (l *linter) countries() {
	const file = "countries.tsv"
	alpha2, alpha3 := regexp.MustCompile(`^[A-Z]{2}$`), regexp.MustCompile(`^[A-Z]{3}$`)
	codes, codes3, names := map[string]int{}, map[string]int{}, map[string]int{}
	for i, c := range l.Countries {
		l.unique(codes, file, i, "code", c.Code)
		l.unique(codes3, file, i, "alpha3", c.Alpha3)
		l.unique(names, file, i, "name", c.Name)
		l.shaped(file, i, "code", c.Code, alpha2)
		l.shaped(file, i, "alpha3", c.Alpha3, alpha3)
		if c.Region == "" {
			l.report(file, i, "%s has no region", c.Code)
		}
		for what, list := range map[string][]string{
			"aliases": c.Aliases, "adjectives": c.Adjectives, "demonyms": c.Demonyms, "capitals": c.Capitals, "seats": c.Seats,
		} {
			l.distinct(file, i, what, list)
		}
		l.parties[c.Code], l.states[c.Code] = true, true
	}
}

// members reports what a list of countries holds beside them, or twice.
func (l *linter) members(file string, row int, codes []string) {
	for _, code := range codes {
		if !l.states[code] {
			l.report(file, row, "member %q is no country of countries.tsv", code)
		}
	}
	l.distinct(file, row, "members", codes)
}

func (l *linter) organizations() {
	const file = "organizations.tsv"
	shape := regexp.MustCompile(`^[A-Z][A-Z0-9]{1,15}$`)
	taken := map[string]bool{}
	for _, c := range l.Countries {
		taken[c.Code], taken[c.Alpha3] = true, true
	}
	codes, names := map[string]int{}, map[string]int{}
	for i, o := range l.Organizations {
		l.unique(codes, file, i, "code", o.Code)
		l.unique(names, file, i, "name", o.Name)
		l.shaped(file, i, "code", o.Code, shape)
		if taken[o.Code] {
			l.report(file, i, "code %q is a country's", o.Code)
		}
		l.distinct(file, i, "aliases", o.Aliases)
		l.distinct(file, i, "bodies", o.Bodies)
		l.members(file, i, o.Members)
		l.parties[o.Code] = true
	}
}

// collectives wants every row to name two countries at least, in ways of its own.
func (l *linter) collectives() {
	const file = "collectives.tsv"
	names := map[string]int{}
	for i, c := range l.Collectives {
		if len(c.Names) == 0 {
			l.report(file, i, "no name")
		}
		for _, name := range c.Names {
			l.unique(names, file, i, "name", name)
		}
		if len(c.Members) < 2 {
			l.report(file, i, "%d members, want two at least", len(c.Members))
		}
		l.members(file, i, c.Members)
	}
}

func (l *linter) offices() {
	const file = "offices.tsv"
	shape := regexp.MustCompile(`^[A-Z0-9]+/[a-z0-9]+(-[a-z0-9]+)*$`)
	roles := []Role{HeadOfState, HeadOfGovernment, EffectiveLeader, ForeignMinister, HeadOfOrganization, Minister}
	for i, o := range l.Offices {
		l.unique(l.posts, file, i, "office", o.ID)
		l.shaped(file, i, "id", o.ID, shape)
		if !l.parties[o.Party] {
			l.report(file, i, "party %q is in neither countries.tsv nor organizations.tsv", o.Party)
		}
		if party, _, _ := strings.Cut(o.ID, "/"); party != o.Party {
			l.report(file, i, "id %q does not begin with its party %q", o.ID, o.Party)
		}
		if !slices.Contains(roles, o.Role) {
			l.report(file, i, "role %q: want one of %q", o.Role, roles)
		}
		l.distinct(file, i, "aliases", o.Aliases)
	}
}

func (l *linter) leaders() {
	const file = "leaders.tsv"
	shape := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	for i, p := range l.Leaders {
		l.unique(l.people, file, i, "leader", p.Slug)
		l.shaped(file, i, "slug", p.Slug, shape)
		if !l.parties[p.Party] {
			l.report(file, i, "party %q is in neither countries.tsv nor organizations.tsv", p.Party)
		}
		if !slices.Contains([]string{"", "he", "she"}, p.Pronoun) {
			l.report(file, i, "pronoun %q: want he, she or nothing", p.Pronoun)
		}
		if !slices.ContainsFunc(append([]string{p.Name}, p.Aliases...), func(name string) bool { return strings.Contains(name, p.Surname) }) {
			l.report(file, i, "surname %q is no part of %q or an alias", p.Surname, p.Name)
		}
		l.distinct(file, i, "names", append([]string{p.Name}, p.Aliases...))
	}
}

func (l *linter) terms() {
	const file = "terms.tsv"
	source := regexp.MustCompile(`^(factbook|reign|well-known|article \S+)(\|article \S+)?$`)
	for i, t := range l.Terms {
		if _, ok := l.posts[t.Office]; !ok {
			l.report(file, i, "office %q is not in offices.tsv", t.Office)
		}
		if _, ok := l.people[t.Leader]; !ok {
			l.report(file, i, "leader %q is not in leaders.tsv", t.Leader)
		}
		if t.Since != "" && t.Until != "" && t.Since >= t.Until {
			l.report(file, i, "since %s is not before until %s", t.Since, t.Until)
		}
		l.shaped(file, i, "source", t.Source, source)
		if t.Checked == "" {
			l.report(file, i, "the day it was checked is empty")
		}
		if t.Since > t.Checked || t.Until > t.Checked {
			l.report(file, i, "checked on %s, before the term's own days", t.Checked)
		}
		s, ok := l.spells[t.Leader]
		if !ok {
			s = spell{t.Since, t.Until}
		}
		s.since = min(s.since, t.Since)
		if s.until != "" && (t.Until == "" || t.Until > s.until) {
			s.until = t.Until
		}
		l.spells[t.Leader] = s
	}
}

// overlaps reports two people in an office for one.
func (l *linter) overlaps() {
	const file = "terms.tsv"
	byOffice := map[string][]int{}
	for i, t := range l.Terms {
		byOffice[t.Office] = append(byOffice[t.Office], i)
	}
	for id, rows := range byOffice {
		post, ok := l.posts[id]
		if !ok {
			continue
		}
		for n, i := range rows {
			for _, j := range rows[:n] {
				a, b := l.Terms[i], l.Terms[j]
				if l.Offices[post].Collegial && a.Leader != b.Leader {
					continue
				}
				if (spell{a.Since, a.Until}).overlaps(spell{b.Since, b.Until}) {
					l.report(file, i, "%s: %s from %q to %q overlaps %s in line %d", id, a.Leader, a.Since, a.Until, b.Leader, l.lines[file][j])
				}
			}
		}
	}
}

// holders reports leaders without a term, offices without a holder, and leaders of a party they never served.
func (l *linter) holders() {
	served := map[string]map[string]bool{}
	held := map[string]bool{}
	for _, t := range l.Terms {
		held[t.Office] = true
		if post, ok := l.posts[t.Office]; ok {
			if served[t.Leader] == nil {
				served[t.Leader] = map[string]bool{}
			}
			served[t.Leader][l.Offices[post].Party] = true
		}
	}
	for i, p := range l.Leaders {
		if parties := served[p.Slug]; parties == nil {
			l.report("leaders.tsv", i, "%s has no term", p.Slug)
		} else if !parties[p.Party] {
			l.report("leaders.tsv", i, "%s never served %s, but %s", p.Slug, p.Party, strings.Join(slices.Sorted(maps.Keys(parties)), ", "))
		}
	}
	for i, o := range l.Offices {
		if !held[o.ID] {
			l.report("offices.tsv", i, "%s has no term", o.ID)
		}
	}
}

func (l *linter) clashes() {
	const file = "clashes.tsv"
	names := map[string]int{}
	for i, c := range l.Clashes {
		l.unique(names, file, i, "name", c.Name)
		l.clashing[c.Name] = true
		for what, key := range map[string]string{"choose": c.Choose, "instead": c.Instead} {
			if key != "" && !l.parties[key] {
				l.report(file, i, "%s %q is in neither countries.tsv nor organizations.tsv", what, key)
			}
		}
		if len(c.Context) > 0 && c.Choose == c.Instead || len(c.Context) == 0 && c.Instead != "" {
			l.report(file, i, "%q: a context and another choice go together", c.Name)
		}
	}
}

// bearer is a row that bears a name.
type bearer struct {
	file string
	row  int
	key  string // code or slug
}

// names reports names that stand for two things with no row of clashes.tsv to choose. Two leaders may share a
// name where they were never in office at one time, and a surname whenever they like: the article's date tells.
func (l *linter) names() {
	bearers := map[string][]bearer{}
	bear := func(file string, row int, key string, lists ...[]string) {
		for _, list := range lists {
			for _, name := range list {
				if !slices.Contains(bearers[name], bearer{file, row, key}) {
					bearers[name] = append(bearers[name], bearer{file, row, key})
				}
			}
		}
	}
	for i, c := range l.Countries {
		bear("countries.tsv", i, c.Code, []string{c.Name}, c.Aliases, c.Adjectives, c.Demonyms, c.Capitals, c.Seats)
	}
	for i, o := range l.Organizations {
		bear("organizations.tsv", i, o.Code, []string{o.Name}, o.Aliases, o.Bodies)
	}
	for i, c := range l.Collectives {
		bear("collectives.tsv", i, strings.Join(c.Members, " "), c.Names)
	}
	for i, p := range l.Leaders {
		bear("leaders.tsv", i, p.Slug, []string{p.Name}, p.Aliases)
	}
	for name, all := range bearers {
		if l.clashing[name] {
			continue
		}
		for n, b := range all {
			for _, a := range all[:n] {
				if a.file == "leaders.tsv" && b.file == a.file && !l.spells[a.key].overlaps(l.spells[b.key]) {
					continue
				}
				l.report(b.file, b.row, "%q already names %s (%s:%d); choose in clashes.tsv", name, a.key, a.file, l.lines[a.file][a.row])
			}
		}
	}
	for i, p := range l.Leaders {
		for _, b := range bearers[p.Surname] {
			if b.file != "leaders.tsv" && !l.clashing[p.Surname] {
				l.report("leaders.tsv", i, "surname %q already names %s (%s:%d); choose in clashes.tsv", p.Surname, b.key, b.file, l.lines[b.file][b.row])
			}
		}
	}
}

func (l *linter) issues() {
	const file = "issues.tsv"
	shape := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	slugs, names := map[string]int{}, map[string]int{}
	for i, issue := range l.Issues {
		l.unique(slugs, file, i, "slug", issue.Slug)
		l.unique(names, file, i, "name", issue.Name)
		l.shaped(file, i, "slug", issue.Slug, shape)
		l.shaped(file, i, "area", issue.Area, shape)
		l.topics[issue.Slug] = true
	}
}

func (l *linter) issueCues() {
	const file = "issue_cues.tsv"
	cues := map[string]int{}
	cued := map[string]bool{}
	for i, cue := range l.IssueCues {
		l.unique(cues, file, i, "cue", cue.Issue+" "+cue.Phrase)
		if !l.topics[cue.Issue] {
			l.report(file, i, "issue %q is not in issues.tsv", cue.Issue)
		}
		if strings.ToLower(cue.Phrase) != cue.Phrase || strings.Join(strings.Fields(cue.Phrase), " ") != cue.Phrase {
			l.report(file, i, "phrase %q: want lower-case words with one space between them", cue.Phrase)
		}
		if cue.Weight <= 0 || cue.Weight > 1 {
			l.report(file, i, "weight %v: want more than 0, at most 1", cue.Weight)
		}
		cued[cue.Issue] = true
	}
	for i, issue := range l.Issues {
		if !cued[issue.Slug] && issue.Slug != "other" {
			l.report("issues.tsv", i, "%s has no cue in %s", issue.Slug, file)
		}
	}
}

func (l *linter) actCues() {
	const file = "act_cues.tsv"
	acts := []string{
		"AGREE", "CONSULT", "SUPPORT", "CONCEDE", "COOPERATE", "AID", "RETREAT", "REQUEST",
		"ACCUSE", "REJECT", "THREATEN", "PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT",
	}
	pattern := regexp.MustCompile(`^(issue-with|[a-z]+)(/(issue-with|[a-z]+))*$`)
	lemma := regexp.MustCompile(`^[\p{Ll}'-]+( [\p{Ll}'-]+)*$`)
	cues := map[string]int{}
	for i, cue := range l.ActCues {
		l.unique(cues, file, i, "cue", cue.Act+" "+cue.Lemma+" "+cue.Kind+" "+cue.Pattern)
		if !slices.Contains(acts, cue.Act) {
			l.report(file, i, "act %q: want one of %q", cue.Act, acts)
		}
		if cue.Kind != "verb" && cue.Kind != "noun" {
			l.report(file, i, "kind %q: want verb or noun", cue.Kind)
		}
		l.shaped(file, i, "lemma", cue.Lemma, lemma)
		l.shaped(file, i, "pattern", cue.Pattern, pattern)
	}
	if len(l.ActCues) == 0 {
		l.report(file, -1, "no cue at all")
	}
}
