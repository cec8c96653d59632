package seeds

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Overlay parses the tables at the root of fsys, any of those that LoadFS takes, and lays their rows over those of the
// binary: a row with the key of another one replaces it, any other is added. Keys are the code of a country or
// organization, the names of a collective, the slug of a leader or issue, the id of an office, office, leader and first day of a term, the name of
// a clash, issue and phrase of an issue's cue, and act, lemma and kind of an act's cue.
//
// What the tables mean together is left to Lint, which tells lines of fsys; rows of the binary have none.
func Overlay(fsys fs.FS) (*Seeds, error) {
	names, err := fs.Glob(fsys, "*.tsv")
	if err != nil {
		return nil, fmt.Errorf("read seeds: %w", err)
	}
	var tables []string
	for _, t := range (&Seeds{}).tables() {
		tables = append(tables, t.file)
	}
	hash := sha256.New()
	for _, name := range names {
		if !slices.Contains(tables, name) {
			return nil, fmt.Errorf("read seeds: %s is the name of no table: want one of %v", name, tables)
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read seeds: %w", err)
		}
		fmt.Fprintf(hash, "%s %d\n", name, len(data))
		hash.Write(data)
	}
	own, err := LoadFS(fsys)
	if err != nil {
		return nil, err
	}
	s, err := Load()
	if err != nil {
		return nil, err
	}
	for file := range s.lines {
		clear(s.lines[file]) // theirs are lines of the binary's tables
	}
	s.overlay = hex.EncodeToString(hash.Sum(nil))[:12]
	lay(s, own, "countries.tsv", &s.Countries, own.Countries, func(c Country) any { return c.Code })
	lay(s, own, "organizations.tsv", &s.Organizations, own.Organizations, func(o Organization) any { return o.Code })
	lay(s, own, "collectives.tsv", &s.Collectives, own.Collectives, func(c Collective) any { return strings.Join(c.Names, "|") })
	lay(s, own, "leaders.tsv", &s.Leaders, own.Leaders, func(l Leader) any { return l.Slug })
	lay(s, own, "offices.tsv", &s.Offices, own.Offices, func(o Office) any { return o.ID })
	lay(s, own, "terms.tsv", &s.Terms, own.Terms, func(t Term) any { return [3]string{t.Office, t.Leader, t.Since} })
	lay(s, own, "clashes.tsv", &s.Clashes, own.Clashes, func(c Clash) any { return c.Name })
	lay(s, own, "issues.tsv", &s.Issues, own.Issues, func(i Issue) any { return i.Slug })
	lay(s, own, "issue_cues.tsv", &s.IssueCues, own.IssueCues, func(c IssueCue) any { return [2]string{c.Issue, c.Phrase} })
	lay(s, own, "act_cues.tsv", &s.ActCues, own.ActCues, func(c ActCue) any { return [3]string{c.Act, c.Lemma, c.Kind} })
	return s, nil
}

// lay puts the rows of one table over those of another; among themselves neither's are compared, which is Lint's business.
func lay[R any](s, own *Seeds, file string, rows *[]R, laid []R, key func(R) any) {
	place := make(map[any]int, len(*rows))
	for i, row := range *rows {
		place[key(row)] = i
	}
	lines := s.lines[file]
	for i, row := range laid {
		if at, found := place[key(row)]; found {
			(*rows)[at], lines[at] = row, own.lines[file][i]
			delete(place, key(row)) // a second one of the same key is added, for Lint to find
			continue
		}
		*rows, lines = append(*rows, row), append(lines, own.lines[file][i])
	}
	s.lines[file] = lines
}

// Version names the state of the tables: the binary's, and what is laid over them.
func (s *Seeds) Version() string {
	if s.overlay == "" {
		return Version()
	}
	return Version() + "+" + s.overlay
}
