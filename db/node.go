package db

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// NodeKind is the type of a node.
type NodeKind string

// The kinds of nodes. PartyNode stands in a Mention for either of the two that follow it.
const (
	PartyNode        NodeKind = "PARTY"
	CountryNode      NodeKind = "COUNTRY"
	OrganizationNode NodeKind = "ORGANIZATION"
	LeaderNode       NodeKind = "LEADER"
	IssueNode        NodeKind = "ISSUE"
	ArticleNode      NodeKind = "ARTICLE"
	RaiseNode        NodeKind = "RAISE"
)

// PartyKind tells countries from organizations.
type PartyKind = NodeKind

// The kinds of parties.
const (
	Country      PartyKind = CountryNode
	Organization PartyKind = OrganizationNode
)

// Part is the part of an article that a span stands in.
type Part string

// The parts of an article.
const (
	Text  Part = "TEXT"
	Title Part = "TITLE"
)

// Date is a calendar day, "2025-02-07", or "" where there is none.
type Date string

// ParseDate checks that text is a calendar day.
func ParseDate(text string) (Date, error) {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return "", invalidf("%q is no date: write YYYY-MM-DD", short(text))
	}
	return Date(text), nil
}

// raisesPerArticle bounds the raises of one article: a raise's id is the article's times this plus its place.
const raisesPerArticle = 2048

// articleID is the internal id that an article is first tried under: 52 bits, so that a raise's id fits 63.
func articleID(externalID string) int64 {
	sum := sha256.Sum256([]byte(externalID))
	return int64(binary.BigEndian.Uint64(sum[:8]) >> 12)
}

// GlobalID names a node by its natural key; String gives its opaque form.
type GlobalID struct {
	Kind NodeKind // CountryNode, OrganizationNode, LeaderNode, IssueNode, ArticleNode or RaiseNode
	Key  string   // code or slug of a catalog node, else ""
	// Article is the internal id of the article of ArticleNode and RaiseNode.
	Article int64
	// By, With and Issue are the codes and the slug of a RaiseNode.
	By, With, Issue string
}

var typeNames = map[NodeKind]string{
	CountryNode: "Country", OrganizationNode: "Organization", LeaderNode: "Leader",
	IssueNode: "Issue", ArticleNode: "Article", RaiseNode: "Raise",
}

// TypeName is the name of the kind in GraphQL: "Country".
func (k NodeKind) TypeName() string { return typeNames[k] }

// String is the opaque id: base64 of "Country:JP", "Article:000f66b042ad3" or
// "Raise:000f66b042ad3:JP:US:tariffs".
func (g GlobalID) String() string {
	return base64.RawURLEncoding.EncodeToString(g.append(nil))
}

func (g GlobalID) append(out []byte) []byte {
	out = append(append(out, typeNames[g.Kind]...), ':')
	switch g.Kind {
	case ArticleNode:
		return appendHex(out, g.Article)
	case RaiseNode:
		out = append(appendHex(out, g.Article), ':')
		out = append(append(out, g.By...), ':')
		out = append(append(out, g.With...), ':')
		return append(out, g.Issue...)
	default:
		return append(out, g.Key...)
	}
}

// appendHex writes an article's internal id with its 13 hexadecimal digits.
func appendHex(out []byte, id int64) []byte {
	digits := strconv.FormatInt(id, 16)
	out = append(out, "0000000000000"[:max(0, 13-len(digits))]...)
	return append(out, digits...)
}

// AppendRaiseID appends the opaque id of a raise, so that writing many costs no allocation.
func AppendRaiseID(out []byte, article int64, by, with, issue string) []byte {
	var plain [96]byte
	id := GlobalID{Kind: RaiseNode, Article: article, By: by, With: with, Issue: issue}
	return base64.RawURLEncoding.AppendEncode(out, id.append(plain[:0]))
}

// AppendArticleID appends the opaque id of an article.
func AppendArticleID(out []byte, article int64) []byte {
	var plain [32]byte
	return base64.RawURLEncoding.AppendEncode(out, GlobalID{Kind: ArticleNode, Article: article}.append(plain[:0]))
}

// ParseID reads an opaque id. The error is Invalid; whether the node exists is not looked up.
func ParseID(text string) (GlobalID, error) {
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return GlobalID{}, invalidf("%q is no id of this graph: pass an id as a node's `id` field gives it", short(text))
	}
	name, key, found := strings.Cut(string(plain), ":")
	id, err := GlobalID{}, fmt.Errorf("unknown type")
	for kind, typeName := range typeNames {
		if found && typeName == name {
			id, err = parseKey(kind, key)
		}
	}
	if err != nil {
		return GlobalID{}, invalidf("%q is no id of this graph: pass an id as a node's `id` field gives it", short(text))
	}
	return id, nil
}

func parseKey(kind NodeKind, key string) (GlobalID, error) {
	id := GlobalID{Kind: kind}
	switch kind {
	case ArticleNode, RaiseNode:
		parts := strings.Split(key, ":")
		article, err := strconv.ParseUint(parts[0], 16, 52)
		if err != nil || len(parts[0]) != 13 {
			return id, fmt.Errorf("no article")
		}
		id.Article = int64(article)
		if kind == ArticleNode && len(parts) == 1 {
			return id, nil
		}
		if kind == RaiseNode && len(parts) == 4 {
			id.By, id.With, id.Issue = parts[1], parts[2], parts[3]
			return id, nil
		}
		return id, fmt.Errorf("wrong form")
	default:
		id.Key = key
		return id, nil
	}
}
