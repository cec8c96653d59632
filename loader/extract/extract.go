// Package extract finds who raises which issue with whom in one English article.
//
// It is pure: an article in, its mentions and raises out; no file, SQL, clock or log, and the same article
// gives the same result whoever asks and however often. The way through it is one way: text.go splits title
// and text into sentences and tokens, lexicon.go holds the seeds' names and cues compiled for matching,
// mention.go and resolve.go find what they name (leaders as of the article's date, pronouns and "both sides"
// as those they stand for), candidate.go forms every (by, with, issue) that a sentence could mean,
// feature.go describes each, model.go weighs it, and raise.go gathers a raise from its sentences.
//
// Spans count bytes of the part they stand in; the loader turns them into code points.
package extract

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
