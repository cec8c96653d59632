// Package extract finds who raises which issue with whom in one English article.
//
// It is pure: an article in, its mentions and raises out; no file, SQL, clock or log, and the same article
// gives the same result whoever asks and however often. The way through it is one way: text.go splits title
// and text into sentences and tokens, words.go knows which sets a word is in, lexicon.go holds the seeds' names
// and cues compiled for matching, mention.go and resolve.go find whom they name (leaders as of the article's
// date), refer.go whom pronouns and "both sides" stand for, collective.go and crowd.go who act as one, cue.go the
// cues of issues and acts, and clause.go who is subject and object of each. candidate.go forms every (by, with, issue) that a sentence could mean, rule.go
// names how its parties stand to each other, feature.go describes it, model.go weighs it, encode.go has the encoder read its words in
// order, finding.go gathers what all sentences say of it, crowd.go lets many who act as one be one, and raise.go makes a raise of what is
// likely enough: its act and modality are told by manner.go, its day by day.go. train.go learns the weights of the models.
//
// Spans count bytes of the part they stand in; the loader turns them into code points.
package extract

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"demarche/seeds"
)

// MeasuredPrecision and MeasuredRecall are those of (by, with, issue) on the unseen part of the 754 annotated
// articles, from which nothing was learned. A test of package eval holds them to what is measured.
const (
	MeasuredPrecision = 0.624
	MeasuredRecall    = 0.674
)

// rulesVersion is moved by hand when a change of the code, without one of the weights, is to bring stored articles
// anew at the next load.
const rulesVersion = "1"

// Version names the extractor, its code and its weights: equal versions extract the same with the same seeds.
func Version() string {
	sum := sha256.Sum256(weights)
	return rulesVersion + "-" + hex.EncodeToString(sum[:4])
}

// Part is the part of an article that a span stands in.
type Part uint8

// The parts of an article.
const (
	Text Part = iota
	Title
)

// Span is a stretch of one part of an article, in bytes, End exclusive.
type Span struct {
	Part       Part
	Start, End int
}

// Article is what the extractor reads.
type Article struct {
	Title     string
	Text      string
	Published string // YYYY-MM-DD, or "" where not known
	Source    string // who published it, as given; a government's own site speaks for it. May be ""
}

// Kind says what a mention names.
type Kind uint8

// What a mention can name: a party's key is its code, a leader's and an issue's its slug.
const (
	PartyKind Kind = iota
	LeaderKind
	IssueKind
)

// Mention is a stretch of the article that names a node of the graph.
type Mention struct {
	Span
	Kind Kind
	Key  string
}

// Raise is one party bringing one issue to another, as the article reports it. An article holds at most one
// for each (By, With, Issue).
type Raise struct {
	By, With    string // party codes, never equal
	Issue       string // slug
	Act         string // PLOVER event type: "REQUEST"
	Modality    string // "ASSERTED", "FUTURE", "HYPOTHETICAL", "NEGATED" or "HISTORICAL"
	Speaker     string // slug of the leader who speaks for By, or ""
	On          string // day it was said, YYYY-MM-DD, or "" where neither text nor article tells
	Confidence  float64
	Rule        string // name of the rule that the evidence matched best
	Explanation string // the rule and the words it rests on
	Evidence    []Span // sentences that say so, the best first
}

// Result is what an article holds.
type Result struct {
	Mentions []Mention // in the order title, text; then by start
	Raises   []Raise   // by By, With, Issue
}

// Extractor extracts with one set of seeds and weights. It is safe for concurrent use.
type Extractor struct {
	lexicon *lexicon
	model   *model
}

// New compiles the seeds and loads the weights that the binary carries.
func New(s *seeds.Seeds) (*Extractor, error) {
	m, err := decodeModel(weights)
	if err != nil {
		return nil, fmt.Errorf("extract: %w", err)
	}
	return &Extractor{lexicon: newLexicon(s), model: m}, nil
}

// Extract returns what an article holds.
func (e *Extractor) Extract(a Article) Result {
	d := e.understand(a)
	result := Result{Mentions: d.listed()}
	likely := slices.DeleteFunc(d.findings(e.model), func(f *finding) bool { return f.confidence < e.model.threshold })
	for _, f := range likely { // by By, With, Issue
		if result.Raises == nil {
			result.Raises = make([]Raise, 0, len(likely))
		}
		result.Raises = append(result.Raises, d.raise(e.model, f))
	}
	return result
}

// understand reads an article up to what its sentences name.
func (e *Extractor) understand(a Article) *document {
	d := e.read(a)
	d.refer()
	d.survey()
	return d
}

// listed returns the mentions of the article, names only: what merely refers back is no mention.
func (d *document) listed() []Mention {
	n := 0
	for _, b := range d.blocks {
		for i := range b.mentions {
			n += len(b.mentions[i].names)
		}
		for _, t := range d.topics[b.index] {
			if t.weight >= namesIssue {
				n += len(t.hits)
			}
		}
	}
	if n == 0 {
		return nil
	}
	mentions := make([]Mention, 0, n)
	for _, b := range d.blocks {
		add := func(first, last int, kind Kind, key string) {
			mentions = append(mentions, Mention{
				Span: Span{Part: b.span.Part, Start: b.tokens[first].start, End: b.tokens[last-1].end}, Kind: kind, Key: key,
			})
		}
		for _, m := range b.mentions {
			for _, n := range m.names {
				add(n.first, n.last, n.kind, n.key)
			}
		}
		for _, t := range d.topics[b.index] {
			if t.weight >= namesIssue {
				for _, h := range t.hits {
					add(h.first, h.last, IssueKind, t.issue)
				}
			}
		}
	}
	slices.SortStableFunc(mentions, func(a, b Mention) int {
		// The title comes first.
		return cmp.Or(cmp.Compare(b.Part, a.Part), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Key, b.Key))
	})
	return slices.Compact(mentions)
}

// namesIssue is the weight from which a cue names its issue rather than hints at it.
const namesIssue = 0.6
