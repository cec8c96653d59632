package loader

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"unicode/utf8"

	"demarche/db"
	"demarche/loader/extract"
)

// row turns an article and what was found in it into what the database stores.
func row(a *Article, fingerprint string, foreign bool, found extract.Result) db.Article {
	stored := db.Article{
		ExternalID: a.ID, Title: a.Title, Summary: a.Summary, Text: a.Text, URL: a.URL, Source: a.Source,
		Published: a.Published, Language: a.Language, Foreign: foreign, Fingerprint: fingerprint,
	}
	if len(found.Mentions) == 0 && len(found.Raises) == 0 {
		return stored
	}
	parts := [...]part{
		extract.Text:  {db.Text, newCodePoints(a.Text)},
		extract.Title: {db.Title, newCodePoints(a.Title)},
	}
	stored.Mentions = make([]db.Mention, len(found.Mentions))
	for i, m := range found.Mentions {
		part := &parts[m.Part]
		stored.Mentions[i] = db.Mention{
			Kind: nodeKind(m.Kind), Key: m.Key, Part: part.name, Start: part.at(m.Start), End: part.at(m.End),
		}
	}
	stored.Raises = make([]db.Raise, len(found.Raises))
	for i, r := range found.Raises {
		evidence := make([]db.Evidence, len(r.Evidence))
		for j, span := range r.Evidence {
			part := &parts[span.Part]
			evidence[j] = db.Evidence{
				Part: part.name, Start: part.at(span.Start), End: part.at(span.End), Quote: part.text[span.Start:span.End],
			}
		}
		stored.Raises[i] = db.Raise{
			By: r.By, With: r.With, Issue: r.Issue, Act: r.Act, Modality: r.Modality, Speaker: r.Speaker, On: r.On,
			Confidence: r.Confidence, Rule: r.Rule, Explanation: r.Explanation, Evidence: evidence,
		}
	}
	return stored
}

// part is a part of an article as the database names it.
type part struct {
	name db.Part
	codePoints
}

func nodeKind(kind extract.Kind) db.NodeKind {
	switch kind {
	case extract.LeaderKind:
		return db.LeaderNode
	case extract.IssueKind:
		return db.IssueNode
	}
	return db.PartyNode
}

// codePoints turns byte offsets into a valid UTF-8 text into offsets in code points.
type codePoints struct {
	text string
	// before counts the code points before each stride of the text; nil where every byte is one.
	before []int32
}

// stride is how many bytes are at most counted for one offset.
const stride = 64

func newCodePoints(text string) codePoints {
	points := utf8.RuneCountInString(text)
	if points == len(text) {
		return codePoints{text: text}
	}
	before := make([]int32, 0, len(text)/stride+1)
	count := int32(0)
	for i := range len(text) {
		if i%stride == 0 {
			before = append(before, count)
		}
		if utf8.RuneStart(text[i]) {
			count++
		}
	}
	return codePoints{text: text, before: append(before, count)}
}

// at gives the number of code points before a byte offset, which must lie between two of them.
func (c *codePoints) at(offset int) int {
	if c.before == nil {
		return offset
	}
	if offset == len(c.text) {
		return int(c.before[len(c.before)-1])
	}
	count := int(c.before[offset/stride])
	for i := offset - offset%stride; i < offset; i++ {
		if utf8.RuneStart(c.text[i]) {
			count++
		}
	}
	return count
}

// contentHash is the SHA-256 of everything that came in with an article. Its place does not count: the same article
// may be read from elsewhere.
func contentHash(a *Article) [sha256.Size]byte {
	sum := sha256.New()
	for _, field := range []string{a.ID, a.Title, a.Summary, a.Text, a.URL, a.Source, a.Published, a.Language} {
		writeField(sum, field)
	}
	return [sha256.Size]byte(sum.Sum(nil))
}

// writeField adds a text and its length, so that no two lists of texts hash alike.
func writeField(sum hash.Hash, field string) {
	var size [8]byte
	binary.BigEndian.PutUint64(size[:], uint64(len(field)))
	sum.Write(size[:])
	io.WriteString(sum, field)
}

// fingerprint names an article's content together with the versions of what reads it: where it has not changed,
// there is nothing to do.
func fingerprint(content [sha256.Size]byte, versions string) string {
	sum := sha256.New()
	sum.Write(content[:])
	writeField(sum, versions)
	return hex.EncodeToString(sum.Sum(nil)[:16])
}

// seen remembers the ids of a run, in some 40 bytes each: by 64 bits of their hash, which two of a million ids share
// once in forty million runs.
type seen struct {
	files []string
	ids   map[uint64]sighting
}

type sighting struct {
	content uint64 // start of the content's hash
	file    uint32 // index of the place's file
	line    uint32
}

func newSeen() *seen { return &seen{ids: map[uint64]sighting{}} }

// add takes note of an article. If its id was seen before, it gives the place of that one and says whether
// both are the same.
func (s *seen) add(a *Article, content [sha256.Size]byte) (before string, same, again bool) {
	sum := sha256.Sum256([]byte(a.ID))
	key := binary.BigEndian.Uint64(sum[:8])
	hash := binary.BigEndian.Uint64(content[:8])
	if first, found := s.ids[key]; found {
		return place(s.files[first.file], int(first.line)), first.content == hash, true
	}
	if len(s.files) == 0 || s.files[len(s.files)-1] != a.File {
		s.files = append(s.files, a.File)
	}
	s.ids[key] = sighting{content: hash, file: uint32(len(s.files) - 1), line: uint32(a.Line)}
	return "", false, false
}
